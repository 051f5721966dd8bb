#!/bin/sh
# 03-02: the kernel comes alive and finds everything, in machines of several sizes.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

build 03_linux_boot
for turn in 1 2 3; do
    random 1900
    memory=$((r + 40))
    random_word 300
    initrd=$r
    printf '%s' "$initrd" >"$tmp/initrd"
    random_word 20
    cmdline=$r
    vm_run 60 03_linux_boot/vm --kernel 03_linux_boot/build/picky.bin --memory ${memory}M \
        --initrd "$tmp/initrd" --cmdline "$cmdline"
    expect "kernel: alive" "$(printf '%s\n' "$out" | head -n 1 | grep . || printf '%s\n' "$err")" \
        "refused by KVM: which state is impossible? A report: where is RIP, and where should it be?"
    expect "boot_params: clean" "$(printf '%s\n' "$out" | sed -n 2p)" "what of the file belongs into boot_params?"
    expect "initrd: $initrd" "$(printf '%s\n' "$out" | sed -n 3p)" \
        "by which field does Linux know that a loader can load an initrd at all?"
    expect "command line: $cmdline" "$(printf '%s\n' "$out" | sed -n 4p)" "cmd_line_ptr says where it is"
    expect 3 "$status" "the guest ends with a reset: status 3 (turn $turn)"
done
pass
