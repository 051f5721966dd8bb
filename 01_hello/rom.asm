; The guest: ten characters and a newline, written by a CPU that has nothing but memory and one port.
;
; The CPU starts here in real mode: 16-bit code, an address is segment * 16 + offset, and no firmware
; has run before us. The VMM puts this file at guest-physical address 0 and sets CS = 0, IP = 0.

TRANSMIT equ 0x01               ; the port at which the VMM listens, a byte at a time

        bits 16
        org 0

start:
        xor ax, ax
        mov ds, ax              ; lodsb reads DS:SI, so DS has to be 0 as well
        mov si, message
        cld                     ; lodsb counts upwards

next:
        lodsb                   ; AL = the byte at DS:SI, SI = SI + 1
        test al, al
        jz done
        out TRANSMIT, al        ; leaves the guest: KVM_EXIT_IO
        jmp next

done:
        hlt                     ; leaves the guest: KVM_EXIT_HLT
        jmp done

; The newline is the guest's: the VMM prints what it is sent and adds nothing. Without it the
; shell's prompt would follow on the same line.
message db "Hello KVM!", 10, 0
