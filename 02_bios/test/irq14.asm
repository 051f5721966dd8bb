; Talks to the disk without the BIOS: IDENTIFY, then WRITE and READ of sector 1, each waiting for IRQ 14.

STATUS  equ 0x1F7
VECTOR  equ 0x76                ; where SeaBIOS leaves IRQ 14

        bits 16
        org 0x7C00

        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00
        cld
        cli
        mov word [VECTOR * 4], handler
        mov word [VECTOR * 4 + 2], 0
        in al, 0xA1             ; unmask IRQ 14 on the second 8259, IRQ 2 on the first
        and al, ~0x40
        out 0xA1, al
        in al, 0x21
        and al, ~0x04
        out 0x21, al
        mov dx, 0x3F6           ; nIEN = 0: interrupts, please
        mov al, 0
        out dx, al
        sti

        mov al, 0xEC            ; IDENTIFY DEVICE
        call command
        call wait_for_interrupt
        mov di, 0x8000
        mov cx, 128
        mov dx, 0x1F0
        rep insd                ; 512 bytes, 4 at a time
        mov si, 0x8000 + 2 * 27 ; the model: 40 characters, swapped in pairs
        mov cx, 20
model:
        lodsw
        xchg al, ah
        push ax
        mov ah, 0x0E
        int 0x10
        pop ax
        mov al, ah
        mov ah, 0x0E
        int 0x10
        loop model
        mov si, newline
        call print

        mov al, 0x30            ; WRITE SECTORS
        call command
        mov si, pattern
        mov cx, 256
        mov dx, 0x1F0
        rep outsw               ; what follows the pattern goes along
        call wait_for_interrupt

        mov al, 0x20            ; READ SECTORS
        call command
        call wait_for_interrupt
        mov di, 0x8000
        mov cx, 256
        mov dx, 0x1F0
        rep insw
        mov si, 0x8000
        call print

        mov al, 0x02            ; no command of an ATA disk
        call command
        call wait_for_interrupt
        mov si, no_error
        test byte [last_status], 1
        jz .say
        mov si, error
.say:
        call print
        cli
        hlt

; Sends command AL for one sector, number 1.
command:
        push ax
        mov byte [interrupted], 0
        mov dx, 0x1F2
        mov al, 1
        out dx, al              ; count
        inc dx
        out dx, al              ; LBA low
        inc dx
        mov al, 0
        out dx, al
        inc dx
        out dx, al
        inc dx
        mov al, 0xE0            ; device 0, LBA
        out dx, al
        inc dx
        pop ax
        out dx, al
        ret

wait_for_interrupt:
        cli
        cmp byte [interrupted], 0
        jne .done
        sti                     ; takes effect after hlt: the interrupt can't slip in between
        hlt
        jmp wait_for_interrupt
.done:
        sti
        ret

handler:
        push ax
        push dx
        mov dx, STATUS          ; reading it acknowledges the interrupt
        in al, dx
        mov [cs:last_status], al
        mov byte [cs:interrupted], 1
        mov al, 0x20            ; EOI to both 8259s
        out 0xA0, al
        out 0x20, al
        pop dx
        pop ax
        iret

print:
        lodsb
        test al, al
        jz .end
        mov ah, 0x0E
        int 0x10
        jmp print
.end:
        ret

interrupted db 0
last_status db 0
newline  db 13, 10, 0
pattern  db "moved by IRQ 14", 13, 10, 0
error    db "and told of an error", 13, 10, 0
no_error db "and told of no error", 13, 10, 0

        times 510 - ($ - $$) db 0
        dw 0xAA55
