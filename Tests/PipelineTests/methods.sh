# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# Which methods apply, and what pipeline/seeds tells of several runs. Sourced by `run`.

test_a_method_that_a_parametrisation_has_nothing_for_is_refused() {
  fails tiny evaluate PARAMETRISATION=nola METHODS="point soup"
  contains "METHODS: soup does not apply to PARAMETRISATION=nola where every member begins at its own seed (hint: \
INITIALIZATION_SEED=0 lets all begin alike)" "$(cat output)"
  succeeds tiny evaluate PARAMETRISATION=nola METHODS="point soup" INITIALIZATION_SEED=0
}

# Of each word in the column `except`.
test_every_reason_why_a_method_does_not_apply_has_words_and_a_hint() {
  local settings words
  while IFS='|' read -r settings words; do
    eval "settings=($settings)"
    fails tiny evaluate "${settings[@]}"
    contains "$words)" "$(cat output)"
  done << 'END'
METHODS=laplace-exact|laplace-exact does not apply to PARAMETRISATION=lora (hint: it applies to nola b-lora-xs
METHODS=tfb PARAMETRISATION=tt-lora|tfb does not apply to PARAMETRISATION=tt-lora (hint: it applies to lora olora
METHODS=repulsive PARAMETRISATION=b-lora-xs|PARAMETRISATION=b-lora-xs on a decoder, where all members would begin alike (hint: PARAMETRISATION=lora
METHODS=sghmc KEEP_BEST=yes|early stopping: its file holds snapshots of the whole fit and no best epoch (hint: leave KEEP_BEST out
METHODS=hmc CLASS_WEIGHTS=balanced FIT_FLAGS="--focal=2"|another loss than the cross-entropy (hint: leave --focal=2 CLASS_WEIGHTS out
METHODS=point-consistent FORMAT.tiny=labels|point-consistent does not apply to FORMAT.tiny=labels, where several labels may apply to a text (hint: leave it out
METHODS=dna FORMAT.tiny=votes|dna does not apply to FORMAT.tiny=votes, where a text has no single label (hint: leave it out
METHODS=ivon FIT_FLAGS="--gradient-clip 1"|clipped gradients, which are not those of the posterior (hint: leave --gradient-clip out of FIT_FLAGS
END
  echo '{"model_type": "bert"}' > in/model/config.json
  fails tiny evaluate METHODS=base
  contains "base does not apply to an encoder, which has no answers before its head is trained (hint: point fits it)" "$(cat output)"
  for words in $(tail -n +2 pipeline/methods.tsv | cut -f 5 | tr , '\n' | sort -u | grep -vx -e - -e unless-named); do
    [[ " $(sed -n 's/^PARAMETRISATIONS := //p' pipeline/methods.mk) " == *" $words "* ]] \
      || grep -qF "case.$words " pipeline/methods.mk || fail "$words has no words"
  done
}

# What fit-adapters would refuse after other methods were fitted.
test_a_setting_of_all_fits_that_a_method_has_nothing_for_is_refused_at_once() {
  local settings case methods method
  while IFS='|' read -r settings case methods; do
    eval "settings=($settings)"
    for method in $methods; do
      fails tiny evaluate METHODS="point $method" "${settings[@]}"
      contains "METHODS: $method does not apply to $case" "$(cat output)"
      contains "(hint: leave " "$(cat output)"
      equal "" "$(make -n evaluate EXPERIMENT=tiny RUNS=new METHODS=all "${settings[@]}" | grep -e " --method $method ")"
    done
    contains " --method point " "$(make -n evaluate EXPERIMENT=tiny RUNS=new METHODS=all "${settings[@]}")"
  done << 'END'
FORMAT.tiny=goemotions|FORMAT.tiny=goemotions, where several|laplace laplace-last-layer base-contextual ensemble-consistent dna
FORMAT.tiny=numbers|FORMAT.tiny=numbers, where a text|dna
FIT_FLAGS="--focal 2 --gradient-clip 1"|clipped gradients|ivon ivon-mean multi-ivon sghmc
FIT_FLAGS=--gradient-clip=1|clipped gradients|ivon
KEEP_BEST=yes|early stopping|snapshots sghmc tickets
FIT_FLAGS=--keep-best|early stopping|snapshots sghmc tickets
FIT_FLAGS="--focal 2"|another loss|hmc dna
FIT_FLAGS=--label-smoothing=0.1|another loss|hmc dna
CLASS_WEIGHTS=balanced|another loss|hmc dna
PRODUCT_PENALTY=1|another loss|hmc dna
BASE_DIVERGENCE=0.1|another loss|hmc dna
END
  equal "" "$(made)"
  # No clipping is what every method has anyway.
  for settings in FIT_FLAGS=--gradient-clip=0 FIT_FLAGS="--gradient-clip 0.0 --focal 2"; do
    contains " --method ivon " "$(make -n evaluate EXPERIMENT=tiny RUNS=new METHODS=all "$settings")"
  done
}

# fit-adapters refuses a flag that the fit would ignore.
test_flags_of_all_fits_do_not_reach_one_with_another_optimizer_or_parametrisation() {
  local sghmc="--friction=0.2 --optimizer sghmc --temperature 0" ivon="--curvature 3 --optimizer ivon --sample-size=9"
  fit() { make -n "new/tiny/adapters/$1.h5" EXPERIMENT=tiny RUNS=new "${@:2}" | grep -o 'fit-adapters .* --output'; }
  contains " --friction=0.2 --optimizer sghmc --temperature 0 --output" "$(fit point-0 FIT_FLAGS="$sghmc")"
  contains "--weight-decay 0.01 --optimizer sghmc --optimizer ivon --learning-rate 0.03" "$(fit ivon-0 FIT_FLAGS="$sghmc")"
  contains "--weight-decay 0.01 --optimizer ivon --cycles 2 --optimizer sghmc" "$(fit sghmc-0 FIT_FLAGS="$ivon")"
  contains " --bases 64 --keep-best --output" "$(fit point-0 PARAMETRISATION=nola FIT_FLAGS="--bases 64 --keep-best")"
  contains "--weight-decay 0.01 --keep-best --learning-rate 1e-4 --output" \
    "$(fit full-0 PARAMETRISATION=nola FIT_FLAGS="--bases 64 --keep-best --bases-seed=3")"
}

# The methods that METHODS=all leaves out for LoRA without LIBRARY.
left_out() { awk '$2 ~ /^library/ || $5 ~ /(^|,)(lora|unless-named)(,|$)/ { print $1 }' "$project/pipeline/methods.tsv"; }

test_all_methods_are_all_that_apply() {
  all() { make -n evaluate EXPERIMENT=tiny RUNS=new METHODS=all | sed -n 's/.*sample-posterior .* --method \([^ ]*\).*/\1/p'; }
  local listed
  listed=$(make evaluate EXPERIMENT=tiny METHODS=swagg 2>&1 | sed -n 's/.* is none of \(.*\), and not all.*/\1/p')
  contains "base-contextual batch-ensemble blob" "$listed"
  contains "random-gate rank-1 rank-1-mean rank-masks" "$listed"
  # Those of a library need one, the exact curvature a small core, and HMC is for those who ask for it.
  contains "hmc laplace-exact routed" "$(left_out | grep -xE 'hmc|laplace-exact|routed' | sort | xargs)"
  listed=$(tr ' ' '\n' <<< "$listed" | grep -vxFf <(left_out) | xargs)
  equal "$listed" "$(all | sort | xargs)"
  sed -i 's/.*/{"model_type": "bert"}/' in/model/config.json
  equal "$(tr ' ' '\n' <<< "$listed" | grep -v '^base' | xargs)" "$(all | sort | xargs)"
}

test_written_answers_are_evaluated_by_a_stage_of_their_own() {
  succeeds tiny evaluate TEXTS=4 METHODS="point ensemble" WRITE_FLAGS="--top-k 5"
  contains "the table of evaluate-answers" "$(cat output)"
  contains "report: runs/tiny/written.html" "$(cat output)"
  contains "--texts 4 --top-k 5" "$(grep -h generate-answers runs/tiny/texts/ensemble/.tiny.h5.made)"
  equal "" "$(make -n evaluate EXPERIMENT=tiny RUNS=new TEXTS=4 | grep sample-posterior)"
  fails tiny evaluate TEXTS=0
  contains TEXTS "$(cat output)"
  writes() { make -n evaluate EXPERIMENT=tiny RUNS=new "$@" | sed -n 's/.*--method \([^ ]*\) .*--texts \([0-9]*\).*/\1 \2/p' | xargs; }
  equal "ensemble 2 point 4" "$(writes TEXTS=4 TEXTS.ensemble=2 METHODS="point ensemble" | tr ' ' '\n' | paste -d ' ' - - | sort | xargs)"
  fails tiny evaluate TEXTS=4 TEXTS.ensemble=2 METHODS=point
  contains "TEXTS.ensemble is no setting" "$(cat output)"
  fails tiny evaluate TEXTS=4 TEXTS.ensemble=two METHODS="point ensemble"
  contains "TEXTS.ensemble" "$(cat output)"
  for goal in shift-test predict collaborate; do
    fails tiny $goal TEXTS=4
    contains "$goal needs choices" "$(cat output)"
  done
  for setting in TEMPLATE=open TEMPLATE.tiny=verbatim FORMAT.tiny=answers; do
    fails tiny evaluate $setting
    contains "TEXTS is empty" "$(cat output)"
    for goal in shift-test collaborate; do
      fails tiny $goal $setting
      contains "$goal needs choices, and with ${setting/TEMPLATE.tiny/TEMPLATE} answers are written" "$(cat output)"
    done
  done
  contains "0 missing" "$(make status EXPERIMENT=tiny TEXTS=4 METHODS="point ensemble" WRITE_FLAGS="--top-k 5")"
}

test_what_cannot_write_is_refused_before_anything_is_made() {
  local method setting
  rm -f trace
  for method in laplace laplace-sampled tfb point-contextual ensemble-consistent; do
    fails tiny evaluate RUNS=new TEXTS=4 METHODS="point $method"
    contains "METHODS: $method predicts choices and cannot write texts, as TEXTS=4 asks (hint: these can: base point" "$(cat output)"
  done
  mkdir -p one/tiny/adapters one/tiny/tokens
  touch one/tiny/adapters/point-0.h5 one/tiny/tokens/tiny.h5
  fails tiny evaluate RUNS=new TEXTS=4 METHODS=routed LIBRARY=one/tiny
  contains "METHODS: routed predicts choices" "$(cat output)"
  for setting in CALIBRATORS=platt FOREIGN=in/train.jsonl FIGURES=yes SHARDS=2 VERSIONS=shifts SAMPLE_FLAGS=--x \
    SHIFT_METHODS=point; do
    fails tiny evaluate RUNS=new TEXTS=4 METHODS=point "$setting"
    contains "${setting%=*} is for answers that are chosen, and with TEXTS=4 they are written" "$(cat output)"
  done
  fails tiny evaluate RUNS=new TEXTS=4 METHODS=swag DRAWS=linearised
  contains "DRAWS=linearised predicts choices and cannot write texts" "$(cat output)"
  fails tiny evaluate RUNS=new TEXTS=4 METHODS=aswa ASWA_ACCEPT=accuracy
  contains "ASWA_ACCEPT=accuracy needs choices" "$(cat output)"
  for setting in STOP=^ WRITE_FLAGS=--top-k; do
    fails tiny evaluate RUNS=new METHODS=point "$setting"
    contains "${setting%=*} is for answers that are written, and TEXTS is empty" "$(cat output)"
  done
  equal "" "$(made)"
  # Given as they are by default, they ask for nothing.
  succeeds tiny evaluate RUNS=new TEXTS=4 METHODS=point FIGURES= FOREIGN= CALIBRATORS= JUDGE_FLAGS=
  echo '{"model_type": "bert"}' > in/model/config.json
  fails tiny evaluate RUNS=other TEXTS=4 METHODS=point
  contains "MODEL=in/model is an encoder, which cannot write texts, as TEXTS=4 asks" "$(cat output)"
}

test_all_methods_are_those_that_can_write_where_texts_are_asked_for() {
  local writing silent
  writing=$(awk '$6 == "yes" { print $1 }' pipeline/methods.tsv | grep -vxFf <(left_out) | sort | xargs)
  silent=$(awk '$6 == "-" { print $1 }' pipeline/methods.tsv | grep -vxFf <(left_out) | xargs)
  make -n evaluate EXPERIMENT=tiny RUNS=new METHODS=all TEXTS=4 > output 2> errors
  equal "$writing" "$(sed -n 's/.*generate-answers .* --method \([^ ]*\).*/\1/p' output | sort | xargs)"
  equal "" "$(grep -E ' (collect-curvature|bayesianize-adapter|sample-posterior) ' output)"
  contains "METHODS=all leaves out what cannot write texts: $silent" "$(cat errors)"
  equal "" "$(make -n evaluate EXPERIMENT=tiny RUNS=new METHODS=all 2>&1 | grep 'leaves out')"
}

# tokenize is told what the answers are for, so that it can refuse a file of the other kind before anything is fitted.
test_a_file_of_the_other_kind_of_answers_is_left_to_tokenize() {
  asked() { make -n "$@" EXPERIMENT=tiny RUNS=new METHODS=point | grep -o 'release/tokenize .*tiny.h5.*' | head -1; }
  contains " --scoring answers --output new/tiny/tokens/tiny.h5.new -- --threads" "$(asked evaluate TEXTS=4)"
  contains "tiny.h5.new -- --needs-choices --threads" "$(asked evaluate)"
  contains "tiny.h5.new -- --threads" "$(asked new/tiny/adapters/point-0.h5)"
  clients ann ben
  contains "tokens.h5.new -- --needs-choices --threads" "$(make -n collaborate EXPERIMENT=tiny RUNS=new CLIENTS="ann ben" | grep ann/tokens)"
  # The flag changes no result: nothing is made again for it.
  succeeds tiny runs/tiny/tokens/tiny.h5
  equal "" "$(made)"
}

test_a_stop_may_hold_blanks_and_a_line_break() {
  succeeds tiny evaluate TEXTS=4 METHODS=point STOP="^ Question:_"
  contains "--texts 4 --stop-word=^ --stop-word=Question:_ --output" "$(cat runs/tiny/texts/point/.tiny.h5.made)"
  rm trace
  succeeds tiny evaluate TEXTS=4 METHODS=point STOP="^ Question:_"
  equal "" "$(made)"
}

# A run that looks as if it had fitted the method point on pairs of texts.
judging_run() {
  mkdir -p in/judges/adapters in/judges/tokens in/encoder
  echo '{}' > in/encoder/config.json
  echo "base of the judge" > in/judges/base.h5
  echo "command: .build/release/pretrain-load --model in/encoder --output in/judges/base.h5.new" > in/judges/.base.h5.made
  echo "adapter of the judge" > in/judges/adapters/point-0.h5
  echo "tokens of the judge" > in/judges/tokens/judges.h5
}

test_another_run_judges_which_written_answers_mean_the_same() {
  judging_run
  local setting settings=(TEXTS=4 METHODS="point ensemble" ENTAILMENT=in/judges/ RUNS=new)
  succeeds tiny evaluate "${settings[@]}" JUDGE_FLAGS="--entails yes"
  contains "judge-entailment --generated new/tiny/texts/ensemble/tiny.h5 --base in/judges/base.h5 \
--tokens in/judges/tokens/judges.h5 --model in/encoder --method point --posterior in/judges/adapters/point-0.h5 \
--entails yes" "$(cat new/tiny/entailment/ensemble/tiny.h5)"
  contains "--generated new/tiny/texts/point/tiny.h5 new/tiny/texts/ensemble/tiny.h5 \
--entailment new/tiny/entailment/point/tiny.h5 new/tiny/entailment/ensemble/tiny.h5" "$(cat new/tiny/written.h5)"
  rm trace
  succeeds tiny evaluate "${settings[@]}" JUDGE_FLAGS="--entails yes"
  [ ! -e trace ] || fail "something was made again: $(cat trace)"
  echo "another adapter of the judge" > in/judges/adapters/point-0.h5
  succeeds tiny evaluate "${settings[@]}" JUDGE_FLAGS="--entails yes"
  equal "entailment/ensemble/tiny entailment/point/tiny written" \
    "$(sed 's|.*new/tiny/||; s|\.h5$||' trace | sort | xargs)"
  succeeds tiny -n evaluate "${settings[@]}" ENTAILMENT=
  [[ $(cat output) != *judge-entailment* ]] || fail "it judges without a judge"
  for setting in JUDGE_FLAGS="--entails yes" ENTAILMENT_MODEL=in/encoder; do
    fails tiny evaluate TEXTS=4 METHODS=point "$setting"
    contains "${setting%%=*} is for a run that judges texts, and ENTAILMENT is empty" "$(cat output)"
  done
  fails tiny evaluate ENTAILMENT=in/judges
  contains "ENTAILMENT=in/judges is about answers that are written, and TEXTS is empty" "$(cat output)"
  fails tiny evaluate TEXTS=4 ENTAILMENT=in/none
  contains "ENTAILMENT=in/none: there is no in/none/base.h5" "$(cat output)"
  rm in/judges/.base.h5.made
  fails tiny evaluate TEXTS=4 ENTAILMENT=in/judges
  contains "ENTAILMENT_MODEL=: there is no /config.json" "$(cat output)"
  succeeds tiny -n evaluate TEXTS=4 ENTAILMENT=in/judges ENTAILMENT_MODEL=in/encoder
}

# The control is made of the same adapter, and differs from what it controls by one flag.
test_sub_models_are_extracted_from_the_first_adapter() {
  asked() {
    make -n evaluate EXPERIMENT=tiny RUNS=new METHODS="extracted extracted-random" "$@" \
      | grep -o 'extract-ensemble --base .* --output'
  }
  local start="extract-ensemble --base new/tiny/base.h5 --tokens new/tiny/tokens/tiny.h5 --adapter new/tiny/adapters/point-0.h5"
  asked MEMBERS=3 SEED=7 EXTRACT_FLAGS="--epochs 2" > commands
  contains "$start --members 3 --seed 7 --epochs 2 " "$(cat commands)"
  contains "$start --members 3 --seed 7 --random-gates --epochs 2 " "$(cat commands)"
  equal 2 "$(wc -l < commands)"
  # Folders of ADAPTER are no number of sub-models.
  mkdir -p in/a
  echo '{}' > in/a/adapter_config.json
  echo weights > in/a/adapter_model.safetensors
  equal "" "$(asked ADAPTER=in/a | grep -e --members)"
  equal 2 "$(asked ADAPTER=in/a | wc -l)"
}

test_a_consistent_method_reads_other_versions_of_its_questions() {
  asked() { make -n evaluate EXPERIMENT=tiny RUNS=new METHODS="point ensemble-consistent" MEMBERS=2 "$@"; }
  contains "--versions auto --output new/tiny/tokens/tiny-versions.h5" "$(asked)"
  contains "--versions corruptions" "$(asked VERSIONS=corruptions)"
  equal 1 "$(asked | grep -c 'sample-posterior .*--version-tokens new/tiny/tokens/tiny-versions.h5')"
  fails tiny evaluate VERSIONS=rotations
  contains VERSIONS "$(cat output)"
}

test_versions_that_a_template_does_not_have_are_refused_at_once() {
  local methods
  for methods in all "point point-consistent"; do
    fails tiny evaluate METHODS="$methods" VERSIONS=templates TEMPLATE=answer
    contains "VERSIONS=templates: TEMPLATE=answer is the only template for its scoring (hint: VERSIONS=corruptions)" \
      "$(cat output)"
    fails tiny evaluate METHODS="$methods" VERSIONS=shifts TEMPLATE=pair
    contains "VERSIONS=shifts: TEMPLATE=pair does not list the choices, so that another order of them changes nothing" \
      "$(cat output)"
    succeeds tiny -n evaluate METHODS="$methods" VERSIONS=templates TEMPLATE=bare
  done
  succeeds tiny -n evaluate METHODS=point VERSIONS=templates TEMPLATE=answer
  equal "" "$(made)"
}

test_shift_test_takes_all_methods_too() {
  asked() {
    make -n shift-test EXPERIMENT=tiny RUNS=new METHODS=point SHIFT_METHODS=all "$@" \
      | sed -n 's/.*sample-posterior .* --method \([^ ]*\).*/\1/p' | sort -u
  }
  contains "base-contextual batch-ensemble blob" "$(asked | xargs)"
  equal lora-ensemble "$(asked | grep -x lora-ensemble)"
  # From OLoRA all its members would begin alike on a decoder; what is about LoRA's factors finds none elsewhere.
  equal "" "$(asked PARAMETRISATION=olora | grep -xE 'lora-ensemble|laplace|blob')"
  equal "soup tfb tfb-authors" "$(asked PARAMETRISATION=olora | grep -E '^soup|^tfb|^extracted' | xargs)"
  equal "extracted extracted-random" "$(asked | grep '^extracted' | xargs)"
  equal "lora-ensemble" "$(asked PARAMETRISATION=nola | grep -xE 'lora-ensemble|laplace|blob|soup|tfb.*')"
  fails tiny shift-test SHIFT_METHODS=
  contains "SHIFT_METHODS is empty" "$(cat output)"
}

test_seeds_wants_runs_that_differ_in_their_seeds_alone() {
  local words
  while read -r -a words; do
    succeeds tiny evaluate RUNS="of/${words[0]}" METHODS="point ensemble" "${words[@]:1}"
    echo method,dataset,metric,value,low,high,n > "of/${words[0]}/tiny/evaluation.csv"
  done << 'END'
0 SEED=0
2 SEED=2
1 SEED=1
wide SEED=4 RANK=16
END
  succeeds pipeline/seeds of/0/tiny of/2/tiny
  fails pipeline/seeds of/0/tiny of/1/tiny
  contains "of/1/tiny: point has the seed 1 in of/0/tiny too" "$(cat output)"
  fails pipeline/seeds of/0/tiny of/2/tiny of/wide/tiny
  contains "of/wide/tiny: its adapters were fitted with other settings than those of of/0/tiny" "$(cat output)"
  cp -a of/0 of/copy
  fails pipeline/seeds of/0/tiny of/copy/tiny
  contains "of/copy/tiny: point has the seed 0 in of/0/tiny too" "$(cat output)"
  fails pipeline/seeds of/0/tiny of/0/tiny
  contains "of/0/tiny: point has the seed 0 in of/0/tiny too" "$(cat output)"
  succeeds pipeline/seeds --help
  contains "pipeline/seeds runs/seed-*/almanac" "$(cat output)"
  fails pipeline/seeds --hlep
  contains "pipeline/seeds runs/seed-*/almanac" "$(cat output)"
}

# Differences of five runs from point with t = 3, for which p = 0.040, and with t = 5, for which p = 0.0075. Holm compares
# the smaller of two with 0.025.
test_seeds_marks_what_differs_over_the_runs_after_correction() {
  local run step value
  nll_of_a() { pipeline/seeds --latex of/* | awk -F ' & ' '/^a/ { print $3 }'; }
  rm -rf of
  for run in 1 2 3 4 5; do
    mkdir -p of/$run
    step=$(awk "BEGIN {print ($run - 3) * 0.005}")
    {
      echo method,dataset,metric,value,low,high,n
      echo "point,plain,nll,1,,,10"
      echo "a_b,plain,nll,$(awk "BEGIN {print 1 - 0.0106066 + $step}"),,,10"
    } > of/$run/evaluation.csv
  done
  equal "\$0.989 \\pm 0.008^{*}\$" "$(nll_of_a)"
  for run in 1 2 3 4 5; do echo "swa,plain,nll,$((run % 2)).99,,,10" >> of/$run/evaluation.csv; done
  equal "\$0.989 \\pm 0.008\$" "$(nll_of_a)"
  for run in 1 2 3 4 5; do
    value=$(awk "BEGIN {print 1 - 0.0176777 + ($run - 3) * 0.005}")
    sed -i "s/^a_b.*/a_b,plain,nll,$value,,,10/" of/$run/evaluation.csv
  done
  equal "\$0.982 \\pm 0.008^{*}\$" "$(nll_of_a)"
  contains "| 0.982 ± 0.008* |" "$(pipeline/seeds of/* | grep a_b)"
  # The questions, which all runs share, leave more doubt than the runs show.
  for run in 1 2 3 4 5; do echo "a_b,plain,nll_minus_point,-0.0177,-0.06,0.02,10" >> of/$run/evaluation.csv; done
  equal "\$0.982 \\pm 0.008\$" "$(nll_of_a)"
  sed -i 's/nll_minus_point,-0.0177,-0.06,0.02/nll_minus_point,-0.0177,-0.018,-0.0174/' of/*/evaluation.csv
  equal "\$0.982 \\pm 0.008^{*}\$" "$(nll_of_a)"
  contains 'end{tabular}' "$(pipeline/seeds --latex of/1 | tail -1)"
  # From another method than point, the same with the opposite sign.
  equal "| \`point\` | – | +0.0177 ± 0.0079, p 0.007* | – | – | 5 |" \
    "$(pipeline/seeds --paired a_b of/* | sed '/swa/d' | tail -1)"
  fails pipeline/seeds --paired nobody of/*
  contains "seeds: error: --paired nobody: the runs have no such method" "$(cat output)"
}

# In x, swa is below point with p = 0.0075 and a is above it by chance; in y, swa is above and a is missing.
test_across_puts_the_differences_on_several_data_sets_side_by_side() {
  local run step
  rm -rf of
  for run in 1 2 3 4 5; do
    mkdir -p of/$run/x of/$run/y
    step=$(awk "BEGIN { print ($run - 3) * 0.005 }")
    awk "BEGIN { print \"method,dataset,metric,value,low,high,n\\npoint,x,nll,1,,,9\\npoint,x,accuracy,0.5,,,9\"
      print \"swa,x,nll,\" 1 - 0.0176777 + $step \",,,9\\nswa,x,accuracy,\" 0.6 + $step \",,,9\"
      print \"a,x,nll,\" 1.001 + $step \",,,9\" }" > of/$run/x/evaluation.csv
    awk "BEGIN { print \"method,dataset,metric,value,low,high,n\\npoint,y,nll,2,,,9\"
      print \"swa,y,nll,\" 2.002 + $step \",,,9\" }" > of/$run/y/evaluation.csv
  done
  succeeds pipeline/across of/?/x -- of/?/y
  equal "| NLL, minus \`point\` | x | y | below 0 | above 0 |
|---|---|---|---|---|
| \`swa\` | -0.0177* | +0.0020 | 1 (1*) | 1 |
| \`a\` | +0.0010 | – | 0 | 1 |" "$(cat output)"
  succeeds pipeline/across --column "accuracy %" of/?/x
  contains "| \`swa\` | +10.0* | 0 | 1 (1*) |" "$(cat output)"
  succeeds pipeline/across --from swa of/?/x -- of/?/y
  contains "| \`point\` | +0.0177* | -0.0020 | 1 | 1 (1*) |" "$(cat output)"
  fails pipeline/across of/?/x -- of/?/z
  contains "of/?/z/evaluation.csv: no such file" "$(cat output)"
  fails pipeline/across of/?/x --
  contains "across: error: no run stands beside a --" "$(cat output)"
  rm -rf a=1 && mkdir a=1 && cp -r of/1 of/2 a=1
  equal "$(pipeline/across of/[12]/x)" "$(pipeline/across a=1/[12]/x/)"
  fails pipeline/across --from
  contains "--column is one of" "$(cat output)"
  fails pipeline/seeds --paired
  contains "With --paired METHOD" "$(cat output)"
  : > of/1/y/evaluation.csv
  fails pipeline/seeds of/2/y of/1/y
  contains "seeds: error: of/1/y/evaluation.csv: is empty" "$(cat output)"
  fails pipeline/across --column brier of/?/x
  contains "expected accuracy %, NLL, ECE % or NLL at T" "$(cat output)"
}

# As R's p.adjust(c(0.01, 0.04, 0.03, 0.5), "holm") has it: 4 x 0.01, 3 x 0.03, no less than that, and 0.5.
test_holms_correction_never_falls() {
  # shellcheck disable=SC2016 # awk expands it
  equal "0.04 0.09 0.09 0.5" "$(awk "$(< pipeline/t-test.awk)"'
    BEGIN { p[1] = 0.01; p[2] = 0.04; p[3] = 0.03; p[4] = 0.5; holm(p, c); print c[1], c[2], c[3], c[4] }')"
}

# The p of t = 3 and t = 5 in five runs are those of scipy's ttest_rel: 0.0399 and 0.0075.
test_paired_tests_differences_between_any_results() {
  rm -rf of && mkdir of
  for run in 1 2 3 4 5; do
    {
      echo method,dataset,metric,value,low,high,n
      awk "BEGIN { d = ($run - 3) * 0.005; print \"point,plain,accuracy,0.5,,,10\"
        print \"a b,plain,accuracy,\" 0.5106066 + d \",,,10\"; print \"a b,plain,f1,\" 0.5176777 + d \",0,1,10\" }"
    } > of/$run.csv
  done
  succeeds pipeline/paired --files x of/?.csv --files y of/?.csv --rows x/point "y/a b" --columns accuracy f1 \
    --tests "x/a b/accuracy=y/point/accuracy" "x/a b/f1=x/point/accuracy"
  equal "| \`x/point\` | 50.0 ± 0.0 | – |
| \`y/a b\` | 51.1 ± 0.8 | 51.8 ± 0.8 |

| difference | mean | above 0 | p | p (Holm) |
|---|---|---|---|---|
| \`x/a b/accuracy\` − \`y/point/accuracy\` | 1.1 ± 0.8 | 5 of 5 | 0.0399 | 0.0399 |
| \`x/a b/f1\` − \`x/point/accuracy\` | 1.8 ± 0.8 | 5 of 5 | 0.0075 | 0.0150 |" "$(tail -n +3 output)"
  # A difference by rounding is none.
  for run in 1 2 3 4 5; do cp of/$run.csv of/near-$run.csv; done
  sed -i 's/accuracy,0.5,/accuracy,0.49999999999999994,/' of/near-[135].csv
  succeeds pipeline/paired --files x of/?.csv --files y of/near-?.csv --tests x/point/accuracy=y/point/accuracy
  contains "| 0.0 ± 0.0 | 0 of 5 | 1.0000 | 1.0000 |" "$(cat output)"
  # awk takes a=1/1.csv for an assignment, and an empty file has no first line.
  rm -rf a=1 && cp -r of a=1
  succeeds pipeline/paired --files x a=1/?.csv --rows "x/a b" --columns accuracy
  contains "| \`x/a b\` | 51.1 ± 0.8 |" "$(cat output)"
  : > a=1/3.csv
  fails pipeline/paired --files x a=1/?.csv --rows "x/a b" --columns accuracy
  contains "a=1/3.csv: is empty" "$(cat output)"
  fails pipeline/paired --files x of/?.csv --rows x/swag --columns accuracy
  contains "no file has x/swag" "$(cat output)"
  fails pipeline/paired --files x of/?.csv --files y of/1.csv --rows x/point --columns accuracy
  contains "y: found 1 files, expected 5 as elsewhere" "$(cat output)"
  fails pipeline/paired --files x of/6.csv
  contains "of/6.csv: no such file" "$(cat output)"
  fails pipeline/paired --files x of/1.csv --rows x/point
  contains "paired: error: found nothing to show, expected --rows and --columns, or --tests" "$(cat output)"
}

test_seeds_tells_mean_and_deviation_of_runs() {
  rm -rf of && mkdir -p of/1 of/2 of/3
  for run in 1 2; do
    {
      echo method,dataset,metric,value,low,high,n
      echo "point,plain,accuracy,0.$((run + 4)),,,10"
      echo "point,plain,nll,$run,,,10"
      echo "point + temperature,plain,nll,$((2 * run)),,,10"
    } > of/$run/evaluation.csv
    {
      echo method,dataset,metric,value,low,high,n
      echo "point,plain,nll,$run,,,10"
      echo "point,far,auroc_entropy,0.$((2 * run)),,,10"
      echo "point,farther,auroc_entropy,0.9,,,10"
    } > of/$run/shift.csv
  done
  equal "| \`point\` | 55.0 ± 7.1 | 1.500 ± 0.707 | – | – | 3.000 ± 1.414 | 30.0 ± 14.1 | – | – | – | – | 2 |" \
    "$(pipeline/seeds of/1 of/2 | tail -1)"
  equal "| \`point\` | 50.0 | 1.000 | – | – | 2.000 | 20.0 | – | – | – | – | 1 |" "$(pipeline/seeds of/1 | tail -1)"
  sed 's/,plain,/,other,/' of/1/evaluation.csv > of/3/evaluation.csv
  fails pipeline/seeds of/1 of/3
  contains "of/3/evaluation.csv: found data set other, expected plain" "$(cat output)"
  fails pipeline/seeds of/nothing
  contains "of/nothing/evaluation.csv: no such file" "$(cat output)"
}

# Samples of the logits cost nothing: they have a number of their own.
test_linearised_draws_are_for_methods_that_draw_parameters() {
  flags() {
    make -n evaluate EXPERIMENT=tiny RUNS=new METHODS="$1" LAPLACE_SAMPLES=99 SAMPLES=3 "${@:2}" \
      | sed -n 's/.* --samples \([^ ]*\) --seed 0 *\(.*--draws [^ ]*\)*.*/\1 \2/p' | xargs
  }
  equal "99 --draws linearised" "$(flags swag DRAWS=linearised)"
  equal "3 --draws lattice" "$(flags swag DRAWS=lattice)"
  equal "3" "$(flags dropout DRAWS=linearised)"
  equal "99" "$(flags laplace DRAWS=linearised)"
}
