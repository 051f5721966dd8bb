; Code that changes under the CPU: an instruction that lies across two pages, each of its bytes, written
; through the same address and through another one, by MOV and by INS.

%include "test/guest/world.inc"

EDGE  equ 0x90000
ALIAS equ 0xA0000                       ; the two pages around EDGE, once more

; run_changed VALUE: the instruction across the edge gives what it was changed to.
%macro run_changed 1
        call    rbx
        cmp     eax, %1
        expect
%endmacro

        world_begin
        mov     qword [pages + ALIAS / 4096 * 8], EDGE + RIGHTS
        mov     qword [pages + (ALIAS - 4096) / 4096 * 8], EDGE - 4096 + RIGHTS
        invlpg  [abs ALIAS]
        invlpg  [abs ALIAS - 4096]
        mov     ebx, EDGE - 2           ; MOV EAX, imm32 and RET: two bytes here, four there
        mov     byte [rbx], 0xB8
        mov     dword [rbx + 1], 0x11111111
        mov     byte [rbx + 5], 0xC3
        run_changed 0x11111111
        mov     byte [abs EDGE], 0x22       ; on the second page
        run_changed 0x11112211
        mov     byte [abs EDGE - 1], 0x33   ; on the first
        run_changed 0x11112233
        mov     dword [rbx + 1], 0x44444444 ; on both
        run_changed 0x44444444
        mov     byte [abs ALIAS + 1], 0x55  ; through the other address
        run_changed 0x44554444
        mov     eax, 0x66666666
        out     ECHO, eax
        mov     edi, ALIAS - 1          ; by the hypervisor, which writes what INS brings
        mov     edx, ECHO
        insd
        run_changed 0x66666666

        mov     ecx, 3                  ; the instruction that is about to run changes itself
        xor     eax, eax
.again:
        inc     byte [.here + 1]
.here:
        add     al, 0
        loop    .again
        cmp     eax, 1 + 2 + 3
        expect
        passed
        world_end
