; A device whose registers are in a page of memory: each kind of access is one, of its size, and what
; comes back is what a register would hold.
;
; The suite's has 128 bytes that keep what is written, and behind them, at LOG, what was last done to
; those: how often (from the last look at LOG on), and the last time if it was a write, of how many
; bytes, and where.

%include "test/guest/world.inc"

GPA   equ 0xD0001000
HERE  equ 0x90000
LOG   equ 0x80
VALUE equ 0x8877665544332211

%define R 0
%define W 1

%macro saw 4                            ; accesses; the last one: R or W, bytes, offset
        mov     r14d, [rbx + LOG]
        cmp     r14d, (%1) << 16 | (%2) << 15 | (%3) << 8 | (%4)
        expect
%endmacro

%macro is 2                             ; register, value
        cmp     %1, %2
        expect
%endmacro

        world_begin
        map     HERE, GPA
        mov     rbx, HERE
        mov     rax, VALUE
        mov     ecx, 2

        mov     [rbx], rax
        saw     1, W, 8, 0
        mov     [rbx + rcx * 4], eax
        saw     1, W, 4, 8
        mov     [rbx + 12], ax
        saw     1, W, 2, 12
        mov     [rbx + 14], al
        saw     1, W, 1, 14
        mov     [rbx + 15], ah
        saw     1, W, 1, 15
        mov     dword [rbx + 16], 0x12345678
        saw     1, W, 4, 16
        mov     qword [rbx + 24], -2
        saw     1, W, 8, 24
        movnti  [rbx + 32], eax
        saw     1, W, 4, 32
        mov     [abs qword HERE + 40], rax
        saw     1, W, 8, 40

        mov     rdx, [rbx]
        saw     1, R, 8, 0
        is      rdx, rax
        mov     edx, [rbx + 8]
        saw     1, R, 4, 8
        is      rdx, 0x44332211
        mov     dx, [rbx + 16]
        saw     1, R, 2, 16
        is      edx, 0x44335678
        mov     dl, [rbx + 14]
        mov     dh, [rbx + 15]
        saw     2, R, 1, 15
        is      edx, 0x44332211
        mov     rax, [abs qword HERE + 24]
        saw     1, R, 8, 24
        is      rax, -2
        movzx   edx, byte [rbx + 7]
        saw     1, R, 1, 7
        is      rdx, 0x88
        movzx   edx, word [rbx + 6]
        saw     1, R, 2, 6
        is      rdx, 0x8877
        movsx   rdx, byte [rbx + 7]
        saw     1, R, 1, 7
        is      rdx, 0x88 - 0x100
        movsx   edx, word [rbx + 6]
        saw     1, R, 2, 6
        is      edx, 0xFFFF8877
        movsxd  rdx, dword [rbx + 4]
        saw     1, R, 4, 4
        is      rdx, 0x88776655 - 0x100000000

        mov     dword [rbx + 48], 1     ; a read and a write
        saw     1, W, 4, 48
        or      dword [rbx + 48], 4
        saw     2, W, 4, 48
        lock dec dword [rbx + 48]
        saw     2, W, 4, 48
        mov     edx, 7
        xchg    edx, [rbx + 48]
        saw     2, W, 4, 48
        is      edx, 4

        lea     rdi, [rbx + 64]
        mov     eax, 0xAAAAAAAA
        mov     ecx, 4
        rep stosd
        saw     4, W, 4, 76
        is      rdi, HERE + 80
        lea     rsi, [rbx + 64]
        movsq                           ; from one register to another
        saw     2, W, 8, 80
        lea     rsi, [rbx]
        lea     rdi, [target]
        mov     ecx, 8
        rep movsb                       ; to memory
        saw     8, R, 1, 7
        mov     rax, VALUE
        is      [target], rax
        lea     rsi, [target]
        lea     rdi, [rbx + 96]
        movsd                           ; and back
        saw     1, W, 4, 96
        lea     rsi, [rbx]
        mov     dx, ECHO
        outsd
        saw     1, R, 4, 0
        lea     rdi, [rbx + 100]
        insd
        saw     1, W, 4, 100
        mov     edx, [rbx + 100]
        saw     1, R, 4, 100
        is      edx, 0x44332211

        mov     qword [abs pages + (HERE + 4096) / 4096 * 8], 0
        invlpg  [abs HERE + 4096]
        mov     rsi, rbx
        mov     rdi, HERE + 4096          ; what can't be written isn't read
        faults  VECTOR_PF, movsd
        mov     r14d, [rbx + LOG]
        shr     r14d, 16
        is      r14d, 0
        passed

        align   8, db 0
target: dq      0
        world_end
