#!/bin/sh
# 04-01: the interrupt line of the serial port after random accesses, and two guests that live by it.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"

build 04_serial all build/test/echo.bin
unit line.c 04_serial/serial.c common/pc/uart.c common/host/output.c common/host/file.c \
    common/kvm/exits/coalesced.c common/kvm/chips.c

vm_run 60 -- 04_serial/vm --kernel 04_serial/build/talk.bin --memory 16M
expect "0:40 lines" "$status:$(printf '%s\n' "$out" | tr -d '\r' | grep -cx 'Sixteen bytes at a time, by interrupts.') lines" \
    "talk.asm prints 40 lines by interrupts and powers off: an exit status of 0"

random_word 200
input=$tmp/text
printf '%s\004' "$r" >"$input"
vm_run 60 -- 04_serial/vm --kernel 04_serial/build/test/echo.bin --memory 16M
expect "$r" "$(printf '%s\n' "$out" | tr -d '\r' | tail -n 1)" "echo.asm sends back what it receives, by interrupts"

pass
