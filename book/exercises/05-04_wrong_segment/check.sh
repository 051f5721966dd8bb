#!/bin/sh
# 05-04: segments as a processor leaves them, for a guest in any mode.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build
greeted "exit reason 33 and qualification 0 say \"guest state\" and no more: read the access rights in the dump bit by bit"
unit check.c $stage/vmm/entry_check/*.c $stage/vmm/vcpu/setup.c $stage/vmm/vmx/names.c $stage/vmm/vmx/capability.c $stage/vmm/guests/start.c -I$stage -iquote $stage/test/unit/fake
pass
