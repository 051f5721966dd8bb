; A boot sector that loads Linux from the disk that it stands on, for the VT-x flavour of the KVM lab:
; a sector with the command line, kernel and initrd follow it, each from a sector of its own on, and
; everything that a boot loader has to find out is already known when this is assembled (see
; linux-disk):
;
;   SETUP_SECTORS    the kernel's real-mode part, its first sector included; from sector 2 on
;   KERNEL_SECTORS   its protected-mode part, right behind
;   INITRD_SECTORS   the initrd, right behind, of INITRD_SIZE bytes
;   CMDLINE          the kernel's command line, a quoted string of up to 511 letters
;   TICKS            if defined: the time-stamp counter goes to COM1, in hexadecimal, when all is loaded
;
;      0x07C00  this sector                0x100000   the kernel's protected-mode part
;      0x10000  the real-mode part         INITRD     the initrd
;      0x1E000  the command line
;      0x20000  a chunk on its way up
;
; Source: Linux x86 boot protocol, "The Real-Mode Kernel Header" and "Running the Kernel".

SETUP   equ 0x1000              ; segment of the real-mode part
STACK   equ 0xE000              ; in that segment: its stack and heap end here, the command line begins
BOUNCE  equ 0x2000              ; segment of the buffer
CHUNK   equ 64                  ; sectors that fit into it
KERNEL  equ 0x100000
INITRD  equ 0x8000000           ; 128 MiB: well above what the kernel unpacks itself into

        bits 16
        org 0x7C00

start:
        cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00
        sti
        cld
        mov [drive], dl

        mov word [buffer], SETUP + STACK / 16
        mov cx, 1
        call read                       ; the command line
        mov word [buffer], SETUP        ; the real-mode part goes straight to its place
        mov cx, SETUP_SECTORS           ; at most 65: one BIOS call reads it
        call read

        mov word [buffer], BOUNCE
        mov eax, KERNEL
        mov ebp, KERNEL_SECTORS
        call load
        mov eax, INITRD
        mov ebp, INITRD_SECTORS
        call load

        mov ax, SETUP
        mov es, ax
        mov byte [es:0x210], 0xFF               ; type_of_loader: none of the known ones
        or byte [es:0x211], 0x80                ; loadflags: CAN_USE_HEAP
        mov word [es:0x224], STACK - 0x200      ; heap_end_ptr
        mov dword [es:0x228], SETUP * 16 + STACK ; cmd_line_ptr
        mov dword [es:0x218], INITRD            ; ramdisk_image
        mov dword [es:0x21C], INITRD_SIZE       ; ramdisk_size

%ifdef TICKS
        push ax
        mov dx, 0x3FB           ; line control: 8 data bits; 115,200 baud is how it starts
        mov al, 3
        out dx, al
        rdtsc
        mov ecx, eax
        mov di, 8
.digit:
        rol ecx, 4
        mov al, cl
        and al, 15
        cmp al, 10
        sbb al, 69h             ; with DAS: the hexadecimal digit
        das
        call transmit
        dec di
        jnz .digit
        mov al, 10
        call transmit
        pop ax
%endif

        cli
        mov ds, ax
        mov fs, ax
        mov gs, ax
        mov ss, ax
        mov sp, STACK
        jmp SETUP + 0x20:0

; EBP sectors from where the last read ended, to address EAX above 1 MiB.
load:
        mov [target + 2], eax   ; base 23:0, and a byte too many
        mov byte [target + 5], 0x93
        shr eax, 24
        mov [target + 7], al    ; base 31:24
.chunk:
        mov cx, CHUNK
        cmp ebp, CHUNK
        jae .full
        mov cx, bp
.full:
        push cx
        call read
        mov ah, 0x87            ; BIOS: move a block between any two addresses
        mov cx, CHUNK * 256     ; words; the last chunk may move more than it read
        mov si, descriptors
        int 0x15
        jc fail
        pop cx
        add word [target + 3], CHUNK * 2        ; 32 KiB further: base 23:8 are these two bytes
        adc byte [target + 7], 0
        movzx ecx, cx
        sub ebp, ecx
        jnz .chunk
        ret

; CX sectors, from where the last read ended, to buffer:0.
read:
        mov [count], cx
        mov ah, 0x42            ; BIOS: extended read
        mov dl, [drive]
        mov si, packet
        int 0x13
        jc fail
        movzx ecx, word [count]
        add [sector], ecx
        ret

%ifdef TICKS
; AL to COM1.
transmit:
        mov ah, 1               ; BIOS: send a byte
        xor dx, dx
        int 14h
        ret
%endif

fail:
        mov si, message
.next:
        lodsb
        mov ah, 0x0E
        int 0x10
        test al, al
        jnz .next
.stop:
        hlt
        jmp .stop

message db "disk error", 0
drive   db 0

packet:                         ; of the extended read
        db 16, 0
count   dw 0
        dw 0
buffer  dw 0
sector  dq 1

descriptors:                    ; of the block move: the BIOS fills in the empty ones
        dq 0, 0
        dw 0xFFFF, 0            ; from BOUNCE
        db BOUNCE >> 12, 0x93, 0, 0
target  dw 0xFFFF, 0            ; to there
        db 0, 0x93, 0, 0
        dq 0, 0

        times 510 - ($ - $$) db 0
        dw 0xAA55

        db CMDLINE, 0
        times 1024 - ($ - $$) db 0
