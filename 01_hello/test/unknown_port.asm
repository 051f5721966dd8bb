; Writes a byte to port 0x42, which nobody serves here.

        bits 16
        org 0

        mov al, 7
        out 0x42, al
        hlt
