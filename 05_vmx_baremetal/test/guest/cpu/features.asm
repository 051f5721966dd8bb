; Bits of CPUID that stand on another: none is shown without the one that it needs.
; Source: SDM Vol. 2, CPUID; Vol. 1, "Detection of Intel AVX Instructions".

%include "test/guest/world.inc"

; needs LEAF, REGISTER, BIT, LEAF, REGISTER, BIT: the first only with the second.
%macro needs 6
        mov     eax, %4
        xor     ecx, ecx
        cpuid
        bt      %5, %6
        setc    sil
        mov     eax, %1
        xor     ecx, ecx
        cpuid
        bt      %2, %3
        setc    al
        and     al, sil
        bt      %2, %3
        setc    sil
        cmp     al, sil
        expect
%endmacro

        world_begin
        needs   1, ecx, 26, 1, edx, 24          ; XSAVE: FXSAVE
        needs   1, ecx, 28, 1, ecx, 26          ; AVX: XSAVE
        needs   1, ecx, 12, 1, ecx, 28          ; FMA, F16C, AVX2: AVX
        needs   1, ecx, 29, 1, ecx, 28
        needs   7, ebx, 5, 1, ecx, 28
        needs   7, ebx, 10, 1, ecx, 17          ; INVPCID: PCID
        needs   1, ecx, 27, 1, ecx, 26          ; OSXSAVE: XSAVE ...
        mov     rbx, cr4                        ; ... and CR4
        shr     ebx, 18
        shr     ecx, 27                         ; of leaf 1, still
        xor     ebx, ecx
        test    ebx, 1
        expect
        mov     eax, 0x80000001
        cpuid
        and     edx, 1 << 29 | 1 << 11          ; this is 64-bit mode, and there SYSCALL is
        cmp     edx, 1 << 29 | 1 << 11
        expect
        mov     rax, cr4
        or      eax, CR4_OSXSAVE
        attempt mov cr4, rax                    ; a CPU without XSAVE has no such bit
        cmp     byte [seen], NOTHING
        jne     .done
        mov     eax, 1
        cpuid
        and     ecx, 1 << 27
        cmp     ecx, 1 << 27
        expect
.done:
        passed
        world_end
