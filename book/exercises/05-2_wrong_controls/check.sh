#!/bin/sh
# 05-2: no control without the one that it needs, in a VMCS for any guest, and a guest runs.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build
greeted "error 7 is the SDM's \"VM entry with invalid control field(s)\": which controls go only with others?"
unit check.c $stage/vmm/vmcs_*.c $stage/vmm/capability.c $stage/vmm/guest_state.c -I$stage
pass
