# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# ADAPTER: folders of PEFT in place of adapters that are fitted. Sourced by `run`.

adapters() {
  local name
  for name; do
    mkdir -p "in/$name"
    echo "settings of $name" > "in/$name/adapter_config.json"
    echo "weights of $name" > "in/$name/adapter_model.safetensors"
  done
}

# The methods that a command would predict with.
methods_of() { make -n EXPERIMENT=tiny RUNS=new "$@" | sed -n 's/.*sample-posterior .* --method \([^ ]*\).*/\1/p' | xargs; }

test_each_folder_of_ADAPTER_is_a_member() {
  adapters a b
  local methods="point ensemble soup swa"
  succeeds tiny evaluate ADAPTER="in/a in/b/" METHODS="$methods" RUNS=new
  contains "import-adapter --base new/tiny/base.h5 --tokens new/tiny/tokens/tiny.h5 --adapter in/b --seed 1" \
    "$(cat new/tiny/adapters/point-1.h5)"
  contains "weights of b" "$(cat new/tiny/adapters/point-1.h5)"
  # Nothing was trained, so that there is no curve but that of SWAG.
  equal 1 "$(grep -c -- '--histories new/tiny/swag/0.h5$' new/tiny/evaluation.h5)"
  rm trace
  succeeds tiny evaluate ADAPTER="in/a in/b" METHODS="$methods" RUNS=new
  equal "" "$(made)"
  echo "other weights" > in/b/adapter_model.safetensors
  echo "for people" > in/b/README.md
  succeeds tiny evaluate ADAPTER="in/a in/b" METHODS="$methods" RUNS=new
  equal "adapters/point-1 evaluation predictions/ensemble/tiny predictions/soup/tiny" \
    "$(sed 's|.*new/tiny/||; s|\.h5$||' trace | sort | xargs)"
}

test_methods_that_train_adapters_of_their_own_do_not_apply_to_ADAPTER() {
  adapters a
  fails tiny evaluate ADAPTER=in/a METHODS="point dropout"
  contains "METHODS: dropout trains an adapter of its own, and ADAPTER= names trained ones" "$(cat output)"
  equal "point laplace tfb" "$(methods_of evaluate ADAPTER=in/a)"
  local all
  all=" $(methods_of evaluate ADAPTER=in/a METHODS=all) "
  contains " soup swa aswa swad swag-diagonal swag " "$all"
  equal "" "$(tr ' ' '\n' <<< "$all" | grep -xE 'dropout|lora-ensemble|batch-ensemble|repulsive|snapshots|sghmc|tickets|dna|rank-masks.*|.*ivon.*|blob.*|me-lora.*|scalabl.*|rank-1.*|full.*' | xargs)"
}

test_settings_of_a_fit_do_not_go_with_ADAPTER() {
  adapters a
  fails tiny evaluate ADAPTER=in/a RANK=4
  contains "RANK is a setting of a fit, and ADAPTER= names trained adapters (hint: omit one of them)" "$(cat output)"
  # Every setting of settings.mk that holds flags of fit-adapters.
  local setting settings
  settings=$(sed -n '/^# --- fit-adapters/,/^# --- Snapshots/s/^\([A-Z_]*_FLAGS\) :=.*/\1/p' pipeline/settings.mk)
  contains SGHMC_FLAGS "$settings"
  for setting in $settings; do
    fails make EXPERIMENT=tiny evaluate ADAPTER=in/a "$setting=--seed 1"
    contains "$setting is a setting of a fit, and ADAPTER= names trained adapters" "$(cat output)"
  done
  fails tiny evaluate ADAPTER=in/none
  contains "ADAPTER=in/none: there is no in/none/adapter_config.json" "$(cat output)"
}

test_a_folder_of_an_adapter_is_no_MODEL() {
  adapters a
  fails tiny evaluate MODEL=in/a
  contains "there is no in/a/config.json (hint: this is an adapter: ADAPTER=in/a and MODEL= its base)" "$(cat output)"
}

test_a_decoder_has_no_classifier() {
  adapters a
  fails tiny evaluate HEAD=classifier
  contains "HEAD=classifier: in/model is a decoder, which answers by its own output layer (hint: omit HEAD)" "$(cat output)"
  fails tiny evaluate ADAPTER=in/a HEAD=classifier
  contains "HEAD=classifier: in/model is a decoder" "$(cat output)"
  succeeds tiny evaluate ADAPTER=in/a METHODS=point
}

test_an_encoder_keeps_its_head_for_ADAPTER() {
  adapters a
  commands() { make -n evaluate EXPERIMENT=tiny RUNS=new METHODS=point "$@"; }
  equal 0 "$(commands ADAPTER=in/a | grep -c -- --keep-head)"
  sed -i 's/.*/{"model_type": "bert"}/' in/model/config.json
  contains "pretrain-load --model in/model --keep-head" "$(commands ADAPTER=in/a)"
  equal 0 "$(commands ADAPTER=in/a HEAD=linear | grep -c -- --keep-head)"
  equal 0 "$(commands | grep -c -- --keep-head)"
  contains "pretrain-load --model in/model --keep-head" "$(commands HEAD=classifier)"
  contains "fit-adapters --base new/tiny/base.h5 --tokens new/tiny/tokens/tiny.h5 --method point --seed 0 --head classifier" \
    "$(commands HEAD=classifier)"
}
