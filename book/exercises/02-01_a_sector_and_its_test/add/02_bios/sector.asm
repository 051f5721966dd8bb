; A boot sector that prints two things: the number of the disk that it was started from, as two
; hexadecimal digits, and the text in the disk's second sector, which ends with a zero. Then it halts.
;
; What a BIOS leaves to us: real mode, DL = the number of the disk, and otherwise nothing for sure.
; Source: Ralf Brown's Interrupt List, INT 10h/AH=0Eh, INT 13h/AH=42h.

        bits 16
        org 0x7C00

start:
        %error "02-01: not done yet"

        times 510 - ($ - $$) db 0
        dw 0xAA55
