#!/bin/sh
# Stage 01's exercises fail as shipped and pass with their solutions.

# shellcheck source=test/exercises.sh
. "$(dirname "$0")/exercises.sh"

exercises 01 2
done_testing
