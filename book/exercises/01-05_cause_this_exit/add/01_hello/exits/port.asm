; Reads four bytes from port PORT, which nobody serves: an I/O exit.

%ifndef PORT                    ; a check chooses another
%define PORT 0x1234
%endif

        bits 16
        org 0

start:
        %error "01-05: not done yet"
