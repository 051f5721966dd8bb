; A firmware of 64 KiB that touches what isn't there, on a PC with 16 MiB: reads are all ones, writes are
; lost, and a ROM stays what it is. Prints "holes: " and "all as on a PC", or the number of the first
; check that failed, on the debug console.

RAM_END equ 0x1000000
NOWHERE equ 0x40000000
ROM     equ 0xFFFF0000                  ; this file

%assign checks 0
%macro expect 0                         ; the flags say "equal"
  %assign checks checks + 1
        mov     cl, '0' + checks
        jne     failed
%endmacro

        org     0
        bits    16
start:
        cli
        lgdt    [cs:gdt_register]
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        mov     bx, 8                   ; segments of 4 GiB, which stay when protected mode ends
        mov     ds, bx
        mov     es, bx
        and     al, ~1
        mov     cr0, eax
        xor     ax, ax
        mov     ss, ax
        mov     sp, 0x7000

        mov     ebx, NOWHERE
        cmp     dword [ebx], -1         ; 1: it reads as ones
        expect
        mov     byte [ebx], 1
        mov     word [ebx + 2], 0x1234
        mov     dword [ebx + 4], 0x12345678
        cmp     dword [ebx], -1         ; 2: and still does
        expect
        cmp     dword [ebx + 4], -1
        expect
        mov     eax, 5
        xchg    [ebx], eax              ; 4: ones come out
        cmp     eax, -1
        expect
        inc     dword [ebx]             ; 5: of which the next is zero
        expect
        mov     edi, ebx
        mov     ecx, 2000
        xor     eax, eax
        a32 rep stosd
        cmp     edi, NOWHERE + 8000
        expect
        cmp     dword [ebx + 4000], -1
        expect

        mov     ebx, RAM_END            ; 8: half of it in memory
        mov     dword [ebx - 4], 0
        mov     dword [ebx - 2], 0x44332211
        cmp     dword [ebx - 4], 0x22110000
        expect
        cmp     dword [ebx], -1
        expect

        mov     ebx, ROM + text         ; and a ROM
        mov     byte [ebx], 'X'
        cmp     byte [ebx], 'a'
        mov     cl, 'R'
        jne     failed
        mov     si, text
        jmp     say
failed:
        mov     [cs:number], cl         ; in the copy below 1 MiB
        mov     si, number
say:
        mov     bx, si
        mov     si, holes
        call    print
        mov     si, bx
        call    print
        hlt

print:
        mov     dx, 0x402
.next:
        mov     al, [cs:si]
        inc     si
        test    al, al
        jz      .end
        out     dx, al
        jmp     .next
.end:
        ret

holes:  db      "holes: ", 0
text:   db      "all as on a PC", 10, 0
number: db      "0", 10, 0

        align   8, db 0
gdt:    dq      0
        dq      0x00CF92000000FFFF
gdt_register:
        dw      15
        dd      0xF0000 + gdt

        times   0xFFF0 - ($ - $$) db 0
        jmp     0xF000:start
        times   0x10000 - ($ - $$) db 0
