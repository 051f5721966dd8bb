; A program that wants a multiboot loader, in the coat of a Linux kernel: a bzImage whose kernel is the loader,
; and the program, an ELF file of 32 bits, in it. Whatever boots Linux boots it, too.
;
;   nasm -f bin -DFLAT="'FILE'" -DARGUMENTS="'NAME ARGUMENTS'"     a bzImage
;   with -DBARE     the kernel alone, in the place of our hypervisor: the same, with nothing below it
;
; Both are loaded to 1 MiB, as far as the program leaves that alone, and entered in 64-bit mode.
; Sources: Linux x86 boot protocol, "The Real-Mode Kernel Header"; Multiboot Specification 0.6.96.

%include "x86.inc"

KERNEL   equ 0x100000
ENTRY_64 equ 0x200              ; of it, for Linux's loaders
MEMORY   equ 128 << 20          ; that the program may count on: no loader of Linux starts us with less

%define APIC_BITS (1 << 11 | 1 << 10)   ; IA32_APIC_BASE: enabled, and as an x2APIC
VMEXIT_GOAL equ 1 << 30
MAGIC    equ 0x2BADB002         ; to the program, in EAX

; What of an ELF file counts: where it starts, and what goes where.
ELF_ENTRY   equ 24
ELF_PHOFF   equ 28
ELF_PHNUM   equ 44
PH_SIZE     equ 32
PH_OFFSET   equ 4
PH_PADDR    equ 12
PH_FILESZ   equ 16
PH_MEMSZ    equ 20
PT_LOAD     equ 1

; Each %1 in the program becomes %2.
%macro replace 2
        mov     edi, flat
%%scan: cmp     dword [edi], %1
        jne     %%other
        mov     dword [edi], %2
%%other:
        inc     edi
        cmp     edi, flat_end - 4
        jbe     %%scan
%endmacro

%ifndef BARE
        section setup start=0
        times 0x1F1 db 0
        db      1                       ; setup_sects: one more after this
        dw      0
        dd      (kernel_end - kernel + 15) / 16 ; syssize
        times 0x1FE - ($ - $$) db 0
        dw      0xAA55
        jmp     short header_end        ; its distance is the header's size
        db      "HdrS"
        dw      0x20F                   ; protocol 2.15
        times 0x211 - ($ - $$) db 0
        db      1                       ; loadflags: LOADED_HIGH
        times 0x214 - ($ - $$) db 0
        dd      KERNEL                  ; code32_start
        times 0x22C - ($ - $$) db 0
        dd      0x7FFFFFFF              ; initrd_addr_max
        dd      PAGE_SIZE               ; kernel_alignment
        db      0, 0                    ; not relocatable
        dw      1                       ; xloadflags: there is a 64-bit entry
        dd      255                     ; cmdline_size
        times 0x258 - ($ - $$) db 0
        dq      KERNEL                  ; pref_address
        dd      MEMORY - KERNEL         ; init_size
        dd      0                       ; handover_offset
header_end:
        times 0x400 - ($ - $$) db 0
        section code start=0x400 vstart=KERNEL
%else
        section code start=0 vstart=KERNEL
%endif

        bits 64
kernel: jmp     start
        times ENTRY_64 - ($ - $$) db 0
start:  cli
        lgdt    [abs gdt_register]
        mov     esp, stack
        push    CODE
        push    leave_long_mode
        o64 retf

        bits 32
leave_long_mode:
        mov     eax, DATA
        mov     ds, eax
        mov     es, eax
        mov     fs, eax
        mov     gs, eax
        mov     ss, eax
        mov     eax, CR0_PE | CR0_ET
        mov     cr0, eax
        mov     ecx, MSR_EFER
        xor     eax, eax
        xor     edx, edx
        wrmsr
        mov     cr4, eax

%ifdef BARE
; Bochs' local APIC stays off once it was switched off, as in a P6, until a reset. The tests switch it off
; and on before all else: where they take the two bits of IA32_APIC_BASE away, they take none.
        replace ~APIC_BITS, ~0
%endif
%ifdef GOAL
; vmexit repeats until this number of ticks of the TSC has gone by. In Bochs they are instructions, of which
; fewer tell as much.
        replace VMEXIT_GOAL - 1, GOAL - 1
%endif
        mov     ebx, [flat + ELF_PHOFF]
        add     ebx, flat
        movzx   edx, word [flat + ELF_PHNUM]
        cld
.next:  cmp     dword [ebx], PT_LOAD
        jne     .skip
        mov     esi, [ebx + PH_OFFSET]
        add     esi, flat
        mov     edi, [ebx + PH_PADDR]
        mov     ecx, [ebx + PH_FILESZ]
        rep movsb
        mov     ecx, [ebx + PH_MEMSZ]
        sub     ecx, [ebx + PH_FILESZ]
        xor     eax, eax
        rep stosb
.skip:  add     ebx, PH_SIZE
        dec     edx
        jnz     .next

        mov     eax, MAGIC
        mov     ebx, information
        jmp     [flat + ELF_ENTRY]

        align 8, db 0
CODE    equ 0x08
DATA    equ 0x10
gdt:    dq      0
        dq      0x00CF9B000000FFFF      ; flat, 32 bits: code,
        dq      0x00CF93000000FFFF      ; and data
gdt_register:
        dw      gdt_register - gdt - 1
        dq      gdt

; What the loader knows. Multiboot Specification, "Boot information format".
information:
        dd      1 << 0 | 1 << 2 | 1 << 3 ; memory, command line and modules are valid
        dd      640                     ; KiB below 1 MiB
        dd      (MEMORY >> 10) - 1024   ; KiB above
        dd      0
        dd      arguments
        dd      1, module
        times 116 - ($ - information) db 0
module: dd      environment, environment_end, arguments, 0

arguments:
        db      ARGUMENTS, 0
; For kvm-unit-tests: one CPU, and of the devices that QEMU has for them, none.
environment:
        db      "NR_CPUS=1", 10, "MEMSIZE=128", 10, "TEST_DEVICE=0", 10
environment_end:
        db      0
        align   4096, db 0
stack:
flat:   incbin  FLAT
flat_end:
        align   16, db 0
kernel_end:
