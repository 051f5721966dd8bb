; Prints half a line and never ends.

        bits 16
        org 0

        mov al, 'x'
        out 0x01, al
        jmp $
