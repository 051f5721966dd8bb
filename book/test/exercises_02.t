#!/bin/sh
# Stage 02's exercises fail as shipped and pass with their solutions.

# shellcheck source=test/exercises.sh
. "$(dirname "$0")/exercises.sh"

exercises 02 2
done_testing
