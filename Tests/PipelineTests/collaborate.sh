# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# Clients that exchange adapters. Sourced by `run`.

# Clients of these names with data of their own.
clients() {
  local name
  for name; do
    mkdir -p "clients/$name"
    echo "secret of $name" > "clients/$name/train.jsonl"
  done
}
collaborate() { tiny collaborate ROUNDS=2 TRUST=weights "$@"; }
# The command that made a file of client ann.
command_of_ann() { sed -n 's/^command: //p' "runs/tiny/clients/ann/${1%/*}/.${1##*/}.h5.made"; }
# What the stages made for the clients since the last call.
made_for_clients() { made | tr ' ' '\n' | sed -n 's|^clients/||p' | xargs; }

test_a_client_reads_its_own_data_and_the_adapters_that_others_send() {
  clients ann ben
  rm places
  succeeds collaborate CLIENTS="ann ben"
  local all expected='' c s
  all=$(made_for_clients)
  for c in ann ben; do
    expected+="$c/average/fit-2 $c/average/predictions $c/average/round-1 $c/average/round-2 $c/average/sent-2 $c/fit-1 "
    for s in none weights; do
      expected+="$c/$s/fit-2 $c/$s/predictions $c/$s/round-1 $c/$s/round-2 $c/$s/sent-2 "
    done
    expected+="$c/sent-1 $c/tokens "
  done
  equal "$(tr " " "\n" <<< "${expected% }" | sort | xargs)" "$all"
  contains "the table of compare-clients" "$(cat output)"
  # It is the last of the files that were to be made, and their number was known.
  contains "/$(wc -l < places)] collaboration" "$(tail -n 1 places)"
  contains "--clients ann ben --adapters runs/tiny/clients/ann/weights/sent-2.h5 runs/tiny/clients/ben/weights/sent-2.h5" \
    "$(command_of_ann weights/round-2)"
  contains "--posterior runs/tiny/clients/ann/weights/round-2.h5" "$(command_of_ann weights/predictions)"
  equal "" "$(grep -rl --include='.*.made' 'ben/train.jsonl\|ben/tokens\|ben/fit' runs/tiny/clients/ann)"
  equal "" "$(grep -l 'clients/ben' runs/tiny/clients/ann/none/.*.made)"
  succeeds collaborate CLIENTS="ann ben"
  equal "" "$(made)"
}

test_clients_need_no_other_data_than_their_own() {
  clients ann ben
  sed -i '/^T[A-Z]*.tiny/d' pipeline/experiments/tiny.mk
  succeeds collaborate CLIENTS="ann ben" RUNS=new
  fails tiny evaluate RUNS=new
  contains "has no questions to train on" "$(cat output)"
}

test_the_files_of_clients_have_a_status() {
  clients ann ben
  succeeds tiny status CLIENTS="ann ben" ROUNDS=1
  contains "clients/ann/average/round-1" "$(cat output)"
  succeeds collaborate CLIENTS="ann ben"
  tiny -q collaborate CLIENTS="ann ben" ROUNDS=2 > output 2>&1 || fail "there should be nothing to do: $(cat output)"
  fails tiny -q collaborate CLIENTS="ann ben" ROUNDS=3
  succeeds tiny runs/tiny/clients/ann/average/round-2.h5 CLIENTS="ann ben"
}

test_other_data_of_one_client_leave_what_the_others_do_alone() {
  clients ann ben
  succeeds collaborate CLIENTS="ann ben"
  rm trace
  echo "other secret" > clients/ben/train.jsonl
  succeeds collaborate CLIENTS="ann ben"
  local again
  again=" $(made_for_clients) "
  contains " ben/tokens " "$again"
  contains " ann/weights/round-1 " "$again"
  equal "" "$(tr ' ' '\n' <<< "$again" | grep -E '^ann/(none|tokens|fit-1|sent-1)')"
}

test_trust_by_predictions_reads_the_questions_that_all_clients_share() {
  clients ann ben
  shared() { tiny collaborate ROUNDS=1 TRUST=predictions REFERENCE=in/near.jsonl CLIENTS="ann ben"; }
  succeeds shared
  contains "--trust predictions --reference runs/tiny/clients/reference.h5" "$(command_of_ann predictions/round-1)"
  rm trace
  echo "other questions" > in/near.jsonl
  succeeds shared
  local again
  again=" $(made_for_clients) "
  contains " ann/predictions/predictions ann/predictions/round-1 ben/predictions/predictions ben/predictions/round-1 \
reference " "$again"
  equal "" "$(tr ' ' '\n' <<< "$again" | grep -E '/(average|none|fit-1|tokens)')"
}

test_known_mixtures_are_an_input_of_the_trust_by_them() {
  clients ann ben
  echo '{}' > in/mixtures.json
  known() { tiny collaborate ROUNDS=1 TRUST=theoretical MIXTURES=in/mixtures.json CLIENTS="ann ben"; }
  succeeds known
  contains "--trust theoretical --mixtures in/mixtures.json" "$(command_of_ann theoretical/round-1)"
  rm trace
  echo '{"ann": {}}' > in/mixtures.json
  succeeds known
  equal "ann/theoretical/predictions ann/theoretical/round-1 ben/theoretical/predictions ben/theoretical/round-1" \
    "$(made_for_clients)"
}

test_the_settings_of_a_round_reach_its_stages() {
  clients ann ben
  succeeds collaborate CLIENTS="ann ben" TRUST="weights validation" SIMILARITY=rows TEMPERATURE=0.3 MOMENTS=reset
  contains "--trust weights --similarity rows --temperature 0.3" "$(command_of_ann weights/round-2)"
  contains "--trust validation --temperature 0.3" "$(command_of_ann validation/round-2)"
  contains "--from runs/tiny/clients/ann/weights/round-1.h5 --moments reset" "$(command_of_ann weights/fit-2)"
  # Only what is sent last is tested for what it tells about the training rows.
  contains "--membership" "$(command_of_ann weights/round-2)"
  [[ $(command_of_ann weights/round-1) != *--membership* ]] || fail "a test for membership before the last round"
}

test_clients_killed_at_any_moment_end_with_the_same_bytes() {
  clients ann ben
  succeeds collaborate CLIENTS="ann ben"
  results > unbroken
  rm -rf runs
  echo 0.02 > seconds
  local i
  for i in 1 2 3 4 5 6; do
    setsid make EXPERIMENT=tiny -j2 collaborate ROUNDS=2 TRUST=weights CLIENTS="ann ben" > output 2>&1 &
    sleep "0.$((RANDOM % 60 + 10))"
    if [ $((i % 2)) = 0 ]; then kill -KILL -- -$!; else kill -KILL $!; fi 2> /dev/null
    wait $! 2> /dev/null
  done
  until flock -n runs/tiny/.lock true; do sleep 0.01; done
  succeeds collaborate CLIENTS="ann ben"
  equal "$(grep -F clients unbroken)" "$(results | grep -F clients)"
}

test_a_client_without_data_here_sends_its_adapters_when_it_likes() {
  clients ann ben
  mkdir clients/far
  succeeds collaborate CLIENTS="ann ben far"
  contains "clients/ben/sent-1.h5 - --trust weights" "$(command_of_ann weights/round-1)"
  rm trace
  succeeds collaborate CLIENTS="ann ben far"
  equal "" "$(made)"
  echo "an adapter" > clients/far/sent-1.h5
  succeeds collaborate CLIENTS="ann ben far"
  local again
  again=" $(made_for_clients) "
  contains " ann/weights/round-1 ann/weights/round-2 " "$again"
  equal "" "$(tr ' ' '\n' <<< "$again" | grep -E '/none/|fit-1')"
}

test_a_client_elsewhere_may_send_a_PEFT_folder() {
  clients ann ben
  mkdir -p clients/far/sent-1
  echo settings > clients/far/sent-1/adapter_config.json
  echo weights > clients/far/sent-1/adapter_model.safetensors
  succeeds collaborate CLIENTS="ann ben far"
  contains "clients/ben/sent-1.h5 clients/far/sent-1 --trust weights" "$(command_of_ann weights/round-1)"
  contains " clients/far/sent-1/adapter_model.safetensors" "$(cat runs/tiny/clients/ann/weights/.round-1.h5.made)"
  rm trace
  echo "other weights" > clients/far/sent-1/adapter_model.safetensors
  succeeds collaborate CLIENTS="ann ben far"
  contains " ann/weights/round-1 " " $(made_for_clients) "
}

test_a_pipe_in_place_of_a_sent_adapter_is_never_read() {
  clients ann ben
  mkdir clients/far
  echo "an adapter" > clients/far/sent-1.h5
  succeeds collaborate CLIENTS="ann ben far"
  rm clients/far/sent-1.h5 trace
  mkfifo clients/far/sent-1.h5
  # Without the limit, one who reads it waits for ever.
  limited() { timeout 100 make EXPERIMENT=tiny collaborate ROUNDS=2 TRUST=weights "$@"; }
  succeeds limited CLIENTS="ann ben far"
  contains " ann/weights/round-1 " " $(made_for_clients) "
}

test_clients_may_start_from_a_PEFT_folder() {
  clients ann ben
  mkdir in/start
  echo settings > in/start/adapter_config.json
  echo weights > in/start/adapter_model.safetensors
  from_there() { collaborate CLIENTS="ann ben" START=in/start/; }
  succeeds from_there
  contains "--from in/start" "$(command_of_ann ./fit-1)"
  contains "--from runs/tiny/clients/ann/weights/round-1.h5" "$(command_of_ann weights/fit-2)"
  rm trace
  succeeds from_there
  equal "" "$(made)"
  echo "other weights" > in/start/adapter_model.safetensors
  succeeds from_there
  contains " ann/fit-1 " " $(made_for_clients) "
  fails collaborate CLIENTS="ann ben" START=in/none
  contains "START=in/none: no such file or folder" "$(cat output)"
}

test_clients_have_the_settings_of_a_fit() {
  clients ann ben
  echo "echo launched >> launches; exec \"\$@\"" > launch
  chmod +x launch
  succeeds collaborate CLIENTS="ann ben" ROUNDS=1 LAYERS=2-3 PRECISION=int8 LIMIT=5 TRAINING_EXAMPLES=9 RUN="bash ./launch"
  equal "$(wc -l < trace)" "$(wc -l < launches)"
  contains "--limit 5" "$(command_of_ann ./tokens)"
  contains "--blocks 2 --precision int8 --training-examples 9" "$(command_of_ann ./prefix)"
  local file
  for file in ./fit-1 weights/round-1 weights/predictions; do
    contains "--tokens runs/tiny/clients/ann/tokens.h5 --prefix runs/tiny/clients/ann/prefix.h5" "$(command_of_ann $file)"
  done
  contains "--layers 2-3 --precision int8" "$(command_of_ann ./fit-1)"
  # A prefix is a cache: nothing is made again without it.
  rm trace
  succeeds tiny prune
  [ ! -e runs/tiny/clients/ann/prefix.h5 ] || fail "prune has left the prefix of a client"
  succeeds collaborate CLIENTS="ann ben" ROUNDS=1 LAYERS=2-3 PRECISION=int8 LIMIT=5 TRAINING_EXAMPLES=9
  equal "" "$(made)"
}

test_settings_that_clients_do_not_have_are_refused() {
  clients ann ben
  local setting
  for setting in METHODS=swag MEMBERS=3 ADAPTER=in/a LIBRARY=in/b SWAG_EPOCHS=2 EVALUATE_FLAGS=--sets; do
    fails collaborate CLIENTS="ann ben" "$setting"
    contains "${setting%=*}" "$(cat output)"
  done
  fails collaborate CLIENTS="ann ben" SAMPLES=3
  contains "SAMPLES is a setting of evaluate that collaborate does not have (hint: omit it" "$(cat output)"
  succeeds tiny -n evaluate collaborate CLIENTS="ann ben" METHODS=point SAMPLES=3
}

test_clients_that_cannot_collaborate_are_told_why() {
  clients ann ben
  fails collaborate CLIENTS=ann
  contains "collaborate needs two or more CLIENTS" "$(cat output)"
  fails collaborate CLIENTS="ann cem"
  contains "there is no folder clients/cem" "$(cat output)"
  fails collaborate CLIENTS="ann tiny"
  contains "'tiny' cannot name a client" "$(cat output)"
  fails collaborate CLIENTS="ann ../ben"
  contains "'../ben' cannot name a client" "$(cat output)"
  fails collaborate CLIENTS="ann reference"
  contains "'reference' cannot name a client" "$(cat output)"
  fails collaborate CLIENTS="ann ben" TRUST=weihgts
  contains "did you mean weights?" "$(cat output)"
  fails collaborate CLIENTS="ann ben" TRUST=predictions
  contains "TRUST=predictions needs REFERENCE=" "$(cat output)"
  fails collaborate CLIENTS="ann ben" TRUST=theoretical
  contains "TRUST=theoretical needs MIXTURES=" "$(cat output)"
  fails collaborate CLIENTS="ann ben ann"
  contains "CLIENTS names a client twice" "$(cat output)"
}
