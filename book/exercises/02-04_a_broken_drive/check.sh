#!/bin/sh
# 02-04: the drive reads what is in the image, wherever and however much.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

build 02_bios

# reads FIRST COUNT: a firmware that reads so many sectors (0 means 256) and prints the first byte of each,
# 256 at most, then a dot if the drive has no more to give. Sets $printed.
reads() {
    cat >"$tmp/bios.asm" <<END
        bits 16
        mov al, $(($2 & 255))
        mov dx, 0x1F2           ; count, then the three parts of the address
        out dx, al
        mov eax, $1
        inc dx
        out dx, al
        shr eax, 8
        inc dx
        out dx, al
        shr eax, 8
        inc dx
        out dx, al
        mov al, 0xE0 | $1 >> 24
        inc dx
        out dx, al
        mov al, 0x20            ; READ SECTORS
        inc dx
        out dx, al
        mov bp, $(($2 ? $2 : 256))
next:
        mov dx, 0x1F7
        in al, dx
        test al, 8              ; a sector is ready
        jz failed
        mov di, 0x1000
        mov cx, 256
        mov dx, 0x1F0
        rep insw
        mov al, [0x1000]
        mov dx, 0x404
        out dx, al
        dec bp
        jnz next
        mov dx, 0x1F7
        in al, dx
        test al, 8
        mov al, '.'
        jz say
failed: mov al, '!'
say:    mov dx, 0x404
        out dx, al
        cli
        hlt
        times 0xFFF0 - (\$ - \$\$) db 0
        jmp 0xF000:0
        times 0x10000 - (\$ - \$\$) db 0
END
    assemble "$tmp/bios.asm" "$tmp/bios.bin"
    vm_run 60 02_bios/vm --bios "$tmp/bios.bin" --disk "$tmp/disk.img"
    printed=$out
}

# disk FIRST TEXT SECTORS: an image of so many sectors; those from FIRST on begin with the letters of TEXT.
disk() {
    rm -f "$tmp/disk.img"
    dd if=/dev/zero of="$tmp/disk.img" bs=512 count=0 seek="$3" 2>/dev/null
    printf '%s' "$2" | fold -w 1 | {
        while IFS= read -r letter || [ -n "$letter" ]; do
            printf '%-512s' "$letter"
        done
    } | dd of="$tmp/disk.img" bs=512 seek="$1" conv=notrunc 2>/dev/null
}

random 6
random_word $((r + 4))
text=$r
random 50000
first=$((r + 10))
disk $first "$text" 66000
reads $first ${#text}
expect "$text." "$printed" "sectors $first to $((first + ${#text} - 1)), the first byte of each; a dot: the drive is done"

random 2000
first=$((r + 65700))
disk $first "$text" 70000
reads $first ${#text}
expect "$text." "$printed" "the same for sectors $first to $((first + ${#text} - 1)): what do the numbers above 65535 have that the others haven't?"

text=
while [ ${#text} -lt 256 ]; do
    random_word 16
    text=$text$r
done
random 300
first=$r
disk $first "$text" 1000
reads $first 0
expect "$text." "$printed" "a count of 0 stands for 256 sectors (ATA/ATAPI-6, READ SECTOR(S)); a dot: the drive is done"

pass
