; Jumps to 0800:0000, linear 0x8000, where this machine has no memory.

        bits 16
        org 0

        jmp 0x800:0
