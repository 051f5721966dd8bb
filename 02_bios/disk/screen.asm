; The screen's firmware: an option ROM, which SeaBIOS copies to C000:0000 and calls at offset 3. It takes
; over INT 10h, so that what a boot sector prints goes to a port of the VMM's, and puts itself in front of
; INT 16h, so that the BIOS's keyboard buffer is filled from there. It is a screen as a printer is one: characters in their order, no positions, no
; colours, and nothing of what is written to video memory.
;
; Sources: Plug and Play BIOS Specification, "Option ROM Header"; Ralf Brown's Interrupt List, INT 10h
; and INT 16h.

PORT_DATA   equ 0x404           ; write: a character to print; read: the next key, which is taken
PORT_STATUS equ 0x405           ; read: the key that waits, or 0
ROM_BLOCKS  equ 1               ; the size of this ROM in units of 512 bytes

BDA         equ 0x40            ; the segment of the BIOS data area
BDA_HEAD    equ 0x1A            ; the keyboard buffer: where the next key is
BDA_TAIL    equ 0x1C            ; and where the next one goes; equal: none
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
        pushad
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
        mov eax, [4 * 0x16]
        mov [cs:bios_keyboard], eax
        mov word [4 * 0x16], keyboard
        mov [4 * 0x16 + 2], cs
        pop ds
        popad
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

; INT 16h. What is typed goes into the BIOS's buffer, as if IRQ 1 had brought it, and the BIOS does what was
; asked for: 00h and 10h take a key, 01h and 11h look for one, 05h puts one into the buffer. But it would
; wait for that IRQ, so the waiting for a key is done here.
keyboard:
        call fetch
        test ah, 0xEF
        jnz .bios
        push ax
        push ds
        push word BDA
        pop ds
.look:
        mov ax, [BDA_HEAD]
        cmp ax, [BDA_TAIL]
        jne .there
        sti
        hlt                             ; the clock's interrupt, 55 ms later at most, looks again
        cli
        call fetch
        jmp .look
.there:
        pop ds
        pop ax
.bios:
        jmp far [cs:bios_keyboard]

; All keys that wait go into the buffer, as far as it has room. Interrupts are off.
fetch:
        push ax
        push cx
        push dx
.next:
        mov dx, PORT_STATUS
        in ax, dx
        test ax, ax
        jz .end
        mov cx, ax
        mov ah, 5
        pushf                           ; as INT would call it
        call far [cs:bios_keyboard]
        test al, al
        jnz .end                        ; full: the key waits where it is
        mov dx, PORT_DATA
        in ax, dx
        jmp .next
.end:
        pop dx
        pop cx
        pop ax
        ret

bios_keyboard:
        dd 0                            ; INT 16h as the BIOS has it: offset, segment

        times ROM_BLOCKS * 512 - 1 - ($ - $$) db 0
checksum:
        db 0                            ; makes the sum of all bytes 0; the VMM fills it in
