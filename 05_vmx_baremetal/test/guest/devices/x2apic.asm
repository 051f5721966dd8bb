; The local APIC in x2APIC mode, where its registers are MSRs: what apic.inc has; and the way into that
; mode and out of it.

%macro get 1                            ; EAX; spoils ECX and EDX
        mov     ecx, 0x800 + %1
        rdmsr
%endmacro

%macro put 2                            ; spoils RAX, RCX, RDX
        wrmsr_to 0x800 + %1, %2
%endmacro

%include "test/guest/devices/apic.inc"

SELF_IPI equ 0x3F
DFR      equ 0x0E

        world_begin
        faults  VECTOR_GP, get ID       ; not in xAPIC mode
        wrmsr_to MSR_APIC_BASE, BASE | ENABLE | X2 | BSP
        apic_test

        put     SELF_IPI, 0x77
        take
        arrived 0x77
        faults  VECTOR_GP, get DFR      ; there is none
        faults  VECTOR_GP, put ID, 0
        faults  VECTOR_GP, put EOI, 1
        faults  VECTOR_GP, put TPR, 0x100
        faults  VECTOR_GP, put SPURIOUS, 0x10000
        faults  VECTOR_GP, put INITIAL, 1 << 32

        faults  VECTOR_GP, wrmsr_to MSR_APIC_BASE, BASE | ENABLE | BSP
        put     TPR, 0x40
        wrmsr_to MSR_APIC_BASE, BASE | BSP      ; off
        mov     eax, 1
        cpuid
        test    edx, 1 << 9             ; as if there were none
        expect
        faults  VECTOR_GP, get ID
        wrmsr_to MSR_APIC_BASE, BASE | ENABLE | BSP
        mov     eax, 1
        cpuid
        not     edx
        test    edx, 1 << 9
        expect
        wrmsr_to MSR_APIC_BASE, BASE | ENABLE | X2 | BSP
        get     TPR                     ; as after a reset
        test    eax, eax
        expect
        get     SPURIOUS
        cmp     eax, 0xFF
        expect
        put     SPURIOUS, ON | LAST
        apic_finer_points
        faults  VECTOR_GP, put ICR, 1 << 20
        wrmsr_to MSR_APIC_BASE, BASE | BSP
        faults  VECTOR_GP, wrmsr_to MSR_APIC_BASE, BASE | ENABLE | X2 | BSP
        passed

off_and_on:
        wrmsr_to MSR_APIC_BASE, BASE | BSP
        wrmsr_to MSR_APIC_BASE, BASE | ENABLE | BSP
        wrmsr_to MSR_APIC_BASE, BASE | ENABLE | X2 | BSP
        put     SPURIOUS, ON | LAST
        ret

        apic_end
        world_end
