; Starts in protected mode with PAE paging on tables of its own, and looks whether they are in force.
;
;   linear 0 to 2 MiB          itself
;   linear 2 to 4 MiB          again GPA 0 to 2 MiB
;   linear 3 GiB               GPA 2 to 4 MiB, through the last PDPTE

%include "test/guest/check.inc"

        org     0
        bits    32

        mov     eax, cr0
        and     eax, CR0_PG | CR0_PE
        cmp     eax, CR0_PG | CR0_PE
        expect
        mov     eax, cr4
        cmp     eax, CR4_PAE
        expect
        mov     eax, cr3
        cmp     eax, pdpt
        expect
        mov     ecx, MSR_EFER
        rdmsr
        or      eax, edx
        expect
        mov     eax, [alias + 0x200000]
        cmp     eax, 0x0A11A500
        expect
        mov     dword [0xC0000000], 0x12345678
        mov     eax, 0x12345678
        cmp     eax, [0xC0000000]
        expect
        mov     esp, 0x200000
        push    eax
        pop     ebx
        cmp     eax, ebx
        expect
        mov     eax, cr3                ; loads the PDPTEs again, from memory this time
        mov     cr3, eax
        cmp     dword [0xC0000000], 0x12345678
        expect
        passed

alias:  dd      0x0A11A500

        align   4096, db 0
pdpt:   dq      low + 1, 0, 0, high + 1         ; rights stand in the levels below
        align   4096, db 0
low:    dq      0 + PAGE + ENTRY_LARGE, 0 + PAGE + ENTRY_LARGE
        align   4096, db 0
high:   dq      0x200000 + PAGE + ENTRY_LARGE
