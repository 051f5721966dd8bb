; Asks INT 13h for the size of the disk, reads its last sector, and prints the text that starts it.

        bits 16
        org 0x7C00

        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00
        sti

        mov ah, 0x48            ; extended drive parameters
        mov si, parameters
        int 0x13
        jc failed
        mov eax, [parameters + 16]
        mov edx, [parameters + 20]
        sub eax, 1
        sbb edx, 0
        mov [packet.lba], eax
        mov [packet.lba + 4], edx

        mov ah, 0x42            ; extended read
        mov dl, 0x80
        mov si, packet
        int 0x13
        jc failed
        mov si, 0x7E00
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

error   db "the disk reports an error", 13, 10, 0

        align 4
packet: db 16, 0
        dw 1                    ; one sector
        dw 0x7E00, 0            ; to 0000:7E00
.lba:   dq 0

parameters:
        dw 26
        times 24 db 0

        times 510 - ($ - $$) db 0
        dw 0xAA55
