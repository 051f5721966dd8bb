; A guest that rings the bell of bell.h: ROUNDS times, each time until there is an answer, and then
; BURST times without waiting. It says so when all of them were heard, and powers off.
;
; It is an ELF vmlinux of one segment, and starts as one, in 64-bit mode.

%ifndef ROUNDS
%define ROUNDS 1000
%endif
%ifndef BURST
%define BURST 1000
%endif

bits 64
default abs

LOAD   equ 0x200000     ; physical address of the file's first byte
KERNEL equ 0xffffffff80000000

BELL   equ 0x510
COM1   equ 0x3f8
PIC    equ 0x20         ; the first 8259; its interrupts are vectors VECTOR to VECTOR + 7
VECTOR equ 0x20
IRQ    equ 5
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

start:
        mov esp, file               ; the stack grows down from here

        ; One gate: to `interrupt`, in our code segment, type 0xE.
        mov eax, interrupt
        mov edi, IDT + (VECTOR + IRQ) * 16
        mov [rdi], ax
        mov [rdi + 2], cs
        mov byte [rdi + 5], 0x8e
        shr eax, 16
        mov [rdi + 6], ax
        lidt [idtr]

        ; The 8259: initialise, vectors from VECTOR on, no slave, 8086 mode; only the bell gets through.
        mov al, 0x11
        out PIC, al
        mov al, VECTOR
        out PIC + 1, al
        mov al, 4
        out PIC + 1, al
        mov al, 1
        out PIC + 1, al
        mov al, ~(1 << IRQ) & 0xff
        out PIC + 1, al

        mov dx, BELL
        mov ecx, ROUNDS
.round: xor ebx, ebx                ; the handler makes it 1
        out dx, al
.wait:  sti                         ; no HLT: QEMU 7.2's emulation of SVM can let an interrupt in
        nop                         ; between STI and what follows, and HLT would then wait for ever
        cli
        test ebx, ebx
        jz .wait
        loop .round

        mov ecx, BURST
.burst: out dx, al
        loop .burst

        ; Sooner or later all of them were heard.
.count: in eax, dx
        cmp eax, ROUNDS + BURST
        jb .count
        mov esi, text
        mov ecx, text.end - text
        ja .wrong
        jmp .print
.wrong: mov esi, wrong
        mov ecx, wrong.end - wrong
.print: mov dx, COM1 + 5            ; ready?
        in al, dx
        test al, 0x20
        jz .print
        mov dx, COM1
        lodsb
        out dx, al
        loop .print

        mov dx, PM1A_CONTROL
        mov ax, 5 << 10 | 1 << 13
        out dx, ax
        hlt

interrupt:
        mov ebx, 1
        mov al, 0x20                ; end of interrupt
        out PIC, al
        iretq

text:   db "All rings were heard, and answered.", 13, 10
.end:
wrong:  db "More rings were heard than there were.", 13, 10
.end:

idtr:   dw 256 * 16 - 1
        dq IDT
end:
