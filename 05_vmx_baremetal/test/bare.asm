; A firmware that runs the suite's guests on a bare machine, with no hypervisor: one after the other, each
; entered as the suite enters it, until it resets the machine by port 92h or by a triple fault. The CMOS
; remembers across resets which is next. test/tools/bare reads in Bochs' log what the guests wrote to
; RESULT and TELL, ports that this machine doesn't have.

NAMES      equ 0x402                    ; Bochs logs what is written here, line by line
SHUTDOWN   equ 0x8900                   ; and ends when its name is
CMOS_INDEX equ 0x70
CMOS_DATA  equ 0x71
NEXT       equ 0x0F                     ; CMOS: the shutdown status, 0 at first

ROM_SIZE   equ 1 << 20
ROM        equ (1 << 32) - ROM_SIZE
LAST_64K   equ 0xF0000                  ; of it, and where it is seen below 1 MiB
LOW_RAM    equ 0xA0000
RAM        equ 4 << 20
PML4       equ 0x1000                   ; or the PDPTEs

CODE_32    equ 0x08                     ; in both tables
CODE       equ 0x10
DATA       equ 0x18
CODE_16    equ 0x20
DATA_16    equ 0x28

%include "x86.inc"

        section guests  start=0
        section code    start=LAST_64K vstart=0
        section rows    follows=code vfollows=code
        section names   follows=rows vfollows=rows

; guest STATE, FILE[, ADDRESS]: the state that it starts in, and where it is put and begins.
struc row
.start:   resd 1
.file:    resd 1
.size:    resd 1
.address: resd 1
.name:    resd 1
endstruc

%macro guest 2-3 0
  %strcat %%path "test/guest/", %2, ".bin"
        section guests
        align   16, db 0
%%file: incbin  %%path
%%end:
        section names
%%name: db      %2, 10, 0
        section rows
        dd      LAST_64K + start_%1, ROM + %%file, %%end - %%file, %3, %%name
%endmacro

        section rows
table:
        guest   protected, "modes/protected"
        guest   pae,       "modes/pae"
        guest   long,      "modes/long"
        guest   protected, "modes/activate"
        guest   real,      "modes/climb"
        guest   protected, "modes/segments"
        guest   protected, "modes/stale"
        guest   protected, "modes/tasks"
        guest   long,      "modes/user"
        guest   long,      "modes/descend"
        guest   long,      "modes/calls"
        guest   long,      "cpu/avx"
        guest   long,      "cpu/bits"
        guest   long,      "cpu/breaks"
        guest   long,      "cpu/corners"
        guest   long,      "cpu/debugctl"
        guest   long,      "cpu/features"
        guest   long,      "cpu/leaves"
        guest   real,      "devices/ticks", 0x1000
        guest   real,      "devices/reinject", 0x1000
        guest   long,      "devices/holes"
        guest   long,      "devices/storm"
        guest   long,      "devices/xapic"
        guest   long,      "devices/x2apic"
        guest   long,      "ends/fetch"
        guest   long,      "ends/idtless"
        guest   long,      "ends/nowhere"
        guest   long,      "ends/selfmod"
        guest   long,      "cpu/msrs"         ; Bochs 3.1 ends in either of these
        guest   real,      "cpu/ferr", 0x1000
table_end:

        section code
        bits    16
start:
        cli
        cld
        mov     al, NEXT
        out     CMOS_INDEX, al
        in      al, CMOS_DATA
        movzx   ebp, al
        inc     ax
        xchg    al, ah
        mov     al, NEXT
        out     CMOS_INDEX, al
        mov     al, ah
        out     CMOS_DATA, al
        imul    bp, row_size
        add     bp, table
        cmp     bp, table_end
        jae     off
        mov     si, [cs:bp + row.name]
        mov     dx, NAMES
        call    print
        lgdt    [cs:gdt_register]
        mov     eax, CR0_PE | CR0_ET
        mov     cr0, eax
        jmp     dword CODE_32:LAST_64K + flat
off:
        mov     dx, SHUTDOWN
        mov     si, shutdown
        call    print
        cli
        hlt

print:                                  ; SI: a text; DX: a port
        cs lodsb
        test    al, al
        jz      .done
        out     dx, al
        jmp     print
.done:
        ret

; Clears the memory, copies the guest and starts it.
        bits    32
flat:
        mov     ax, DATA
        mov     ds, ax
        mov     es, ax
        mov     fs, ax
        mov     gs, ax
        mov     ss, ax
        xor     esp, esp
        add     ebp, LAST_64K
        xor     edi, edi
        xor     eax, eax
        mov     ecx, LOW_RAM / 4
        rep stosd
        mov     esi, [ebp + row.file]
        mov     ecx, [ebp + row.size]
        mov     edi, [ebp + row.address]
        rep movsb
        mov     edi, [ebp + row.address]
        mov     eax, [ebp + row.start]
        xor     ebp, ebp
        xor     ebx, ebx
        xor     edx, edx
        xor     esi, esi
        jmp     eax

start_real:
        jmp     CODE_16:.in_16
        bits    16
.in_16:
        mov     ax, DATA_16
        mov     ds, ax
        mov     es, ax
        mov     fs, ax
        mov     gs, ax
        mov     ss, ax
        mov     eax, CR0_ET | CR0_NW | CR0_CD
        mov     cr0, eax
        jmp     LAST_64K >> 4:.real
.real:
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     fs, ax
        mov     gs, ax
        mov     ss, ax
        push    ax                      ; at the end of the segment: it is gone when the guest begins
        push    di
        retf

        bits    32
start_long:
        lgdt    [LAST_64K + gdt_long_register]
        mov     ecx, MSR_EFER
        mov     eax, EFER_LME
        wrmsr
        xor     ecx, ecx
start_pae:
        mov     eax, CR4_PAE
        mov     cr4, eax
        mov     eax, PML4
        mov     cr3, eax
        mov     eax, CR0_PG | CR0_PE | CR0_ET
        mov     cr0, eax
        xor     eax, eax
        jmp     CODE:0

start_protected:
        mov     esp, RAM
        xor     eax, eax
        jmp     CODE:0

shutdown:
        db      "Shutdown", 0

        align   8, db 0
gdt:    dq      0
        dq      0x00CF9A000000FFFF      ; 8: code, 32-bit
        dq      0x00CF9A000000FFFF      ; 10h: code of guests
        dq      0x00CF92000000FFFF      ; 18h: data
        dq      0x00009A0F0000FFFF      ; 20h: code, 16-bit, as CS F000h
        dq      0x000092000000FFFF      ; 28h: data, 16-bit
gdt_register:
        dw      gdt_register - gdt - 1
        dd      LAST_64K + gdt
gdt_long:
        dq      0
        dq      0x00CF9A000000FFFF
        dq      0x00AF9A000000FFFF      ; 10h: code of guests, 64-bit
        dq      0x00CF92000000FFFF
gdt_long_register:
        dw      gdt_long_register - gdt_long - 1
        dd      LAST_64K + gdt_long

        section reset   start=0xFFFF0 vstart=0xFFF0
        bits    16
        jmp     LAST_64K >> 4:start
        times   16 - ($ - $$) db 0
