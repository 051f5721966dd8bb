; Ring 3 tries what only ring 0 may. None of it may reach the hypervisor as if the kernel had asked.

%define RIGHTS PAGE | ENTRY_USER
%include "test/guest/world.inc"

        world_begin
        ring3
        faults  VECTOR_UD, vmlaunch     ; the VMX instructions aren't there at all
        faults  VECTOR_UD, vmresume
        faults  VECTOR_UD, vmxoff
        faults  VECTOR_UD, vmread rax, rbx
        faults  VECTOR_UD, vmwrite rax, rbx
        faults  VECTOR_UD, vmclear [scratch]
        faults  VECTOR_UD, vmptrld [scratch]
        faults  VECTOR_UD, vmptrst [scratch]
        faults  VECTOR_UD, vmxon [scratch]
        faults  VECTOR_UD, invept rax, [scratch]
        faults  VECTOR_UD, invvpid rax, [scratch]
        faults  VECTOR_UD, vmfunc
        faults  VECTOR_UD, monitor
        faults  VECTOR_UD, mwait
        faults  VECTOR_UD, rsm
        faults  VECTOR_GP, hlt
        faults  VECTOR_GP, cli
        faults  VECTOR_GP, sti
        faults  VECTOR_GP, invd
        faults  VECTOR_GP, wbinvd
        faults  VECTOR_GP, invlpg [scratch]
        faults  VECTOR_GP, mov rax, cr0
        faults  VECTOR_GP, mov cr0, rax
        faults  VECTOR_GP, mov cr3, rax
        faults  VECTOR_GP, mov cr4, rax
        faults  VECTOR_GP, mov cr8, rax
        faults  VECTOR_GP, mov dr0, rax
        faults  VECTOR_GP, clts
        faults  VECTOR_GP, lmsw ax
        faults  VECTOR_GP, lgdt [scratch]
        faults  VECTOR_GP, lidt [scratch]
        faults  VECTOR_GP, ltr ax
        mov     ecx, 0x10
        faults  VECTOR_GP, rdmsr
        faults  VECTOR_GP, wrmsr
        faults  VECTOR_GP, rdpmc
        mov     edx, EXIT
        faults  VECTOR_GP, in al, dx
        faults  VECTOR_GP, out dx, eax
        lea     rsi, [scratch]
        mov     rdi, rsi
        mov     ecx, 1
        faults  VECTOR_GP, rep insb
        faults  VECTOR_GP, outsd
        faults  VECTOR_GP, int 31       ; a gate that isn't for ring 3
        cmp     qword [count], 40       ; each of them once
        expect
        mov     eax, 1                  ; what everybody may: CPUID
        works   cpuid
        bt      ecx, 26                 ; XSAVE
        jnc     .done
        ring0
        mov     rax, cr4
        or      eax, CR4_OSXSAVE
        mov     cr4, rax
        ring3
        xor     ecx, ecx
        xgetbv
        faults  VECTOR_GP, xsetbv       ; of the value that it has
.done:
        report  0

scratch:
        dq      0x3000, 0
        world_end
