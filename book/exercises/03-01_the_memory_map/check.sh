#!/bin/sh
# 03-01: the map of many machines, as the kernel finds it in boot_params.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"

unit map.c common/pc/linux/linux.c common/pc/linux/bzimage.c common/pc/linux/elf.c common/pc/linux/e820.c \
    common/pc/guest_ram.c
build 03_linux_boot vm

pass
