#!/bin/sh
# shellcheck disable=SC2016,SC2154  # $USER stays as it is; tap.sh sets out, err, status, tmp
# common/lab/doctor: every finding it can make, on a machine that is faked file by file.

here=$(dirname "$0")
# shellcheck source=common/test/tap.sh
. "$here/tap.sh"
lab=$(cd "$here/../lab" && pwd)

# --- What this machine really has, found out without timing anything ---

truth() {
    if ! [ -c "${KVM_DEVICE:-/dev/kvm}" ] || ! { : <>"${KVM_DEVICE:-/dev/kvm}"; } 2>/dev/null; then
        echo none
    elif grep -Eqw 'vmx|svm' /proc/cpuinfo; then
        echo hardware
    else
        echo emulated
    fi
}

run 30 "$lab/doctor" --verdict
is "$status: $out$err" "0: $(truth)" "the verdict on this machine is $(truth)"

# --- A probe that meets a KVM which refuses ---

probe=$lab/../build/kvm_probe
shim=$tmp/shim.so
"${CC:-gcc}" -std=c11 -D_GNU_SOURCE -shared -fPIC -o "$shim" "$here/kvm_shim.c"
ok $? "the shim compiles"

# probe_says WANTED WHAT ASSIGNMENT...
probe_says() {
    wanted=$1 what=$2
    shift 2
    run 10 env "$@" "$probe"
    is "$out" "$wanted" "probe: $what"
}

probe_says "open ENOENT" "no such file" KVM_DEVICE="$tmp/none"
probe_says "open Is a directory" "a directory" KVM_DEVICE="$tmp"
probe_says "api ENOTTY" "/dev/null is not a KVM device" KVM_DEVICE=/dev/null
probe_says "open EACCES" "not permitted" KVM_DEVICE=/dev/null LD_PRELOAD="$shim" KVM_SHIM_OPEN=13
probe_says "open EBUSY" "busy" KVM_DEVICE=/dev/null LD_PRELOAD="$shim" KVM_SHIM_OPEN=16
probe_says "open ENODEV" "no driver" KVM_DEVICE=/dev/null LD_PRELOAD="$shim" KVM_SHIM_OPEN=19
probe_says "version 11" "another API version" KVM_DEVICE=/dev/null LD_PRELOAD="$shim" \
    KVM_SHIM_VERSION=11
probe_says "create EBUSY" "VT-x is taken" KVM_DEVICE=/dev/null LD_PRELOAD="$shim" \
    KVM_SHIM_VERSION=12 KVM_SHIM_CREATE=16
probe_says "create ENOTTY" "the shim's KVM is none" KVM_DEVICE=/dev/null LD_PRELOAD="$shim" \
    KVM_SHIM_VERSION=12

run 10 env KVM_DEVICE=/dev/null "$lab/doctor" --verdict
is "$out" none "the verdict follows KVM_DEVICE"

touch "$tmp/locked" && chmod 000 "$tmp/locked" && chmod 755 "$tmp"
cp "$probe" "$tmp/kvm_probe"
if [ "$(id -u)" -ne 0 ]; then
    run 10 env KVM_DEVICE="$tmp/locked" "$tmp/kvm_probe"
    is "$out" "open EACCES" "probe: a device of mode 000"
elif command -v setpriv >/dev/null; then
    run 10 setpriv --reuid 65534 --regid 65534 --clear-groups \
        env KVM_DEVICE="$tmp/locked" "$tmp/kvm_probe"
    is "$out" "open EACCES" "probe: a device of mode 000"
else
    skip "probe: a device of mode 000" "root may open anything, and there is no setpriv"
fi

# --- A machine of files ---

mkdir -p "$tmp/bin" "$tmp/root/proc" "$tmp/root/sys/module/kvm_intel/parameters"
for tool in sh awk grep sed cat find dirname paste fold id uname stat mkdir mv head tail tr; do
    ln -s "$(command -v $tool)" "$tmp/bin/$tool"
done

# stub NAME SCRIPT: a program of the faked machine.
stub() {
    rm -f "$tmp/bin/$1"
    printf '#!/bin/sh\n%s\n' "$2" >"$tmp/bin/$1"
    chmod +x "$tmp/bin/$1"
}

# A lab whose trials find what the files in $tmp/tried say; and count in $tmp/tries.
mkdir -p "$tmp/copy/lab" "$tmp/tried"
cp "$lab/doctor" "$lab/deps" "$lab/kvm_probe.c" "$tmp/copy/lab/"
cat >"$tmp/copy/lab/try" <<END
#!/bin/sh
echo "\$1" >>"$tmp/tries"
cat "$tmp/tried/\$1"
END
chmod +x "$tmp/copy/lab/try"
tried() { # tried WHAT FINDING [MEND]
    printf '%s\n' "$2" ${3+"$3"} >"$tmp/tried/$1"
}
tried bios "ok /bios"
tried kernel "ok vmlinuz"
tried kvm-lab "ok starts"
tried vmx-lab "ok starts too"

# cpu VENDOR FLAGS, linux VERSION, nested TEXT; without PACKAGE...: the only ones missing;
# answers TEXT: what the probe says.
cpu() {
    printf 'vendor_id\t: %s\nflags\t\t: fpu %s lm\n' "$1" "$2" >"$tmp/root/proc/cpuinfo"
}
linux() {
    echo "Linux version $1" >"$tmp/root/proc/version"
}
nested() {
    echo "$1" >"$tmp/root/sys/module/kvm_intel/parameters/nested"
}
without() {
    awk -v absent=" $* " '/^#/ || NF == 0 { next }
        /:$/ { print; next }
        { print $1, $1, $1, $1, (index(absent, " " $1 " ") ? "absent" : "true"), "# for this" }' \
        "$lab/packages" >"$tmp/packages"
}
answers() {
    stub probe "echo '$1'"
}

doctor() {
    run 20 env -i PATH="$tmp/bin" LANG=C DOCTOR_ROOT="$tmp/root" PACKAGES="$tmp/packages" \
        KVM_PROBE="$tmp/bin/probe" WSL_DISTRO_NAME=Debian "$@" sh "$tmp/copy/lab/doctor"
}
stub true 'exit 0'
stub uname 'echo x86_64'
linux "6.1.0-44-amd64 (Debian)"
without nothing

# --- The three verdicts, and what the stages run on ---

cpu GenuineIntel "vmx"
nested Y
answers "speed 512000000"
doctor
is "$status" 0 "hardware KVM: status 0"
like "$out" '^  ok    /dev/kvm +hardware KVM: 512 million' "hardware KVM is recognised"
like "$out" '^  ok    nested VT-x +yes' "nested VT-x is on"
like "$out" '^  ok    01 +straight on /dev/kvm$' "01 runs straight"
like "$out" '^  ok    02 +straight on /dev/kvm$' "02 runs straight"
like "$out" '^  ok    03, 04 +straight on /dev/kvm$' "03 and 04 run straight"
like "$out" '^  ok    05 +in QEMU' "05 runs in QEMU"
unlike "$out" '>|slow|no  ' "nothing to mend"
unlike "$out" "$(printf '\033')" "no colours in a file"

like "$out" '^  ok    USB stick +a BIOS would start stage 05' "a machine with a BIOS"
mkdir -p "$tmp/root/sys/firmware/efi/efivars"
doctor
like "$out" '^  ok    USB stick +UEFI would start stage 05' "a machine with UEFI"
secure=$tmp/root/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
printf '\006\000\000\000\000' >"$secure"
doctor
like "$out" '^  ok    USB stick +UEFI would start stage 05' "Secure Boot is off"
printf '\006\000\000\000\001' >"$secure"
doctor
like "$out" '^  note  USB stick +Secure Boot is on' "Secure Boot is on"
like "$out" '> systemctl reboot --firmware-setup .*turn off Secure Boot' "and the mend"
cpu GenuineIntel "vmx hypervisor"
doctor
unlike "$out" 'USB stick' "a virtual machine has none"
rm -r "$tmp/root/sys/firmware"
cpu GenuineIntel "vmx"

nested N
doctor
is "$status" 0 "nested VT-x off: status 0"
like "$out" 'nested VT-x +no: kvm_intel has it turned off' "nested VT-x is off"
like "$out" '> sudo modprobe -r kvm_intel && sudo modprobe kvm_intel nested=1' "and the mend"
like "$out" '^  ok    05 +in Bochs' "05 runs in Bochs"

nested 1
doctor
like "$out" 'nested VT-x +yes' "older kernels write nested as 1"
without qemu-system-x86
doctor
like "$out" '^  ok    05 +in Bochs' "without QEMU, 05 runs in Bochs"
without nothing

cpu AuthenticAMD "svm"
doctor
like "$out" 'CPU +x86-64, AMD, AMD-V' "an AMD CPU"
like "$out" 'nested VT-x +no: that takes an Intel CPU' "AMD has no VT-x to nest"
like "$out" '^  ok    05 +in Bochs' "on AMD, 05 runs in Bochs"

cpu AuthenticAMD hypervisor
answers "speed 1700000"
doctor
is "$status" 0 "emulating KVM: status 0"
like "$out" '^  slow  /dev/kvm +KVM that emulates guest kernels: 1.7 million' "it is recognised"
like "$out" 'CPU +x86-64, AMD, shows neither' "a CPU without virtualisation"
like "$out" '01 +straight on /dev/kvm, slowly' "01 runs slowly"
like "$out" '02 +straight on /dev/kvm, slowly' "02 runs slowly"
like "$out" '03, 04 +in the KVM lab' "03 and 04 run in the lab"

run 10 env KVM_PROBE="$tmp/bin/probe" "$lab/doctor" --verdict
is "$out" emulated "verdict: emulated"
answers "speed 20000000"
run 10 env KVM_PROBE="$tmp/bin/probe" "$lab/doctor" --verdict
is "$out" hardware "verdict: hardware, from 20 million instructions/s on"
answers "speed 19999999"
run 10 env KVM_PROBE="$tmp/bin/probe" "$lab/doctor" --verdict
is "$out" emulated "verdict: emulated just below that"

# --- Each way to have no KVM ---

# refuses ANSWER FINDING MEND WHAT [ASSIGNMENT]: what the doctor makes of the probe's answer.
refuses() {
    answers "$1"
    doctor "KVM_PROBE=$tmp/bin/probe" ${5+"$5"}
    like "$out" "^  no    [^ ]+ +$2" "$4"
    like "$out" "^ +> $3" "$4: the mend"
}

cpu GenuineIntel vmx
refuses "open EACCES" "you may not use it" 'sudo setfacl -m u:\$USER:rw /dev/null' "EACCES" \
    KVM_DEVICE=/dev/null
like "$out" '01 +in the KVM lab' "without KVM, 01 runs in the lab"
like "$out" '02 +in the KVM lab' "without KVM, 02 runs in the lab"
like "$out" 'nested VT-x +no: that takes hardware KVM' "without KVM, nothing nests"
is "$status" 0 "without KVM: status 0, for the lab runs all"
unlike "$out" usermod "EACCES: no group to join"
real_stat=$(readlink "$tmp/bin/stat")
stub stat 'echo kvm'
refuses "open EPERM" "you may not use it" 'sudo usermod -aG kvm \$USER ' "EPERM, group kvm"
like "$out" 'sudo setfacl -m u:\$USER:rw /dev/kvm' "and until then"
ln -sf "$real_stat" "$tmp/bin/stat"

refuses "open ENOENT" missing "unset KVM_DEVICE" "no such KVM_DEVICE" KVM_DEVICE=/none
refuses "open ENOENT" missing "sudo modprobe kvm_intel" "ENOENT, VT-x there"
refuses "open ENXIO" "there, but without a driver" "sudo modprobe kvm_intel" "ENXIO"
cpu AuthenticAMD svm
refuses "open ENODEV" "there, but without a driver" "sudo modprobe kvm_amd" "ENODEV, AMD-V there"
cpu GenuineIntel ""
refuses "open ENOENT" missing "systemctl reboot --firmware-setup" "ENOENT, VT-x off"
cpu GenuineIntel hypervisor
refuses "open ENOENT" missing "turn on nested virtualisation" "ENOENT in a virtual machine"
refuses "open EBUSY" "busy: another hypervisor" "sudo modprobe -r vbox" "EBUSY on open"
refuses "create EBUSY" "busy: another hypervisor" "sudo modprobe -r vbox" "EBUSY on KVM_CREATE_VM"
refuses "open Is a directory" "can't be opened: Is a directory" "ls -l /dev/kvm" "a directory"
refuses "api ENOTTY" "not a KVM device" "sudo rm /dev/kvm && sudo mknod" "not a KVM device"
refuses "api ENOTTY" "not a KVM device" "unset KVM_DEVICE" "KVM_DEVICE is none" KVM_DEVICE=/x
refuses "version 11" "speaks KVM API version 11, expected 12" "boot a newer" "API version 11"
refuses "create ENOMEM" "opens, but runs no guest" "sudo dmesg" "KVM_CREATE_VM fails otherwise"
refuses "run 17" "opens, but runs no guest .run 17" "sudo dmesg" "the guest can't run"

# --- WSL ---

linux "5.15.153.1-microsoft-standard-WSL2 (root@941d701f84f1)"
refuses "open ENOENT" missing '.wsl2. .*%UserProfile%\\.wslconfig' "WSL 2"
like "$out" '> nestedVirtualization=true' "WSL 2: the setting"
like "$out" '^  note  Windows +this Linux runs in WSL' "WSL is named"
like "$out" '> wsl.exe --shutdown' "WSL 2: and a restart of it"
linux "4.4.0-19041-Microsoft (Microsoft@Microsoft.com)"
refuses "open ENOENT" missing 'wsl.exe --set-version Debian 2' "WSL 1"
linux "6.1.0-44-amd64 (Debian)"

# --- What was tried ---

: >"$tmp/tries"
cpu AuthenticAMD svm
answers "speed 512000000"
doctor
like "$out" '^  ok    BIOS +/bios$' "what is tried is said"
is "$(paste -s -d ' ' "$tmp/tries")" "bios kernel vmx-lab" "with KVM, no KVM lab is tried"
answers "open ENOENT"
doctor
like "$out" '^  ok    KVM lab +starts$' "without KVM, it is"

# fails WHAT NAME STAGE...: once WHAT doesn't work, NAME is its finding, and of the stages only these wait.
fails() {
    what=$1 name=$2
    shift 2
    tried "$what" "no it is broken" "mend it"
    doctor
    is "$status" 1 "no $name: status 1"
    like "$out" "^  no    $name +it is broken\$" "no $name: its finding"
    like "$out" "^ +> mend it\$" "no $name: the mend"
    is "$(echo "$out" | sed -n 's/^  no    \(0[1-5, 0]*[1-5]\)  .*not yet, for.*/\1/p' | paste -s -d ' ' -)" "$*" \
        "no $name: $* wait"
    tried "$what" "ok again"
}
fails bios BIOS 02
fails kernel kernel "03, 04"
fails kvm-lab "KVM lab" 01 02 "03, 04"
fails vmx-lab "VT-x machine" 05
tried vmx-lab "note has VT-x, but does not divide" "mend it"
doctor
is "$status" 0 "a VT-x machine without Linux: status 0"
like "$out" '^  ok    05 +in Bochs, .* but for GUEST=linux' "05, but not all of it"
tried vmx-lab "ok again"
tried kernel "note a package"
tried kvm-lab "note not tried"
doctor
is "$status" 0 "a kernel that isn't fetched yet: status 0"
like "$out" '^  note  03, 04 +in the KVM lab.*; not tried yet$' "but no promise"
tried kernel "ok vmlinuz"
tried kvm-lab "ok starts"

# --- Tools ---

without nasm bochs
doctor
is "$status" 1 "missing tools: status 1"
like "$out" '^  no    nasm +missing: for this' "a missing tool is named, with its purpose"
like "$out" '^ +> # no package manager known here.* nasm bochs$' "no package manager"
like "$out" '^  no    02 +not yet; needs nasm$' "02 waits for nasm"
like "$out" '^  no    05 +not yet; needs nasm bochs$' "05 waits for both"
unlike "$out" '^  ok +present.* nasm' "nor is it among the present"

without expect chromium
doctor
is "$status" 0 "tools that only tests need: status 0"
like "$out" '^  note  make test +needs more: expect chromium$' "tools that tests need"
like "$out" '^ +> make deps test$' "and what brings them"
without nasm bochs

stub dpkg-query 'exit 1'
stub rpm 'exit 1'
stub id 'echo 1000'
for manager in zypper:'sudo zypper install nasm bochs' \
    pacman:'sudo pacman -S --needed nasm bochs' dnf:'sudo dnf install nasm bochs' \
    apt-get:'sudo apt-get install -y --no-install-recommends nasm bochs'; do
    name=${manager%%:*}
    stub "$name" 'exit 1'
    doctor
    like "$out" "^ +> ${manager#*:}\$" "missing tools, where there is $name"
    rm "$tmp/bin/$name"
done

without busybox-static
doctor
like "$out" '03, 04 +not yet; needs busybox-static' "the lab needs busybox"
without gcc
answers "speed 512000000"
doctor
like "$out" '01 +not yet; needs gcc' "nothing runs without a compiler"

stub failing-cc 'exit 1'
run 10 env PATH="$tmp/bin" PACKAGES="$tmp/packages" CC=failing-cc sh "$tmp/copy/lab/doctor"
like "$out" "/dev/kvm +can't be examined: no C compiler" "no compiler for the probe"
run 10 env PATH="$tmp/bin" CC=failing-cc sh "$tmp/copy/lab/doctor" --verdict
is "$out" none "no compiler: the verdict is none"

# --- The rest ---

without nothing
stub uname 'echo aarch64'
doctor
is "$status" 1 "an ARM machine: status 1"
like "$out" 'CPU +aarch64: the guests and their VMMs are x86-64' "an ARM machine is named"
like "$out" '01 +nowhere' "an ARM machine runs no stage"

run 10 "$lab/doctor" --diagnose
is "$status: $err" "2: doctor: unknown option '--diagnose'; expected --verdict" "an unknown option"

if command -v script >/dev/null; then
    run 20 env TERM=linux NO_COLOR= script -qec "$tmp/copy/lab/doctor" /dev/null
    like "$out" "$(printf '\033')\\[3[123]m" "colours on a terminal"
    run 20 env TERM=linux NO_COLOR=1 script -qec "$tmp/copy/lab/doctor" /dev/null
    unlike "$out" "$(printf '\033')" "none with NO_COLOR"
else
    skip "colours on a terminal" "there is no script(1)"
fi

done_testing
