; void descriptor_reload(void)          after LGDT, which changes no segment register by itself
;
; changes: RAX. CS = SELECTOR_CODE, SS = DS = ES = FS = GS = SELECTOR_DATA; that sets the bases of
; FS and GS to the descriptor's, which is 0.

%include "kernel/offsets.inc"

        section .text
        bits 64
        global descriptor_reload
descriptor_reload:
        mov eax, SELECTOR_DATA
        mov ss, ax
        mov ds, ax
        mov es, ax
        mov fs, ax
        mov gs, ax
        pop rax                         ; CS changes only together with RIP: return far
        push SELECTOR_CODE
        push rax
        o64 retf
