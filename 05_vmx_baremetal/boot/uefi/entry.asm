; Where the firmware enters the application, and where we leave what it has set up.

%include "boot/offsets.inc"
%include "x86.inc"

        extern loader

        section .text
        bits 64
        global start, leave_start, leave_end

; in: RCX = the application's handle, RDX = the system table; 64-bit mode, identity-mapped
; out: does not return
start:
        mov rdi, rcx                    ; C code here takes its arguments as System V has it
        mov rsi, rdx
        cld
        call loader
        ud2                             ; loader does not return

; void leave(struct boot_info *info, uint64_t *pml4, const struct image_table *files)    at another
; address: the loader copies it below 1 MiB, which both page tables map to itself, the firmware's and
; ours, and which no file is moved to.
;
; in: interrupts off, boot services ended
; out: at HYPERVISOR_ADDRESS as from the BIOS loader: RDI = struct boot_info, no interrupt table. The
; GDT is still the firmware's, by its copy in the segment registers: the kernel brings its own before
; it loads one.
leave_start:
        lidt [rel .no_table]            ; an exception from here on resets the machine
        mov cr3, rsi
        mov eax, CR4_PAE                ; and nothing else that the firmware may use: SSE, PCIDs, CET
        mov cr4, rax
        mov rbx, rdi
        lea r8, [rdi + TABLE_FILES]
        mov r9d, [rdi + TABLE_COUNT]
.next:                                  ; no stack: it may be where a file goes
        mov esi, [r8 + FILE_SECTOR]
        sub esi, TABLE_SECTOR
        imul rsi, rsi, SECTOR_SIZE
        add rsi, rdx
        mov edi, [r8 + FILE_ADDRESS]
        mov ecx, [r8 + FILE_BYTES]
        add ecx, 0xFFF                  ; whole pages
        and ecx, ~0xFFF
        rep movsb
        add r8, FILE_SIZE
        dec r9d
        jnz .next
        mov rdi, rbx
        mov eax, HYPERVISOR_ADDRESS
        jmp rax
.no_table:
        dw 0
        dq 0
leave_end:
