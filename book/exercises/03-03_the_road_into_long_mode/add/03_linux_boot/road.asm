; A kernel that walks the road into long mode. A boot loader brings it to the end of that road already, so
; it goes back first: out of long mode, paging off, to 32-bit protected mode. From there it takes the
; steps that order.inc lists, each of them a macro from below.
;
; It is an ELF vmlinux of one segment, and starts as one, in 64-bit mode.

%ifndef TABLES
%define TABLES 0x300000     ; physical address of the page tables, three pages
%endif
%ifndef TEXT
%define TEXT "Sixty-four bits."
%endif

LOAD     equ 0x200000       ; physical address of the file's first byte
KERNEL   equ 0xffffffff80000000
COM1     equ 0x3f8
KEYBOARD equ 0x64

CODE     equ 0x08           ; selectors, in either of the tables below
DATA     equ 0x10

CR0_PG   equ 1 << 31
CR4_PAE  equ 1 << 5
EFER     equ 0xc0000080     ; the number of an MSR
EFER_LME equ 1 << 8

org LOAD
bits 64
default abs

; The ELF header and its one program header. System V ABI, "ELF Header", "Program Header".
file:   db 0x7f, "ELF", 2, 1, 1     ; 64 bits, little endian, version 1
        times 9 db 0
        dw 2, 62                    ; executable, x86-64
        dd 1
        dq start, program - file, 0
        dd 0
        dw 64, 56, 1, 0, 0, 0
program:
        dd 1, 7                     ; PT_LOAD, RWX
        dq 0, KERNEL + LOAD, LOAD, end - file, end - file, 0x1000

; The way back: a 32-bit code segment, then paging off, which ends long mode, and all that belonged to it.
start:  mov esp, file               ; the stack grows down from here
        lgdt [gdtr_32]
        push CODE
        push back
        retfq

bits 32
back:   mov eax, DATA
        mov ds, eax
        mov es, eax
        mov ss, eax
        mov eax, cr0
        and eax, ~CR0_PG
        mov cr0, eax
        mov ecx, EFER
        rdmsr
        and eax, ~EFER_LME
        wrmsr
        mov eax, cr4
        and eax, ~CR4_PAE
        mov cr4, eax
        xor eax, eax
        mov cr3, eax

; The steps, in alphabetical order.

; CR3 says where the first page table is.
%macro load_cr3 0
        mov eax, TABLES
        mov cr3, eax
%endmacro

; A GDT whose code segment has the L flag: 64-bit code, in long mode.
%macro load_gdt 0
        lgdt [gdtr_64]
%endmacro

; A far jump loads CS. What stands behind it is 64-bit code.
%macro jump_to_64_bit_code 0
        jmp CODE:%%here
        bits 64
%%here:
%endmacro

; Prints the text, as only 64-bit code can, by an address that counts from RIP, and ends by a reset.
%macro print_and_reset 0
        lea r15, [rel text]
%%next: mov al, [r15]
        test al, al
        jz %%done
        mov dx, COM1
        out dx, al
        inc r15
        jmp %%next
%%done: mov al, 0xfe
        out KEYBOARD, al
        hlt
%endmacro

; LME: with paging, this is to be long mode.
%macro set_lme 0
        mov ecx, EFER
        rdmsr
        or eax, EFER_LME
        wrmsr
%endmacro

; PAE: entries of page tables have 64 bits.
%macro set_pae 0
        mov eax, cr4
        or eax, CR4_PAE
        mov cr4, eax
%endmacro

; PG: paging. If LME is set, the CPU sets LMA now, and is in long mode.
%macro set_pg 0
        mov eax, cr0
        or eax, CR0_PG
        mov cr0, eax
%endmacro

; The first 4 MiB, each at its own address: PML4, PDPT, page directory with two large pages. What was in
; this memory before is no page table.
%macro write_page_tables 0
        mov edi, TABLES
        mov ecx, 3 * 1024
        xor eax, eax
        rep stosd
        mov dword [TABLES], TABLES + 0x1000 + 3
        mov dword [TABLES + 0x1000], TABLES + 0x2000 + 3
        mov dword [TABLES + 0x2000], 0x83
        mov dword [TABLES + 0x2008], 0x200083
%endmacro

        mov edi, TABLES
        mov ecx, 3 * 1024
        mov eax, -1
        rep stosd                   ; nothing that would pass for a page table
%include "order.inc"

align 8
gdt_32: dq 0
        dq 0x00cf9b000000ffff       ; code, 32 bits
        dq 0x00cf93000000ffff       ; data
gdt_64: dq 0
        dq 0x00af9b000000ffff       ; code, L
        dq 0x00cf93000000ffff       ; data
gdtr_32:
        dw 3 * 8 - 1
        dq gdt_32
gdtr_64:
        dw 3 * 8 - 1
        dq gdt_64
text:   db TEXT, 13, 10, 0
end:
