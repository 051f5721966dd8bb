; What the hypervisor cannot do without, checked before anything else is: here a plain sentence can
; still be printed. (That CPUID exists needs no check: it is in every processor since 1993.)

CPUID1_ECX_VMX       equ 1 << 5
CPUID1_ECX_SSE42     equ 1 << 20
CPUIDX1_EDX_NX       equ 1 << 20
CPUIDX1_EDX_LM       equ 1 << 29

; changes EAX, EBX, ECX, EDX, SI
cpu_check:
        mov eax, 0x80000000
        cpuid
        mov si, .no_long_mode
        cmp eax, 0x80000001             ; the largest extended leaf
        jb .refused
        mov eax, 0x80000001
        cpuid
        test edx, CPUIDX1_EDX_LM
        jz .refused
        mov si, .no_nx
        test edx, CPUIDX1_EDX_NX
        jz .refused

        mov eax, 1
        cpuid
        mov si, .no_vmx
        test ecx, CPUID1_ECX_VMX
        jz .refused
        mov si, .no_sse42
        test ecx, CPUID1_ECX_SSE42      ; the CRC32 instruction, for the checksums; older processors
        jz .refused                     ; lack the EPT that we need as well
        ret

.refused:
        mov al, VM_REFUSED
        jmp fail

.no_long_mode db "this processor has no 64-bit mode", 0
.no_nx        db "no page can be protected from execution: the firmware calls this XD or NX", 0
.no_vmx       db "this processor has no VT-x (CPUID.1:ECX bit 5 is 0): use an Intel machine,"
              db " or Bochs (make run MACHINE=bochs)", 0
.no_sse42     db "this processor has no CRC32 instruction (SSE4.2), so it is too old for EPT too", 0
