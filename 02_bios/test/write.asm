; Writes its own sector 0 to sector 1 of the disk through INT 13h, reads it back, and says how it went.

        bits 16
        org 0x7C00

        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00
        sti

        mov ax, 0x0301          ; write one sector
        mov bx, 0x7C00
        mov cx, 0x0002          ; cylinder 0, sector 2: sectors count from 1
        mov dh, 0
        int 0x13
        jc failed

        mov ax, 0x0201          ; read it back
        mov bx, 0x7E00
        mov cx, 0x0002
        mov dh, 0
        int 0x13
        jc failed
        mov si, 0x7C00
        mov di, 0x7E00
        mov cx, 256
        repe cmpsw
        mov si, differs
        jne print
        mov si, written
        jmp print
failed:
        mov si, error
print:
        lodsb
        test al, al
        jz done
        mov ah, 0x0E
        int 0x10
        jmp print
done:
        cli
        hlt

written db "written and read back", 13, 10, 0
differs db "what was read back differs", 13, 10, 0
error   db "the disk reports an error", 13, 10, 0

        times 510 - ($ - $$) db 0
        dw 0xAA55
