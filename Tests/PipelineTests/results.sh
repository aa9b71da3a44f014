# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, whose variables these are
# `make results`: the plan, the runs of several seeds, and the table of each experiment.

results_of() { make results RESULTS_SEEDS="0 5" METHODS="point ensemble" "$@"; }

test_results_runs_every_seed_once_and_writes_a_table() {
  succeeds results_of RESULTS_EXPERIMENTS=tiny RESULTS_PLAN=yes
  contains "tiny: 2 of 2 seeds to run; how long is known after the first" "$(cat output)"
  ! grep "in all" output || fail "a sum of nothing that is known"
  fails results_of RESULTS_EXPERIMENTS=tiny RESULTS_PLAN=nope
  contains "results: error: RESULTS_PLAN=nope: must be yes, or empty" "$(cat output)"
  [ ! -e runs/protocol ] || fail "a plan has run something"
  succeeds results_of RESULTS_EXPERIMENTS=tiny
  equal "0 1 2 5 6 7" "$(sed -n 's/^command: .* --seed \([0-9]*\) .*/\1/p' \
    runs/protocol/*/tiny/adapters/.*.made | sort -n | paste -s -d ' ')"
  contains 'make evaluate EXPERIMENT=tiny SAMPLES=5 MEMBERS=3 CORRUPTIONS= SHIFTS= "METHODS=point ensemble" SEED=...' \
    "$(cat results/protocol/tiny.md)"
  contains "| method | accuracy" "$(cat results/protocol/tiny.md)"
  rm -f trace
  succeeds results_of RESULTS_EXPERIMENTS=tiny
  contains "tiny: all 2 seeds are there" "$(cat output)"
  equal "" "$(made)"
}

# DATA= is the folder of published data, of which few rows are used, and of some of them other settings.
test_results_limits_published_data_alone() {
  sed -i '/^DATA :=/d' pipeline/experiments/tiny.mk
  sed -i 's/^declare -A own=(/&[tiny]=BATCH_SIZE=4 /' pipeline/results
  succeeds results_of RESULTS_EXPERIMENTS=tiny RESULTS_SEEDS=0 DATA=in
  contains " CORRUPTIONS= SHIFTS= TRAINING_EXAMPLES=300 LIMIT=300 " "$(cat results/protocol/tiny.md)"
  contains " BATCH_SIZE=4 " "$(cat results/protocol/tiny.md)"
}

# The settings of a single experiment are known, those of others are not.
test_results_of_texts_of_your_own() {
  succeeds results_of RESULTS_EXPERIMENTS=own RESULTS_SEEDS=0 MODEL=in/model TRAIN=in/train.jsonl TEST=in/test.jsonl
  contains " TRAIN=in/train.jsonl" "$(cat results/protocol/own.md)"
  ! grep LIMIT results/protocol/own.md || fail "texts of one's own are limited"
  fails results_of RESULTS_EXPERIMENTS="own tiny" MODEL=in/model TRAIN=in/train.jsonl TEST=in/test.jsonl
  contains "TRAIN is no setting of" "$(cat output)"
  fails results_of RESULTS_EXPERIMENTS=nope
  contains "EXPERIMENT=nope is none of" "$(cat output)"
}

test_results_says_what_it_leaves_out_and_why() {
  fails results_of RESULTS_EXPERIMENTS=cola
  contains "cola: left out: cola needs MODEL" "$(cat output)"
  contains "results: error: nothing can be run" "$(cat output)"
  succeeds results_of RESULTS_EXPERIMENTS="cola tiny" RESULTS_PLAN=yes
  contains "cola: left out: cola needs MODEL" "$(cat output)"
  contains "tiny: 2 of 2 seeds" "$(cat output)"
  fails results_of SEED=3
  contains "SEED=3: say RESULTS_SEEDS" "$(cat output)"
  fails results_of RESULTS_SEEDS="5 0 2" RESULTS_EXPERIMENTS=tiny
  contains "RESULTS_SEEDS: 0 and 2 are nearer than MEMBERS=3" "$(cat output)"
  fails results_of MEMBERS=2.5 RESULTS_EXPERIMENTS=tiny
  contains "results: error: MEMBERS=2.5: must be an integer of at least 1" "$(cat output)"
  fails results_of RESULTS_SEEDS="0 08" RESULTS_EXPERIMENTS=tiny
  contains "RESULTS_SEEDS=08: must be an integer of at least 0, without leading zeros" "$(cat output)"
  # The known time is that of the protocol.
  sed -i 's/^declare -A usual=(/&[tiny]=520 /' pipeline/results
  succeeds make results RESULTS_EXPERIMENTS=tiny RESULTS_SEEDS=0 RESULTS_PLAN=yes
  contains "tiny: 1 of 1 seeds to run, about 9 min" "$(cat output)"
  succeeds results_of RESULTS_EXPERIMENTS=tiny RESULTS_SEEDS=0 RESULTS_PLAN=yes
  contains "tiny: 1 of 1 seeds to run; how long is known after the first" "$(cat output)"
}

# A run of a minute is known to take a minute, and one that was begun takes the rest of it.
test_results_tells_how_long_it_takes_from_finished_runs() {
  succeeds results_of RESULTS_EXPERIMENTS=tiny RESULTS_SEEDS=0
  sed -i 's/^seconds: .*/seconds: 100.5/' runs/protocol/seed-0/tiny/.evaluation.h5.made
  touch -r runs/protocol/seed-0/tiny/evaluation.h5 runs/protocol/seed-0/tiny/.evaluation.h5.made
  succeeds results_of RESULTS_EXPERIMENTS=tiny RESULTS_PLAN=yes
  contains "tiny: 1 of 2 seeds to run, about 2 min" "$(cat output)"
  contains "in all about 2 min" "$(cat output)"
}

test_results_goes_on_after_an_experiment_that_fails() {
  touch break-evaluate
  fails results_of RESULTS_EXPERIMENTS=tiny
  contains "tiny failed with seed 0, going on" "$(cat output)"
  contains "results: error: failed: tiny/0 tiny/5" "$(cat output)"
  [ ! -e results/protocol/tiny.md ] || fail "there is a table of nothing"
  rm break-evaluate
  succeeds results_of RESULTS_EXPERIMENTS=tiny
}

# Ten runs are two tables with one copy each. The stand-in finds that copy-1 differs, and copy-0 does not.
test_null_counts_the_stars_between_copies_of_a_method() {
  local run runs=()
  cat > .build/release/evaluate << 'END'
#!/bin/bash
for word; do
  case $last$word in --csv*) csv=$word ;; *.csv) name=$(sed -n '2s/,.*//p' "$word") ;; esac
  last=
  [ "$word" != --csv ] || last=--csv
done
case $name in copy-1) low=0.05 ;; copy-0) low=-0.05 ;; esac
printf '%s\n' method,dataset,metric,value,low,high,n point,tiny,nll,1,,,9 "$name,tiny,nll,1.1$((RANDOM % 9)),,,9" \
  "$name,tiny,nll_minus_point,0.1,$low,0.15,9" > "$csv"
END
  for run in 0 1 2 3 4 5 6 7 8 9; do
    mkdir -p "of/$run/predictions/point"
    touch "of/$run/predictions/point/tiny.h5"
    printf '%s\n' method,id,p_0,p_1,answer 'point,a,0.5,0.5,yes' > "of/$run/predictions.csv"
    runs+=("of/$run")
  done
  succeeds pipeline/null "${runs[@]}"
  contains "| nll | 5 of 10 (50.0 %) | " "$(cat output)"
  contains " of 2 (" "$(cat output)"
  fails pipeline/null "${runs[@]:1}"
  contains "a multiple of five runs" "$(cat output)"
}
