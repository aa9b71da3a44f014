# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# Kills at random moments, and system calls that fail. Sourced by `run`.

# --- Kills ---

test_make_is_killed() {
  local kills=$((6 * rounds)) ends=0 folder=$runs/killed pid i whole wait
  for ((i = 0; i < kills; i++)); do
    in_folder "$folder" setsid make -j2 evaluate shift-test > "$scratch/output" 2>&1 &
    pid=$!
    sleep "$(moment "$(awk -v all="$run_seconds" 'BEGIN { print all / 2 }')")"
    # In turns the whole group, as in a power cut, and make alone, whose stages go on for a moment.
    if [ $((i % 2)) = 0 ]; then kill -KILL -- -$pid; else kill -KILL $pid; fi 2> /dev/null
    wait $pid 2> /dev/null
    # A killed make may leave the shell behind that is about to take the lock.
    for ((wait = 0; wait < 600; wait++)); do kill -0 -- -$pid 2> /dev/null || break; sleep 0.1; done
    [ ! -e "$folder/almanac/.lock" ] || flock -w 60 "$folder/almanac/.lock" true || fail "a stage holds the lock"
    # A file with its final name is whole.
    if [ -d "$folder/almanac" ]; then
      whole=$(results "$folder" | comm -23 - <(results "$runs/reference"))
      [ -z "$whole" ] || fail "after kill $i: $whole"
    fi
    if ((i % 6 == 5)); then
      run_all "$folder" > "$scratch/output" 2>&1 || fail "the run after kill $i ended with $?: $(grep -v "of an earlier run" "$scratch/output" | tail -3)"
      results "$folder" | cmp -s - <(results "$runs/reference") || fail "other bytes after kill $i"
      [ -z "$(find "$folder" -name '*.new' -o -name '*.partial' -o -name '*.checkpoint')" ] || fail "leftovers"
      in_folder "$folder" make -q evaluate shift-test 2> /dev/null || fail "not up to date after kill $i"
      rm -rf "$folder" && ends=$((ends + 1))
    fi
  done
  echo "make killed $kills times, $ends runs to the end"
}

test_stages_are_killed() {
  local kills=0 file command words output=$scratch/out.h5 pid length round before
  while read -r file command; do
    read -r -a words <<< "${command/$file.new/OUTPUT}"
    words=("${words[@]/#OUTPUT/$output}")
    [[ $command != *" --csv "* ]] || continue
    length=$(seconds_of "${words[@]}" --threads 1 --quiet)
    for ((round = 0; round < rounds; round++)); do
      before=$((RANDOM % 2))
      rm -f "$output"* && { [ $before = 0 ] || echo old > "$output"; }
      "${words[@]}" --threads 1 --quiet 2> /dev/null &
      pid=$!
      sleep "$(moment "$length")"
      kill -KILL $pid 2> /dev/null && kills=$((kills + 1))
      wait $pid 2> /dev/null
      if [ -e "$output" ]; then
        cmp -s "$output" "$file" || grep -qx old "$output" || fail "$file: neither old nor whole"
      elif [ $before = 1 ]; then
        fail "$file: the old file is gone"
      fi
      "${words[@]}" --threads 1 --quiet 2> "$scratch/errors" || fail "$file: $(cat "$scratch/errors")"
      cmp -s "$output" "$file" || fail "$file: other bytes after a kill"
      [ ! -e "$output.checkpoint" ] || fail "$file: a checkpoint is left"
    done
  done < <(stage_commands)
  echo "stages killed $kills times"
}

# --- System calls that fail ---

# The calls, and with which error they fail: no room, a broken disk, no permission.
failing="open:28 write:28 pwrite:28 ftruncate:28 fsync:5 close:5 rename:13 unlink:13"

test_calls_fail() {
  local shim=$runs/failing-calls.so folder=$scratch/calls output=$scratch/calls/out.h5 file command words call code count nth
  local tried=0
  "$(command -v clang || command -v cc)" -shared -fPIC -O1 -o "$shim" Tests/StageTests/failing-calls.c -ldl \
    || { fail "no C compiler" && return; }
  mkdir "$folder"
  while read -r file command; do
    read -r -a words <<< "${command/$file.new/OUTPUT}"
    words=("${words[@]/#OUTPUT/$output}" --threads 1 --quiet)
    [[ $command != *" --csv "* ]] || continue
    for call in $failing; do
      FAIL_CALL=${call%:*} FAIL_FOLDER=$folder FAIL_COUNT=$scratch/count LD_PRELOAD=$shim "${words[@]}" > /dev/null 2>&1
      count=$(< "$scratch/count")
      [ "$count" -gt 0 ] || continue
      for nth in $(shuf -i "1-$count" -n "$((rounds < count ? rounds : count))"); do
        rm -f "$folder"/* && echo old > "$output"
        code=0
        FAIL_CALL=${call%:*} FAIL_ERRNO=${call#*:} FAIL_AT=$nth FAIL_FOLDER=$folder LD_PRELOAD=$shim \
          timeout 120 "${words[@]}" > /dev/null 2> "$scratch/errors" || code=$?
        tried=$((tried + 1))
        check_failed_call "$file: $call $nth" $code
      done
    done
  done < <(stage_commands)
  [ $tried -gt 0 ] || fail "no call was counted"
  echo "$tried failing calls"
}

# check_failed_call WHAT CODE: of the loop above.
check_failed_call() {
  is_listed "$2" || fail "$1 ended with $2"
  if [ "$2" = 0 ]; then
    cmp -s "$output" "$file" || fail "$1 gave 0 and other bytes"
  else
    [ -s "$scratch/errors" ] || fail "$1 failed without a word"
    grep -qx old "$output" 2> /dev/null || cmp -s "$output" "$file" || fail "$1 lost the old file"
  fi
  [[ $1 == *" unlink:"* ]] || [ -z "$(find "$folder" -name '*.partial')" ] || fail "$1 left a partial file"
}
