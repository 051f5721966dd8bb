#!/bin/sh
# 03_linux_boot boots the distribution's kernels, in the KVM lab: kvm-amd, whatever this machine's
# own KVM is. Without the network, with none of the kernels here yet, there is nothing to test.

cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build}
kernels=../common/build/guest/kernels
exec timeout -k 5 900 ../common/lab/kvm-lab --memory 3072 --with ../common/test/tap.sh --with "$kernels" \
    sh test/kernels.sh "$build/vm-static" ../common/build/guest/initrd.gz "$kernels"
