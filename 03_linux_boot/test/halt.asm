; A guest that looks like a kernel and needs a millisecond: prints a line on COM1 and halts for good.
; It is an ELF vmlinux of one segment, and starts as one, in 64-bit mode.

bits 64
default abs

LOAD   equ 0x200000     ; physical address of the file's first byte
KERNEL equ 0xffffffff80000000

COM1   equ 0x3f8

org LOAD

; The ELF header and its one program header. System V ABI, "ELF Header", "Program Header".
file:   db 0x7f, "ELF", 2, 1, 1     ; 64 bits, little endian, version 1
        times 9 db 0
        dw 2, 62                    ; executable, x86-64
        dd 1
        dq start, program - file, 0
        dd 0
        dw 64, 56, 1, 0, 0, 0
program:
        dd 1, 7                     ; PT_LOAD, RWX
        dq 0, KERNEL + LOAD, LOAD, end - file, end - file, 0x1000

start:  cli
        mov esi, text
        mov ecx, end - text
.next:  mov dx, COM1 + 5
        in al, dx
        test al, 0x20               ; the transmitter is empty
        jz .next
        mov dx, COM1
        lodsb
        out dx, al
        loop .next
.halt:  hlt
        jmp .halt

text:   db "halt: done", 13, 10
end:
