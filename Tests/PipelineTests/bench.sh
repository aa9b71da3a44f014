# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, whose variables these are
# The benchmark, with stand-ins for the programs and for a Python with PyTorch, whose rates are known.

# The model is an encoder. Ours train on 300 tokens for three questions, so 200 for two, in a second, and predict as fast; a step is twice the
# peer's.
stand_in_benchmark() {
  local program
  mkdir -p bin questions/openbookqa
  for program in tokenize pretrain-load fit-adapters collect-swag sample-posterior measure-step show; do
    cat > ".build/release/$program" << 'END'
#!/bin/sh
case $0 in
  *pretrain-load) echo "encoder 6" ;;
  *tokenize) echo "count: 4 sequences, 300 tokens, longest 80" >&2 ;;
  *show) printf 'training_seconds 1\nprediction_seconds 1\n' ;;
  *measure-step) printf 'train_tokens_per_second 20\npredict_tokens_per_second 40\nproduct_gflops 80\n' ;;
esac
END
    chmod +x ".build/release/$program"
  done
  cat > bin/python << 'END'
#!/bin/sh
case $* in
  "-c import torch") [ ! -e without-torch ] ;;
  "-c import llama_cpp") [ -e with-llama ] ;;
  *write_gguf.py*) touch written-gguf ;;
  *llama.py*) [ ! -e written-gguf ] || printf 'predict_tokens_per_second 8\n' ;;
  *step.py*) printf 'train_tokens_per_second 10\npredict_tokens_per_second 20\n' ;;
  *fit.py*) printf 'training_tokens 100\ntraining_seconds 1\nprediction_tokens 100\nprediction_seconds 1\n' ;;
esac
END
  chmod +x bin/python
  yes question 2> /dev/null | head -n 3 > questions/openbookqa/dev.jsonl || true
  gzip -c questions/openbookqa/dev.jsonl > questions/openbookqa/train.jsonl.gz
}
bench() { tiny bench MODEL=in/model DATA=questions QUESTIONS=2 SAMPLES=1 ROUNDS=1 VARIANTS=float32:fp32+eager "$@"; }

test_bench_compares_both_sides() {
  stand_in_benchmark
  succeeds bench PEER=bin/python
  equal "case,variant,ours,peer,unit,ratio
train-step,float32:fp32+eager,20,10,tokens/s,2
predict-step,float32:fp32+eager,40,20,tokens/s,2
fit,float32:fp32+eager,200,100,tokens/s,2
predict,float32:fp32+eager,400,100,tokens/s,4
products,float32,80,,GFLOP/s," "$(cat runs/bench/bench.csv)"
  contains "fit fp32+eager: bin/python -B pipeline/peers/fit.py --model in/model" "$(cat output)"
  contains "--attention eager" "$(cat output)"
}

test_bench_without_a_peer_times_our_side_and_says_what_to_install() {
  stand_in_benchmark
  succeeds bench
  contains "PEER= is not a Python: only Credence is timed" "$(cat output)"
  touch without-torch
  succeeds bench PEER=bin/python
  contains "PEER=bin/python cannot import torch: only Credence is timed" "$(cat output)"
  contains "venv/bin/pip install torch transformers peft" "$(cat output)"
  contains "fit,float32,200,,tokens/s," "$(cat runs/bench/bench.csv)"
}

test_bench_stops_where_the_peer_says_no_seconds() {
  stand_in_benchmark
  sed -i 's/training_seconds/seconds/' bin/python
  fails bench PEER=bin/python
  contains "runs/bench/said.txt has no training_seconds" "$(cat output)"
  [ ! -e runs/bench/bench.csv ] || fail "there is a table all the same"
}

test_bench_names_what_is_missing_or_misspelt() {
  stand_in_benchmark
  fails bench MODEL=
  contains "MODEL is not set" "$(cat output)"
  fails bench MODEL=questions
  contains "MODEL=questions has no config.json" "$(cat output)"
  fails bench DATA=in
  contains "DATA=in has no openbookqa/train.jsonl.gz" "$(cat output)"
  fails bench TASKS="fit pedict"
  contains "TASKS: pedict is not one of step, fit, predict" "$(cat output)"
  fails bench VARIANTS=float32:fp16
  contains "VARIANTS: fp16 in float32:fp16 is not one of fp32, medium, autocast, llama-f32, llama-q8_0" "$(cat output)"
  fails bench VARIANTS=float32:llama-f32
  contains "VARIANTS: llama-f32 in float32:llama-f32 needs a decoder" "$(cat output)"
  fails bench VARIANTS=float32:fp32+egaer
  contains "VARIANTS: +egaer in float32:fp32+egaer is not one of +eager, +merge, +compile, +dropout" "$(cat output)"
}

test_bench_times_the_step_of_a_decoder_beside_llama_cpp() {
  stand_in_benchmark
  sed -i 's/encoder 6/decoder 30/' .build/release/pretrain-load
  succeeds bench PEER=bin/python DATA= VARIANTS="float32:fp32 float32:llama-f32"
  contains "left out: llama.cpp, since PEER=bin/python cannot import llama_cpp" "$(cat output)"
  succeeds bench PEER=bin/python DATA= VARIANTS=float32:llama-f32
  contains "train-step,float32,20,,tokens/s," "$(cat runs/bench/bench.csv)"
  touch with-llama
  succeeds bench PEER=bin/python DATA= VARIANTS="float32:fp32 float32:llama-f32"
  equal "case,variant,ours,peer,unit,ratio
train-step,float32:fp32,20,10,tokens/s,2
predict-step,float32:fp32,40,20,tokens/s,2
predict-step,float32:llama-f32,40,8,tokens/s,5
products,float32,80,,GFLOP/s," "$(cat runs/bench/bench.csv)"
  contains "--decoder" "$(cat output)"
  fails bench TASKS=fit
  contains "TASKS: fit needs an encoder; of a decoder only step is timed" "$(cat output)"
}

test_curves_over_long_rows_have_seconds_and_memory() {
  stand_in_benchmark
  cat > .build/release/measure-step << 'END'
#!/bin/sh
printf 'train_tokens_per_second 20\ntrain_gflops 4\npredict_tokens_per_second 40\npredict_gflops 3\nproduct_gflops 80\n'
echo "measure-step 0.2.0: 1.5 s wall, 0.5 s CPU, 70 MB at most" >&2
END
  succeeds tiny curves LONG=in/model PRECISIONS=float32 THREADS=1
  contains "long,float32,512,20,4,40,3,80,0.5,70
long,float32,1024,20,4,40,3,80,0.5,70" "$(cat runs/bench/curves.csv)"
  fails tiny curves LONG=questions
  contains "LONG=questions has no config.json" "$(cat output)"
}
