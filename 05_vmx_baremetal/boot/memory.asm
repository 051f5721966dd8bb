; Memory: all of its address lines, and the firmware's map of it.

; The A20 gate. With it closed, bit 20 of every address is 0, as on the PC of 1981: 1 MiB is then 0.
; Nearly every machine starts with it open; else the BIOS opens it, else port 92h.
; changes AX, CX, SI, DI, ES
a20_enable:
        call .test
        jne .open
        mov ax, 0x2401                  ; INT 15h, "enable A20 gate"
        int 0x15
        call .test
        jne .open
        in al, 0x92
        or al, 2
        and al, ~1                      ; bit 0 would reset the machine
        out 0x92, al
        call .test
        jne .open
        mov si, .closed
        mov al, VM_REFUSED
        jmp fail
.open:
        xor ax, ax
        mov es, ax
        ret

; Is FFFF:7E10h, which is 107E00h, other memory than 7E00h? The address is free: behind the boot
; sector.
; out: ZF = 0 if it is
.test:
        mov ax, 0xFFFF
        mov es, ax
        mov word [0x7E00], 0x1234
        mov word [es:0x7E10], 0x4321
        cmp word [0x7E00], 0x4321
        ret

.closed db "address line 20 cannot be switched on", 0

; INT 15h, AX=E820h gives one range at a time; EBX says where to continue, and is 0 after the last.
; out: count and ranges in struct boot_info
; changes EAX, EBX, ECX, EDX, SI, DI, EBP
memory_map:
        xor ebx, ebx
        xor bp, bp                      ; how many so far
        mov di, INFO_ADDRESS + INFO_E820
.next:
        mov dword [di + E820_ATTRIBUTES], 1     ; stays, if the BIOS writes only 20 bytes
        mov eax, 0xE820
        mov ecx, E820_RANGE_SIZE
        mov edx, 'PAMS'                 ; "SMAP", first letter on top
        int 0x15
        jc .done                        ; some report the end like this
        cmp eax, 'PAMS'
        jne .done
        inc bp
        add di, E820_RANGE_SIZE
        cmp bp, INFO_E820_MAX
        je .done                        ; memory that we know nothing of is not used
        test ebx, ebx
        jnz .next
.done:
        mov [INFO_ADDRESS + INFO_E820_COUNT], bp
        mov word [INFO_ADDRESS + INFO_E820_COUNT + 2], 0
        mov dword [INFO_ADDRESS + INFO_FIRMWARE], FIRMWARE_BIOS
        call com1_find
        mov [INFO_ADDRESS + INFO_COM1], dx
        mov word [INFO_ADDRESS + INFO_COM1 + 2], 0
        mov dword [INFO_ADDRESS + INFO_RSDP], 0         ; the kernel looks for it
        mov dword [INFO_ADDRESS + INFO_RSDP + 4], 0
        mov si, .none
        mov al, VM_REFUSED
        test bp, bp
        jz fail
        ret

.none db "this BIOS has no memory map (INT 15h, AX=E820h)", 0

; Is the memory from EAX up to, not including, EDX inside one usable range?
; out: CF = 0 if it is
; changes EBX, ECX, BP, SI
memory_usable:
        mov cx, [INFO_ADDRESS + INFO_E820_COUNT]
        mov si, INFO_ADDRESS + INFO_E820
.next:
        cmp dword [si + E820_TYPE], E820_USABLE
        jne .other
        test byte [si + E820_ATTRIBUTES], 1
        jz .other
        cmp dword [si + E820_BASE + 4], 0
        jne .other                      ; starts above 4 GiB
        cmp [si + E820_BASE], eax
        ja .other
        mov ebx, [si + E820_BASE]
        add ebx, [si + E820_SIZE]       ; the end: 33 bits, the highest of them in CF
        jc .found
        cmp dword [si + E820_SIZE + 4], 0
        jne .found
        cmp ebx, edx
        jae .found
.other:
        add si, E820_RANGE_SIZE
        loop .next
        stc
        ret
.found:
        clc
        ret
