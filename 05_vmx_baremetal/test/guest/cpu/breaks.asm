; Breakpoints on what the hypervisor does in the guest's place: on a port, and on the operands of INS and
; OUTS. Each is a trap behind the instruction, and DR6 says which one it was.

%include "test/guest/world.inc"

VECTOR_DB equ 1
WRITE     equ 1                         ; kinds of breakpoint, as DR7 has them
PORT      equ 2
ACCESS    equ 3
BYTES_1   equ 0                         ; and lengths
BYTES_4   equ 3

; watch N, KIND, LENGTH, ADDRESS: spoils RAX.
%macro watch 4
        lea     rax, [%4]
        mov     dr%1, rax
        mov     eax, DR7_RESET | 1 << 2 * %1 | (%2 | %3 << 2) << (16 + 4 * %1)
        mov     dr7, rax
        xor     eax, eax
        mov     dr6, rax
%endmacro

; met BITS: those of DR6.
%macro met 1
        mov     rax, dr6
        and     eax, 0x400F
        cmp     eax, %1
        expect
%endmacro

        world_begin
        mov     rax, cr4
        or      eax, CR4_DE
        mov     cr4, rax
        mov     edx, ECHO
        watch   0, PORT, BYTES_1, abs EXIT
        works   out dx, al              ; another port
        faults  VECTOR_DB, out EXIT, al
        met     1 << 0
        watch   3, PORT, BYTES_4, abs EXIT
        faults  VECTOR_DB, in al, EXIT + 3
        met     1 << 3

        watch   1, WRITE, BYTES_1, target
        lea     rsi, [target]
        works   outsb                   ; only reads
        lea     rdi, [target]
        faults  VECTOR_DB, insb
        met     1 << 1
        watch   2, ACCESS, BYTES_4, target
        lea     rsi, [target + 3]
        faults  VECTOR_DB, outsb
        met     1 << 2

        watch   0, ACCESS, BYTES_1, target + 1
        lea     rsi, [target]           ; the second of four
        mov     ecx, 4
        faults  VECTOR_DB, rep outsb
        cmp     ecx, 2
        expect
        met     1 << 0
        works   rep outsb
        mov     eax, DR7_RESET
        mov     dr7, rax
        works   out EXIT, al
        passed

        align   4, db 0
target: dd      0
        world_end
