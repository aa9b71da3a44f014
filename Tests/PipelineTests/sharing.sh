# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# Runs beside each other: locks, jobs that share a run, and files that runs share. Sourced by `run`.

test_two_runs_lock_each_other_out() {
  rm -rf runs
  echo 0.2 > seconds
  tiny evaluate > first 2>&1 &
  until [ -e runs/tiny/.lock.owner ]; do sleep 0.01; done
  fails tiny evaluate
  contains "runs/tiny is in use by process" "$(cat output)"
  contains "Error 75" "$(cat output)"
  fails tiny clean
  wait $! || fail "the first run failed: $(cat first)"
  equal "golden" "$(results | cmp - golden.results && echo golden)"
}

test_jobs_that_share_a_run_leave_each_others_work_alone() {
  rm runs/tiny/swag/1.h5
  echo half > runs/tiny/swag/0.h5.new
  succeeds tiny SHARE=yes runs/tiny/swag/1.h5
  equal half "$(cat runs/tiny/swag/0.h5.new)"
  succeeds tiny evaluate
  [ ! -e runs/tiny/swag/0.h5.new ] || fail "a half-written file is left"
}

inodes() { stat -c %i "$@" | sort -u | wc -l; }

test_runs_that_differ_in_their_seeds_share_base_and_tokens() {
  local run
  for run in 0 10; do succeeds tiny evaluate METHODS=point RUNS="runs/seed-$run" SEED=$run; done
  equal 1 "$(inodes runs/seed-{0,10}/tiny/base.h5)"
  equal 1 "$(inodes runs/seed-{0,10}/tiny/tokens/tiny.h5)"
  equal 2 "$(inodes runs/seed-{0,10}/tiny/adapters/point-0.h5)"
  equal 1 "$(grep -c 'pretrain-load runs/seed' trace)"
  contains "are shared with other runs" "$(tiny status RUNS=runs/seed-10)"
  succeeds tiny -q evaluate METHODS=point RUNS=runs/seed-0 SEED=0
  succeeds tiny -q evaluate METHODS=point RUNS=runs/seed-10 SEED=10
  # Removing a file in one run, or making it again, leaves the other run as it is.
  succeeds tiny evaluate METHODS=point RUNS=runs/seed-10 SEED=10 CALIBRATION_FRACTION=0.3
  equal 2 "$(inodes runs/seed-{0,10}/tiny/tokens/tiny.h5)"
  succeeds tiny -q evaluate METHODS=point RUNS=runs/seed-0 SEED=0
}

test_nothing_is_shared_that_is_not_the_same() {
  succeeds tiny runs/a/tiny/base.h5 RUNS=runs/a
  made > /dev/null
  # Another program, another content, a damaged file.
  echo "# another build" >> .build/release/pretrain-load
  succeeds tiny runs/b/tiny/base.h5 RUNS=runs/b
  contains "pretrain-load runs/b" "$(cat trace)"
  echo other > in/model/config.json
  succeeds tiny runs/c/tiny/base.h5 RUNS=runs/c
  contains "pretrain-load runs/c" "$(cat trace)"
  echo damaged >> runs/c/tiny/base.h5
  succeeds tiny runs/d/tiny/base.h5 RUNS=runs/d
  contains "pretrain-load runs/d" "$(cat trace)"
  equal 4 "$(inodes runs/{a,b,c,d}/tiny/base.h5)"
  equal "" "$(grep damaged runs/d/tiny/base.h5)"
}

test_runs_that_share_may_begin_at_once() {
  local run pid pids=()
  for run in 0 10 20; do
    tiny -j2 evaluate METHODS=point RUNS="runs/seed-$run" SEED=$run > "out-$run" 2>&1 &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || fail "a run failed: $(cat out-*)"; done
  for run in 0 10 20; do succeeds tiny -q evaluate METHODS=point RUNS="runs/seed-$run" SEED=$run; done
  equal 1 "$(sha256sum runs/seed-{0,10}/tiny/tokens/tiny.h5 | cut -d ' ' -f 1 | sort -u | wc -l)"
}

test_only_the_lock_itself_says_that_it_is_held() {
  rm -rf runs
  echo 0.2 > seconds
  tiny evaluate > first 2>&1 &
  until [ -e runs/tiny/.lock.owner ]; do sleep 0.01; done
  LOCKED=yes fails tiny evaluate
  contains "runs/tiny is in use by process" "$(cat output)"
  LOCKED=yes MAKELEVEL=1 fails tiny evaluate 9>> runs/tiny/.lock
  contains "runs/tiny is in use by process" "$(cat output)"
  wait $! || fail "the first run failed: $(cat first)"
  fails tiny evaluate LOCKED=yes
  contains "LOCKED is no setting of tiny" "$(cat output)"
}

test_makes_that_share_a_run_work_side_by_side_and_keep_others_out() {
  rm -rf runs
  succeeds tiny runs/tiny/base.h5 runs/tiny/tokens/tiny.h5
  echo 0.3 > seconds
  echo half > runs/tiny/of-another.h5.new
  tiny SHARE=yes runs/tiny/swag/0.h5 > first 2>&1 &
  local first=$!
  until [ -e runs/tiny/logs/adapters/point-0.log ]; do sleep 0.01; done
  succeeds tiny SHARE=yes runs/tiny/adapters/point-1.h5
  [ ! -e runs/tiny/swag/0.h5 ] || fail "they waited for each other"
  fails tiny evaluate
  contains "runs/tiny is in use by process" "$(cat output)"
  wait $first || fail "the first failed: $(cat first)"
  [ -e runs/tiny/of-another.h5.new ] || fail "half-written files of others were removed"
}

test_a_file_system_without_locks_is_named() {
  mkdir bin
  local message
  for message in "Function not implemented" "No locks available" "Operation not supported"; do
    printf '#!/bin/sh\necho "flock: 9: %s" >&2\nexit 71\n' "$message" > bin/flock && chmod +x bin/flock
    PATH="$PWD/bin:$PATH" fails tiny evaluate RANK=16
    contains "runs/tiny is on a file system without locks (flock: 9: $message)" "$(cat output)"
    contains "on Lustre by the mount option \`flock\`" "$(cat output)"
    contains "Error 78" "$(cat output)"
    PATH="$PWD/bin:$PATH" pipeline/cron/nightly.sh tiny RANK=16 > output 2>&1
    equal 78 $?
    contains "is on a file system without locks" "$(cat output)"
  done
  equal "" "$(made)"
}
