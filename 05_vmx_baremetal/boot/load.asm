; Reads the files that the image table lists, checks each, and refuses the image at the first thing
; that is not as it should be. The checksum is CRC-32C, for which processors with SSE4.2 have an
; instruction.

; The table itself: is it one, of our version, and undamaged?
; changes EAX, ECX, SI, DI
image_check:
        mov si, .magic
        mov di, INFO_ADDRESS
        mov cx, TABLE_CHECKSUM          ; the magic is all that stands before it
        repe cmpsb
        mov si, .no_table
        jne .refused
        mov si, .other_version
        cmp dword [INFO_ADDRESS + TABLE_VERSION], IMAGE_VERSION
        jne .refused
        mov esi, INFO_ADDRESS + TABLE_VERSION
        mov ecx, (TABLE_SIZE - TABLE_VERSION) / 4
        mov eax, -1
        call crc_update
        not eax
        mov si, .damaged
        cmp eax, [INFO_ADDRESS + TABLE_CHECKSUM]
        jne .refused
        mov si, .bad_count
        cmp dword [INFO_ADDRESS + TABLE_COUNT], IMAGE_FILES
        ja .refused
        cmp dword [INFO_ADDRESS + TABLE_COUNT], 1
        jb .refused
        ret
.refused:
        mov al, VM_BAD_USAGE
        jmp fail

.magic         db IMAGE_MAGIC
.no_table      db "the disk has no image table in its place", 0
.other_version db "the image table has another version than the loader", 0
.damaged       db "the image table is damaged: its checksum does not match", 0
.bad_count     db "the image table lists no file, or more than there is room for", 0

; Every file of the table.
; changes all general registers
image_load:
        mov cx, [INFO_ADDRESS + TABLE_COUNT]
        mov di, INFO_ADDRESS + TABLE_FILES
.next:
        call print_mark
        mov si, .load
        call print
        mov si, di                      ; the name is the first thing in the entry
        call print
        mov si, .dots
        call print
        push cx
        call file_load
        pop cx
        mov si, .ok
        call print
        add di, FILE_SIZE
        loop .next
        ret

.load db "load ", 0
.dots db " ... ", 0
.ok   db "ok", 13, 10, 0

; in: DI = the entry of the file; keeps it
file_load:
        mov eax, [di + FILE_BYTES]      ; whole pages of it
        mov si, .too_large
        cmp eax, PAYLOAD_LIMIT
        ja .refused
        add eax, 0xFFF
        shr eax, 12
        mov [pages_left], eax
        shl eax, 12
        mov edx, [di + FILE_ADDRESS]
        xchg eax, edx
        cmp eax, PAYLOAD_LIMIT
        ja .refused
        cmp eax, HYPERVISOR_ADDRESS
        mov si, .bad_address
        jb .refused
        test eax, 0xFFF
        jnz .refused
        mov [target], eax
        add edx, eax                    ; cannot overflow: both are at most 1 GiB
        mov si, .too_large
        cmp edx, PAYLOAD_LIMIT
        ja .refused
        cmp edx, PAYLOAD_ADDRESS
        jae .end_found
        mov edx, PAYLOAD_ADDRESS        ; the hypervisor: its .bss goes behind it
.end_found:
        call memory_usable
        mov si, .no_memory
        jc .refused

        mov eax, [di + FILE_SECTOR]
        mov [packet.sector], eax
        mov dword [checksum], -1
.chunk:
        mov eax, [pages_left]
        test eax, eax
        jz .loaded
        cmp eax, BUFFER_SECTORS / 8
        jbe .last
        mov eax, BUFFER_SECTORS / 8
.last:
        sub [pages_left], eax
        shl ax, 3                       ; 8 sectors are a page
        mov [packet.count], ax
        call disk_read
        mov si, .unreadable
        jc .refused
        call chunk_move
        jmp .chunk
.loaded:
        mov eax, [checksum]
        not eax
        cmp eax, [di + FILE_CHECKSUM]
        mov si, .damaged
        jne .refused
        ret
.refused:
        mov al, VM_BAD_USAGE
        jmp fail_line

.too_large   db "it does not fit below 1 GiB", 0
.bad_address db "it wants to go where no file can", 0
.no_memory   db "the machine has no memory where it has to go, give it more", 0
.unreadable  db "the disk cannot be read to its end: the image is cut short, or the disk is bad", 0
.damaged     db "the checksum does not match: the image is damaged", 0

; INT 13h, AH=42h: reads packet.count sectors into the buffer. The BIOS may change the count.
; out: CF = 1 if it failed
; keeps DI
disk_read:
        push di
        mov ah, 0x42
        mov dl, [drive]
        mov si, packet
        int 0x13
        pop di
        ret

; Moves what was read to its place above 1 MiB, and takes it into the checksum there: what counts is
; what has arrived.
; keeps DI
chunk_move:
        push di
        cli
        call unreal_enter
        movzx ecx, word [packet.count]
        add [packet.sector], ecx
        shl ecx, 7                      ; 128 double words a sector
        push ecx
        mov esi, BUFFER_ADDRESS
        mov edi, [target]
        cld                             ; whatever the BIOS has left
        a32 rep movsd
        pop ecx
        mov esi, [target]
        mov [target], edi
        mov eax, [checksum]
        call crc_update
        mov [checksum], eax
        sti
        pop di
        ret

%define CRC_BLOCK 16                    ; double words

; CRC-32C of ECX double words at ESI, above 64 KiB only after unreal_enter. Goes around once a
; block: once a double word would be four instructions for each, and not one.
; in: EAX = the checksum so far, -1 at first; out: EAX, to be inverted at the end
; changes ECX, ESI
crc_update:
        sub ecx, CRC_BLOCK
        jb .rest
%assign n 0
%rep CRC_BLOCK
        crc32 eax, dword [esi + 4 * n]
%assign n n + 1
%endrep
        add esi, 4 * CRC_BLOCK
        jmp crc_update
.rest:
        add ecx, CRC_BLOCK
        jz .end
.next:
        crc32 eax, dword [esi]
        add esi, 4
        dec ecx
        jnz .next
.end:
        ret

        align 4
packet:
        db 16, 0                        ; size of this packet
.count  dw 0
        dw 0, BUFFER_ADDRESS >> 4       ; offset, segment
.sector dd 0, 0

target     dd 0                         ; where the next chunk goes
pages_left dd 0
checksum   dd 0
