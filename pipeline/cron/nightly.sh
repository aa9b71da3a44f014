#!/bin/bash
# Brings an experiment up to date every night and says nothing unless it fails. In a crontab:
#
#   15 2 * * *  /path/to/credence/pipeline/cron/nightly.sh openbookqa MODEL=/srv/minilm DATA=/srv/questions
#
# cron gives neither PATH nor HOME, and mails what is printed: a failure is a few lines with the file and its log. A run
# that still goes on from last night is not disturbed (exit code 75), and nothing to do costs a fraction of a second.
set -euo pipefail

cd "$(dirname "$0")/../.."
experiment=${1:?the name of an experiment} && shift
goals=(evaluate shift-test)
settings=("EXPERIMENT=$experiment" QUIET=1 "$@")

! make -s -q "${goals[@]}" "${settings[@]}" 2> /dev/null || exit 0
mkdir -p runs
exec 8>> "runs/.nightly-$experiment.lock"
flock --nonblock --conflict-exit-code 75 8
exec nice -n 19 ionice -c 3 make -s "${goals[@]}" "${settings[@]}"
