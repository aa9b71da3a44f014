# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# LIBRARY: runs whose adapters are chosen by what is asked. Sourced by `run`.

# Runs that look as if they had fitted the method point.
fitted_runs() {
  local run
  for run; do
    mkdir -p "in/$run/own/adapters" "in/$run/own/tokens"
    echo "adapter of $run" > "in/$run/own/adapters/point-0.h5"
    echo "tokens of $run" > "in/$run/own/tokens/own.h5"
  done
}

test_a_library_is_made_of_runs_and_its_controls_stand_beside_it() {
  fitted_runs a b
  succeeds tiny evaluate LIBRARY="in/a/own in/b/own/" METHODS="point retrieved" TOP=2 RUNS=new
  contains "--adapters in/a/own/adapters/point-0.h5 in/b/own/adapters/point-0.h5 --examples in/a/own/tokens/own.h5 \
in/b/own/tokens/own.h5 --top 2" "$(cat new/tiny/library/0.h5)"
  local method
  for method in point retrieved uniform random-gate; do [ -s "new/tiny/predictions/$method/tiny.h5" ]; done
  rm trace
  succeeds tiny evaluate LIBRARY="in/a/own in/b/own/" METHODS="point retrieved" TOP=2 RUNS=new
  equal "" "$(made)"
  echo "another adapter of b" > in/b/own/adapters/point-0.h5
  succeeds tiny evaluate LIBRARY="in/a/own in/b/own/" METHODS="point retrieved" TOP=2 RUNS=new
  equal "evaluation library/0 predictions/random-gate/tiny predictions/retrieved/tiny predictions/uniform/tiny" \
    "$(sed 's|.*new/tiny/||; s|\.h5$||' trace | sort | xargs)"
  rm trace
  echo "other tokens of b" > in/b/own/tokens/own.h5
  succeeds tiny evaluate LIBRARY="in/a/own in/b/own/" METHODS="point retrieved" TOP=2 RUNS=new
  contains "index-adapters new/tiny/library/0.h5" "$(cat trace)"
}

test_the_controls_of_a_library_stand_beside_it_under_shift_too() {
  fitted_runs a b
  succeeds tiny -n shift-test LIBRARY="in/a/own in/b/own" SHIFT_METHODS=retrieved RUNS=new
  local method
  for method in retrieved uniform random-gate; do
    contains "new/tiny/predictions/$method/near.h5" "$(cat output)"
  done
}

test_a_method_of_a_library_needs_no_training_questions() {
  fitted_runs a
  succeeds tiny -n evaluate LIBRARY=in/a/own METHODS=retrieved TRAIN.tiny= RUNS=new
  contains "--method retrieved --posterior new/tiny/library/0.h5" "$(cat output)"
  fails tiny -n evaluate LIBRARY=in/a/own METHODS="retrieved point" TRAIN.tiny= RUNS=new
  contains "has no questions to train on" "$(cat output)"
}

# The adapters of a library may train other blocks than this run's, whose cached states would then be wrong.
test_a_method_of_a_library_reads_no_cached_states() {
  fitted_runs a
  succeeds tiny -n evaluate LIBRARY=in/a/own METHODS="point retrieved" LAYERS=4-5 RUNS=new
  contains "--prefix" "$(grep -e "--method point --posterior" output)"
  local command
  command=$(grep -e "--method retrieved" output)
  contains "--posterior new/tiny/library/0.h5" "$command"
  [[ $command != *--prefix* ]] || fail "it reads cached states: $command"
}

test_a_method_of_a_library_needs_one() {
  fails tiny evaluate METHODS=retrieved
  contains "METHODS: retrieved chooses among the adapters of LIBRARY, which is empty" "$(cat output)"
  fails tiny evaluate METHODS=retrieved LIBRARY=in/none
  contains "LIBRARY=in/none: there is no in/none/adapters/point-0.h5" "$(cat output)"
  fitted_runs a
  rm in/a/own/tokens/own.h5
  fails tiny evaluate METHODS=retrieved LIBRARY=in/a/own
  contains "LIBRARY=in/a/own: there is no in/a/own/tokens/own.h5" "$(cat output)"
  mkdir in/uploaded
  touch in/uploaded/adapter_config.json
  fails tiny evaluate METHODS=retrieved LIBRARY=in/uploaded
  contains "(hint: this is a PEFT folder: a run with ADAPTER=in/uploaded makes it one of a library)" "$(cat output)"
  equal 0 "$(make -n EXPERIMENT=tiny RUNS=new evaluate METHODS=all | grep -c index-adapters)"
}

test_the_router_of_a_library_is_trained_on_the_tasks_of_some_of_its_runs() {
  fitted_runs a b
  succeeds tiny evaluate LIBRARY="in/a/own in/b/own" METHODS=routed ROUTER_TASKS=in/b/own/ SEED=7 RUNS=new
  contains "route-adapters --base new/tiny/base.h5 --tokens new/tiny/tokens/tiny.h5 --library new/tiny/library/0.h5 \
--examples in/b/own/tokens/own.h5 --seed 7" "$(cat new/tiny/library/routed-0.h5)"
  contains "--posterior new/tiny/library/routed-0.h5" "$(cat new/tiny/predictions/routed/tiny.h5)"
  contains "--posterior new/tiny/library/0.h5" "$(cat new/tiny/predictions/uniform/tiny.h5)"
  succeeds tiny -n evaluate LIBRARY="in/a/own in/b/own" METHODS=routed RUNS=other
  contains "--examples in/a/own/tokens/own.h5 in/b/own/tokens/own.h5" "$(grep -e route-adapters output)"
  fails tiny evaluate LIBRARY=in/a/own METHODS=routed ROUTER_TASKS=in/b/own
  contains "ROUTER_TASKS=in/b/own is not a run of LIBRARY" "$(cat output)"
}

# Questions of two topics, and an evaluate whose scores depend on the run: the questions without bones are three, of
# which all are answered right, those without old moons one.
stand_in_topics() {
  mkdir -p data/almanac/base stand-ins
  echo '{}' > data/almanac/base/config.json
  local i
  for i in 1 2 3 4 5 6 7; do echo "{\"topic\":\"bones\",\"id\":$i}" && echo "{\"topic\":\"old moons\",\"id\":$i}"; done \
    > data/almanac/train.jsonl
  head -n 4 data/almanac/train.jsonl > data/almanac/test.jsonl
  mv .build/release/evaluate stand-ins/evaluate
  cat > .build/release/evaluate << 'END'
#!/bin/bash
stand-ins/evaluate "$@"
csv=$(sed 's/.*--csv \([^ ]*\) .*/\1/' <<< "$*")
case $csv in
  */without-bones/*) scores="1 0.2 0 3" ;;
  */without-old-moons/*) scores="0.5 0.6 0 1" ;;
  *) scores="0.25 1.5 0.125 4" ;;
esac
read -r accuracy nll ece count <<< "$scores"
for word; do
  case $word in
    */predictions/*)
      method=${word%/*} && method=${method##*/}
      printf "$method,x,%s,%s,x,x,$count\n" accuracy "$accuracy" nll "$nll" ece "$ece"
      ;;
  esac
done > "$csv"
END
  chmod +x .build/release/evaluate
}

test_the_table_of_a_library_has_every_method_and_leaves_out_the_own_topic() {
  stand_in_topics
  succeeds pipeline/library 10
  local runs=runs/library/seed-10 table
  table=$(grep -e "^|" output)
  contains "| \`point\` | 25.0 | 1.500 | 12.5 | | |
| \`own\` | 25.0 | 1.500 | | | |
| \`retrieved\` | 25.0 | 1.500 | 12.5 | 87.5 | 0.300 |" "$table"
  equal "adapter-fusion adapter-mixture adapter-soup library-mixture own point random-gate retrieved routed uniform" \
    "$(cut -d ' ' -f 2 <<< "$table" | tr -d '`' | grep -vxe method -e '|---.*' | sort | xargs)"
  contains "--adapters $runs/bones/own/adapters/point-0.h5 $runs/old-moons/own/adapters/point-0.h5 --examples" \
    "$(head -c 2000 "$runs/all/own/library/0.h5")"
  contains "--adapters $runs/old-moons/own/adapters/point-0.h5 --examples $runs/old-moons/own/tokens/own.h5" \
    "$(head -c 2000 "$runs/without-bones/own/library/0.h5")"
  # The router is trained on every second topic.
  contains "--examples $runs/bones/own/tokens/own.h5 --seed 10" "$(cat "$runs/all/own/library/routed-0.h5")"
  contains "--seed 10 --rank" "$(cat "$runs/bones/own/adapters/point-0.h5")"
  # Lines 7 and 14 of the training questions are kept from the adapters.
  equal "6 6 2" "$(for file in bones-train old-moons-train unseen; do wc -l < "$runs/questions/$file.jsonl"; done | xargs)"
}
