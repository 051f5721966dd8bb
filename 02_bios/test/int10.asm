; The other ways to print: INT 10h functions 09h, 0Ah and 13h; 0Fh and 03h answer.

        bits 16
        org 0x7C00

        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00
        sti
        mov ax, 0x0900 | '='    ; nine times
        mov bx, 7
        mov cx, 9
        int 0x10
        mov ax, 0x1301          ; a string
        mov bp, plain
        mov cx, plain_size
        int 0x10
        mov ax, 0x1302          ; a string with a colour for each character
        mov bp, coloured
        mov cx, 4
        int 0x10
        mov ah, 0x02            ; the cursor, set and asked for
        mov dx, 0x0305
        int 0x10
        mov dx, 0
        mov ah, 0x03
        int 0x10
        cmp dx, 0x0305
        jne wrong
        mov ah, 0x0F            ; the mode: 80 columns
        int 0x10
        cmp ax, 80 << 8 | 3
        jne wrong
        mov ax, 0x0E00 | '!'
        int 0x10
wrong:
        cli
        hlt

plain      db 13, 10, "plain "
plain_size equ $ - plain
coloured   db "g", 2, "r", 4, "e", 5, "y", 7

        times 510 - ($ - $$) db 0
        dw 0xAA55
