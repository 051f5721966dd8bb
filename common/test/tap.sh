# shellcheck shell=sh disable=SC2034
# TAP for shell tests, in plain POSIX sh so that the same file runs under dash and under the
# busybox of the KVM lab. A test sources it, calls ok / is / like / run, and ends with done_testing.

tap_run=0
tap_failed=0

# ok STATUS WHAT: one result; STATUS 0 is a pass.
ok() {
    tap_run=$((tap_run + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $tap_run - $2"
    else
        echo "not ok $tap_run - $2"
        tap_failed=$((tap_failed + 1))
    fi
}

# diag TEXT: each line of it as a TAP comment, control characters made visible.
diag() {
    printf '%s\n' "$1" | tail -n "${TAP_DIAG_LINES:-40}" | tr -c '\n\40-\176' '?' | sed 's/^/# /'
}

# is GOT WANTED WHAT: two strings are the same.
is() {
    [ "$1" = "$2" ]
    tap_same=$?
    ok $tap_same "$3"
    [ $tap_same -eq 0 ] || {
        diag "got:      $1"
        diag "expected: $2"
    }
}

# like TEXT PATTERN WHAT: an extended regular expression matches a line of TEXT.
like() {
    printf '%s\n' "$1" | grep -Eq -- "$2"
    tap_same=$?
    ok $tap_same "$3"
    [ $tap_same -eq 0 ] || {
        diag "expected a line like: $2"
        diag "$1"
    }
}

# unlike TEXT PATTERN WHAT: no line of TEXT matches.
unlike() {
    printf '%s\n' "$1" | grep -Eq -- "$2"
    [ $? -eq 1 ]
    tap_same=$?
    ok $tap_same "$3"
    [ $tap_same -eq 0 ] || {
        diag "expected no line like: $2"
        diag "$1"
    }
}

# run SECONDS COMMAND...: runs it without input; sets $out, $err and $status. The limit is for what hangs,
# and takes its time on a busy machine: 300 for what takes a second.
run() {
    tap_limit=$1
    shift
    timeout -k 5 "$tap_limit" "$@" </dev/null >"$tmp/out" 2>"$tmp/err"
    status=$?
    out=$(tr -d '\000' <"$tmp/out")
    err=$(tr -d '\000' <"$tmp/err")
}

# stop TEXT COMMAND...: runs it until it has printed TEXT and SIGTERM has ended it; sets the same.
stop() {
    tap_text=$1
    shift
    : >"$tmp/out"
    timeout -k 5 300 "$@" </dev/null >"$tmp/out" 2>"$tmp/err" &
    while kill -0 $! 2>/dev/null && ! grep -Fq -- "$tap_text" "$tmp/out"; do
        sleep 0.1
    done
    kill -TERM $!
    wait $! 2>/dev/null # without the shell's word on it
    status=$?
    out=$(tr -d '\000' <"$tmp/out")
    err=$(tr -d '\000' <"$tmp/err")
}

# skip WHAT REASON: one test that can't run here.
skip() {
    tap_run=$((tap_run + 1))
    echo "ok $tap_run - $1 # SKIP $2"
}

# skip_all REASON: nothing of this file can run here.
skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

# done_testing: the plan; the exit status that prove wants.
done_testing() {
    echo "1..$tap_run"
    [ "$tap_failed" -eq 0 ]
    exit
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 143' TERM INT HUP
