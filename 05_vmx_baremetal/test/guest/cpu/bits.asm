; Every single bit of CR0, CR4 and EFER, turned the other way and back. What a bit of CR4 stands for,
; CPUID must show; what CPUID hides must be #GP. Tells, 32 bits at a time, which bits can't be turned.

%include "test/guest/world.inc"

EXTENDED equ 0x80000001

; flip REGISTER: for each bit of it, does MOV raise #GP? The answer goes to R12.
%macro flip 1
        xor     r12, r12
        mov     rbx, %1
        xor     ecx, ecx
%%next:
        mov     rax, rbx
        btc     rax, rcx
        attempt mov %1, rax
        cmp     byte [seen], NOTHING
        je      %%back
        bts     r12, rcx
%%back:
        mov     %1, rbx
        inc     ecx
        cmp     ecx, 64
        jb      %%next
        mov     rax, %1
        cmp     rax, rbx                ; all is as it was
        expect
        tell    r12d
        mov     rax, r12
        shr     rax, 32
        tell    eax
%endmacro

; A bit of CR4 can be set if this bit of CPUID is, and only then.
%macro cr4_needs 4                      ; bit of CR4; leaf, register and bit of CPUID
        mov     eax, %2
        xor     ecx, ecx
        cpuid
        bt      %3, %4
        setnc   al
        bt      r12, %1
        setc    dl
        cmp     al, dl
        expect
%endmacro

        world_begin
        flip    cr0
        mov     eax, 1 << 31 | 1 << 29 | 1 << 0 ; paging and protection off in 64-bit code, NW
        cmp     r12d, eax                       ; without CD; of the upper half it only tells
        expect

        flip    cr4
        cr4_needs 0, 1, edx, 1          ; VME
        cr4_needs 2, 1, edx, 4          ; TSD: TSC
        cr4_needs 3, 1, edx, 2          ; DE
        cr4_needs 4, 1, edx, 3          ; PSE
        cr4_needs 6, 1, edx, 7          ; MCE
        cr4_needs 7, 1, edx, 13         ; PGE
        cr4_needs 9, 1, edx, 24         ; OSFXSR: FXSAVE
        cr4_needs 10, 1, edx, 25        ; OSXMMEXCPT: SSE
        cr4_needs 11, 7, ecx, 2         ; UMIP
        cr4_needs 12, 7, ecx, 16        ; LA57
        cr4_needs 13, 1, ecx, 5         ; VMXE
        cr4_needs 14, 1, ecx, 6         ; SMXE
        cr4_needs 16, 7, ebx, 0         ; FSGSBASE
        cr4_needs 17, 1, ecx, 17        ; PCIDE
        cr4_needs 18, 1, ecx, 26        ; OSXSAVE
        cr4_needs 20, 7, ebx, 7         ; SMEP
        cr4_needs 21, 7, ebx, 20        ; SMAP
        cr4_needs 22, 7, ecx, 3         ; PKE
        cr4_needs 23, 7, ecx, 7         ; CET

        mov     ecx, MSR_EFER
        rdmsr
        mov     ebx, eax
        xor     r12, r12
        xor     r13, r13
.efer:
        mov     rax, rbx
        btc     rax, r13
        mov     rdx, rax
        shr     rdx, 32
        attempt wrmsr
        cmp     byte [seen], NOTHING
        je      .restore
        bts     r12, r13
.restore:
        mov     eax, ebx
        xor     edx, edx
        wrmsr
        inc     r13
        cmp     r13, 64
        jb      .efer
        rdmsr
        cmp     eax, ebx
        expect
        tell    r12d
        mov     rax, r12
        shr     rax, 32
        tell    eax
        bt      r12, 8                  ; LME, while paging is on
        setc    al
        bt      r12, 1                  ; reserved
        adc     al, 0
        cmp     al, 2
        expect
        passed
        world_end
