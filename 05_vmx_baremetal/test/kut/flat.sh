# shellcheck shell=sh disable=SC2034,SC2154  # what it sets for them; tap.sh sets tmp, image.sh build and lab
# A test of kvm-unit-tests on a machine: sourced by `run` and `vmexit` behind common/test/tap.sh. But for
# find_folder() they are then in the stage's folder, and have sourced test/tools/image.sh.

fail() {
    echo "$1" >&2
    exit 2
}

# The folder with the flats, in $folder; or nothing is run.
find_folder() {  # find_folder KUT
    [ -n "$1" ] || fail "KUT= is missing: expected the folder with the *.flat files of kvm-unit-tests, its x86/"
    [ -d "$1" ] || fail "$1: no such folder, expected the one where kvm-unit-tests has its flats"
    folder=$(realpath -- "$1")
    for flat in "$folder"/*.flat; do
        [ -f "$flat" ] || fail "$folder: has no *.flat, expected the folder where kvm-unit-tests has them, x86/ when it is built"
        # An ELF file of 32 bits.
        [ "$(head -c 5 "$flat" | od -An -tx1)" = " 7f 45 4c 46 01" ] ||
            fail "$flat: is no ELF file of 32 bits, expected a flat of kvm-unit-tests"
    done
}

# wrap NAME WORDS [OPTION]...: the test with these arguments as a kernel, in $tmp/kernel; NASM's options.
wrap() {
    name=$1
    words=$2
    shift 2
    nasm -f bin "-I$build/" "$@" "-DFLAT='$folder/$name.flat'" "-DARGUMENTS='$name${words:+ $words}'" \
        -o "$tmp/kernel" test/kut/wrap.asm || exit 2
}

# A test has come to its end when it has counted, or has told how it exits; it then halts for ever.
at_end() {
    tr -d '\r' <"$tmp/out" | grep -qE '^(SUMMARY: .*|--- DONE: .*)$' && [ -z "$(tail -c 1 "$tmp/out")" ]
}

machine=
trap '[ -z "$machine" ] || kill "$machine" 2>/dev/null; rm -rf "$tmp"' EXIT

# play [OPTION]...: runs $tmp/disk.img. Sets $out and $status, the machine's, or 0 where we ended that.
play() {
    : >"$tmp/out"
    : >"$tmp/bochs.log"
    timeout -k 5 $((${LIMIT:-900} + 60)) "$lab" "$@" --timeout "${LIMIT:-900}" \
        --log "$tmp/bochs.log" "$tmp/disk.img" </dev/null >"$tmp/out" 2>"$tmp/err" &
    machine=$!
    while kill -0 "$machine" 2>/dev/null && ! at_end; do
        sleep 0.3
    done
    kill "$machine" 2>/dev/null
    wait "$machine" 2>/dev/null
    status=$?
    machine=
    ! at_end || status=0
    out=$(tr -d '\000\r' <"$tmp/out")
}
