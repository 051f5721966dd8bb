; Reads MSR 40000042h READS times, writes HIGH and LOW to it, reads it twice more, and then reads the
; MSR behind it, which doesn't exist. Prints what it reads.

MSR_READS equ 0x40000042
GP        equ 13

        org     0
        bits    16

        jmp     start

        times   4 * GP - ($ - $$) db 0
        dw      general_protection, 0

%include "print.inc"

start:
        mov     sp, 0x1000
        mov     bp, READS
.first:
        call    read
        dec     bp
        jnz     .first

        mov     ecx, MSR_READS
        mov     edx, HIGH
        mov     eax, LOW
        wrmsr
        call    read
        call    read

        mov     ecx, MSR_READS + 1
        rdmsr
        mov     si, unknown
        jmp     last
general_protection:
        mov     si, fault
last:
        call    print_text
        hlt

read:
        mov     ecx, MSR_READS
        mov     eax, 0x5A5A5A5A         ; not what comes back
        mov     edx, 0x5A5A5A5A
        rdmsr
        push    eax
        mov     eax, edx
        call    print_hex
        pop     eax
        call    print_hex
        print_letter 10
        ret

fault:  db      "#GP", 10, 0
unknown:
        db      "no #GP for MSR 40000043h", 10, 0
