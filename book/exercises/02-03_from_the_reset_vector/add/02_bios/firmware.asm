; A firmware of SIZE bytes: 64, 128 or 256 KiB. The CPU begins in its last 16 bytes, in the ROM below
; 4 GiB; main is to run in the copy below 1 MiB, at F000:something, where it can write.

%ifndef SIZE
%define SIZE 0x20000
%endif

        bits 16
        org 0

        %error "02-03: not done yet"

%include "main.inc"
