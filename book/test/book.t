#!/bin/sh
# Nothing that the book prints is untrue of the code, as far as that can be seen without running it.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh

for check in listings values headings links spelling terms coverage; do
    run 900 ./check $check
    is "$status:$out$err" "0:" "$check"
done

done_testing
