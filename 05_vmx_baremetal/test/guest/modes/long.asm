; Starts in 64-bit mode on page tables of its own, and looks whether that is so.
;
;   linear 0 to 2 MiB                  itself
;   linear FFFF800000000000h           GPA 2 to 4 MiB

%include "test/guest/check.inc"

HIGH           equ 0xFFFF800000000000

        org     0
        bits    64
        default rel

        lea     rsp, [stack_end]
        mov     rax, 0x1122334455667788 ; ten bytes, in 64-bit code only
        mov     rbx, rax
        shr     rbx, 32
        cmp     ebx, 0x11223344
        expect
        mov     ecx, MSR_EFER
        rdmsr
        cmp     eax, EFER_LME | EFER_LMA
        expect
        mov     rax, cr0
        and     eax, CR0_PG | CR0_PE
        cmp     eax, CR0_PG | CR0_PE
        expect
        mov     rax, cr4
        cmp     rax, CR4_PAE
        expect
        mov     rax, cr3
        cmp     rax, pml4
        expect

        mov     rax, HIGH
        mov     dword [rax], 0x5A5A5A5A
        cmp     dword [rax], 0x5A5A5A5A
        expect

        mov     ecx, MSR_KERNEL_GS_BASE     ; no exit: SWAPGS is for the guest alone
        mov     eax, pml4
        xor     edx, edx
        wrmsr
        swapgs
        cmp     qword [gs:0], low + PAGE + ENTRY_ACCESSED
        expect

        push    rax
        call    .here
.here:
        pop     rbx
        lea     rcx, [.here]
        cmp     rbx, rcx
        expect
        passed

        align   4096, db 0
pml4:   dq      low + PAGE
        times   255 dq 0
        dq      high + PAGE             ; entry 256: bit 47 of the address is set
        align   4096, db 0
low:    dq      low_directory + PAGE
        align   4096, db 0
high:   dq      high_directory + PAGE
        align   4096, db 0
low_directory:
        dq      0 + PAGE + ENTRY_LARGE
        align   4096, db 0
high_directory:
        dq      0x200000 + PAGE + ENTRY_LARGE
        align   4096, db 0
        times   4096 db 0
stack_end:
