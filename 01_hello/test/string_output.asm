; Prints with one `rep outsb`: KVM may hand over several bytes with one exit.

        bits 16
        org 0

        mov si, message
        mov cx, length
        mov dx, 0x01
        rep outsb
        hlt

message db "many bytes, one instruction", 10
length  equ $ - message
