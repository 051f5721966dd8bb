#!/bin/sh
# 05-01: vmx_on() on two hundred processors made of C, and on one that boots.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

unit check.c $stage/vmm/vmx/capability.c -I$stage
vmx_build
greeted "every processor made of C was content; this one isn't: read the last lines of make run"
pass
