; A boot sector for the tests of vmx-lab: prints `>`, then writes back what is typed, each byte plus
; one. A digit becomes the status and ends the machine; `!` ends it without a status.

COM1 equ 0x3F8
COM2 equ 0x2F8
LSR  equ 5

        bits 16
        org 0x7C00

        xor ax, ax
        mov ds, ax
        mov dx, COM2
        call setup
        mov dx, COM1
        call setup
        mov al, '>'
        out dx, al

next:
        mov dx, COM1 + LSR
        in al, dx
        test al, 1
        jz next
        mov dx, COM1
        in al, dx
        cmp al, '!'
        je off
        cmp al, '0'
        jb echo
        cmp al, '9'
        jbe status
echo:
        inc al
        out dx, al
        call flush
        jmp next

status:
        mov dx, COM2
        out dx, al
        call flush
off:
        mov ax, 0x2000
        mov dx, 0xB004                  ; Bochs
        out dx, ax
        mov dx, 0x604                   ; QEMU
        out dx, ax
        hlt

; 115200 baud, 8n1
setup:
        add dx, 3
        mov al, 0x80
        out dx, al
        sub dx, 3
        mov al, 1
        out dx, al
        inc dx
        mov al, 0
        out dx, al
        add dx, 2
        mov al, 3
        out dx, al
        sub dx, 3
        ret

; waits until all has left
flush:
        add dx, LSR
.wait:
        in al, dx
        test al, 0x40
        jz .wait
        sub dx, LSR
        ret

        times 510 - ($ - $$) db 0
        dw 0xAA55
