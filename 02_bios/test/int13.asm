; Prints what INT 13h says about the disk: "08h AX CX DX" (its geometry), "15h AX CX DX" (how many
; sectors), and "02h AX" for a read of four sectors, of which the disk may have fewer. Carry, the sign
; of an error, is a "c" in front of AX.
; Source: Ralf Brown's Interrupt List, INT 13h/AH=02h, 08h and 15h.

        bits 16
        org 0x7C00

        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00
        sti
        mov [drive], dl

        mov ah, 0x08
        xor di, di
        call ask
        mov ah, 0x15
        call ask
        mov ax, 0x0204          ; four sectors from the first on
        mov cx, 1
        mov dh, 0
        mov bx, 0x7E00
        call ask
        cli
        hlt

; INT 13h, and a line with AH as it was, carry, AX, CX and DX afterwards.
ask:
        mov dl, [drive]
        push dx
        mov [function], ah
        int 0x13
        push dx
        push cx
        push ax
        pushf
        mov al, [function]
        call print_byte
        popf
        mov al, ' '
        jnc .fine
        mov al, 'c'
.fine:
        call print_char
        pop ax
        call print_word
        pop ax
        call print_word
        pop ax
        call print_word
        mov al, 13
        call print_char
        mov al, 10
        call print_char
        pop dx
        xor ax, ax
        mov es, ax              ; INT 13h/AH=08h has changed it
        ret

; Prints AX and a space.
print_word:
        push ax
        mov al, ah
        call print_byte
        pop ax
        call print_byte
        mov al, ' '
        jmp print_char

; Prints AL in hexadecimal.
print_byte:
        push ax
        shr al, 4
        call .digit
        pop ax
.digit:
        and al, 15
        cmp al, 10
        sbb al, 0x69            ; 0 to 9 and A to F, by way of DAS
        das

; Prints AL.
print_char:
        mov ah, 0x0E
        mov bx, 7
        int 0x10
        ret

drive    db 0
function db 0

        times 510 - ($ - $$) db 0
        dw 0xAA55
