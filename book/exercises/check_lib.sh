# shellcheck shell=sh disable=SC2034
# What the checks of the exercises share, in plain POSIX sh. A check runs in the top folder of the
# reader's scratch copy, sources this file, tries what the reader wrote with inputs of its own, and
# ends with `pass`, or earlier with `fail`.
#
# From the caller, book/tools/exercise: EX, the number; EXERCISE, the exercise's folder in the book;
# SEED, from which all random inputs follow.

# fail EXPECTED GOT HINT: the end. Each may have several lines.
fail() {
    echo "FAIL $EX"
    say_indented "expected: " "$1"
    say_indented "got:      " "$2"
    say_indented "hint:     " "$3"
    echo "again:    make exercise-check EX=$EX SEED=$SEED"
    verdict=1
    exit 1
}

# pass: the other end.
pass() {
    echo "PASS $EX"
    verdict=0
    exit 0
}

# say_indented LABEL TEXT: the text, its lines below one another, at most 12 of them.
say_indented() {
    printf '%s\n' "${2:-(nothing)}" | tr -c '\n\40-\176' '?' | head -n 12 |
        sed "1s/^/$1/; 2,\$s/^/          /"
}

# expect WANTED GOT HINT: two texts are the same.
expect() {
    [ "$1" = "$2" ] || fail "$1" "$2" "$3"
}

# expect_like PATTERN TEXT EXPECTED HINT: an extended regular expression matches a line of TEXT.
expect_like() {
    printf '%s\n' "$2" | grep -Eq -- "$1" || fail "$3" "$2" "$4"
}

# random N: sets $r to a number from 0 to N - 1; N is at most 32768.
random() {
    random_state=$(((random_state * 1103515245 + 12345) % 2147483648))
    r=$((random_state / 65536 % $1))
}

# random_hex DIGITS: sets $r to so many hexadecimal digits, the first of them not 0.
random_hex() {
    random 15
    random_text=$(printf %x $((r + 1)))
    while [ ${#random_text} -lt "$1" ]; do
        random 16
        random_text=$random_text$(printf %x "$r")
    done
    r=$random_text
}

# random_word LENGTH: sets $r to letters.
random_word() {
    random_text=
    while [ ${#random_text} -lt "$1" ]; do
        random 26
        random_text=$random_text$(printf %s abcdefghijklmnopqrstuvwxyz | cut -c $((r + 1)))
    done
    r=$random_text
}

# run SECONDS COMMAND...: runs it with a time limit; standard input is the file $input, or empty. Sets
# $status (124: it was still running), $out and $err; the bytes are in $tmp/out and $tmp/err. A stub
# that says "$EX: not done yet" ends the check.
run() {
    run_limit=$1
    shift
    timeout -k 5 "$run_limit" "$@" <"${input:-/dev/null}" >"$tmp/out" 2>"$tmp/err"
    status=$?
    out=$(tr -d '\000' <"$tmp/out")
    err=$(tr -d '\000' <"$tmp/err")
    not_done=$(cat "$tmp/out" "$tmp/err" | grep -aE "(^|[^0-9-])$EX: not done yet" | head -n 1)
    [ -z "$not_done" ] || fail "the place that says \"not done yet\", filled in" "$not_done" \
        "the goal and three hints are in book/exercises/$(basename "$EXERCISE")/README.md"
}

# vm_run SECONDS [--fast] [--] PROGRAM [ARG]...: `run` for a stage's program, straight on /dev/kvm or in
# the KVM lab, as `make run` decides (--fast: the guest needs the speed of hardware). The seconds are
# the program's, and are counted where it runs: the lab has ten minutes more, to start.
vm_run() {
    run_seconds=$1 run_fast=
    shift
    [ "$1" != --fast ] || { run_fast=--fast && shift; }
    [ "$1" != -- ] || shift
    # shellcheck disable=SC2086 # a word, or none
    run $((run_seconds + 600)) common/lab/run $run_fast -- timeout -s KILL "$run_seconds" "$@"
    [ $status -ne 137 ] || status=124
    err=$(sed '/^Running .*\(straight on\|in the KVM lab\)/d' "$tmp/err" | tr -d '\000')
}

# build FOLDER [TARGET]...: make, which must succeed.
build() {
    build_folder=$1
    shift
    run 600 make -s -C "$build_folder" "$@"
    [ $status -eq 0 ] || fail "make -C $build_folder $* succeeds" \
        "$(grep -E 'error|warning|\*\*\*' "$tmp/err" | head -n 4)" "mend what the compiler complains about first"
}

# assemble FILE.asm FILE.bin [OPTION]...: nasm, which must succeed.
assemble() {
    assemble_from=$1 assemble_to=$2
    shift 2
    run 300 nasm -f bin -o "$assemble_to" "$@" "$assemble_from"
    [ $status -eq 0 ] || fail "nasm assembles $(basename "$assemble_from")" "$err" \
        "the number after the file's name is the line"
}

# A check that ends without a verdict is broken.
finish() {
    finish_status=$?
    rm -rf "$tmp"
    [ "$verdict" = none ] || exit "$verdict"
    exit $((finish_status > 1 ? finish_status : 3))
}

: "${EX:?} ${EXERCISE:?} ${SEED:?run it with: make exercise-check EX=NN-MM}"
random_state=$SEED
verdict=none
input=
tmp=$(mktemp -d) || exit 3
trap finish EXIT
trap 'exit 143' TERM INT HUP
