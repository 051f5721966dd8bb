; void start(const struct boot_info *boot)      where the loader jumps to
;
; in:  64-bit mode, interrupts off, RDI = boot
; out: does not return
;
; The loader has brought .text, .rodata and .data, which are in the image. Left to us are .bss,
; which is not, and a stack.

%include "kernel/offsets.inc"

        extern bss_start, bss_end, stacks, main

        section .text.start
        bits 64
        global start
start:
        mov rbx, rdi
        mov edi, bss_start
        mov ecx, bss_end
        sub ecx, edi
        xor eax, eax
        cld
        rep stosb

        mov esp, stacks + STACK_SIZE    ; the end of the first one, STACK_MAIN
        xor ebp, ebp                    ; where a backtrace ends
        mov rdi, rbx
        call main
        ud2                             ; main does not return
