; Writes the two bytes VALUE to the address ADDRESS, where there is no memory: an MMIO exit.

%ifndef ADDRESS                 ; a check chooses others
%define ADDRESS 0x12340
%define VALUE   0xBEEF
%endif

        bits 16
        org 0

start:
        %error "01-05: not done yet"
