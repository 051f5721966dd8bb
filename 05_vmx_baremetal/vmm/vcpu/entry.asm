; enum vmx_status vcpu_enter(struct vcpu *vcpu, bool launched);
;
; in     rdi = vcpu, esi = launched; its VMCS is the current one, complete but for HOST_RSP
; out    eax = VMX_SUCCEED after an exit; VMX_FAIL_INVALID or VMX_FAIL_VALID if the CPU refused
; keeps  rbx, rbp, rsp, r12 to r15, as the System V ABI asks
;
; What the CPU does itself: it loads RIP, RSP, RFLAGS, segments, CR0, CR3, CR4, DR7, and the MSRs of
; the entry controls from the VMCS at entry; at exit it stores the guest's and loads the host's.
; After an exit DR7 is 400h (no breakpoints) and RFLAGS is 2 (interrupts off).
;
; What is left to us: the other 15 general registers and CR2. The hypervisor is compiled for general
; registers only, so x87, SSE and AVX state stays the guest's the whole time, and so do DR0 to DR3
; and DR6: see debug.h.
;
; Source: SDM Vol. 3, "VM Entries", "VM Exits", "Loading Host State".

%include "vmm/vcpu/offsets.inc"

        bits    64
        default rel

        global  vcpu_enter
        global  vcpu_exit

        section .text

vcpu_enter:
        push    rbx
        push    rbp
        push    r12
        push    r13
        push    r14
        push    r15
        push    rdi                     ; the exit finds its vcpu here
        mov     eax, VMCS_HOST_RSP
        vmwrite rax, rsp                ; can only fail without a VMCS; then so does the entry below

        mov     rax, [rdi + VCPU_CR2]   ; through rax, the general registers are still ours
        mov     cr2, rax

        test    sil, sil                ; ZF lives on: MOV changes no flags
        mov     rax, [rdi + VCPU_RAX]
        mov     rcx, [rdi + VCPU_RCX]
        mov     rdx, [rdi + VCPU_RDX]
        mov     rbx, [rdi + VCPU_RBX]
        mov     rbp, [rdi + VCPU_RBP]
        mov     rsi, [rdi + VCPU_RSI]
        mov     r8, [rdi + VCPU_R8]
        mov     r9, [rdi + VCPU_R9]
        mov     r10, [rdi + VCPU_R10]
        mov     r11, [rdi + VCPU_R11]
        mov     r12, [rdi + VCPU_R12]
        mov     r13, [rdi + VCPU_R13]
        mov     r14, [rdi + VCPU_R14]
        mov     r15, [rdi + VCPU_R15]
        mov     rdi, [rdi + VCPU_RDI]   ; last: it was the pointer
        jnz     .resume
        vmlaunch
        jmp     .refused                ; reached only if there was no entry
.resume:
        vmresume
.refused:                               ; CF: no current VMCS. ZF: it has an error number.
        mov     eax, VMX_FAIL_INVALID
        jc      done
        mov     eax, VMX_FAIL_VALID
        jmp     done

; void vcpu_exit(void): HOST_RIP. Every exit arrives here with the guest's general registers and
; with RSP as vcpu_enter left it, as if vcpu_enter's entry instruction had just been called.
vcpu_exit:
        xchg    rdi, [rsp]              ; rdi = vcpu, the guest's RDI takes its place
        mov     [rdi + VCPU_RAX], rax
        mov     [rdi + VCPU_RCX], rcx
        mov     [rdi + VCPU_RDX], rdx
        mov     [rdi + VCPU_RBX], rbx
        mov     [rdi + VCPU_RBP], rbp
        mov     [rdi + VCPU_RSI], rsi
        mov     [rdi + VCPU_R8], r8
        mov     [rdi + VCPU_R9], r9
        mov     [rdi + VCPU_R10], r10
        mov     [rdi + VCPU_R11], r11
        mov     [rdi + VCPU_R12], r12
        mov     [rdi + VCPU_R13], r13
        mov     [rdi + VCPU_R14], r14
        mov     [rdi + VCPU_R15], r15
        mov     rax, [rsp]
        mov     [rdi + VCPU_RDI], rax

        mov     rax, cr2
        mov     [rdi + VCPU_CR2], rax
        mov     eax, VMX_SUCCEED

done:
        pop     rdi
        pop     r15
        pop     r14
        pop     r13
        pop     r12
        pop     rbp
        pop     rbx
        ret
