#!/bin/sh
# The Linux guest by itself, in plain QEMU: no hypervisor of ours is involved.

here=$(cd "$(dirname "$0")" && pwd)
guest=$here/../guest
# shellcheck source=SCRIPTDIR/tap.sh
. "$here/tap.sh"

limit=900 # s; a boot takes 3, on a busy machine much more

# --- The initramfs ---

"$guest/mkinitrd" "$tmp/first.gz" || exit 1
sleep 1.1 # another second on the clock
(umask 077 && cd / && TZ=Asia/Tokyo "$guest/mkinitrd" "$tmp/second.gz")
cmp "$tmp/first.gz" "$tmp/second.gz"
ok $? "the same bytes on every build"

run 300 env BUSYBOX=/bin/sh "$guest/mkinitrd" "$tmp/third.gz"
like "$err" 'mkinitrd: /bin/sh is not static' "a dynamic busybox is refused"
is "$status: $(find "$tmp" -name "third*")" "1: " "with status 1, and leaves nothing behind"

# --- The kernel ---

run 300 "$guest/get-kernel" gnu/hurd
is "$status" 2 "get-kernel: an unknown flavour"

kernel=$("$guest/get-kernel" cloud) || {
    skip "boots in QEMU" "no kernel"
    done_testing
}
"$guest/extract-vmlinux" "$kernel" "$tmp/vmlinux"
ok $? "extract-vmlinux"
is "$(dd if="$tmp/vmlinux" bs=1 skip=1 count=3 2>/dev/null)" ELF "to an ELF file"
# e_shoff, e_shentsize, e_shnum; behind them the kernel's build appends relocations.
sections=$(($(od -A n -t u8 -j 40 -N 8 "$tmp/vmlinux") + \
    $(od -A n -t u2 -j 58 -N 2 "$tmp/vmlinux") * $(od -A n -t u2 -j 60 -N 2 "$tmp/vmlinux")))
[ "$sections" -gt 64 ] && [ "$sections" -le "$(wc -c <"$tmp/vmlinux")" ]
ok $? "with all of its section headers"

head -c 20000 "$kernel" >"$tmp/short"
run 300 "$guest/extract-vmlinux" "$tmp/short" "$tmp/none"
is "$status" 2 "a truncated kernel is refused"
like "$err" 'short: .*expected' "and named"
run 300 "$guest/extract-vmlinux" "$tmp/first.gz" "$tmp/none"
like "$err" 'first.gz: .*expected' "something else as well"
[ ! -e "$tmp/none" ]
ok $? "nothing is left behind"

# --- Boots ---

if ! command -v qemu-system-x86_64 >/dev/null; then
    skip "boots in QEMU" "qemu-system-x86_64 is missing"
    done_testing
fi

boot() { # boot CMDLINE: in QEMU, without input
    run $limit qemu-system-x86_64 -accel tcg -m 256 -display none -serial stdio -monitor none \
        -no-reboot -kernel "$kernel" -initrd "$tmp/first.gz" -append "console=ttyS0 quiet $1"
}

# shellcheck disable=SC2016 # the guest's shell does the sum
boot 'run="echo 6 x 7 = $((6 * 7)); uname -n; false"'
is "$status" 0 "run= on the command line: the guest powers off by itself"
like "$out" 'guest: user space is up' "the kernel's log has the mark"
like "$out" '^6 x 7 = 42' "the command ran"
like "$out" '^guest: run ended with status 1' "and its status is told"

if command -v expect >/dev/null; then
    timeout -k 5 $limit expect "$here/guest_login.exp" "$kernel" "$tmp/first.gz" >"$tmp/typed" 2>&1
    status=$?
    is "$status" 0 "root logs in with root and nothing else; reboot and poweroff work"
    [ $status -eq 0 ] || diag "$(cat "$tmp/typed")"
else
    skip "login" "expect is missing"
fi

done_testing
