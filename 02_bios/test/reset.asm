; Looks for PCI, says 'R', and resets the machine through the keyboard controller.

        bits 16
        org 0x7C00

        mov dx, 0xCF8                   ; with 32 bits: no reset, although 0xCF9 is among them
        mov eax, 0xFFFFFFFF
        out dx, eax
        mov ax, 0x0E00 | 'R'
        int 0x10
        mov al, 0xFE
        out 0x64, al
        cli
        hlt

        times 510 - ($ - $$) db 0
        dw 0xAA55
