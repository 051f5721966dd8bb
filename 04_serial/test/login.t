#!/bin/sh
# 04_serial with a stock Linux in the KVM lab: somebody types at it, pastes, and ends it in every way.

cd "$(dirname "$0")/.." || exit 1
guest=../common/build/guest
exec timeout -k 5 900 expect test/login.exp "${BUILD:-build}/vm-static" $guest/vmlinuz $guest/initrd.gz
