; A boot sector of your own: the first 512 bytes of a disk, which the BIOS loads to 0000:7C00 and jumps
; to because they end with 55 AA. It prints through INT 10h, waits two seconds for a key, and halts.
;
; What a BIOS leaves to us: real mode, DL = the number of the disk, and otherwise nothing for sure.
; Source: Ralf Brown's Interrupt List, INT 10h/AH=0Eh, INT 16h/AH=00h and 01h, INT 1Ah/AH=00h.

TICKS   equ 36                  ; how long to wait: the BIOS counts 18.2 ticks a second

        bits 16
        org 0x7C00

start:
        xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, start           ; the stack grows downwards from here
        cld                     ; LODSB goes upwards
        sti                     ; the keyboard and the clock need interrupts

        mov si, greeting
        call print

        mov ah, 0               ; CX:DX = ticks since midnight
        int 0x1A
        mov bx, dx              ; the low half is enough for two seconds
wait_for_key:
        mov ah, 1               ; ZF = no key is waiting
        int 0x16
        jnz key
        hlt                     ; until the next interrupt, 55 ms at most
        mov ah, 0
        int 0x1A
        sub dx, bx
        cmp dx, TICKS
        jb wait_for_key

        mov si, no_key
        call print
        jmp done

key:
        mov ah, 0               ; AL = the key, and it no longer waits
        int 0x16
        push ax
        mov si, your_key
        call print
        pop ax
        call print_char
        mov si, newline
        call print

done:
        cli
        hlt                     ; with interrupts off: for good
        jmp done

; Prints the zero-terminated text at DS:SI. Changes AX, BX, SI.
print:
        lodsb
        test al, al
        jz .end
        call print_char
        jmp print
.end:
        ret

; Prints AL. Changes AX, BX.
print_char:
        mov ah, 0x0E            ; teletype output
        mov bx, 7               ; page 0, and grey for those who draw
        int 0x10
        ret

greeting db "Hello from the boot sector! Press a key.", 13, 10, 0
no_key   db "No key was pressed. Good night.", 13, 10, 0
your_key db "You pressed ", 0
newline  db 13, 10, 0

        times 510 - ($ - $$) db 0
        dw 0xAA55
