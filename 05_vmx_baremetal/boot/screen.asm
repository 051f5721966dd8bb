; What the kernel will show its text on: the text memory of a VGA, if the BIOS has it in the mode of
; 80 by 25 cells that every PC starts in (IBM VGA Technical Reference, "Video BIOS").

VIDEO_GRAY    equ 2             ; the mode, with colours or on a screen that has none
VIDEO_COLOUR  equ 3
VIDEO_COLUMNS equ 80
VIDEO_ROWS    equ 25
CURSOR_HIDDEN equ 0x2000        ; the kernel draws one of its own

; out: the screen in struct boot_info, which is all zeros where there is none
; changes EAX, BX, CX, DI
screen_find:
        mov di, INFO_ADDRESS + INFO_SCREEN
        mov cx, SCREEN_BYTES
        xor al, al
        rep stosb
        mov ah, 0x0F            ; INT 10h, "read current video state"
        int 0x10
        cmp al, VIDEO_GRAY
        je .text
        cmp al, VIDEO_COLOUR
        jne .none
.text:
        mov dword [INFO_ADDRESS + INFO_SCREEN + SCREEN_BASE], VGA_TEXT
        mov dword [INFO_ADDRESS + INFO_SCREEN + SCREEN_KIND], SCREEN_TEXT
        mov dword [INFO_ADDRESS + INFO_SCREEN + SCREEN_WIDTH], VIDEO_COLUMNS
        mov dword [INFO_ADDRESS + INFO_SCREEN + SCREEN_HEIGHT], VIDEO_ROWS
        mov dword [INFO_ADDRESS + INFO_SCREEN + SCREEN_PITCH], VIDEO_COLUMNS * 2
        mov ah, 1               ; INT 10h, "set cursor type"
        mov cx, CURSOR_HIDDEN
        int 0x10
.none:
        ret
