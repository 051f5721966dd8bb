; Touches one address: what the suite puts in RBX, in the way that it puts in RCX. 32-bit protected
; mode without paging, so that the address is the guest-physical one.
;
; A touch that succeeds is reported as 0 to RESULT.

%include "test/guest/check.inc"

        org     0
        bits    32

        cmp     ecx, 1
        jb      .read
        je      .write
        mov     esp, .well              ; the RET that a mapped page begins with comes back here
        jmp     ebx
.read:
        mov     eax, [ebx]
        passed
.write:
        mov     [ebx], eax
        passed
.well:
        dd      .executed
.executed:
        passed
