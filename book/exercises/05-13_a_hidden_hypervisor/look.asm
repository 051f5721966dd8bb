; Looks for a hypervisor: in CPUID, and with VMCALL, which is #UD where there is none.

UD      equ 6

        org     0
        bits    16

        jmp     start

        times   4 * UD - ($ - $$) db 0
        dw      undefined, 0

%include "print.inc"

start:
        mov     sp, 0x1000
        mov     si, bit_31
        call    print_text
        mov     eax, 1
        cpuid
        shr     ecx, 31
        lea     eax, [ecx + '0']
        out     1, al
        print_letter 10

        mov     eax, 0x40000000
        call    leaf
        mov     eax, 0x40000001
        call    leaf
        mov     eax, 0x40000010
        call    leaf
        mov     eax, LEAF
        call    leaf

        mov     eax, 99                 ; a call that nobody knows
        vmcall
        mov     si, answered
        jmp     last
undefined:
        mov     si, fault
last:
        call    print_text
        hlt

; EAX: the leaf. Prints it, and EAX, EBX, ECX and EDX.
leaf:
        call    print_hex
        cpuid
        push    edx
        push    ecx
        push    ebx
        push    eax
        mov     bp, 4
.next:
        print_letter ' '
        pop     eax
        call    print_hex
        dec     bp
        jnz     .next
        print_letter 10
        ret

bit_31: db      "hypervisor bit ", 0
answered:
        db      "VMCALL answered", 10, 0
fault:  db      "VMCALL #UD", 10, 0
