#!/bin/sh
# QEMU 7.2 (Debian 12), 10.0 (13) and 11.1 (sid), TCG: a page fault for a reserved bit in a paging-structure
# entry has the error code 8: bit 3, "a reserved bit", without bit 0, "the page is present". There is no
# such code. Intel SDM, Volume 3, "Page-Fault Exceptions": "Because reserved bits are not checked in a
# paging-structure entry whose P flag is 0, bit 3 of the error code can be set only if bit 0 is also set".
# Bochs says 9. Who tells by bit 0 whether a page is missing takes such a fault for one to be filled in, and
# a kernel under development that set a reserved bit by mistake looks for the fault in the wrong place.
#
# The program, a boot sector, reads through an entry of a 4 MiB page that is present and has bit 21 set,
# and says the error code.
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

cat >fault.asm <<'END'
        bits 16
        org 0x7C00
DIRECTORY equ 0x1000
CONSOLE   equ 0xE9
EXIT      equ 0xF4
        cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00
        cld
        mov di, DIRECTORY
        mov cx, 1024
        xor eax, eax
        rep stosd
        mov dword [DIRECTORY], 0x83     ; 4 MiB, writable, present
        mov dword [DIRECTORY + 4], 0x400083 | 1 << 21
        mov eax, cr4
        or al, 1 << 4                   ; PSE
        mov cr4, eax
        mov eax, DIRECTORY
        mov cr3, eax
        lgdt [gdtr]
        lidt [idtr]
        mov eax, cr0
        or eax, 0x80000001
        mov cr0, eax
        jmp 8:protected

        bits 32
protected:
        mov ax, 16
        mov ds, ax
        mov ss, ax
        mov esp, 0x7C00
        mov al, [0x400000]
page_fault:
        pop eax
        add al, '0'
        out CONSOLE, al
        out EXIT, al
        hlt

gdt:    dq 0, 0x00CF9B000000FFFF, 0x00CF93000000FFFF
gdtr:   dw $ - gdt - 1
        dd gdt
idt:    times 14 dq 0
        dw page_fault, 8, 0x8E00, 0
idtr:   dw $ - idt - 1
        dd idt
        times 510 - ($ - $$) db 0
        dw 0xAA55
END
nasm -f bin -o disk fault.asm
version=$($QEMU --version | sed -n '1s/.*version //p')
# shellcheck disable=SC2086 # QEMU is a command with options
timeout 600 $QEMU -accel tcg -cpu max -display none -nodefaults -no-reboot -debugcon file:answer \
    -device isa-debug-exit,iobase=0xF4 -drive format=raw,file=disk || [ $? -eq 113 ] # 2 * '8' + 1
answer=$(cat answer)
echo "QEMU $version: the error code of a reserved bit in a present entry is $answer"
[ "$answer" = 8 ]
