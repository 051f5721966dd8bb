; Prints what INT 16h returns in AX: three keys by AH = 00h, two by AH = 10h; then a key that AH = 05h put
; into the buffer, as 01h, 11h and 00h see it. At the end no key is left.

        bits 16
        org 0x7C00

        xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7C00
        sti

        mov cx, 3
plain:
        mov ah, 0x00
        int 0x16
        call print
        loop plain
        mov cx, 2
extended:
        mov ah, 0x10
        int 0x16
        call print
        loop extended
        call newline

        mov ah, 0x05
        mov cx, 0x3B00                  ; F1
        int 0x16
        mov ah, 0
        call print                      ; AL = 0: there was room
        mov ah, 0x01
        int 0x16
        jz none
        call print
        mov ah, 0x11
        int 0x16
        jz none
        call print
        mov ah, 0x00
        int 0x16
        call print
        mov ah, 0x01
        int 0x16
        mov si, empty
        jz puts
none:
        mov si, wrong
puts:
        lodsb
        test al, al
        jz halt
        mov ah, 0x0E
        int 0x10
        jmp puts
halt:
        cli
        hlt

print:                                  ; AX, and a space
        push cx
        mov dx, ax
        mov cx, 4
.digit:
        rol dx, 4
        mov al, dl
        and al, 0xF
        add al, '0'
        cmp al, '9'
        jbe .put
        add al, 'A' - '9' - 1
.put:
        mov ah, 0x0E
        int 0x10
        loop .digit
        mov ax, 0x0E20
        int 0x10
        pop cx
        ret

newline:
        mov ax, 0x0E0D
        int 0x10
        mov ax, 0x0E0A
        int 0x10
        ret

empty   db "empty", 13, 10, 0
wrong   db "wrong", 13, 10, 0

        times 510 - ($ - $$) db 0
        dw 0xAA55
