; What an exit costs, measured by a guest of stage 05 that does nothing else. An ELF file that the
; loader of Linux takes (GUEST=linux KERNEL=...). It prints, on COM1, ticks of the time-stamp counter:
; of an instruction with its exit and the way back; of an interrupt, from the last instruction before
; it to the first of its handler; and of what Linux does in a tick of its timer, interrupt included,
; by the PIT and the 8259, and, where there is one, by the local APIC with TSC deadlines.
; The least of ROUNDS, since the machine's own timer gets into some.

COM1        equ 0x3F8
LSR         equ 5
LSR_EMPTY   equ 0x20
PIC_COMMAND equ 0x20
PIC_MASK    equ 0x21
PIT_DATA    equ 0x40
PIT_MODE    equ 0x43
PERIOD      equ 4096                    ; of the PIT's clock, 1.193 MHz
ROUNDS      equ 64
VECTOR      equ 0x20                    ; of IRQ 0
APIC_VECTOR equ 0x21
CODE        equ 0x10                    ; a selector
ONLY_TIMER  equ 0xFE                    ; a mask: IRQ 0 is open
END_TIMER   equ 0x60                    ; the end of IRQ 0
APIC        equ 0xFEE00000
APIC_EOI    equ 0xB0
APIC_SVR    equ 0xF0
APIC_TIMER  equ 0x320
DEADLINE    equ 0x40000                 ; of APIC_TIMER
MSR_TSC_DEADLINE equ 0x6E0
CPUID_APIC  equ 1 << 9
DELAY       equ 20000                   ; ticks
ORIGIN      equ 0x1000000
KERNEL_BASE equ 0xFFFFFFFF80000000      ; where a kernel is linked to run; this one stays below

        bits 64
        default abs
        org ORIGIN

; The least that the loader takes: an ELF header, and a program header that says: all of this file.
; Source: System V ABI, "ELF Header", "Program Header".
header: db 0x7F, "ELF", 2, 1, 1         ; 64-bit, little-endian, version 1
        times 16 - ($ - header) db 0
        dw 2, 62                        ; an executable, for x86-64
        dd 1
        dq start, program - header, 0   ; where it begins, where its headers are: no sections
        dd 0
        dw program - header, end_of_program - program, 1, 0, 0, 0
program:
        dd 1, 7                         ; load; read, write, execute
        dq 0, KERNEL_BASE + header, header
        dq end - header, end - header, 0x1000
end_of_program:

; The least ticks of %2, which may change EAX to EDX, without those of the measurement, in [%1].
%macro measure 2+
        mov     dword [%1], -1
        mov     edi, ROUNDS
%%round:
        xor     ecx, ecx
        rdtsc
        mov     esi, eax
        mov     eax, 1
        %2
        rdtsc
        sub     eax, esi
        cmp     eax, [%1]
        jae     %%slower
        mov     [%1], eax
%%slower:
        dec     edi
        jnz     %%round
%endmacro

; Prints a name and the number at %2, less the number at %3.
%macro report 3
        mov     rsi, %%name
        call    print
        mov     eax, [%2]
        sub     eax, [%3]
        call    number
        jmp     %%end
%%name: db      %1, 9, 0
%%end:
%endmacro

start:
        mov     rsp, stack
        lgdt    [gdt_pointer]
        lidt    [idt_pointer]
        measure empty, nop
        measure cpuid_ticks, cpuid
        measure out_ticks, out PIC_MASK, al
        measure in_ticks, in al, PIC_MASK

        mov     al, 0x11                ; the first 8259 begins anew: three words follow
        out     PIC_COMMAND, al
        mov     al, VECTOR
        out     PIC_MASK, al
        mov     al, 4
        out     PIC_MASK, al
        mov     al, 1
        out     PIC_MASK, al
        mov     al, ONLY_TIMER
        out     PIC_MASK, al
        mov     al, 0x34                ; the PIT's channel 0: both bytes, one pulse a period
        out     PIT_MODE, al
        mov     al, PERIOD & 0xFF
        out     PIT_DATA, al
        mov     al, PERIOD >> 8
        out     PIT_DATA, al
        mov     edi, ROUNDS
        sti
wait_for_timer:
        rdtsc
        mov     esi, eax
        test    edi, edi
        jnz     wait_for_timer
        cli
        report  "CPUID", cpuid_ticks, empty
        report  "OUT to the 8259", out_ticks, empty
        report  "IN from the 8259", in_ticks, empty
        report  "an interrupt", irq_ticks, zero
        report  "a timer tick of Linux", tick_ticks, zero

        mov     eax, 1
        cpuid
        test    edx, CPUID_APIC
        jz      .end
        mov     al, 0xFF
        out     PIC_MASK, al
        mov     ebp, APIC
        mov     dword [rbp + APIC_SVR], 0x1FF
        mov     dword [rbp + APIC_TIMER], DEADLINE | APIC_VECTOR
        mov     edi, ROUNDS
        rdtsc
        call    next_deadline
        sti
.wait_for_apic:
        rdtsc
        mov     esi, eax
        test    edi, edi
        jnz     .wait_for_apic
        cli
        report  "a timer tick by the local APIC", apic_ticks, zero
.end:
        hlt                             ; for good

; IRQ 0. Of the 8259, Linux reads the mask, masks the line, ends the interrupt, and opens the line.
; in: ESI = ticks before it, EDI = how many more; changes EAX, EDX, EBX, EDI
timer:
        rdtsc
        mov     ebx, eax
        in      al, PIC_MASK
        mov     al, 0xFF
        out     PIC_MASK, al
        mov     al, END_TIMER
        out     PIC_COMMAND, al
        mov     al, ONLY_TIMER
        out     PIC_MASK, al
        rdtsc
        sub     eax, esi
        sub     ebx, esi
        cmp     ebx, [irq_ticks]
        jae     .slower
        mov     [irq_ticks], ebx
.slower:
        cmp     eax, [tick_ticks]
        jae     .end
        mov     [tick_ticks], eax
.end:
        dec     edi
        iretq

; The local APIC's timer. Linux ends the interrupt, and sets the next deadline.
; in: as `timer`, RBP = the APIC; changes EAX, ECX, EDX, EDI
apic_timer:
        mov     dword [rbp + APIC_EOI], 0
        rdtsc
        call    next_deadline
        rdtsc
        sub     eax, esi
        cmp     eax, [apic_ticks]
        jae     .end
        mov     [apic_ticks], eax
.end:
        dec     edi
        iretq

; EDX:EAX is now.
next_deadline:
        add     eax, DELAY
        adc     edx, 0
        mov     ecx, MSR_TSC_DEADLINE
        wrmsr
        ret

; EAX in decimal, and a line feed.
number:
        mov     rsi, digits_end
        mov     ecx, 10
.digit:
        xor     edx, edx
        div     ecx
        add     dl, '0'
        dec     rsi
        mov     [rsi], dl
        test    eax, eax
        jnz     .digit
; The text at RSI, up to a zero.
print:
        mov     dx, COM1 + LSR
        in      al, dx
        test    al, LSR_EMPTY
        jz      print
        lodsb
        test    al, al
        jz      .end
        mov     dx, COM1
        out     dx, al
        jmp     print
.end:
        ret

digits: times 10 db 0
digits_end:
        db      10, 0

        align   8
empty:  dd      0
cpuid_ticks:
        dd      0
out_ticks:
        dd      0
in_ticks:
        dd      0
irq_ticks:
        dd      -1
tick_ticks:
        dd      -1
apic_ticks:
        dd      -1
zero:   dd      0

; The code and data segments that the loader starts us with.
gdt:    dq      0, 0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF
gdt_pointer:
        dw      $ - gdt - 1
        dq      gdt

; A 64-bit interrupt gate, present.
        align   8
idt:    times VECTOR dq 0, 0
        dw      (ORIGIN + timer - header) & 0xFFFF, CODE, 0x8E00, (ORIGIN + timer - header) >> 16
        dq      0
        dw      (ORIGIN + apic_timer - header) & 0xFFFF, CODE, 0x8E00, (ORIGIN + apic_timer - header) >> 16
        dq      0
idt_pointer:
        dw      $ - idt - 1
        dq      idt

        times   512 db 0
stack:
end:
