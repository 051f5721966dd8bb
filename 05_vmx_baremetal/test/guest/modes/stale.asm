; Translations that a change of CR0, CR3 or CR4 has to drop, and 4 MiB pages: an entry is changed in memory,
; and the old page may still be seen until the register is. 32-bit paging.
; Source: SDM Vol. 3, "Operations that Invalidate TLBs and Paging-Structure Caches".

%include "test/guest/check.inc"

CODE   equ 0x08
WINDOW equ 0x80000                      ; a linear page that shows PAGE_1 or PAGE_2
PAGE_1 equ 0x81000
PAGE_2 equ 0x82000
LARGE  equ 0x400000                     ; 4 MiB at 0 once more
G_BIT  equ 1 << 8
RESERVED_BIT equ 1 << 21                ; of a 4 MiB page's entry
%define CR4_PGE (1 << 7)
%define VECTOR_PF 14
PF_RESERVED equ 8 | 1

; drops G_BIT or 0, INSTRUCTIONS: after them, the window shows the other page.
%macro drops 2+
        mov     dword [table + WINDOW / 4096 * 4], PAGE_1 | PAGE | %1
        invlpg  [WINDOW]
        cmp     dword [WINDOW], 1
        expect
        mov     dword [table + WINDOW / 4096 * 4], PAGE_2 | PAGE | %1
        %2
        cmp     dword [WINDOW], 2
        expect
%endmacro

; turn REGISTER, BITS
%macro turn 2
        mov     eax, %1
        xor     eax, %2
        mov     %1, eax
%endmacro

%macro turn_twice 2
        turn    %1, %2
        turn    %1, %2
%endmacro

%macro load_cr3 0
        mov     eax, cr3
        mov     cr3, eax
%endmacro

        org     0
        bits    32

        lgdt    [gdt_register]
        lidt    [idt_register]
        jmp     CODE:.here
.here:
        mov     esp, stack_end
        mov     dword [PAGE_1], 1
        mov     dword [PAGE_2], 2
        mov     edi, table
        mov     eax, PAGE
.fill:
        stosd
        add     eax, 4096
        cmp     edi, table + 4096
        jb      .fill
        mov     eax, directory
        mov     cr3, eax
        mov     eax, CR4_PSE
        mov     cr4, eax
        turn    cr0, CR0_PG

        drops   0, load_cr3
        drops   0, turn_twice cr0, CR0_PG
        turn    cr4, CR4_PGE
        drops   G_BIT, turn_twice cr4, CR4_PGE
        drops   G_BIT, turn_twice cr0, CR0_PG
        drops   G_BIT, turn_twice cr4, CR4_PSE

        cmp     dword [LARGE + PAGE_1], 1
        expect
        or      dword [directory + 4], RESERVED_BIT
        invlpg  [LARGE + PAGE_1]
        mov     ebx, .behind
        mov     eax, [LARGE + PAGE_1]
        report  checks + 1
.behind:
        cmp     edx, PF_RESERVED
        expect
        mov     ebx, .behind_too        ; the same by whoever carries out OUTS
        mov     esi, LARGE + PAGE_1
        mov     edx, EXIT
        outsb
        report  checks + 1
.behind_too:
        cmp     edx, PF_RESERVED
        expect
        passed

page_fault:
        pop     edx                     ; the error code
        mov     [esp], ebx
        iretd

        align   8, db 0
gdt:    dq      0
        dq      0x00CF9A000000FFFF      ; 8: code
        dq      0x00CF92000000FFFF      ; 10h: data
gdt_register:
        dw      gdt_register - gdt - 1
        dd      gdt
idt:    times   VECTOR_PF dq 0
        dw      page_fault, CODE, 0x8E00, 0
idt_register:
        dw      idt_register - idt - 1
        dd      idt

        align   4096, db 0
directory:
        dd      table + PAGE, 0 + PAGE + ENTRY_LARGE
        align   4096, db 0
table:  times   4096 db 0
        times   1024 db 0
stack_end:
