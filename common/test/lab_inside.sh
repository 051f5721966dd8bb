#!/bin/sh
# The half of lab.t that runs in the KVM lab, under busybox. Input is copied to output; the results
# of the tests go to stderr.
#
# usage: lab_inside.sh PROGRAM FILE DIRECTORY

cat  # before anything else writes: lab.t compares this byte for byte
exec >&2
# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"
program=$1
file=$2
directory=$3

is "$(stat -c %F /dev/kvm)" "character special file" "inside: /dev/kvm is a device"
run 20 "$program"
is "$status $out" "0 Hello KVM!" "inside: KVM runs a guest"
is "$(cat "$file")" "a file" "inside: a file that an argument names"
is "$(cat "$directory/deep/er/file")" "deep" "inside: a directory named by --with"
is "$(cat "${PWD}/here")" "cwd" "inside: the current directory is the same"
is "$KVM_TEST/$LAB_TEST/$TRACE/$HIDDEN$KVM_DEVICE" "it's/\$HOME/two
lines/1/" "inside: TRACE, KVM_* and LAB_* are passed on, others and KVM_DEVICE are not"
is "$(nproc)" 2 "inside: --cpus"
like "$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo)" '^14[0-9][0-9]$' "inside: --memory"
[ ! -t 0 ] && [ ! -t 1 ] && [ ! -t 2 ]
ok $? "inside: no terminal where there is none outside"
run 2 sleep 60
is "$status" 143 "inside: run of tap.sh has a time limit"

done_testing
