; Values that an entry to this guest would fail with, if the CPU or the hypervisor took them; and steps over
; instructions that exit behind MOV SS, which holds a #DB back for one instruction, and loses it.
; Source: SDM Vol. 3, "Checks on the Guest State Area", "Masking Exceptions and Interrupts When Switching
; Stacks".

%include "test/guest/world.inc"

VECTOR_DB equ 1
DR7_GD    equ 1 << 13                   ; #DB for whoever touches a debug register
DR6_BD    equ 1 << 13                   ; that was it
BAD       equ 0x0000800000000000        ; not canonical
TSC_AUX   equ 0xC0000103
PAT       equ 0x277

; refused MSR, VALUE; taken MSR, VALUE. Spoil RAX, RCX, RDX.
%macro msr 2
        mov     rax, %2
        mov     rdx, rax
        shr     rdx, 32
        mov     ecx, %1
%endmacro

%macro refused 2
        msr     %1, %2
        faults  VECTOR_GP, wrmsr
%endmacro

%macro taken 2
        msr     %1, %2
        works   wrmsr
%endmacro

; steps INSTRUCTION: stepping is on; MOV SS comes, then INSTRUCTION, and #DB behind that.
%macro steps 1+
        mov     qword [step], 0
        mov     bx, DATA_0
        pushfq
        or      dword [rsp], RFLAGS_TF
        popfq
        mov     ss, bx
        %1
%%behind:
        lea     rbx, [%%behind]
        cmp     [step], rbx
        expect
%endmacro

; The same for an instruction that raises an exception, whose handler isn't stepped.
%macro steps_fault 2+
        mov     qword [step], 0
        mov     byte [seen], NOTHING
        mov     bx, DATA_0
        lea     r15, [%%behind]
        pushfq
        or      dword [rsp], RFLAGS_TF
        popfq
        mov     ss, bx
        %2
%%behind:
        nop                             ; the handler's IRET has turned stepping on again
%%stepped:
        cmp     byte [seen], %1
        expect
        lea     rbx, [%%stepped]
        cmp     [step], rbx
        expect
%endmacro

        world_begin
        mov     rax, cr4
        and     eax, ~CR4_PAE
        faults  VECTOR_GP, mov cr4, rax ; in long mode

        refused MSR_EFER, EFER_LMA      ; LME off, with paging
        refused MSR_EFER, EFER_LME | EFER_LMA | 2
        taken   MSR_EFER, EFER_LME      ; LMA stays, whatever is written
        mov     ecx, MSR_EFER
        rdmsr
        cmp     eax, EFER_LME | EFER_LMA
        expect
        cpuid
        refused MSR_SYSENTER_ESP, BAD
        refused MSR_SYSENTER_EIP, BAD
        refused MSR_LSTAR, BAD
        refused MSR_FS_BASE, BAD
        refused MSR_KERNEL_GS_BASE, BAD
        refused PAT, 0x0007040600070402 ; 2 is no memory type
        taken   PAT, 0x0007040600070406
        cpuid

        mov     rax, 1 << 32
        faults  VECTOR_GP, mov dr7, rax
        faults  VECTOR_GP, mov dr6, rax
        mov     eax, DR7_RESET | DR7_GD ; it is off in the handler
        mov     dr7, rax
        cpuid
        faults  VECTOR_DB, mov rax, dr0
        mov     rax, dr6
        test    eax, DR6_BD
        setz    al
        test    al, al
        expect
        xor     eax, eax
        mov     dr6, rax

        mov     rax, BAD
        works   invlpg [rax]

        mov     word [idt + 16 * VECTOR_DB], debug
        xor     eax, eax
        steps   cpuid
        steps   out EXIT, al
        steps   in eax, EXIT
        mov     ecx, MSR_TSC_ADJUST
        steps   rdmsr
        steps   nop
        lea     rsi, [scratch]
        mov     edx, EXIT
        steps   outsb
        steps   mov rax, cr8
        mov     rax, cr0
        xor     eax, CR0_CD
        steps   mov cr0, rax
        xor     eax, CR0_CD
        steps   mov cr0, rax
        steps_fault VECTOR_UD, vmxoff
        steps_fault VECTOR_GP, rdpmc
        steps_fault VECTOR_UD, ud2

        mov     rax, cr0
        bts     rax, 40
        faults  VECTOR_GP, mov cr0, rax
        mov     rax, cr0
        or      eax, CR0_CD             ; the same with a bit that makes it an exit
        bts     rax, 40
        faults  VECTOR_GP, mov cr0, rax
        mov     rax, cr3                ; reserved bits
        bts     rax, 62
        faults  VECTOR_GP, mov cr3, rax
        passed

debug:
        push    rax
        mov     rax, [rsp + 8]          ; RIP
        mov     [step], rax
        pop     rax
        and     dword [rsp + 16], ~RFLAGS_TF
        iretq

        align   8, db 0
step:   dq      0
scratch:
        dq      0
        world_end
