; Does everything that the guest has in registers survive a VM exit? And does IN change as much of
; RAX as it should? Starts in 64-bit mode.

%include "test/guest/check.inc"


; Applies macro %1 to each general register but RSP, and a number.
%macro for_each_register 1
        %1      rax, 0
        %1      rbx, 1
        %1      rcx, 2
        %1      rdx, 3
        %1      rsi, 4
        %1      rdi, 5
        %1      rbp, 6
        %1      r8, 7
        %1      r9, 8
        %1      r10, 9
        %1      r11, 10
        %1      r12, 11
        %1      r13, 12
        %1      r14, 13
        %1      r15, 14
%endmacro

; The same for registers that only MOV reaches, through RAX.
%macro for_each_control 1
        %1      cr2, 15
        %1      dr0, 16
        %1      dr1, 17
        %1      dr2, 18
        %1      dr3, 19
        %1      dr6, 20
%endmacro

%macro fill 2
        mov     %1, [pattern + 8 * %2]
%endmacro

%macro fill_control 2
        mov     rax, [pattern + 8 * %2]
        mov     %1, rax
%endmacro

%macro same 2
        cmp     %1, [pattern + 8 * %2]
        expect
%endmacro

%macro same_control 2
        mov     rax, %1
        same    rax, %2
%endmacro

        org     0
        bits    64
        default rel

        lea     rsp, [stack_end]
        for_each_control fill_control
        for_each_register fill
        out     EXIT, al
        for_each_register same
        for_each_control same_control
        lea     rbx, [stack_end]
        cmp     rsp, rbx
        expect

        mov     rax, cr4                ; SSE on
        or      eax, CR4_OSFXSR
        mov     cr4, rax
        movdqa  xmm0, [pattern]
        movdqa  xmm15, [pattern + 16]
        ldmxcsr [mxcsr]
        fninit
        fld1
        out     EXIT, al
        pcmpeqb xmm0, [pattern]
        pmovmskb eax, xmm0
        cmp     eax, 0xFFFF
        expect
        pcmpeqb xmm15, [pattern + 16]
        pmovmskb eax, xmm15
        cmp     eax, 0xFFFF
        expect
        stmxcsr [scratch]
        cmp     dword [scratch], 0x9F80
        expect
        fistp   dword [scratch]
        cmp     dword [scratch], 1
        expect

        mov     rax, -1                 ; IN: AL and AX leave the rest alone, EAX clears the upper half
        in      al, EXIT
        mov     rbx, 0xFFFFFFFFFFFFFF00 | EXIT_VALUE & 0xFF
        cmp     rax, rbx
        expect
        mov     rax, -1
        in      ax, EXIT
        mov     rbx, 0xFFFFFFFFFFFF0000 | EXIT_VALUE & 0xFFFF
        cmp     rax, rbx
        expect
        mov     rax, -1
        in      eax, EXIT
        mov     ebx, EXIT_VALUE
        cmp     rax, rbx
        expect
        passed

        align   16, db 0
pattern:
%assign n 1
%rep 15
        dq      0x0101010101010101 * n
  %assign n n + 1
%endrep
        dq      0xFFFF800012345678      ; CR2
        dq      0x4000, 0x4001, 0x4002, 0x4003
        dq      0xFFFF4FF0              ; DR6: BS, and the bits that are always 1
mxcsr:  dd      0x9F80                  ; flush to zero, all exceptions masked
scratch:
        dd      0

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
