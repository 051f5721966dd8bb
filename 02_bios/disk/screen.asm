; The screen's firmware: an option ROM, which SeaBIOS copies to C000:0000 and calls at offset 3. It takes
; over INT 10h, so that what a boot sector prints goes to a port of the VMM's, and INT 16h, so that keys
; come from there. It is a screen as a printer is one: characters in their order, no positions, no
; colours, and nothing of what is written to video memory.
;
; Sources: Plug and Play BIOS Specification, "Option ROM Header"; Ralf Brown's Interrupt List, INT 10h
; and INT 16h.

PORT_DATA   equ 0x404           ; write: a character to print; read: the next key
PORT_STATUS equ 0x405           ; read: 1 when a key is waiting; with the next byte, that key
ROM_BLOCKS  equ 1               ; the size of this ROM in units of 512 bytes

FLAGS_ZF    equ 1 << 6

BDA         equ 0x40            ; the segment of the BIOS data area
BDA_MODE    equ 0x49            ; video mode
BDA_COLUMNS equ 0x4A
BDA_CURSOR  equ 0x50            ; column and row, a byte each
BDA_ROWS    equ 0x84            ; less one

        bits 16
        org 0

        dw 0xAA55
        db ROM_BLOCKS

; Called by the BIOS with a far call. All registers are kept.
start:
        pusha
        push ds
        push word BDA
        pop ds
        mov byte [BDA_MODE], 3          ; 80 x 25 characters
        mov word [BDA_COLUMNS], 80
        mov byte [BDA_ROWS], 24
        xor ax, ax
        mov ds, ax                      ; the interrupt vectors: offset, segment
        mov word [4 * 0x10], video
        mov [4 * 0x10 + 2], cs
        mov word [4 * 0x16], keyboard
        mov [4 * 0x16 + 2], cs
        pop ds
        popa
        retf

; INT 10h. AH = what to do. A function that isn't here does nothing.
video:
        push dx
        mov dx, PORT_DATA
        cmp ah, 0x0E
        je .teletype
        cmp ah, 0x09
        je .repeat
        cmp ah, 0x0A
        je .repeat
        cmp ah, 0x13
        je .string
        pop dx                          ; the others return, or don't need, DX
        cmp ah, 0x0F
        je .mode
        cmp ah, 0x02
        je .cursor_set
        cmp ah, 0x03
        je .cursor_get
        iret

.teletype:                              ; 0Eh: AL once
        out dx, al
        pop dx
        iret

.repeat:                                ; 09h, 0Ah: AL, CX times
        push cx
        jcxz .repeat_end
.repeat_next:
        out dx, al
        loop .repeat_next
.repeat_end:
        pop cx
        pop dx
        iret

.string:                                ; 13h: CX characters at ES:BP; AL bit 1: each with a colour
        push ax
        push cx
        push bp
        jcxz .string_end
.string_next:
        push ax
        mov al, [es:bp]
        out dx, al
        pop ax
        inc bp
        test al, 2
        jz .string_plain
        inc bp
.string_plain:
        loop .string_next
.string_end:
        pop bp
        pop cx
        pop ax
        pop dx
        iret

.mode:                                  ; 0Fh: AL = mode, AH = columns, BH = page
        mov ax, 80 << 8 | 3
        mov bh, 0
        iret

.cursor_set:                            ; 02h: remembered for 03h
        push ds
        push word BDA
        pop ds
        mov [BDA_CURSOR], dx
        pop ds
        iret

.cursor_get:                            ; 03h: DX = position, CX = shape
        push ds
        push word BDA
        pop ds
        mov dx, [BDA_CURSOR]
        mov cx, 0x0607
        pop ds
        iret

; INT 16h. AH = 00h, 10h: AL = the next key, which is waited for; AH = 01h, 11h: is there one? ZF says
; no. AH = 02h, 12h: AL = the shift keys. Keys have no scan codes here: AH returns 0.
keyboard:
        push dx
        mov dx, PORT_STATUS
        and ah, 0xEF                    ; 10h, 11h, 12h do what 00h, 01h, 02h do
        jz .read
        cmp ah, 1
        je .peek
        mov al, 0                       ; nobody holds a shift key
        jmp .done

.read:
        sti
        in ax, dx                       ; AL = 1 when a key is waiting, AH = the key
        test al, al
        jnz .take
        hlt                             ; the clock's interrupt, 55 ms later at most, looks again
        jmp .read
.take:
        mov dx, PORT_DATA
        in al, dx                       ; taken: the next one may come
        mov ah, 0
        jmp .done

.peek:
        in ax, dx
        push bp
        mov bp, sp                      ; [bp] = BP, DX, IP, CS, FLAGS: those that iret restores
        and word [bp + 8], ~FLAGS_ZF
        test al, al
        jnz .peeked
        or word [bp + 8], FLAGS_ZF
.peeked:
        pop bp
        mov al, ah
        mov ah, 0
.done:
        pop dx
        iret

        times ROM_BLOCKS * 512 - 1 - ($ - $$) db 0
checksum:
        db 0                            ; makes the sum of all bytes 0; the VMM fills it in
