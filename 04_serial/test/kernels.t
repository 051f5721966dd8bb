#!/bin/sh
# 04_serial runs the distribution's kernels: a command on one, two and four CPUs, and off. (The loader's
# side of it, with every size of memory, is tested in stage 03.)

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
initrd=../common/build/guest/initrd.gz
kernels=../common/build/guest/kernels
kvm_limit=1800
needs_kvm --fast --memory 2048 --with $initrd --with $kernels

# What the guest says of itself: its CPUs, as the kernel counts them and as CPUID does, whose its
# interrupts are, and whether the kernel disagrees with anything; and a long line. (No double quotes:
# the kernel's command line has those already. The brackets are against finding the command itself.)
look=$(cat <<'EOF'
nproc; grep -E '^(siblings|cpu cores|apicid)' /proc/cpuinfo | tr -d '\t' | sort | uniq -c;
grep ttyS0 /proc/interrupts; dmesg | grep -iE 'mism[a]tch|firmware b[u]g';
head -c 5000 /dev/zero | tr '\0' x; echo
EOF
)
look=$(echo "$look" | tr '\n' ' ')

# powers_off KERNEL MEMORY CPUS [PARAMETER]...
powers_off() {
    kernel=$1
    memory=$2
    cpus=$3
    shift 3
    run 900 "$vm" --kernel "$kernels/$kernel" --initrd "$initrd" --memory "$memory" --cpus "$cpus" \
        --cmdline "console=ttyS0 quiet $* run=\"$look\""
    out=$(printf '%s\n' "$out" | tr -d '\r')
    is "$status" 0 "$kernel in $memory on $cpus CPUs powers off: status 0"
    like "$out" "^$cpus$" "nproc: $cpus"
    like "$out" "^ *$cpus cpu cores: $cpus$" "each of them sees $cpus cores"
    like "$out" "^ *$cpus siblings: $cpus$" "in one package"
    like "$out" "^ *1 apicid: $((cpus - 1))$" "the last one's APIC id is $((cpus - 1))"
    like "$out" "^ *4: .* 4-edge .*ttyS0" "interrupt 4 is ttyS0's"
    like "$out" "^x{5000}$" "5000 bytes in a row arrive whole"
    unlike "$out" "([Mm]ismatch|Firmware Bug)" "the kernel finds nothing to complain of"
}
powers_off cloud 256M 1
powers_off cloud 512M 2
powers_off cloud.elf 1G 4
powers_off amd64 512M 1
powers_off rt 512M 2
if [ -e "$kernels/backports" ]; then
    powers_off backports 1G 1
else
    skip "backports" "this distribution's mirror has no backports kernel"
fi

# The whole log once: is there a warning in it?
run 900 "$vm" --kernel "$kernels/cloud" --initrd "$initrd" --stats \
    --cmdline 'console=ttyS0 run="true"'
is "$status" 0 "the whole log: status 0"
like "$out" "ACPI: Using ACPI \(MADT\) for SMP configuration information" "the MADT is used"
like "$out" "ACPI: Interpreter enabled" "so is the DSDT"
like "$out" "ttyS0 at I/O 0x3f8 \(irq = 4, base_baud = 115200\) is a 16550A" "the UART is a 16550A"
like "$out" "Switched to clocksource kvm-clock" "the clock is KVM's"
unlike "$out" "(cut here|Call Trace|BUG:|WARNING:|ACPI (Error|Warning|BIOS)|MP-BIOS)" "nothing is wrong"
like "$err" "^ready in [0-9]+ ms, [0-9]+ exits$" "--stats: when the guest was ready"

done_testing
