# shellcheck shell=sh disable=SC2154
# For a stage's tests that need /dev/kvm: they run where `make run` would, straight or in the KVM lab.
# Sourced behind tap.sh, in the stage's folder.

# needs_kvm [--fast] [OPTION]...: where this machine's /dev/kvm won't do, the test begins anew in the
# lab. There it finds its stage's folder, $vm, and what the OPTIONs of kvm-lab add. --fast is that of
# common/lab/run. A lab that hangs is ended after $kvm_limit seconds, or else 900. Two CPUs are for tests
# that need them (--cpus 2): with two, QEMU 7.2 was seen to stop, and to reset, under whole guests.
needs_kvm() {
    [ "${LAB-}" != 0 ] || return 0 # that is so in the lab
    kvm_fast=
    [ "${1-}" != --fast ] || { kvm_fast=--fast && shift; }
    kvm_where=$(../common/lab/run --where $kvm_fast) || exit
    [ "$kvm_where" = lab ] || return 0

    echo "# in the KVM lab"
    rm -rf "$tmp"
    unset KVM_DEVICE # it isn't the lab's
    # In the foreground, so that Ctrl-C reaches the lab.
    exec timeout --foreground -k 5 "${kvm_limit:-900}" ../common/lab/kvm-lab/start "$@" --with . --with ../common/test/tap.sh \
        --with ../common/test/kvm.sh env "VM=$vm" sh "test/${0##*/}" </dev/null
}

# needs_kvm_and_expect [OPTION]...: the same for a test that types.
needs_kvm_and_expect() {
    command -v expect >/dev/null || skip_all "expect is missing"
    [ "${LAB-}" != 0 ] || return 0
    # shellcheck disable=SC2016 # for Tcl
    needs_kvm "$@" --with "$(command -v expect)" --with "$(expect -c 'puts $tcl_library')" \
        --with "$("${CC:-gcc}" -print-file-name=libgcc_s.so.1)" # glibc opens it to end a thread
}

# refused TEXT WHAT OPTION...: $vm with $kernel and these says one line, which TEXT matches, and status 2.
refused() {
    kvm_text=$1
    kvm_what=$2
    shift 2
    run 300 "$vm" --kernel "$kernel" "$@"
    is "$status" 2 "$kvm_what: status 2"
    like "$err" "$kvm_text" "$kvm_what: the line"
    is "$(echo "$err" | wc -l)" 1 "$kvm_what: one line"
}
