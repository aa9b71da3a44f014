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

test_without_a_method_predict_takes_the_recommended_one() {
  new_texts
  succeeds tiny predict NEW=in/new.csv
  equal "answers/new/1 answers/new/answers" "$(made)"
  contains "--method swag" "$(cat runs/tiny/answers/new/.1.h5.made)"
  # The test rows have chosen it among the seven default methods, and the promise must make up for that.
  contains "--chosen-from 7" "$(cat runs/tiny/answers/new/.answers.h5.made)"
  succeeds tiny predict NEW=in/new.csv
  equal "" "$(made)"
  # In a new run, everything that evaluate compares is made first.
  succeeds tiny predict NEW=in/new.csv RUNS=new METHODS="point swag"
  contains "predict" "$(cut -d ' ' -f 1 trace | sort -u | xargs)"
  contains "evaluate" "$(cut -d ' ' -f 1 trace | sort -u | xargs)"
}

test_new_texts_are_read_as_the_texts_of_the_run() {
  new_texts
  answers TEXT=remark TOKENIZE_FLAGS="--answers letter --replace"
  contains "--text-column remark --replace --shard" "$(cat runs/tiny/answers/new/.1.h5.made)"
  answers TEXT=remark TOKENIZE_FLAGS="--answers letter"
  contains "--text-column remark --shard" "$(cat runs/tiny/answers/new/.1.h5.made)"
}

test_a_method_that_evaluate_does_not_compare_is_predicted_too() {
  new_texts
  succeeds tiny predict NEW=in/new.csv METHOD=soup
  equal "answers/new/1 answers/new/answers predictions/soup/tiny" "$(made)"
}

test_wrong_settings_of_predict_are_refused() {
  new_texts
  fails tiny predict METHOD=swag
  contains "make predict needs NEW=" "$(cat output)"
  fails tiny predict NEW=in/elsewhere.csv METHOD=swag
  contains "NEW=in/elsewhere.csv: no such file" "$(cat output)"
  fails tiny predict NEW=in/new.csv METHOD=swagg
  contains "'swagg' is none of" "$(cat output)"
  fails tiny predict NEW=in/new.csv METHOD=swag RISK=120%
  contains "RISK=120%: must be a share above 0 and below 1, such as 5% or 0.05" "$(cat output)"
  fails tiny predict NEW=in/new.csv METHOD=swag SHARDS=0
  contains "SHARDS=0: must be an integer of at least 1" "$(cat output)"
  fails tiny predict NEW=in/new.csv METHOD=swag RANK=5%
  contains "the character % cannot stand in a setting" "$(cat output)"
  equal "" "$(made)"
}
