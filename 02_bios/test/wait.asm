; The clock's interrupts, as the BIOS uses them: INT 15h, AH = 86h, waits half a second by the periodic
; one; INT 1Ah, AH = 06h, sets an alarm, which calls INT 4Ah.

        bits 16
        org 0x7C00

WAIT_US   equ 500000
TICKS     equ 9                         ; of the timer, 18.2 a second, in at least this time
BDA_TICKS equ 0x46C

        xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7C00
        sti

        mov bx, [BDA_TICKS]
        mov cx, WAIT_US >> 16
        mov dx, WAIT_US & 0xFFFF
        mov ah, 0x86
        int 0x15
        mov si, refused
        jc print
        sub bx, [BDA_TICKS]
        neg bx
        mov si, early
        cmp bx, TICKS - 1               ; the first one may be nearly over
        jb print
        mov si, waited
        call puts

        mov word [4 * 0x4A], alarm
        mov [4 * 0x4A + 2], cs
        mov ah, 0x02                    ; the time: DH = seconds
        int 0x1A
        mov al, dh
        add al, 2                       ; in two seconds
        mov ah, al                      ; two decimal digits, and no DAA: KVM's emulator lacks it
        and ah, 0xF
        cmp ah, 10
        jb units
        add al, 6
units:
        cmp al, 0x60
        jb set
        sub al, 0x60
set:
        mov dh, al
        mov cx, 0xFFFF                  ; of every hour, every minute
        mov ah, 0x06
        int 0x1A
        mov si, refused
        jc print
sleep:
        hlt
        cmp byte [alarmed], 0
        je sleep
        mov si, rung
print:
        call puts
        cli
        hlt

puts:
        lodsb
        test al, al
        jz .end
        mov ah, 0x0E
        int 0x10
        jmp puts
.end:
        ret

alarm:
        push ds
        push word 0
        pop ds
        mov byte [alarmed], 1
        pop ds
        iret

alarmed db 0
waited  db "waited for half a second", 13, 10, 0
rung    db "the alarm rang", 13, 10, 0
early   db "back too early", 13, 10, 0
refused db "refused", 13, 10, 0

        times 510 - ($ - $$) db 0
        dw 0xAA55
