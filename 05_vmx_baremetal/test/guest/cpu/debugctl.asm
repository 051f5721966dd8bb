; What IA32_DEBUGCTL keeps of LBR and BTF.

%include "test/guest/world.inc"

        world_begin
        mov     ecx, MSR_DEBUGCTL
        xor     edx, edx
        mov     eax, DEBUGCTL_LBR | DEBUGCTL_BTF
        works   wrmsr
        rdmsr
        tell    eax
        mov     eax, DEBUGCTL_BTF
        works   wrmsr
        rdmsr
        tell    eax
        mov     eax, DEBUGCTL_BTF | 1 << 2
        faults  VECTOR_GP, wrmsr        ; a reserved bit
        passed
        world_end
