#!/bin/sh
# 04_serial runs the distribution's kernels, in the KVM lab: a command on one, two and four CPUs, and
# off. (The loader's side of it, with every size of memory, is tested in stage 03.)

cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build}
kernels=../common/build/guest/kernels
exec timeout -k 5 900 ../common/lab/kvm-lab --memory 2048 --cpus 2 --with ../common/test/tap.sh --with "$kernels" \
    sh test/kernels.sh "$build/vm-static" ../common/build/guest/initrd.gz "$kernels"
