#!/bin/sh
# The commands in the book print what the book says. Speaks TAP by itself; SLOW=1 runs the slow ones too.

cd "$(dirname "$0")/../.." || exit 1
exec book/check transcripts
