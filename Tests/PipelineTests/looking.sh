# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# Looking at a run: status, stale and show change nothing, and tell what make would do. Sourced by `run`.

test_status_tells_fresh_stale_and_missing() {
  equal "runs/tiny: 15 fresh, 0 stale, 17 missing" "$(tiny status | tail -n 1)"
  local said
  said=$(tiny status RANK=16)
  contains "fresh    tokens/tiny.h5" "$said"
  contains "stale    adapters/point-0.h5: was made with --rank 8; now --rank 16" "$said"
  contains "stale    swag/0.h5: after adapters/point-0.h5" "$said"
  contains "missing  shift.h5" "$said"
}

test_status_is_silent_about_what_is_neither_there_nor_asked_for() {
  rm runs/tiny/adapters/dropout-0.h5 runs/tiny/swag/1.h5
  equal "" "$(tiny status METHODS="point swag" | grep -E '^[a-z]+ +(adapters/dropout|swag/1)')"
  contains "missing  swag/1.h5" "$(tiny status)"
}

test_status_calls_nothing_fresh_that_another_setting_made() {
  equal "fresh    adapters/dropout-0.h5" "$(tiny status METHODS=point | grep 'dropout-0.h5$')"
  equal "" "$(tiny status METHODS=point RANK=16 | grep 'dropout-0.h5$')"
}

test_status_may_be_read_in_part() {
  tiny status | true
  equal "0 0" "${PIPESTATUS[*]}"
  echo 'exit 3' > pipeline/status
  fails tiny status
}

# Everything that can be said of the files below folders: names, times, links and contents.
snapshot() { find "$@" -printf '%p %s %T@ %n %m\n' -type f -exec sha256sum {} \; | LC_ALL=C sort; }

# Looks at the run in every way that there is.
look() {
  tiny status > /dev/null && tiny -n status > /dev/null && tiny status RANK=16 > /dev/null && tiny stale > /dev/null
  tiny -n evaluate shift-test > /dev/null && tiny -n prune clean > /dev/null
  tiny -q evaluate RANK=16 || tiny -q status > /dev/null || true
}

test_looking_changes_nothing() {
  echo half > runs/tiny/base.h5.new
  echo half > runs/tiny/.base.h5.made.new
  echo half > runs/tiny/evaluation.txt.new
  echo half > runs/tiny/swag/0.h5.new.17.partial
  touch runs/tiny/swag/1.h5 in/train.jsonl in/model/*
  echo scribble > runs/tiny/adapters/point-0.h5
  snapshot runs in .build > before
  look
  equal "" "$(snapshot runs in .build | diff before -)"
}

test_looking_at_a_run_that_goes_on_leaves_its_work_alone() {
  rm -rf runs
  echo 0.3 > seconds
  tiny evaluate METHODS=point > first 2>&1 &
  until [ -e runs/tiny/.base.h5.made.new ]; do sleep 0.01; done
  while kill -0 $! 2> /dev/null; do succeeds tiny status METHODS=point; done
  wait $! || fail "the run failed: $(cat first)"
  made > /dev/null
  succeeds tiny evaluate METHODS=point
  equal "" "$(made)"
}

test_somebody_else_may_look_at_a_run_that_only_its_owner_may_write() {
  touch runs/tiny/base.h5 in/model/*
  local expected
  expected=$(tiny status)
  chmod -R a+rX,a-w runs
  chmod a+rx "$scratch"
  # Root may write everywhere.
  local other=()
  [ "$(id -u)" != 0 ] || other=(setpriv --reuid 65534 --regid 65534 --clear-groups)
  equal "$expected" "$("${other[@]}" make EXPERIMENT=tiny status 2>&1)"
  succeeds "${other[@]}" make EXPERIMENT=tiny -q evaluate
  chmod -R u+w runs
}

test_status_tells_how_much_disk_a_run_takes() {
  head -c 3000000 /dev/zero > runs/tiny/adapters/big.h5
  contains "adapters 3.0 MB" "$(tiny status | grep '^sizes: ')"
  equal "" "$(tiny status | grep -e shared -e prune)"
}

test_a_stage_knows_its_place_in_the_run() {
  rm -rf runs places
  succeeds tiny evaluate METHODS=point
  equal "[1/5] base, [2/5] tokens/tiny, [3/5] adapters/point-0, [4/5] predictions/point/tiny, [5/5] evaluation" \
    "$(paste -s -d , places | sed 's/,/, /g')"
  rm runs/tiny/evaluation.h5 places
  succeeds tiny evaluate METHODS=point
  equal "[1/1] evaluation" "$(cat places)"
}

test_places_are_counted_in_the_order_of_the_run() {
  rm -rf runs places
  succeeds tiny evaluate
  equal "$(seq 15)" "$(sed -E 's|^\[([0-9]+)/15\] .*|\1|' places)"
  new_texts
  rm places
  succeeds tiny predict NEW=in/new.csv METHOD=soup
  equal "[1/3] answers/new/1, [2/3] predictions/soup/tiny, [3/3] answers/new/answers" \
    "$(paste -s -d , places | sed 's/,/, /g')"
}

# The note of a file that took so many seconds.
took() { echo "seconds: $2" > "${1%/*}/.${1##*/}.made"; }

test_the_time_left_follows_from_finished_files_of_the_same_kind() {
  mkdir r
  touch -d '2 days ago' r/.lock.owner
  left() { pipeline/time-left r "$@"; }
  local rest="r/b:fit:1:made r/c:fit:5:made"
  # shellcheck disable=SC2086 # several words
  {
    equal "" "$(left 1 $rest)"
    took r/a 60.5
    equal "about 6 min left" "$(left 1 r/a:fit:1:kept $rest)"
    equal "about 3 min left" "$(left 2 r/a:fit:1:kept $rest)"
    # A file of this run that is done is left no more, and its seconds count too.
    took r/b 179.5
    equal "about 10 min left" "$(left 1 r/a:fit:1:kept $rest)"
    # Without a finished file of one kind, nothing is known. Sizes may be products.
    equal "" "$(left 1 r/a:fit:1:kept $rest r/d:predict:5*20:made)"
    took r/e 8
    equal "about 23 min left" "$(left 1 r/a:fit:1:kept $rest r/d:predict:5*20:made r/e:predict:1:kept)"
    equal "about 22.2 h left" "$(left 1 r/d:predict:5*2000:made r/e:predict:1:kept)"
    equal "less than a minute left" "$(left 1 r/d:predict:2*3:made r/e:predict:1:kept)"
    # 5 members by 20 draws by 4 texts are 400 times 8 seconds.
    equal "about 53 min left" "$(left 1 r/d:predict:5*20*4:made r/e:predict:1:kept)"
  }
  # What an earlier run made and this one makes again has other settings.
  touch r/.lock.owner
  touch -d '1 day ago' r/.a.made
  equal "" "$(left 1 r/a:fit:1:made)"
  equal "" "$(left 1)"
}

# How often the test set is read, by the draws and by what a file holds.
test_the_size_of_a_prediction_is_the_number_of_its_passes() {
  local method passes
  size() {
    make -pn evaluate EXPERIMENT=tiny RUNS=new MEMBERS=3 SAMPLES=7 METHODS="$method" "$@" 2> /dev/null \
      | sed -n "s|^work.new/tiny/[a-z]*/$method/tiny.h5 := ||p"
  }
  while read -r method passes; do
    equal "$method: $passes" "$method: $(size)"
  done << 'END'
point predict:1*1
ensemble predict:3*1
dropout predict:1*7
multiswag predict:3*7
laplace predict:1*2
lora-ensemble predict:1*3
batch-ensemble predict:1*3
repulsive predict:1*3
snapshots predict:1*3*1
sghmc predict:1*3*3
tickets predict:1*3*1
hmc predict:3*200
extracted predict:1*3
extracted-random predict:1*3
END
  method=extracted
  equal predict:1*4 "$(size EXTRACT_FLAGS="--epochs 2 --members 4")"
  method=sghmc
  equal predict:1*3*5 "$(size SGHMC_FLAGS="--friction 0.2 --cycle-snapshots=5")"
  method=hmc
  equal predict:3*50 "$(size CHAIN_FLAGS="--thinning 2 --draws 50")"
  grep -q 'var draws = 200$' "$project/Sources/Posteriors/Hamiltonian/ChainSettings.swift" || fail "other draws by default"
  method=snapshots
  equal write:1*3*1*4 "$(size TEXTS=4)"
  # Linearised draws of the parameters are draws of the logits; methods without a Gaussian do not change.
  while read -r method passes; do
    equal "$method: $passes" "$method: $(size DRAWS=linearised)"
  done << 'END'
swag predict:1*2
multiswag predict:3*2
dropout predict:1*7
END
}

# What time-left prints, however busy the machine is.
estimate='(less than a minute|about [0-9.]+ (min|h)) left$'

# A chain takes far longer than the rest, so that nothing is said before the first one is done.
test_the_time_left_counts_chains() {
  succeeds tiny evaluate METHODS="point hmc"
  equal "" "$(grep 'chain/0: .* left' output)"
  grep -qE "chain/1: $estimate" output || fail "no estimate in $(cat output)"
}

test_the_time_left_is_told_when_a_stage_begins() {
  rm -rf runs
  succeeds tiny evaluate
  grep -qE "adapters/dropout-0: $estimate" output || fail "no estimate in $(cat output)"
  equal "" "$(grep -E '(base|tokens/tiny|adapters/point-0|evaluation): .* left' output)"
  rm -rf runs
  succeeds tiny evaluate QUIET=1
  equal "" "$(cat output)"
}
