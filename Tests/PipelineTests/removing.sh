# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# What is built, and what prune, clean and the start of a run remove. Sourced by `run`.

# Stand-ins on the PATH for swift, and for a machine on which pkg-config finds nothing and nobody is root.
stand_in_tools() {
  mkdir bin
  # shellcheck disable=SC2016 # for the stand-ins to expand
  printf '#!/bin/sh\necho "swift $* for $MARCH" >> swifts\n' > bin/swift
  printf '#!/bin/sh\nexit %s\n' "$1" > bin/pkg-config
  printf '#!/bin/sh\necho 1000\n' > bin/id
  printf '#!/bin/sh\n[ -e sudoers ] && [ "$*" != "-n true" ] && echo "$*" >> sudoers\n[ -e sudoers ]\n' > bin/sudo
  chmod +x bin/*
  export PATH="$PWD/bin:$PATH"
}

test_the_programs_are_built_when_a_source_is_newer_or_the_processor_another() {
  stand_in_tools 0
  succeeds tiny evaluate
  [ ! -e swifts ] || fail "built for nothing"
  mkdir -p Sources && echo new > Sources/New.swift
  succeeds tiny evaluate
  equal "swift build -c release for native" "$(cat swifts)"
  succeeds tiny build MARCH=x86-64-v3
  succeeds tiny evaluate
  equal "swift build -c release for x86-64-v3" "$(tail -n +2 swifts)"
  succeeds tiny evaluate MARCH=native
  equal "swift build -c release for native" "$(tail -n +3 swifts)"
  equal "" "$(made)"
}

test_missing_packages_are_installed_or_their_line_is_printed() {
  stand_in_tools 1
  fails tiny build
  contains "hint: sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends libopenblas-dev" "$(cat output)"
  [ ! -e swifts ] || fail "built without the packages"
  touch sudoers
  succeeds tiny build
  contains "libopenblas-dev libhdf5-dev zlib1g-dev" "$(cat sudoers)"
}

test_files_of_others_stay_where_they_are() {
  echo draft > runs/tiny/draft.new
  echo draft > runs/tiny/draft.partial
  echo half > runs/tiny/base.h5.new
  echo half > runs/tiny/base.h5.new.3x9.partial
  succeeds tiny evaluate
  equal "draft.new draft.partial" "$(cd runs/tiny && echo *.new *.partial)"
  mkdir -p thesis/tiny && echo words > thesis/tiny/thesis.txt
  fails tiny clean RUNS=thesis
  contains "thesis/tiny is not the folder of a run" "$(cat output)"
  equal words "$(cat thesis/tiny/thesis.txt)"
}

test_prune_removes_what_is_made_again_without_fitting() {
  upper() { tiny LAYERS=4-5 METHODS="point swag" "$@"; }
  succeeds upper evaluate
  made > /dev/null
  echo abandoned > runs/tiny/adapters/point-0.h5.new.checkpoint
  touch -d '2001-01-01' runs/tiny/adapters/point-0.h5.new.checkpoint
  echo unfinished > runs/tiny/adapters/point-1.h5.new.checkpoint
  # Of a kill while a checkpoint was written.
  echo half > runs/tiny/adapters/point-0.h5.new.checkpoint.2x9.partial
  echo half > runs/tiny/adapters/dropout-0.h5.new.checkpoint.2x9.partial
  rm -f runs/tiny/adapters/dropout-0.h5
  echo unfinished > runs/tiny/adapters/dropout-0.h5.new.checkpoint
  contains "make prune would free" "$(upper status)"
  succeeds upper prune
  contains "runs/tiny: removed 2 files" "$(cat output)"
  equal "" "$(find runs/tiny -name '*.partial')"
  equal "adapters/dropout-0.h5.new.checkpoint adapters/point-1.h5.new.checkpoint" \
    "$(cd runs/tiny && find . -name '*.checkpoint' | sed 's|^\./||' | sort | paste -s -d ' ')"
  equal "" "$(ls runs/tiny/prefix)"
  succeeds upper -q evaluate
  contains "0 stale, 0 missing" "$(upper status SHIFTS= CORRUPTIONS=)"
  succeeds upper evaluate
  equal "" "$(made)"
  succeeds upper evaluate SAMPLES=7
  equal "evaluation predictions/swag/tiny prefix/tiny" "$(made)"
  succeeds upper prune
  succeeds upper prune
  contains "there is nothing to prune" "$(cat output)"
  mkdir -p thesis/tiny/prefix && echo words > thesis/tiny/prefix/chapter.h5
  fails tiny prune RUNS=thesis
  equal words "$(cat thesis/tiny/prefix/chapter.h5)"
}

test_prune_waits_for_no_run_and_disturbs_none() {
  rm -rf runs
  echo 0.2 > seconds
  tiny evaluate METHODS=point > first 2>&1 &
  until [ -e runs/tiny/.base.h5.made.new ]; do sleep 0.01; done
  fails tiny prune
  contains "is in use by process" "$(cat output)"
  wait $! || fail "the first run failed: $(cat first)"
}

test_clean_removes_the_run() {
  succeeds tiny clean
  [ ! -e runs/tiny ] || fail "the run is still there"
  succeeds tiny clean
}
