#!/bin/sh
# 03_linux_boot with a kernel of a few bytes, halt.asm.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
needs_kvm
kernel="--kernel build/test/halt.bin --memory 16M"

# shellcheck disable=SC2086 # words
run 300 "$vm" $kernel
is "$status:$(echo "$out" | tr -d '\r')" "0:halt: done" "a guest that has halted for good is done"

# Without a standard descriptor the machine must not take its place.
for closed in "<&-" ">&-" "2>&-" "<&- >&- 2>&-"; do
    timeout -k 5 300 sh -c "$vm $kernel --until done $closed" >"$tmp/out" 2>"$tmp/err"
    is "$?" 0 "with $closed: status 0"
    case $closed in
    *' >&-'* | '>&-') ;;
    *) like "$(cat "$tmp/out")" "^halt: done$" "with $closed: the guest's output" ;;
    esac
done

done_testing
