; Reads every MSR of the ranges below, and writes it: what it read, or all ones where it could not read.
; All that may come of it is #GP. Tells which MSRs can be read, and at the end how many took the write.

%include "test/guest/world.inc"

        world_begin
        xor     r12, r12
        lea     rbx, [ranges]
.range:
        mov     ecx, [rbx]
.msr:
        mov     eax, -1
        mov     edx, -1
        attempt rdmsr
        cmp     byte [seen], NOTHING
        jne     .write
        tell    ecx
.write:
        attempt wrmsr
        cmp     byte [seen], NOTHING
        jne     .next
        inc     r12
.next:
        cmp     byte [seen], NOTHING    ; one or the other
        je      .well
        cmp     byte [seen], VECTOR_GP
        expect
        cmp     qword [error], 0
        expect
.well:
        cmp     ecx, [rbx + 4]
        je      .done
        inc     ecx
        jmp     .msr
.done:
        add     rbx, 8
        lea     rax, [ranges_end]
        cmp     rbx, rax
        jb      .range
        tell    r12d
        passed

        align   8, db 0
ranges: dd      0, 0x1FFF               ; the lower half of the bitmap
        dd      0xC0000000, 0xC0001FFF  ; the upper half; from here on they are outside of it
        dd      0x2000, 0x20FF
        dd      0x40000000, 0x400001FF  ; hypervisors' own
        dd      0x4B564D00, 0x4B564DFF  ; KVM's
        dd      0x80000000, 0x800000FF
        dd      0xBFFFFF00, 0xBFFFFFFF
        dd      0xC0002000, 0xC00020FF
        dd      0xC0010000, 0xC00101FF  ; AMD's
        dd      0xFFFFFF00, 0xFFFFFFFF
ranges_end:
        world_end
