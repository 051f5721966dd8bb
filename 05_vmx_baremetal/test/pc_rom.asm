; A ROM of 64 KiB in place of a BIOS, for bios.t. It does what firmware does first: empties the keyboard
; controller's output, opens A20, and takes the three interrupts of the clock, halted. It reports at the
; debug console, and ends with a reset.

DEBUG_CONSOLE equ 0x402
PERIODIC      equ 0x40                  ; bits of the clock's status B and C
ALARM         equ 0x20
UPDATE_ENDED  equ 0x10
IRQ8          equ 0x70                  ; its vector
PERIODS       equ 100                   ; about 1,024 a second

        bits 16
        org 0

%macro out8 2
        mov al, %2
        out %1, al
%endmacro

; Waits for %2 interrupts of kind %1.
%macro take 2
        mov byte [kind], %1
        mov word [count], %2
        out8 0x70, 0x0B
        out8 0x71, 0x02 | %1
%%wait: sti
        hlt
        cli
        cmp word [count], 0
        jg %%wait
        out8 0x70, 0x0B
        out8 0x71, 0x02
%endmacro

kind  equ 0x500
count equ 0x502

start:
        cli
        xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7C00
        mov word [4 * IRQ8], clock
        mov word [4 * IRQ8 + 2], 0xF000

flush:
        in al, 0x64
        test al, 1
        jz empty
        in al, 0x60
        jmp flush
empty:
        out8 0x64, 0xD1
        out8 0x60, 0xDF
        mov si, emptied
        call print

        out8 0x20, 0x11                 ; both 8259s: vectors 8 and 70h, only IRQ 2 and 8 open
        out8 0x21, 0x08
        out8 0x21, 0x04
        out8 0x21, 0x01
        out8 0xA0, 0x11
        out8 0xA1, IRQ8
        out8 0xA1, 0x02
        out8 0xA1, 0x01
        out8 0x21, 0xFB
        out8 0xA1, 0xFE

        out8 0x70, 0x0A
        out8 0x71, 0x26
        take PERIODIC, PERIODS
        mov si, periodic
        call print
        take UPDATE_ENDED, 2
        mov si, updated
        call print
        out8 0x70, 0x01                 ; an alarm each second
        out8 0x71, 0xFF
        out8 0x70, 0x03
        out8 0x71, 0xFF
        out8 0x70, 0x05
        out8 0x71, 0xFF
        take ALARM, 1
        mov si, alarmed
        call print
        out8 0x64, 0xFE
        hlt

; IRQ 8.
clock:
        push ax
        out8 0x70, 0x0C
        in al, 0x71
        test al, [kind]
        jz .end
        dec word [count]
.end:
        out8 0xA0, 0x20
        out8 0x20, 0x20
        pop ax
        iret

print:
        mov dx, DEBUG_CONSOLE
.next:
        cs lodsb
        test al, al
        jz .end
        out dx, al
        jmp .next
.end:
        ret

emptied  db "rom: the keyboard controller is empty", 10, 0
periodic db "rom: periodic interrupts", 10, 0
updated  db "rom: update-ended interrupts", 10, 0
alarmed  db "rom: alarm", 10, 0

        times 0xFFF0 - ($ - $$) db 0
        jmp 0xF000:start
        times 0x10000 - ($ - $$) db 0
