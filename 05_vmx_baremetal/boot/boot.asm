; The boot sector: the 512 bytes that the BIOS reads from the disk, puts at 0x7C00, and jumps to if
; they end in 55 AA. All there is room for is to read the loader, which has room for the rest.
;
; in: CS:IP = 0:7C00h or 07C0h:0, DL = the drive that we come from; nothing else is promised
; out: the loader at LOADER_ADDRESS and the image table behind it; DL as it was, DS = ES = SS = 0

%include "boot/offsets.inc"

        bits 16
        org BOOT_ADDRESS

        jmp short boot
        nop
        times 0x3E - ($ - $$) db 0      ; some BIOSes write disk parameters here, as FAT has them

boot:
        cli                             ; no interrupt while SS and SP do not belong together
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, BOOT_ADDRESS
        sti
        cld
        jmp 0:.here                     ; CS = 0 too
.here:
        push dx
        call serial_init
        pop dx

        ; Extensions (INT 13h, AH=41h): a read takes a sector number, not cylinder, head and sector.
        mov ah, 0x41
        mov bx, 0x55AA
        int 0x13
        mov si, no_extensions
        jc boot_failed
        cmp bx, 0xAA55
        jne boot_failed
        test cl, 1                      ; AH=42h and its packet
        jz boot_failed

        mov ah, 0x42
        mov si, packet
        int 0x13
        mov si, read_failed
        jc boot_failed
        jmp LOADER_ADDRESS

boot_failed:
        call print
        mov al, VM_BAD_USAGE
        jmp host_end

%include "boot/print.asm"
%include "boot/end.asm"

no_extensions db "[05] boot: this BIOS cannot read the disk by sector number", 13, 10, 0
read_failed   db "[05] boot: cannot read the loader", 13, 10, 0

        align 4
packet:
        db 16, 0                        ; size of this packet
        dw LOADER_SECTORS + TABLE_SECTORS ; the loader and the table behind it
        dw LOADER_ADDRESS, 0            ; offset, segment
        dq LOADER_SECTOR                ; first sector

; The partition table: one active partition behind this sector, because some BIOSes boot a USB stick
; as a hard disk only if it has one. Type DAh is "raw data". mkimage fills in its size.
        times 446 - ($ - $$) db 0
        db 0x80, 0, 2, 0                ; active; starts at cylinder 0, head 0, sector 2
        db 0xDA, 0xFE, 0xFF, 0xFF       ; ends where CHS cannot reach
        dd 1, 0                         ; first sector, number of sectors
        times 510 - ($ - $$) db 0
        dw 0xAA55
