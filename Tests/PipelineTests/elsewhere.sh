# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# A researcher's own folder: an experiment file, and the Makefile of a checkout or of an installation. Sourced by `run`.

# new_folder PROJECT: goes to a folder with an experiment `mine`. It is $links/own, and the folder PROJECT is $links/project,
# since a path that is given to make has no blank.
new_folder() {
  mkdir "own folder" && cp -r in "own folder"
  sed '/^SHIFTS/d; s/tiny/mine/g' pipeline/experiments/tiny.mk > "own folder/mine.mk"
  links=$(mktemp -d)
  ln -s "$PWD/own folder" "$links/own" && ln -s "$1" "$links/project"
  makefile=$links/project/Makefile
  cd "$links/own" || exit 1
}
mine() { make -f "$makefile" EXPERIMENT=mine METHODS="point swag" "$@"; }

test_a_folder_of_ones_own_needs_an_experiment_file_and_the_path_of_the_makefile() {
  new_folder "$PWD"
  succeeds mine evaluate
  contains "report: runs/mine/report.html" "$(cat output)"
  equal "base evaluation fit-adapters" "$(sed 's| runs/mine/| |; s|\.h5||' trace | grep -oE ' (base|evaluation)$|^fit-adapters' \
    | sort -u | xargs)"
  rm trace
  succeeds mine -q evaluate
  contains "stale    adapters/point-0.h5: was made with --rank 8; now --rank 16" "$(mine status RANK=16)"
  contains "0 stale, 0 missing" "$(mine status CORRUPTIONS=)"
  # The lines of make -n can be pasted there.
  mine -n evaluate RANK=16 > lines
  succeeds bash -e lines
  succeeds mine -q evaluate RANK=16
  # Programs of another folder are finished ones: none is built there.
  cp -r "$links/project/.build/release" programs && rm programs/.built
  succeeds mine -q evaluate RANK=16 PROGRAMS=programs
  fails mine evaluate EXPERIMENT=mien
  contains "did you mean mine?" "$(cat output)"
  fails mine lint
  contains "make lint works on the project: run it in $links/project/" "$(cat output)"
  succeeds mine prune
  succeeds mine clean
  [ ! -e runs/mine ] || fail "the run is still there"
  succeeds mine help
  rm -r "$links"
}

test_an_experiment_of_the_pipeline_comes_before_one_of_the_folder() {
  mkdir -p data/almanac/base && touch data/almanac/{train,test}.jsonl data/almanac/base/config.json
  new_folder "$PWD"
  echo 'MODEL := in/nothing' > almanac.mk
  contains "--model $links/project/data/almanac/base " "$(mine -n runs/almanac/base.h5 EXPERIMENT=almanac 2>&1)"
  rm -r "$links"
}

test_installed_programs_are_found_and_nothing_is_built() {
  mkdir -p prefix/{share,libexec}/credence
  cp -r Makefile pipeline prefix/share/credence
  cp .build/release/* prefix/libexec/credence
  stand_in_tools 1
  new_folder "$PWD/prefix"
  makefile=$links/project/share/credence/Makefile
  succeeds mine evaluate
  contains "report: runs/mine/report.html" "$(cat output)"
  contains "command: $links/project/libexec/credence/pretrain-load " "$(cat runs/mine/.base.h5.made)"
  # Moved, or with the programs elsewhere, everything is still fresh.
  mv "$links/project" "$links/moved"
  makefile=$links/moved/share/credence/Makefile
  succeeds mine -q evaluate
  equal "" "$(mine status CORRUPTIONS= | grep 'stale .*:')"
  cp -r "$links/moved/libexec/credence" programs
  succeeds mine -q evaluate PROGRAMS=programs
  contains "-- programs/fit-adapters " "$(mine -n evaluate PROGRAMS=programs RANK=16)"
  cd "$links/moved/share/credence" || return
  fails make build
  contains "make build builds programs, but $PWD/../../libexec/credence holds finished ones" "$(sed "s|$(realpath ../..)|$PWD/../..|" output)"
  rm -r "$links"
}

test_a_blank_in_the_makefiles_own_path_is_one_clear_line() {
  local project=$PWD
  mkdir own && cd own || return
  fails make -f "$project/Makefile" evaluate
  contains "its path contains a blank (hint: use a symbolic link without blanks to its folder)" "$(cat output)"
  equal 1 "$(wc -l < output)"
}
