; Starts in protected mode, without paging, and looks whether that is so.

%include "test/guest/check.inc"

        org     0
        bits    32

        mov     ebx, 0x11223344         ; six bytes here, five and a wild add in 16-bit code
        cmp     ebx, 0x11223344
        expect
        pushfd                          ; flags as after a reset: bit 1 and nothing else
        pop     eax                     ; ... and pushing 4 bytes works at ESP, which is ours
        and     eax, ~0x46              ; less ZF and PF, which the comparison has set
        cmp     eax, 0
        expect
        mov     eax, cr0
        and     eax, CR0_PG | CR0_PE
        cmp     eax, CR0_PE
        expect
        mov     eax, cr4                ; VMXE is on, and not shown to us
        cmp     eax, 0
        expect
        mov     eax, dr7
        cmp     eax, 0x400
        expect
        mov     ecx, MSR_EFER
        rdmsr
        or      eax, edx
        expect
        mov     ax, cs
        cmp     ax, 0x10
        expect
        mov     ax, ds
        cmp     ax, 0x18
        expect
        mov     dword [0x1FFFFC], 0xCAFE0001    ; the end of the first large page ...
        mov     dword [0x200000], 0xCAFE0002    ; ... and the beginning of the next
        cmp     dword [0x1FFFFC], 0xCAFE0001
        expect
        cmp     dword [0x200000], 0xCAFE0002
        expect
        passed
