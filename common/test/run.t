#!/bin/sh
# common/lab/run: which way a program goes, for each finding of the doctor. QEMU is missing on
# purpose: that it is asked for shows that the lab was picked.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/tap.sh
. "$here/tap.sh"
cd "$tmp" || exit 1

cat >doctor <<'E2'
#!/bin/sh
echo "$VERDICT"
E2
chmod +x doctor

picked() { # picked VERDICT LAB OPTION: where to? Sets $way, $out, $err and $status.
    # shellcheck disable=SC2016 # for the inner shell
    run 300 env VERDICT="$1" LAB="$2" DOCTOR="$tmp/doctor" QEMU=no-such-qemu \
        "$here/../lab/run" ${3:+"$3"} -- sh -c 'echo "$# $1"; exit 4' sh 'an argument'
    case "$status $out" in
    "4 1 an argument") way=straight ;;
    "5 ") way=lab ;;
    *) way="status $status, '$out'" ;;
    esac
}

while read -r verdict lab option wanted says; do
    [ "$lab" != - ] || lab=
    [ "$option" != - ] || option=
    picked "$verdict" "$lab" "$option"
    is "$way" "$wanted" "$verdict${lab:+, LAB=$lab}${option:+, $option}: $wanted"
    if [ "$says" = nothing ]; then
        is "$err" "" "and says nothing"
    else
        like "$err" "^Running .*$says" "and says why"
    fi
done <<'E2'
hardware - - straight nothing
hardware - --fast straight nothing
hardware 1 --fast lab LAB=1
emulated - - straight slow
emulated - --fast lab too slowly
emulated 0 --fast straight LAB=0
none - - lab make doctor
none - --fast lab make doctor
none 0 - straight LAB=0
E2

# What a command opens without naming it goes to the lab too: here it would, if it were there.
run 300 env LAB=1 DOCTOR="$tmp/doctor" "$here/../lab/run" --fast --with "$tmp/nothing" -- true
like "$err" "nothing: no such file, expected one to pack" "--with reaches the lab"
run 300 env LAB=0 DOCTOR="$tmp/doctor" "$here/../lab/run" --writes --disk --with "$tmp/nothing" --fast -- echo here
is "$status:$out" "0:here" "the options may come in any order"
run 300 "$here/../lab/run" --fast --with
is "$status:$(echo "$err" | cut -c 1-10)" "2:usage: run" "an option without its value"
run 300 env LAB=0 DOCTOR="$tmp/doctor" "$here/../lab/run" --with "$tmp/nothing" -- echo here
is "$status:$out" "0:here" "straight, --with changes nothing"
run 300 make -n -C "$here/../../02_bios" run LAB=1
like "$out" "lab/run +--with /[^ ]*/bios-256k.bin --" "stage 02 takes its BIOS along"
like "$out" "lab/run .*--writes --disk --writes --log --" "and says what it may write"
echo >image
run 300 flock image env LAB=1 QEMU=true DOCTOR="$tmp/doctor" "$here/../lab/run" --writes -x --writes --disk -- true --disk image
is "$status" 2 "the lab locks what may be written"
like "$err" "^kvm-lab: image: is in use" "and refuses what is locked"
run 300 env LAB=0 DOCTOR="$tmp/doctor" "$here/../lab/run" --writes --disk -- echo here
is "$status:$out" "0:here" "straight, --writes changes nothing"
# The LAB=1 of make's command line reaches each make below it.
run 300 make -s -n -f "$here/../lab/lab.mk" OUT="$tmp/lab" LAB=1 "$tmp/lab/outside"
like "$status:$err" "^0:$" "LAB=1 is no variable of lab.mk"
run 300 make -n -C "$here/../../05_vmx_baremetal" run LAB=1
like "$out" "lab/vmx-lab/start --firmware '?bios'? --machine" "nor of stage 05"

# The same answer without running anything.
for case in "hardware straight" "emulated straight" "emulated lab --fast" "none lab"; do
    # shellcheck disable=SC2086 # words
    set -- $case
    run 300 env VERDICT="$1" LAB= DOCTOR="$tmp/doctor" "$here/../lab/run" --where ${3:+"$3"}
    is "$status:$out:$err" "0:$2:" "--where${3:+ $3}, $1: $2"
done

picked hardware 2 ''
is "$status" 2 "LAB=2 is refused"
like "$err" '^run: LAB=2: expected 0 or 1' "and says what is possible"
picked nonsense '' ''
is "$status" 5 "a verdict that isn't one"
like "$err" "^run: .*/doctor --verdict said 'nonsense'" "is named"
run 300 "$here/../lab/run" --fast --
is "$status" 2 "no command"

# make help says which variables a stage has.
while read -r stage variables; do
    run 300 make -s -C "$here/../../$stage" help
    for variable in $variables; do
        like "$out" "(^| )$variable=" "make -C $stage help names $variable="
    done
done <<E2
02_bios BIOS MEMORY DISK
03_linux_boot KERNEL INITRD CMDLINE MEMORY UNTIL
04_serial KERNEL INITRD CMDLINE MEMORY CPUS
05_vmx_baremetal GUEST MACHINE MEMORY STATS COST CRASH
E2

# In the shell of `make shell`, a stage's program goes the same way, from wherever it is called; others don't.
for call in '01_hello/vm' 'cd 02_bios; ../01_hello/vm' 'cd 01_hello; ./vm' 'timeout 9 01_hello/vm'; do
    # shellcheck disable=SC2016 # for the inner shell
    run 300 env LAB=1 QEMU=no-such-qemu bash -c 'cd "$1"; . common/lab/shell; '"$call" bash "$here/../.."
    is "$status" 5 "the shell: $call goes to the lab"
    like "$err" "^Running in the KVM lab: LAB=1" "and says so"
done
cat >vm <<'E2'
#!/bin/sh
echo "$1"
E2
chmod +x vm
# shellcheck disable=SC2016 # for the inner shell
run 300 env LAB=1 bash -c '. "$1"/common/lab/shell; ./vm mine' bash "$here/../.."
is "$status:$out$err" "0:mine" "the shell: a program that is no stage's stays what it is"
# shellcheck disable=SC2016 # for the inner shell
run 300 env LAB=1 bash -c '. "$1"/common/lab/shell; timeout 9 ./vm mine' bash "$here/../.."
is "$status:$out$err" "0:mine" "the shell: with something around it, too"
mkdir -p tree/common/lab tree/01_hello
cp "$here"/../../common/lab/shell tree/common/lab
mv vm tree/01_hello/vm
run 300 env LAB=1 bash -c 'cd tree; . common/lab/shell; KVM_DEVICE=/dev/kwm 01_hello/vm mine'
is "$status:$out$err" "0:mine" "the shell: a stage's program with a device of its own stays here"

done_testing
