#!/bin/sh
# A ROM that may not be read. Root may read everything, and becomes somebody else for this.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
vm=${VM:-./vm}

chmod 755 "$tmp"
cp "$vm" "$tmp/vm"
printf '\364' >"$tmp/secret"
chmod 000 "$tmp/secret"
as=
[ "$(id -u)" != 0 ] || as="setpriv --reuid 65534 --clear-groups"

# shellcheck disable=SC2086 # several words, or none
run 20 $as "$tmp/vm" "$tmp/secret"
is "$status:$out" "2:" "status 2, no output"
is "$err" "$tmp/secret: Permission denied, expected a flat ROM" "one line says why"

done_testing
