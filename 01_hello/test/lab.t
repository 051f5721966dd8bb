#!/bin/sh
# hello.t once more, on the KVM of the lab: kvm-amd, whatever this machine's own KVM is.

cd "$(dirname "$0")/.." || exit 1
exec timeout -k 5 120 ../common/lab/kvm-lab --with . --with ./vm --with ../common/test/tap.sh sh test/hello.t
