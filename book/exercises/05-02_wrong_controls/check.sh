#!/bin/sh
# 05-02: no control without the one that it needs, in a VMCS for any guest, and a guest runs.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build
greeted "error 7 is the SDM's \"VM entry with invalid control field(s)\": which controls go only with others?"
unit check.c $stage/vmm/entry_check/*.c $stage/vmm/vcpu/setup.c $stage/vmm/vmx/names.c $stage/vmm/vmx/capability.c $stage/vmm/guests/start.c -I$stage -iquote $stage/test/unit/fake
pass
