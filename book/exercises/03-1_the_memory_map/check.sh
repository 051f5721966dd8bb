#!/bin/sh
# 03-1: the map of many machines, as the kernel finds it in boot_params.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"

unit map.c common/machine/linux.c common/machine/bzimage.c common/machine/elf.c common/machine/e820.c \
    common/machine/guest_ram.c
build 03_linux_boot vm

pass
