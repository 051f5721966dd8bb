; Reads an MSR that doesn't exist, in real mode. The handler of #GP prints TEXT and halts; the
; instruction behind the one that faulted leads to another text.

GP      equ 13

        org     0
        bits    16

        jmp     start

        times   4 * GP - ($ - $$) db 0
        dw      handler, 0              ; the vector of #GP: interrupt vectors are at 0 in real mode

start:
        mov     sp, 0x1000
        mov     ecx, MSR
        rdmsr
        mov     si, survived
        jmp     print
handler:
        mov     si, caught
print:
        cs lodsb
        test    al, al
        jz      done
        out     1, al
        jmp     print
done:
        hlt

caught: db      TEXT, 10, 0
survived:
        db      "no exception", 10, 0
