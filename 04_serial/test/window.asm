; A guest like firmware that can't reach a BAR: it reads the disk's first sector with no device's port
; but those of the PCI bus, through the window that virtio has in the configuration space, and sends its
; text to COM1. VIRTIO 1.2, "PCI configuration access capability". It is an ELF vmlinux, as echo.asm.

bits 64
default abs

LOAD   equ 0x200000     ; physical address of the file's first byte
KERNEL equ 0xffffffff80000000

COM1   equ 0x3f8
PM1A_CONTROL equ 0x604
PCI    equ 0xcf8
SLOT   equ 1

; Virtio's structures, by the types of their capabilities.
COMMON_CFG equ 1
NOTIFY_CFG equ 2
ISR_CFG    equ 3
PCI_CFG    equ 5

; The queue's three tables, and what its one request consists of. All of it is zeroes at first.
DESCRIPTORS equ 0x300000
AVAILABLE   equ 0x301000
USED        equ 0x302000
HEADER      equ 0x303000 ; type 0, a read, of sector 0
STATUS      equ 0x303010
DATA        equ 0x304000

org LOAD

file:   db 0x7f, "ELF", 2, 1, 1
        times 9 db 0
        dw 2, 62
        dd 1
        dq start, program - file, 0
        dd 0
        dw 64, 56, 1, 0, 0, 0
program:
        dd 1, 7
        dq 0, KERNEL + LOAD, LOAD, end - file, end - file, 0x1000

start:
        mov esp, file
        mov edi, 4                  ; COMMAND: it may reach for RAM, and answers at no BAR
        call select
        mov eax, 1 << 2
        out dx, ax
        mov ebx, PCI_CFG
        call find
        mov r8d, edi

        ; One request: header, data, status.
        mov esi, descriptors
        mov edi, DESCRIPTORS
        mov ecx, 3 * 16
        rep movsb
        mov byte [STATUS], 0xff
        mov word [AVAILABLE + 2], 1

        ; The device is set up, and its doorbell rings.
        mov ebp, settings
.next:  movzx ebx, byte [rbp]
        test ebx, ebx
        jz .wait
        movzx ecx, byte [rbp + 1]
        movzx esi, byte [rbp + 2]
        call show
        mov eax, [rbp + 3]
        out dx, eax                 ; of which the first ESI bytes count
        add ebp, 7
        jmp .next

.wait:  pause
        cmp word [USED + 2], 1
        jne .wait
        mov esi, failed
        cmp byte [STATUS], 0
        jne .end
        mov edi, 2                  ; is it in the ISR, and once?
.isr:   push rdi
        mov ebx, ISR_CFG
        xor ecx, ecx
        mov esi, 1
        call show
        in al, dx
        add al, '0'
        call put
        pop rdi
        dec edi
        jnz .isr
        mov esi, DATA
.end:   call print
        mov dx, PM1A_CONTROL
        mov ax, 5 << 10 | 1 << 13
        out dx, ax
        hlt

; Makes the window show ESI bytes at offset ECX of structure EBX, and DX its port.
show:   call find
        add edi, 4                  ; which BAR
        call select
        in al, dx
        mov r9d, eax
        add edi, 4                  ; from where on
        call select
        in eax, dx
        add ecx, eax
        lea edi, [r8 + 4]
        call select
        mov eax, r9d
        out dx, al
        lea edi, [r8 + 8]
        call select
        mov eax, ecx
        out dx, eax
        lea edi, [r8 + 12]
        call select
        mov eax, esi
        out dx, eax
        lea edi, [r8 + 16]

; Makes DX the port of byte EDI of the configuration space.
select: mov eax, edi
        and eax, ~3
        or eax, 1 << 31 | SLOT << 11
        mov dx, PCI
        out dx, eax
        mov edx, edi
        and edx, 3
        add edx, PCI + 4
        ret

; Makes EDI the offset of the capability of structure EBX. A device without it ends the run.
find:   mov edi, 0x34
        call select
        in al, dx
.next:  movzx edi, al
        test edi, edi
        jz .missing
        call select
        in eax, dx                  ; id, link, length, type
        cmp al, 9
        jne .other
        mov edx, eax
        shr edx, 24
        cmp edx, ebx
        je .done
.other: shr eax, 8
        jmp .next
.missing:
        mov esi, missing
        jmp start.end
.done:  ret

put:    mov ah, al
        mov dx, COM1 + 5
.full:  in al, dx
        test al, 0x20
        jz .full
        mov al, ah
        mov dx, COM1
        out dx, al
        ret

print:  lodsb
        test al, al
        jz .done
        call put
        jmp print
.done:  ret

; Address, length, flags (1: another one follows; 2: the device writes it), the next one.
descriptors:
        dq HEADER
        dd 16
        dw 1, 1
        dq DATA
        dd 512
        dw 3, 2
        dq STATUS
        dd 1
        dw 2, 0

%macro setting 4 ; structure, offset, bytes, value
        db %1, %2, %3
        dd %4
%endmacro

settings:
        setting COMMON_CFG, 0x14, 1, 0      ; reset
        setting COMMON_CFG, 0x14, 1, 3      ; a driver is there,
        setting COMMON_CFG, 0x08, 4, 1
        setting COMMON_CFG, 0x0c, 4, 1      ; which knows version 1
        setting COMMON_CFG, 0x14, 1, 11     ; and no more
        setting COMMON_CFG, 0x16, 2, 0      ; queue 0:
        setting COMMON_CFG, 0x18, 2, 8      ; its size and its tables
        setting COMMON_CFG, 0x20, 4, DESCRIPTORS
        setting COMMON_CFG, 0x28, 4, AVAILABLE
        setting COMMON_CFG, 0x30, 4, USED
        setting COMMON_CFG, 0x1c, 2, 1      ; it is ready,
        setting COMMON_CFG, 0x14, 1, 15     ; and so is the driver
        setting NOTIFY_CFG, 0, 2, 0
        db 0

missing:
        db "a structure is missing", 0
failed: db "the disk has failed", 0
end:
