#!/bin/bash -p
# Brings an experiment up to date every night and says nothing unless it fails. In a crontab:
#
#   15 2 * * *  /path/to/credence/pipeline/cron/nightly.sh openbookqa MODEL=/srv/minilm DATA=/srv/questions
#
# usage: nightly.sh EXPERIMENT [SETTING=VALUE...]
#
# cron gives neither PATH nor HOME, and mails what is printed: a failure is a few lines, the host, the experiment and its
# settings first, the cause last. Everything is written below RUNS. A run that still goes on from last night is not
# disturbed (exit code 75), and nothing to do costs a fraction of a second. The exit code is that of what failed.
set -euo pipefail

usage() { sed -n '2,/^set/s/^# \?//p' "$0"; }
case ${1:-} in
  -h | --help) usage && exit 0 ;;
  '' | -* | *=*) usage >&2 && exit 64 ;;
esac
experiment=$1 && shift
for setting; do [[ $setting == *=* ]] || { usage >&2 && exit 64; }; done
cd "$(dirname "$(readlink -f "$0")")/../.."
command=(make -s evaluate shift-test "EXPERIMENT=$experiment" QUIET=1 "$@")

# Prints what it reads below a line that names the run, reports of an earlier run first and the cause last, without
# make's own last words. Ends with the exit code of what failed, where make tells one. Says nothing where another run
# goes on in the folder.
tell() {
  awk -v run="$(uname -n): nightly run of $experiment${*:+ with $*} in $PWD" '
    /^make(\[[0-9]+\])?: \*\*\* / { if (!code && / Error [0-9]+$/) code = $NF; next }
    / is of an earlier run$/ { earlier = earlier "\n" $0; next }
    { text = text "\n" $0 }
    END { if (earlier text != "" && code != 75) print run earlier text; exit code }' >&2
}

# 0: there is nothing to do; 1: there is; 2: a setting is wrong.
code=0
said=$("${command[@]}" -q 2>&1) || code=$?
[ $code != 0 ] || exit 0
if [ $code != 1 ]; then tell "$@" <<< "$said" && exit 64; fi

# make is told to stop when this script is ended.
leash=(setpriv --pdeathsig TERM)
command -v setpriv > /dev/null || leash=()
"${leash[@]}" nice -n 19 ionice -c 3 "${command[@]}" 2>&1 | tell "$@"
