; Faults where there are no handlers: the IDT is cut down to the one of #DF, which every other exception
; ends in, and then to nothing. A triple fault is the end that is expected.

%include "test/guest/world.inc"

%macro double_fault 1+
        attempt %1
        cmp     byte [seen], VECTOR_DF
        expect
        cmp     qword [error], 0
        expect
%endmacro

        world_begin
        lea     rax, [idt]              ; the gates of #UD and #GP away
        mov     byte [rax + 16 * VECTOR_UD + 5], 0
        mov     byte [rax + 16 * VECTOR_GP + 5], 0
        mov     byte [rax + 16 * 11 + 5], 0     ; and of #NP, which says that a gate is away
        double_fault ud2
        mov     ecx, 0x12345            ; the same for what the hypervisor injects
        double_fault rdmsr
        double_fault vmlaunch
        mov     edx, ECHO
        mov     rsi, 1 << 63            ; not canonical
        double_fault outsb
        report_and_go 0
        lidt    [nothing]
        ud2
        report  checks + 1              ; not to be reached

nothing:
        dw      0
        dq      0
        world_end
