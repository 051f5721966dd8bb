; A boot sector in front of another one, which is in sector 1: the machine gets a hole in its memory,
; by another answer to INT 15h, AX=E820h. Its size must be 256 MiB.
;
; in: DL = the drive

MIB    equ 1 << 20
END    equ 256 * MIB
BOOT   equ 0x7C00
HERE   equ 0x600                        ; nobody's: the stack is above, the BIOS's data below
E820   equ 0xE820
SMAP   equ 'PAMS'                       ; first letter on top
RANGE  equ 20                           ; bytes of one

        bits 16
        org HERE

        jmp short start
hole    db 15                           ; the MiB that is missing; boot.t has others

start:
        cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, BOOT
        sti
        cld
        mov si, BOOT                    ; out of the way of the other one
        mov di, HERE
        mov cx, 512 / 2
        rep movsw
        jmp 0:.moved
.moved:
        movzx eax, byte [hole]
        shl eax, 20
        mov [reserved], eax
        add eax, MIB
        mov [above], eax
        neg eax
        add eax, END
        mov [above + 8], eax
        mov eax, [reserved]
        sub eax, MIB
        mov [below + 8], eax

        mov eax, [0x15 * 4]
        mov [old], eax
        mov dword [0x15 * 4], int15
        mov ah, 0x42
        mov si, packet
        int 0x13
        jc $
        jmp BOOT

int15:
        cmp ax, E820
        je .map
        jmp far [cs:old]
.map:
        push ds
        push cs
        pop ds
        push si
        push di
        imul si, bx, RANGE              ; EBX: the range that is wanted
        add si, ranges
        mov cx, RANGE / 2
        rep movsw
        pop di
        pop si
        pop ds
        inc bx
        cmp bx, COUNT
        jb .more
        xor bx, bx                      ; that was the last
.more:
        mov eax, SMAP
        mov ecx, RANGE
        sti
        clc
        retf 2                          ; with our flags

        align 4
old     dd 0
packet  db 16, 0
        dw 1, BOOT, 0                   ; one sector
        dq 1
ranges  dq 0, 0x9F000
        dd 1
below   dq MIB, 0
        dd 1
reserved dq 0, MIB
        dd 2
above   dq 0, 0
        dd 1
COUNT   equ ($ - ranges) / RANGE

        times 510 - ($ - $$) db 0
        dw 0xAA55
