; Switches long mode on where a CPU refuses that with #GP: with a 16-bit TSS loaded, and in code that
; has the L bit; by PG alone, which is no exit, and with CD turned along, which is one. Then, in
; compatibility mode, MOV to CR0 takes 32 bits of the register, whatever 64-bit code left above them.
; And CPUID shows SYSCALL where it works, which is in 64-bit code.
; Source: SDM Vol. 3, "Initializing IA-32e Mode".

%include "test/guest/check.inc"

CODE_32 equ 0x08
DATA    equ 0x10
CODE_64 equ 0x18
TSS_16  equ 0x20
TSS_32  equ 0x28

; refused INSTRUCTION: it raises #GP, and 32-bit code goes on behind it.
%macro refused 1+
        mov     esi, %%behind
        %1
        report  checks + 1
        bits    32
%%behind:
  %assign checks checks + 1
%endmacro

; note_syscall: one more of the three bits that are looked at in the end. Spoils EAX, EBX, ECX, EDX.
%macro note_syscall 0
        mov     eax, 0x80000001
        cpuid
        bt      edx, 11
        rcl     dword [syscalls], 1
%endmacro

        org     0
        bits    32

        lgdt    [gdt_register]
        lidt    [idt_register]
        jmp     CODE_32:.here
.here:
        note_syscall
        mov     eax, cr4
        or      eax, CR4_PAE
        mov     cr4, eax
        mov     eax, pml4
        mov     cr3, eax
        mov     ecx, MSR_EFER
        rdmsr
        or      eax, EFER_LME
        wrmsr
        mov     ax, TSS_16
        ltr     ax
        mov     ebx, cr0
        or      ebx, CR0_PG
        refused mov cr0, ebx
        xor     ebx, CR0_CD
        refused mov cr0, ebx

        mov     ax, TSS_32
        ltr     ax
        jmp     CODE_64:.l_bit          ; 16-bit code until long mode begins
        bits    16
.l_bit:
        refused mov cr0, ebx
        xor     ebx, CR0_CD
        jmp     CODE_64:.l_bit_again
        bits    16
.l_bit_again:
        refused mov cr0, ebx

        mov     ebx, cr0                ; none of the four has changed anything
        test    ebx, CR0_PG
        jz      .still_off
        report  checks + 1
.still_off:
  %assign checks checks + 1
        rdmsr
        cmp     eax, EFER_LME
        expect

        or      ebx, CR0_PG
        mov     cr0, ebx
        jmp     CODE_64:.long
        bits    64
        default abs
.long:
        mov     rsp, stack_end
        note_syscall
        mov     rbx, cr0
        btc     rbx, 30                 ; CD: an exit
        mov     rax, 0xDEADBEEF00000000
        or      rbx, rax
        push    CODE_32
        push    .compatible
        retfq
        bits    32
.compatible:
        mov     cr0, ebx                ; without a 64-bit IDT, #GP is the end
        mov     eax, cr0
        cmp     eax, ebx
        expect
        note_syscall
        cmp     dword [syscalls], 010b
        expect
        passed

general_protection:
        add     esp, 4                  ; the error code
        mov     [esp], esi
        mov     dword [esp + 4], CODE_32
        iretd

syscalls:
        dd      0

        align   8, db 0
gdt:    dq      0
        dq      0x00CF9A000000FFFF      ; 8: code, 32-bit
        dq      0x00CF92000000FFFF      ; 10h: data
        dq      0x00AF9A000000FFFF      ; 18h: code, 64-bit
        dq      0x0000810000000067      ; 20h: a 286's TSS
        dq      0x0000890000000067      ; 28h: a 386's
gdt_register:
        dw      gdt_register - gdt - 1
        dd      gdt
idt:    times   13 dq 0
        dw      general_protection, CODE_32, 0x8E00, 0
idt_register:
        dw      idt_register - idt - 1
        dd      idt

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
