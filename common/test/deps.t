#!/bin/sh
# shellcheck disable=SC2016,SC2154  # stubs expand their own variables; tap.sh sets out, err, status, tmp
# common/lab/deps, with package managers that only write down what they are asked.

here=$(dirname "$0")
# shellcheck source=common/test/tap.sh
. "$here/tap.sh"
lab=$(cd "$here/../lab" && pwd)

mkdir "$tmp/bin"
for tool in sh awk grep sed cat dirname paste env tr; do
    ln -s "$(command -v $tool)" "$tmp/bin/$tool"
done

# stub NAME SCRIPT: a program of the faked machine, for which $tmp is its disk.
stub() {
    printf '#!/bin/sh\n%s\n' "$2" >"$tmp/bin/$1"
    chmod +x "$tmp/bin/$1"
}

# The table: two rows with one name, one with a command of its own, one only the manager knows; and what
# only some targets want.
cat >"$tmp/packages" <<'END'
# a comment
always:
nasm  # assembles
sh  # is on the PATH

xxd    vim-common  tinyxxd  -        xxd  # makes headers
bios   bios-bin    bios     qemu-bios  -  # firmware

test:
prove  # runs tests

book test:
pandoc  # the web site
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
    printf 'Need to get 1,100 MB of archives.\nAfter this operation, 2.9 GB of %s will be used.\n' \
        'additional disk space' >"$tmp/size"
    echo 4000000 >"$tmp/free"
}
debian() {
    stub id "echo $1"
    stub sudo 'echo "sudo $*" >>"$DISK/log"; exec "$@"'
    stub dpkg-query 'for p; do :; done
        grep -qw -- "$p" "$DISK/installed" && echo "install ok installed"'
    stub apt-cache 'grep -qw -- "$2" "$DISK/known"'
    stub df 'echo "Filesystem 1024-blocks Used Available"; echo "/dev/x 9 9 $(cat "$DISK/free")"'
    stub apt-get 'case $* in *--assume-no*) cat "$DISK/size" && exit 1 ;; esac
        echo "apt-get $* ($DEBIAN_FRONTEND)" >>"$DISK/log"
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
like "$out" '^deps: 1,100 MB to download, 2.9 GB on the disk$' "and how much that is"
like "$out" "^deps: left out; 'make deps test' brings prove pandoc\$" "and what it leaves out"
deps
is "$status: $out" "0: deps: nothing is missing
deps: left out; 'make deps test' brings prove pandoc
deps: left out; 'make deps book' brings pandoc" "again: nothing to do"

# --- For some targets more ---

fresh_debian "nasm xxd bios" "prove pandoc" "prove pandoc"
deps --list book
like "$out" "^missing${tab}pandoc${tab}the web site\$" "--list, for the book"
unlike "$out" prove "nothing that only the tests want"
deps --left-out book
is "$out" "test${tab}prove" "--left-out, for the book"
deps --command book test
like "$out" ' prove pandoc$' "--command, for both"
deps test
is "$status: $(cat "$tmp/installed")" "0: nasm xxd bios
prove pandoc" "for the tests: their own, and what they share with the book"
unlike "$out" 'left out' "then nothing is left out"
deps --need book
is "$status: $err" "2: deps: 'make book' needs pandoc, which 'make deps book' brings" \
    "--need: a command that isn't there, even if the package is"
stub pandoc ''
deps --need book
is "$status: $out$err" "0: " "--need: nothing to say"
rm "$tmp/bin/pandoc"
deps tset
is "$status: $err" "2: deps: no package is for 'tset'; expected always test book" "no such target"

# --- As a user ---

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
like "$err" 'apt-get knows none of what is missing; is a mirror .* in /etc/apt/sources' "and it says so"
is "$(grep -c '^apt-get' "$tmp/log")" 1 "after one update"
unlike "$(cat "$tmp/log")" 'apt-get install' "nothing is installed"

fresh_debian "bios" "nasm xxd" "nasm xxd"
echo 3900000 >"$tmp/free"
deps
is "$status: $err" "1: deps: /usr has no room for that: 3993 MB are free, of 4000 MB; \
'sudo apt-get clean' may make some" "too little room"
unlike "$(cat "$tmp/log")" 'apt-get install' "nothing is installed"

why="deps: apt-get failed, for the reason above ('E:'); where that is a mirror or the network, look at \
/etc/apt/sources.list*, then run this again"
stub apt-get 'exit 100'
fresh_debian "bios" "" "nasm xxd"
deps
is "$status: $err" "1: $why" "apt-get update fails"
fresh_debian "bios" "nasm xxd" "nasm xxd"
deps
is "$status: $err" "1: $why" "apt-get install fails"
stub sudo 'exit 1'
deps
is "$status: $err" "1: deps: sudo didn't do it (status 1), so as root, please: apt-get install -y \
--no-install-recommends nasm xxd" "sudo refuses"
rm "$tmp/bin/sudo"
deps
is "$status: $err" "1: deps: there is no sudo here, so as root, please: apt-get install -y \
--no-install-recommends nasm xxd" "no sudo"

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
is "$status: $(echo "$out" | head -n 1)" "0: deps: nothing is missing" "all there: status 0 everywhere"

deps --everything
is "$status: $err" "2: deps: unknown option '--everything'; expected --command, --list, --need or --left-out" \
    "an unknown option"

# --- The table itself ---

# Reads well only if it parses: one name or five columns, and a purpose, below a heading.
bad=$(awk '/^#|^ *$/ { next }
    /^[a-z -]+:$/ { heading = 1; next }
    !heading { print "no heading: " $0 }
    !/#/ { print "no purpose: " $0 }
    { sub(/ *#.*/, "") }
    NF != 1 && NF != 5 { print NF " columns: " $0 }' "$lab/packages")
is "$bad" "" "common/lab/packages: one name or five columns, and a purpose"

done_testing
