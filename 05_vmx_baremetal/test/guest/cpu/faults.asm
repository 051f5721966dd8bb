; Does what a guest may not do, and expects the exception that a CPU without the feature raises; and does
; what it may, and expects that to work. 64-bit mode, with an IDT of its own.

%include "test/guest/check.inc"

%define UD 6
%define GP 13

HYPERCALL_HELLO   equ 1                 ; common/pc/hypercall.h
HYPERCALL_STATS   equ 2
HYPERCALL_VERSION equ 1
HYPERCALL_UNKNOWN equ -1
HYPERCALL_END     equ -2
REASON_VMCALL     equ 18



; faults VECTOR, INSTRUCTION: the instruction raises the exception, and is not executed.
%macro faults 2+
        mov     byte [seen], 0
        lea     r15, [%%behind]
        %2
%%behind:
        cmp     byte [seen], %1
        expect
%endmacro

; works INSTRUCTION: it raises nothing.
%macro works 1+
        faults  0, %1
%endmacro

; with REGISTER, VALUE: a control register with more bits set, in RAX.
%macro with 2
        mov     rax, %1
        mov     ebx, %2
        or      rax, rbx
%endmacro

        org     0
        bits    64
        default rel

        lea     rsp, [stack_end]
        lgdt    [gdt_register]
        lidt    [idt_register]

        faults  UD, vmlaunch
        faults  UD, vmresume
        faults  UD, vmxoff
        faults  UD, vmread rax, rbx
        faults  UD, vmwrite rax, rbx
        faults  UD, vmclear [scratch]
        faults  UD, vmptrld [scratch]
        faults  UD, vmptrst [scratch]
        faults  UD, vmxon [scratch]
        faults  UD, invept rax, [scratch]
        faults  UD, invvpid rax, [scratch]
        faults  UD, vmfunc
        faults  UD, monitor
        faults  UD, mwait
        faults  UD, invpcid rax, [scratch]
        faults  UD, ud2                 ; and those that are no exit
        faults  GP, rdpmc
        works   invd

        mov     eax, HYPERCALL_HELLO
        works   vmcall
        cmp     rax, 0
        expect
        cmp     rbx, HYPERCALL_VERSION
        expect
        mov     eax, HYPERCALL_STATS    ; of VMCALL: this is the second
        mov     ebx, REASON_VMCALL
        works   vmcall
        cmp     rax, 0
        expect
        cmp     rbx, 2
        expect
        mov     rax, "VMCALL"
        cmp     rcx, rax
        expect
        or      rdx, rsi                ; the rest of the name
        or      rdx, rdi
        expect
        mov     eax, HYPERCALL_STATS
        mov     ebx, 1000
        works   vmcall
        cmp     rax, HYPERCALL_END
        expect
        cmp     rbx, 1000               ; left alone
        expect
        mov     rax, 1 << 32 | HYPERCALL_HELLO
        works   vmcall
        cmp     rax, HYPERCALL_UNKNOWN
        expect

        mov     ecx, 0x3A               ; IA32_FEATURE_CONTROL
        faults  GP, rdmsr
        faults  GP, wrmsr
        mov     ecx, 0x480
        faults  GP, rdmsr
        mov     ecx, 0x12345            ; in neither half of the bitmap
        faults  GP, rdmsr
        faults  GP, wrmsr
        mov     ecx, 0xC0010015
        faults  GP, rdmsr
        mov     ecx, MSR_TSC           ; from 0 on
        xor     eax, eax
        xor     edx, edx
        works   wrmsr
        rdtsc
        cmp     edx, 0
        expect
        works   rdmsr
        cmp     edx, 0
        expect
        mov     ecx, MSR_TSC_ADJUST    ; and 16 * 2^32 on
        works   rdmsr
        add     edx, 16
        works   wrmsr
        mov     ebx, edx
        works   rdmsr
        cmp     edx, ebx
        expect
        rdtsc
        cmp     edx, 16
        expect
        mov     ecx, 0x17
        works   rdmsr
        faults  GP, wrmsr
        mov     ecx, 0x8B
        xor     eax, eax
        xor     edx, edx
        works   wrmsr
        mov     ecx, 0x1A0
        works   rdmsr
        and     eax, 1                  ; fast strings
        cmp     eax, 1
        expect

        with    cr0, CR0_NE
        works   mov cr0, rax
        mov     rbx, cr0
        cmp     rax, rbx
        expect
        with    cr0, CR0_CD
        works   mov cr0, rax
        mov     rbx, cr0
        cmp     rax, rbx
        expect
        btr     rax, 30
        works   mov cr0, rax
        mov     rbx, cr0
        cmp     rax, rbx
        expect
        with    cr0, CR0_NW
        faults  GP, mov cr0, rax
        mov     rax, cr0
        btr     rax, 31                 ; paging off in 64-bit code
        faults  GP, mov cr0, rax
        btc     rax, 30                 ; the same along with a bit that exits
        faults  GP, mov cr0, rax

        with    cr4, CR4_VMXE
        faults  GP, mov cr4, rax
        with    cr4, CR4_SMXE
        faults  GP, mov cr4, rax
        with    cr4, CR4_PCIDE
        faults  GP, mov cr4, rax
        mov     rax, cr4
        cmp     eax, CR4_PAE
        expect

        mov     eax, 5
        works   mov cr8, rax
        mov     rbx, cr8
        cmp     rbx, 5
        expect
        mov     eax, 16
        faults  GP, mov cr8, rax

        mov     eax, 1
        cpuid
        test    ecx, 1 << 5 | 1 << 27   ; no VMX; OSXSAVE not yet
        expect
        bt      ecx, 31                 ; a hypervisor
        setnc   al
        test    al, al
        expect
        with    cr4, CR4_OSXSAVE
        works   mov cr4, rax
        mov     eax, 1
        cpuid
        and     ecx, 1 << 27
        cmp     ecx, 1 << 27
        expect
        xor     ecx, ecx
        xor     edx, edx
        mov     eax, 3
        works   xsetbv
        xgetbv
        cmp     eax, 3
        expect
        xor     eax, eax                ; without x87
        faults  GP, xsetbv
        mov     eax, 5                  ; AVX without SSE
        faults  GP, xsetbv
        mov     eax, 1 << 9 | 3         ; protection keys
        faults  GP, xsetbv
        inc     ecx
        mov     eax, 3
        faults  GP, xsetbv

        mov     eax, 0x40000000
        cpuid
        cmp     ebx, "Step"
        expect
        int3                            ; through the IDT as well
        cmp     byte [seen], 3
        expect
        pushfq                          ; single steps, also over an instruction that exits
        or      dword [rsp], RFLAGS_TF
        popfq
        cpuid
.stepped:
        lea     rax, [.stepped]
        cmp     [step], rax
        expect
        passed

; The handlers. The exception's instruction is not tried again: r15 says where to go on.
ud:
        mov     byte [seen], UD
        mov     [rsp], r15
        iretq
gp:
        cmp     qword [rsp], 0          ; the error code
        expect
        add     rsp, 8
        mov     byte [seen], GP
        mov     [rsp], r15
        iretq
debug:
        push    rax
        mov     rax, [rsp + 8]          ; RIP
        mov     [step], rax
        pop     rax
        and     dword [rsp + 16], ~RFLAGS_TF
        iretq
breakpoint:
        mov     byte [seen], 3
        iretq

seen:   db      0
step:   dq      0
scratch:
        dq      0

%macro gate 1
        dw      %1, 8
        dw      0x8E00, 0
        dq      0
%endmacro

        align   16, db 0
gdt:    dq      0
        dq      0x00AF9A000000FFFF      ; 8: code, 64-bit
        dq      0x00AF9A000000FFFF      ; 10h: the selector that the guest starts with
        dq      0x00CF92000000FFFF      ; 18h: data
gdt_register:
        dw      gdt_register - gdt - 1
        dq      gdt
idt:
%assign n 0
%rep 14
  %if n == UD
        gate    ud
  %elif n == GP
        gate    gp
  %elif n == 1
        gate    debug
  %elif n == 3
        gate    breakpoint
  %else
        dq      0, 0
  %endif
  %assign n n + 1
%endrep
idt_register:
        dw      idt_register - idt - 1
        dq      idt

        align   4096, db 0
pml4:   dq      pdpt + PAGE
        align   4096, db 0
pdpt:   dq      directory + PAGE
        align   4096, db 0
directory:
        dq      0 + PAGE + ENTRY_LARGE
        align   4096, db 0
        times   4096 db 0
stack_end:
