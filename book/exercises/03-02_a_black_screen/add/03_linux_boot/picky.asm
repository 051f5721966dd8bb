; A kernel that looks at what the loader left it, with the eyes of Linux, and says what it sees; then it
; asks for a reset. It is a bzImage: setup sectors filled with FFh but for the header, as Linux' are,
; and behind them code that is entered in 64-bit mode, at offset 200h.
;
; Source: Linux x86 boot protocol, "The Real-Mode Kernel Header", "64-bit Boot Protocol", "Zero Page".

SETUP_SECTS equ 2
KERNEL      equ 0x1000000   ; where it wants to be: 16 MiB
COM1        equ 0x3f8
KEYBOARD    equ 0x64

; Fields of boot_params, which RSI points at.
E820_ENTRIES   equ 0x1e8
HEADER         equ 0x1f1
TYPE_OF_LOADER equ 0x210
RAMDISK_IMAGE  equ 0x218
RAMDISK_SIZE   equ 0x21c
CMD_LINE_PTR   equ 0x228
HEADER_END     equ 0x264
E820_TABLE     equ 0x2d0

section .setup start=0
        times HEADER db 0xff
        db SETUP_SECTS
        dw 0
        dd (kernel_end - kernel) / 16
        times 0x1fe - 0x1f8 db 0
        dw 0xaa55
        db 0xeb, HEADER_END - 0x202 ; jump: tells where the header ends
        db "HdrS"
        dw 0x020f                   ; version
        times 0x211 - 0x208 db 0
        db 1                        ; loadflags: LOADED_HIGH
        times 0x22c - 0x212 db 0
        dd 0x7fffffff               ; initrd_addr_max
        dd 0x200000                 ; kernel_alignment
        db 1, 21                    ; relocatable_kernel, min_alignment
        dw 1                        ; xloadflags: there is a 64-bit entry
        dd 2047                     ; cmdline_size
        times 0x258 - 0x23c db 0
        dq KERNEL                   ; pref_address
        dd 0x800000                 ; init_size
        times (SETUP_SECTS + 1) * 512 - ($ - $$) db 0xff

section .kernel follows=.setup vstart=KERNEL
bits 64
kernel: times 0x200 db 0xcc         ; nobody may enter here

entry:  mov esp, KERNEL
        mov ebx, esi                ; boot_params
        mov esi, alive
        call print

        ; What the loader doesn't know must be zero. Linux reads settings from there: the screen, the
        ; EFI system table, the upper halves of addresses.
        xor ecx, ecx
.check: cmp byte [rbx + rcx], 0
        jne .unclean
        inc ecx
        cmp ecx, E820_ENTRIES
        jb .check
        cmp byte [rbx + HEADER - 2], 0
        je .clean
.unclean:
        mov esi, unclean
        call print
        jmp .initrd
.clean: mov esi, clean
        call print

        ; Linux takes an initrd only from a loader that says who it is.
.initrd:
        mov esi, initrd
        call print
        cmp byte [rbx + TYPE_OF_LOADER], 0
        je .none
        mov esi, [rbx + RAMDISK_IMAGE]
        mov ecx, [rbx + RAMDISK_SIZE]
        test esi, esi
        jz .none
.byte:  jecxz .line
        lodsb
        call put
        dec ecx
        jmp .byte
.none:  mov esi, none
        call print
.line:  mov esi, line
        call print
        mov esi, [rbx + CMD_LINE_PTR]
        call print
        mov esi, newline
        call print
        mov al, 0xfe
        out KEYBOARD, al
        hlt

; Prints the text at RSI, up to a zero.
print:  lodsb
        test al, al
        jz .done
        call put
        jmp print
.done:  ret

put:    mov dx, COM1
        out dx, al
        ret

alive:   db "kernel: alive", 10, 0
clean:   db "boot_params: clean", 10, 0
unclean: db "boot_params: somebody filled in what he doesn't know", 10, 0
initrd:  db "initrd: ", 0
none:    db "none, Linux would say", 0
line:    db 10, "command line: ", 0
newline: db 10, 0
        align 16, db 0
kernel_end:
