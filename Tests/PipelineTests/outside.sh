# shellcheck shell=bash disable=SC2154 # sourced by run, whose variables these are
# What comes from outside: the environment, the command line, cron, a lock that is not there. Sourced by `run`.

# The names that the makefiles assign: one a line.
assigned() {
  cat Makefile pipeline/*.mk pipeline/experiments/*.mk | tr '(' ' ' \
    | grep -oE '(^| )(define )?[A-Za-z][A-Za-z0-9_.-]*( (:|[+])?=|$)' \
    | sed -nE 's/^ //; s/^define (.*)$/\1/p; s/^([^ ]*) (:|[+])?=$/\1/p' | grep -vx -e MAKEFLAGS -e LC_ALL | sort -u
}

test_no_variable_of_the_environment_reaches_makes_own() {
  local names expected
  mapfile -t names < <(assigned | sed 's/$/=1 nonsense/' && printf '%s=1 nonsense\n' TEST.near TRAIN.near TEMPLATE.tiny \
    NOT_ON. posterior.point seed.0 LOCKED FILE 2 4 5)
  contains MEMBER= "${names[*]}"
  contains is-as-made= "${names[*]}"
  contains LOCKED= "${names[*]}"
  [ ${#names[@]} -gt 100 ] || fail "found only ${#names[@]} names"
  for goals in "evaluate shift-test" "-e evaluate" status stale; do
    # shellcheck disable=SC2086 # several words
    expected=$(tiny -n RUNS=new METHODS=all $goals 2>&1)
    # shellcheck disable=SC2086
    equal "$expected" "$(env "${names[@]}" make EXPERIMENT=tiny -n RUNS=new METHODS=all $goals 2>&1)"
  done
  env "${names[@]}" make EXPERIMENT=tiny evaluate > output 2>&1 || fail "failed: $(cat output)"
  equal "" "$(made)"
}

test_what_makes_own_variables_say_cannot_come_from_the_environment() {
  local variable
  for variable in MAKE=true MAKE_COMMAND=true MAKECMDGOALS=help MAKEFILES=/dev/null .VARIABLES=RANK .SHELLFLAGS=-c; do
    ! env "$variable" make EXPERIMENT=tiny evaluate RANK=16 > output 2>&1 || fail "$variable: should have failed"
    contains "${variable%=*} is set in the environment" "$(cat output)"
  done
  equal "" "$(made)"
}

test_make_does_not_look_for_files_elsewhere() {
  mkdir elsewhere && cp -a runs elsewhere/runs
  rm runs/tiny/base.h5
  VPATH=elsewhere GPATH=elsewhere succeeds tiny evaluate
  contains base "$(made)"
  [ -e runs/tiny/base.h5 ] || fail "another folder's file was taken"
}

test_flags_that_would_make_up_results_are_refused() {
  local flags
  for flags in t i nt kst; do
    fails tiny "-$flags" evaluate RANK=16
    contains "would take what no stage has made for a result" "$(cat output)"
    MAKEFLAGS=$flags fails tiny evaluate RANK=16
    GNUMAKEFLAGS=-$flags fails tiny evaluate RANK=16
  done
  # `e` lets the environment override makefiles; here there is nothing left that it could override with.
  MAKEFLAGS=e RANK=64 LC_ALL=C succeeds tiny evaluate
  equal "" "$(made)"
}

test_bash_takes_no_start_up_file_function_or_option_from_the_environment() {
  echo 'echo begun >> begun; exit 3' > startup
  local function='() { echo taken >> begun; exit 3; }'
  rm -rf runs
  env BASH_ENV="$PWD/startup" ENV="$PWD/startup" SHELLOPTS=noexec BASHOPTS=failglob CDPATH=/ POSIXLY_CORRECT=1 \
    "BASH_FUNC_sha256sum%%=$function" "BASH_FUNC_mkdir%%=$function" "BASH_FUNC_grep%%=$function" \
    make EXPERIMENT=tiny evaluate > output 2>&1 || fail "failed: $(cat output)"
  [ ! -e begun ] || fail "the environment was listened to"
  equal "golden" "$(results | cmp - golden.results && echo golden)"
}

test_a_setting_is_checked_before_it_is_expanded() {
  local setting name
  # shellcheck disable=SC2016 # make would expand it
  for name in EXPERIMENT RUNS RUN THREADS QUIET MARCH FILE METHODS SEED LAYERS DATASET TRAIN.tiny; do
    for setting in "$name=\$(shell touch expanded)" "$name=\${shell touch expanded}" "$name=x\$(eval RANK := 3)"; do
      fails tiny evaluate "$setting"
      contains "cannot stand in a setting" "$(cat output)"
      fails tiny show "$setting"
    done
  done
  for name in EXPERIMENT RUNS RUN THREADS QUIET; do
    ! env "$name=\$(shell touch expanded)" make evaluate > output 2>&1 || fail "$name should have been refused"
    contains "$name=\$(shell touch expanded): the character " "$(cat output)"
  done
  [ ! -e expanded ] || fail "a setting was expanded"
  RUN=$'env\ntouch' fails tiny evaluate
  contains "RUN: a line break cannot stand in a setting" "$(cat output)"
}

test_variables_that_change_numbers_are_not_passed_on() {
  # shellcheck disable=SC2016 # for the launcher to expand
  printf '#!/bin/bash\nenv >> seen\nexec "$@"\n' > launcher && chmod +x launcher
  rm -rf runs
  env OPENBLAS_CORETYPE=Haswell ONEDNN_MAX_CPU_ISA=AVX2 DNNL_DEFAULT_FPMATH_MODE=BF16 HDF5_DRIVER=split \
    GLIBC_TUNABLES=glibc.malloc.check=0 OMP_NUM_THREADS=3 MY_OWN=kept \
    make EXPERIMENT=tiny METHODS=point evaluate RUN=./launcher > output 2>&1 || fail "failed: $(cat output)"
  equal "" "$(grep -E '^(OPENBLAS|ONEDNN|DNNL|HDF5|GLIBC)_' seen)"
  equal "MY_OWN=kept OMP_NUM_THREADS=3" "$(grep -hE '^(MY_OWN|OMP_NUM_THREADS)' seen | sort -u | xargs)"
  equal "$(sed -n '/numericPrefixes = \[/,/^  \]/s/^ *"//p' "$project/Sources/StageKit/Environment.swift" | tr -d '",')" \
    "$(sed -n 's/.* NUMERIC_VARIABLES := //p' pipeline/outside.mk | tr -d '%')"
}

test_nobody_can_say_that_the_lock_is_held() {
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
  local said
  for said in "Function not implemented" "No locks available" "Operation not supported"; do
    printf '#!/bin/sh\necho "flock: 9: %s" >&2\nexit 71\n' "$said" > bin/flock && chmod +x bin/flock
    PATH="$PWD/bin:$PATH" fails tiny evaluate RANK=16
    contains "runs/tiny is on a file system without locks (flock: 9: $said)" "$(cat output)"
    contains "on Lustre by the mount option \`flock\`" "$(cat output)"
    contains "Error 78" "$(cat output)"
    PATH="$PWD/bin:$PATH" pipeline/cron/nightly.sh tiny RANK=16 > output 2>&1
    equal 78 $?
    contains "is on a file system without locks" "$(cat output)"
  done
  equal "" "$(made)"
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

test_a_misspelt_word_is_told_the_nearest_one() {
  while IFS='|' read -r word message; do
    fails tiny evaluate "$word"
    contains "$message" "$(cat output)"
    equal 1 "$(grep -c 'did you mean' output)"
  done << 'END'
RNAK=16|RNAK is no setting of tiny; did you mean RANK?
METHOD=point|METHOD is no setting of tiny; did you mean METHODS?
EXPERIMENT=tinny|; did you mean tiny?
METHODS=point swagg|, and not all; did you mean swag?
DECAY=liner|DECAY=liner: must be one of linear, cosine, constant; did you mean linear?
CORRUPTIONS=dropped-word|; did you mean dropped-words?
evalaute|there is no goal evalaute; did you mean evaluate?
staus|there is no goal staus; did you mean status?
runs/tiny/adapters/pont-0.h5|no stage makes runs/tiny/adapters/pont-0.h5; did you mean runs/tiny/adapters/point-0.h5?
END
  fails tiny evaluate XYZ=1
  equal "" "$(grep 'did you mean' output)"
  fails tiny check
  contains "there is no goal check (hint: the goals are help evaluate" "$(cat output)"
  fails tiny runs/other/base.h5
  contains "(hint: the files of this run are runs/tiny/...; EXPERIMENT= and RUNS= name another run)" "$(cat output)"
}

test_settings_of_one_data_set_may_be_given() {
  succeeds tiny -n evaluate shift-test TEMPLATE.tiny=plain FORMAT.near=csv SHIFTS="near far" TEST.far=in/near.jsonl
  contains "--test in/near.jsonl --format csv" "$(cat output)"
  fails tiny -n evaluate TEMPLATE.far=plain
  contains "TEMPLATE.far is no setting of tiny" "$(cat output)"
}

test_a_block_that_the_model_does_not_have_is_told_of_LAYERS() {
  succeeds tiny -n evaluate LAYERS=9
  echo '{"model_type": "llama", "num_hidden_layers": 6, "vocab_size": 9}' > in/model/config.json
  succeeds tiny -n evaluate LAYERS=4-5
  for layers in 6 2-9 3,08; do
    fails tiny evaluate "LAYERS=$layers"
    contains "LAYERS=$layers: in/model has 6 blocks and no block ${layers##*[-,]} (hint: they are counted from 0)" "$(cat output)"
  done
  equal "" "$(made)"
}

test_numbers_are_checked_before_anything_runs() {
  while IFS='|' read -r values message; do
    for setting in $values; do
      fails tiny evaluate "$setting"
      contains "$setting: $message" "$(cat output)"
    done
  done << 'END'
LEARNING_RATE=1e-3x LEARNING_RATE=0 LEARNING_RATE=-1 ALPHA=nan LEARNING_RATE=1e999 ALPHA=e3 ALPHA=1e|must be a number above 0
WEIGHT_DECAY=-0.1 PRODUCT_PENALTY=x SCALE=1,5 LAPLACE_PRIOR_PRECISION=0x10|must be a number of at least 0
DROPOUT=1 MC_DROPOUT=1.5 WARMUP=5e0|must be a number from 0 to below 1
CALIBRATION_FRACTION=0 CALIBRATION_FRACTION=1|must be a number above 0 and below 1
BATCH_SIZE=0 LIMIT=0 LIMIT=1e3 SWAG_COLLECTIONS=4.0 LAPLACE_RANK=9223372036854775808|must be an integer of at least 1
STEPS=-1 TRAINING_EXAMPLES=all|must be an integer of at least 0
SEVERITIES=0 SEVERITIES=6 SEVERITIES=two|each must be one of 1, 2, 3, 4, 5
METHODS=point,swag SEVERITIES=1,3|blanks go between the names, not commas
END
  fails tiny evaluate SEVERITIES="1 1"
  contains "none may stand twice" "$(cat output)"
  equal "" "$(made)"
  succeeds tiny -n evaluate LEARNING_RATE=.5e-3 ALPHA=1e1 WEIGHT_DECAY=0 DROPOUT=0.0 TRAINING_EXAMPLES=0 SEVERITIES="5 1"
}

test_each_setting_has_a_kind_or_is_free_text() {
  local free="EXPERIMENT RUNS RUN MODEL DATA DATASET TEMPLATE TARGETS TOKENIZE_FLAGS FIT_FLAGS LORA_ENSEMBLE_FLAGS \
VARIATIONAL_FLAGS FULL_FLAGS SWAG_FLAGS TFB_FLAGS SAMPLE_FLAGS EVALUATE_FLAGS SHIFT_FLAGS"
  equal "$( (tr ' ' '\n' <<< "$free" && sed -n '/^KINDS/,/^WRONG/s/.*:\([A-Z_,]*\)[ )\\]*$/\1/p' pipeline/kinds.mk | tr , '\n') \
    | sort -u)" "$(sed -n 's/^\([A-Z_]*\) [:?]*= *.*/\1/p' pipeline/settings.mk | sort -u)"
}

# The names that a Swift enumeration gives its cases.
cases_of() {
  sed -n "/enum $1:/,/^ *}/s/^ *case //p" "$project/$2" | sed 's/.* = "\(.*\)"/\1/; s/, /\n/g' | sort | xargs
}

test_names_to_choose_from_are_those_of_the_stages() {
  local setting enumeration file
  while read -r setting enumeration file; do
    equal "$setting: $(cases_of "$enumeration" "$file")" \
      "$setting: $(sed -n "s|.*-of/\(.*\):$setting.*|\1|p" pipeline/kinds.mk | tr / '\n' | sort | xargs)"
  done << 'END'
CORRUPTIONS Corruption Sources/Tasks/Corruptions/Corruption.swift
DECAY Decay Sources/Adapters/AdapterSettings.swift
LAPLACE_CRITERION Criterion Sources/Posteriors/Laplace/CurvatureSettings.swift
PRECISION Precision Sources/Arrays/Precision.swift
END
}
