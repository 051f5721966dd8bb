#!/bin/sh
# Bochs 2.7 (Debian 12), 3.0 (Debian 13) and 3.1 (sid), a processor with x2APIC and TSC-deadline timer: two
# things of its local APIC.
#
# - A local APIC that IA32_APIC_BASE switches off can't be switched on again: the write is taken, and its
#   enable bit reads 0, as does CPUID's APIC flag, until a reset. Only the APIC on a bus of three wires was
#   so; on later processors the bit "can be changed freely" (Intel SDM, Volume 3, "Enabling or Disabling the
#   Local APIC").
# - When the TSC-deadline timer has fired, IA32_TSC_DEADLINE still reads as it was written. It should read 0
#   ("TSC-Deadline Mode").
#
# The program, a boot sector, takes one interrupt of the timer in x2APIC mode and reads the deadline; then
# it switches the APIC off and on, and reads both bits.
#
# Needs the release's bochs, bochs-term, bochsbios and vgabios, and nasm.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >apic.asm <<'END'
        bits 16
        org 0x7C00
APIC_BASE    equ 0x1B
TSC_DEADLINE equ 0x6E0
SPURIOUS     equ 0x80F
EOI          equ 0x80B
LVT_TIMER    equ 0x832
VECTOR       equ 0x40

        cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00
        mov al, 0xFF                    ; no interrupts of the 8259s
        out 0x21, al
        out 0xA1, al
        mov dx, 0x3FB                   ; COM1: 8 bits
        mov al, 3
        out dx, al
        mov word [VECTOR * 4], handler
        mov word [VECTOR * 4 + 2], 0

        mov ecx, APIC_BASE
        rdmsr
        or eax, 1 << 11 | 1 << 10       ; on, and in x2APIC mode
        wrmsr
        xor edx, edx
        mov ecx, SPURIOUS
        mov eax, 0x1FF
        wrmsr
        mov ecx, LVT_TIMER
        mov eax, 2 << 17 | VECTOR       ; TSC deadline
        wrmsr
        rdtsc
        add eax, 100000
        adc edx, 0
        mov ecx, TSC_DEADLINE
        wrmsr
        sti
.wait:  cmp byte [fired], 0
        je .wait
        cli
        mov ecx, TSC_DEADLINE
        rdmsr
        or eax, edx
        setnz al
        call digit

        mov ecx, APIC_BASE
        rdmsr
        and eax, ~(1 << 11 | 1 << 10)
        wrmsr
        or eax, 1 << 11
        wrmsr
        rdmsr
        bt eax, 11
        setc al
        call digit
        mov eax, 1
        cpuid
        bt edx, 9
        setc al
        call digit
        lidt [no_idt]
        int3                            ; the end: a triple fault, in real mode after a shutdown

handler:
        push eax
        push ecx
        push edx
        mov byte [fired], 1
        mov ecx, EOI
        xor eax, eax
        xor edx, edx
        wrmsr
        pop edx
        pop ecx
        pop eax
        iret

digit:  add al, '0'
        mov dx, 0x3F8
        out dx, al
        mov dx, 0x3FD
.sent:  in al, dx
        test al, 1 << 6
        jz .sent
        ret

fired:  db 0
no_idt: times 6 db 0
        times 510 - ($ - $$) db 0
        dw 0xAA55
END
nasm -f bin -o disk apic.asm
truncate -s 516096 disk
cat >bochsrc <<'END'
cpu: model=corei7_haswell_4770, reset_on_triple_fault=0
memory: guest=32, host=32
romimage: file=/usr/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=/usr/share/vgabios/vgabios.bin
display_library: term
ata0-master: type=disk, path=disk, mode=volatile, cylinders=0
boot: disk
com1: enabled=1, mode=file, dev=answer
log: log
panic: action=fatal
clock: sync=none
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
END
printf 'c\nq\n' >commands
version=$(dpkg-query -W -f '${Version}' bochs)
touch answer
TERM=ansi script -qec "bochs -q -f bochsrc -rc commands" /dev/null </dev/null >screen 2>&1 &
while kill -0 $! 2>/dev/null && [ "$(wc -c <answer)" -lt 3 ]; do
    sleep 0.1
done
kill $! 2>/dev/null || true
wait
answer=$(cat answer)
echo "Bochs $version: after the interrupt the deadline is $(case $answer in 0*) echo 0 ;; *) echo "not 0" ;; esac);" \
    "off and on again, the enable bit is $(echo "$answer" | cut -c 2), CPUID's $(echo "$answer" | cut -c 3)"
[ "$answer" = 100 ]
