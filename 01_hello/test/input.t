#!/bin/sh
# 01_hello: bad input. Each gets one clear line and status 2, and no machine is started; without KVM
# it is status 5, and what to do.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
vm=${VM:-./vm}

# refuses WHAT COMMAND...
refuses() {
    what=$1
    shift
    run 300 "$@"
    is "$status" 2 "$what: status 2"
    is "$(grep -c . "$tmp/err"):$out" "1:" "$what: one line, no output"
}
mkfifo "$tmp/fifo"
: >"$tmp/empty"
dd if=/dev/zero of="$tmp/large" bs=4097 count=1 2>/dev/null
refuses "missing file" "$vm" "$tmp/missing"
like "$err" "No such file or directory, expected a flat ROM$" "and says so"
refuses "empty file" "$vm" "$tmp/empty"
refuses "directory" "$vm" "$tmp"
refuses "FIFO" "$vm" "$tmp/fifo"
refuses "character device" "$vm" /dev/zero
refuses "4097 bytes" "$vm" "$tmp/large"
like "$err" "has 4097 bytes, expected a flat ROM of 1 to 4096 bytes$" "and says both sizes"
dd if=/dev/zero of="$tmp/huge" bs=1 count=0 seek=17825792 2>/dev/null
refuses "17 MiB" "$vm" "$tmp/huge"
refuses "two files" "$vm" "$tmp/empty" "$tmp/empty"
refuses "an option" "$vm" --help-me

# A ROM that may not be read. Root may read everything, and becomes somebody else for this.
chmod 755 "$tmp"
cp "$vm" "$tmp/vm"
printf '\364' >"$tmp/secret"
chmod 000 "$tmp/secret"
as=
[ "$(id -u)" != 0 ] || as="setpriv --reuid 65534 --clear-groups"

# shellcheck disable=SC2086 # several words, or none
run 300 $as "$tmp/vm" "$tmp/secret"
is "$status:$out" "2:" "status 2, no output"
is "$err" "$tmp/secret: Permission denied, expected a flat ROM" "one line says why"

run 300 env KVM_DEVICE="$tmp/nothing" "$vm"
is "$status" 5 "no /dev/kvm: status 5"
like "$err" "modprobe kvm_intel" "and the mend"
run 300 env KVM_DEVICE=/dev/null "$vm"
is "$status" 5 "not a KVM device: status 5"
like "$err" "^/dev/null: not a KVM device" "and says so"

done_testing
