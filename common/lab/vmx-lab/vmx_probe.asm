; A boot sector for common/lab/try: does the machine start, and does its CPU have VT-x? COM2 gets the digit
; that common/lab/vmx-lab/start makes its status: 0 if so, 3 if not.

COM2      equ 0x2F8
LCR       equ 3         ; its line control register
LCR_8N1   equ 3         ; characters of eight bits; the BIOS left five
LSR       equ 5         ; its line status register
LSR_TEMT  equ 1 << 6    ; all is sent
CPUID_VMX equ 1 << 5    ; CPUID leaf 1, ECX

        bits 16
        org 0x7C00

        xor ax, ax
        mov ds, ax
        mov dx, COM2 + LCR
        mov al, LCR_8N1
        out dx, al
        mov eax, 1
        cpuid
        test ecx, CPUID_VMX
        mov al, '0'
        jnz answer
        mov al, '3'
answer:
        mov dx, COM2
        out dx, al
        mov dx, COM2 + LSR
sent:   in al, dx
        test al, LSR_TEMT
        jz sent

; An exception that nobody can handle switches the machine off.
        lidt [no_idt]
        int3

no_idt: times 6 db 0

        times 510 - ($ - $$) db 0
        dw 0xAA55
