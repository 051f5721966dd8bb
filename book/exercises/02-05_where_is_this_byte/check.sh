#!/bin/sh
# 02-05: the reader's formulas, for images and bytes of all kinds.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

# hex NUMBER
hex() {
    printf '0x%x' "$1"
}

# answers FUNCTION A B WANTED HINT
answers() {
    # shellcheck disable=SC2016 # for the inner shell
    run 60 sh -c '. ./02_bios/where.sh; "$@"' sh "$1" "$2" "$3"
    expect "$1 $2 $3: $4" "$1 $2 $3: $out$err" "$5"
}

kib64=65536
gib4=4294967296
for size in 65536 131072 262144 524288; do
    for part in first last any; do
        random 32768
        case $part in
        first) offset=$r ;;
        last) offset=$((size - 1 - r)) ;;
        any) offset=$((r * (size / 32768))) ;;
        esac
        end=$((size - offset)) # bytes from it to the end of the image
        shadow=none real=none
        [ $end -gt 262144 ] || shadow=$(hex $((1048576 - end)))
        [ $end -gt $kib64 ] || real=$(hex $((kib64 - end)))
        answers rom "$(hex "$size")" "$(hex "$offset")" "$(hex $((gib4 - end)))" "the ROM ends where the first 4 GiB end"
        answers shadow "$(hex "$size")" "$(hex "$offset")" "$shadow" \
            "the copy is of the image's last 256 KiB at most, and ends at 1 MiB"
        answers real_mode "$(hex "$size")" "$(hex "$offset")" "$real" \
            "with CS = F000h code reaches 64 KiB, from F0000h on: the last of the copy"
    done
done

# On both sides of each border.
for end in 262145 262144 65537 65536; do
    offset=$(hex $((524288 - end)))
    shadow=none real=none
    [ $end -gt 262144 ] || shadow=$(hex $((1048576 - end)))
    [ $end -gt $kib64 ] || real=$(hex $((kib64 - end)))
    answers shadow 0x80000 "$offset" "$shadow" "the first byte of the copy is the one 256 KiB before the image's end"
    answers real_mode 0x80000 "$offset" "$real" "F000:0000 is the byte 64 KiB before the image's end"
done
random 3070
for mib in $((r + 2)) 3072; do
    answers slots 0x20000 $mib 2 "what are the two? where is the copy? 3 GiB of RAM end where the gap begins"
done
random 4000
for mib in $((r + 3074)) 3073; do
    answers slots 0x20000 $mib 3 "there is no RAM from 3 GiB to 4 GiB: what is more goes on top"
done

for jumps in none near "near near" far "near far" "far near"; do
    random 32768
    ip=$(hex $((r * 2)))
    base=0xffff0000
    [ "${jumps#*far}" = "$jumps" ] || base=0xf0000
    answers fetches "$jumps" "$ip" "$(hex $((base + ip)))" \
        "a reset leaves a base in CS that isn't 16 times F000h: which of the jumps loads CS?"
done

pass
