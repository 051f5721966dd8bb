; From real mode to 64-bit mode in one step: the processor allows to switch on protected mode and
; paging with the same MOV to CR0 once long mode is enabled (SDM Vol. 3, "Initializing IA-32e Mode",
; has the longer way, through protected mode without paging).
;
; The page tables map the first GiB to itself with pages of 2 MiB, all of it writable and
; executable. The kernel replaces them as soon as it can.

PML4          equ TABLES_ADDRESS
PDPT          equ TABLES_ADDRESS + 0x1000
DIRECTORY     equ TABLES_ADDRESS + 0x2000
TABLE         equ ENTRY_PRESENT | ENTRY_WRITABLE

; in: DS = ES = 0
; out: 64-bit mode at HYPERVISOR_ADDRESS, RDI = INFO_ADDRESS, interrupts off and without a table
long_mode:
        cli
        mov di, PML4
        mov cx, 3 * 0x1000 / 4
        xor eax, eax
        rep stosd
        mov dword [PML4], PDPT | TABLE
        mov dword [PDPT], DIRECTORY | TABLE
        mov di, DIRECTORY
        mov eax, TABLE | ENTRY_LARGE
        mov cx, 512
.next:
        mov [di], eax
        add eax, PAGE_SIZE_2M
        add di, 8
        loop .next

        mov eax, CR4_PAE
        mov cr4, eax
        mov eax, PML4
        mov cr3, eax
        mov ecx, MSR_EFER
        rdmsr
        or eax, EFER_LME
        wrmsr
        lidt [.no_table]                ; an exception from here on resets the machine
        lgdt [gdt_register]
        mov eax, cr0
        or eax, CR0_PE | CR0_PG
        mov cr0, eax
        jmp SELECTOR_CODE:.long

        bits 64
.long:
        mov ax, SELECTOR_DATA
        mov ds, ax
        mov es, ax
        mov ss, ax
        xor eax, eax
        mov fs, ax
        mov gs, ax
        mov edi, INFO_ADDRESS
        mov eax, HYPERVISOR_ADDRESS
        jmp rax
        bits 16

.no_table:
        dw 0
        dd 0
