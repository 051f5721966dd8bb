; A boot sector for common/lab/try: does the machine start, does its CPU have VT-x, and can it divide? COM2
; gets the digit that common/lab/vmx-lab/start makes its status: 0 if all is so, 3 if there is no VT-x, 6 if
; IDIV with 64 bits is wrong, as in Bochs 3.1 from gcc 15 on (findings/bochs-idiv64.sh).

COM2      equ 0x2F8
LCR       equ 3         ; its line control register
LCR_8N1   equ 3         ; characters of eight bits; the BIOS left five
LSR       equ 5         ; its line status register
LSR_TEMT  equ 1 << 6    ; all is sent
CPUID_VMX equ 1 << 5    ; CPUID leaf 1, ECX
CR0_PE    equ 1 << 0
CR0_PG    equ 1 << 31
CR4_PAE   equ 1 << 5
EFER      equ 0xC0000080
EFER_LME  equ 1 << 8
TABLES    equ 0x1000    ; a page table of each level: the first 2 MiB, where they are
LEVEL     equ 0x1000
PRESENT   equ 3         ; and writable
LARGE     equ 1 << 7
CODE      equ 8         ; the selector

        bits 16
        org 0x7C00

        cli
        cld
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov di, TABLES
        mov cx, 3 * LEVEL / 2
        rep stosw
        mov word [TABLES], TABLES + LEVEL + PRESENT
        mov word [TABLES + LEVEL], TABLES + 2 * LEVEL + PRESENT
        mov word [TABLES + 2 * LEVEL], LARGE + PRESENT
        mov eax, TABLES
        mov cr3, eax
        mov eax, CR4_PAE
        mov cr4, eax
        mov ecx, EFER
        mov eax, EFER_LME
        xor edx, edx
        wrmsr
        lgdt [gdtr]
        mov eax, cr0
        or eax, CR0_PG | CR0_PE
        mov cr0, eax
        jmp CODE:long_mode

        bits 64
        default rel
long_mode:
        mov dx, COM2 + LCR
        mov al, LCR_8N1
        out dx, al
        mov eax, 1
        cpuid
        mov bl, '3'
        test ecx, CPUID_VMX
        jz answer

        mov bl, '6'
        mov eax, 2386 * 500 + 307
        cqo
        mov edi, 500
        idiv rdi
        cmp rax, 2386
        jne answer
        cmp rdx, 307
        jne answer
        mov bl, '0'
answer:
        mov al, bl
        mov dx, COM2
        out dx, al
        mov dx, COM2 + LSR
sent:   in al, dx
        test al, LSR_TEMT
        jz sent

; An exception that nobody can handle switches the machine off.
        lidt [no_idt]
        int3

        align 8
gdt:    dq 0
        dq 0x00209A0000000000           ; 64-bit code
gdtr:   dw $ - gdt - 1
        dd gdt
no_idt: times 10 db 0

        times 510 - ($ - $$) db 0
        dw 0xAA55
