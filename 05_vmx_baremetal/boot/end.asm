; How the machine ends before there is a kernel: the counterpart of host_end in kernel/panic/panic.c,
; which explains it. Used by the boot sector and by the loader.

PCI_ADDRESS   equ 0xCF8
PCI_DATA      equ 0xCFC
PIIX4_PM      equ 0x80000B00    ; PCI bus 0, device 1, function 3, as PCI_ADDRESS takes it
PIIX4_PM_ID   equ 0x71138086
PIIX4_PMBASE  equ 0x40          ; bits 15:6: where the power management ports begin
PM1_CONTROL   equ 4
SLEEP_ENABLE  equ 1 << 13       ; with sleep type 0, which is S5, soft off, in this chip

; in: AL = the status, a digit
; out: does not return
host_end:
        add al, '0'
        mov dx, COM2
        call serial_putc
        mov al, 10
        call serial_putc
        call serial_flush
        call com1_find
        call serial_flush

        mov eax, PIIX4_PM
        call .pci_read
        cmp eax, PIIX4_PM_ID    ; only where this very chip is: the port means anything elsewhere
        jne .halt
        mov eax, PIIX4_PM + PIIX4_PMBASE
        call .pci_read
        and ax, 0xFFC0
        add ax, PM1_CONTROL
        mov dx, ax
        mov ax, SLEEP_ENABLE
        out dx, ax
.halt:
        hlt
        jmp .halt

.pci_read:
        mov dx, PCI_ADDRESS
        out dx, eax
        mov dx, PCI_DATA
        in eax, dx
        ret
