# shellcheck shell=sh
# The exercises of one stage: as shipped each fails, in the form that a reader can use, and with its
# solution it passes; the compiler and NASM have nothing to warn of. With each patch in wrong/ on top of the
# solution, a mistake that a reader may make, it fails again; those in wrong/slow/ are tried with SLOW=1.
# Sourced by exercises_NN.t with the number of the stage, and with how many seeds to try a solution: one, where
# each run needs a whole machine.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
export EXERCISES="$tmp/copies" WERROR=-Werror

# It failed, not because it can't be built, with all that a reader needs.
refused() {
    is "$status" 1 "$1"
    like "$out" "^FAIL $ex\$" "$ex: and says so"
    unlike "$out" "^expected: +(make -C|nasm assembles|it compiles)" "$ex: not because it can't be built"
    is "$(printf '%s\n' "$out" | grep -cE '^(expected|got|hint): +[^ ]')" 3 \
        "$ex: with what was expected, what came, and a hint"
    is "$err" "" "$ex: the check itself does not complain"
}

wrong() {
    for patch in "$folder"wrong/*.patch ${SLOW:+"$folder"wrong/slow/*.patch}; do
        [ -f "$patch" ] || continue
        name=$(basename "$patch" .patch | tr _ ' ')
        run 60 git -C "$EXERCISES/$ex" apply --whitespace=nowarn "$PWD/$patch"
        is "$status:$err" "0:" "$ex, \"$name\": the patch fits the solution"
        run 3100 tools/exercise check "$ex"
        refused "$ex, \"$name\", is refused"
        run 60 git -C "$EXERCISES/$ex" checkout -q .
    done
}

# $1: the stage's number, $2: how many seeds
exercises() {
    for folder in exercises/"$1"-*/; do
        ex=$(basename "$folder" | sed 's/_.*//')
        run 600 tools/exercise start "$ex"
        is "$status:$err" "0:" "$ex starts"

        run 3100 tools/exercise check "$ex"
        refused "$ex fails as shipped"

        run 600 tools/exercise solution "$ex"
        is "$status:$err" "0:" "$ex has a solution that fits"
        seed=0
        while [ $seed -lt "$2" ]; do
            seed=$((seed + 1))
            run 3100 env SEED=$((seed * $$)) tools/exercise check "$ex"
            is "$status:$out$err" "0:PASS $ex" "$ex passes with its solution (SEED=$((seed * $$)))"
        done
        wrong
        rm -rf "$tmp/copies"
    done
}
