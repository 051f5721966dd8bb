; A PE file (Microsoft's "PE Format"), as UEFI wants an application: an MS-DOS header of which two
; fields count, the COFF header, the "optional" header, and the sections. It is a picture of memory:
; what stands at an offset of the file goes to the same offset from where the firmware loads it. The
; code finds its data from RIP and so runs anywhere, and no address has to be mended: there are no
; relocations. The linker fills in the sizes: see uefi.ld.

PE_X64            equ 0x8664
PE_EXECUTABLE     equ 1 << 1            ; file characteristics
PE_LARGE_ADDRESS  equ 1 << 5            ; may be loaded above 2 GiB
PE32_PLUS         equ 0x20B             ; the optional header of 64-bit programs
PE_UEFI           equ 10                ; the subsystem: a UEFI application
SECTION_CODE      equ 1 << 5            ; what a section holds
SECTION_DATA      equ 1 << 6
SECTION_EXECUTE   equ 1 << 29           ; what may be done with it
SECTION_READ      equ 1 << 30
SECTION_WRITE     equ 1 << 31

        extern start, text_start, text_size, data_start, data_size
        extern files_start, files_size, image_size

        section .headers
        db "MZ"
        times 0x3C - ($ - $$) db 0
        dd pe - $$                      ; where the rest begins

pe:     db "PE", 0, 0
        dw PE_X64
        dw 3                            ; sections
        dd 0, 0, 0                      ; date, symbols: none
        dw sections - optional
        dw PE_EXECUTABLE | PE_LARGE_ADDRESS

optional:
        dw PE32_PLUS
        db 0, 0                         ; linker's version
        dd text_size, 0, 0              ; bytes of code, data, zeros
        dd start                        ; where to enter
        dd text_start
        dq 0                            ; the address wished for: none
        dd 0x1000, 0x1000               ; alignment in memory, in the file: equal
        dw 0, 0, 0, 0, 0, 0             ; versions
        dd 0
        dd image_size
        dd 0x1000                       ; bytes of all headers
        dd 0                            ; checksum: nobody looks
        dw PE_UEFI, 0
        dq 0, 0, 0, 0                   ; stack and heap: UEFI has its own
        dd 0
        dd 6                            ; tables of imports and the like: six, all empty,
        times 6 dq 0                    ; the last of them that of relocations

; Name, size in memory, place in memory, size in the file, place in the file; five fields that
; don't count; what it is.
%macro SECTION_ENTRY 4
%%name: db %1
        times 8 - ($ - %%name) db 0
        dd %3, %2, %3, %2
        dd 0, 0, 0
        dd %4
%endmacro

sections:
        SECTION_ENTRY ".text", text_start, text_size, SECTION_CODE | SECTION_EXECUTE | SECTION_READ
        SECTION_ENTRY ".data", data_start, data_size, SECTION_DATA | SECTION_READ | SECTION_WRITE
        SECTION_ENTRY ".files", files_start, files_size, SECTION_DATA | SECTION_READ

        section .files
%include "boot/offsets.inc"
        incbin IMAGE, TABLE_SECTOR * SECTOR_SIZE ; the image table, and what it lists
