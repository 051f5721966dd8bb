#!/bin/sh
# 03_linux_boot: the distribution's kernels, as bzImage and as vmlinux, in memories of several sizes, and
# every way in which a run can end. Without the network, with none of the kernels here yet, there is
# nothing to test.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
initrd=../common/build/guest/initrd.gz
kernels=../common/build/guest/kernels
kvm_limit=3600
needs_kvm --fast --memory 3072 --with $initrd --with $kernels

up='guest: user space is up'
ram='(usable| System RAM)' # the second since Linux 7
nolapic='console=ttyS0 nolapic reboot=k panic=-1'

# boots KERNEL MEMORY: to user space.
boots() {
    kernel=$1
    memory=$2
    run 900 "$vm" --kernel "$kernels/$kernel" --initrd "$initrd" --memory "$memory" --until "$up" \
        --cmdline "$nolapic quiet"
    is "$status" 0 "$kernel in $memory boots to user space"
    [ "$status" -eq 0 ] || diag "$out
$err"
}

# The least memory, in steps of 4 MiB, for the version that the bzImage's header points at.
version=$(od -A n -t u2 -j 526 -N 2 "$kernels/cloud")
case $(dd if="$kernels/cloud" bs=1 skip=$((version + 512)) count=8 2>/dev/null) in
6.1.*) least=76M ;;
6.12.*) least=80M ;;
*) least=84M ;; # 7.2
esac

# The kernels that stage 03 and 04 promise; between them, memory from the least to beyond 4 GiB.
boots cloud $least
boots cloud.elf $least
boots cloud 256M
boots amd64 1G
boots amd64.elf 256M
boots rt 256M
boots rt.elf 1G
if [ -e "$kernels/backports" ]; then
    boots backports 1G
    boots backports.elf 3330M
else
    skip "backports" "this distribution's mirror has no backports kernel"
fi

# 64 MiB are too few for all of them. A bzImage can't even unpack itself; the one vmlinux that may have
# room, 6.1's, runs, and finds nothing left for user space.
for kernel in cloud amd64 amd64.elf rt; do
    run 300 "$vm" --kernel "$kernels/$kernel" --initrd "$initrd" --memory 64M
    is "$status" 2 "$kernel in 64M: refused"
    like "$err" "needs more memory than the guest has .* expected at least: [0-9]+ bytes" "it says why"
done
run 900 "$vm" --kernel "$kernels/cloud.elf" --initrd "$initrd" --memory 64M \
    --until 'System is deadlocked on memory'
if [ $least = 76M ]; then
    is "$status" 0 "cloud.elf in 64M: runs until its memory is full"
    like "$out" "BIOS-e820: .mem 0x0000000000100000-0x0000000003ffffff. $ram" "which it knows"
else
    is "$status" 2 "cloud.elf in 64M: refused"
    like "$err" "(needs more|doesn't fit into the guest's) memory .* expected at least: [0-9]+ bytes" "it says why"
fi

# The whole log, in 5 GiB: what the loader has to tell the kernel.
run 900 "$vm" --kernel "$kernels/cloud" --initrd "$initrd" --memory 5G --until "$up" --stats \
    --cmdline "$nolapic earlyprintk=ttyS0"
is "$status" 0 "5 GiB: boots"
like "$out" "BIOS-e820: .mem 0x0000000000000000-0x000000000009fbff. $ram" "RAM ends below the EBDA"
like "$out" "BIOS-e820: .mem 0x0000000000100000-0x00000000bfffffff. $ram" "low RAM ends at 3 GiB"
like "$out" "BIOS-e820: .mem 0x0000000100000000-0x000000017fffffff. $ram" "2 GiB are above 4 GiB"
like "$out" 'RAMDISK: .mem 0x[0-9a-f]+-0x7fffffff.' "the initrd ends at initrd_addr_max"
like "$out" 'bootconsole .earlyser0. enabled' "earlyprintk works"
like "$out" 'ttyS0 at I/O 0x3f8 \(irq = 4, base_baud = 115200\) is a 16450' "ttyS0 is found"
like "$out" 'Hypervisor detected: KVM' "the kernel knows where it is"
like "$out" 'clocksource: Switched to clocksource kvm-clock' "and uses KVM's clock"
like "$out" 'rtc_cmos rtc_cmos: setting system clock to 20' "the CMOS clock has the time"
like "$out" 'Run /init as init process' "the log goes on to Run /init"
unlike "$out" '(cut here|Call Trace|BUG:|WARNING:)' "and complains of nothing"
like "$err" '^ready in [0-9]+ ms, [0-9]+ exits$' "--stats says when it was ready"
like "$err" '^  serial port +[0-9]+ +[0-9]+$' "and what each port cost"
like "$err" '^[0-9]+ exits in [0-9]+ ms: IO [0-9]+ \(serial port [0-9]+, .*nobody.s ports [0-9]+\)' \
    "one line sums up"

# Ways to end. Without an initrd Linux panics, and then resets the way it was told.
run 900 "$vm" --kernel "$kernels/cloud" --memory 256M
is "$status" 3 "a reset through the keyboard controller: status 3"
like "$out" 'Kernel panic - not syncing: VFS: Unable to mount root' "which came after a panic"
run 900 "$vm" --kernel "$kernels/cloud" --memory 256M \
    --cmdline 'console=ttyS0 quiet nolapic earlycon=uart8250,io,0x3f8 panic=-1 reboot=t'
is "$status" 4 "a triple fault: status 4"
like "$err" '^KVM_EXIT_SHUTDOWN: triple fault' "which is reported"
run 900 "$vm" --kernel "$kernels/cloud" --initrd "$initrd" --memory 256M \
    --cmdline "$nolapic quiet run=\"reboot -f\""
is "$status" 3 "user space reboots: status 3"
run 900 env TRACE=1 "$vm" --kernel "$kernels/cloud" --memory 256M --cmdline "$nolapic quiet"
like "$err" '^IO out 0x03f8 size 1 count 1: 4b$' "TRACE=1: a line for each exit"
like "$err" '^IO out 0x0064 size 1 count 1: fe$' "the last of them is the reset"

done_testing
