# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# Which settings are refused, and in which words. Sourced by `run`.

test_wrong_settings_are_refused_by_name() {
  while IFS='|' read -r setting message; do
    fails tiny evaluate shift-test "$setting"
    contains "$message" "$(cat output)"
  done << 'END'
RNAK=16|RNAK is no setting of tiny
EXPERIMENT=tyni|EXPERIMENT=tyni is none of
METHODS=point swagg|METHODS: 'swagg' is none of
THREADS=0|THREADS=0: must be an integer of at least 1
THREADS=x|THREADS=x: must be an integer of at least 1
THREADS=2 3|THREADS=2 3: must be an integer of at least 1
SAMPLES=0|SAMPLES=0: must be an integer of at least 1
EPOCHS=abc|EPOCHS=abc: must be an integer of at least 1
PRECISION=half|PRECISION=half: must be one of float32, bfloat16, int8, fastest
METHODS=|METHODS is empty
METHODS=point point|METHODS names a method twice
SEED=010|SEED=010: must be an integer of at least 0, without leading zeros
SEED=99999999999999999999|SEED=99999999999999999999: must be an integer of at least 0 with at most 15 digits
SPLIT_SEED=x|SPLIT_SEED=x: must be an integer of at least 0
MEMBERS=9999999999|MEMBERS=9999999999: must be an integer of at least 1 with at most 9 digits
LAYERS=upper|LAYERS=upper: must be indices of blocks in ascending order, such as 4,5 or 2-5
LAYERS=3-2|LAYERS=3-2: must be indices of blocks in ascending order
LAYERS=2,2|LAYERS=2,2: must be indices of blocks in ascending order
LAYERS=2-3-4|LAYERS=2-3-4: must be indices of blocks in ascending order
PARAMETRISATION=full|PARAMETRISATION=full: must be one of lora, olora, nola, tt-lora, b-lora-xs
CUT=start|CUT=start: must be one of front, middle, end, windows
TEXT=my text|TEXT=my text: must be one name; write _ for a blank in it
DRAWS=foo|DRAWS=foo: must be one of independent, antithetic, lattice, linearised
QUIET=0|QUIET=0: must be yes, or empty
REPRODUCIBLE=no|REPRODUCIBLE=no: must be yes, or empty
RUNS=in/train.jsonl|RUNS=in/train.jsonl is not a folder
TRAIN.tiny=|tiny has no questions to train on
RUNS=my runs|RUNS=my runs: a blank cannot stand in a path
RUNS=my:runs|RUNS=my:runs: the character : cannot stand in a setting
MODEL=my models|MODEL=my models: a blank cannot stand in a path
DATA=my data|DATA=my data: a blank cannot stand in a path
MODEL=in/$(pwd)|cannot stand in a setting
MODEL=in/nothing|there is no in/nothing/config.json
TEST.tiny=in/nothing.jsonl|in/nothing.jsonl: no such file
FOREIGN=in/nothing.csv|in/nothing.csv: no such file
SHIFTS=far|tiny has no files for far
MEMBERS=two|MEMBERS=two: must be an integer of at least 1
MEMBERS=0|MEMBERS=0: must be an integer of at least 1
END
  THREADS=0 fails tiny evaluate
  contains "THREADS=0: must be an integer of at least 1" "$(cat output)"
  equal "" "$(made)"
}

test_a_shift_test_without_any_shift_stops_at_once() {
  fails tiny shift-test SHIFTS= CORRUPTIONS= RANK=16
  contains "shift-test has nothing to test on: both SHIFTS and CORRUPTIONS are empty" "$(cat output)"
  equal "" "$(made)"
}

test_own_questions_take_shifted_ones_too() {
  own() { make EXPERIMENT=own MODEL=in/model METHODS=point CORRUPTIONS= "$@"; }
  succeeds own evaluate shift-test TRAIN=in/train.jsonl TEST=in/test.jsonl SHIFTED=in/near.jsonl
  contains "--shifted runs/own/predictions/point/shifted.h5" "$(cat runs/own/shift.h5)"
  equal "shift-test" "$(tail -1 trace | cut -d ' ' -f 1)"
  fails own evaluate TEST=in/test.jsonl
  contains "own has no questions to train on (hint: set TRAIN= to their files)" "$(cat output)"
  succeeds own evaluate TEST=in/test.jsonl METHODS=base
}

test_the_help_names_the_settings_of_texts_and_of_predict() {
  local setting
  succeeds make help
  for setting in EPOCHS TRAIN TEST TEXT LABEL NEW METHOD RISK DELTA COVERAGE SHARDS; do
    grep -qw "$setting" output || fail "make help does not name $setting"
  done
  # A default in brackets is that of settings.mk, but for those that others have.
  while read -r setting; do
    grep -q "^${setting% *} [:?]*= ${setting#* }$" pipeline/settings.mk || fail "$setting is not what settings.mk says"
  done < <(grep -oE '[A-Z]+ \[[^]]+\]' output | grep -Ev 'seven|PREFIX|PRECISION' | tr -d '[]')
}

test_another_training_file_in_the_same_run_gets_a_warning() {
  own() { make evaluate EXPERIMENT=own MODEL=in/model METHODS=point "$@"; }
  succeeds own TRAIN=in/train.jsonl
  equal "" "$(grep 'is the run of' output)"
  # The same file with more rows, or under another path, is no other project.
  echo more >> in/train.jsonl
  succeeds own TRAIN=in/train.jsonl
  mkdir moved && cp in/train.jsonl moved
  succeeds own TRAIN=moved/train.jsonl
  equal "" "$(grep 'is the run of' output)"
  succeeds own TRAIN=in/near.jsonl
  contains "runs/own is the run of TRAIN=moved/train.jsonl, and is replaced by that of TRAIN=in/near.jsonl (hint: another" \
    "$(cat output)"
}

test_the_readme_lists_the_names_of_columns_that_are_found() {
  local names
  names=$(sed -n '/static let textNames/,/static let idNames/p' "$project/Sources/Tasks/Texts/TextColumns.swift" \
    | grep -o '"[a-z0-9_]*"' | tr -d '"')
  contains "text_a" "$names"
  # shellcheck disable=SC2016 # these backticks are README's
  equal "$names" "$(sed -n '/^  | text |/,/^  | id |/p' "$project/README.md" | grep -o '`[a-z0-9_]*`' | tr -d '`')"
}

test_columns_and_classes_of_texts_reach_tokenize() {
  succeeds make evaluate shift-test EXPERIMENT=own MODEL=in/model METHODS=point CORRUPTIONS= CUT=middle TEXT=title+body \
    TEXT_B=reply LABEL=grade ID=nr ENCODING=latin-1 TRAIN=in/train.jsonl SHIFTED=in/near.jsonl
  local columns="--cut middle --text-column title+body --second-text-column reply --label-column grade --id-column nr
    --encoding latin-1"
  columns=$(tr -s ' \n' ' ' <<< "$columns" | sed 's/ $//')
  contains "$columns --calibration-fraction" "$(cat runs/own/tokens/own.h5)"
  contains "$columns --classes in/train.jsonl" "$(cat runs/own/tokens/shifted.h5)"
}

test_a_blank_in_a_path_of_the_users_own_is_one_clear_line() {
  echo questions > "in/my train.jsonl"
  own() { make evaluate EXPERIMENT=own MODEL=in/model TEST=in/test.jsonl "$@"; }
  for setting in "TRAIN=in/my train.jsonl" "TRAIN=in/train.jsonl in/my train.jsonl"; do
    fails own "$setting"
    contains "in/my: no such file (hint: TRAIN TEST and SHIFTED are paths separated by blanks" "$(cat output)"
    equal 1 "$(wc -l < output)"
  done
  succeeds own TRAIN="in/train.jsonl in/near.jsonl"
}

test_counts_are_checked_for_goals_that_are_no_run_too() {
  local goal
  for goal in almanac bench curves status; do
    fails tiny "$goal" THREADS=0
    contains "THREADS=0: must be an integer of at least 1" "$(cat output)"
    THREADS=x fails tiny "$goal"
    contains "THREADS=x: must be an integer of at least 1" "$(cat output)"
  done
  succeeds tiny help THREADS=0
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
  # As from LABEL=foo bar without quotes.
  fails tiny evaluate LABEL=foo bar
  contains "there is no goal bar (hint: the goals are" "$(cat output)"
  contains "; a value with a blank stands in quotes)" "$(cat output)"
  fails tiny runs/other/base.h5
  contains "(hint: the files of this run are runs/tiny/...; EXPERIMENT= and RUNS= name another run)" "$(cat output)"
}

test_settings_of_one_data_set_may_be_given() {
  succeeds tiny -n evaluate shift-test TEMPLATE.tiny=plain FORMAT.near=csv SHIFTS="near far" TEST.far=in/near.jsonl
  contains "--test in/near.jsonl --format csv" "$(cat output)"
  fails tiny -n evaluate TEMPLATE.far=plain
  contains "TEMPLATE.far is no setting of tiny" "$(cat output)"
}

test_numbers_to_predict_are_a_format() {
  succeeds tiny -n evaluate FORMAT.tiny=numbers NUMBER_BINS=30
  contains "--format numbers --number-bins 30" "$(tr -s ' ' < output)"
  fails tiny evaluate FORMAT.tiny=numbers NUMBER_BINS=many
  contains "NUMBER_BINS=many: must be an integer of at least 1" "$(cat output)"
  echo "text" > in/new.csv
  fails tiny predict FORMAT.tiny=numbers NEW=in/new.csv RISK=5%
  contains "RISK and PRIOR are for classes, and FORMAT.tiny=numbers predicts numbers" "$(cat output)"
  fails tiny shift-test FORMAT.tiny=numbers SHIFTS=near
  contains "FORMAT.tiny=numbers predicts numbers, and near of SHIFTS is not in this format (hint: FORMAT.near=numbers)" \
    "$(cat output)"
  succeeds tiny -n shift-test FORMAT.tiny=numbers FORMAT.near=numbers SHIFTS=near
  contains "--shifted-tokens" "$(cat output)"
  succeeds tiny -n shift-test SHIFTS="near far" TEST.far=in/test.jsonl RUNS=new
  contains "--shifted-tokens new/tiny/tokens/near.h5 new/tiny/tokens/far.h5" "$(cat output)"
  # Your own shifted texts have the format of those that are trained on.
  succeeds make -n shift-test EXPERIMENT=own MODEL=in/model METHODS=point CORRUPTIONS= TRAIN=in/train.jsonl \
    SHIFTED=in/near.jsonl FORMAT.own=numbers
  contains "--dataset shifted --test in/near.jsonl --format numbers --classes in/train.jsonl" "$(tr -s ' ' < output)"
  equal "" "$(made)"
}

test_a_block_that_the_model_does_not_have_is_told_of_LAYERS() {
  succeeds tiny -n evaluate LAYERS=9
  echo '{"model_type": "llama", "num_hidden_layers": 6, "vocab_size": 9}' > in/model/config.json
  succeeds tiny -n evaluate LAYERS=4-5
  for layers in 6 2-9 3,08; do
    fails tiny evaluate "LAYERS=$layers"
    contains "LAYERS=$layers: in/model has 6 blocks and no block ${layers##*[-,]} (hint: blocks are counted from 0)" "$(cat output)"
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
  contains "none may be given twice" "$(cat output)"
  equal "" "$(made)"
  succeeds tiny -n evaluate LEARNING_RATE=.5e-3 ALPHA=1e1 WEIGHT_DECAY=0 DROPOUT=0.0 TRAINING_EXAMPLES=0 SEVERITIES="5 1"
}

test_each_setting_has_a_kind_or_is_free_text() {
  local free="EXPERIMENT RUNS RUN MODEL ADAPTER DATA NEW PRIOR FOREIGN CLASS_WEIGHTS DATASET TEMPLATE TARGETS LIBRARY \
LIBRARY_FLAGS ROUTER_TASKS ROUTER_FLAGS TOKENIZE_FLAGS IMPORT_FLAGS FIT_FLAGS LORA_ENSEMBLE_FLAGS \
BATCH_ENSEMBLE_FLAGS REPULSIVE_FLAGS VARIATIONAL_FLAGS RANK_MASK_FLAGS IVON_FLAGS SNAPSHOT_FLAGS SGHMC_FLAGS TICKET_FLAGS DNA_FLAGS FULL_FLAGS \
SWAG_FLAGS CHAIN_FLAGS TFB_FLAGS EXTRACT_FLAGS SAMPLE_FLAGS STOP WRITE_FLAGS JUDGE_FLAGS EVALUATE_FLAGS SHIFT_FLAGS EXCHANGE_FLAGS START CLIENT_DATA \
REFERENCE MIXTURES ENTAILMENT ENTAILMENT_MODEL"
  equal "$( (tr ' ' '\n' <<< "$free" && sed -n '/^KINDS/,/^WRONG/s/.*:\([A-Z_,]*\)[ )\\]*$/\1/p' pipeline/kinds.mk | tr , '\n') \
    | sort -u)" "$(sed -n 's/^\([A-Z_]*\) [:?]*= *.*/\1/p' pipeline/settings.mk | sort -u)"
}

# The names that a Swift enumeration gives its cases.
cases_of() {
  sed -n "/enum $1:/,/^ *}/s/^ *case \([a-z]\)/\1/p" "$project/$2" | sed 's/.* = "\(.*\)"/\1/; s/, /\n/g' | sort | xargs
}

test_names_to_choose_from_are_those_of_the_stages() {
  local setting enumeration file
  while read -r setting enumeration file; do
    equal "$setting: $(cases_of "$enumeration" "$file")" \
      "$setting: $(sed -n "s|.*-of/\(.*\):$setting.*|\1|p" pipeline/kinds.mk | tr / '\n' | sort | xargs)"
  done << 'END'
CORRUPTIONS Corruption Sources/Tasks/Corruptions/Corruption.swift
CONFORMAL Sets Sources/Reports/Decisions/DecisionSettings.swift
CUT Cut Sources/Artifacts/LongTextRule.swift
DECAY Decay Sources/Adapters/AdapterSettings.swift
LAPLACE_CRITERION Criterion Sources/Posteriors/Laplace/CurvatureSettings.swift
MOMENTS Moments Sources/Adapters/AdapterSettings+GoingOn.swift
PRECISION PrecisionChoice Sources/NetworkStages/PrecisionOption.swift
SIMILARITY Similarity Sources/Collaboration/ClientRound.swift
STORE MatrixStorage Sources/Checkpoints/ModelFolder.swift
TRUST Trust Sources/Collaboration/Trust.swift
END
}

test_settings_of_a_paper_take_the_questions_of_another_experiment() {
  local paper said flags
  for paper in "laplace-lora|--learning-rate 5e-5|--batch-size 4|--steps 10000|--dropout 0.1|--precision int8" \
    "bayesian-peft|--learning-rate 1e-4|--batch-size 4|--steps 5000|--cycle-exponent 8|--weight-decay 0" \
    "swag-lora|--learning-rate 1e-4|--batch-size 32|--epochs 15|--preset swag-lora|--scale 1"; do
    said=$(make -n evaluate "EXPERIMENT=${paper%%|*}" TASK=tiny 2>&1) || fail "$paper: $said"
    mapfile -t flags < <(tr '|' '\n' <<< "${paper#*|}")
    for flag in "${flags[@]}" "--train in/train.jsonl"; do contains "$flag " "$said"; done
    said=$(make evaluate "EXPERIMENT=${paper%%|*}" "TASK=${paper%%|*}" 2>&1) && fail "its own task was accepted"
    contains "must be another experiment" "$said"
  done
  contains "did you mean tiny" "$(make -n evaluate EXPERIMENT=swag-lora TASK=tinny 2>&1)"
}
