; What can't be done with a device's registers in a page of memory, one every 16 bytes; the suite
; starts the guest at each. Real mode; the page is at 10000h, right behind memory.

%macro slot 0
        align   16
        mov     ax, 0x1000
        mov     ds, ax
%endmacro

        org     0
        bits    16

        slot
        cmp     byte [0], 1             ; none of the forms that are emulated
        hlt
        slot
        push    word [0]
        hlt
        slot
        mov     eax, [0xFFE]            ; over the page's end
        hlt
        slot
        dec     ax
        mov     ds, ax
        mov     [15], ax                ; from memory into it
        hlt
        slot
        jmp     0x1000:0                ; no code
        slot
        mov     ss, ax
        mov     sp, 16
        int3                            ; no stack for an event
