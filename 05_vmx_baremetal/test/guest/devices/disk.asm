; A driver of the virtio disk (common/pc/virtio/blk.h): a request that is one, and then all that a
; driver must not do. The device must want a reset, and work after it.

%include "test/guest/world.inc"

GPA     equ 0xD0000000
HERE    equ 0x90000
END     equ 0x400000                    ; of memory

DESCRIPTORS equ 0x100000
AVAILABLE   equ 0x101000
USED        equ 0x102000
HEADER      equ 0x103000
DATA        equ 0x104000
STATUS      equ 0x105000

; Registers.
DRIVER_FEATURES     equ 0x20
DRIVER_FEATURES_SEL equ 0x24
QUEUE_SIZE          equ 0x38
QUEUE_READY         equ 0x44
QUEUE_NOTIFY        equ 0x50
DEVICE_STATUS       equ 0x70
QUEUE_TABLES        equ 0x80
CONFIG              equ 0x100

READY       equ 0x0F                    ; acknowledge, driver, driver ok, features ok
NEEDS_RESET equ 0x40

NEXT  equ 1
WRITE equ 2

%macro reset_is_needed 0
        mov     eax, [rbx + DEVICE_STATUS]
        and     eax, NEEDS_RESET
        cmp     eax, NEEDS_RESET
        expect
%endmacro

; The same request again, and this time it is a good one.
%macro works_again 0
        call    begin
        call    offer
        cmp     byte [abs STATUS], 0
        expect
        cmp     dword [abs DATA], 0x03030303
        expect
%endmacro

; What spoils the request.
%macro lies 1+
        call    begin
        %1
        call    offer
        reset_is_needed
        cmp     byte [abs STATUS], 0xFF
        expect
        works_again
%endmacro

; One of the queue's three tables is somewhere else.
%macro strays 2
        mov     rax, %2
        mov     [tables + 8 * %1], rax
        call    begin
        reset_is_needed
        call    offer                   ; nobody listens
        cmp     byte [abs STATUS], 0xFF
        expect
        mov     rax, [right_tables + 8 * %1]
        mov     [tables + 8 * %1], rax
        works_again
%endmacro

        world_begin
        map     HERE, GPA
        mov     rbx, HERE
        mov     eax, [rbx]
        cmp     eax, 0x74726976         ; "virt"
        expect
        mov     rax, [rbx + CONFIG]     ; eight sectors
        cmp     rax, 8
        expect
        mov     rax, [rbx]              ; registers have 32 bits
        cmp     rax, 0
        expect
        movzx   eax, byte [rbx]
        cmp     eax, 0
        expect

        works_again                     ; sector 3
        call    begin
        mov     dword [abs HEADER], 1   ; is written,
        mov     word [abs DESCRIPTORS + 16 + 12], NEXT
        mov     dword [abs DATA], 0x55555555
        call    offer
        cmp     byte [abs STATUS], 0
        expect
        call    begin
        call    offer
        cmp     dword [abs DATA], 0x55555555
        expect
        call    begin                   ; and written again
        mov     dword [abs HEADER], 1
        mov     word [abs DESCRIPTORS + 16 + 12], NEXT
        mov     dword [abs DATA], 0x03030303
        call    offer

        strays  0, 0x40000000           ; where nothing is
        strays  0, GPA                  ; in the device's own registers
        strays  1, END - 4              ; over the end of memory
        strays  1, -2                   ; and around the end of all addresses
        strays  2, END - 4
        strays  2, USED + 2             ; not aligned
        lies    mov dword [abs DESCRIPTORS + 32 + 12], NEXT | WRITE | 2 << 16  ; follows itself
        lies    mov dword [abs DESCRIPTORS + 32 + 12], NEXT | WRITE | 1 << 16  ; a loop of two
        lies    mov dword [abs DESCRIPTORS + 32 + 12], NEXT | WRITE | 9 << 16  ; behind the table
        lies    mov word [abs DESCRIPTORS + 32 + 12], 0  ; nowhere to write a status
        lies    mov dword [abs DESCRIPTORS + 16], 0x40000000
        lies    mov dword [abs DESCRIPTORS + 16], GPA
        lies    mov dword [abs DESCRIPTORS + 16], END - 4
        lies    mov qword [abs DESCRIPTORS + 16], -16
        lies    mov dword [abs DESCRIPTORS + 16 + 8], -1  ; 4 GiB
        lies    mov dword [abs DESCRIPTORS + 8], 15       ; half a header
        lies    mov word [abs AVAILABLE + 4], 100         ; no such descriptor
        lies    mov word [abs AVAILABLE + 2], 49          ; more than there is room for
        passed

; The driver's part up to the first request: a read of sector 3 that nobody has been told of.
begin:
        mov     dword [rbx + DEVICE_STATUS], 0
        mov     dword [rbx + DEVICE_STATUS], 3
        mov     dword [rbx + DRIVER_FEATURES_SEL], 1
        mov     dword [rbx + DRIVER_FEATURES], 1  ; version 1
        mov     dword [rbx + DEVICE_STATUS], READY & ~4
        mov     dword [rbx + QUEUE_SIZE], 4
%assign n 0
%rep 3
        mov     rax, [tables + 8 * n]
        mov     [rbx + QUEUE_TABLES + 16 * n], eax
        shr     rax, 32
        mov     [rbx + QUEUE_TABLES + 16 * n + 4], eax
  %assign n n + 1
%endrep
        lea     rdi, [abs AVAILABLE]
        xor     eax, eax
        mov     ecx, 0x2000 / 8         ; both rings
        rep stosq
        lea     rsi, [request]
        mov     edi, DESCRIPTORS
        mov     ecx, 3 * 16
        rep movsb
        mov     edi, HEADER
        mov     ecx, 16
        rep movsb
        mov     dword [abs DATA], 0
        mov     byte [abs STATUS], 0xFF
        mov     dword [rbx + QUEUE_READY], 1
        mov     dword [rbx + DEVICE_STATUS], READY
        ret

offer:
        inc     word [abs AVAILABLE + 2]
        mov     dword [rbx + QUEUE_NOTIFY], 0
        ret

request:
        dq      HEADER
        dd      16, NEXT | 1 << 16
        dq      DATA
        dd      512, NEXT | WRITE | 2 << 16
        dq      STATUS
        dd      1, WRITE
        dd      0, 0                    ; the header: read,
        dq      3                       ; sector 3
        align   8, db 0
tables:
        dq      DESCRIPTORS, AVAILABLE, USED
right_tables:
        dq      DESCRIPTORS, AVAILABLE, USED
        world_end
