; Opens the A20 gate as boot sectors do it: empties the keyboard controller's output, then sets the
; gate's bit in its output port. At the end it says what the self test answers.

        bits 16
        org 0x7C00

        xor ax, ax
        mov ds, ax
flush:
        in al, 0x64
        test al, 1              ; a byte waits
        jz empty
        in al, 0x60
        jmp flush
empty:
        call ready
        mov al, 0xD1            ; write the output port
        out 0x64, al
        call ready
        mov al, 0xDF            ; A20 on, no reset
        out 0x60, al
        call ready
        mov al, 0xAA            ; self test
        out 0x64, al
answer:
        in al, 0x64
        test al, 1
        jz answer
        in al, 0x60
        cmp al, 0x55
        jne halt
        mov si, passed
print:
        lodsb
        test al, al
        jz halt
        mov ah, 0x0E
        int 0x10
        jmp print
halt:
        cli
        hlt

ready:
        in al, 0x64
        test al, 2              ; busy
        jnz ready
        ret

passed  db "empty, A20 is on, the self test passed", 13, 10, 0

        times 510 - ($ - $$) db 0
        dw 0xAA55
