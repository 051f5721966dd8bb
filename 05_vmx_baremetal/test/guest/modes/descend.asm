; Leaves 64-bit mode for a 32-bit kernel's world, PAE paging, and comes back; once with bits of CR0 that
; are the guest's own, and once along with CD, which makes each step an exit.

%include "test/guest/world.inc"

MARK_LINEAR equ 0xC0001000              ; PAE maps it to `mark`, and so does no table of 64-bit mode

; mode_switch BITS: paging off or on, and BITS of CR0 turned at the same time.
%macro mode_switch 1
        mov     eax, cr0
        xor     eax, CR0_PG | %1
        mov     cr0, eax
%endmacro

%macro long_mode_enable 1               ; BTR or BTS
        mov     ecx, MSR_EFER
        rdmsr
        %1      eax, 8
        wrmsr
%endmacro

%macro is_active 1                      ; LME and LMA, or neither
        mov     ecx, MSR_EFER
        rdmsr
        and     eax, EFER_LME | EFER_LMA
        cmp     eax, %1
        expect
%endmacro

; down_and_up BITS
%macro down_and_up 1
        bits    64
        push    CODE_32
        lea     rax, [%%compatibility]
        push    rax
        retfq
        bits    32
%%compatibility:
        mode_switch %1
        is_active EFER_LME
        long_mode_enable btr
        mov     eax, pae_pdpt
        mov     cr3, eax
        mode_switch %1
        is_active 0
        mov     eax, [MARK_LINEAR]
        cmp     eax, 0x12345678
        expect
        mov     eax, cr3                ; loads the PDPTEs again
        mov     cr3, eax
        cmp     dword [MARK_LINEAR], 0x12345678
        expect
        mode_switch %1
        long_mode_enable bts
        mov     eax, 0x1000
        mov     cr3, eax
        mode_switch %1
        is_active EFER_LME | EFER_LMA
        jmp     CODE_0:%%long
        bits    64
%%long:
        mov     rax, 0x1122334455667788
        shr     rax, 32
        cmp     eax, 0x11223344
        expect
%endmacro

        world_begin
        default abs                     ; 32-bit code knows no other
        down_and_up 0
        tell    0                       ; the one is done
        down_and_up CR0_CD
        passed

        align   4096, db 0
mark:   dd      0x12345678
        align   4096, db 0
pae_pdpt:
        dq      directory + 1, 0, 0, pae_directory + 1
        align   4096, db 0
pae_directory:
        dq      pae_table + PAGE
        align   4096, db 0
pae_table:
        dq      0, mark + PAGE
        world_end
