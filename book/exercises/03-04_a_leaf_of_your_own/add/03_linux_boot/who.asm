; A guest that asks CPUID who its host is: it prints EAX, EBX, ECX and EDX of each leaf that it was
; assembled with, a line a leaf, in hexadecimal, and asks for a reset.
;
; It is an ELF vmlinux of one segment, and starts as one, in 64-bit mode.

%ifndef LEAVES
%define LEAVES 0x40000100, 0x40000101
%endif

bits 64

LOAD     equ 0x200000       ; physical address of the file's first byte
KERNEL   equ 0xffffffff80000000
COM1     equ 0x3f8
KEYBOARD equ 0x64

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

start:  mov esp, file               ; the stack grows down from here
        mov esi, leaves
.next:  lodsd
        xor ecx, ecx
        cpuid
        call print
        mov eax, ebx
        call print
        mov eax, ecx
        call print
        mov eax, edx
        call print
        mov al, 10
        call put
        cmp esi, leaves.end
        jb .next
        mov al, 0xfe
        out KEYBOARD, al
        hlt

; Prints EAX as eight digits and a space; keeps the other registers.
print:  push rcx
        push rbx
        mov ecx, 8
        mov ebx, eax
.digit: rol ebx, 4
        mov eax, ebx
        and eax, 15
        mov al, [digits + rax]
        call put
        loop .digit
        mov al, " "
        call put
        pop rbx
        pop rcx
        ret

put:    push rdx
        mov dx, COM1
        out dx, al
        pop rdx
        ret

digits: db "0123456789abcdef"
leaves: dd LEAVES
.end:
end:
