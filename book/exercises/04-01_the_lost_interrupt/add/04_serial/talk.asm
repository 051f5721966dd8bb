; A guest with the driver of a textbook: it prints forty lines by interrupts, and powers off. For each
; line it enables the interrupt "transmitter empty", hands out sixteen bytes whenever it comes, and
; disables it when there are no more.
;
; It is an ELF vmlinux of one segment, and starts as one, in 64-bit mode.

bits 64
default abs

LOAD   equ 0x200000     ; physical address of the file's first byte
KERNEL equ 0xffffffff80000000

COM1   equ 0x3f8
PIC    equ 0x20         ; the first 8259; its interrupts are vectors VECTOR to VECTOR + 7
VECTOR equ 0x20
IRQ    equ 4
IDT    equ 0x300000     ; two hundred and fifty-six empty gates
LINES  equ 40
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

        ; The 8259: initialise, vectors from VECTOR on, no slave, 8086 mode; only COM1 gets through.
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

        ; The UART: FIFOs on, OUT2 on.
        mov dx, COM1 + 2
        mov al, 0xc7
        out dx, al
        mov dx, COM1 + 4
        mov al, 0x0b
        out dx, al

        mov ebx, LINES
.line:  mov esi, text
        mov ecx, text.end - text
        mov dx, COM1 + 1
        mov al, 2                   ; "transmitter empty": it is, so that interrupts at once
        out dx, al
.wait:  sti                         ; no HLT: QEMU 7.2's emulation of SVM can let an interrupt in
        nop                         ; between STI and what follows, and HLT would then wait for ever
        cli
        test ecx, ecx
        jnz .wait
        dec ebx
        jnz .line

        mov dx, PM1A_CONTROL
        mov ax, 5 << 10 | 1 << 13
        out dx, ax
        hlt

; Sixteen of the ECX bytes at RSI, or none any more; and again, until the chip has nothing to report.
interrupt:
        mov dx, COM1 + 2
        in al, dx                   ; which cause? There is only one.
        and al, 0x0f
        cmp al, 2
        jne .done
        mov dx, COM1
        mov edi, 16
.next:  jecxz .last
        lodsb
        out dx, al
        dec ecx
        dec edi
        jnz .next
        jmp interrupt
.last:  mov dx, COM1 + 1
        mov al, 0
        out dx, al
        jmp interrupt
.done:  mov al, 0x20                ; end of interrupt
        out PIC, al
        iretq

text:   db "Sixteen bytes at a time, by interrupts.", 13, 10
.end:

idtr:   dw 256 * 16 - 1
        dq IDT
end:
