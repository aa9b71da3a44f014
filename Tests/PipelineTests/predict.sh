# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# Answers to new texts: which of the stages run after which change. Sourced by `run`.

# The answers of the method swag to the texts of new.csv, with settings.
answers() { succeeds tiny predict NEW=in/new.csv METHOD=swag "$@"; }
new_texts() { echo "text" > in/new.csv; }

test_predict_fits_nothing_and_then_does_nothing() {
  new_texts
  answers RISK=5%
  contains "--chosen-from 1 " "$(cat runs/tiny/answers/new/.answers.h5.made)"
  equal "answers/new/1 answers/new/answers" "$(made)"
  contains "the table of decide" "$(cat output)"
  contains "answers: runs/tiny/answers/new/answers.csv" "$(cat output)"
  answers RISK=5%
  equal "" "$(made)"
  succeeds tiny -q predict NEW=in/new.csv METHOD=swag RISK=5%
  contains "fresh    answers/new/answers.h5" "$(tiny status NEW=in/new.csv METHOD=swag RISK=5%)"
}

test_changed_texts_rerun_the_forecasts_and_another_risk_the_decisions() {
  new_texts
  answers RISK=5%
  rm trace
  echo "another text" >> in/new.csv
  answers RISK=5%
  equal "answers/new/1 answers/new/answers" "$(made)"
  answers RISK=10% COVERAGE=0.8
  equal "answers/new/answers" "$(made)"
  rm runs/tiny/answers/new/answers.csv
  answers RISK=10% COVERAGE=0.8
  equal "answers/new/answers" "$(made)"
}

test_shards_are_targets_of_their_own() {
  new_texts
  succeeds tiny -j3 predict NEW=in/new.csv METHOD=swag SHARDS=3
  equal "answers/new/1 answers/new/2 answers/new/3 answers/new/answers" "$(made)"
  contains "--shard 2/3" "$(cat runs/tiny/answers/new/.2.h5.made)"
  rm runs/tiny/answers/new/2.h5
  succeeds tiny -j3 predict NEW=in/new.csv METHOD=swag SHARDS=3
  equal "answers/new/2 answers/new/answers" "$(made)"
}

test_shards_that_no_answers_are_made_from_can_be_pruned() {
  new_texts
  answers SHARDS=3
  succeeds tiny prune
  contains "there is nothing to prune" "$(cat output)"
  answers SHARDS=2
  contains "make prune would free" "$(tiny status)"
  succeeds tiny prune
  contains "removed 1 files, 0.0 MB: answers/new/3.h5" "$(cat output)"
  made > /dev/null
  answers SHARDS=2
  equal "" "$(made)"
  # What a run that was stopped has made for answers to come stays.
  touch break-decide
  fails tiny predict NEW=in/new.csv METHOD=swag SHARDS=4
  succeeds tiny prune
  contains "there is nothing to prune" "$(cat output)"
}

test_shards_without_texts_get_a_warning() {
  { echo text && seq 600; } > in/new.csv
  answers SHARDS=3
  equal "" "$(grep SHARDS output)"
  answers SHARDS=4
  contains "SHARDS=4 leaves shards without texts, since a shard has blocks of up to 256 rows (hint: SHARDS=3 is enough" \
    "$(cat output)"
  gzip in/new.csv
  succeeds tiny predict NEW=in/new.csv.gz METHOD=swag ANSWERS=packed SHARDS=9
  contains "(hint: SHARDS=3 is enough for in/new.csv.gz)" "$(cat output)"
  contains "min($(sed -n 's/^BLOCK_ROWS := //p' pipeline/answers.mk), " \
    "$(cat "$project/Sources/Programs/predict/NewTextWording.swift")"
}

test_without_a_method_predict_takes_the_recommended_one() {
  new_texts
  succeeds tiny predict NEW=in/new.csv
  equal "answers/new/1 answers/new/answers" "$(made)"
  contains "--method swag" "$(cat runs/tiny/answers/new/.1.h5.made)"
  # The test rows have chosen it among the seven default methods, and the promise must make up for that.
  contains "--chosen-from 7" "$(cat runs/tiny/answers/new/.answers.h5.made)"
  succeeds tiny predict NEW=in/new.csv
  equal "" "$(made)"
  # A new run is evaluated first, if that is asked for.
  succeeds tiny evaluate predict NEW=in/new.csv RUNS=new METHODS="point swag"
  contains "predict" "$(cut -d ' ' -f 1 trace | sort -u | xargs)"
  contains "evaluate" "$(cut -d ' ' -f 1 trace | sort -u | xargs)"
}

test_new_texts_are_read_as_the_texts_of_the_run() {
  new_texts
  succeeds tiny evaluate TEXT=remark TOKENIZE_FLAGS="--answers letter --replace"
  answers
  contains "--text-column remark --replace --shard" "$(cat runs/tiny/answers/new/.1.h5.made)"
  succeeds tiny evaluate TEXT=remark TOKENIZE_FLAGS="--answers letter"
  answers
  contains "--text-column remark --shard" "$(cat runs/tiny/answers/new/.1.h5.made)"
}

test_the_columns_of_new_texts_may_have_other_names() {
  new_texts
  answers NEW_TEXT=body NEW_TEXT_B=reply NEW_LABEL=old NEW_ID=nr NEW_ENCODING=latin-1
  contains "--text-column body --second-text-column reply --label-column old --id-column nr --encoding latin-1 --shard" \
    "$(cat runs/tiny/answers/new/.1.h5.made)"
  equal "answers/new/1 answers/new/answers" "$(made)"
}

# A run of one's own texts with settings, which has been evaluated.
own_run() {
  succeeds make evaluate EXPERIMENT=own MODEL=in/model TRAIN="in/train.jsonl in/near.jsonl" TARGETS=query,key \
    METHODS="point swa" EPOCHS=5 RISK=5%
  rm trace
}

test_predict_takes_over_the_settings_that_the_run_was_evaluated_with() {
  new_texts
  own_run
  succeeds make predict EXPERIMENT=own NEW=in/new.csv METHOD=swa
  contains "--posterior runs/own/swag/0.h5" "$(cat runs/own/answers/new/.1.h5.made)"
  # What predict does with the run is said anew each time.
  equal "" "$(grep -e --risk runs/own/answers/new/.answers.h5.made)"
  equal "predict decide" "$(cut -d ' ' -f 1 trace | xargs)"
  rm trace
  succeeds make predict EXPERIMENT=own NEW=in/new.csv METHOD=swa EPOCHS=5 THREADS=1
  equal "" "$(made)"
}

test_predict_refuses_to_fit_anything() {
  new_texts
  own_run
  while IFS='|' read -r setting message; do
    fails make predict EXPERIMENT=own NEW=in/new.csv METHOD=point "$setting"
    contains "predict fits nothing, and runs/own is not what these settings ask for: $message" "$(cat output)"
  done << 'END'
EPOCHS=7|adapters/point-0 swag/0 predictions/point/own and 2 more would have to be made; EPOCHS=7 (evaluate had EPOCHS=5)
METHODS=point|evaluation would have to be made; METHODS=point (evaluate had METHODS=point swa)
LABEL=grade|tokens/own adapters/point-0 swag/0 and 3 more would have to be made; LABEL=grade (evaluate had no LABEL=)
METHOD=dropout|adapters/dropout-0 would have to be made (hint: run make evaluate with dropout among METHODS first)
END
  fails make predict EXPERIMENT=own NEW=in/new.csv RUNS=others
  contains "predict needs a run that has been evaluated, and there is no others/own/evaluation.h5" "$(cat output)"
  echo more >> in/train.jsonl
  fails make predict EXPERIMENT=own NEW=in/new.csv METHOD=point
  contains "and 3 more would have to be made (hint: something has changed since then" "$(cat output)"
  equal "" "$(made)"
  succeeds make evaluate predict EXPERIMENT=own MODEL=in/model TRAIN=in/train.jsonl METHODS="point swag" NEW=in/new.csv
  contains "predict decide" "$(cut -d ' ' -f 1 trace | xargs)"
  contains "--chosen-from 2" "$(cat runs/own/answers/new/.answers.h5.made)"
}

test_what_would_be_done_is_said_without_a_run_too() {
  new_texts
  rm -rf runs
  succeeds tiny -n evaluate predict NEW=in/new.csv
  equal 1 "$(grep -c "^make: evaluate has not recommended a method yet" output)"
  own_run
  # Another setting would change what evaluate recommends.
  succeeds make -n evaluate predict EXPERIMENT=own MODEL=in/model TRAIN=in/train.jsonl NEW=in/new.csv
  equal 1 "$(grep -c "^make: evaluate has not recommended a method yet" output)"
  equal "" "$(made)"
}

test_recorded_settings_are_text() {
  new_texts
  # shellcheck disable=SC2016 # make would expand it
  echo 'METHODS=$(shell touch expanded)' >> runs/tiny/.settings
  fails tiny predict NEW=in/new.csv METHOD=swag
  contains "runs/tiny/.settings is damaged: the character ( cannot stand in a setting" "$(cat output)"
  echo 'SHELL=/bin/false' > runs/tiny/.settings
  answers
  [ ! -e expanded ] || fail "a recorded setting was expanded"
}

test_a_method_that_evaluate_does_not_compare_is_predicted_too() {
  new_texts
  succeeds tiny predict NEW=in/new.csv METHOD=soup
  equal "answers/new/1 answers/new/answers predictions/soup/tiny" "$(made)"
}

test_answers_to_another_file_of_the_same_name_stay() {
  mkdir january february elsewhere
  echo "one" > january/new.csv
  echo "two" > february/new.csv
  succeeds tiny predict NEW=january/new.csv METHOD=swag
  made > /dev/null
  for goal in predict "-n predict"; do
    # shellcheck disable=SC2086 # two words
    fails tiny $goal NEW=february/new.csv METHOD=swag
    contains "runs/tiny/answers/new has the answers to january/new.csv (hint: ANSWERS=february-new, or another name, puts" \
      "$(cat output)"
  done
  equal "" "$(made)"
  succeeds tiny predict NEW=february/new.csv METHOD=swag ANSWERS=february-new
  equal "answers/february-new/1 answers/february-new/answers" "$(made)"
  # The same texts under another path have the same answers.
  mv january/new.csv elsewhere
  succeeds tiny predict NEW=elsewhere/new.csv METHOD=swag
  equal "" "$(made)"
}

test_a_failed_predict_says_which_answers_are_of_an_earlier_run() {
  new_texts
  answers
  touch break-decide
  fails tiny predict NEW=in/new.csv METHOD=swag RISK=10%
  for file in answers.csv answers.txt shares.csv label-next.csv; do
    contains "make: runs/tiny/answers/new/$file is of an earlier run" "$(cat output)"
  done
  # The report is what it was, and nobody asked for another one.
  equal "" "$(grep report.html output)"
  fails tiny predict NEW=in/new.csv METHOD=swag RISK=120%
  contains "nothing was run: runs/tiny/answers/new/answers.csv runs/tiny/answers/new/answers.txt" "$(cat output)"
  contains "are of an earlier run" "$(cat output)"
  rm break-decide
  touch break-predict
  fails tiny predict NEW=in/train.jsonl METHOD=swag
  equal "" "$(grep 'earlier run' output)"
}

test_wrong_settings_of_predict_are_refused() {
  new_texts
  fails tiny predict METHOD=swag
  contains "make predict needs NEW=" "$(cat output)"
  fails tiny predict NEW=in/elsewhere.csv METHOD=swag
  contains "NEW=in/elsewhere.csv: no such file" "$(cat output)"
  fails tiny predict NEW=in/new.csv METHOD=swagg
  contains "METHOD: 'swagg' is none of" "$(cat output)"
  contains "; did you mean swag?" "$(cat output)"
  fails tiny predict NEW=in/new.csv METHOD=all
  contains "METHOD=all: must be one method (hint: without METHOD= the one that evaluate recommends answers)" "$(cat output)"
  fails tiny predict NEW=new:1.csv METHOD=swag
  contains "NEW=new:1.csv: the character : cannot stand in a setting (hint: a symbolic link" "$(cat output)"
  for name in a/b ..; do
    fails tiny predict NEW=in/new.csv METHOD=swag "ANSWERS=$name"
    contains "ANSWERS=$name: must be the name of a folder" "$(cat output)"
  done
  fails tiny predict NEW=in/new.csv METHOD=swag RISK=120%
  contains "RISK=120%: must be a share above 0 and below 1, such as 5% or 0.05" "$(cat output)"
  fails tiny predict NEW=in/new.csv METHOD=swag SHARDS=0
  contains "SHARDS=0: must be an integer of at least 1" "$(cat output)"
  fails tiny predict NEW=in/new.csv METHOD=swag RANK=5%
  contains "the character % cannot stand in a setting" "$(cat output)"
  equal "" "$(made)"
}
