#!/bin/sh
# 05-09: nested_walk() on guests whose tables lie all over their memory.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

unit check.c $stage/vmm/memory/nested_walk.c $stage/vmm/memory/ept.c -I$stage
pass
