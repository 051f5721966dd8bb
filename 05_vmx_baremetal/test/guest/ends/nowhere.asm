; Jumps to where nothing is, on a machine with an empty bus. FF FF is no instruction.

%include "test/guest/world.inc"

HOLE equ 0x90000

        world_begin
        mov     qword [abs pages + HOLE / 4096 * 8], 0x40000000 + PAGE
        invlpg  [abs HOLE]
        mov     ebx, HOLE + 8
        faults  VECTOR_UD, jmp rbx
        passed
        world_end
