; Events whose delivery is cut short by an exit must arrive all the same, with the right return address. The
; interrupt vectors stand where nothing is, each time in a page that wasn't touched before: they read as
; FFFF:FFFF, which is 10FFEFh, and there an IRET stands. The frame is looked at behind it.

%include "test/guest/check.inc"
%include "test/guest/timer.inc"

%define NOWHERE 0x40000000
STACK   equ 0x8000
FLAT    equ 0x08

        org     0x1000
        bits    16

; begin: the vectors are in a new page, the frame is cleared.
%assign page NOWHERE
%macro begin 0
        mov     dword [vectors + 2], page
  %assign page page + 4096
        mov     dword [STACK - 6], 0
        o32 lidt [vectors]
%endmacro

; arrives LABEL: the event came, and the code went on there.
%macro arrives 1
        cmp     dword [STACK - 6], %1
        expect
%endmacro

%macro try 1+
        begin
        %1
%%behind:
        arrives %%behind
%endmacro

        mov     sp, STACK
        lgdt    [gdt_register]
        mov     eax, cr0                ; for a moment, to write above 1 MiB
        or      al, CR0_PE
        mov     cr0, eax
        mov     bx, FLAT
        mov     ds, bx
        mov     byte [dword 0x10FFEF], 0xCF
        and     al, ~CR0_PE
        mov     cr0, eax
        xor     ax, ax
        mov     ds, ax

        try     int 0x40
        try     int3
        try     db 0xF1                 ; ICEBP
        mov     al, 0x7F
        add     al, 1
        try     into

        begin                           ; a single step
        pushf
        or      word [esp], RFLAGS_TF
        popf
        nop
.stepped:                               ; the trap of the NOP; and of what follows, up to POPF
        mov     ebx, [STACK - 6]
        push    word 2
        popf
        nop
        cmp     ebx, .stepped
        expect

        only_timer AUTO_EOI
        write   PIT_COMMAND, 0x30       ; one shot
        write   PIT_CHANNEL_0, 0xFF
        write   PIT_CHANNEL_0, 0
        begin
        sti
        hlt
.woken:
        cli
        arrives .woken
        passed

        align   8, db 0
gdt:    dq      0
        dq      0x00CF92000000FFFF      ; 8: data
gdt_register:
        dw      gdt_register - gdt - 1
        dd      gdt
vectors:
        dw      0x3FF
        dd      0
