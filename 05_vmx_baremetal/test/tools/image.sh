# shellcheck shell=sh
# Images for tests, and a machine to run them on: sourced after common/test/tap.sh, in the stage's
# folder.

build=${BUILD:-build}
lab=../common/lab/vmx-lab/start

# image OPTIONS [NAME=FILE]...: makes $tmp/disk.img with these lines of options, and more payloads.
# $rom takes the place of stage 01's, and $program that of the hypervisor.
image() {
    # shellcheck disable=SC2154  # tap.sh sets tmp
    printf '%s\n' "$1" >"$tmp/options"
    shift
    "$build/mkimage" "$tmp/disk.img" "$build/boot/boot.bin" "$build/boot/loader.bin" \
        "hypervisor=$build/${program:=hypervisor}.bin" "symbols=$build/$program.symbols" \
        "options=$tmp/options" "hello=${rom:-../01_hello/build/rom.bin}" "$@"
}

# machine [OPTION]...: runs $tmp/disk.img in vmx-lab, with these options of it. Sets $out, without
# the carriage returns, $err and $status. Bochs' log is in $tmp/bochs.log.
# shellcheck disable=SC2120  # a run without options is one too
machine() {
    run 900 "$lab" --timeout 850 --log "$tmp/bochs.log" "$@" "$tmp/disk.img"
    out=$(printf '%s\n' "$out" | tr -d '\r')
}

# needs_linux: the rest of the file boots Linux, and is skipped in a Bochs where Linux can't boot.
needs_linux() {
    MACHINE=bochs ../common/lab/try vmx-lab | grep -q '^note' || return 0
    skip "Linux" "this Bochs has no IDIV of 64 bits, so Linux doesn't boot in it"
    done_testing
}
