# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# What is made again after which change, and what is not. Sourced by `run`.

test_evaluate_makes_each_file_once_and_then_nothing() {
  rm -rf runs
  succeeds tiny evaluate
  equal "$everything" "$(made)"
  contains "the table of evaluate" "$(cat output)"
  succeeds tiny evaluate
  equal "" "$(made)"
  contains "the table of evaluate" "$(cat output)"
}

test_a_setting_reruns_what_depends_on_it() {
  while IFS=: read -r settings expected; do
    rm -rf runs && cp -a golden runs
    # shellcheck disable=SC2086 # several settings
    succeeds tiny evaluate $settings
    equal "$settings: $expected" "$settings: $(made)"
  done << END
RANK=16:$fits evaluation $predicted $swags
MC_DROPOUT=0.2:adapters/dropout-0 evaluation predictions/dropout/tiny
SWAG_RANK=5:evaluation predictions/multiswag/tiny predictions/swa/tiny predictions/swag-diagonal/tiny predictions/swag/tiny $swags
SAMPLES=7:evaluation $drawn
SEED=3:$fits evaluation $predicted $swags
MEMBERS=3:adapters/point-2 evaluation predictions/ensemble/tiny predictions/multiswag/tiny swag/2
METHODS=point:evaluation
FIGURES=yes:evaluation
CALIBRATION_FRACTION=0.2:$fits evaluation $predicted $swags tokens/tiny
THREADS=7:
QUIET=1:
RUN=env:
SEVERITIES=5:
END
}

# Without SWAG_EPOCHS, snapshots are taken within a fit of their own, which has the settings of point's.
test_snapshots_are_of_fits_with_the_settings_of_point() {
  rm -rf runs
  succeeds tiny evaluate METHODS="point swa aswa swad" SWAG_EPOCHS=
  equal "adapters/point-0 aswa/0 base evaluation predictions/aswa/tiny predictions/point/tiny predictions/swa/tiny \
predictions/swad/tiny swad/0 swag/0 tokens/tiny" "$(made)"
  local file common
  flags_of() { sed -n 's/^command: //p' "$1" | tr ' ' '\n' | paste -s -d ' '; }
  common=$(flags_of runs/tiny/adapters/.point-0.h5.made | sed 's/ --method point / --method NAME /; s/ --output .*//')
  while IFS=: read -r file own; do
    contains "${common/NAME/${file%%/*}} $own" "$(flags_of "runs/tiny/${file%/*}/.${file#*/}.h5.made")"
  done << 'END'
swag/0:--collect-from 0.5
aswa/0:--collect-from 0.5 --accept nll
swad/0:--collect-from 0.5 --accept swad
END
  succeeds tiny evaluate METHODS="point swa aswa swad" SWAG_EPOCHS= SWAG_FROM= SWAG_FLAGS="--preset swag-lora"
  contains "swag/0" "$(made)"
  # ASWA and SWAD choose by the calibration split themselves, and the stage refuses to choose twice.
  local settings
  for settings in KEEP_BEST=yes FIT_FLAGS=--keep-best; do
    equal "point swag" "$(make -n evaluate EXPERIMENT=tiny RUNS=new METHODS="point swa aswa swad" SWAG_EPOCHS= "$settings" \
      | sed -n 's/.* --method \([^ ]*\) .* --keep-best .*/\1/p' | sort | xargs)"
  done
  fails tiny evaluate SWAG_FROM=0.3
  contains "SWAG_EPOCHS goes on after the fit of point, and SWAG_FROM is a share of a fit" "$(cat output)"
}

test_a_subset_of_methods_fits_only_its_own_adapters() {
  rm -rf runs
  succeeds tiny evaluate METHODS="point swag"
  equal "adapters/point-0 base evaluation predictions/point/tiny predictions/swag/tiny swag/0 tokens/tiny" "$(made)"
}

test_the_blocks_below_the_adapters_are_computed_once_for_each_data_set() {
  rm -rf runs
  succeeds tiny evaluate METHODS="point swag full" LAYERS=4-5
  equal "adapters/full-0 adapters/point-0 base evaluation predictions/full/tiny predictions/point/tiny \
predictions/swag/tiny prefix/tiny swag/0 tokens/tiny" "$(made)"
  contains "--blocks 4 " "$(cat runs/tiny/prefix/.tiny.h5.made) "
  local file
  for file in adapters/.point-0 swag/.0 predictions/swag/.tiny; do
    contains "--prefix runs/tiny/prefix/tiny.h5" "$(cat "runs/tiny/$file.h5.made")"
  done
  contains "--layers 4-5" "$(cat runs/tiny/adapters/.point-0.h5.made)"
  equal "" "$(grep -e --layers -e --prefix runs/tiny/adapters/.full-0.h5.made runs/tiny/predictions/full/.tiny.h5.made)"
  succeeds tiny evaluate METHODS="point swag full" LAYERS=4,5
  equal "adapters/point-0 evaluation predictions/point/tiny predictions/swag/tiny swag/0" "$(made)"
  succeeds tiny shift-test METHODS=point LAYERS=4,5
  equal "predictions/point/near predictions/point/tiny-typos-2 prefix/near prefix/tiny-typos-2 shift tokens/near \
tokens/tiny-typos-2" "$(made)"
}

test_a_prefix_holds_only_the_training_rows_that_are_fitted_on() {
  prefixes() { make -n evaluate EXPERIMENT=tiny RUNS=new LAYERS=4-5 TRAINING_EXAMPLES=9 "$@" | grep compute-prefix; }
  contains "--blocks 4 --training-examples 9 " "$(prefixes METHODS=point)"
  # Where rows are taken in another way, it holds all of them.
  equal "" "$(prefixes METHODS="point tfb" | grep -e --training-examples)"
  equal "" "$(prefixes METHODS=point FIT_FLAGS="--subsample-seed 3" | grep -e --training-examples)"
  equal "" "$(prefixes METHODS=lora-ensemble LORA_ENSEMBLE_FLAGS=--training-examples=5 | grep -e --training-examples)"
  equal "" "$(prefixes METHODS=swag SWAG_EPOCHS= SWAG_FLAGS=--training-examples=99 | grep -e --training-examples)"
}

test_members_in_one_file_are_fitted_where_a_method_asks_for_them() {
  rm -rf runs
  succeeds tiny evaluate METHODS=lora-ensemble MEMBERS=3
  equal "adapters/lora-ensemble-0 base evaluation predictions/lora-ensemble/tiny tokens/tiny" "$(made)"
  contains "--members 3" "$(cat runs/tiny/adapters/.lora-ensemble-0.h5.made)"
  succeeds tiny evaluate METHODS=lora-ensemble MEMBERS=3 LORA_ENSEMBLE_FLAGS="--initialization-gain 10"
  equal "adapters/lora-ensemble-0 evaluation predictions/lora-ensemble/tiny" "$(made)"
}

test_a_touched_file_reruns_nothing() {
  find in runs -type f -exec touch {} +
  succeeds tiny evaluate
  equal "" "$(made)"
  touch runs/tiny/base.h5
  equal "" "$(tiny -n evaluate | grep produce)"
}

test_a_rebuilt_program_reruns_nothing_and_stale_names_it() {
  sleep 0.01
  echo "# another build" >> .build/release/fit-adapters
  succeeds tiny evaluate
  equal "" "$(made)"
  equal "$(printf 'runs/tiny/adapters/%s.h5: by another build of fit-adapters\n' dropout-0 point-0 point-1)" \
    "$(tiny stale)"
}

test_a_changed_comment_reruns_nothing() {
  echo "# a comment" >> pipeline/experiments/tiny.mk
  echo "# a comment" >> pipeline/settings.mk
  succeeds tiny evaluate
  equal "" "$(made)"
}

test_a_changed_question_reruns_even_with_its_old_time() {
  touch -r in/train.jsonl stamp
  echo another > in/train.jsonl
  touch -r stamp in/train.jsonl
  contains "tokens/tiny.h5: in/train.jsonl has changed" "$(tiny status)"
  succeeds tiny evaluate
  equal "$fits evaluation $predicted $swags tokens/tiny" "$(made)"
}

test_changed_weights_reload_the_base() {
  echo other > in/model/model.safetensors
  succeeds tiny evaluate
  equal "$everything" "$(made)"
}

test_a_result_changed_by_hand_is_made_again() {
  echo scribble > runs/tiny/swag/1.h5
  contains "swag/1.h5: its content is not what its command wrote" "$(tiny status)"
  succeeds tiny evaluate
  equal "evaluation predictions/multiswag/tiny swag/1" "$(made)"
}

test_a_deleted_file_is_made_again() {
  rm runs/tiny/report.html
  contains "evaluation.h5: a file that is written with it is missing" "$(tiny status)"
  succeeds tiny evaluate
  equal "evaluation" "$(made)"
  [ -e runs/tiny/report.html ] || fail "no report"
  rm runs/tiny/adapters/point-1.h5
  succeeds tiny evaluate
  equal "adapters/point-1 evaluation predictions/ensemble/tiny predictions/multiswag/tiny swag/1" "$(made)"
}

test_a_setting_and_back_reruns_nothing_that_was_not_made_with_it() {
  touch break-fit-adapters
  fails tiny evaluate RANK=16
  rm break-fit-adapters
  succeeds tiny evaluate
  equal "" "$(made)"
}

test_shift_test_adds_its_own_files_only() {
  succeeds tiny shift-test METHODS="point swag"
  equal "predictions/point/near predictions/point/tiny-typos-2 predictions/swag/near predictions/swag/tiny-typos-2 \
shift tokens/near tokens/tiny-typos-2" "$(made)"
  contains "the table of shift-test" "$(cat output)"
}

test_n_changes_nothing_and_its_lines_can_be_pasted() {
  rm -rf runs
  tiny -n evaluate shift-test > lines
  [ ! -e runs ] || fail "make -n made something"
  equal "" "$(made)"
  succeeds bash -e lines
  succeeds tiny evaluate
  equal "golden" "$(results | grep -v -e shift -e near -e typos | cmp - golden.results && echo golden)"
  made > /dev/null
  succeeds tiny evaluate shift-test
  equal "" "$(made)"
}

test_q_tells_whether_there_is_anything_to_do() {
  succeeds tiny -q evaluate
  fails tiny -q evaluate RANK=16
  equal "" "$(made)"
}

test_after_another_setting_there_is_nothing_left_to_do() {
  rm -rf runs && cp -a golden runs
  succeeds tiny evaluate SAMPLES=7
  succeeds tiny -q evaluate SAMPLES=7
  succeeds tiny evaluate
  succeeds tiny -q evaluate
}

test_j2_gives_the_same_bytes_and_shares_the_cores() {
  rm -rf runs
  succeeds tiny -j2 evaluate
  equal "golden" "$(results | cmp - golden.results && echo golden)"
  contains "--threads $(($(nproc) > 1 ? $(nproc) / 2 : 1)) " "$(tiny -n -j2 evaluate RANK=3)"
}

test_a_run_that_was_stopped_between_two_files_goes_on_with_what_depends_on_the_new_one() {
  succeeds tiny runs/tiny/adapters/point-0.h5 LEARNING_RATE=0.1
  made > /dev/null
  touch -d '2001-01-01' runs/tiny/adapters/point-0.h5 runs/tiny/adapters/.point-0.h5.made
  equal "swag/0" "$(tiny -n runs/tiny/swag/0.h5 LEARNING_RATE=0.1 | sed -n 's|.*produce runs/tiny/\([^ ]*\)\.h5 .*|\1|p')"
}

test_a_prefix_that_changes_makes_nothing_stale() {
  upper() { tiny LAYERS=4-5 METHODS=point "$@"; }
  succeeds upper evaluate
  made > /dev/null
  echo scribble > runs/tiny/prefix/tiny.h5
  succeeds upper -q evaluate
  succeeds upper evaluate RANK=16
  equal "adapters/point-0 evaluation predictions/point/tiny prefix/tiny" "$(made)"
  succeeds upper evaluate RANK=16
  equal "" "$(made)"
}
