# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# What comes from the environment, and what of it is kept away. Sourced by `run`.

test_the_environment_changes_no_number() {
  RANK=64 SAMPLES=3 METHODS=point MODEL=/nowhere succeeds tiny evaluate
  equal "" "$(made)"
}

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
  for goals in "evaluate shift-test" status stale; do
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
  equal "" "$(made)"
}

test_the_flag_that_would_lose_settings_is_refused() {
  fails tiny -e evaluate RANK=16
  contains "make -e would lose the settings of the command line" "$(cat output)"
  MAKEFLAGS=e fails tiny evaluate RANK=16
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
