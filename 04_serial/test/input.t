#!/bin/sh
# 04_serial: bad input. Each gets one clear line and status 2, and no machine is started.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
vm=${VM:-./vm}
echo=build/test/echo.bin

# refuses PATTERN OPTION...: one line, status 2, no machine.
refuses() {
    pattern=$1
    shift
    run 300 "$vm" "$@"
    is "$status:$out:$(grep -c . "$tmp/err")" "2::1" "$*: status 2 and one line"
    like "$err" "$pattern" "$*: says $pattern"
}
for cpus in 0 65 -1 two 1x 99999999999999999999; do
    refuses "^--cpus $cpus: is no number of CPUs, expected 1 to 64" --kernel $echo --cpus $cpus
done
refuses "^--cpus : is no number" --kernel $echo --cpus ''
refuses "^--ready '': is empty" --kernel $echo --ready ''
refuses "--kernel: is missing"
run 300 "$vm" --help
is "$status" 0 "--help: status 0"

done_testing
