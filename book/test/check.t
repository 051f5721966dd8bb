#!/bin/sh
# The check itself: a tiny book over a tiny stage is fine, and broken in one way it is told so.

# shellcheck disable=SC2016  # backticks are Markdown's here

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
top=$(cd .. && pwd)

# A fresh book: two pages and a cover, over a stage of one program.
fresh() {
    rm -rf "$tmp/t"
    mkdir -p "$tmp/t/01_hello" "$tmp/t/02_bios" "$tmp/t/common/lab" "$tmp/t/book/01_hello"
    cd "$tmp/t" || exit 1
    cat >01_hello/main.c <<'END'
// A stage.

#include <stdio.h>

#define PORT 0x3F8  // a port
#define SIZE 4096

struct vm {
    int fd;
};

static const struct {
    int code;
} codes[] = {
    {1},
};

// Says hello.
int main(void)
{
    puts("hello");
    return codes[0].code - 1;
}
END
    sed 's/hello/good morning/; s/int fd;/int fd, vcpu_fd;/' 01_hello/main.c >02_bios/main.c
    cat >01_hello/rom.asm <<'END'
; A guest.

PORT equ 0x12

start:
        nop
; The end.
done:
        hlt
        jmp done
END
    printf 'vm: main.c\n\tgcc -o vm main.c\n' >01_hello/Makefile
    printf '# Known words.\nKiB\n' >book/words.txt
    printf '# The book\n\n- [First](01_hello/1_first.md)\n- [Second](01_hello/2_second.md)\n' >book/README.md
    printf '# Second\n\n## Goal\n' >book/01_hello/2_second.md
    cat >book/01_hello/1_first.md <<'END'
# First

A **term** and [code](../01_hello/main.c), see [below](#end). `main()` is in `01_hello/main.c`.
The port is `0x3F8`<!-- = 01_hello/main.c PORT -->, four KiB<!-- = 01_hello/main.c SIZE --> big, and
12h<!-- = 01_hello/rom.asm PORT --> for the guest; a structure has 4 bytes<!-- = 01_hello/main.c sizeof(struct vm) -->.

```c file=01_hello/main.c symbol=PORT, struct vm
```

```c file=01_hello/main.c symbol=codes
```

```c file=01_hello/main.c symbol=main
```

```nasm file=01_hello/rom.asm anchor=start,done
```

```nasm file=01_hello/rom.asm anchor=PORT
```

```diff from=01_hello to=02_bios file=main.c symbol=struct vm
```

```text made-by=echo printed
```

```c sketch
not from the code
```

## End
END
    sed -i 's,\.\./01_hello/main.c,../../01_hello/main.c,' book/01_hello/1_first.md
    "$top/book/check" --top . rewrite >/dev/null
}
page=book/01_hello/1_first.md

check() {
    run 600 "$top/book/check" --top . "$@"
}

# says COMMAND PATTERN WHAT: the check fails with that line and no other.
says() {
    check "$1"
    like "$out" "$2" "$3"
    is "$status:$(printf '%s\n' "$out" | grep -c .):$err" "1:1:" "$3: one line, status 1"
}

fresh
for command in listings values links spelling terms early measure; do
    check $command
    is "$status:$out$err" "0:" "the book is fine: $command"
done
like "$(cat $page)" '^// Says hello\.$' "a function comes with its comment"
like "$(cat $page)" '^#define SIZE 4096$' "a macro with its paragraph"
like "$(cat $page)" '^static const struct \{$' "a table with its anonymous structure"
like "$(cat $page)" '^; The end\.$' "a label with its comment"
like "$(cat $page)" '^\+    int fd, vcpu_fd;$' "a difference of two stages"
like "$(cat $page)" '^printed$' "what a command prints"
check rewrite
is "$status:$out" "0:" "a second rewrite changes nothing"
caption='<sub>[01_hello/main.c](../../01_hello/main.c): `PORT`, `struct vm`</sub>'
is "$(grep -B 1 'symbol=PORT, struct vm' $page | head -n 1)" "$caption" "a listing says where it is from"
like "$(cat $page)" '^<sub>\[01_hello/main.c\]\(../../01_hello/main.c\) → \[02_bios/main.c\]\(../../02_bios/main.c\): .struct vm.</sub>$' \
    "a difference, too"
is "$(grep -c '^<sub>' $page)" 6 "and no listing that is from no file"
sed -i 's/: .PORT., .struct vm.<.sub>/: `PORT`<\/sub>/' $page
says listings "1_first.md:[0-9]+: the line above should say where the listing is from" "a caption that isn't so"
check rewrite
is "$(grep -B 1 'symbol=PORT, struct vm' $page | head -n 1):$(grep -c '^<sub>' $page)" "$caption:6" "it is mended"
sed -i '/^<sub>.*main.*PORT/d' $page
says listings "1_first.md:[0-9]+: the line above should say where the listing is from" "a listing without its file"

# Listings.
fresh && sed -i 's/puts("hello")/puts("hullo")/' 01_hello/main.c
says listings "1_first.md:[0-9]+: the listing differs from the code, which has .*hullo.*rewrites it" \
    "a changed line of code"
check rewrite
check listings
is "$status:$out" "0:" "and rewrite mends it"
fresh && sed -i '/^    int fd;$/d' $page
says listings "the listing differs from the code, which has .    int fd;." "a line lost from a listing"
fresh && sed -i 's/^    nop$/&/; s/^        nop/        hlt/' 01_hello/rom.asm
says listings "the listing differs from the code, which has .        nop|        hlt" "a changed line of assembly"
fresh && sed -i 's/int fd, vcpu_fd/int vcpu_fd/' 02_bios/main.c
says listings "the listing differs from the code, which has .\+    int vcpu_fd;" "a changed difference"
fresh && sed -i 's/symbol=main$/symbol=mean/' $page
says listings "no source: 01_hello/main.c has no symbol mean" "a symbol that isn't there"
fresh && sed -i 's,file=01_hello/main.c symbol=main$,file=01_hello/mean.c symbol=main,' $page
says listings "no source: there is no file 01_hello/mean.c" "a file that isn't there"
fresh && sed -i 's/^```c sketch/```c/' $page
says listings "a listing in c without its source" "code from nowhere"
fresh && sed -i 's/made-by=echo printed/made-by=false/' $page
says listings "no source: .false. failed" "a command that fails"
fresh && sed -i 's,symbol=main$,symbol=main lines=/puts/\,/nowhere/,' $page
says listings "no line of it after that matches" "a part that doesn't end"
# What stops before its end.
jump() {
    printf '\nenter:\n        cli\n%%macro load 1\n        mov eax, %%1\n%%endmacro\n        load 1\n        %s\n' "$1"
    printf '.more:\n        hlt\n        jmp .more\n\nother:\n        ret\n'
}
enter() {
    jump "$1" >>01_hello/rom.asm
    printf '\n```nasm file=01_hello/rom.asm anchor=enter\n```\n' >>"$page"
}
fresh && enter "jz .more"
check rewrite
check listings
is "$status:$out" "0:" "a label's code ends where it ends"
like "$(cat $page)" '^        jmp \.more$' "not at a macro in its middle"
fresh && sed -i 's/anchor=start,done/anchor=start/' $page
check rewrite
says listings "1_first.md:[0-9]+: the listing stops early: .start. goes on in line 9 of 01_hello/rom.asm: .hlt" \
    "a label whose code runs on into the next"
fresh && sed -i 's,anchor=start\,done,anchor=start lines=/start/\,/nop/,' $page
check rewrite
check listings
is "$status:$out" "0:" "unless a part is asked for"
makes() {
    printf '\n#define GET(name) \\\n    int get_##name(void) \\\n    { \\\n        return 1; \\\n    }\n\nGET(one)\nGET(two)\n' >>01_hello/main.c
    printf '\nint last(void)\n{\n    return 2;\n}\n' >>01_hello/main.c
    printf '\n```c file=01_hello/main.c symbol=%s\n```\n' "$1" >>"$page"
}
fresh && makes GET
check rewrite
check listings
is "$status:$out" "0:" "a macro that defines functions"
like "$(cat $page)" '^#define GET\(name\)' "is printed with its definition, not with its uses"
fresh && makes last
check rewrite
check listings
is "$status:$out" "0:" "the function behind its uses"
like "$(cat $page)" '^    return 2;$' "is not taken for one of them"
opens() {
    sed -i 's/^static const struct {/static const struct code {/' 01_hello/main.c
    sed -i 's/symbol=codes$/symbol=struct code/' "$page"
}
fresh && opens
check rewrite
says listings "the listing stops early: its brackets do not close" "half a table"

fresh && printf '\n```c sketch\n' >>$page
says listings "this fence is never closed" "an open fence"
fresh && printf '\n```diff break=01_hello/main.c\n-    puts("nothing");\n+\n```\n' >>$page
says listings "this change can't be made: .*is in 01_hello/main.c 0 times, expected once" \
    "a change of what isn't there"

fresh && printf '\n<!-- made-by echo "| a |" -->\n<!-- end -->\n' >>$page
says listings "the listing differs from the code, which has .\| a \|." "Markdown that a command makes"
check rewrite
like "$(cat $page)" '^\| a \|$' "and rewrite puts it there"

# Numbers.
fresh && sed -i 's/0x3F8`</0x2F8`</' $page
says values "PORT of 01_hello/main.c is 1016 \(0x3F8\), printed is 760" "a wrong number"
fresh && sed -i 's/PORT 0x3F8/PORT 0x3E8/' 01_hello/main.c
says values "PORT of 01_hello/main.c is 1000 \(0x3E8\), printed is 1016" "a constant that changed"
fresh && sed -i 's/four KiB</five KiB</' $page
says values "SIZE of 01_hello/main.c is 4096 .*, printed is 5120" "a wrong size in words"
fresh && sed -i 's/12h</13h</' $page
says values "PORT of 01_hello/rom.asm is 18 \(0x12\), printed is 19" "a wrong number from assembly"
fresh && sed -i 's/main.c SIZE -->/main.c SIZES -->/' $page
says values "the value of SIZES of 01_hello/main.c is unknown: .*undeclared" "a constant that isn't there"
fresh && sed -i 's/main.c sizeof(struct vm)/main.c 4/; s/4 bytes</that</' $page
says values "no number stands directly before" "a comment without its number"

# Messages.
fresh && printf '\nIt says `hel...o`<!-- in 01_hello/main.c -->.\n' >>$page
check values
is "$status:$out" "0:" "a message that the code has"
sed -i 's/puts("hello")/puts("good day")/; s/Says hello/Speaks/' 01_hello/main.c
says values "01_hello/main.c does not say .hel\.\.\.o." "a message that changed"

# Headings.
chapter() {
    fresh
    printf -- '- [Third](01_hello/3_third.md)\n' >>book/README.md
    {
        printf '# Third\n\n## Goal\n\n```console\n$ true\n```\n\n## Before you start\n\n## Concept\n\n'
        printf '```text\na diagram\n```\n\n## Code\n\n## Run\n\n## When it goes wrong\n\n## What changed\n\n'
        yes '' | head -n 180
        printf '## Exercises\n\n## Further reading\n'
    } >book/01_hello/3_third.md
    page=book/01_hello/3_third.md
}
# heading PATTERN WHAT: the same as says, for the headings of the third page.
heading() {
    check headings $page
    like "$out" "$1" "$2"
    is "$status:$(printf '%s\n' "$out" | grep -c .):$err" "1:1:" "$2: one line, status 1"
}
chapter
check headings $page
is "$status:$out$err" "0:" "a chapter is fine"
sed -i '/^## Run$/d' $page
heading "3_third.md: there is no .## Run." "a heading that isn't there"
chapter && sed -i 's/^## Run$/### Run/' $page
heading "there is no .## Run." "a heading of another level"
chapter && printf '## Run\n' >>$page
heading ".## Run. comes too late, or twice" "a heading too late"
chapter && printf '## Remarks\n' >>$page
heading ".## Remarks. is none of: Goal, Before you start" "a heading of its own"
chapter && printf '# Fourth\n' >>$page
heading "a second .#.: one a page" "a second title"
chapter && sed -i '1s/.*//' $page
heading "no title: expected .# \.\.\.. in its first line" "no title"
chapter && printf '#### Deep\n' >>$page
heading "skips a level" "a level skipped"
chapter && sed -i '30,130d' $page
heading "lines, expected at least 200" "a chapter too short"
chapter && yes '' | head -n 620 >>$page
check headings $page
like "$out" "3_third.md: warning: 8[0-9]* lines: has it more than one idea" "a chapter of more than 800 lines: a warning"
is "$status:$(printf '%s\n' "$out" | grep -c .)" "0:1" "which is no failure"
chapter && yes '' | head -n 500 >>$page
check headings $page
is "$status:$out" "0:" "one of 700 lines is fine"
chapter && sed -i 's/^```console/```text/' $page
heading "the goal shows no transcript" "a goal without a transcript"
chapter && sed -i 's/^```text/```markdown/' $page
heading "the concept has no diagram" "a concept without a diagram"
page=book/01_hello/1_first.md

# Links.
fresh && sed -i 's,(\.\./\.\./01_hello/main.c),(../01_hello/main.c),' $page
says links "the link ../01_hello/main.c leads nowhere: there is no book/01_hello/main.c" "a dead link"
fresh && sed -i 's,(#end),(#ende),' $page
says links "the link #ende leads nowhere: .* has no heading #ende" "a dead anchor"
fresh && sed -i 's,`main()`,`mean()`,' $page
says links "mean\(\). is mentioned, and the code has no such function" "a function that isn't there"
fresh && sed -i 's,`01_hello/main.c`,`01_hello/mean.c`,' $page
says links "01_hello/mean.c. is mentioned, and there is no such file" "a file that isn't there"
fresh && sed -i '/Second/d' book/README.md
says links "2_second.md: the table of contents in book/README.md has no link to it" "a page outside the contents"

# An exercise that checks itself.
exercise=book/exercises/01-01_more/README.md
with_exercise() {
    fresh
    mkdir -p "${exercise%/*}"
    printf '# More\n\n[one](01-01_more/README.md)\n' >book/exercises/README.md
    printf -- '- [More](exercises/README.md)\n' >>book/README.md
    printf '+++ b/01_hello/more.c\n+int more(void)\n' >"${exercise%/*}/solution.patch"
    {
        printf '# 01-01: More\n\nKind: fill. Time: 5 minutes. Read first: [the first](../../01_hello/1_first.md).\n'
        printf '\n## Goal\n\n`more()` in `01_hello/more.c`.\n\n## Why it matters\n\n## Expected result\n\n## Hints\n'
        for hint in one two three; do
            printf '\n<details><summary>%s</summary>\n\nIt is %s.\n\n</details>\n' $hint $hint
        done
        printf '\n## Where to look\n'
    } >$exercise
}
# lacks PATTERN WHAT: its form is wrong in one way.
lacks() {
    check headings $exercise
    like "$out" "$1" "$2"
    is "$status:$(printf '%s\n' "$out" | grep -c .)" "1:1" "$2: one line, status 1"
}
with_exercise
check all $exercise book/exercises/README.md
is "$status:$out" "0:" "an exercise is fine"
with_exercise && sed -i 's/^# 01-01/# 01-02/' $exercise
lacks "README.md:1: the title does not begin with .01-01: ." "an exercise with another number"
with_exercise && sed -i 's/^Kind: fill/Kind: play/' $exercise
lacks "README.md:3: the third line is not .Kind: " "an exercise of no kind"
with_exercise && sed -i '/^## Expected/d' $exercise
lacks "README.md: there is no .## Expected result." "a part that is missing"
with_exercise && sed -i 's/^## Hints/## Tips/' $exercise
check headings
like "$out" "README.md:13: .## Tips. is none of: Goal, " "a part of its own"
with_exercise && sed -i '/summary>two/d' $exercise
lacks "README.md:13: 2 folded blocks, expected three hints" "two hints"
with_exercise && sed -i 's/^## Where/## Answer\n\n## Where/' $exercise
lacks "README.md:13: 3 folded blocks, expected three hints and an answer" "an answer that isn't folded"
with_exercise && sed -i 's/more.c/most.c/' $exercise
says links "README.md:7: .01_hello/most.c. is mentioned, and there is no such file" "a file that no patch makes"
with_exercise && rm "${exercise%/*}/solution.patch" && mkdir -p "${exercise%/*}/add/01_hello"
echo 'int more(void);' >"${exercise%/*}/add/01_hello/more.c"
check links
is "$status:$out" "0:" "a file in add/ will do"
with_exercise && : >book/exercises/README.md
check links
like "$out" "the table of contents in book/exercises/README.md has no link to it" "an exercise outside the list"

# Words.
fresh && sed -i 's/ big, and/ bigg, and/' $page
says spelling "1_first.md:4: .bigg. is not a word" "a spelling mistake"
echo bigg >>book/words.txt
check spelling
is "$status:$out" "0:" "unless it is in words.txt"
fresh && sed -i 's/ big, and/ color, and/' $page
says spelling ".color. is not a word of British English" "American spelling"
fresh && printf '\nThe **term** again.\n' >>book/01_hello/2_second.md
says terms "2_second.md:5: \*\*term\*\* is bold a second time; it is explained in .*1_first.md:3" "a term bold twice"

# Terms before they are explained.
early() {
    fresh && printf '\nHere is the **thing**.\n' >>book/01_hello/2_second.md
    printf 'thing | what it is\nother thing | OT: nowhere bold\n' >book/glossary.txt
    printf '%s\n' "$1" >>$page
}
early 'Use the thing.'
says early '1_first.md:[0-9]+: .thing. comes before book/01_hello/2_second.md explains it' "a term before its explanation"
for fine in 'Use a thing, the best there is.' 'Use a thing (a tool).' 'Nothing.' 'The file thing.c, or `thing`.' \
    'Use a [thing](2_second.md).' 'What some people call a thing.' 'An anything.'; do
    early "$fine"
    check early
    is "$status:$out$err" "0:" "no such term: $fine"
done
early '' && printf '\n## Goal\n\nA thing.\n\nThe **thing**.\n' >book/01_hello/2_second.md
sed -i '1i# Second' book/01_hello/2_second.md
says early '2_second.md:[0-9]+: .thing. comes before' "above its explanation, in the same page"

# Members that come later.
fresh && printf '\nstruct big {\n    int a;\n    int b, c;  // later; ever\n    char d[4];\n\n    int e;\n    int f;\n};\n' >>01_hello/main.c
printf '\n```c file=01_hello/main.c symbol=struct big later=c 7, b 9, d 8, f 9\n```\n' >>$page
check rewrite
is "$(sed -n '/^struct big/,/^}/p' $page)" "struct big {
    int a;
    // c: chapter 7; b: chapter 9; d: chapter 8

    int e;
    // f: chapter 9
};" "members that are explained later are left out"
sed -i 's/later=c 7/later=x 7/' $page
says listings "1_first.md:[0-9]+: this listing has no source: no member is called x" "a member that isn't there"

# Measures.
fresh && printf '\n```c file=01_hello/main.c symbol=codes\n```\n' >>book/01_hello/2_second.md
check rewrite
says measure '2_second.md:[0-9]+: this listing is printed in book/01_hello/1_first.md:[0-9]+ already' "a listing twice"
fresh
for i in 1 2 3 4 5 6 7; do
    printf '\nWords.\n\n```c file=01_hello/main.c symbol=codes%d\n```\n' $i >>$page
    printf '\nint codes%d[] = {\n    %s,\n};\n' $i "$(seq -s ",
    " $i 1$i)" >>01_hello/main.c
done
check rewrite
check measure
like "$out" '1_first.md:[0-9]+: [0-9]+ listings in a row with less than 40 words' "many listings in a row"
like "$out" '1_first.md: it has [0-9.]+ lines of code to a line of prose, at most 4.5' "a page of little but code"
is "$status" 1 "and these are problems"

# Coverage.
fresh
check coverage
is "$status:$out" "0:" "nothing is enforced where coverage.txt is empty"
echo 01_hello >book/coverage.txt
says coverage "01_hello/Makefile: no chapter deals with this file" "a file that no chapter deals with"
printf '\n[make](../../01_hello/Makefile)\n' >>$page
check coverage
is "$status:$out" "0:" "all is printed"
printf '\nvoid more(void)\n{\n}\n' >>01_hello/main.c
says coverage "01_hello/main.c:[0-9]+: function more is in no chapter \(3 of 3 lines\)" "a new function"
fresh && echo 01_hello/rom.asm >book/coverage.txt && sed -i 's/anchor=start,done/anchor=start/' $page
check rewrite
says coverage "01_hello/rom.asm:8: label done is in no chapter" "a label that isn't printed"
fresh && echo 01_hello/main.c >book/coverage.txt && sed -i 's,symbol=main$,symbol=main lines=/int main/\,/puts/,' $page
check rewrite
says coverage "function main is printed in part \(3 of 6 lines\)" "a function printed in part"

fresh && printf 'int %s(void)\n{\n    return 1;\n}\n\n' one two three four five >common/part.c
echo common >book/coverage.txt
check coverage
like "$out" "common/part.c: no chapter deals with this file" "a file of common/ without a chapter"
like "$out" "common/part.c: 0 % of its lines are printed or explained, expected at least 25 %" "and without lines"
printf '\nAbout [part.c](../../common/part.c): `one()`.\n' >>$page
check coverage
like "$out" "common/part.c: 20 % of its lines" "a file of common/ explained in a fifth"
printf '\nAnd `two`.\n' >>$page
check coverage
is "$status:$out" "0:" "two fifths of it explained"

fresh && printf 'int one(void)\n{\n    return 1;\n}\n' >common/part.c
printf 'common\nexcept common/p*.c\n' >book/coverage.txt
says coverage "book/coverage.txt:2: the reason for .except common/p\*.c. is missing" "an exception without a reason"
sed -i 's/p\*.c/& parts are parts/' book/coverage.txt
check coverage
is "$status:$out" "0:" "an exception with its reason"
echo 'except common/none gone' >>book/coverage.txt
says coverage "book/coverage.txt:3: there is no common/none" "an exception from nothing"

fresh && echo 01_hello/main.c >book/coverage.txt && printf '\nint one;\nint two;\n\nint three;\n' >>01_hello/main.c
echo 'except 01_hello/main.c#one,two  numbers' >>book/coverage.txt
says coverage "01_hello/main.c:[0-9]+: .* three is in no chapter" "names of a file may be left out, and no others"
echo 'except 01_hello/main.c#four  numbers' >>book/coverage.txt
check coverage
like "$out" "book/coverage.txt:3: 01_hello/main.c has no four" "a name that isn't there"

# Transcripts. transcript WORDS <LINES: the first page ends with it.
transcript() {
    fresh
    {
        printf '\n```console check %s\n' "$1"
        cat
        printf '```\n'
    } >>$page
}
# fails PATTERN WHAT
fails() {
    check transcripts
    like "$out" "^# .*$1" "$2"
    like "$out" "^not ok 1 - $page:[0-9]+( \\([0-9]+ s\\))?\$" "$2: not ok"
}
transcript <<'END'
$ cd 01_hello
$ echo "hello   "; echo 'make: Entering directory /there'; echo '  CC     main.c' >&2
hello
$ ls
Makefile
...
rom.asm
$ printf 'port 0x3f8, 12 exits and more\n\n'; false
port 0x<hex>, <n> exits and <any>
$ echo $?
1
$ echo a \
    b
a b
END
check transcripts
like "$out" "^ok 1 - $page:" "a transcript is fine: cd, wildcards, status, two lines"
is "$status:$(printf '%s\n' "$out" | grep -c .)" "0:2" "and nothing more is said"

transcript <<'END'
$ echo good morning
good evening
END
fails "prints .good morning. where the page has .good evening." "another output"
transcript <<'END'
$ echo one; echo two
one
END
fails "prints .two. where the page has nothing more" "more output"
transcript <<'END'
$ echo one
one
two
END
fails "prints nothing more where the page has .two." "less output"
transcript <<'END'
$ echo 0x12zz
0x<hex>
END
fails "prints .0x12zz. where" "no hexadecimal number"
transcript <<'END'
$ (exit 3)
$ echo $?
0
END
fails "prints .3. where the page has .0." "another status"
transcript limit=1 <<'END'
$ sleep 20
END
fails "did not end within 1 seconds" "a command that doesn't end"
transcript slow <<'END'
$ false
nothing
END
check transcripts
like "$out" "^# .* is not run: only with SLOW=1" "a slow one is left out, and named"
run 600 env SLOW=1 "$top/book/check" --top . transcripts
like "$out" "^not ok 1" "and runs with SLOW=1"

transcript typed <<'END'
$ printf 'host login: '; read name; printf '~# '; read line; echo "$name $line"
host login: me
~# stop
me stop
END
check transcripts
like "$out" "^ok 1" "somebody types"
sed -i 's/^~# stop/~# halt/' $page
fails "prints .me halt. where the page has .me stop." "and types something else"

# Programs of the stages go where common/lab/run takes them.
places() {
    mkdir -p common/lab/kvm-lab
    printf '#!/bin/sh\necho %s\n' "$1" >common/lab/run
    # shellcheck disable=SC2016 # for the scripts
    printf '#!/bin/sh\necho "lab $TRACE: $*"\n' >common/lab/kvm-lab/start
    printf '#!/bin/sh\necho "straight $TRACE: $*"\n' >01_hello/vm
    chmod +x common/lab/run common/lab/kvm-lab/start 01_hello/vm
}
transcript <<'END'
$ cd 01_hello && TRACE=1 timeout 30 ./vm one
lab 1: <any>/timeout 30 ./vm one
$ vm="./vm two" && TRACE=2 $vm | cat; KVM_DEVICE=/none ./vm
lab 2: <any> ./vm two
straight : 
END
places lab
check transcripts
like "$out" "^ok 1" "in the lab, with what stands before them, unless it is about KVM_DEVICE"
places straight
fails "prints .straight 1: one. where the page has .lab 1:" "straight"
transcript inside <<'END'
$ make --version | head -n 1
GNU Make <any>
in the lab
$ 01_hello/vm >file
$ cat file
straight :
END
places lab
# shellcheck disable=SC2016 # for the script
printf '#!/bin/sh\nwhile [ $1 != sh ]; do shift; done\necho in the lab; exec "$@"\n' >common/lab/kvm-lab/start
check transcripts
like "$out" "^ok 1" "all of a fence that goes inside, but for make"

# What goes wrong goes wrong indeed.
broken() {
    fresh
    cat >>$page <<'END'

## It says nothing

```diff break=01_hello/main.c
-    puts("hello");
+    return 7;
```

```console check broken
$ make -s -C 01_hello && 01_hello/vm; echo $?
7
```
END
}
broken
check transcripts
like "$out" "^ok 1" "a failure fails as the page says"
is "$(grep -c puts 01_hello/main.c)" 1 "in a copy"
broken && sed -i 's/^+    return 7;/+    return 8;/' $page
fails "prints .8. where the page has .7." "a failure of another kind"
broken && sed -i 's/break=/made-by=/' $page
fails "without a .*break= fence before it" "a failure that nothing causes"

done_testing
