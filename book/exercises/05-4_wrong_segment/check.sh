#!/bin/sh
# 05-4: segments as a processor leaves them, for a guest in any mode.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build
greeted "exit reason 33 and qualification 0 say \"guest state\" and no more: read the access rights in the dump bit by bit"
unit check.c $stage/vmm/vmcs_*.c $stage/vmm/capability.c $stage/vmm/guest_state.c -I$stage
pass
