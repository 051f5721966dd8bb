#!/bin/sh
# 01-04: the same lines, in an order that makes a machine.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

# lines_of FILE: what stands between the two comments, sorted.
lines_of() {
    sed -n '/Put these lines in order/,/The end of the lines/p' "$1" | sed 's/^ *//; /^$/d' | LC_ALL=C sort
}

git show start:01_hello/main.c >"$tmp/start.c"
lines_of "$tmp/start.c" >"$tmp/before"
lines_of 01_hello/main.c >"$tmp/after"
expect "" "$(diff "$tmp/before" "$tmp/after" | grep '^[<>]')" \
    "move lines only: < is missing now, > was not there"
sed '/Put these lines in order/,/The end of the lines/d' "$tmp/start.c" >"$tmp/before"
sed '/Put these lines in order/,/The end of the lines/d' 01_hello/main.c >"$tmp/after"
expect "" "$(diff "$tmp/before" "$tmp/after" | grep '^[<>]')" \
    "the rest of main.c stays as it is: < is missing now, > was not there"

build 01_hello
vm_run 60 01_hello/vm
case $err in
*Inappropriate*) hint="the request is for another descriptor than this: which line makes the one that it needs?" ;;
*"Bad file"*) hint="this descriptor does not exist yet" ;;
*"Invalid argument"*) hint="the descriptor is right and what it is given isn't: is that filled in before?" ;;
*KVM_EXIT*) hint="the machine runs, and its CPU or its memory isn't what it should be: a structure that is passed on \
before it is filled in, or read again after?" ;;
*) hint="status $status: above 128 it is 128 and the signal; 11 is the use of a null pointer" ;;
esac
expect "Hello KVM!" "$out$err" "$hint"

random_word 9
printf ' mov si, text\n mov dx, 1\n mov cx, 9\n rep outsb\n hlt\ntext: db "%s"\n' "$r" >"$tmp/word.asm"
assemble "$tmp/word.asm" "$tmp/word.bin"
vm_run 60 01_hello/vm "$tmp/word.bin"
expect "$r" "$out$err" "another ROM: is what is copied the file, and does the CPU begin at its first byte?"

pass
