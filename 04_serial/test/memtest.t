#!/bin/sh
# 04_serial boots Debian's memtest86+: no Linux, but by Linux's boot protocol. It polls the serial
# port for keys, with the port's interrupts off.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
memtest=../common/build/guest/kernels/memtest
[ -e $memtest ] || skip_all "memtest86+ can't be had here: apt-get download memtest86+"
kvm_limit=1800
needs_kvm --fast --memory 1536 --with $memtest

# Once two of its tests are done, Esc leaves it, with a reset. It has been seen to overlook one, so it is pressed
# until it works. A test that is soon over is never on the serial line, so any of the later ones will do.
# The lab's limit comes before this one.
mkfifo "$tmp/keys"
timeout -k 5 3600 "$vm" --kernel $memtest --memory 64M --cmdline console=ttyS0,115200 <"$tmp/keys" >"$tmp/screen" 2>&1 &
exec 3>"$tmp/keys"
until grep -Eq ' #([3-9]|10) ' "$tmp/screen" || ! kill -0 $!; do sleep 1; done
trap '' PIPE # it may have left
presses=0
while kill -0 $! 2>/dev/null && [ $presses -lt 60 ]; do
    printf '\033' >&3
    presses=$((presses + 1))
    sleep 5
done
wait $!
status=$?
out=$(tr '\033' '\n' <"$tmp/screen" | sed 's/^\[[0-9;?]*[A-Za-z]//') # a piece of the screen a line
like "$out" "^ *Memtest86\+ v[0-9]" "its banner"
like "$out" "^Memory *: *6[34]" "it has found the memory"
like "$out" "[0-9]MB of 6[34]" "and tests it"
like "$out" "Pass: *0 *Errors: 0" "without an error"
unlike "$out" "Errors: *[1-9]" "to the end"
is "$status" 3 "a key arrives, and it resets the machine"
diag "after $presses of them"

done_testing
