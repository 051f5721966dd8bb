#!/bin/sh
# 01-05: three guests, three ends, each as the report has it.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

build 01_hello vm

# ends NAME OPTION...: assembles the guest with these values and runs it. All three end with a report.
ends() {
    guest=$1
    shift
    assemble "01_hello/exits/$guest.asm" "$tmp/$guest.bin" "$@"
    vm_run 60 01_hello/vm "$tmp/$guest.bin"
    expect 4 "$status" "$guest.asm ends with a report and status 4; it said: $(printf '%s\n' "$out$err" | head -n 2)"
    said=$(printf '%s\n' "$err" | sed -n 2p)
}

random_hex 4
address=$((0x10000 + 0x$r))
random_hex 4
value=$r
ends mmio "-DADDRESS=$address" "-DVALUE=0x$value"
little=$(printf '%s' "$value" | sed 's/\(..\)\(..\)/\2 \1/')
expect "$(printf '  MMIO write 0x%x size 2: %s' $address "$little")" "$said" \
    "mmio.asm: two bytes at once, at ADDRESS, in real mode: segment times 16 plus offset"

random_hex 3
port=1$r
ends port "-DPORT=0x$port"
expect "  IO in 0x$port size 4 count 1" "$said" "port.asm: one read of four bytes, that is of EAX"

random 26
letter=$(printf %s ABCDEFGHIJKLMNOPQRSTUVWXYZ | cut -c $((r + 1)))
ends fault "-DLETTER='$letter'"
expect_like "^KVM_EXIT_SHUTDOWN: triple fault" "$err" "KVM_EXIT_SHUTDOWN: triple fault" \
    "fault.asm: what does the CPU do when an exception has no handler, and this has none either?"
expect "$letter" "$out" "fault.asm prints LETTER before"

pass
