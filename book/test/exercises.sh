# shellcheck shell=sh
# The exercises of one stage: as shipped each fails, in the form that a reader can use, and with its
# solution it passes; the compiler and NASM have nothing to warn of. Sourced by exercises_NN.t with the
# number of the stage, and with how many seeds to try a solution: one, where each run needs a whole machine.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
export EXERCISES="$tmp/copies" WERROR=-Werror

# $1: the stage's number, $2: how many seeds
exercises() {
    for folder in exercises/"$1"-*/; do
        ex=$(basename "$folder" | sed 's/_.*//')
        run 600 tools/exercise start "$ex"
        is "$status:$err" "0:" "$ex starts"

        run 3100 tools/exercise check "$ex"
        is "$status" 1 "$ex fails as shipped"
        like "$out" "^FAIL $ex\$" "$ex: and says so"
        unlike "$out" "^expected: +(make -C|nasm assembles|it compiles)" "$ex: not because it can't be built"
        is "$(printf '%s\n' "$out" | grep -cE '^(expected|got|hint): +[^ ]')" 3 \
            "$ex: with what was expected, what came, and a hint"
        is "$err" "" "$ex: the check itself does not complain"

        run 600 tools/exercise solution "$ex"
        is "$status:$err" "0:" "$ex has a solution that fits"
        seed=0
        while [ $seed -lt "$2" ]; do
            seed=$((seed + 1))
            run 3100 env SEED=$((seed * $$)) tools/exercise check "$ex"
            is "$status:$out$err" "0:PASS $ex" "$ex passes with its solution (SEED=$((seed * $$)))"
        done
        rm -rf "$tmp/copies"
    done
}
