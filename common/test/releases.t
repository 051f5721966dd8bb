#!/bin/sh
# shellcheck disable=SC2016,SC2154  # the stub expands; tap.sh sets out, err, status, tmp
# common/test/releases: what it refuses, before it does anything. (It takes hours, and is no test of
# `make test`.)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=common/test/tap.sh
. "$here/tap.sh"

mkdir "$tmp/bin"
for tool in sh dirname; do
    ln -s "$(command -v $tool)" "$tmp/bin/$tool"
done
printf '#!/bin/sh\necho "$USER_ID"\n' >"$tmp/bin/id"
chmod +x "$tmp/bin/id"

refuses() { # refuses WHAT LINE ASSIGNMENT...
    what=$1 line=$2
    shift 2
    run 10 env PATH="$tmp/bin" "$@" sh "$here/releases" sid
    is "$status: $out$err" "2: releases: $line" "$what"
}
refuses "an unknown step" "no step 'dmeo'; expected some of demo check common 01 02 03 04 05 book" STEPS='demo dmeo'
refuses "an ordinary user" "needs root, for debootstrap and chroot: sudo make test-releases" USER_ID=1000
refuses "no debootstrap" "debootstrap is missing: make deps test-releases" USER_ID=0

done_testing
