#!/bin/sh
# What surrounds the exercises: starting one, starting over, solving it; rejoin, which loses nothing; and the
# difference between two stages.

cd "$(dirname "$0")/../.." || exit 1
. common/test/tap.sh

# A tree of our own, with a history of one commit.
git ls-files -z 01_hello 02_bios common Makefile book/README.md book/01_hello book/02_bios book/tools \
    book/exercises/check_lib.sh book/exercises/01-01_read_a_port book/exercises/02-05_where_is_this_byte |
    tar --null -T - -cf - | (mkdir "$tmp/t" && tar -C "$tmp/t" -xf -)
cd "$tmp/t" || exit 1
unset EXERCISES MAKEFLAGS MAKELEVEL MFLAGS
export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x GIT_CONFIG_GLOBAL=/dev/null
cp -a .  "$tmp/unpacked"
{ git init -q && git add -A && git commit -q -m "The book's"; } 2>/dev/null
copy=build/exercises/02-05

run 600 make -s exercise EX=02-05
is "$status:$err" "0:" "an exercise starts"
like "$out" "read +book/exercises/02-05_where_is_this_byte/README.md" "and says what to read"
is "$(git -C $copy status --short):$(git -C $copy tag)" ":start" "in a clean repository with the tag start"
echo "# mine" >>$copy/02_bios/where.sh
run 600 make exercise EX=02-05
is "$(tail -n 1 $copy/02_bios/where.sh)" "# mine" "it isn't made anew over what somebody did"
like "$err" "$copy exists: go on there, or start over with: .*FRESH=1" "and says how to start over"
run 600 book/tools/exercise check 02-05
is "$status:$(printf '%s\n' "$out" | head -n 1)" "1:FAIL 02-05" "its check fails as shipped"
run 600 book/tools/exercise solution 2-5
run 600 book/tools/exercise check 02-05
is "$status:$out" "0:PASS 02-05" "and passes with the solution, by a short number as well"
is "$(git -C $copy show mine:02_bios/where.sh | tail -n 1)" "# mine" "what somebody did is on the branch mine"
run 600 book/tools/exercise solution 02-05
is "$status" 2 "the solution of a solution"
like "$err" "go back to what you did: git -C $copy checkout mine" "is refused, with the way back"
run 600 env FRESH=1 book/tools/exercise start 02-05
is "$status:$(grep -c mine $copy/02_bios/where.sh)" "0:0" "FRESH=1 starts over"

for wrong in 02-09 2-6 025 '' ../01; do
    run 600 book/tools/exercise check "$wrong"
    is "$status:$err" "2:EX='$wrong': expected the number of an exercise: 01-01 02-05 " "EX='$wrong' is refused"
done
run 600 book/tools/exercise check 01-01
is "$status:$err" "2:01-01 is not started: make exercise EX=01-01" "an exercise that isn't started"
run 600 env SEED=x book/tools/exercise check 02-05
is "$status:$err" "2:SEED='x': expected a whole number" "a seed that is no number"
run 600 make -s exercises
like "$out" "^02-05 +explain +Where is this byte\? +\(started\)" "the list has the number, the kind and the title"

# A check that ends without a verdict is none.
cp book/exercises/02-05_where_is_this_byte/check.sh "$tmp/check.sh"
# shellcheck disable=SC2016 # for the check
printf '#!/bin/sh\n. "$EXERCISE_LIB"\nexit 0\n' >book/exercises/02-05_where_is_this_byte/check.sh
run 600 book/tools/exercise check 02-05
is "$status" 3 "a check without a verdict"
like "$err" "The check of 02-05 broke" "is called broken"
cp "$tmp/check.sh" book/exercises/02-05_where_is_this_byte/check.sh

# The code below an exercise has moved, or changed in the lines of its patch.
copy=build/exercises/01-01
git mv 01_hello/main.c 01_hello/vm.c
run 60 book/tools/exercise start 01-01
is "$status" 2 "a patch that doesn't fit any more"
run 60 book/tools/exercise refresh 01-01
is "$status:$err" "0:" "is made anew"
run 60 book/tools/exercise start 01-01
is "$status:$(grep -c PORT_RECEIVE $copy/01_hello/vm.c)" "0:1" "and fits"
rm -r $copy && git reset -q --hard && sed -i 's/PORT_TRANSMIT/PORT_SEND/' 01_hello/main.c
run 60 book/tools/exercise refresh 01-01
is "$status:$(git status --short -uno)" "2: M 01_hello/main.c" "where git can't merge, no patch changes"
mend=build/exercises/refresh-01-01
like "$err" "^Mend that in $mend, " "and it says what to do"
sed -i '/^[<=>]\{7\}/d; /^#define PORT_TRANSMIT/d' $mend/01_hello/main.c
run 60 book/tools/exercise refresh 01-01
is "$status:$(git status --short -uno)" "2: M 01_hello/main.c" "all of it"
git -C $mend add -A && git -C $mend -c core.editor=true cherry-pick --continue >/dev/null
run 60 book/tools/exercise refresh 01-01
run 60 book/tools/exercise start 01-01
is "$status:$(grep -c 'PORT_RECEIVE\|PORT_SEND' $copy/01_hello/main.c)" "0:3" "with that done, it fits"
rm -r $copy && git reset -q --hard

# The reader has changed what an exercise begins with. Rejoin mends that.
sed -i 's/^static bool transmit/static bool my_transmit/; /^#define PORT_TRANSMIT/d' 01_hello/main.c
echo new >01_hello/new.c
rm common/kvm/exits/exit.c
run 600 book/tools/exercise start 01-01
is "$status:$(ls build/exercises)" "2:02-05" "an exercise that doesn't fit isn't started"
like "$err" "error: .*01_hello/main.c" "the file that differs is named"
like "$err" "Put your changes aside first: make rejoin STAGE=01" "and what helps"
git add 01_hello/new.c && git commit -q -m "The reader's" -- 01_hello/new.c
git update-ref refs/remotes/origin/main HEAD~1 && git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main
cp 01_hello/main.c "$tmp/mine.c"
run 600 make -s rejoin STAGE=01
is "$status:$err" "0:" "rejoin"
aside=$(echo build/rejoin/*_01_hello)
like "$out" "What you had is in $aside:" "says where the changes are"
cmp -s "$aside/01_hello/main.c" "$tmp/mine.c" && [ "$(cat "$aside/01_hello/new.c")" = new ]
ok $? "they are there, those in a commit as well"
is "$(git diff --name-status HEAD~1)" "" "the two folders are as in the book"
is "$(git log --format=%s | head -n 1)" "The reader's" "no commit is lost"
run 600 make -s rejoin STAGE=01_hello
is "$out:$(echo build/rejoin/*)" "01_hello and common/ are as in the book already.:$aside" "and once more there is nothing to do"
cp -a "$aside"/*/ . && cmp -s 01_hello/main.c "$tmp/mine.c"
ok $? "they can be had back as it says"
for wrong in 07 '' common ..; do
    run 600 book/tools/rejoin "$wrong"
    is "$status:$err" "2:STAGE='$wrong': expected the number of a stage: 01_hello 02_bios" "STAGE='$wrong' is refused"
done
cd "$tmp/unpacked" || exit 1
run 600 book/tools/rejoin 01
is "$status" 2 "without git"
like "$err" "unpack it once more" "rejoin can't help, and says what can"
run 600 book/tools/exercise start 01-01
is "$status:$err" "0:" "but exercises can be had"
cd "$tmp/t" || exit 1
run 600 book/tools/rejoin 01

# The difference of two stages.
run 600 make -s diff FROM=01_hello TO=02_bios
is "$status:$err" "0:" "the difference of two stages"
is "$(printf '%s\n' "$out" | sed '/^$/d' | head -n 1)" "== Where a PC starts, book/02_bios/1_where_a_pc_starts.md" "begins with the first chapter"
like "$out" "^\+// 02_bios: a PC that starts like a PC" "shows lines"
unlike "$out" "$(printf '\033')" "without colour, as this is no terminal"
run 600 make -s diff FROM=01 TO=02 STAT=1 COLOUR=1
like "$out" "^options.c +new +\+[0-9]+ +-0$" "STAT=1 shows how many"
like "$out" "^vcpu_create\(\) is now in common/kvm/vcpu.c$" "and what went to common/"
like "$out" "$(printf '\033')\[1m== " "COLOUR=1 is in colour anyway"
run 600 make -s diff FROM=01
is "$(printf '%s\n' "$err" | head -n 1)" \
    "usage: make diff FROM=01_hello TO=02_bios [STAT=1]; the stages are 01_hello 02_bios" "a stage is missing"

done_testing
