#!/bin/sh
# Bochs 2.7 (Debian 12), 3.0 (13) and 3.1 (sid): a VM entry with RFLAGS.IF = 0 masks the machine's external
# interrupts in the guest, although the control "external-interrupt exiting" is 1: they cause no exit until the
# guest changes IF. Intel SDM, Volume 3, "Pin-Based VM-Execution Controls": "When this control is 1, the value
# of RFLAGS.IF does not affect interrupt blocking". A hypervisor that counts on the exits of its timer waits for
# as long as such a guest computes.
#
# The program enters a guest that counts with IF = 0, and then one that says STI and CLI in each round, which should
# change nothing. It tells of both how many exits for the timer's interrupts came, 18 a second.
#
# Needs nasm, and what the release's bochs depends on. RELEASE=1 takes the one that is installed, in place of Debian 12's.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fetch() { # fetch PATH: the package, unpacked here
    curl -sfo package.deb "http://deb.debian.org/debian/pool/main/$1" && dpkg-deb -x package.deb .
}
root=''
if [ -z "${RELEASE:-}" ]; then
    root=$work
    fetch b/bochs/bochs_2.7%2bdfsg-4%2bdeb12u1_amd64.deb
    fetch b/bochs/bochs-term_2.7%2bdfsg-4%2bdeb12u1_amd64.deb
    fetch b/bochs/bochsbios_2.7%2bdfsg-4%2bdeb12u1_all.deb
    fetch v/vgabios/vgabios_0.8a%2bds-2_all.deb
    export PATH="$work/usr/bin:$PATH"
    export LTDL_LIBRARY_PATH="$work/usr/lib/x86_64-linux-gnu/bochs/plugins"
fi

cat >vmx.asm <<'END'
        bits 16
        default abs
        org 0x7C00
TABLES  equ 0x1000                      ; three pages
REGION  equ 0x10000
VMCS    equ 0x11000
COM1    equ 0x3F8

        cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00
        cld
        mov ax, 0x0200 + (end - $$ + 511) / 512 - 1
        mov bx, 0x7E00                  ; the rest of the program
        mov cx, 2
        xor dh, dh
        int 0x13
        cli
        mov di, TABLES
        mov cx, 0x3000 / 2
        xor ax, ax
        rep stosw
        mov word [TABLES], TABLES + 0x1003
        mov word [TABLES + 0x1000], TABLES + 0x2003
        mov word [TABLES + 0x2000], 0x83 ; 2 MiB, writable, present
        mov eax, 1 << 5 | 1 << 13       ; PAE, VMXE
        mov cr4, eax
        mov eax, TABLES
        mov cr3, eax
        mov ecx, 0xC0000080
        rdmsr
        or ah, 1                        ; EFER.LME
        wrmsr
        lgdt [gdtr]
        mov eax, cr0
        or eax, 1 << 31 | 1 << 5 | 1    ; PG, NE, PE
        mov cr0, eax
        jmp 8:start
        times 510 - ($ - $$) db 0
        dw 0xAA55

        bits 64
; field NUMBER, VALUE
%macro field 2
        mov eax, %1
        mov rcx, %2
        vmwrite rax, rcx
%endmacro
; control NUMBER, CAPABILITY MSR, WANTED: and what must be 1
%macro control 3
        mov ecx, %2
        rdmsr
        or eax, %3
        and eax, edx
        mov ecx, eax
        mov eax, %1
        vmwrite rax, rcx
%endmacro

start:  mov eax, 16
        mov ds, eax
        mov es, eax
        mov ss, eax
        mov fs, eax
        mov gs, eax
        mov esp, 0x7C00
        mov eax, 24
        ltr ax
        lidt [idtr]
        mov al, 0xFE                    ; of the interrupts only the timer's
        out 0x21, al
        mov dx, COM1 + 3                ; 8 bits
        mov al, 3
        out dx, al

        mov ecx, 0x3A                   ; IA32_FEATURE_CONTROL: locked, VMX allowed
        rdmsr
        test al, 1
        jnz .on
        or eax, 5
        wrmsr
.on:    mov ecx, 0x480                  ; IA32_VMX_BASIC: the revision
        rdmsr
        mov [REGION], eax
        mov [VMCS], eax
        vmxon [vmxon_address]
        vmclear [vmcs_address]
        vmptrld [vmcs_address]

        control 0x4000, 0x481, 1        ; pin-based: external-interrupt exiting
        control 0x4002, 0x482, 0
        control 0x400C, 0x483, 1 << 9   ; exit: to a 64-bit host
        control 0x4012, 0x484, 1 << 9   ; entry: to a 64-bit guest
        field 0x4004, 0                 ; no exceptions
        field 0x2800, -1                ; no linked VMCS
%assign n 0
%rep 4                                  ; ES, CS, SS, DS
        field 0x0800 + 2 * n, 16
        field 0x4800 + 2 * n, 0xFFFFFFFF
        field 0x4814 + 2 * n, 0xC093
        field 0x0C00 + 2 * n, 16
%assign n n + 1
%endrep
        field 0x0802, 8
        field 0x4816, 0xA09B
        field 0x0C02, 8
        field 0x4818, 0xC093
        field 0x481C, 1 << 16           ; FS, GS and LDTR: unusable
        field 0x481E, 1 << 16
        field 0x4820, 1 << 16
        field 0x080E, 24                ; TR
        field 0x480E, 0x67
        field 0x4822, 0x8B
        field 0x0C0C, 24
        field 0x6800, cr0
        field 0x6802, cr3
        field 0x6804, cr4
        field 0x6C00, cr0
        field 0x6C02, cr3
        field 0x6C04, cr4
        field 0x6816, gdt
        field 0x6C0C, gdt
        field 0x6C0E, idt
        field 0x681A, 0x400             ; DR7
        field 0x6C14, 0x7C00
        field 0x6C16, exit
        field 0x681C, 0x6000            ; the guest's RSP
        field 0x6820, 2                 ; its RFLAGS: IF = 0
        field 0x681E, still
        xor ebx, ebx                    ; exits for interrupts
        xor ebp, ebp                    ; which guest
        mov edi, ROUNDS
        vmlaunch
failed: mov al, '!'
        jmp say

ROUNDS  equ 4000000
still:  dec edi
        jnz still
        vmcall
moving: sti
        cli
        dec edi
        jnz moving
        vmcall

exit:   mov eax, 0x4402                 ; the reason
        vmread rcx, rax
        cmp ecx, 1
        jne .end
        inc ebx
        sti                             ; here it is taken
        nop
        cli
.again: vmresume
        jmp failed
.end:   cmp ecx, 18                     ; VMCALL
        jne failed
        mov eax, ebx
        call say_number
        xor ebx, ebx
        inc ebp
        mov edi, ROUNDS
        cmp ebp, 2
        je finished
        field 0x681E, moving
        jmp .again
finished:
        mov al, '.'
say:    mov dx, COM1
        out dx, al
.halt:  cli
        hlt
        jmp .halt

say_number:                             ; EAX, three digits
        mov edi, 100
.digit: xor edx, edx
        div edi
        add al, '0'
        push rdx
        mov dx, COM1
        out dx, al
.sent:  mov edx, COM1 + 5
        in al, dx
        test al, 1 << 6
        jz .sent
        mov eax, edi
        xor edx, edx
        mov ecx, 10
        div ecx
        mov edi, eax
        pop rax
        test edi, edi
        jnz .digit
        ret

timer:  push rax
        mov al, 0x20
        out 0x20, al
        pop rax
        iretq

        align 8
vmxon_address: dq REGION
vmcs_address:  dq VMCS
gdt:    dq 0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF
        dq 0x0000890050000067, 0        ; a TSS, which nobody uses, at 5000h
gdtr:   dw $ - gdt - 1
        dd gdt
idt:    times 8 dq 0, 0
        dw timer, 8, 0x8E00, 0, 0, 0, 0, 0
idtr:   dw $ - idt - 1
        dq idt
end:
        times 2048 - ($ - $$) db 0
END
nasm -f bin -o disk vmx.asm
truncate -s 516096 disk
cat >bochsrc <<END
cpu: model=corei7_haswell_4770, reset_on_triple_fault=0
memory: guest=32, host=32
romimage: file=$root/usr/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=$root/usr/share/vgabios/vgabios.bin
display_library: term
ata0-master: type=disk, path=disk, mode=volatile, cylinders=0
boot: disk
com1: enabled=1, mode=file, dev=answer
log: log
panic: action=fatal
clock: sync=none
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
END
printf 'c\nq\n' >commands
touch answer
TERM=ansi script -qec "bochs -q -f bochsrc -rc commands" /dev/null </dev/null >screen 2>&1 &
while kill -0 $! 2>/dev/null && ! grep -q '[.!]' answer; do
    sleep 0.1
done
kill $! 2>/dev/null || true
wait
version=$(sed -n 's/.*Bochs x86 Emulator \([0-9.]*[0-9]\).*/\1/p' log | head -n 1)
still=$(cut -c 1-3 answer) moving=$(cut -c 4-6 answer)
echo "Bochs $version: $still exits for interrupts with IF = 0 from the entry on, $moving when IF changes all the time"
[ "$(cut -c 7 answer)" = . ] && [ "$still" -eq 0 ] && [ "$moving" -gt 2 ]
