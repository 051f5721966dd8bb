# shellcheck shell=sh disable=SC2154
# For checks that call the reader's functions directly. Sourced after check_lib.sh, whose words it
# uses; the C side is unit.h.

# unit TEST.c SOURCE...: compiles the exercise's TEST.c with the reader's SOURCEs, paths from the top of
# the copy, and runs it with SEED. It prints nothing and succeeds, or says what `fail` wants to know.
unit() {
    unit_test=$1
    shift
    run 300 "${CC:-gcc}" -std=c11 -D_GNU_SOURCE -O1 -g -I. -I"$(dirname "$EXERCISE_LIB")" \
        -I"$(dirname "$1")" -o "$tmp/unit" "$EXERCISE/$unit_test" "$@" -pthread
    [ "$status" -eq 0 ] || fail "it compiles" "$(grep -E 'error|undefined' "$tmp/err" | head -n 4)" \
        "the check calls the functions of the headers: their names and arguments have to stay"

    run 60 "$tmp/unit" "$SEED"
    [ "$status" -ne 0 ] || return 0
    [ "$status" -eq 1 ] || fail "your functions return" "status $status ($(unit_status "$status"))" \
        "the check calls them directly: think of loops without an end, and of pointers"
    fail "$(sed -n 's/^expected: //p' "$tmp/out")" "$(sed -n 's/^got: //p' "$tmp/out")" \
        "$(sed -n 's/^hint: //p' "$tmp/out")"
}

unit_status() {
    case $1 in
    124) echo "no end after a minute" ;;
    139) echo "a segmentation fault" ;;
    *) echo "not one of the check's" ;;
    esac
}
