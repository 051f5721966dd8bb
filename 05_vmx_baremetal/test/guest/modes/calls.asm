; Ring 3 may ask the hypervisor, and may not end the machine, unless its kernel has given it the port
; that does the same on a PC. The last call ends it, so the result is written before.

%define RIGHTS PAGE | ENTRY_USER
%include "test/guest/world.inc"

HYPERCALL_HELLO    equ 1                ; common/pc/hypercall.h
HYPERCALL_POWEROFF equ 3
HYPERCALL_DENIED   equ -3
PORT               equ 0x604            ; ACPI_PM1A_CONTROL

; asks_in_ring3 NUMBER, ANSWER
%macro asks_in_ring3 2
        ring3
        mov     eax, %1
        works   vmcall
        mov     rbx, rax
        ring0
        cmp     rbx, %2
        expect
%endmacro

        world_begin
        asks_in_ring3 HYPERCALL_HELLO, 0
        asks_in_ring3 HYPERCALL_POWEROFF, HYPERCALL_DENIED
        call    use_task                ; a bitmap, and the port isn't in it
        asks_in_ring3 HYPERCALL_POWEROFF, HYPERCALL_DENIED
        btr     dword [bitmap + PORT / 32 * 4], PORT % 32
        mov     word [gdt + TASK], PORT / 8 + bitmap - task     ; a limit that cuts the second byte off
        call    use_task
        asks_in_ring3 HYPERCALL_POWEROFF, HYPERCALL_DENIED
        mov     word [gdt + TASK], task_end - task - 1
        call    use_task
        xor     eax, eax
        out     RESULT, eax
        ring3
        mov     eax, HYPERCALL_POWEROFF
        vmcall
        report  checks + 1

use_task:
        mov     word [gdt + TASK + 2], task
        mov     byte [gdt + TASK + 5], 0x89     ; not busy
        mov     ax, TASK
        ltr     ax
        ret

task:   dd      0
        dq      stack_end
        times   22 dd 0
        dw      0, bitmap - task
bitmap: times   256 db 0xFF
task_end:
        world_end
