; "Unreal mode": real mode, but with a segment that reaches 4 GiB. The processor keeps base and
; limit of each segment in a hidden part of the register; real mode sets only the base when it loads
; a segment, and so a limit that was loaded in protected mode stays.
;
; The loader needs it because BIOS calls work in real mode and read the disk to below 1 MiB only.
; INT 15h, AH=87h copies as well, but BIOSes differ in what they do to A20 and interrupts, and we
; also want to read what we have copied. A BIOS may use the same trick and leave a smaller limit: so
; this runs before each copy, with interrupts off from here to the end of the copy.
;
; in: interrupts off
; out: DS = ES = 0 with a limit of 4 GiB
; changes EAX
unreal_enter:
        lgdt [gdt_register]
        mov eax, cr0
        or al, CR0_PE
        mov cr0, eax
        jmp short .protected            ; the instructions fetched ahead were decoded in real mode
.protected:
        mov ax, SELECTOR_DATA
        mov ds, ax
        mov es, ax
        mov eax, cr0
        and al, ~CR0_PE
        mov cr0, eax
        jmp short .real
.real:
        xor ax, ax
        mov ds, ax
        mov es, ax
        ret

; The same selectors as the kernel's GDT, so that the way into long mode can use it too.
        align 8
gdt:
        dq 0
        dq DESCRIPTOR_CODE64            ; SELECTOR_CODE
        dq DESCRIPTOR_DATA              ; SELECTOR_DATA
gdt_register:
        dw $ - gdt - 1
        dd gdt
