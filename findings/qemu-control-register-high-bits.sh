#!/bin/sh
# QEMU 7.2 (Debian 12), 10.0 (13) and 11.1 (sid), TCG: in 64-bit mode, MOV to CR0 and MOV to CR8 take a value
# with bit 32 set. They keep the bits that they know, and the rest is gone. On a CPU both are #GP(0). Intel
# SDM, Volume 3, "Control Registers": of CR0, "Writing a nonzero value to any of the upper 32 bits results
# in a general-protection exception"; of CR8, bits 63:4 are reserved, and "MOV to CR8" with one of them is
# #GP(0) too (Volume 2, "MOV - Move to/from Control Registers"). So a test of what a hypervisor does with
# such a write can't be tried in a QEMU: it never hears of the bits.
#
# The program, a boot sector, goes to 64-bit mode, makes both writes, and says of each whether it faulted,
# and whether bit 32 was kept.
#
# Needs nasm, and what the release's qemu-system-x86 depends on. QEMU=COMMAND is another QEMU than Debian 12's.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fetch() { # fetch PATH: the package, unpacked here
    curl -sfo package.deb "http://deb.debian.org/debian/pool/main/$1" && dpkg-deb -x package.deb .
}
if [ -z "${QEMU:-}" ]; then
    fetch q/qemu/qemu-system-x86_7.2%2bdfsg-7%2bdeb12u18%2bb3_amd64.deb
    fetch q/qemu/qemu-system-common_7.2%2bdfsg-7%2bdeb12u18%2bb3_amd64.deb
    fetch q/qemu/qemu-system-data_7.2%2bdfsg-7%2bdeb12u18_all.deb
    fetch s/seabios/seabios_1.16.2-1_all.deb
    export QEMU_MODULE_DIR="$work/usr/lib/x86_64-linux-gnu/qemu"
    QEMU="usr/bin/qemu-system-x86_64 -L usr/share/seabios -L usr/share/qemu"
fi

cat >bits.asm <<'END'
        bits 16
        org 0x7C00
TABLES  equ 0x1000
CONSOLE equ 0xE9
EXIT    equ 0xF4
        cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00
        cld
        mov di, TABLES
        mov cx, 0x3000 / 2
        rep stosw
        mov word [TABLES], TABLES + 0x1003
        mov word [TABLES + 0x1000], TABLES + 0x2003
        mov word [TABLES + 0x2000], 0x83 ; 2 MiB, writable, present
        mov eax, cr4
        or al, 1 << 5                   ; PAE
        mov cr4, eax
        mov eax, TABLES
        mov cr3, eax
        mov ecx, 0xC0000080
        rdmsr
        or ah, 1                        ; EFER.LME
        wrmsr
        lgdt [gdtr]
        lidt [idtr]
        mov eax, cr0
        or eax, 0x80000001
        mov cr0, eax
        jmp 8:long_mode

        bits 64
%macro write_bit_32 1
        mov rax, %1
        bts rax, 32
        lea rcx, [rel %%behind]
        mov bl, 'F'                     ; it faults
        mov %1, rax
        mov bl, 't'                     ; it is taken
%%behind:
        mov al, bl
        out CONSOLE, al
        mov rax, %1
        shr rax, 32
        add al, '0'
        out CONSOLE, al
%endmacro

long_mode:
        mov eax, 16
        mov ds, eax
        mov ss, eax
        mov esp, 0x7C00
        write_bit_32 cr0
        write_bit_32 cr8
        out EXIT, al
        hlt
protection_fault:
        mov esp, 0x7C00
        jmp rcx

        align 8
gdt:    dq 0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF
gdtr:   dw $ - gdt - 1
        dd gdt
idtr:   dw 14 * 16 - 1
        dd gate - 13 * 16
gate:   dw protection_fault, 8, 0x8E00, 0, 0, 0, 0, 0
        times 510 - ($ - $$) db 0
        dw 0xAA55
END
nasm -f bin -o disk bits.asm
version=$($QEMU --version | sed -n '1s/.*version //p')
# shellcheck disable=SC2086 # QEMU is a command with options
timeout 600 $QEMU -accel tcg -cpu max -display none -nodefaults -no-reboot -debugcon file:answer \
    -device isa-debug-exit,iobase=0xF4 -drive format=raw,file=disk || [ $? -eq 97 ] # 2 * '0' + 1
answer=$(cat answer)
echo "QEMU $version, bit 32 of CR0 and CR8 (F: a fault; t: taken, and what is read then): $answer"
[ "$answer" = t0t0 ]
