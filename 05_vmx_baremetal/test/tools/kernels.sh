#!/bin/sh
# The kernels that stage 05 promises, with nothing on their command line but the console, and somebody
# who works with each. Takes half an hour in Bochs, so it isn't among the tests that `make test` runs:
# `make test-kernels` does.
#
# usage: kernels.sh [NAME]...   of those in common/build/guest/kernels; without, all that are promised

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source-path=SCRIPTDIR/../..
. ../common/test/tap.sh
# shellcheck source-path=SCRIPTDIR/../..
. test/tools/image.sh

guest=../common/build/guest
seconds=1500

# works KERNEL MEMORY [PARAMETER]...
works() {
    kernel=$1
    memory=$2
    shift 2
    cmdline="console=ttyS0 $*"
    image "$(printf 'guest=linux\nstats=1\ncmdline=%s' "${cmdline% }")" \
        kernel="$guest/kernels/$kernel" initrd="$guest/initrd.gz"
    timeout -k 5 $seconds expect test/tools/linux.exp "$build/test/clock.bin" \
        "$lab" --memory "$memory" --timeout $((seconds - 10)) "$tmp/disk.img" >"$tmp/out" 2>"$tmp/err"
    is "$?" 0 "$kernel in a machine of $memory MiB, ${cmdline% }"
    [ $tap_same -eq 0 ] || diag "$(grep -v '^ok' "$tmp/out")
$(cat "$tmp/err")"
}

[ $# -gt 0 ] || set -- cloud amd64
for name; do
    for memory in 256 1024; do
        works "$name" "$memory"
        works "$name" "$memory" nokaslr
    done
done
done_testing
