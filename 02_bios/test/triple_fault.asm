; Enters protected mode, takes away the interrupt table, and causes an exception: there is no handler,
; none for the fault about that, and none for the one after.

        bits 16
        org 0x7C00

        cli
        lgdt [cs:gdt_pointer]
        mov eax, cr0
        or al, 1                ; CR0.PE
        mov cr0, eax
        jmp dword 8:protected

        bits 32
protected:
        lidt [cs:no_idt]
        ud2

        align 8
gdt:    dq 0
        dq 0x00CF9A000000FFFF   ; 8: code, 4 GiB
gdt_pointer:
        dw 15
        dd gdt
no_idt: dw 0
        dd 0

        times 510 - ($ - $$) db 0
        dw 0xAA55
