#!/bin/sh
# 05-05: an EPT pointer that says what the processor reads in it, wherever the tables are.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build
greeted "error 7 again: of the control fields, which one belongs to this chapter?"
unit check.c $stage/vmm/memory/ept.c $stage/vmm/vmx/capability.c $stage/vmm/entry_check/*.c $stage/vmm/vcpu/setup.c $stage/vmm/vmx/names.c $stage/vmm/guests/start.c -I$stage -iquote $stage/test/unit/fake
pass
