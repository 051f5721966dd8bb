; Memory that isn't there, on a machine with an empty bus: a read is all ones, and a write is lost, by
; whichever instruction.

%include "test/guest/world.inc"

LAST   equ 0x3FF000                     ; of 4 MiB, at EDGE, and behind it nothing
EDGE   equ 0x80000
HOLE   equ 0x90000                      ; two pages of nothing at 1 GiB
HIGH_  equ 0x92000                      ; and one above 4 GiB
ONES   equ -1

%macro still 1                          ; nothing has changed there
        cmp     qword [abs %1], ONES
        expect
%endmacro

        world_begin
        map     EDGE, LAST
        map     EDGE + 4096, LAST + 4096
        map     HOLE, 0x40000000
        map     HOLE + 4096, 0x40001000
        map     HIGH_, 0x140000000

        still   HOLE
        still   HIGH_
        mov     rbx, HOLE
        mov     ecx, 8
        mov     byte [rbx], 1
        mov     word [rbx + 2], 0x1234
        mov     dword [rbx + rcx * 2], 0x12345678
        mov     qword [rbx + 8], 5
        mov     [rbx + 16], ah
        mov     [rbx + 16], r10w
        mov     [rbx + 16], ecx
        mov     [rbx + 16], r10
        mov     [abs HOLE], rax
        mov     [abs HIGH_], ecx
        still   HOLE
        still   HOLE + 8
        still   HOLE + 16
        still   HIGH_

        mov     eax, 5                  ; what reads first reads ones
        xchg    [rbx], eax
        mov     edx, 0xFFFFFFFF
        cmp     rax, rdx
        expect
        mov     al, 5
        xchg    [rbx], al
        cmp     al, 0xFF
        expect
        clc
        add     dword [rbx], 1          ; zero, and carry
        setc    al
        setz    ah
        cmp     ax, 0x0101
        expect
        or      byte [rbx], 1
        sets    al
        cmp     al, 1
        expect
        and     word [rbx], 0
        setz    al
        cmp     al, 1
        expect
        inc     qword [rbx]
        setz    al
        cmp     al, 1
        expect
        neg     byte [rbx]              ; 1
        sets    al
        setc    ah
        cmp     ax, 0x0100
        expect
        not     dword [rbx]
        lock sub dword [rbx], -1
        setz    al
        cmp     al, 1
        expect
        still   HOLE

        lea     rdi, [rbx]              ; from one page into the next
        mov     ecx, 600
        xor     eax, eax
        rep stosq
        cmp     rdi, HOLE + 4800
        expect
        cmp     rcx, 0
        expect
        still   HOLE + 4096
        lea     rsi, [rbx]              ; and out of there
        lea     rdi, [target]
        mov     ecx, 4
        rep movsd
        cmp     qword [target], ONES
        expect
        lea     rsi, [source]
        lea     rdi, [rbx]
        movsb
        lea     rax, [source + 1]
        cmp     rsi, rax
        expect
        still   HOLE

        mov     rbx, EDGE + 4096        ; over the end of memory: its part is written
        mov     dword [rbx - 4], 0
        mov     dword [rbx - 2], 0x44332211
        cmp     dword [rbx - 4], 0x22110000
        expect
        cmp     dword [rbx], ONES
        expect
        lea     rdi, [rbx + 2]          ; and downwards into it
        mov     ecx, 4
        mov     al, 0x55
        std
        rep stosb
        cld
        cmp     dword [rbx - 4], 0x55110000
        expect
        passed

        align   8, db 0
source: dq      0x1122334455667788
target: dq      0, 0
        world_end
