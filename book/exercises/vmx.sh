# shellcheck shell=sh disable=SC2154
# What the checks of stage 05's exercises share, sourced behind check_lib.sh: a small guest on the
# hypervisor that the reader has changed.

stage=05_vmx_baremetal

# vmx_build: the image, and all that it is made of.
vmx_build() {
    build $stage -j2
}

# vmx_run PROGRAM [-DNAME=VALUE]... [OPTION=VALUE]...: `run` for run_rom, which says more. Sets also $guest,
# the guest's lines of $out, and $ours, those of the hypervisor without their mark.
vmx_run() {
    run 300 "$(dirname "$EXERCISE_LIB")/run_rom" "$@"
    [ "$status" -ne 5 ] || exit 3 # there is no machine with VT-x to be had here
    out=$(printf '%s\n' "$out" | tr -d '\r')
    guest=$(printf '%s\n' "$out" | grep -av '^\[05\]')
    ours=$(printf '%s\n' "$out" | LC_ALL=C sed -n 's/^\[05\] //p')
}

# vmx_end: how the run ended, in a few of the hypervisor's lines.
vmx_end() {
    printf '%s\n' "$ours" | grep -E -A 1 'refused:|stopped at|panic:|^the guest is done' |
        grep -vE '^ +[0-9a-f]{4} [A-Z]|^--' | head -n 4
    [ -n "$ours" ] || printf '%s\n' "$err" | tail -n 3
}

# greeting_rom FILE: assembles a program that prints the letters of $greeting, new ones each time.
greeting_rom() {
    random 12
    random_word $((r + 4))
    greeting=$r
    cat >"$tmp/greeting.asm" <<END
        org 0
        mov si, text
.next:  cs lodsb
        test al, al
        jz .done
        out 1, al
        jmp .next
.done:  hlt
text    db "$greeting", 10, 0
END
    assemble "$tmp/greeting.asm" "$1"
}

# greeted HINT: the hypervisor runs a guest that prints its greeting and halts, as it did before.
greeted() {
    greeting_rom "$tmp/greeting.bin"
    vmx_run "$tmp/greeting.bin"
    [ "$status $guest" = "0 $greeting" ] ||
        fail "the guest prints \"$greeting\", and the machine ends with status 0" \
            "$guest${guest:+, and }status $status:
$(vmx_end)" "$1"
}
