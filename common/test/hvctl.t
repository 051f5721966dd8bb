#!/bin/sh
# hvctl, the guest's program that calls our hypervisor, where there is none of ours: it must say so,
# and must not try. How it talks to the hypervisor is tested in stage 05.

here=$(cd "$(dirname "$0")" && pwd)
common=$here/..
# shellcheck source=SCRIPTDIR/tap.sh
. "$here/tap.sh"

build() { # build DIR: hvctl and the initramfs in DIR
    make -s -C "$common" "$1/initrd.gz" LINUX="$1" MAKEFLAGS= >/dev/null
}

build "$tmp/first" && build "$tmp/second" || exit 1
hvctl=$tmp/first/hvctl

cmp "$hvctl" "$tmp/second/hvctl"
ok $? "the same bytes on every build"
cmp "$tmp/first/initrd.gz" "$tmp/second/initrd.gz"
ok $? "of the initramfs too"
is "$(gzip -dc "$tmp/first/initrd.gz" | cpio -t --quiet | grep -c '^bin/hvctl$')" 1 "/bin/hvctl is in it"

cp "$(command -v ls)" "$tmp/dynamic"
run 300 "$common/guest/mkinitrd" "$tmp/third.gz" "$tmp/dynamic"
like "$err" 'dynamic is not static' "mkinitrd refuses a program that needs libraries"
is "$status: $(find "$tmp" -name "third*")" "1: " "with status 1, and leaves nothing behind"

for arguments in "" "help" "hello there" "stats 1" "poweroff now" "call" "call x" "call 1x" "call -1" \
    "call 99999999999999999999" "call 1 2"; do
    # shellcheck disable=SC2086 # several words
    run 300 "$hvctl" $arguments
    is "$status" 2 "bad usage: hvctl $arguments"
done
like "$err" '^usage: hvctl' "and what would be good usage"

# SIGILL would be 132: then VMCALL was executed.
for arguments in hello stats poweroff "call 9"; do
    # shellcheck disable=SC2086 # several words
    run 300 "$hvctl" $arguments
    is "$status" 5 "hvctl $arguments: no hypervisor of ours"
    like "$err" '^hvctl: needs the hypervisor StepByStepHV.*; here is ' "and the message says so"
    is "$out$(printf '%s\n' "$err" | wc -l)" 1 "in one line"
done

if ! command -v qemu-system-x86_64 >/dev/null; then
    skip "hvctl in a guest of QEMU" "qemu-system-x86_64 is missing"
    done_testing
fi
kernel=$("$common/guest/get-kernel") || {
    skip "hvctl in a guest of QEMU" "no kernel"
    done_testing
}

boot() { # boot CPU: runs hvctl in a guest with this CPU
    run 900 timeout -s KILL 890 qemu-system-x86_64 -accel tcg -cpu "$1" -m 256 -display none \
        -serial stdio -monitor none -no-reboot -kernel "$kernel" -initrd "$tmp/first/initrd.gz" \
        -append 'console=ttyS0 quiet run="hvctl stats"'
}

boot max
like "$out" '; here is "TCGTCGTCGTCG"' "in a guest of QEMU: whose it is"
like "$out" '^guest: run ended with status 5' "status 5 there too"
boot max,-hypervisor
like "$out" '; here is none' "with the hypervisor bit off: none at all"
like "$out" '^guest: run ended with status 5' "and status 5"

done_testing
