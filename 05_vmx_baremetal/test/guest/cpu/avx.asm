; XSAVE and AVX, if CPUID has them: switched on by the guest, kept over exits, saved and restored.

%include "test/guest/world.inc"

CPUID_XSAVE   equ 1 << 26
CPUID_OSXSAVE equ 1 << 27
CPUID_AVX     equ 1 << 28
SSE_AND_AVX   equ 7                     ; of XCR0, with x87

        world_begin
        faults  VECTOR_UD, xgetbv       ; not before CR4 says so
        mov     eax, 1
        xor     ecx, ecx
        cpuid
        and     ecx, CPUID_XSAVE | CPUID_AVX
        tell    ecx
        cmp     ecx, CPUID_XSAVE | CPUID_AVX
        je      .there
        passed
.there:
        mov     rax, cr4
        or      eax, CR4_OSFXSR | CR4_OSXSAVE
        mov     cr4, rax
        mov     eax, 1                  ; CPUID, asked the same, has another answer now
        xor     ecx, ecx
        cpuid
        and     ecx, CPUID_OSXSAVE
        cmp     ecx, CPUID_OSXSAVE
        expect
        mov     eax, 0xD
        xor     ecx, ecx
        cpuid
        cmp     ebx, 512 + 64
        expect
        faults  VECTOR_UD, vaddps ymm0, ymm0, ymm0  ; not before XCR0 says so
        xor     ecx, ecx
        xor     edx, edx
        mov     eax, SSE_AND_AVX
        works   xsetbv
        xor     ecx, ecx
        xgetbv
        cmp     eax, SSE_AND_AVX
        expect
        mov     eax, 0xD                ; so large is the area to save it in
        xor     ecx, ecx
        cpuid
        cmp     ebx, 512 + 64 + 256
        expect

        vmovups ymm0, [ones]
        vmovups ymm15, [twos]
        out     EXIT, al
        vaddps  ymm1, ymm0, ymm15
        vmovups [sum], ymm1
        lea     rsi, [sum]
        lea     rdi, [threes]
        mov     ecx, 32
        repe cmpsb
        expect

        mov     eax, SSE_AND_AVX
        xor     edx, edx
        xsave   [area]
        vzeroall
        out     EXIT, al
        mov     eax, SSE_AND_AVX
        xrstor  [area]
        vmovups [sum], ymm15
        lea     rsi, [sum]
        lea     rdi, [twos]
        mov     ecx, 32
        repe cmpsb
        expect
        passed

        align   32, db 0
ones:   times   8 dd 1.0
twos:   times   8 dd 2.0
threes: times   8 dd 3.0
sum:    times   8 dd 0.0
        align   64, db 0
area:   times   1024 db 0
        world_end
