; Starts in real mode and climbs to 64-bit mode by itself, the way every kernel's start-up code does.
; None of it needs the hypervisor: no exit but for the result.

%include "test/guest/check.inc"

        org     0
        bits    16

        mov     ebx, cr0
        cmp     ebx, 0x60000010         ; as after a reset: caches off, ET
        expect
        lgdt    [cs:gdt_register]
        or      ebx, CR0_PE
        mov     cr0, ebx
        mov     ecx, cr0
        cmp     ebx, ecx
        expect
        jmp     8:code32

        bits    32
code32:
        mov     ax, 16
        mov     ds, ax
        mov     ss, ax
        mov     eax, cr4
        or      eax, CR4_PAE
        mov     cr4, eax
        mov     eax, cr4
        cmp     eax, CR4_PAE
        expect
        mov     eax, pml4
        mov     cr3, eax
        mov     ecx, MSR_EFER
        rdmsr
        or      eax, EFER_LME
        wrmsr
        mov     eax, cr0
        or      eax, CR0_PG
        mov     cr0, eax
        rdmsr
        cmp     eax, EFER_LME | EFER_LMA        ; paging has made long mode active
        expect
        jmp     24:code64

        bits    64
        default abs
code64:
        mov     rax, 0x1122334455667788
        shr     rax, 32
        cmp     eax, 0x11223344
        expect
        cmp     dword [pml4], pdpt + PAGE + ENTRY_ACCESSED
        expect
        passed

gdt:    dq      0
        dq      0x00CF9A000000FFFF      ; 8: code, 32-bit, flat
        dq      0x00CF92000000FFFF      ; 16: data
        dq      0x00AF9A000000FFFF      ; 24: code, 64-bit
gdt_register:
        dw      gdt_register - gdt - 1
        dd      gdt

        align   4096, db 0
pml4:   dq      pdpt + PAGE
        align   4096, db 0
pdpt:   dq      directory + PAGE
        align   4096, db 0
directory:
        dq      0 + PAGE + ENTRY_LARGE
