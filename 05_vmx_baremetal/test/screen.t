#!/bin/sh
# The screen, and machines that have no serial port: what would be seen on it is read from the text
# memory of Bochs' VGA when the machine is switched off, or from QEMU's picture of a frame buffer.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. test/tools/image.sh

off=$(sed -n 's/^0*\([0-9a-f]*\) power_off$/0x\1/p' "$build/hypervisor.symbols")
real=${BOCHS:-bochs}
debugger=  # Bochs has it on, or from 3.0 on wants to be asked for it
! "$real" -help 2>&1 | grep -q -e ' -debugger ' || debugger=-debugger
BOCHS=$tmp/bochs
export BOCHS

# The lab's configuration with changes to it; stops where the machine is switched off.
cat >"$BOCHS" <<END
#!/bin/sh
# usage: bochs -q -f CONFIGURATION -rc COMMANDS
sed -i -f "$tmp/changes" "\$3"
sed "s,\${3%/*},$tmp,g" "\$3" >"$tmp/bochsrc"
printf '%s\n' 'pb $off' c 'writemem "$tmp/screen" 0xb8000 4000' c q >"\$5"
exec "$real" $debugger "\$@"
END
chmod +x "$BOCHS"

# look [CHANGE]...: runs $tmp/disk.img in Bochs, with these commands of sed for its configuration. Sets
# $screen beside what machine sets.
look() {
    printf '%s\n' "$@" >"$tmp/changes"
    rm -f "$tmp/screen"
    machine --machine bochs
    screen=$(od -An -v -t u1 -w160 "$tmp/screen" 2>/dev/null | awk '
        { line = ""; for (i = 1; i < NF; i += 2) line = line sprintf("%c", $i); sub(/ +$/, "", line); print line }')
}

no_com1='s/^com1: enabled=1/com1: enabled=0/'
no_com2='s/^com2: enabled=1/com2: enabled=0/'

image "guest=hello"
look
like "$screen" '^\[05\] boot: from a BIOS, console on COM1 and the screen$' "a VGA: the first rung names it"
is "$screen" "$(printf '%s\n' "$out" | sed '/^.05. load/d')" "the screen shows what COM1 prints"
is "$status" 0 "status 0"

look "$no_com1"
is "$out" "" "without COM1: nothing on it"
like "$screen" '^\[05\] boot: from a BIOS, console on the screen$' "without COM1: the first rung on the screen"
like "$screen" '^Hello KVM!$' "without COM1: the guest"
is "$status" 0 "without COM1: status 0"

look "$no_com1" "$no_com2"
like "$screen" '^\[05\] vmx off \.\.\. ok$' "without any serial port: the machine comes to its end"

# Refusals are sentences there too.
image "guest=nobody"
look "$no_com1"
like "$screen" 'there is no guest "nobody"$' "a refusal on the screen"
is "$status" 2 "status 2"
image "crash=gp"
look "$no_com1"
like "$screen" 'panic: #GP general protection' "a panic on the screen"
is "$status" 1 "status 1"

# COM1 at another place: the BIOS has it in its list, behind COM2.
elsewhere='s/^com1: enabled=1\(.*\)/com1: enabled=0\ncom3: enabled=1\1/'
image "guest=hello"
look "$elsewhere"
like "$out" '^\[05\] load hello \.\.\. ok$' "COM1 elsewhere: the loader's lines"
like "$out" '^\[05\] boot: from a BIOS, console on COM1 and the screen$' "COM1 elsewhere: the first rung"
like "$out" '^Hello KVM!$' "COM1 elsewhere: the guest"

# Processors: those that have VT-x and all of EPT run the guest; the loader refuses some of the others,
# the kernel the rest. A 386, which has no CPUID to ask, isn't refused: it doesn't get that far.
able="corei5_arrandale_m520 corei7_sandy_bridge_2600k corei7_ivy_bridge_3770k corei7_haswell_4770
    broadwell_ult corei7_skylake_x corei3_cnl corei7_icelake_u tigerlake"
ran=
for model in $("$real" --help cpu 2>&1 | sed '1,/^Supported CPU/d' | grep -xE '[a-z0-9_]+' | grep -vx i386); do
    look "s/corei7_haswell_4770/$model/"
    if [ "$status" = 0 ]; then
        ran="$ran $model"
        like "$out" '^Hello KVM!$' "$model: the guest"
    else
        like "$out" 'this (processor (has no|is too old)|CPU lacks: )' "$model: what it lacks"
        is "$status" 5 "$model: status 5"
    fi
done
for model in $able; do
    like "$ran " " $model " "$model can run it"
done

look "$no_com1" "s/corei7_haswell_4770/corei5_lynnfield_750/"
like "$screen" 'this CPU lacks: ' "what a processor lacks is on the screen too"

# IA32_FEATURE_CONTROL as a BIOS may leave it: Bochs' ORs 5 into it, locked and on, in the second of
# two places, which is that of the first processor.
real_bios=${BOCHS_BIOS:-/usr/share/bochs/BIOS-bochs-latest}
for value in 0 1 3 4 7; do
    LC_ALL=C sed 's/\(\xb9\x3a\x00\x00\x00\x0f\x32\x83\xc8\)\x05/\1\x0'"$value/" "$real_bios" >"$tmp/bios"
    BOCHS_BIOS=$tmp/bios look
    case $value in
    1 | 3)
        like "$out" "the firmware has locked VT-x off \(IA32_FEATURE_CONTROL = $value\)" "locked off, $value: a sentence"
        is "$status" 5 "locked off, $value: status 5"
        ;;
    *) like "$out" '^Hello KVM!$' "IA32_FEATURE_CONTROL $value: the guest" ;;
    esac
done

# The other processors stay where the firmware has left them.
for count in 2 4; do
    look "s/count=1/count=$count/"
    like "$out" '^Hello KVM!$' "$count processors: the guest"
    is "$status" 0 "$count processors: status 0"
done

# A BIOS log is longer than the screen, and its lines end without a carriage return.
bios=${BIOS:-/usr/share/seabios/bios-256k.bin}
image guest=bios "bios=$bios"
look
is "$screen" "$(printf '%s\n' "$out" | fold -w 80 | tail -n 24)" \
    "SeaBIOS: the last lines of its log, each from the left"

# Linux without COM1, by the keyboard. The parameters only save time: see linux.t.
BOCHS=$real
needs_linux
guest=../common/build/guest
image "$(printf 'guest=linux\ncmdline=console=ttyS0 nokaslr mitigations=off cryptomgr.notests=1 quiet')" \
    kernel="${KERNEL:-$guest/vmlinuz}" initrd="${INITRD:-$guest/initrd.gz}"
rm -f "$tmp/status"
printf 'c\nq\n' >"$tmp/commands"
sed -i "$no_com1" "$tmp/bochsrc"
timeout -k 5 2000 expect test/tools/screen.exp \
    env TERM=ansi LINES=25 COLUMNS=80 "$real" ${debugger:+"$debugger"} -q -f "$tmp/bochsrc" -rc "$tmp/commands" >"$tmp/tap"
status=$?
while IFS= read -r line; do
    case $line in
    ok*) ok 0 "${line#* - }" ;;
    not*) ok 1 "${line#* - }" ;;
    esac
done <"$tmp/tap"
is "$status" 0 "a user of the screen and the keyboard, from login to poweroff"
is "$(cat "$tmp/status" 2>/dev/null)" 0 "status 0"
done_testing
