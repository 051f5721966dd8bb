#!/bin/sh
# 05-08: ept_walk() on tables that nobody has seen before.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

unit check.c $stage/vmm/memory/ept.c -I$stage
vmx_build
greeted "the walks are right on this machine: is there anything that only the other one has?"
pass
