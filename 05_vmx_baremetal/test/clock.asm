; A Linux program for the guest of linux.t: prints the time of the machine's clock, straight from its
; chip, as 23:59:59. So small that it can be pasted. Source: System V ABI, AMD64 supplement.

SYS_WRITE equ 1
SYS_EXIT  equ 60
SYS_IOPL  equ 172

RTC_INDEX   equ 0x70
RTC_DATA    equ 0x71
RTC_SECONDS equ 0                       ; two decimal digits each, of four bits
RTC_MINUTES equ 2
RTC_HOURS   equ 4

        bits 64
        default abs
        org 0x400000

; The least that Linux runs: an ELF header, and a program header that says: all of this file, with
; all permissions.
header: db 0x7F, "ELF", 2, 1, 1         ; 64-bit, little-endian, version 1
        times 16 - ($ - header) db 0
        dw 2, 62                        ; an executable, for x86-64
        dd 1
        dq start, program - header, 0   ; where it begins, where its headers are: no sections
        dd 0
        dw program - header, end_of_program - program, 1, 0, 0, 0
program:
        dd 1, 7                         ; load; read, write, execute
        dq 0, header, header
        dq end - header, end - header, 0x1000
end_of_program:

start:
        mov eax, SYS_IOPL
        mov edi, 3
        syscall
        test eax, eax
        jnz exit

        mov esi, registers
        mov edi, text
.next:  lodsb
        out RTC_INDEX, al
        in al, RTC_DATA
        mov ah, al
        shr al, 4
        and ah, 0x0F
        add ax, '00'
        stosw
        inc edi                         ; behind the colon
        cmp esi, registers_end
        jb .next

        mov eax, SYS_WRITE
        mov edi, 1
        mov esi, text
        mov edx, text_end - text
        syscall
        xor eax, eax
exit:
        mov edi, eax
        mov eax, SYS_EXIT
        syscall

registers:
        db RTC_HOURS, RTC_MINUTES, RTC_SECONDS
registers_end:
text:   db "??:??:??", 10
text_end:
end:
