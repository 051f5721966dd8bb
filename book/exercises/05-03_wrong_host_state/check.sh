#!/bin/sh
# 05-03: an exit comes back to a host that is whole.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build
greeted "error 8 is the SDM's \"VM entry with invalid host-state field(s)\": compare the dump with the registers that you have"
# Twice: what an exit loads is what the next entry is made from.
greeted "the first guest ran, the second didn't: what is different after a first exit?"
pass
