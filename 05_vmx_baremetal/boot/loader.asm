; The loader: from real mode with a BIOS to long mode without one. Each step either succeeds or says
; in a sentence why not, on the screen and on COM1, and ends the machine.
;
; in: DL = the drive, DS = ES = SS = 0, the image table at INFO_ADDRESS
; out: the hypervisor at HYPERVISOR_ADDRESS runs in 64-bit mode, RDI = struct boot_info

%include "boot/offsets.inc"
%include "x86.inc"

        bits 16
        org LOADER_ADDRESS

loader:
        mov [drive], dl
        call cpu_check                  ; 1. a processor that can do what follows
        call a20_enable                 ; 2. all address lines
        call memory_map                 ; 3. what is memory
        call image_check                ; 4. what to load
        call image_load                 ; 5. the files
        call screen_find                ; 6. what the kernel shows its text on
        jmp long_mode                   ; 7. and on to C

; Ends the machine with a sentence.
; in: SI = the sentence, AL = status
fail:
        call print_mark
fail_line:                              ; the same, in a line that has begun
        call print
        mov si, line_end
        call print
        jmp host_end

; Every line of ours begins like those of the kernel.
; keeps all registers
print_mark:
        push si
        mov si, mark
        call print
        pop si
        ret

mark          db "[05] ", 0
line_end      db 13, 10, 0
drive         db 0

%include "boot/print.asm"
%include "boot/end.asm"
%include "boot/check.asm"
%include "boot/memory.asm"
%include "boot/unreal.asm"
%include "boot/load.asm"
%include "boot/screen.asm"
%include "boot/long.asm"

        times LOADER_SECTORS * SECTOR_SIZE - ($ - $$) db 0
