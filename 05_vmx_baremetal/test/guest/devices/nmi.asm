; NMIs: masked by nothing, and blocked by one another until IRET. The guest presses a button for each.

%include "test/guest/world.inc"

%macro press 0
        out     BUTTON, al
%endmacro

        world_begin
        mov     word [idt + 16 * EXCEPTION_NMI], handler
        cli
        press                           ; interrupts are off, and it comes all the same
        cmp     dword [entered], 1
        expect
        cmp     dword [deepest], 1
        expect

        mov     dword [presses], 3      ; pressed three times in the handler: one of them waits
        press
        cmp     dword [entered], 3
        expect
        cmp     dword [deepest], 1      ; until IRET
        expect

        mov     ax, DATA_0
        mov     dword [entered], 0
        mov     ss, ax                  ; holds everything back for one instruction: the next
        press
        cmp     dword [entered], 1
        expect

        int     EXCEPTION_NMI           ; INT 2 is no NMI, and blocks none
        cmp     dword [entered], 2
        expect
        mov     dword [presses], 1      ; so that this one comes in its midst
        int     EXCEPTION_NMI
        cmp     dword [entered], 4
        expect
        cmp     dword [deepest], 2
        expect

        mov     byte [fault_inside], 1  ; an exception in the handler: its IRET ends the blocking
        mov     dword [entered], 0
        mov     dword [deepest], 0
        press
        cmp     dword [entered], 2
        expect
        cmp     dword [deepest], 2
        expect

        mov     word [idt + 16 * 1], debug      ; a single step over the press: the step is over
        mov     dword [entered], 0              ; first, and then the NMI comes
        pushfq
        or      dword [rsp], RFLAGS_TF
        popfq
        press
.stepped:
        lea     rax, [.stepped]
        cmp     [step], rax
        expect
        cmp     dword [entered], 1
        expect
        report_and_go 0
        mov     byte [halt_inside], 1   ; one that waits for IRET doesn't end a HLT: this is the end
        press

debug:
        push    rax
        mov     rax, [rsp + 8]          ; RIP
        mov     [step], rax
        pop     rax
        and     dword [rsp + 16], ~RFLAGS_TF
        iretq
handler:
        push    rax
        inc     dword [entered]
        inc     dword [depth]
        mov     eax, [depth]
        cmp     eax, [deepest]
        jbe     .pressed
        mov     [deepest], eax
.pressed:
        cmp     dword [presses], 0
        je      .fault
        dec     dword [presses]
        press
        nop
        jmp     .pressed
.fault:
        cmp     byte [halt_inside], 0
        je      .no_halt
        press
        hlt
        report  checks + 1
.no_halt:
        cmp     byte [fault_inside], 0
        je      .done
        mov     byte [fault_inside], 0
        push    r15
        lea     r15, [.behind]
        ud2
.behind:
        pop     r15
        press
        nop
.done:
        dec     dword [depth]
        pop     rax
        iretq

entered:        dd 0
depth:          dd 0
deepest:        dd 0
presses:        dd 0
fault_inside:   db 0
halt_inside:    db 0
step:           dq 0
        world_end
