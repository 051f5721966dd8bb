#!/bin/sh
# Bochs 3.1+dfsg-1 (Debian sid, compiled by gcc 16): IDIV with a 64-bit operand gives a quotient and a
# remainder that have nothing to do with its operands. 2.7 (Debian 12, gcc 12) and 3.0 (Debian 13, gcc 14)
# divide right. Linux 7.2 meets it early in its boot (register_refined_jiffies) and ends in a divide
# error; 6.12 and 6.1 don't boot either.
#
# Bochs' long_idiv() hands its 128-bit signed results to long_div() as if they were unsigned ones, by a cast
# of the pointers. C++ lets a compiler assume that nobody does; from gcc 15 on, it makes use of that:
# https://github.com/bochs-emu/Bochs/issues/668, where it came with Bochs 3.0.
#
# The program, a boot sector, goes to 64-bit mode, divides n * 500 + 7 by 500 for n from 1 to 100, and
# says how many quotients and remainders are right.
#
# Needs the release's bochs, bochs-term, bochsbios and vgabios, and nasm.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >idiv.asm <<'END'
        bits 16
        org 0x7C00
        cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00
        cld
        mov di, 0x1000                  ; page tables: the first 2 MiB are what they are
        mov cx, 0x3000 / 2
        rep stosw
        mov word [0x1000], 0x2003
        mov word [0x2000], 0x3003
        mov word [0x3000], 0x83
        mov eax, 0x1000
        mov cr3, eax
        mov eax, 1 << 5                 ; PAE
        mov cr4, eax
        mov ecx, 0xC0000080             ; EFER
        mov eax, 1 << 8                 ; LME
        xor edx, edx
        wrmsr
        lgdt [gdtr]
        mov eax, cr0
        or eax, 1 << 31 | 1             ; PG, PE
        mov cr0, eax
        jmp 8:long_mode

        bits 64
long_mode:
        xor r8d, r8d                    ; how many are right
        mov ebx, 1
        mov edi, 500
.next:
        imul eax, ebx, 500
        add eax, 7
        cqo
        idiv rdi
        cmp rax, rbx
        jne .wrong
        cmp rdx, 7
        jne .wrong
        inc r8d
.wrong:
        inc ebx
        cmp ebx, 100
        jbe .next

        mov dx, 0x3FB                   ; COM1: 8 bits
        mov al, 3
        out dx, al
        mov eax, r8d
        mov cl, 100
        call digit
        mov cl, 10
        call digit
        mov cl, 1
        call digit
        lidt [abs no_idt]
        int3                            ; the end: a triple fault

digit:  div cl                          ; AL by CL; the rest is for the next one
        mov bl, ah
        add al, '0'
        mov dx, 0x3F8
        out dx, al
        mov dx, 0x3FD
.sent:  in al, dx
        test al, 1 << 6
        jz .sent
        movzx eax, bl
        ret

        align 8
gdt:    dq 0, 0x00209A0000000000
gdtr:   dw gdtr - gdt - 1
        dd gdt
no_idt: times 10 db 0
        times 510 - ($ - $$) db 0
        dw 0xAA55
END
nasm -f bin -o disk idiv.asm
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
# On a triple fault 2.7 and 3.0 end, and 3.1 stands still.
touch answer
TERM=ansi script -qec "bochs -q -f bochsrc -rc commands" /dev/null </dev/null >screen 2>&1 &
while kill -0 $! 2>/dev/null && [ "$(wc -c <answer)" -lt 3 ]; do
    sleep 0.1
done
kill $! 2>/dev/null || true
wait
answer=$(cat answer)
echo "Bochs $version: $answer of 100 are right"
case $version in
3.1+*) [ "$answer" -lt 100 ] ;;
*) [ "$answer" = 100 ] ;;
esac
