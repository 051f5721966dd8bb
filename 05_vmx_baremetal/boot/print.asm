; Text for whoever watches: on the screen through the BIOS, and on COM1. Used by the boot sector and
; by the loader.

BIOS_PORTS    equ 0x400         ; BIOS data area: the serial ports that the BIOS has found, a word each
COM1          equ 0x3F8         ; where it mostly is
COM2          equ 0x2F8
UART_LCR      equ 3             ; line control; bit 7 turns ports 0 and 1 into the divisor
UART_LSR      equ 5             ; line status; bit 5: the transmitter takes another byte

; Sets COM1 and COM2 to 115200 baud (divisor 1), 8 data bits, no parity, 1 stop bit (LCR 3).
; changes AX, DX
serial_init:
        mov dx, COM2
        call .init
        call com1_find
.init:
        add dx, UART_LCR
        mov al, 0x80
        out dx, al
        sub dx, UART_LCR
        mov al, 1
        out dx, al
        inc dx
        mov al, 0
        out dx, al
        add dx, UART_LCR - 1
        mov al, 3
        out dx, al
        ret

; Where COM1 is: the first port of the BIOS's list, but for the one that gets our status.
; out: DX; keeps all others
com1_find:
        push si
        mov si, BIOS_PORTS
.next:
        mov dx, [si]
        inc si
        inc si
        cmp dx, COM2
        je .next
        pop si
        test dx, dx
        jnz .found
        mov dx, COM1
.found:
        ret

; The zero-terminated text at DS:SI.
; changes SI
print:
        push ax
.next:
        lodsb
        test al, al
        jz .done
        call putc
        jmp .next
.done:
        pop ax
        ret

; The character in AL, on screen and COM1. Keeps all registers: the BIOS may not.
putc:
        pusha
        call com1_find
        call serial_putc
        mov ah, 0x0E            ; INT 10h, "write text in teletype mode"
        mov bx, 7
        int 0x10
        popa
        ret

; AL to the UART at DX. A port without a UART mostly reads FFh, which says "ready" as well; whatever
; it reads, nobody waits for ever.
; keeps all registers
serial_putc:
        pusha
        add dx, UART_LSR
        xor cx, cx                      ; 65536 tries, about a microsecond each
.wait:
        in al, dx
        test al, 1 << 5
        loopz .wait
        popa
        out dx, al
        ret

; Waits until all that the UART at DX was given has left: bit 6 of the line status. A machine that
; is switched off before loses it.
; changes AL, CX
serial_flush:
        add dx, UART_LSR
        xor cx, cx
.wait:
        in al, dx
        test al, 1 << 6
        loopz .wait
        sub dx, UART_LSR
        ret
