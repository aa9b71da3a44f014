# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# What stays when a stage fails, a launcher lies, or a run is killed or told to stop. Sourced by `run`.

test_a_failure_names_stage_file_and_log_and_keeps_the_old_result() {
  touch break-collect-swag
  fails tiny evaluate SWAG_RANK=3
  contains "collect-swag ended with exit code 65: no runs/tiny/swag/0.h5; log: runs/tiny/logs/swag/0.log" "$(cat output)"
  equal "golden" "$(results | cmp - golden.results && echo golden)"
}

test_a_launcher_that_lies_is_found_out() {
  touch lie-fit-adapters
  fails tiny evaluate RANK=16
  contains "fit-adapters reported success, but wrote no result" "$(cat output)"
  equal "golden" "$(results | cmp - golden.results && echo golden)"
}

test_a_leftover_is_not_taken_for_a_result() {
  echo old > runs/tiny/base.h5.new
  touch lie-pretrain-load
  local line
  line=$(tiny -n -B runs/tiny/base.h5 | grep produce)
  fails bash -c "$line"
  contains "pretrain-load reported success, but wrote no result" "$(cat output)"
}

test_a_launcher_goes_before_every_stage() {
  contains "produce runs/tiny/base.h5 srun -Q -n1 -- .build/release/pretrain-load" \
    "$(rm -rf runs && tiny -n evaluate RUN='srun -Q -n1')"
  succeeds tiny evaluate RUN='env LAUNCHED=yes'
  equal "golden" "$(results | cmp - golden.results && echo golden)"
}

test_killed_at_any_moment_the_next_run_ends_with_the_same_bytes() {
  rm -rf runs
  echo 0.02 > seconds
  local i
  for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    setsid make EXPERIMENT=tiny -j2 evaluate > output 2>&1 &
    sleep "0.$((RANDOM % 60 + 10))"
    # By turns the whole group, as by a power cut, and make alone, whose stages then run on for a moment.
    if [ $((i % 2)) = 0 ]; then kill -KILL -- -$!; else kill -KILL $!; fi 2> /dev/null
    wait $! 2> /dev/null
  done
  until flock -n runs/tiny/.lock true; do sleep 0.01; done
  succeeds tiny evaluate
  equal "golden" "$(results | cmp - golden.results && echo golden)"
  equal "" "$(find runs -name '*.new' -o -name '*.partial')"
}

test_a_terminated_make_ends_its_stages() {
  rm -rf runs
  echo 20 > seconds
  tiny evaluate > output 2>&1 &
  until [ -e runs/tiny/logs/base.log ]; do sleep 0.01; done
  local begun=$SECONDS
  kill -TERM "$(sed 's/process \([0-9]*\) .*/\1/' runs/tiny/.lock.owner)"
  wait $!
  flock -w 5 runs/tiny/.lock true || fail "a stage still holds the lock"
  [ $((SECONDS - begun)) -lt 10 ] || fail "the stages went on"
}

test_a_make_that_is_told_to_stop_tells_the_one_that_it_started() {
  rm -rf runs
  echo 20 > seconds
  make EXPERIMENT=tiny evaluate > output 2>&1 &
  until [ -e runs/tiny/logs/base.log ]; do sleep 0.01; done
  kill -TERM $!
  wait $! && fail "make should have failed"
  flock -w 5 runs/tiny/.lock true || fail "a stage still holds the lock"
  [ ! -e runs/tiny/base.h5 ] || fail "the stages went on"
}

test_a_full_disk_is_told() {
  ln -sf /dev/full runs/tiny/.lock.owner
  pipeline/lock runs/tiny touch begun > output 2>&1
  equal 74 $?
  equal "make: runs/tiny/.lock.owner cannot be written: No space left on device" "$(cat output)"
  [ ! -e begun ] || fail "the command was run"
  rm runs/tiny/.lock.owner
  ln -s /dev/full runs/tiny/.settings.partial
  fails tiny evaluate
  contains "make: runs/tiny/.settings cannot be written" "$(cat output)"
}

test_a_run_that_fails_says_which_reports_are_of_an_earlier_one() {
  touch break-collect-swag
  fails tiny evaluate SWAG_RANK=3
  contains "make: runs/tiny/report.html is of an earlier run" "$(cat output)"
  fails tiny evaluate RANK=0
  contains "RANK=0: must be an integer of at least 1; nothing was run: runs/tiny/report.html is of an earlier run" \
    "$(cat output)"
  rm break-collect-swag runs/tiny/report.html
  touch break-shift-test
  fails tiny evaluate shift-test
  equal "" "$(grep earlier output)"
  rm -r runs
  fails tiny evaluate RANK=0
  equal "" "$(grep earlier output)"
}

test_what_a_launcher_leaves_is_checked_before_it_gets_its_name() {
  local whole=runs/tiny/adapters/point-0.h5
  while IFS='|' read -r what message; do
    case $what in
      text) echo "job 7: node failure" > lie-fit-adapters ;;
      zeros) head -c 5000 /dev/zero > lie-fit-adapters ;;
      short) head -c -1 $whole > lie-fit-adapters ;;
      long) { cat $whole && echo; } > lie-fit-adapters ;;
      hole) { head -c 600 $whole && head -c $(($(stat -c %s $whole) - 600)) /dev/zero; } > lie-fit-adapters ;;
      forged) sed '1s/crc32=......../crc32=00000000/' $whole > lie-fit-adapters ;;
    esac
    fails tiny evaluate RANK=16 RUN=env
    contains "make: fit-adapters reported success, but $message" "$(cat output)"
    contains "(launcher: env): no runs/tiny/adapters/" "$(cat output)"
    equal "golden" "$(results | cmp - golden.results && echo golden)"
  done << END
text|its result is not a file of a stage
zeros|its result is not a file of a stage
short|its result has $(($(stat -c %s $whole) - 1)) bytes, expected $(stat -c %s $whole)
long|its result has $(($(stat -c %s $whole) + 1)) bytes, expected $(stat -c %s $whole)
hole|its result is damaged: the checksum differs
forged|its result is damaged: the checksum differs
END
  cp $whole lie-fit-adapters
  succeeds tiny runs/tiny/adapters/point-1.h5 RANK=16
}
