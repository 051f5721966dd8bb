; Prints LETTER, and then the CPU cannot go on: a triple fault.

%ifndef LETTER                  ; a check chooses another
%define LETTER 'X'
%endif

        bits 16
        org 0

start:
        %error "01-05: not done yet"
