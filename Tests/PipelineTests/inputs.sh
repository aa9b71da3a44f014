# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# What a run is made from: files that change, are added or moved, and runs of earlier versions. Sourced by `run`.

test_a_model_or_question_file_may_be_called_by_a_plain_word() {
  cp -r in/model minilm
  cp in/train.jsonl questions
  own() { make EXPERIMENT=own MODEL=minilm TRAIN=questions TEST=in/test.jsonl METHODS=point CORRUPTIONS= "$@"; }
  succeeds own evaluate
  made > /dev/null
  succeeds own -q evaluate
  echo other > minilm/model.safetensors
  contains "base.h5: minilm/model.safetensors has changed" "$(own status)"
  succeeds own evaluate
  contains "pretrain-load runs/own/base.h5" "$(cat trace)"
  rm trace
  echo another > questions
  succeeds own evaluate
  equal "tokenize fit-adapters sample-posterior evaluate" "$(cut -d ' ' -f 1 trace | paste -s -d ' ')"
}

test_what_is_read_does_not_depend_on_the_name_of_the_runs_folder() {
  mkdir -p store/logs && cp -r in/model store/model
  succeeds tiny evaluate MODEL=store/model RUNS=store/logs/runs
  made > /dev/null
  echo other > store/model/model.safetensors
  succeeds tiny evaluate MODEL=store/model RUNS=store/logs/runs METHODS=point
  contains "pretrain-load store/logs/runs/tiny/base.h5" "$(cat trace)"
}

test_a_file_added_to_the_model_folder_or_removed_from_it_is_noticed() {
  echo '# about' > in/model/README.md
  echo '*.bin' > in/model/.gitattributes
  succeeds tiny -q evaluate
  echo more > in/model/model-2.safetensors
  contains "base.h5: in/model/model-2.safetensors was added" "$(tiny status)"
  contains "tokens/tiny.h5: in/model/model-2.safetensors was added" "$(tiny status)"
  succeeds tiny evaluate
  equal "$everything" "$(made)"
  # An index may name a hidden file.
  mv in/model/model-2.safetensors in/model/.model-2.safetensors
  contains "base.h5: in/model/.model-2.safetensors was added" "$(tiny status)"
  mv in/model/.model-2.safetensors in/model/model-2.safetensors
  succeeds tiny -q evaluate
  rm in/model/model-2.safetensors
  contains "base.h5: in/model/model-2.safetensors was removed" "$(tiny status)"
  succeeds tiny evaluate
  equal "$everything" "$(made)"
}

test_files_that_the_users_own_flags_name_are_noticed() {
  echo some > extra
  local flags
  for flags in "--train extra" "--train=extra" "--answers letter --test extra"; do
    succeeds tiny runs/tiny/tokens/tiny.h5 TOKENIZE_FLAGS="$flags"
    echo more >> extra
    contains "tokens/tiny.h5: extra has changed" "$(tiny status TOKENIZE_FLAGS="$flags")"
  done
  # What a flag names that is no file of the stage's is none, even if there is one of that name.
  succeeds tiny runs/tiny/adapters/point-0.h5 FIT_FLAGS="--method extra"
  echo more >> extra
  succeeds tiny -q runs/tiny/adapters/point-0.h5 FIT_FLAGS="--method extra"
}

test_a_decimal_comma_changes_nothing() {
  mkdir -p bin locales
  if localedef -i de_DE -f UTF-8 locales/de_DE.UTF-8 2> /dev/null; then
    export LOCPATH=$PWD/locales
  else
    # shellcheck disable=SC2016 # for the stand-in to expand
    printf '#!/bin/sh\ntool=$(PATH=/usr/bin:/bin command -v stat)\n[ "$LC_ALL" = C ] && exec "$tool" "$@"\n%s' \
      '"$tool" "$@" | sed "s/\([0-9]\)\.\([0-9]\)/\1,\2/"' > bin/stat
    chmod +x bin/stat
    export PATH="$PWD/bin:$PATH"
  fi
  { export LC_ALL=de_DE.UTF-8; } 2> /dev/null
  contains , "$(stat -c %.9Y in/train.jsonl)"
  rm -rf runs
  cp -r in/model in/größer
  succeeds tiny evaluate MODEL=in/größer METHODS=point
  equal "" "$(grep -rhE '^input: [^ ]+ [0-9]+ [0-9]+,' runs)"
  made > /dev/null
  succeeds tiny -q evaluate MODEL=in/größer METHODS=point
  touch in/größer/* && sleep 0.01
  succeeds tiny evaluate MODEL=in/größer METHODS=point
  equal "" "$(made)"
  echo other > in/größer/config.json
  contains "base.h5: in/größer/config.json has changed" "$(tiny status MODEL=in/größer METHODS=point)"
}

test_a_moved_or_copied_run_model_or_data_folder_reruns_nothing() {
  # A path of the user's has no blank, and that of this folder may have one.
  local plain
  plain=$(mktemp -d) && ln -s "$PWD/store" "$plain/store"
  while read -r settings; do
    rm -rf runs store && cp -a golden runs && mkdir store
    # Without their times.
    cp -r runs store/runs && cp -r in store/in && cp -r in/model store/model && rm store/in/near.jsonl
    [[ $settings != *RUNS* ]] || rm -r runs
    # shellcheck disable=SC2086 # several settings
    succeeds tiny -q evaluate $settings
    # shellcheck disable=SC2086
    contains "15 fresh, 0 stale" "$(tiny status $settings)"
    # shellcheck disable=SC2086
    succeeds tiny evaluate $settings
    equal "$settings:" "$settings:$(made)"
    # shellcheck disable=SC2086
    equal "" "$(tiny evaluate -n $settings RANK=16 | grep -e base -e tokens/ | grep 'produce [^ ]*\(base\|tokens\)')"
  done << END
MODEL=store/model
MODEL=$plain/store/model
MODEL=in/model/
RUNS=store/runs
RUNS=$plain/store/runs MODEL=store/model
TRAIN.tiny=store/in/train.jsonl TEST.tiny=store/in/test.jsonl RUNS=store/runs
END
  rm -rf "$plain" runs && cp -r golden runs
  cp -r . "$scratch/elsewhere"
  cd "$scratch/elsewhere" || return
  succeeds tiny -q evaluate
  rm -r "$scratch/elsewhere"
}

test_a_moved_folder_with_another_content_is_noticed() {
  cp -r in/model other
  echo heavier > other/model.safetensors
  contains "base.h5: was made with --model in/model; now --model other" "$(tiny status MODEL=other)"
  cp in/train.jsonl in/renamed.jsonl
  contains "tokens/tiny.h5: was made with --train in/train.jsonl; now --train in/renamed.jsonl" \
    "$(tiny status TRAIN.tiny=in/renamed.jsonl)"
  cp in/model/* other
  contains "15 fresh" "$(tiny status MODEL=other)"
  echo more > other/more
  contains "15 stale" "$(tiny status MODEL=other)"
  # A note that was brought up to date for a folder of that name is not believed of another one.
  rm other/more
  succeeds tiny evaluate MODEL=other
  echo heavier > other/model.safetensors
  contains "base.h5: other/model.safetensors has changed" "$(tiny status MODEL=other)"
  made > /dev/null
}

test_a_run_that_an_earlier_version_made_is_not_fitted_again() {
  cp -r in/model minilm
  rm -rf runs
  succeeds tiny evaluate MODEL=minilm
  made > /dev/null
  # Its notes had neither the run's own files nor words without a dot or a slash.
  sed -i -e '/^input: .* runs\/tiny\//d' -e '/^input: .* minilm\//d' runs/tiny/.*.made runs/tiny/*/.*.made runs/tiny/*/*/.*.made
  local note name
  find runs -name '.*.made' | while IFS= read -r note; do
    name=${note##*/.}
    touch -r "${note%/*}/${name%.made}" "$note"
  done
  succeeds tiny -q evaluate MODEL=minilm
  succeeds tiny evaluate MODEL=minilm
  equal "" "$(made)"
  equal 1 "$(grep -c "an earlier version did not note what was in minilm" output)"
  succeeds tiny evaluate MODEL=minilm
  equal "" "$(grep earlier output)"
  echo other > minilm/config.json
  contains "base.h5: minilm/config.json has changed" "$(tiny status MODEL=minilm)"
  # A file that is older than one of its inputs is made again.
  sed -i '/^input: .* runs\/tiny\//d' runs/tiny/swag/.0.h5.made
  touch -r runs/tiny/swag/0.h5 runs/tiny/swag/.0.h5.made
  touch runs/tiny/adapters/.point-0.h5.made runs/tiny/adapters/point-0.h5
  contains "swag/0.h5: adapters/point-0.h5 has changed" "$(tiny status MODEL=minilm | grep swag/0)"
}

test_predictions_of_other_programs_are_an_input_of_the_reports_alone() {
  succeeds tiny evaluate shift-test
  made > /dev/null
  echo id,p_0,p_1 > mine.csv
  succeeds tiny evaluate shift-test FOREIGN=mine.csv
  equal "evaluate shift-test" "$(cut -d ' ' -f 1 trace | sort | xargs)"
  contains "--foreign mine.csv" "$(cat runs/tiny/.shift.h5.made)"
  echo q,0.5,0.5 >> mine.csv
  contains "evaluation.h5: mine.csv has changed" "$(tiny status FOREIGN=mine.csv)"
  contains "shift.h5: mine.csv has changed" "$(tiny status FOREIGN=mine.csv)"
}
