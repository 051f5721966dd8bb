#!/bin/sh
# 03-04: a guest finds the leaves, with what is true of its machine, and KVM's own beside them.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

build 03_linux_boot vm
assemble 03_linux_boot/who.asm "$tmp/who.bin" -DLEAVES=0,1,0x40000000,0x40000100,0x40000101

for turn in 1 2; do
    random 900
    memory=$((r + 16))
    random_hex 8
    tag=$r
    vm_run 60 -- 03_linux_boot/vm --kernel "$tmp/who.bin" --memory ${memory}M --tag "0x$tag"
    expect 3 "$status" "the guest prints five leaves and asks for a reset: status 3 (turn $turn: ${err:-no message})"
    expect "4b4d564b 564b4d56 0000004d" "$(printf '%s\n' "$out" | sed -n '3s/^[^ ]* //p' | sed 's/ *$//')" \
        "EBX, ECX, EDX of leaf 40000000h are KVM's, as before: KVM_SET_CPUID2 replaces all leaves"
    expect_like '^[0-9a-f]* [0-9a-f]* [89a-f]' "$(printf '%s\n' "$out" | sed -n 2p)" \
        "EAX, EBX, ECX, EDX of leaf 1, with bit 31 of ECX: there is a hypervisor" \
        "all other leaves stay as vcpu_set_cpuid() left them"
    expect "40000101 70657453 74537942 21217065" "$(printf '%s\n' "$out" | sed -n '4s/ *$//p')" \
        "leaf 40000100h: the last leaf, and the twelve characters, the first of each four in the lowest byte"
    expect "$(printf %08x "$memory") $tag 00000000 00000000" "$(printf '%s\n' "$out" | sed -n '5s/ *$//p')" \
        "leaf 40000101h of a machine with $memory MiB, made with --tag 0x$tag"
done
pass
