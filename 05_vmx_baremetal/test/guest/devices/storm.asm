; Much of the same: breakpoints, overflows and calls to the hypervisor, ten thousand of each, and every
; number that a call can have in its low sixteen bits. Tells what an unknown call returns.

%include "test/guest/world.inc"

STORM equ 10000

; storm INSTRUCTION: it raises as many exceptions as there are tries.
%macro storm 1+
        mov     qword [count], 0
        mov     r14d, STORM
%%again:
        attempt %1
        dec     r14d
        jnz     %%again
        cmp     qword [count], STORM
        expect
%endmacro

        world_begin
        storm   int3
        storm   int 4                   ; INTO doesn't exist in 64-bit code
        storm   ud2

        mov     eax, 0x7FFF0000
        works   vmcall
        tell    eax
        mov     r12, rax                ; what comes back for a number that nobody knows
        mov     r13d, STORM
.again:
        mov     eax, 0x7FFF0000
        works   vmcall
        cmp     rax, r12
        expect
        dec     r13d
        jnz     .again

        mov     r13d, 0x10000           ; from the top: number 3 would switch the machine off
.number:
        dec     r13d
        mov     eax, r13d
        cmp     eax, 3
        je      .number
        xor     ebx, ebx
        works   vmcall
        test    r13d, r13d
        jnz     .number
        passed
        world_end
