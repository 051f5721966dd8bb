#!/bin/sh
# 03_linux_boot: bad input. Each gets one clear line and status 2, and no machine is started: there
# is no KVM in this test at all. (The loader's own tests, in common/test, break many more fields.)

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
vm=${VM:-./vm}
KVM_DEVICE=/no/kvm
export KVM_DEVICE

# refuses WHAT PATTERN OPTION...
refuses() {
    what=$1
    pattern=$2
    shift 2
    run 300 "$vm" "$@"
    is "$status:$out:$(grep -c . "$tmp/err")" "2::1" "$what: status 2, one line, no output"
    like "$err" "$pattern" "$what: says $pattern"
}
# poke NAME OFFSET BYTES: writes BYTES, in printf's octal escapes, into a file.
poke() {
    # shellcheck disable=SC2059 # the bytes are the format
    printf "$3" | dd of="$tmp/$1" bs=1 seek=$(($2)) conv=notrunc 2>/dev/null
}
file() {  # file NAME BYTES: that many zeroes
    rm -f "$tmp/$1"
    dd if=/dev/zero of="$tmp/$1" bs=1 count=0 seek="$2" 2>/dev/null
}
# bzimage NAME: a good one, of 3 sectors of setup and 4 KiB of kernel that wants 8 MiB at 16 MiB.
bzimage() {
    file "$1" 5632
    poke "$1" 0x1F1 '\002'
    poke "$1" 0x1F4 '\000\001'
    poke "$1" 0x1FE '\125\252\353\152HdrS\017\002'
    poke "$1" 0x211 '\001'
    poke "$1" 0x22C '\377\377\377\177\000\000\040\000\001\025\177\000\377\007'
    poke "$1" 0x25B '\001'
    poke "$1" 0x262 '\200'
}
# elf NAME: a good vmlinux, with a segment of 16 bytes in the file and 64 KiB in memory at 16 MiB,
# and another one like it at 17 MiB.
elf() {
    file "$1" 4096
    poke "$1" 0 '\177ELF\002\001\001'
    poke "$1" 16 '\002\000\076'
    poke "$1" 27 '\001'
    poke "$1" 32 '\100'
    poke "$1" 54 '\070\000\002'
    for at in 64 120; do
        poke "$1" $at '\001'
        poke "$1" $((at + 8)) '\000\010'
        poke "$1" $((at + 16)) '\000\000\000\201\377\377\377\377\000\000\000\001'
        poke "$1" $((at + 32)) '\020'
        poke "$1" $((at + 42)) '\001'
    done
    poke "$1" $((120 + 26)) '\020'
}
# broken MAKE OFFSET BYTES PATTERN WHAT: a good kernel with one field changed.
broken() {
    "$1" broken
    poke broken "$2" "$3"
    refuses "$5" "$4" --kernel "$tmp/broken" --memory 64
}

# The good ones are good: only KVM is missing.
bzimage bzimage
elf elf
for kernel in bzimage elf; do
    run 300 "$vm" --kernel "$tmp/$kernel" --memory 64
    is "$status" 5 "a good $kernel gets as far as KVM"
done

# Files.
mkfifo "$tmp/fifo"
file empty 0
file gzip 5000
poke gzip 0 '\037\213\010'
for option in --kernel --initrd; do
    first=
    [ $option = --kernel ] || first="--kernel $tmp/bzimage"
    # shellcheck disable=SC2086 # two words, or none
    {
        refuses "$option missing" "missing: No such file or directory, expected an? " $first $option "$tmp/missing"
        refuses "$option empty" "empty: is empty, expected an? " $first $option "$tmp/empty"
        refuses "$option directory" "is a directory, expected an? " $first $option "$tmp"
        refuses "$option FIFO" "is a pipe, expected an? " $first $option "$tmp/fifo"
        refuses "$option /dev/zero" "/dev/zero: is a character device, expected an? " $first $option /dev/zero
    }
done
refuses "--kernel without a name" "^'': No such file or directory, expected a Linux kernel" --kernel ''
refuses "--initrd without a name" "^'': No such file or directory, expected an initrd" --kernel "$tmp/bzimage" --initrd ''
stage=$PWD
line=$(cd "$tmp" && make -n -C "$stage" run KERNEL=bzimage INITRD=gzip 2>&1)
like "$line" "--kernel '$tmp/bzimage' --initrd '$tmp/gzip'" "make -C: files of the folder where they were named"
unlike "$(make -n run INITRD= 2>&1)" "--initrd" "INITRD= is none"
refuses "no kernel" "^--kernel: is missing, expected" --memory 64
refuses "gzip" "gzip: is gzip data, expected .* gunzip" --kernel "$tmp/gzip"
refuses "a script" "input.t: has no .HdrS. at offset 0x202 .* expected a bzImage or a vmlinux" --kernel test/input.t
refuses "a program" "expected a vmlinux" --kernel "$vm"

# bzImages, cut at every structure's boundary and broken field by field.
for cut in 1:'no "HdrS"' 514:'no "HdrS"' 517:'no "HdrS"' 518:'ends inside the setup header' \
    611:'ends inside the setup header' 612:'ends inside the setup header' \
    619:'ends inside the setup header' 620:'ends inside its setup sectors' \
    1536:'ends inside its setup sectors' 1537:'cut short, expected.* of at least: 5617 bytes' \
    5616:'cut short, expected.* of at least: 5617 bytes'; do
    head -c "${cut%%:*}" "$tmp/bzimage" >"$tmp/cut"
    refuses "bzImage cut at ${cut%%:*}" "${cut#*:}" --kernel "$tmp/cut"
done
broken bzimage 0x1F1 '\377' 'ends inside its setup sectors' "setup_sects beyond the file"
broken bzimage 0x1FE '\000' 'no boot sector signature, expected 0xAA55' "no boot sector"
broken bzimage 0x202 'hdrs' 'has no "HdrS"' "wrong magic"
broken bzimage 0x206 '\013' 'too old a boot protocol, expected 2.12' "protocol 2.11"
broken bzimage 0x211 '\000' 'is a zImage .* expected a bzImage' "a zImage"
broken bzimage 0x236 '\176' 'no 64-bit entry point .* expected an x86-64 kernel' "a 32-bit kernel"
broken bzimage 0x230 '\001' 'kernel_alignment that is no power of two' "a crooked alignment"
refuses "RAM below init_size" "needs more memory than .* at least: 25165824 bytes \(24 MiB\)" \
    --kernel "$tmp/bzimage" --memory 23

# vmlinux.
for cut in 4 63 64 175; do
    head -c $cut "$tmp/elf" >"$tmp/cut"
    refuses "vmlinux cut at $cut" 'ends inside the ELF header or the program headers' --kernel "$tmp/cut"
done
for cut in 176 2048 2063; do
    head -c $cut "$tmp/elf" >"$tmp/cut"
    refuses "vmlinux cut at $cut" 'ends inside an ELF segment.* at least: 2064 bytes' --kernel "$tmp/cut"
done
broken elf 4 '\001' 'is a 32-bit ELF file, expected a 64-bit vmlinux' "32-bit ELF"
broken elf 18 '\050' 'ELF file for another CPU, expected x86-64' "ARM ELF"
broken elf 18 '\267' 'ELF file for another CPU, expected x86-64' "AArch64 ELF"
broken elf 16 '\003' 'is a shared object' "a shared object"
broken elf 120 '\003' 'asks for a dynamic linker' "a program for user space"
broken elf 128 '\377\377\377\377\377\377\377\377' 'beyond 2.64 in the file; it begins at: 18446744073709551615 bytes \(17592186044416 MiB\)' "a sum that wraps"
broken elf 24 '\000\000\000\002' 'entry point outside of what it loads' "an entry point elsewhere"
broken elf 96 '\001\000\002' 'p_filesz above p_memsz' "p_filesz above p_memsz"
broken elf 146 '\000\001' 'segments that overlap' "segments that overlap"
broken elf 146 '\000\000' 'no RAM, expected addresses from 1 MiB to 3 GiB' "a segment below 1 MiB"
broken elf 147 '\377' 'no RAM, expected addresses from 1 MiB to 3 GiB' "a segment in the gap"
broken elf 147 '\004' 'needs more memory than .* at least: 68222976 bytes' "a segment above RAM"

# Everything else on the command line.
file initrd 41943040
refuses "initrd larger than RAM" "initrd: doesn't fit .* beside the kernel, expected at least: 67108864 bytes" \
    --kernel "$tmp/bzimage" --memory 63 --initrd "$tmp/initrd"
refuses "command line too long" "^the command line: is longer than the kernel accepts, expected at most: 2047" \
    --kernel "$tmp/bzimage" --cmdline "$(printf '%2048s' x)"
refuses "--memory 0" "memory 0: out of range" --kernel "$tmp/bzimage" --memory 0
refuses "--memory lots" "memory lots: not a size" --kernel "$tmp/bzimage" --memory lots
refuses "--memory 999999T" "memory 999999T: out of range" --kernel "$tmp/bzimage" --memory 999999T
refuses "--memory of half a page" "memory 65538K: not in whole pages" --kernel "$tmp/bzimage" --memory 65538K
refuses "--until ''" "is empty, expected a text" --kernel "$tmp/bzimage" --until ''
refuses "a stray argument" "^stray: not an option" --kernel "$tmp/bzimage" stray
run 300 "$vm" --nonsense
is "$status" 2 "an unknown option: status 2"
run 300 "$vm" --help
is "$status" 0 "--help: status 0"
like "$out" "^usage: " "--help: usage on standard output"

# A file that may not be read. Root may read everything, and becomes somebody else for this.
chmod 755 "$tmp"
cp "$vm" "$tmp/vm"
chmod 000 "$tmp/bzimage"
as=
[ "$(id -u)" != 0 ] || as="setpriv --reuid 65534 --clear-groups"
# shellcheck disable=SC2086 # several words, or none
run 300 $as "$tmp/vm" --kernel "$tmp/bzimage"
is "$status:$err" "2:$tmp/bzimage: Permission denied, expected a Linux kernel" "no permission"

# Nothing is left behind.
is "$(cd "$tmp" && echo *)" "broken bzimage cut elf empty err fifo gzip initrd out vm" "no new files"

done_testing
