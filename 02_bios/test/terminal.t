#!/bin/sh
# On a terminal: keys arrive one by one, Ctrl-C and SIGTERM end the program, and the terminal is as it
# was before.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
[ -f /usr/share/seabios/bios-256k.bin ] || skip_all "no /usr/share/seabios/bios-256k.bin: package seabios"
needs_kvm_and_expect --with /usr/share/seabios

# on_terminal COMMAND SCRIPT: runs COMMAND on a terminal while expect's SCRIPT watches and types.
on_terminal() {
    cat >"$tmp/command" <<EOF
trap : INT QUIT
stty -a >"$tmp/before"
$1
echo "status \$?"
stty -a >"$tmp/after"
EOF
    cat >"$tmp/script" <<EOF
set timeout 900
spawn -noecho sh "$tmp/command"
$2
expect eof
EOF
    out=$(expect "$tmp/script" 2>&1 | tr -d '\r')
}

same_terminal() {
    cmp -s "$tmp/before" "$tmp/after"
    ok $? "$1: the terminal's settings are as before"
}

# shellcheck disable=SC2016 # the dollars are expect's
on_terminal "$vm --disk build/disk/mbr.bin" 'expect "Press a key"; send "q"'
like "$out" "^You pressed q$" "a key without Enter"
like "$out" "^status 0$" "and a good end"
same_terminal "halt"

on_terminal "$vm --disk build/test/spin.bin" 'expect "Booting from Hard Disk"; send "\003"'
like "$out" "status 130$" "Ctrl-C ends a guest that never exits: status 130"
same_terminal "Ctrl-C"

on_terminal "$vm --disk build/test/spin.bin" 'expect "Booting from Hard Disk"; send "\034"'
like "$out" "status 131$" "Ctrl-\\ too: status 131"
same_terminal "Ctrl-\\"

# Whatever else may end a program: by its number, with the status that a shell gives it.
for signal in 1 6 10 11 12 13 15 24 31; do
    on_terminal "sh -c 'ulimit -c 0; echo \$\$ >$tmp/pid; exec $vm --disk build/test/spin.bin'" \
        "expect \"Booting from Hard Disk\"; exec kill -$signal [exec cat $tmp/pid]"
    like "$out" "status $((128 + signal))$" "signal $signal ends it"
    same_terminal "signal $signal"
done

on_terminal "$vm --disk build/disk/mbr.bin | head -1; true" ''
like "$out" "^SeaBIOS" "a reader that leaves after a line"
same_terminal "a reader that leaves"

on_terminal "mkfifo $tmp/full; exec 3<>$tmp/full; head -c 65536 /dev/zero >&3; $vm --disk build/test/spin.bin >&3" \
    'sleep 3; send "\003"'
like "$out" "status 130$" "Ctrl-C while nobody reads the guest's output"
same_terminal "Ctrl-C, and nobody reads"

on_terminal "$vm" 'expect "Running on KVM"; send "\003"'
like "$out" "status 130$" "Ctrl-C without a disk"
same_terminal "Ctrl-C without a disk"

done_testing
