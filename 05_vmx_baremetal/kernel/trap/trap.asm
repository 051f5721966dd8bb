; const uint8_t trap_stubs[VECTOR_COUNT][TRAP_STUB_SIZE]        what the gates of the IDT point to
;
; The processor switches to the stack that the gate names (or stays on this one), aligns RSP to 16,
; and pushes SS, RSP, RFLAGS, CS and RIP, for some exceptions an error code as well. Left to us: to
; make it look the same for all, to say which vector it was, and to save the general registers.

%include "kernel/offsets.inc"

        extern trap_handle

; The exceptions with an error code: #DF, #TS, #NP, #SS, #GP, #PF, #AC, #CP, #VC, #SX.
%define WITH_ERROR ((1 << 8) | (31 << 10) | (1 << 17) | (1 << 21) | (1 << 29) | (1 << 30))

        section .text
        bits 64
        global trap_stubs
        align TRAP_STUB_SIZE
trap_stubs:
%assign vector 0
%rep VECTOR_COUNT
        align TRAP_STUB_SIZE
%if vector >= 32 || ((WITH_ERROR >> vector) & 1) == 0
        push 0
%endif
        push vector
        jmp trap_save
%assign vector vector + 1
%endrep

; The order is that of struct trap_frame, from its end.
trap_save:
        push r15
        push r14
        push r13
        push r12
        push r11
        push r10
        push r9
        push r8
        push rbp
        push rdi
        push rsi
        push rdx
        push rcx
        push rbx
        push rax
        cld
        mov rdi, rsp
        call trap_handle                ; RSP is a multiple of 16: 22 quadwords below one
        ud2                             ; it does not return
