#!/bin/sh
# Stage 05's exercises fail as shipped and pass with their solutions.

# shellcheck source=test/exercises.sh
. "$(dirname "$0")/exercises.sh"

exercises 05 1
done_testing
