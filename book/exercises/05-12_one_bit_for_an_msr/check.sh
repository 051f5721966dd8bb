#!/bin/sh
# 05-12: bits of the MSR bitmap, set and cleared at random.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

unit check.c $stage/vmm/vcpu/bitmaps.c $stage/vmm/guests/host_port.c -I$stage
vmx_build
greeted "the bits are right: what else have you changed?"
pass
