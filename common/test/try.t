#!/bin/sh
# shellcheck disable=SC2016,SC2154  # stubs expand their own variables; tap.sh sets out, err, status, tmp
# common/lab/try: guests and labs that are there, work or don't.

here=$(dirname "$0")
# shellcheck source=common/test/tap.sh
. "$here/tap.sh"
lab=$(cd "$here/../lab" && pwd)

# --- What this machine really has ---

run 300 env MACHINE=bochs "$lab/try" vmx-lab
case $(dpkg-query -W -f '${Version}' bochs 2>/dev/null) in
3.1+dfsg-1) like "$out" '^note starts.* no IDIV of 64 bits' "the VT-x machine" ;; # findings/bochs-idiv64.sh
*) is "$status: $out" "0: ok starts, and its CPU has VT-x" "the VT-x machine" ;;
esac
run 300 env MACHINE=tcg "$lab/try" vmx-lab
is "$out" "no starts, but its CPU has no VT-x" "a machine without VT-x"
run 300 env MACHINE=bochs BOCHS=/none "$lab/try" vmx-lab
is "$out" "no doesn't work: vmx-lab: /none is missing: apt-get install bochs bochs-term" "no Bochs"
run 300 env NASM=false "$lab/try" vmx-lab
is "$out" "no doesn't work: no boot sector: false failed" "no NASM"

# --- A tree of files ---

mkdir -p "$tmp/tree/common/lab" "$tmp/tree/02_bios" "$tmp/root/usr/bios" "$tmp/bin"
cp "$lab/try" "$tmp/tree/common/lab/"
cp "$here/../../02_bios/options.c" "$tmp/tree/02_bios/"
for tool in sh sed grep find head tail tr dirname timeout env cat uname mktemp truncate rm sleep make; do
    ln -s "$(command -v $tool)" "$tmp/bin/$tool"
done

# stub FILE SCRIPT
stub() {
    printf '#!/bin/sh\n%s\n' "$2" >"$1"
    chmod +x "$1"
}
try() {
    run 300 env -i PATH="$tmp/bin" BIOS="${BIOS-}" BIOS_LIMIT="${BIOS_LIMIT-}" DOCTOR_ROOT="$tmp/root" KVM_PROBE=/probe "$@"
}
trial=$tmp/tree/common/lab/try

try "$trial" bios
like "$(echo "$out" | head -n 1)" '^no /usr/share/seabios/[a-z0-9-]*\.bin is missing$' "02's BIOS is missing"
is "$(echo "$out" | tail -n 1)" "make deps" "and what brings it"

echo '#define DEFAULT_BIOS "/usr/bios/x.bin"' >"$tmp/tree/02_bios/options.c"
printf 'SeaBIOS %%s\n\0\354\074\351\0' >"$tmp/root/usr/bios/x.bin"
try "$trial" bios
is "$out" "ok /usr/bios/x.bin" "a BIOS that asks the debug port for its answer"
printf 'SeaBIOS %%s\n\0\354\074\350\0' >"$tmp/root/usr/bios/x.bin"
try "$trial" bios
is "$out" "no /usr/bios/x.bin is silent: a build without SeaBIOS's debug port
make -C 02_bios run ARGS='--bios FILE'    # such as /usr/bios/bios-256k.bin" "a BIOS that doesn't"
image=/usr/share/seabios/bios-256k.bin
if [ -r $image ]; then
    cp $image "$tmp/root/usr/bios/x.bin"
    try "$trial" bios
    is "$out" "ok /usr/bios/x.bin" "the distribution's image of 256 KiB talks"
else
    skip "the distribution's image of 256 KiB talks" "there is no $image"
fi

BIOS=$tmp/none try "$trial" bios
is "$out" "no $tmp/none is missing
unset BIOS" "BIOS= names another one, which is missing"
is "$(sed -n 's/^#define DEFAULT_BIOS "\(.*\)"$/\1/p' "$here/../../02_bios/options.c")" \
    "$(sed -n 's/^BIOS *?= *//p' "$here/../../05_vmx_baremetal/image.mk")" "05's BIOS is 02's"

# One that isn't SeaBIOS is run, where `make run` would.
echo other >"$tmp/other"
printf 'all:\n' >"$tmp/tree/02_bios/Makefile"
other() { # other WHERE SCRIPT
    stub "$tmp/tree/common/lab/run" "[ \"\$1\" != --where ] || { echo $1; exit; }
[ \"\$2 \$3\" = \"--bios $tmp/other\" ] || exit 2
$2"
    BIOS=$tmp/other try "$trial" bios
}
other straight 'echo hello'
is "$out" "ok $tmp/other, no SeaBIOS, but it talks" "another BIOS, which talks"
other straight 'exit 0'
like "$out" "^no $tmp/other, no SeaBIOS, is silent: it said nothing" "another one, which doesn't"
BIOS_LIMIT=2 other straight 'exec sleep 300'
like "$out" "^no $tmp/other, no SeaBIOS, is silent: it said nothing in 2 seconds" "another one, which runs on"
other lab 'echo hello'
like "$out" "^note $tmp/other is no SeaBIOS; not run yet" "another one, and the lab has no kernel yet"

try "$trial" kernel
like "$out" "^no there is no apt-get to fetch Debian's, and /boot/vmlinuz-.* can't be read\$" "no apt, no kernel"
mkdir "$tmp/root/boot"
touch "$tmp/root/boot/vmlinuz-$(uname -r)"
try "$trial" kernel
like "$out" "^note the running system's, not fetched yet\$" "no apt: the running system's kernel"
rm "$tmp/root/boot/vmlinuz-$(uname -r)"
stub "$tmp/bin/apt-get" 'exit 9'
stub "$tmp/bin/apt-cache" 'exit 100'
try "$trial" kernel
is "$out" "no apt knows no linux-image-cloud-amd64
sudo apt-get update" "apt without lists"
stub "$tmp/bin/apt-cache" 'printf "%s\n  Depends: linux-image-6.12.9-cloud-amd64\n" "$3"'
try "$trial" kernel
is "$out" "note linux-image-6.12.9-cloud-amd64, not fetched yet
make -C 03_linux_boot guest    # fetches it" "a kernel that apt knows"
try "$trial" kvm-lab
is "$out" "note not tried: its kernel isn't here" "then the KVM lab isn't tried"
mkdir -p "$tmp/tree/common/build/kernel/cloud/boot"
: >"$tmp/tree/common/build/kernel/cloud/boot/vmlinuz-6.12.9"
try "$trial" kernel
like "$out" '^note ' "an empty file is no kernel"
echo kernel >"$tmp/tree/common/build/kernel/cloud/boot/vmlinuz-6.12.9"
try "$trial" kernel
is "$out" "ok vmlinuz-6.12.9" "a kernel that was fetched"

# --- The KVM lab ---

kvm_lab=$tmp/tree/common/lab/kvm-lab/start
mkdir "${kvm_lab%/*}"
stub "$kvm_lab" '[ "$*" = /probe ] && echo "speed 3"'
try "$trial" kvm-lab
is "$out" "ok starts, and a guest runs in it" "a lab in which the probe runs"
stub "$kvm_lab" 'echo "a line"; echo "kvm-lab: no way" >&2; exit 5'
try "$trial" kvm-lab
is "$out" "no doesn't work: kvm-lab: no way
LAB_VERBOSE=1 common/lab/kvm-lab/start true    # shows its kernel's log" "a lab that doesn't start"
stub "$kvm_lab" 'echo run 17'
try "$trial" kvm-lab
like "$out" "^no doesn't work: run 17" "a lab in which no guest runs"
stub "$kvm_lab" 'exit 124'
try "$trial" kvm-lab
like "$out" "^no doesn't work: no answer in 120 seconds" "a lab that hangs"

# --- The VT-x machine: the answers of the probe ---

vmx_lab=$tmp/tree/common/lab/vmx-lab/start
mkdir "${vmx_lab%/*}"
stub "$tmp/bin/nasm" 'exit 0'
stub "$vmx_lab" 'exit 6'
try "$trial" vmx-lab
is "$out" "note starts, and its CPU has VT-x, but no IDIV of 64 bits, so Linux doesn't boot there
sudo apt-get install --allow-downgrades bochs/trixie bochs-term/trixie bochsbios/trixie    # Debian 13's" \
    "a Bochs that doesn't divide"

run 300 "$lab/try" moon
is "$status: $err" "2: usage: try bios | kernel | kvm-lab | vmx-lab" "an unknown thing"

done_testing
