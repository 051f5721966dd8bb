; Gives back what it is given, until there is no more.

TRANSMIT equ 0x01
RECEIVE  equ 0x02

        bits 16
        org 0

next:
        in al, RECEIVE
        cmp al, 0xFF
        je done
        out TRANSMIT, al
        jmp next
done:
        hlt
        jmp done
