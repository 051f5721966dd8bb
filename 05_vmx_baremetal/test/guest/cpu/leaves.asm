; CPUID with every leaf of the ranges below, and eight sub-leaves each. Leaves behind the last of their
; range are all zeros. Tells which leaves are not.

%include "test/guest/world.inc"

LAST_SUBLEAF equ 7

; ask LEAF, SUB-LEAF: the four registers or'ed in RAX.
%macro ask 2
        mov     eax, %1
        mov     ecx, %2
        attempt cpuid
        or      eax, ebx
        or      eax, ecx
        or      eax, edx
%endmacro

        world_begin
        lea     rsi, [ranges]
.range:
        mov     eax, [rsi]              ; the range's first leaf names its last
        xor     ecx, ecx
        cpuid
        mov     r14d, eax
        cmp     r14d, [rsi]
        jae     .has_leaves
        mov     r14d, [rsi]
        sub     r14d, 1                 ; it has none
.has_leaves:
        mov     edi, [rsi]
.leaf:
        xor     r13d, r13d
        ask     edi, r13d
        cmp     byte [seen], NOTHING
        expect
        test    eax, eax
        jz      .subleaf
        tell    edi
        cmp     edi, r14d
        setbe   al
        cmp     al, 1
        expect
.subleaf:
        inc     r13d
        ask     edi, r13d
        cmp     byte [seen], NOTHING
        expect
        cmp     r13d, LAST_SUBLEAF
        jb      .subleaf
        cmp     edi, [rsi + 4]
        je      .done
        inc     edi
        jmp     .leaf
.done:
        add     rsi, 8
        lea     rax, [ranges_end]
        cmp     rsi, rax
        jb      .range
        passed

        align   8, db 0
ranges: dd      0, 0xFF
        dd      0x20000000, 0x2000000F
        dd      0x40000000, 0x4000011F
        dd      0x80000000, 0x800000FF
        dd      0xC0000000, 0xC000000F
        dd      0xFFFFFFF0, 0xFFFFFFFF
ranges_end:
        world_end
