#!/bin/sh
# The KVM lab is transparent: bytes, end of input, status, signals and the terminal, seen from both
# sides. Each start of a lab costs some seconds, so each one carries several tests.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/tap.sh
. "$here/tap.sh"

lab=$here/../lab/kvm-lab/start
limit=300  # s; a start takes 5, on a busy machine much more
command -v qemu-system-x86_64 >/dev/null || skip_all "qemu-system-x86_64 is missing"

make -s -C "$here/../../01_hello" all >&2 || exit 1
cd "$tmp" || exit 1

# --- Refusals that start nothing ---

refused() {  # refused STATUS PATTERN WHAT OPTION...
    wanted=$1 pattern=$2 what=$3
    shift 3
    run 60 "$@"
    is "$status" "$wanted" "$what: status $wanted"
    like "$err" "$pattern" "$what: says so"
    is "$(echo "$err" | wc -l)" 1 "$what: in one line"
}

refused 5 'no-such-qemu is missing: apt-get install qemu-system-x86' "no QEMU" \
    env QEMU=no-such-qemu "$lab" true
refused 5 'busybox is missing: apt-get install busybox-static' "no busybox" \
    env BUSYBOX=/none/busybox "$lab" true
refused 5 "can't read LAB_KERNEL=/none" "no kernel" env LAB_KERNEL=/none "$lab" true
refused 2 'usage' "no command" "$lab"
refused 2 'unknown option --fast' "an unknown option" "$lab" --fast true
refused 2 '--memory 1G: expected a whole number' "a bad number" "$lab" --memory 1G true
refused 2 '/none: no such file' "--with something that isn't there" "$lab" --with /none true
refused 2 './none: no such file' "a command that isn't there" "$lab" ./none

# --- Modules may be compressed, each distribution in its own way ---

kernel=$("$here/../guest/get-kernel" cloud) || exit 1
modules=${kernel%/boot/*}/lib/modules
mkdir packed
LAB_KERNEL=$kernel LAB_MODULES=$modules "$here/../lab/kvm-lab/kernel" plain
for format in "gzip gz" "xz xz" "zstd zst"; do
    program=${format% *}
    suffix=${format#* }
    command -v "$program" >/dev/null || {
        skip "modules: $suffix" "$program is missing"
        continue
    }
    find "$modules" \( -name '*kvm*.ko' -o -name 'virtio*.ko' -o -name irqbypass.ko \) -print |
        while read -r module; do
            "$program" -c "$module" >"packed/${module##*/}.$suffix" 2>/dev/null
        done
    LAB_KERNEL=$kernel LAB_MODULES=packed "$here/../lab/kvm-lab/kernel" "$suffix"
    diff -r plain/modules "$suffix/modules" >&2
    ok $? "modules: $suffix"
    rm packed/*
done
like "$(ls plain/modules)" '^..-kvm-amd.ko' "modules: kvm-amd is there"

# --- No room: the reason, and a line that says where ---

mkdir full bin
echo file >image
# shellcheck disable=SC2016 # for the shell
full='mount -t tmpfs -o size=64k none full && exec "$@"'
no_room() {  # no_room PATTERN WHAT COMMAND...
    pattern=$1 what=$2
    shift 2
    run 60 "$@"
    is "$status" 5 "$what: status 5"
    like "$err" "$pattern, for the reason above; .*df -h " "$what: says where"
    is "$(echo "$err" | wc -l)" 2 "$what: in two lines"
}
vmx_lab=$here/../lab/vmx-lab/start
if unshare -rm true 2>/dev/null; then
    no_room "^kvm-lab: can't write what the command needs to $tmp/full" "no room for the command" \
        unshare -rm sh -c "$full" sh env TMPDIR="$tmp/full" "$lab" "$here/../../01_hello/vm"
    no_room "^kvm-lab: can't unpack .*.ko" "no room for the kernel" \
        unshare -rm sh -c "$full" sh env LAB_KERNEL="$kernel" LAB_MODULES="$modules" "$here/../lab/kvm-lab/kernel" full/kernel
else
    skip "no room" "this user may not mount a file system"
fi
no_room "^kvm-lab: can't write what the command needs to /none" "no TMPDIR" env TMPDIR=/none "$lab" true
no_room "^vmx-lab: can't write to /none" "no TMPDIR for the VT-x machine" env TMPDIR=/none "$vmx_lab" image

# --- Ctrl-C in the moment in which a program that the lab waits for ends ---

# shellcheck disable=SC2016 # for the script
printf '#!/bin/sh\nkill -INT $PPID\n' >bin/make
chmod +x bin/make
run $limit env PATH="$tmp/bin:$PATH" "$lab" true
is "$status:$err" "130:" "Ctrl-C while the lab gets ready ends it"
run $limit env PATH="$tmp/bin:$PATH" "$vmx_lab" image
is "$status:$err" "130:" "and the VT-x machine"

# --- A kernel that isn't one, and a lab that takes too long ---

broken=$here/../build/test/no-kernel # one place: the lab keeps a folder for each kernel
mkdir -p "$here/../build/test"
echo "not a kernel" >"$broken"
run 60 env LAB_KERNEL="$broken" LAB_MODULES="$here/../build/kernel/cloud/lib/modules" "$lab" true
is "$status" 5 "a broken kernel: status 5"
like "$err" 'kvm-lab: the lab did not come up; its last words:' "a broken kernel: says so"

# qemu NAME LINES: a QEMU that notes its arguments, and does LINES before anything else. It has a lab of
# its own, by its odd size, so that other tests go on with theirs.
qemu() {
    printf '#!/bin/sh\necho "$*" >>"%s"\n%s\nexec qemu-system-x86_64 "$@"\n' "$tmp/$1.log" "$2" >"$1"
    chmod +x "$1"
    : >"$1.log"
}
starts() { # starts NAME: `+` for each boot that was saved, `=` for each that was resumed, `-` for others
    grep -v -e '^--version' "$1.log" |
        sed -e 's/.*-incoming.*/=/' -e 's/.*share=on.*/+/' -e 's/.*initrd.*/-/' | tr -d '\n'
}

# shellcheck disable=SC2016 # for the scripts
qemu stuck '[ "$1" = --version ] || exec sleep 1000'
run 60 env LAB_TIMEOUT=1 QEMU="$tmp/stuck" "$lab" --memory 1001 true
is "$status" 5 "no lab in time: status 5"
like "$err" 'kvm-lab: the lab is not up after 1 s' "no lab in time: says so"

# --- A saved lab: made once, resumed then, and made anew when anything about it has changed ---

state=$here/../build/lab/state-1001-1
qemu good ''
lab_says() { # lab_says QEMU WHAT: a lab on that QEMU works
    run $limit env QEMU="$tmp/$1" "$lab" --memory 1001 sh -c 'cat; test -c /dev/kvm; exit 7'
    is "$status:$out:$err" "7::" "$2"
}
lab_says good "the first start"
lab_says good "the second"
is "$(starts good)" "+==" "the lab is saved once, and resumed each time"
run $limit env QEMU="$tmp/good" "$lab" --memory 1001 date +%s
ok "$([ $(($(date +%s) - out)) -lt 60 ]; echo $?)" "a resumed lab knows what time it is"
for i in 1 2 3 4; do
    run $limit env QEMU="$tmp/good" "$lab" --memory 1001 sh -c 'head -c 16 /dev/urandom | md5sum'
    echo "$out"
done >random
is "$(sort random | uniq -d):$(wc -l <random)" ":4" "and has random numbers of its own"

qemu good ''
printf x | dd of="$state/ram" bs=1 seek=5000000 conv=notrunc 2>/dev/null
lab_says good "a state with a changed byte"
truncate -s -1 "$state/device"
lab_says good "a state cut short"
rm "$state/key"
lab_says good "a state without its key"
is "$(starts good)" "+=+=+=" "is saved anew"

# shellcheck disable=SC2016
qemu other 'case $* in *incoming*) echo "can'"'"'t" >&2 && exit 1 ;; esac'
lab_says other "another QEMU, which can't resume what it saved"
is "$(starts other)" "+=-" "boots the lab instead"
# shellcheck disable=SC2016
qemu other 'case $* in *share=on*) exit 1 ;; esac'
lab_says other "a QEMU that can't save"
is "$(starts other)" "+-" "boots the lab as well"
[ ! -e "$state" ]
ok $? "and what was saved of it takes no room"
rm "$state.lock"

qemu good ''
for i in 1 2; do
    QEMU=$tmp/good timeout -k 5 $limit "$lab" --memory 1001 echo lab >"together.$i" 2>&1 </dev/null &
done
wait
is "$(cat together.1 together.2):$(starts good)" "lab
lab:+==" "two at once: one saves, both resume"
rm -r "$state" "$state.lock"

LAB_VERBOSE=1 QEMU=$tmp/good run $limit "$lab" --memory 1001 true
like "$err" "^Linux version|kvm: Nested Virtualization|Run /init" "LAB_VERBOSE=1 boots it and shows its log"
run $limit "$lab" --memory 64 true
is "$status" 5 "a lab too small for its own kernel: status 5"

# --- Bytes, files and environment; output that nobody reads for a while is not lost ---

mkdir -p with/deep/er
echo deep >with/deep/er/file
echo "a file" >file
echo cwd >here
i=0
while [ $i -lt 256 ]; do
    # shellcheck disable=SC2059
    printf "\\$(printf %o $i)"
    i=$((i + 1))
done >bytes
head -c 300000 /dev/urandom >>bytes

# shellcheck disable=SC2016 # a dollar sign that must stay one
{
    HIDDEN=1 KVM_DEVICE=/none TRACE=1 LAB_TEST='$HOME/two
lines' KVM_TEST="it's" timeout -k 5 $limit "$lab" --cpus 2 --memory 1536 --with with --with here \
        --with "$here/tap.sh" sh "$here/lab_inside.sh" "$here/../../01_hello/vm" file with <bytes 2>inside
    echo $? >status
} | {
    sleep 15
    cat >out
}
is "$(cat status)" 0 "the tests inside passed"
cmp bytes out
ok $? "300 KB pass through unchanged, to the end of the input"
like "$(tail -n 1 inside)" '^1\.\.[0-9]+$' "the tests inside all ran"
while read -r result; do
    case $result in
    "ok "*) ok 0 "${result#ok * - }" ;;
    "not ok "*) ok 1 "${result#not ok * - }" ;;
    "# "*) echo "$result" ;;
    esac
done <inside

# --- What the command writes to the files that --writes names comes back ---

head -c 1000000 /dev/urandom >image
cp image before
ln image link
touch -d 2020-01-01 same
chmod 444 same
echo old >"a 'log'"
# shellcheck disable=SC2016 # for the shell inside
run $limit "$lab" --writes --disk --writes --log --writes --new --writes --same --writes --none sh -c '
    printf changed | dd of="$2" bs=1 seek=500000 conv=notrunc 2>/dev/null
    echo longer than before >"${3#*=}"
    echo new >"$5"
    [ ! -w "$7" ] || [ "$(stat -c %a "$7")" = 444 ] && echo read-only
    exit 3' sh --disk image "--log=a 'log'" --new new --same same --none none
is "$status:$out:$err" "3:read-only:" "--writes: the command's status, and no word"
printf changed | dd of=before bs=1 seek=500000 conv=notrunc 2>/dev/null
cmp before image
ok $? "a changed byte is in the image"
is "$(stat -c %i image)" "$(stat -c %i link)" "which is still the same file"
is "$(cat "a 'log'"):$(cat new)" "longer than before:new" "a file that grew, and a new one"
is "$(stat -c %Y same)" "$(date -d 2020-01-01 +%s)" "a file that nobody changed has its date"
[ ! -e none ]
ok $? "a file that nobody made isn't there"

mkfifo started
# shellcheck disable=SC2016
timeout -k 5 $limit "$lab" --writes --disk sh -c 'echo lost >"$2"; sync; echo up; sleep 1000' sh --disk image \
    >started 2>err </dev/null &
pid=$!
read -r line <started
refused 2 '^kvm-lab: image: is in use by another virtual machine' "a second lab on the same image" \
    "$lab" --writes --disk true --disk image
refused 2 '^kvm-lab: image,ro: is in use by another virtual machine' "nor may it be read meanwhile" \
    "$lab" --writes --disk true --disk=image,ro
# shellcheck disable=SC2046 # without the blanks
kill -9 $(ps -o pid= --ppid $(ps -o pid= --ppid $pid))
wait $pid
is "$?" 5 "a lab that is killed: status 5"
like "$(cat err)" \
    "^kvm-lab: the lab has ended before the command, and what it wrote to its files is lost: its QEMU was ended by signal 9 \\(Killed\\)$" \
    "and says so, and how"
cmp before image
ok $? "the image is what it was, not half of each"
mkdir folder
# shellcheck disable=SC2016
run $limit flock -s image "$lab" --writes --disk sh -c 'a=${1#*=} && ls -d "${a%,ro}" "${3%,ro}"' sh --disk=image,ro --disk folder,ro
is "$status:$out:$err" "0:folder
image:" "FILE,ro may have other readers, and a folder is one inside, too"
refused 2 'not with --flavour vmx' "--writes on VT-x" "$lab" --flavour vmx --writes --disk true --disk image

dd if=/dev/zero of=large bs=1 count=0 seek=5G 2>/dev/null
refused 2 '^kvm-lab: .*/large: has 5120 MiB, expected less than the 4095 MiB that the lab takes$' "a file that is too large" \
    "$lab" true large
rm large
refused 5 '^kvm-lab: the lab has ended before the command: Kernel panic - not syncing: ' "a panic of its kernel" \
    "$lab" sh -c 'echo c >/proc/sysrq-trigger'

# --- Signals, and the status of a command that they end ---

timeout -k 5 $limit "$lab" sh -c 'trap "echo caught; exit 77" TERM; echo up; while :; do :; done' \
    >started 2>err </dev/null &
pid=$!
{
    read -r line
    kill -TERM $pid
    read -r answer
} <started
wait $pid
is "$?" 77 "the command's exit status is ours"
is "$line $answer" "up caught" "SIGTERM reaches the command"
is "$(cat err)" "" "nothing is added to stderr"

run $limit "$lab" sh -c 'kill -9 $$'
is "$status" 137 "a command that a signal kills"

# --- A terminal ---

if command -v expect >/dev/null; then
    expect "$here/lab_terminal.exp" "$lab" >typed 2>&1
    status=$?
    is "$status" 0 "a terminal: typed commands, Ctrl-C, window size, restored at the end"
    [ $status -eq 0 ] || diag "$(cat typed)"
else
    skip "a terminal" "expect is missing"
fi

# --- A terminal that goes away without a word: no SIGHUP reaches the command's session ---

if command -v expect >/dev/null; then
    cat >gone <<E2
echo \$\$ >pid
exec "$lab" sh -c "echo up; sleep 1000" </dev/null
E2
    # shellcheck disable=SC2016 # expect's
    expect -c 'set timeout '$limit'; spawn -noecho setsid -w sh gone; expect up; close' >/dev/null 2>&1 </dev/null
    tries=0
    while kill -0 "$(cat pid)" 2>/dev/null && [ $tries -lt 600 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    is "$(ps -o args= -p "$(cat pid)")" "" "a lab whose terminal is gone ends"
else
    skip "a lab whose terminal is gone" "expect is missing"
fi

# --- A checkout whose path has a space, and a letter that is not ASCII ---

tree="$tmp/ein Büro, oben"
mkdir -p "$tree/common/build/kernel"
(cd "$here/../.." && tar --exclude=build --exclude=vm -c common 01_hello 03_linux_boot) | tar -C "$tree" -x
cp -r "$here/../build/kernel/cloud" "$tree/common/build/kernel"
run $limit make -s -C "$tree/01_hello" run LAB=1
is "$status:$out:$err" "0:Hello KVM!:Running in the KVM lab: LAB=1 says so." "a path with a space: the lab"
run $limit make -s -C "$tree/03_linux_boot" guest
is "$status:$err" "0:" "a path with a space: the guest"
like "$(zcat "$tree/common/build/guest/initrd.gz" | cpio -t --quiet)" '^lib/modules/virtio_blk.ko' "and its modules"
run $limit make -s -C "$tree/01_hello" diff
like "$out" '^01_hello is the first stage$' "a path with a space: the stage's name"
if command -v bochs >/dev/null; then
    run $limit env TMPDIR="$tree" MACHINE=bochs "$tree/common/lab/try" vmx-lab
    like "$out" '^(ok|note) starts' "a path with a space: the VT-x machine"
else
    skip "a path with a space: the VT-x machine" "bochs is missing"
fi
rm -r "$tree"

# --- KVM on VT-x, slowly: Bochs ---

if [ "${LAB_TEST_VMX-1}" = 0 ]; then
    skip "--flavour vmx" "LAB_TEST_VMX=0"
elif MACHINE=bochs "$here/../lab/try" vmx-lab | grep -q '^note'; then
    skip "--flavour vmx" "this Bochs has no IDIV of 64 bits, so Linux doesn't boot in it"
elif command -v bochs >/dev/null; then
    run 900 "$lab" --flavour vmx --memory 256 sh -c "grep -o -m1 -w vmx /proc/cpuinfo;
        $here/../../01_hello/vm; exit 3" "$here/../../01_hello/vm"
    is "$status" 3 "--flavour vmx: the status"
    is "$out" "vmx
Hello KVM!" "--flavour vmx: kvm-intel runs a guest"
else
    skip "--flavour vmx" "bochs is missing"
fi

done_testing
