; A guest that hangs with interrupts off, as kernels do. Only an NMI gets through: each prints its number,
; and after the last one the guest powers off.
;
; It is an ELF vmlinux of one segment, and starts as one, in 64-bit mode.

%ifndef NMIS
%define NMIS 3
%endif

bits 64
default abs

LOAD   equ 0x200000     ; physical address of the file's first byte
KERNEL equ 0xffffffff80000000
COM1   equ 0x3f8
NMI    equ 2            ; its vector, always
IDT    equ 0x300000     ; two hundred and fifty-six empty gates
PM1A_CONTROL equ 0x604

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

        ; One gate: to `interrupt`, in our code segment, type 0xE.
        mov eax, interrupt
        mov edi, IDT + NMI * 16
        mov [rdi], ax
        mov [rdi + 2], cs
        mov byte [rdi + 5], 0x8e
        shr eax, 16
        mov [rdi + 6], ax
        lidt [idtr]

        mov ebx, "0"
        mov esi, asleep
        call print
.hang:  jmp .hang                   ; interrupts are off, and stay so

interrupt:
        inc ebx
        mov esi, number
        call print
        mov al, bl
        call put
        mov esi, newline
        call print
        cmp ebx, "0" + NMIS
        je power_off
        iretq

power_off:
        mov dx, PM1A_CONTROL
        mov ax, 5 << 10 | 1 << 13
        out dx, ax
        hlt

; Sends AL. The transmitter is asked first, as it should be.
put:    mov ah, al
        mov dx, COM1 + 5
.full:  in al, dx
        test al, 0x20
        jz .full
        mov al, ah
        mov dx, COM1
        out dx, al
        ret

print:  lodsb
        test al, al
        jz .done
        call put
        jmp print
.done:  ret

asleep:  db "deaf: asleep, interrupts are off"
newline: db 13, 10, 0
number:  db "deaf: NMI ", 0

idtr:   dw 256 * 16 - 1
        dq IDT
end:
