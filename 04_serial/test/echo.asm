; A guest that looks like a kernel and needs a millisecond: it sends back what it receives, by
; interrupts, as Linux does. It is an ELF vmlinux of one segment, and starts as one, in 64-bit mode.
;
; Some bytes are commands:
;   Ctrl-D  power off, by ACPI      Ctrl-R  reset, by the keyboard controller
;   Ctrl-T  triple fault            Ctrl-U  something that no hypervisor can do
;   Ctrl-N  hear nothing any more   Ctrl-H  halt for good
;   Ctrl-E  send 8 KiB of dots by THRE interrupts alone, a byte each, then echo on
;   Ctrl-O  the same, but send them outside the interrupt handler
;   Ctrl-L  echo on, but poll the line status instead of taking interrupts

bits 64
default abs

LOAD   equ 0x200000     ; physical address of the file's first byte
KERNEL equ 0xffffffff80000000

COM1   equ 0x3f8
PIC    equ 0x20         ; the first 8259; its interrupts are vectors VECTOR to VECTOR + 7
VECTOR equ 0x20
IRQ    equ 4
IDT    equ 0x300000     ; two hundred and fifty-six empty gates
PM1A_CONTROL equ 0x604
KEYBOARD     equ 0x64

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

        ; The boot protocol promises a GDT with these: a loader without it ends in a triple fault.
        mov eax, 0x18               ; __BOOT_DS
        mov ss, eax
        mov ds, eax
        push 0x10                   ; __BOOT_CS
        push .here
        o64 retf
.here:

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

        ; The UART: divisor 1, 8n1, FIFOs on with trigger 14, OUT2 on, interrupts for received bytes.
        mov esi, settings
.next:  lodsw
        test al, al
        jz .ready
        movzx edx, al
        or edx, 0x300
        mov al, ah
        out dx, al
        jmp .next
.ready:
        xor r15d, r15d              ; dots to send
        mov esi, greeting
        call print
        xor r14d, r14d              ; is one of them to be sent here?
        sti
.wait:  hlt
.dots:  test r15d, r15d
        jz .wait
        test r14d, r14d
        jz .dots
        cli
        xor r14d, r14d
        call dot.send
        sti
        jmp .dots

; COM1 has something. Its line must have been low once before the next interrupt can arrive, so
; whatever is there is taken first.
interrupt:
        test r15d, r15d
        jnz dot
.next:  mov dx, COM1 + 5
        in al, dx
        test al, 1
        jz .none
        mov dx, COM1
        in al, dx
        cmp al, 'D' - '@'
        je power_off
        cmp al, 'R' - '@'
        je reset
        cmp al, 'T' - '@'
        je triple_fault
        cmp al, 'U' - '@'
        je unknown
        cmp al, 'N' - '@'
        je hang
        cmp al, 'H' - '@'
        je halt
        cmp al, 'L' - '@'
        je poll
        cmp al, 'E' - '@'
        je dots
        cmp al, 'O' - '@'
        je dots
        call put
        jmp .next
.none:  mov dx, COM1 + 1            ; no interrupts: look again
        in al, dx
        test al, 1
        jz .next
.done:  mov al, 0x20
        out PIC, al
        iretq

dots:   mov r15d, 8192
        mov r13d, eax               ; which command
        mov dx, COM1 + 1
        xor eax, eax                ; whatever else was received: the line falls
        out dx, al
        mov al, 1 << 1              ; THRE, which interrupts at once
        out dx, al
        jmp interrupt.done

; One dot, here or by who waits, and not a look at the port until the next interrupt.
dot:    mov dx, COM1 + 2
        in al, dx
        and al, 0xf
        cmp al, 1 << 1              ; THRE
        jne interrupt.done
        cmp r13b, 'O' - '@'
        sete r14b                   ; then who waits sends it
        je interrupt.done
        call .send
        jmp interrupt.done
.send:  mov dx, COM1
        mov al, '.'
        out dx, al
        dec r15d
        jnz .sent
        mov dx, COM1 + 1
        mov al, 1 << 0              ; received bytes again
        out dx, al
.sent:  ret

power_off:
        mov dx, PM1A_CONTROL
        mov ax, 5 << 10 | 1 << 13
        out dx, ax
        hlt

reset:  mov al, 0xfe
        out KEYBOARD, al
        hlt

triple_fault:
        lidt [no_idt]
        ud2

; Executes where there is no memory.
unknown:
        mov eax, 0xd0000000
        jmp rax

hang:   jmp hang

halt:   hlt                         ; interrupts are off, in a handler
        jmp halt

poll:   mov dx, COM1 + 1
        xor eax, eax
        out dx, al                  ; IER
        jmp interrupt.next

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

; Low byte of the port, value. The first divisor byte would be a printed "A" if DLAB didn't work.
settings:
        db 0xfb, 0x83, 0xf8, 'A', 0xf9, 0, 0xfb, 0x03, 0xfa, 0xc7, 0xfc, 0x0b, 0xf9, 1, 0

greeting:
        db "echo: ready", 13, 10, 0

idtr:   dw 256 * 16 - 1
        dq IDT
no_idt: dw 0
        dq 0
end:
