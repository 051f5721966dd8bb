#!/bin/sh
# 02_bios: bad input. Each gets one clear line and status 2, and no machine is started.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
vm=${VM:-./vm}

# refuses WHAT PATTERN OPTION...
refuses() {
    what=$1
    pattern=$2
    shift 2
    run 300 "$@"
    is "$status:$out:$(grep -c . "$tmp/err")" "2::1" "$what: status 2, one line, no output"
    like "$err" "$pattern" "$what: says $pattern"
}
# file NAME BYTES
file() {
    dd if=/dev/zero of="$tmp/$1" bs=1 count=0 seek="$2" 2>/dev/null
}
mkfifo "$tmp/fifo"
file empty 0
file one 1
file small 127
file odd 307200
file large 17825792
file short 511
file bios 131072
: >"$tmp/secret"
chmod 000 "$tmp/secret"

for option in --bios --disk; do
    refuses "$option missing" "missing: No such file or directory, expected a" "$vm" $option "$tmp/missing"
    refuses "$option directory" "expected a (BIOS|disk) image" "$vm" $option "$tmp"
    refuses "$option FIFO" "fifo: is .*, expected a" "$vm" $option "$tmp/fifo"
done
refuses "--bios empty" "empty: is empty, expected a BIOS image" "$vm" --bios "$tmp/empty"
refuses "--bios 1 byte" "has 1 bytes, expected a BIOS image of 65536 to" "$vm" --bios "$tmp/one"
refuses "--bios 127 bytes" "has 127 bytes, expected" "$vm" --bios "$tmp/small"
refuses "--bios 300 KiB" "has 307200 bytes, expected .* power of two" "$vm" --bios "$tmp/odd"
refuses "--bios 17 MiB" "has 17825792 bytes, expected" "$vm" --bios "$tmp/large"
refuses "--disk 0 bytes" "has 0 bytes, expected a disk image of whole sectors" "$vm" --disk "$tmp/empty"
refuses "--disk 511 bytes" "has 511 bytes, expected" "$vm" --disk "$tmp/short"
file used 512
flock -n "$tmp/used" timeout -k 5 300 "$vm" --disk "$tmp/used" </dev/null >"$tmp/out" 2>"$tmp/err"
is "$?:$(cat "$tmp/err")" "2:$tmp/used: is in use by another virtual machine, expected a disk image of its own" \
    "--disk that another one has"
refuses "--log in no directory" "No such file" "$vm" --bios "$tmp/bios" --log "$tmp/no/log"

for size in 0 1 640K 1T -5 18446744073709551615 99999999999999999999; do
    refuses "--memory $size" "^--memory $size: (out of range|not a size), expected" "$vm" --memory "$size"
done
for size in "" lots 16X 16MB "16 M" 0x1000000 1.5G; do
    refuses "--memory '$size'" "not a size, expected a number of MiB" "$vm" --memory "$size"
done
refuses "--until ''" "is empty, expected a text" "$vm" --until ""
refuses "a word" "hello: not an option" "$vm" hello
refuses "an unknown option" "unrecognized option|unknown option" "$vm" --no-such-option
run 300 "$vm" --help
is "$status" 0 "--help: status 0"
# make_n FOLDER VARIABLE=VALUE...: what make -C would run for who typed this in that folder
stage=$PWD
make_n() (
    cd "$1" && shift && make -n -C "$stage" run "$@" 2>&1
)
mkdir "$tmp/a folder"
file "a folder/some.img" 512
like "$(make_n "$tmp/a folder" DISK=some.img)" "--disk '$tmp/a folder/some.img'" \
    "make -C: DISK= is a file of the folder where it was typed"
like "$(make_n "$tmp" BIOS=bios)" "--bios '$tmp/bios'" "make -C: and so is BIOS="
like "$(make_n "$tmp" DISK=test/mbr.t)" "--disk 'test/mbr.t'" "make -C: what isn't there is one of the stage's folder"
like "$(unset PWD && make -n -C "$stage" run DISK=test/mbr.t 2>&1)" "--disk 'test/mbr.t'" "make -C without PWD: the same"
like "$(make_n . DISK=test/mbr.t)" "--disk 'test/mbr.t'" "make in the stage's folder: what was typed"
like "$(make_n "$tmp" ARGS="--bios bios")" "/vm --bios bios" "make -C: ARGS= is what was typed"
refuses "make test-mbr without a disk" "^usage: make test-mbr DISK=" disk/test-mbr
refuses "make test-mbr with a missing disk" "missing: No such file" disk/test-mbr "$tmp/missing" text

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    chmod 755 "$tmp"
    cp "$vm" "$tmp/vm"
    for option in --bios --disk; do
        refuses "$option unreadable" "secret: Permission denied" \
            setpriv --reuid 65534 --clear-groups "$tmp/vm" $option "$tmp/secret"
    done
else
    skip "unreadable files" "needs root and setpriv, to become a user who may not read them"
fi

done_testing
