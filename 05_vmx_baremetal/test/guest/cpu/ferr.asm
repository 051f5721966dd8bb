; Errors of the x87 with CR0.NE = 0: each is IRQ 13, once, and the instruction that met it is tried
; again behind the handler. With NE = 1 they are #MF. Real mode; starts at 1000h, behind the interrupt
; vectors.

%include "test/guest/check.inc"
%include "test/guest/timer.inc"

BUSY           equ 0xF0                 ; a write ends IRQ 13
VECTOR_NM      equ 7
VECTOR_MF      equ 16

DIVISION       equ 1 << 2               ; by zero: mask and error alike
SUMMARY        equ 1 << 7               ; there is an error that isn't masked
ALL_MASKED     equ 0x37F
CONTROL        equ ALL_MASKED & ~DIVISION

%unmacro report 1
%macro report 1
        mov     eax, %1
        cli                             ; its HLT is the end
        the_end
%endmacro

%macro vector 2
        mov     word [(%1) * 4], %2
        mov     word [(%1) * 4 + 2], 0
%endmacro

%macro counts 2
        cmp     word [%1], %2
        expect
%endmacro

%macro low_byte 2
        cmp     byte [%1], %2
        expect
%endmacro

; Divides by zero. The next instruction that waits meets the error.
%macro divide 0
        fninit
        fldcw   [control]
        fld1
        fldz
        fdivp
%endmacro

        org     0x1000
        bits    16

        mov     sp, 0x8000
        vector  VECTOR_NM, not_available
        vector  VECTOR_MF, error
        vector  VECTOR, timer
        vector  VECTOR + 13, irq13
        only_timer SEND_EOI
        write   FIRST_DATA, ~(1 << 2)   ; now IRQ 13 and no other
        write   SECOND_DATA, ~(1 << 5)
        mov     eax, cr0
        and     eax, ~(CR0_NE | CR0_EM | CR0_TS)
        mov     cr0, eax
        sti

        mov     word [handler], clears
        divide
        counts  irqs, 0                 ; nobody has waited for it
        fwait
        counts  irqs, 1
        cmp     byte [error_ip], 0x9B   ; the handler returns to the instruction that waited
        expect
        mov     cx, 5
.again: divide
        fld1                            ; an instruction that isn't FWAIT, five times the same
        loop    .again
        counts  irqs, 6

        mov     word [handler], looks   ; at the error, in all ways; then clears it
        mov     cx, 3
.look:  divide
        fwait
        loop    .look
        counts  irqs, 9
        low_byte seen_ax, DIVISION | SUMMARY
        low_byte seen, DIVISION | SUMMARY
        counts  seen_control, CONTROL
        low_byte seen_waiting, DIVISION | SUMMARY

        mov     word [handler], ignores ; it is there still, and the instruction behind goes on
        divide
        fld1
        counts  irqs, 10
        mov     word [handler], clears
        divide                          ; and the next one counts again
        fwait
        counts  irqs, 11
        mov     word [handler], clears_first
        divide
        fwait
        divide
        fwait
        counts  irqs, 13

        mov     word [handler], switches        ; TS is the guest's own, whatever we do with it
        divide
        fwait
        counts  irqs, 14
        counts  nms, 1

        mov     word [handler], clears
        cli                             ; held back until interrupts are on again
        divide
        counts  irqs, 14
        sti
        fwait
        counts  irqs, 15

        write   SECOND_DATA, ~0         ; masked: the CPU waits, and takes other interrupts. The timer
        write   FIRST_DATA, ~(1 << 2 | 1)       ; lets it through in the end
        write   PIT_COMMAND, 0x34
        write   PIT_CHANNEL_0, 0        ; 65,536: 55 ms
        out     PIT_CHANNEL_0, al
        divide
        fwait
        counts  irqs, 16
        counts  ticks, 3

        mov     eax, cr0
        or      eax, CR0_NE
        mov     cr0, eax
        divide
        fwait
        counts  irqs, 16
        counts  errors, 1
        mov     eax, cr0
        and     eax, ~CR0_NE
        mov     cr0, eax
        divide
        fwait
        counts  irqs, 17
        counts  errors, 1

        report_and_go 0                 ; a CPU that nothing can interrupt waits for good
        cli
        divide
        fwait
        report  checks + 1

irq13:
        push    ax
        push    bp
        mov     bp, sp
        inc     word [irqs]
        mov     bp, [bp + 4]            ; IP
        mov     al, [bp]
        mov     [error_ip], al
        call    [handler]
        write   SECOND_COMMAND, EOI
        write   FIRST_COMMAND, EOI
        pop     bp
        pop     ax
        iret

clears:
        out     BUSY, al
        fnclex
        ret
clears_first:
        fnclex
        out     BUSY, al
        ret
ignores:
        out     BUSY, al
        ret
looks:
        out     BUSY, al
        fnstsw  ax
        mov     [seen_ax], ax
        fnstcw  [seen_control]
        fnstsw  [seen]
        fstsw   [seen_waiting]          ; with FWAIT, which finds the error ignored
        fclex
        ret
switches:
        out     BUSY, al
        push    eax
        mov     eax, cr0
        test    al, CR0_TS              ; not on
        jnz     .fail
        or      al, CR0_TS
        mov     cr0, eax
        fnclex                          ; #NM
        mov     eax, cr0
        test    al, CR0_TS
        jnz     .fail
        pop     eax
        ret
.fail:  report  100

not_available:
        inc     word [nms]
        clts
        iret
error:
        inc     word [errors]
        fnclex
        iret
timer:
        push    ax
        inc     word [ticks]
        cmp     word [ticks], 3
        jne     .end
        write   FIRST_DATA, ~(1 << 2)
        write   SECOND_DATA, ~(1 << 5)
.end:   write   FIRST_COMMAND, EOI
        pop     ax
        iret

control:        dw CONTROL
handler:        dw 0
irqs:           dw 0
errors:         dw 0
nms:            dw 0
ticks:          dw 0
seen:           dw 0
seen_ax:        dw 0
seen_control:   dw 0
seen_waiting:   dw 0
error_ip:       db 0
