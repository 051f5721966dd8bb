#!/bin/sh
# shellcheck disable=SC2016,SC2086,SC2154,SC2317,SC2329  # stubs expand their own variables; lists shall split;
#   tap.sh sets out, err, status, tmp; layouts are called by their names
# Where kernels and their modules come from: common/guest/get-kernel and get-modules, common/lab/kvm-lab/kernel.
# The packages are made up here, and apt is a stub that has no others.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/tap.sh
. "$here/tap.sh"
command -v dpkg-deb >/dev/null || skip_all "dpkg-deb is missing"

# The scripts in a tree of their own, and a machine that has only what they may use.
mkdir -p "$tmp/common/lab/kvm-lab" "$tmp/bin" "$tmp/tools" "$tmp/archive"
cp -r "$here/../guest" "$tmp/common"
cp "$here/../lab/kvm-lab/kernel" "$tmp/common/lab/kvm-lab"
guest=$tmp/common/guest
store=$tmp/common/build/kernel
for tool in basename cat chmod cmp cp dirname dpkg-deb find grep gzip head ls mkdir mktemp mount mv paste \
    realpath rm sed sh sleep tar touch tr unshare wc xz zstd; do
    ln -s "$(command -v $tool)" "$tmp/tools/$tool"
done

# stub NAME SCRIPT: a program of this machine, for which $tmp is the network.
stub() {
    printf '#!/bin/sh\n%s\n' "$2" >"$tmp/bin/$1"
    chmod +x "$tmp/bin/$1"
}

apt() {
    stub apt-cache '[ "$LC_ALL" = C ] && depends=Depends || depends="Hängt ab von"
        sed "s/^/  $depends: /" "$NET/$2.depends"'
    stub apt-get 'echo "W: something else" >&2
        for last; do :; done
        [ "$last" != update ] || exit 0
        while [ "$1" != download ]; do shift; done && shift
        for name; do
            reason="Failed to fetch http://mirror/$name.deb  404  Not Found"
            [ ! -f "$NET/$name.deb" ] || reason="$name.deb: No space left on device"
            cp "$NET/$name.deb" . || { echo "E: $reason" && exit 100; }
        done >&2'
}
apt
stub uname 'echo 1.0-running'

# fetch SCRIPT ARG...: runs it on this machine.
fetch() {
    run 60 env -i LC_ALL=de_DE.UTF-8 PATH="$tmp/bin:$tmp/tools" NET="$tmp/archive" \
        SYSTEM="${system:-$tmp/none}" ${LAB_KERNEL:+"LAB_KERNEL=$LAB_KERNEL"} \
        ${LAB_MODULES:+"LAB_MODULES=$LAB_MODULES"} "$@"
}

fresh() {
    rm -rf "$tmp/common/build" "$tmp/archive" "$tmp/lab"
    mkdir "$tmp/archive"
}

# deb NAME DEPENDS DIRECTORY: a package with what is in that directory.
deb() {
    mkdir -p "$3/DEBIAN"
    printf '%s\n' "Package: $1" "Version: 1" "Architecture: amd64" "Maintainer: x" "Description: x" \
        >"$3/DEBIAN/control"
    dpkg-deb -b "$3" "$tmp/archive/$1.deb" >/dev/null || exit 1
    printf '%s\n' $2 >"$tmp/archive/$1.depends"
    rm -rf "$3"
}

# modules DIRECTORY [SUFFIX PACKER]: those of a kernel, some of which nobody wants.
modules() {
    mkdir -p "$1/kernel/arch/x86/kvm" "$1/kernel/virt/lib" "$1/kernel/drivers/block" "$1/kernel/fs"
    printf 'kvm\000depends=irqbypass\000' >"$1/kernel/arch/x86/kvm/kvm.ko"
    printf 'amd\000depends=kvm\000' >"$1/kernel/arch/x86/kvm/kvm-amd.ko"
    printf 'bypass\000depends=\000' >"$1/kernel/virt/lib/irqbypass.ko"
    echo block >"$1/kernel/drivers/block/virtio_blk.ko"
    echo big >"$1/kernel/fs/big.ko"
    echo kernel/drivers/virtio/virtio_ring.ko >"$1/modules.builtin"
    [ -z "${2-}" ] || find "$1" -name '*.ko' -exec $2 {} +
}

# file TEXT PATH
file() {
    mkdir -p "$(dirname "$2")"
    echo "$1" >"$2"
}

# The layouts, each with kernel $v. Meta packages depend on more than one thing.
v=9.8-cloud-amd64
root=$tmp/root
debian12() {
    file kernel "$root/boot/vmlinuz-$v" && modules "$root/lib/modules/$v"
    deb "linux-image-$v" "kmod linux-base" "$root"
    printf 'linux-image-%s\n' "$v" >"$tmp/archive/linux-image-cloud-amd64.depends"
}
debian13() {
    file kernel "$root/boot/vmlinuz-$v" && modules "$root/usr/lib/modules/$v" xz
    deb "linux-image-$v" kmod "$root"
    printf 'linux-image-%s\n' "$v" >"$tmp/archive/linux-image-cloud-amd64.depends"
}
linux7() {
    file kernel "$root/usr/lib/modules/$v/vmlinuz"
    deb "linux-binary-$v" "linux-base-$v" "$root"
    modules "$root/usr/lib/modules/$v" xz
    rm "$root/usr/lib/modules/$v/modules.builtin"
    deb "linux-modules-$v" kmod "$root"
    file kernel/drivers/virtio/virtio_ring.ko "$root/usr/lib/modules/$v/modules.builtin"
    deb "linux-base-$v" "" "$root"
    deb "linux-image-$v" "linux-base linux-base-$v linux-binary-$v linux-modules-$v" "$root"
    printf 'linux-base-cloud-amd64\nlinux-image-%s\n' "$v" >"$tmp/archive/linux-image-cloud-amd64.depends"
}
ubuntu() {
    file kernel "$root/boot/vmlinuz-$v"
    deb "linux-image-$v" "kmod linux-modules-$v" "$root"
    modules "$root/lib/modules/$v" "zstd -q --rm"
    deb "linux-modules-$v" "" "$root"
    printf 'linux-image-%s\nlinux-image-extra\n' "$v" >"$tmp/archive/linux-image-virtual.depends"
}

# --- Each layout, from get-kernel to the lab's folder ---

for layout in debian12 debian13 linux7 ubuntu; do
    fresh && $layout
    fetch "$guest/get-kernel"
    is "$status: $out$err" "0: $store/cloud/boot/vmlinuz-$v" "$layout: get-kernel prints a path, and no more"
    is "$(cat "$out")" kernel "$layout: there is the kernel"
    is "$(cd "$store/cloud/lib/modules/$v" && echo *)" \
        "irqbypass.ko kvm-amd.ko kvm.ko modules.builtin virtio_blk.ko" "$layout: and modules, uncompressed"
    is "$(ls "$store")" cloud "$layout: nothing else is left"

    rm "$tmp"/archive/*
    fetch "$guest/get-kernel"
    is "$status: $out$err" "0: $store/cloud/boot/vmlinuz-$v" "$layout: the second time needs no network"
    fetch "$guest/get-modules" virtio_blk virtio_ring kvm_amd
    is "$status: $out$err" "0: $store/cloud/lib/modules/$v/virtio_blk.ko
$store/cloud/lib/modules/$v/kvm-amd.ko" "$layout: get-modules, of which one is built in"
    fetch "$tmp/common/lab/kvm-lab/kernel" "$tmp/lab"
    is "$status: $out$err" "0: " "$layout: lab/kvm-lab/kernel says nothing"
    is "$(cd "$tmp/lab" && echo * modules/*)" \
        "modules vmlinuz modules/10-irqbypass.ko modules/11-kvm.ko modules/12-kvm-amd.ko" \
        "$layout: and has the modules in order"
done

fetch "$guest/get-modules" big
like "$status: $err" "^1: get-modules: big: not among .* kept of vmlinuz-$v, $store/cloud/lib/modules/$v\$" \
    "a module that wasn't kept"

# --- What older checkouts left ---

fresh && debian13
file kernel "$store/cloud/boot/vmlinuz-9.7" # without modules
fetch "$guest/get-kernel"
is "$status: $out$err" "0: $store/cloud/boot/vmlinuz-$v" "a kernel without modules is fetched anew"
is "$(ls "$store/cloud/boot")" "vmlinuz-$v" "and replaced"

# One from before this version of the script.
fresh && debian12
fetch "$guest/get-kernel"
rm "$store/cloud/lib/modules/$v/kvm.ko"
fetch "$guest/get-kernel"
[ ! -e "$store/cloud/lib/modules/$v/kvm.ko" ]
ok $? "a kernel of this version stays as it is"
touch -d 2000-01-01 "$store/cloud/boot/vmlinuz-$v"
fetch "$guest/get-kernel"
is "$status: $out$err" "0: $store/cloud/boot/vmlinuz-$v" "an older one is fetched anew"
[ -e "$store/cloud/lib/modules/$v/kvm.ko" ]
ok $? "with all modules"
touch -d 2000-01-01 "$store/cloud/boot/vmlinuz-$v"
rm "$tmp/archive"/*
fetch "$guest/get-kernel"
is "$status: $out" "0: $store/cloud/boot/vmlinuz-$v" "or it stays, where nothing can be fetched"
like "$err" "^get-kernel: cloud: apt knows no .*; keeping what an older checkout fetched$" "and a line says so"
is "$(ls "$store")" cloud "and nothing else is left"

fresh && debian12
mkdir -p "$tmp/lab/modules" "$store/cloud.abcdef/root"
echo half >"$tmp/lab/modules/17-kvm.ko"
fetch "$tmp/common/lab/kvm-lab/kernel" "$tmp/lab"
is "$status: $(cd "$tmp/lab" && echo modules/*)" \
    "0: modules/10-irqbypass.ko modules/11-kvm.ko modules/12-kvm-amd.ko" "modules without a kernel go"

# --- When it fails: one true line, and nothing is left ---

# refused PATTERN WHAT: get-kernel said it, and no more.
refused() {
    is "$status" 1 "$2: status 1"
    like "$err" "^get-kernel: $1" "$2: says why"
    is "$out$(echo "$err" | wc -l)" 1 "$2: in one line"
    is "$(ls "$store")" "" "$2: nothing is left"
}

fresh && debian12
file other "$root/boot/config" && modules "$root/lib/modules/$v" && deb "linux-image-$v" "" "$root"
fetch "$guest/get-kernel"
refused "cloud: 0 kernels in linux-image-$v, expected one" "a package without a kernel"

file kernel "$root/boot/vmlinuz-1" && file kernel "$root/usr/lib/modules/2/vmlinuz"
deb "linux-image-$v" "" "$root"
fetch "$guest/get-kernel"
refused "cloud: 2 kernels in linux-image-$v, expected one" "a package with two"

file kernel "$root/boot/vmlinuz-$v" && deb "linux-image-$v" "" "$root"
fetch "$guest/get-kernel"
refused "cloud: no modules beside the kernel .*/boot/vmlinuz-$v" "a package without modules"

echo "no package" >"$tmp/archive/linux-image-$v.deb"
fetch "$guest/get-kernel"
refused "cloud: can't unpack linux-image-$v.deb: dpkg-deb: error: .*" "a damaged package"

rm "$tmp/archive/linux-image-$v.deb"
fetch "$guest/get-kernel"
refused "cloud: can't download linux-image-$v: E: .* 404  Not Found .*sudo apt-get update" "error 404"
fetch "$tmp/common/lab/kvm-lab/kernel" "$tmp/lab"
is "$status" 5 "lab/kvm-lab/kernel, then: status 5"
like "$err" "^get-kernel: cloud: can't download .*KERNEL=FILE" "lab/kvm-lab/kernel, then: says why"
[ ! -e "$tmp/lab/vmlinuz" ]
ok $? "lab/kvm-lab/kernel, then: nothing is left"
fetch "$guest/get-modules" kvm
is "$status: $(echo "$err" | wc -l)" "1: 1" "get-modules, then: one line"

fresh && debian13
mv "$tmp/tools/xz" "$tmp/xz"
fetch "$guest/get-kernel"
refused "cloud: can't unpack the modules: .*'xz': No such file or directory .is it missing. make deps" "no xz"
mv "$tmp/xz" "$tmp/tools/xz"

fetch "$guest/get-kernel" amd64
refused "amd64: apt knows no linux-image-amd64 .*sudo apt-get update" "no such package"
stub apt-get 'echo "E: The repository x Release does not have a Release file." >&2; exit 100'
fetch "$guest/get-kernel" backports
refused "backports: no .*-backports: E: The repository" "no backports"

stub apt-get 'touch "$NET/started"; sleep 60'
env -i PATH="$tmp/bin:$tmp/tools:$PATH" NET="$tmp/archive" SYSTEM="$tmp/none" \
    timeout -k 30 2 "$guest/get-kernel" >"$tmp/out" 2>&1
is "$?: $(ls "$store")" "124: " "SIGTERM during the download: nothing is left"
apt
fetch "$guest/get-kernel"
is "$status: $out$err" "0: $store/cloud/boot/vmlinuz-$v" "the next run gets the kernel"
[ -e "$tmp/archive/started" ]
ok $? "(and the first one had begun)"

# A file system that is too small for it: 64 KiB.
fresh && debian12
head -c 200000 /dev/urandom >"$tmp/big" && mkdir -p "$root/boot" && mv "$tmp/big" "$root/boot/vmlinuz-$v"
modules "$root/lib/modules/$v" && deb "linux-image-$v" kmod "$root"
mkdir -p "$store"
if unshare -rm mount -t tmpfs none "$store" 2>/dev/null; then
    for size in 64k 300k; do
        fetch unshare -rm sh -c "mount -t tmpfs -o size=$size none $store; $guest/get-kernel; status=\$?
            ls $store; exit \$status"
        refused "cloud: can't .*[Ss]pace.*df -h " "a full file system, $size"
    done
else
    skip "a full file system" "this user may not mount one"
fi

# --- The running system's kernel ---

system=$tmp/system
running="taking the running system's kernel, 1.0-running"
fresh
file own "$system/boot/vmlinuz-0.9" && file own "$system/boot/vmlinuz-1.0-running"
modules "$system/lib/modules/1.0-running"
fetch "$guest/get-kernel"
is "$status: $out" "0: $store/cloud/boot/vmlinuz-1.0-running" "no package: /boot and /lib/modules"
like "$err" "^get-kernel: cloud: apt knows no linux-image-cloud-amd64 .*; $running" "and one line says so"
fetch "$guest/get-kernel" amd64
is "$status" 1 "only in the place of the cloud kernel"

rm -r "$system"
rm "$tmp/bin/apt-get" "$tmp/bin/apt-cache"
fresh
file own "$system/usr/lib/modules/1.0-running/vmlinuz"
modules "$system/usr/lib/modules/1.0-running" "gzip"
fetch "$tmp/common/lab/kvm-lab/kernel" "$tmp/lab"
is "$status: $out$err" "0: get-kernel: cloud: there is no apt-get here; $running" "no apt: /usr/lib/modules"
is "$(cd "$tmp/lab" && cat vmlinuz && echo modules/*)" "own
modules/10-irqbypass.ko modules/11-kvm.ko modules/12-kvm-amd.ko" "and the lab has it"

system=$tmp/none
fresh
fetch "$guest/get-kernel"
refused "cloud: there is no apt-get here; nor .*: /boot/vmlinuz-1.0-running can't be read; .*KERNEL=FILE" \
    "neither apt nor a kernel"

# --- A kernel of the user's own for the lab ---

file own "$tmp/boot/vmlinuz-2.0" && modules "$tmp/usr/lib/modules/2.0" xz
ln -s boot/vmlinuz-2.0 "$tmp/link"
LAB_KERNEL=$tmp/link
fetch "$tmp/common/lab/kvm-lab/kernel" "$tmp/lab"
is "$status: $out$err$(ls "$tmp/lab")" "0: modules
vmlinuz" "LAB_KERNEL: its modules are found"

echo newer >"$tmp/boot/vmlinuz-2.0"
fetch "$tmp/common/lab/kvm-lab/kernel" "$tmp/lab"
is "$(cat "$tmp/lab/vmlinuz")" newer "LAB_KERNEL has changed: so does the lab's"

# lab_refused PATTERN WHAT
lab_refused() {
    rm -rf "$tmp/lab"
    fetch "$tmp/common/lab/kvm-lab/kernel" "$tmp/lab"
    is "$status: $(echo "$err" | wc -l)" "5: 1" "$2: status 5 and one line"
    like "$err" "^kvm-lab: $1" "$2: says why"
    [ ! -e "$tmp/lab/vmlinuz" ]
    ok $? "$2: nothing is left"
}
mv "$tmp/boot/vmlinuz-2.0" "$tmp/own"
lab_refused "can't read LAB_KERNEL=$tmp/link" "LAB_KERNEL that leads nowhere"
LAB_KERNEL=$tmp/own
lab_refused "no modules beside LAB_KERNEL=$tmp/own: .*LAB_MODULES=DIR" "LAB_KERNEL in no known place"
LAB_MODULES=$tmp/nowhere
lab_refused "LAB_MODULES=$tmp/nowhere: no such directory" "LAB_MODULES that leads nowhere"
LAB_MODULES=$tmp/bin
lab_refused "no kvm.ko below $tmp/bin" "LAB_MODULES without modules"

done_testing
