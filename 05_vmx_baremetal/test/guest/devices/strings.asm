; INS and OUTS in all widths, up and down, with each address size, through segments, over the edge of a
; page that isn't there yet, and as a way to write code.

%include "test/guest/world.inc"

HOLE        equ 0x80000                 ; a page that the page fault handler puts there
BELOW       equ HOLE - 6

; send_receive OUTS, INS, BYTES: six elements out and in again, and they are the same.
%macro send_receive 3
        lea     rsi, [source]
        mov     ecx, 6
        rep %1
        lea     rax, [source + 6 * %3]
        cmp     rsi, rax
        expect
        lea     rdi, [target]
        mov     ecx, 6
        rep %2
        lea     rax, [target + 6 * %3]
        cmp     rdi, rax
        expect
        cmp     rcx, 0
        expect
        lea     rsi, [source]
        lea     rdi, [target]
        mov     ecx, 6 * %3
        repe cmpsb
        expect
%endmacro

        world_begin
        mov     edx, ECHO
        send_receive outsb, insb, 1
        send_receive outsw, insw, 2
        send_receive outsd, insd, 4

        std                             ; downwards, without REP
        lea     rsi, [source + 4]
        outsd
        outsd
        cld
        lea     rax, [source - 4]
        cmp     rsi, rax
        expect
        in      eax, dx
        cmp     eax, [source + 4]
        expect
        in      eax, dx
        cmp     eax, [source]
        expect

        mov     rdi, 0x1111111100000000 ; a 32-bit address clears the upper halves
        lea     eax, [target]
        or      rdi, rax
        mov     rcx, 0x2222222200000001
        out     dx, al
        a32 rep insb
        lea     rax, [target + 1]
        cmp     rdi, rax
        expect
        cmp     rcx, 0
        expect

        mov     ecx, MSR_FS_BASE
        lea     eax, [source]
        xor     edx, edx
        wrmsr
        mov     edx, ECHO
        mov     esi, 3
        fs outsb
        in      al, dx
        cmp     al, [source + 3]
        expect
        mov     rsi, 1 << 63            ; not canonical
        faults  VECTOR_GP, outsw
        cmp     qword [error], 0
        expect

        mov     qword [pages + HOLE / 4096 * 8], 0
        invlpg  [abs HOLE]
        lea     rsi, [source]
        mov     ecx, 6
        rep outsd
        mov     edi, BELOW              ; one and a half double words fit
        mov     ecx, 6
        faults  VECTOR_PF, rep insd
        cmp     qword [error], 2        ; a write, to no page
        expect
        mov     rax, cr2
        cmp     rax, HOLE
        expect
        cmp     ecx, 5
        expect
        cmp     edi, BELOW + 4
        expect
        mov     qword [pages + HOLE / 4096 * 8], HOLE + PAGE + ENTRY_USER
        works   rep insd                ; none is lost
        lea     rsi, [source]
        mov     edi, BELOW
        mov     ecx, 24
        repe cmpsb
        expect
        mov     qword [pages + HOLE / 4096 * 8], HOLE + 1
        invlpg  [abs HOLE]
        mov     rax, cr0
        bts     rax, 16                 ; write protection for ring 0 too
        mov     cr0, rax
        mov     edi, HOLE
        faults  VECTOR_PF, insb
        cmp     qword [error], 3
        expect

        lea     rsi, [code]             ; code that arrives by INS runs at once
        mov     ecx, code_end - code
        rep outsb
        lea     rdi, [target]
        mov     ecx, code_end - code
        rep insb
        lea     rax, [target]
        call    rax
        cmp     eax, 0x600DC0DE
        expect
        passed

code:   mov     eax, 0x600DC0DE
        ret
code_end:

source: db      "Aye, there's the rub: for in"
target: times   32 db 0xCC
        world_end
