; From real mode to protected mode, with nobody's help: then main32, which is 32-bit code.
;
; What the CPU does not do for us: it has no table of segments (GDT) until LGDT gives it one, it stays
; in real mode until CR0.PE is set, and it goes on with the old segments, as 16-bit code, until each
; of them is loaded anew: CS by a far jump.

        bits 16
        org 0

start:
        %error "01-02: not done yet"

        bits 32
%include "main32.inc"
