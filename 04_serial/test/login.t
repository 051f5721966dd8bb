#!/bin/sh
# 04_serial with a stock Linux: somebody types at it, pastes, and ends it in every way. All that goes
# through the KVM lab's terminal, where `make run` goes there.

cd "$(dirname "$0")/.." || exit 1
vm=${VM:-./vm}
kernel=../common/build/guest/vmlinuz
initrd=../common/build/guest/initrd.gz
lab=
[ "$(../common/lab/run --where --fast)" = straight ] ||
    lab="../common/lab/kvm-lab/start --cpus 2 --memory 2048 --with $vm --with $kernel --with $initrd"
# shellcheck disable=SC2086 # several words, or none
exec timeout -k 5 1800 expect test/login.exp "$vm" $kernel $initrd $lab sh -i
