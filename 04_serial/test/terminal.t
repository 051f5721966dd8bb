#!/bin/sh
# 04_serial on a terminal: raw while the guest runs, as it was afterwards, however it ends.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
# shellcheck disable=SC2119 # no options
needs_kvm_and_expect

rm -rf "$tmp" # terminal.exp speaks TAP by itself
exec timeout -k 5 900 expect test/terminal.exp "$vm" build/test/echo.bin
