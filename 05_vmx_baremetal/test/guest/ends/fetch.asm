; An instruction that begins on the last page of the guest's memory and ends where there is none. That
; is the guest's end.

%include "test/guest/world.inc"

LAST equ 0x3FF000                       ; of 4 MiB
CODE equ 0x90000                        ; where it is mapped, and the hole behind it

        world_begin
        mov     qword [abs pages + CODE / 4096 * 8], LAST + PAGE
        mov     qword [abs pages + CODE / 4096 * 8 + 8], LAST + 4096 + PAGE
        invlpg  [abs CODE]
        invlpg  [abs CODE + 4096]
        mov     ebx, CODE + 4096 - 3
        mov     byte [rbx], 0xB8        ; MOV EAX, imm32
        mov     word [rbx + 1], 0x2211
        report_and_go 0
        lea     r15, [.behind]
        jmp     rbx
.behind:                                ; not to be reached, but where nothing reads as FF FF: #UD
        passed
        world_end
