; A program like those of kvm-unit-tests: an ELF file of 32 bits for a multiboot loader, with a header of that
; kind in its first section. It looks at what the loader gave it, and says on COM1 what it found.
;
; With the argument "well" it ends as one that passes, else as one that fails.

COM1    equ 0x3F8
LSR     equ COM1 + 5
SHUTDOWN equ 0x8900             ; ends Bochs, where no hypervisor is in between
LOAD    equ 0x400000
MAGIC   equ 0x2BADB002          ; from the loader
GOAL    equ 1 << 30             ; of vmexit's

        bits 32
        org LOAD

; System V ABI, "ELF Header", "Program Header".
file:   db      0x7F, "ELF", 1, 1, 1
        times 9 db 0
        dw      2, 3                    ; executable, for a 386
        dd      1, start, program - file, 0, 0
        dw      52, 32, 2, 0, 0, 0
program:
        dd      4, 0, 0, 0, 0, 0, 0, 0  ; a note, which goes nowhere
        dd      1, 0, LOAD, LOAD, end - file, end - file + 0x1000, 7, 0x1000

; in: ESI = a text that ends with a zero
print:  lodsb
        test    al, al
        jz      .done
        mov     ah, al
        mov     edx, LSR
.wait:  in      al, dx
        test    al, 0x20
        jz      .wait
        mov     al, ah
        mov     edx, COM1
        out     dx, al
        jmp     print
.done:  ret

; check TEXT: passes with ZF.
%macro check 1
        mov     esi, pass
        je      %%say
        mov     esi, fail
%%say:  call    print
        mov     esi, %%text
        call    print
        jmp     %%after
%%text: db      %1, 13, 10, 0
%%after:
%endmacro

start:  mov     esp, stack
        mov     ebp, ebx                ; the loader's information
        cmp     eax, MAGIC
        check   "magic"
        cmp     dword [end], 0
        check   "zeros behind what is in the file"
        mov     eax, [ebp + 8]          ; KiB above 1 MiB
        cmp     eax, 127 << 10
        check   "memory"
        mov     eax, cr0
        and     eax, 1 << 31 | 1
        cmp     eax, 1
        check   "protected mode, without paging"
        mov     eax, [ebp + 24]         ; the module
        mov     eax, [eax]
        cmp     dword [eax], "NR_C"
        check   "environment"
        mov     eax, 1
        cpuid
        not     ecx
        test    ecx, 1 << 21
        check   "x2APIC"
        mov     esi, skipped
        call    print
        mov     eax, [ebp + 16]         ; the command line: "sample well"
        cmp     dword [eax + 7], "well"
        check   "arguments"
        mov     eax, [goal]             ; in the program the wrapper may have changed it
        not     eax
        cmp     eax, ~(GOAL - 1)
        je      .whole
        mov     esi, row
        call    print
.whole: mov     esi, summary
        call    print
        mov     esi, shutdown
        mov     ecx, 8
        mov     edx, SHUTDOWN
        rep outsb
.halt:  sti                             ; no interrupt is on, and none ends it
        hlt
        jmp     .halt

pass:     db "PASS: ", 0
fail:     db "FAIL: ", 0
skipped:  db "SKIP: one", 13, 10, 0
row:      db "cpuid 7", 13, 10, "  eoi cpuid 3", 13, 10, "here 1", 13, 10, 0
summary:  db "SUMMARY: 8 tests", 13, 10, 0
shutdown: db "Shutdown"
        align   16, db 0
goal:   dd      GOAL - 1
        times 1024 db 0
stack:
end:
