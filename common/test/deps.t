#!/bin/sh
# shellcheck disable=SC2016,SC2154  # stubs expand their own variables; tap.sh sets out, err, status, tmp
# common/lab/deps, with package managers that only write down what they are asked.

here=$(dirname "$0")
# shellcheck source=common/test/tap.sh
. "$here/tap.sh"
lab=$(cd "$here/../lab" && pwd)

mkdir "$tmp/bin"
for tool in sh awk grep sed cat dirname paste env; do
    ln -s "$(command -v $tool)" "$tmp/bin/$tool"
done

# stub NAME SCRIPT: a program of the faked machine, for which $tmp is its disk.
stub() {
    printf '#!/bin/sh\n%s\n' "$2" >"$tmp/bin/$1"
    chmod +x "$tmp/bin/$1"
}

# The table: two rows with one name, one with a command of its own, one only the manager knows.
cat >"$tmp/packages" <<'END'
# a comment
nasm  # assembles
sh  # is on the PATH

xxd    vim-common  tinyxxd  -        xxd  # makes headers
bios   bios-bin    bios     qemu-bios  -  # firmware
END

deps() {
    run 20 env -i PATH="$tmp/bin" PACKAGES="$tmp/packages" DISK="$tmp" sh "$lab/deps" "$@"
}

# Debian: `installed` and `known` are lists of packages, `log` is what was run.
fresh_debian() {
    : >"$tmp/log"
    echo "$1" >"$tmp/installed"
    echo "$2" >"$tmp/known"
    echo "$3" >"$tmp/archive"
}
debian() {
    stub id "echo $1"
    stub sudo 'echo "sudo $*" >>"$DISK/log"; exec "$@"'
    stub dpkg-query 'for p; do :; done
        grep -qw -- "$p" "$DISK/installed" && echo "install ok installed"'
    stub apt-cache 'grep -qw -- "$2" "$DISK/known"'
    stub apt-get 'echo "apt-get $* ($DEBIAN_FRONTEND)" >>"$DISK/log"
        case $1 in
        update) cat "$DISK/archive" >"$DISK/known" ;;
        install) shift 3; for p; do grep -qw -- "$p" "$DISK/archive" || exit 100; done
            echo "$*" >>"$DISK/installed" ;;
        esac'
}

debian 0
fresh_debian "bios" "nasm xxd bios" "nasm xxd bios"
deps --command
is "$status: $out" "0: apt-get install -y --no-install-recommends nasm xxd" "--command, for root"
deps --list
tab=$(printf '\t')
is "$out" "missing${tab}nasm${tab}assembles
ok${tab}sh${tab}is on the PATH
missing${tab}xxd${tab}makes headers
ok${tab}bios${tab}firmware" "--list"
is "$(cat "$tmp/log")" "" "neither of them runs anything"

deps
is "$status" 0 "root on Debian: status 0"
is "$(cat "$tmp/log")" "apt-get install -y --no-install-recommends nasm xxd (noninteractive)" \
    "only what is missing is installed, without questions, update or sudo"
like "$out" '^deps: .*apt-get install .* nasm xxd$' "it says what it does"
deps
is "$status: $out" "0: deps: nothing is missing" "again: nothing to do"

debian 1000
fresh_debian "bios" "nasm xxd bios" "nasm xxd bios"
deps --command
is "$out" "sudo apt-get install -y --no-install-recommends nasm xxd" "--command, for a user"
deps
is "$status" 0 "a user on Debian: status 0"
like "$(cat "$tmp/log")" '^sudo env DEBIAN_FRONTEND=noninteractive apt-get install .* nasm xxd$' \
    "a user installs with sudo"

fresh_debian "bios" "" "nasm xxd bios"
deps
is "$status" 0 "no package lists: status 0"
is "$(grep -c '^apt-get' "$tmp/log"): $(grep '^apt-get' "$tmp/log" | head -n 1)" \
    "2: apt-get update ()" "no package lists: update comes first"
unlike "$out" 'knows none' "no package lists: nothing is tried before that"

fresh_debian "bios" "nasm xxd" "xxd bios"
deps
is "$status" 0 "a stale package list: status 0"
is "$(grep -c 'apt-get update' "$tmp/log")" 2 "a stale package list: installs after an update"
like "$out" 'this release has no package nasm .assembles.; going on without' \
    "a package that's gone is named, with its purpose"
like "$(cat "$tmp/installed")" '^xxd$' "the others are installed"

fresh_debian "" "" ""
deps
is "$status" 1 "an archive without any of them: status 1"
like "$out" 'apt-get knows none of what is missing' "and it says so"
unlike "$(cat "$tmp/log")" 'apt-get install' "nothing is installed"

stub apt-get 'exit 100'
fresh_debian "bios" "" "nasm xxd"
deps
is "$status" 1 "apt-get update fails: status 1"
fresh_debian "bios" "nasm xxd" "nasm xxd"
deps
is "$status" 1 "apt-get install fails: status 1"

# --- Elsewhere: say it, do nothing ---

rm "$tmp/bin/apt-get" "$tmp/bin/apt-cache" "$tmp/bin/dpkg-query"

# elsewhere MANAGER COMMAND: where there is only MANAGER, this COMMAND is printed, not run.
elsewhere() {
    : >"$tmp/log"
    stub "$1" 'echo ran >>"$DISK/log"; exit 1'
    [ "$1" != pacman ] || stub pacman 'case $1 in -T) exit 1 ;; *) echo ran >>"$DISK/log" ;; esac'
    deps
    is "$status" 1 "$1: status 1"
    is "$(echo "$out" | tail -n 1)" "  $2" "$1: the exact command"
    is "$(cat "$tmp/log")" "" "$1: nothing is run"
    rm "$tmp/bin/$1"
}
stub rpm 'exit 1'
elsewhere dnf "sudo dnf install nasm vim-common bios-bin"
elsewhere zypper "sudo zypper install nasm qemu-bios"
elsewhere pacman "sudo pacman -S --needed nasm tinyxxd bios"
stub rpm 'case $3 in nasm | bios-bin) exit 0 ;; esac; exit 1'
elsewhere dnf "sudo dnf install vim-common"

deps
is "$status" 1 "no package manager: status 1"
like "$out" 'on Debian these are: nasm xxd bios$' "no package manager: Debian's names"

stub nasm ''
stub xxd ''
stub dnf ''
stub rpm 'exit 0'
deps
is "$status: $out" "0: deps: nothing is missing" "all there: status 0 everywhere"

deps --everything
is "$status: $err" "2: deps: unknown option '--everything'; expected --command or --list" \
    "an unknown option"

# --- The table itself ---

# Reads well only if it parses: one name or five columns, and a purpose.
bad=$(awk '/^#|^ *$/ { next }
    !/#/ { print "no purpose: " $0 }
    { sub(/ *#.*/, "") }
    NF != 1 && NF != 5 { print NF " columns: " $0 }' "$lab/packages")
is "$bad" "" "common/lab/packages: one name or five columns, and a purpose"

done_testing
