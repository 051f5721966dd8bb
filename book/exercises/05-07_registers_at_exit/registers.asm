; Fills every general register, leaves to the hypervisor, and compares; twice, with other values the
; second time, so that what an earlier exit saved is found out too. Prints AL at each exit, then the
; letters of the registers that have changed.
;
; Climbs to 64-bit mode in the 4 KiB that it has: the page is its own page table, at all four levels.

MSR_EFER equ 0xC0000080
STEP     equ 0x0102040810204011         ; from one register's value to the next one's

        org     0
        bits    16

        jmp     start
        times   8 - ($ - $$) db 0       ; later entry 0 of the page table

start:
        lgdt    [gdt_register]
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        jmp     8:code32

        bits    32
code32:
        mov     ax, 16
        mov     ds, ax
        mov     ss, ax
        mov     dword [0], 3            ; present, writable, and the frame at 0: this very page
        mov     dword [4], 0
        xor     eax, eax
        mov     cr3, eax
        mov     eax, cr4
        or      eax, 1 << 5             ; PAE
        mov     cr4, eax
        mov     ecx, MSR_EFER
        rdmsr
        or      eax, 1 << 8             ; LME
        wrmsr
        mov     eax, cr0
        or      eax, 1 << 31            ; PG
        mov     cr0, eax
        jmp     24:code64

%macro for_each_register 1
        %1      rax, 0
        %1      rbx, 1
        %1      rcx, 2
        %1      rdx, 3
        %1      rsi, 4
        %1      rdi, 5
        %1      rbp, 6
        %1      r8, 7
        %1      r9, 8
        %1      r10, 9
        %1      r11, 10
        %1      r12, 11
        %1      r13, 12
        %1      r14, 13
        %1      r15, 14
%endmacro

%macro fill 2
        mov     %1, PATTERN + round + %2 * STEP
%endmacro

; On the stack, since a comparison needs registers and may change none.
%macro compare 2
        push    rax
        push    rbx
        mov     rax, [rsp + 8]
  %ifnidn %1, rax
        mov     rax, %1
  %endif
        mov     rbx, PATTERN + round + %2 * STEP
        cmp     rax, rbx
        je      %%same
        bts     dword [lost], %2
%%same:
        pop     rbx
        pop     rax
%endmacro

%macro one_round 1
  %assign round %1
        for_each_register fill
        out     1, al
        for_each_register compare
%endmacro

        bits    64
        default abs
code64:
        mov     rsp, 0x1000
        one_round 0
        one_round 1

        xor     ecx, ecx
.next:
        bt      dword [lost], ecx
        jnc     .well
        lea     eax, [ecx + 'a']
        out     1, al
.well:
        inc     ecx
        cmp     ecx, 15
        jb      .next
        mov     al, 10
        out     1, al
        hlt

lost:   dd      0

gdt:    dq      0
        dq      0x00CF9A000000FFFF      ; 8: code, 32-bit, flat
        dq      0x00CF92000000FFFF      ; 16: data
        dq      0x00AF9A000000FFFF      ; 24: code, 64-bit
gdt_register:
        dw      gdt_register - gdt - 1
        dd      gdt
