# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# Runs under cron. Sourced by `run`.

test_cron_has_no_environment_and_gets_no_word() {
  rm -rf runs
  # shellcheck disable=SC2016 # the inner shell expands it
  env -i PATH=/usr/bin:/bin setsid sh -c 'cd / && make -C "$0" evaluate EXPERIMENT=tiny QUIET=1' "$PWD" \
    < /dev/null > output 2>&1 || fail "failed: $(cat output)"
  equal "" "$(grep -v 'directory' output)"
  equal "golden" "$(results | cmp - golden.results && echo golden)"
}

test_nightly_explains_itself_and_leaves_nothing_behind() {
  rm -rf runs
  local word
  for word in -h --help; do
    succeeds pipeline/cron/nightly.sh "$word"
    contains "usage: nightly.sh EXPERIMENT [SETTING=VALUE...]" "$(cat output)"
  done
  for word in "" -x --nope RANK=3 "tiny evaluate" ../../x tyni "tiny RANK=x" "tiny RNAK=3"; do
    # shellcheck disable=SC2086 # two words
    pipeline/cron/nightly.sh $word > output 2>&1
    equal "64: $word" "$?: $word"
    [ -s output ] || fail "no word about $word"
  done
  contains "RNAK is no setting of tiny; did you mean RANK?" "$(tail -1 output)"
  [ ! -e runs ] || fail "left: $(find runs)"
}

test_nightly_works_through_a_link_and_writes_below_RUNS_alone() {
  rm -rf runs && mkdir -p "$scratch/links/of/$test"
  ln -s "$PWD/pipeline/cron/nightly.sh" "$scratch/links/of/$test/credence-nightly"
  local link="$scratch/links/of/$test/credence-nightly" before
  before=$(find . ! -name output | sort)
  env -i "$link" tiny RUNS="$scratch/links/runs" > output 2>&1 < /dev/null || true
  contains "a blank cannot stand in a path" "$(cat output)"
  local elsewhere
  elsewhere=$(mktemp -d)
  (cd / && env -i "$link" tiny RUNS="$elsewhere/runs") > output 2>&1 < /dev/null || fail "failed: $(cat output)"
  equal "" "$(cat output)"
  [ -e "$elsewhere/runs/tiny/evaluation.h5" ] || fail "no result"
  rm -r "$elsewhere" trace
  equal "$before" "$(find . ! -name output | sort)"
}

test_nightly_runs_of_one_folder_exclude_each_other_and_those_of_two_do_not() {
  rm -rf runs
  echo 0.2 > seconds
  pipeline/cron/nightly.sh tiny RUNS=runs/a > first 2>&1 &
  until [ -e runs/a/tiny/.lock.owner ]; do sleep 0.01; done
  pipeline/cron/nightly.sh tiny RUNS=runs/a > output 2>&1
  equal 75 $?
  equal "" "$(cat output)"
  fails tiny evaluate RUNS=runs/a
  contains "runs/a/tiny is in use" "$(cat output)"
  echo 0 > seconds
  RUNS=runs/b succeeds pipeline/cron/nightly.sh tiny
  [ -e runs/b/tiny/evaluation.h5 ] || fail "RUNS of the environment was not taken"
  wait $! || fail "the first failed: $(cat first)"
}

test_nightly_that_is_ended_ends_its_run() {
  rm -rf runs
  echo 20 > seconds
  pipeline/cron/nightly.sh tiny > output 2>&1 &
  until [ -e runs/tiny/logs/base.log ]; do sleep 0.01; done
  kill -TERM $!
  wait $! && fail "it should have failed"
  flock -w 5 runs/tiny/.lock true || fail "a stage still holds the lock"
  [ ! -e runs/tiny/base.h5 ] || fail "the stages went on"
}

test_nightly_tells_of_a_failure_which_run_it_was_and_the_cause_last() {
  touch break-collect-swag
  pipeline/cron/nightly.sh tiny SWAG_RANK=3 > output 2>&1
  equal 65 $?
  equal "$(uname -n): nightly run of tiny with SWAG_RANK=3 in $PWD" "$(head -1 output)"
  contains "collect-swag: error: broken" "$(cat output)"
  equal "make: runs/tiny/report.html is of an earlier run" "$(sed -n 2p output)"
  contains "make: collect-swag ended with exit code 65: no runs/tiny/swag/" "$(tail -1 output)"
  touch file
  pipeline/cron/nightly.sh tiny RUNS=file/runs > output 2>&1
  equal 73 $?
  contains "mkdir: cannot create directory" "$(tail -1 output)"
  rm break-collect-swag
  succeeds pipeline/cron/nightly.sh tiny SWAG_RANK=3
  equal "" "$(cat output)"
}
