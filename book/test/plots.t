#!/bin/sh
# The plots in pictures/cost are what tools/plot draws from the tables beside them.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh

cp -r pictures tools Makefile "$tmp/"
run 300 make -s -C "$tmp" plots
is "$status:$err" "0:" "the plots are drawn"
for plot in pictures/cost/*.svg; do
    run 300 cmp "$plot" "$tmp/$plot"
    is "$status:$out" "0:" "$plot is drawn from its table"
done

table="$tmp/table"
printf '# how\nname\tvalue\none\t1\ntwo <&>\t1500\n' >"$table"
run 300 tools/plot bars "$table" 'A "title"'
is "$status" 0 "a table of two"
like "$out" 'aria-label="A &quot;title&quot;"' "the title, escaped"
like "$out" '>two &lt;&amp;&gt;<' "a name, escaped"
like "$out" '>1,500<' "a number, with its comma"
unlike "$out" 'how' "what the # says is not drawn"

printf 'name\tvalue\none\tmany\n' >"$table"
run 300 tools/plot bars "$table" title
like "$status:$err" '^[1-9][0-9]*:.*no number at the end: one many' "no number: a sentence"
printf 'name\tvalue\n' >"$table"
run 300 tools/plot bars "$table" title
like "$status:$err" '^[1-9][0-9]*:.*no measurements' "nothing in it: a sentence"
run 300 tools/plot pie "$table" title
like "$status:$err" '^[1-9][0-9]*:usage: plot' "an unknown kind: usage"
done_testing
