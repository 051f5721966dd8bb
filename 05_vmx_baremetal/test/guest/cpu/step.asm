; A single step over HLT: #DB comes behind it, and the guest doesn't sleep, though interrupts are off.

%include "test/guest/world.inc"

VECTOR_DB equ 1
DR6_BS    equ 1 << 14

        world_begin
        xor     eax, eax
        mov     dr6, rax
        push    2                       ; flags without TF; twice, since the POPF that takes the
        push    2                       ; first is a step itself
        pushfq
        or      dword [rsp], RFLAGS_TF
        lea     r15, [awake]
        mov     byte [seen], NOTHING
        popfq
        hlt
awake:  lea     r15, [still]            ; where the handler goes on
still:  popfq
        cmp     byte [seen], VECTOR_DB
        expect
        cmp     qword [count], 3
        expect
        mov     rax, dr6
        test    eax, DR6_BS
        setz    al
        cmp     al, 0
        expect
        passed
        world_end
