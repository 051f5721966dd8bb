#!/bin/sh
# 03-03: the steps, in the reader's order, lead to 64-bit code, wherever the page tables are.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

steps='jump_to_64_bit_code load_cr3 load_gdt print_and_reset set_lme set_pae set_pg write_page_tables'
expect "$(printf '%s\n' "$steps" | tr ' ' '\n')" \
    "$(sed 's/;.*//' 03_linux_boot/order.inc | tr -s ' \t' '\n' | grep . | LC_ALL=C sort)" \
    "order.inc has each of the eight steps once, and nothing else"

random 200
tables=$((0x210000 + r * 0x1000))
random_word 12
text=$r
run 300 nasm -f bin -I03_linux_boot/ -DTABLES=$tables -DTEXT="'$text'" -o "$tmp/road.bin" 03_linux_boot/road.asm
[ "$status" -eq 0 ] || fail "32-bit code before the jump, 64-bit code behind it" "$err" \
    "the steps that fit only in front of jump_to_64_bit_code can't be assembled behind it, and the other way round"

# Linux isn't needed, so this runs on any /dev/kvm. A wrong order may end in a loop.
build 03_linux_boot vm
vm_run 60 03_linux_boot/vm --kernel "$tmp/road.bin" --memory 16M
state=$(printf '%s\n' "$err" | sed -n 's/^ *\(cr0 .*\)/\1/p; s/^\(KVM_EXIT_[A-Z_]*: [^:]*\).*/\1/p')
printed=$(printf '%s\n' "$out" | tr -d '\r' | head -n 1)
expect "$text" "${printed:-no text}${state:+
$state}" "if there is a report: which of PG, PAE, LME were set when the CPU gave up, and which did it miss?"
expect 3 "$status" "after the text the guest asks for a reset: status 3"

pass
