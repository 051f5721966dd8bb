; The VMX instructions, one every 16 bytes; the suite starts the guest at each. 64-bit mode, ring 0,
; page tables as in registers.asm.

%macro slot 1+
        align   16
        %1
        hlt                             ; not to be reached
%endmacro

        org     0
        bits    64
        default rel

        slot    vmclear [operand]
        slot    vmlaunch
        slot    vmptrld [operand]
        slot    vmptrst [operand]
        slot    vmread rax, rbx
        slot    vmresume
        slot    vmwrite rax, rbx
        slot    vmxoff
        slot    vmxon [operand]
        slot    invept rax, [operand]
        slot    invvpid rax, [operand]

        align   16
operand:
        dq      0x3000, 0

%include "test/guest/check.inc"

        align   4096, db 0
pml4:   dq      pdpt + PAGE
        align   4096, db 0
pdpt:   dq      directory + PAGE
        align   4096, db 0
directory:
        dq      0 + PAGE + ENTRY_LARGE
