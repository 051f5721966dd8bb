; Reads a byte at linear 0x8000, where this machine has no memory: KVM_EXIT_MMIO.

        bits 16
        org 0

        mov ax, 0x800
        mov ds, ax
        mov al, [0]
        hlt
