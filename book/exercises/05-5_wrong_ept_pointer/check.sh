#!/bin/sh
# 05-5: an EPT pointer that says what the processor reads in it, wherever the tables are.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build
greeted "error 7 again: of the control fields, which one belongs to this chapter?"
unit check.c $stage/vmm/ept.c $stage/vmm/capability.c $stage/vmm/vmcs_*.c $stage/vmm/guest_state.c -I$stage
pass
