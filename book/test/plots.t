#!/bin/sh
# The plots in pictures/cost are what gnuplot draws from the tables beside them.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh

cp -r pictures Makefile "$tmp/"
rm "$tmp"/pictures/cost/*.svg
run 300 make -s -C "$tmp" plots
is "$status:$out$err" "0:" "the plots are drawn"

# Another release of gnuplot may place things in another way and order, but writes the same words and numbers.
words() {
    sed -n 's/.*<text>//p' "$1" | sed 's/<[^>]*>//g' | sort
}
for plot in pictures/cost/*.svg; do
    is "$(words "$tmp/$plot")" "$(words "$plot")" "$plot: what is written in it"
    if [ "$(grep '<desc>' "$tmp/$plot")" = "$(grep '<desc>' "$plot")" ]; then
        run 60 cmp "$plot" "$tmp/$plot"
        is "$status:$out" "0:" "$plot is drawn from its table"
    fi
done
done_testing
