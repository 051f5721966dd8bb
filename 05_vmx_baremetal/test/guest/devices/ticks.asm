; Interrupts of the timer, IRQ 0, in real mode: held back while they are off, delivered as soon as they are
; on, and waking the CPU from HLT.
;
; Starts at 1000h, behind the interrupt vectors.

%include "test/guest/check.inc"
%include "test/guest/timer.inc"

READ_IRR       equ 0x0A
DIVISOR        equ 11932                ; of 1,193,182 Hz: about ten milliseconds

; Waits, with interrupts off, until the timer has raised IRQ 0. STI holds them back for one instruction
; more, so that none gets through; without the change of IF, Bochs 2.7 forgets, entering a guest with
; interrupts off, that the machine's interrupts are exits all the same.
%macro await_request 0
%%again:
        sti
        cli
        write   FIRST_COMMAND, READ_IRR
        in      al, FIRST_COMMAND
        test    al, 1
        jz      %%again
%endmacro

        org     0x1000
        bits    16

        mov     sp, 0x8000
        mov     word [VECTOR * 4], handler
        mov     word [VECTOR * 4 + 2], 0
        mov     word [1 * 4], debug     ; #DB
        mov     word [1 * 4 + 2], 0
        only_timer SEND_EOI
        write   PIT_COMMAND, 0x34       ; channel 0, both bytes, rate generator
        write   PIT_CHANNEL_0, DIVISOR & 0xFF
        write   PIT_CHANNEL_0, DIVISOR >> 8

        await_request
        cmp     word [count], 0         ; requested, and held back
        expect
        sti
        nop                             ; the one instruction behind STI
        cli
        cmp     word [count], 1         ; and there it was, without an exit of ours in between
        expect

        await_request                   ; POPF turns interrupts on without a delay
        pushf
        or      word [esp], 0x200
        popf
        cli
        cmp     word [count], 2
        expect

        await_request
        mov     ax, 0
        sti
        mov     ss, ax                  ; behind STI: and nothing comes between this and the next
        cli
        cmp     word [count], 2
        expect

.sleep:                                 ; the rest in HLT
        sti
        hlt
        cli
        inc     word [wakes]
        cmp     word [count], 10
        jb      .sleep
        mov     ax, [wakes]             ; it woke for interrupts, and for nothing else
        cmp     ax, 9
        setbe   al
        cmp     al, 1
        expect
        write   FIRST_DATA, ~0          ; masked: a request, and no interrupt
        await_request
        sti
        times 100 nop
        cli
        cmp     word [count], 10
        expect

        await_request                   ; a single step over the OUT that lets it through: first the
        mov     al, ~1                  ; step is over, then comes the interrupt
        pushf
        or      word [esp], RFLAGS_TF | RFLAGS_IF
        popf
        out     FIRST_DATA, al
.stepped:
        nop
        cli
        cmp     word [step], .stepped
        expect
        cmp     word [count_at_step], 10
        expect
        cmp     word [count], 11
        expect
        passed

debug:
        push    bp
        mov     bp, sp
        push    ax
        mov     ax, [bp + 2]            ; IP
        mov     [step], ax
        mov     ax, [count]
        mov     [count_at_step], ax
        and     word [bp + 6], ~RFLAGS_TF
        pop     ax
        pop     bp
        iret

handler:
        push    ax
        inc     word [cs:count]
        write   FIRST_COMMAND, EOI
        pop     ax
        iret

count:  dw      0
wakes:  dw      0
step:   dw      0
count_at_step:
        dw      0
