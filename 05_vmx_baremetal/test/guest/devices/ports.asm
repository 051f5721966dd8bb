; A firmware that touches every port of a PC and then prints which of them answered, on the debug console,
; where SeaBIOS prints too: 02_bios and the guest "bios" run it unchanged. The last line ends both.
;
; What it writes are 20h in each byte: no port switches the machine off or resets it for that.

DEBUG_CONSOLE equ 0x402
SPACES        equ 0x20202020
WIDE_PORTS    equ 0x800                 ; of these all forms; of the others, single bytes
TRIES         equ 16                    ; a counter may show all ones now and then ...
LAST_COUNTER  equ 0xFF                  ; ... and counters are of the PC's first chips
TABLE         equ 0x1000                ; a segment: one byte for each port, 0 if it answered
BUFFER        equ 0x500

        org     0
        bits    16
        times   0xF000 db 0             ; 64 KiB, as large as a ROM must be at least

%macro print_byte 1
        mov     al, %1
        mov     dx, DEBUG_CONSOLE
        out     dx, al
%endmacro

start:
        cli
        cld
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 0x7000
        mov     ax, TABLE
        mov     fs, ax

        xor     dx, dx
.read:                                  ; all ports, one byte
        mov     cx, TRIES
        cmp     dx, LAST_COUNTER
        jbe     .counter
        mov     cx, 1
.counter:
        mov     bl, 0xFF
.try:
        in      al, dx
        and     bl, al
        loop    .try
        inc     bl                      ; 0 if all of them were ones
        mov     bp, dx
        mov     [fs:bp], bl
        inc     dx
        jnz     .read

.write:                                 ; all forms, from 0 on
        call    every_form
        inc     dx
        cmp     dx, WIDE_PORTS
        jb      .write
        mov     dx, 0xFFFC              ; and around the end
.last:
        call    every_form
        inc     dx
        jnz     .last

        mov     si, answering
        call    print
        xor     bp, bp
.list:
        cmp     byte [fs:bp], 0
        je      .silent
        mov     ax, bp
        call    print_number
.silent:
        inc     bp
        jnz     .list
        mov     si, the_end
        call    print
.stop:
        hlt
        jmp     .stop

; DX is the port. Keeps DX.
every_form:
        in      al, dx
        in      ax, dx
        in      eax, dx
        mov     eax, SPACES
        out     dx, al
        out     dx, ax
        out     dx, eax
        mov     dword [BUFFER], SPACES
        mov     dword [BUFFER + 4], SPACES
        mov     si, BUFFER
        mov     cx, 2
        rep outsb
        outsw
        outsd
        mov     di, BUFFER + 16
        mov     cx, 2
        rep insb
        insw
        insd
        ret

; SI: a text of the ROM, up to its zero.
print:
        cs lodsb
        test    al, al
        jz      .done
        mov     dx, DEBUG_CONSOLE
        out     dx, al
        jmp     print
.done:
        ret

; AX, four digits and a space.
print_number:
        mov     bx, ax
        mov     cx, 4
.digit:
        rol     bx, 4
        mov     al, bl
        and     al, 0x0F
        cmp     al, 10
        sbb     al, 0x69                ; 0 to 9 and A to F, as the old trick with DAS has it
        das
        mov     dx, DEBUG_CONSOLE
        out     dx, al
        loop    .digit
        print_byte ' '
        ret

answering:
        db      10, "ports that answer: ", 0
the_end:
        db      10, "No bootable device", 10, 0

        times   0x10000 - 16 - ($ - $$) db 0
        jmp     0xF000:start            ; where a PC starts: F000:FFF0
        times   0x10000 - ($ - $$) db 0
