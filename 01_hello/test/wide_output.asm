; Writes a word to the transmit port, which takes bytes.

        bits 16
        org 0

        mov ax, 'AB'
        out 0x01, ax
        hlt
