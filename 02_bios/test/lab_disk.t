#!/bin/sh
# disk.t once more, on the KVM of the lab: kvm-amd, whatever this machine's own KVM is.

cd "$(dirname "$0")/.." || exit 1
exec timeout -k 5 300 ../common/lab/kvm-lab --memory 2048 --with . --with ./vm --with ../common/test/tap.sh \
    --with /usr/share/seabios sh test/disk.t
