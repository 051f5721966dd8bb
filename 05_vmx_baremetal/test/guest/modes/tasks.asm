; Switches tasks in hardware: by JMP, by CALL and the IRET that returns, and through a task gate.

%include "test/guest/check.inc"

CODE    equ 0x08
DATA    equ 0x10
FIRST   equ 0x18
SECOND  equ 0x20
VECTOR  equ 0x20

%define RFLAGS_NT (1 << 14)

        org     0
        bits    32

        lgdt    [gdt_register]
        lidt    [idt_register]
        jmp     CODE:.here
.here:
        mov     ax, DATA
        mov     ds, ax
        mov     es, ax
        mov     fs, ax
        mov     gs, ax
        mov     ss, ax
        mov     ax, FIRST
        ltr     ax

        mov     ebx, 1                  ; a register of this task's
        jmp     SECOND:0
        cmp     ebx, 1
        expect
        cmp     dword [switches], 1
        expect
        call    SECOND:0
        cmp     ebx, 1
        expect
        cmp     dword [switches], 2
        expect
        int     VECTOR
        cmp     dword [switches], 3
        expect
        str     ax
        cmp     ax, FIRST
        expect
        smsw    ax
        test    al, CR0_TS              ; each switch sets it
        setnz   al
        cmp     al, 1
        expect
        passed

second:                                 ; where the task goes on, the next time
        inc     dword [switches]
        mov     ebx, 2
        jmp     FIRST:0
.again:
        inc     dword [switches]
        pushfd
        pop     eax
        test    eax, RFLAGS_NT          ; CALL sets it, and the link back
        jz      .not_nested
        cmp     word [second_tss], FIRST
        jne     .not_nested
        iretd
        jmp     .again
.not_nested:
        report  checks + 1

switches:
        dd      0

        align   8, db 0
gdt:    dq      0
        dq      0x00CF9A000000FFFF      ; 8: code
        dq      0x00CF92000000FFFF      ; 10h: data
        dw      103, first_tss, 0x8900, 0
        dw      103, second_tss, 0x8900, 0
gdt_register:
        dw      gdt_register - gdt - 1
        dd      gdt
idt:    times   VECTOR dq 0
        dw      0, SECOND, 0x8500, 0    ; a task gate
idt_register:
        dw      idt_register - idt - 1
        dd      idt

first_tss:
        times   25 dd 0
        dw      0, 104
second_tss:
        times   8 dd 0
        dd      second, 2               ; EIP, EFLAGS
        times   4 dd 0
        dd      stack_end, 0, 0, 0      ; ESP, EBP, ESI, EDI
        dd      DATA, CODE, DATA, DATA, DATA, DATA, 0
        dw      0, 104
        times   256 db 0
stack_end:
