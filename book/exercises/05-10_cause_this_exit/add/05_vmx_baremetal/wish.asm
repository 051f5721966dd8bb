; A guest that ends as it is asked to. Real mode, 4 KiB of memory at GPA 0, CS:IP is 0000:0000, the
; other segments are 0. What is asked for comes as constants:
;
;   EXIT           the basic exit reason: 30 or 48
;   QUALIFICATION  30: the exit qualification. 48: bits 2:0 of it
;   GPA            48: the guest-physical address, from 1000h to FFFFFh

        org     0
        bits    16

%if EXIT == 30
        %error "05-10: not done yet"
%elif EXIT == 48
        %error "05-10: not done yet"
%endif
