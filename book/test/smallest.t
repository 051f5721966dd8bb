#!/bin/sh
# The program on the book's first page: one file that needs nothing of the tree but a guest.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh

run 900 make -s smallest
is "$status:$out" "0:Hello KVM!" "the smallest virtual machine runs stage 01's ROM"
run 60 "${CC:-gcc}" -std=gnu11 -O1 -Wall -Wextra -Werror -o "$tmp/smallest" before/smallest.c
is "$status:$err" "0:" "the compiler has nothing to warn of"
run 60 "$tmp/smallest"
is "$status" 2 "without a ROM it says how it is used"
like "$err" "usage: smallest ROM" "in a line"
unlike "$(grep '#include' before/smallest.c)" '"' "it includes nothing of ours"
done_testing
