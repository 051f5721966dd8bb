#!/bin/sh
# 04_serial on a terminal: raw while the guest runs, as it was afterwards, however it ends.

cd "$(dirname "$0")/.." || exit 1
exec timeout -k 5 300 expect test/terminal.exp "${VM:-./vm}" build/test/echo.bin
