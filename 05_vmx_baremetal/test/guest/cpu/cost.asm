; What does CPUID cost in a guest? It measures that itself, and prints ticks of the time-stamp counter: for
; one CPUID, exit and return included, without the loop around it.
;
; A guest as in 01_hello: real mode, CS:IP 0:0, one page of memory, port 1 prints, HLT ends. So it runs
; under KVM as well as under our hypervisor. It takes the best of many short rounds: the host's timer
; interrupts some of them.

TRANSMIT equ 1
LEAF     equ 1                          ; the one that systems ask for most
ROUNDS   equ 64
LOOPS    equ 16

; The best time of LOOPS times this instruction, in %1.
%macro  measure 2
        mov     dword [%1], -1
        mov     si, ROUNDS
%%round:
        mov     di, LOOPS
        rdtsc
        mov     [begin], eax
%%again:
        mov     eax, LEAF
        xor     ecx, ecx
        %2
        dec     di
        jnz     %%again
        rdtsc
        sub     eax, [begin]
        cmp     eax, [%1]
        jae     %%slower
        mov     [%1], eax
%%slower:
        dec     si
        jnz     %%round
%endmacro

        bits    16
        org     0

        xor     ax, ax
        mov     ds, ax
        mov     ss, ax
        mov     sp, stack
        measure empty, nop
        measure full, cpuid
        mov     eax, [full]
        sub     eax, [empty]
        xor     edx, edx
        mov     ecx, LOOPS
        div     ecx
        call    print
        mov     al, 10
        out     TRANSMIT, al
        hlt

; EAX in decimal.
print:
        xor     edx, edx
        mov     ecx, 10
        div     ecx
        push    dx
        test    eax, eax
        jz      .digit
        call    print
.digit:
        pop     ax
        add     al, '0'
        out     TRANSMIT, al
        ret

        align   4
begin:  dd      0
empty:  dd      0
full:   dd      0
        times   64 db 0
stack:
