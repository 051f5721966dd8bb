; A boot sector for the tests of vmx-lab: an exception without an interrupt table, and without one
; to report that, and without one to report that.

        bits 16
        org 0x7C00

        cli
        xor ax, ax
        mov ds, ax
        lidt [none]
        lgdt [gdt_register]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp 8:protected

        bits 32
protected:
        ud2

        align 8
gdt:
        dq 0
        dq 0x00CF9B000000FFFF
gdt_register:
        dw $ - gdt - 1
        dd gdt
none:
        dw 0
        dd 0

        times 510 - ($ - $$) db 0
        dw 0xAA55
