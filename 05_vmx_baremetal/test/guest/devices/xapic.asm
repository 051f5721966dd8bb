; The local APIC in xAPIC mode, where its registers are a page of memory: what apic.inc has; accesses
; that make no sense; and the page while the APIC is off.

%define WINDOW 0x1FF000                 ; the last page of the world's, for the APIC's

%macro get 1                            ; EAX
        mov     eax, [abs WINDOW + 16 * %1]
%endmacro

%macro put 2                            ; spoils RAX
        mov     rax, %2
        mov     [abs WINDOW + 16 * %1], eax
%endmacro

%include "test/guest/devices/apic.inc"

RESERVED equ 0x70
HIDDEN   equ 0x1FE000                   ; a page of memory
EMPTY    equ 0x4000000000               ; and one where nothing is

        world_begin
        mov     dword [pages + 511 * 8], BASE + PAGE
        mov     rax, cr3
        mov     cr3, rax
        apic_test

        put     TPR, 0xFFFFFF12         ; reserved bits stay 0
        or      dword [abs WINDOW + 16 * TPR], 0x40     ; other instructions than MOV
        get     TPR
        cmp     eax, 0x52
        expect
        mov     ebx, 0x20
        xchg    [abs WINDOW + 16 * TPR], ebx
        cmp     ebx, 0x52
        expect
        lea     rdi, [abs WINDOW + 16 * TPR]
        mov     eax, 0x30
        stosd
        mov     rax, cr8
        cmp     eax, 3
        expect
        put     TPR, 0

        wrmsr_to MSR_APIC_BASE, BASE | BSP      ; off: an empty bus
        get     VERSION
        cmp     eax, -1
        expect
        mov     eax, 1
        cpuid
        test    edx, 1 << 9             ; as if there were none
        expect
        wrmsr_to MSR_APIC_BASE, BASE | ENABLE | BSP
        get     SPURIOUS                ; as after a reset
        cmp     eax, 0xFF
        expect
        put     SPURIOUS, ON | LAST
        put     ESR, 0
        put     RESERVED, 0             ; there is no such register
        get     RESERVED
        put     ESR, 0
        get     ESR
        cmp     eax, 0x80
        expect

        mov     dword [abs HIDDEN + 16 * VERSION], 0x12345678
        get     VERSION
        mov     r13d, eax
        wrmsr_to MSR_APIC_BASE, HIDDEN | ENABLE | BSP   ; its page moves, over memory
        mov     eax, [abs HIDDEN + 16 * VERSION]
        cmp     eax, r13d
        expect
        mov     dword [abs HIDDEN + 16 * TPR], 0x20
        mov     rax, cr8
        cmp     eax, 2
        expect
        get     VERSION                 ; and isn't where it was
        cmp     eax, -1
        expect
        wrmsr_to MSR_APIC_BASE, EMPTY | ENABLE | BSP
        cmp     dword [abs HIDDEN + 16 * VERSION], 0x12345678
        expect
        map     WINDOW, EMPTY
        get     VERSION
        cmp     eax, r13d
        expect
        wrmsr_to MSR_APIC_BASE, HIDDEN | ENABLE | BSP
        get     VERSION
        cmp     eax, -1
        expect
        wrmsr_to MSR_APIC_BASE, HIDDEN | X2 | ENABLE | BSP      ; then there is no page
        cmp     dword [abs HIDDEN + 16 * VERSION], 0x12345678
        expect
        wrmsr_to MSR_APIC_BASE, BSP
        wrmsr_to MSR_APIC_BASE, BASE | ENABLE | BSP
        map     WINDOW, BASE
        get     VERSION
        cmp     eax, r13d
        expect
        put     SPURIOUS, ON | LAST
        apic_finer_points
        passed

off_and_on:
        wrmsr_to MSR_APIC_BASE, BASE | BSP
        wrmsr_to MSR_APIC_BASE, BASE | ENABLE | BSP
        put     SPURIOUS, ON | LAST
        ret

        apic_end
        world_end
