; Segments that nobody loads, through mode switches, with an exit in each state: an entry to it must be
; possible. Expand-down, read-only, conforming, null, for ring 3; then the same in real mode, and protected
; mode with the CS of real mode. Source: SDM Vol. 3, "Checks on Guest Segment Registers".

%include "test/guest/check.inc"

; exits: an exit, which must come back with the leaf's number as a CPU gives it. Spoils EAX to EDX.
%macro exits 0
        xor     eax, eax
        cpuid
        cmp     edx, "ineI"             ; GenuineIntel, AuthenticAMD
        je      %%well
        cmp     edx, "enti"
        expect
%%well:
%endmacro

CODE     equ 0x08
STACK    equ 0x10
DOWN     equ 0x18 | 3                   ; expand-down, ring 3
READ     equ 0x20                       ; read-only, one byte
CONFORM  equ 0x28
CODE_16  equ 0x30
SMALL    equ 0x38                       ; expand-down, 16-bit, ring 0
LDT      equ 0x40

        org     0
        bits    32

        lgdt    [gdt_register]
        jmp     CODE:.here
.here:
        mov     ax, STACK
        mov     ss, ax
        mov     ax, DOWN
        mov     ds, ax
        mov     ax, READ
        mov     es, ax
        mov     ax, CONFORM
        mov     fs, ax
        xor     ax, ax
        mov     gs, ax
        mov     ax, LDT
        lldt    ax
        exits
        mov     ax, SMALL
        mov     ss, ax
        exits
        jmp     CONFORM:.conforming
.conforming:
        exits
        jmp     CODE_16:.sixteen
        bits    16
.sixteen:
        exits
        mov     eax, cr0
        and     al, ~CR0_PE
        mov     cr0, eax
        exits                           ; real mode, with all of that still loaded
        jmp     0:.real
.real:
        exits
        xor     ax, ax
        mov     ss, ax
        mov     eax, cr0
        or      al, CR0_PE
        mov     cr0, eax
        exits                           ; protected mode, with the CS of real mode
        mov     eax, cr0
        xor     eax, CR0_CD             ; an exit of its own
        mov     cr0, eax
        exits
        jmp     CODE:.back
        bits    32
.back:
        exits
        passed

%macro descriptor 2                     ; bits 47:40 and 55:52; base 0, limit FFFFh
        dw      0xFFFF, 0
        db      0, %1, %2, 0
%endmacro

        align   8, db 0
gdt:    dq      0
        descriptor 0x9B, 0xCF           ; CODE
        descriptor 0x93, 0xCF           ; STACK
        dw      0x00FF, 0               ; DOWN: all but the lowest 256 bytes
        db      0, 0xF7, 0x40, 0
        dw      0, 0                    ; READ
        db      0, 0x91, 0x40, 0
        descriptor 0x9F, 0xCF           ; CONFORM
        descriptor 0x9B, 0x00           ; CODE_16
        dw      0x00FF, 0               ; SMALL
        db      0, 0x97, 0x00, 0
        dw      7, gdt                  ; LDT
        db      0, 0x82, 0, 0
gdt_register:
        dw      gdt_register - gdt - 1
        dd      gdt
