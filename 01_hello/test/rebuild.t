#!/bin/sh
# Editing the guest rebuilds the program that carries it.

cd "$(dirname "$0")/../.." || exit 1
. common/test/tap.sh
command -v make >/dev/null || skip_all "no make here"
unset MAKEFLAGS MAKELEVEL
run=$PWD/common/lab/run

mkdir -p "$tmp/common" "$tmp/01_hello"
cp -r common/rules.mk common/vm.mk common/status.h common/kvm common/host common/pc "$tmp/common"
cp 01_hello/Makefile 01_hello/*.c 01_hello/*.asm "$tmp/01_hello"
cd "$tmp/01_hello" || exit 1

make -s >/dev/null
is "$("$run" ./vm 2>/dev/null)" "Hello KVM!" "a fresh build"
sed -i 's/Hello KVM!/Hello you!/' rom.asm
make -s >/dev/null
is "$("$run" ./vm 2>/dev/null)" "Hello you!" "the ROM was edited, and the program follows"
is "$(make -s)" "" "nothing to do a second time"

done_testing
