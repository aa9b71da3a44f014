# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# Damaged files and mutated inputs. Sourced by `run`.

# mutate FROM TO: one byte is another, the end is missing, or some bytes are there twice.
mutate() {
  local size at
  size=$(stat -c %s "$1")
  at=$(shuf -i "0-$((size - 1))" -n 1)
  case $((RANDOM % 3)) in
    0) cp "$1" "$2" && head -c 1 /dev/urandom | dd of="$2" bs=1 seek="$at" conv=notrunc status=none ;;
    1) head -c "$at" "$1" > "$2" ;;
    2) { head -c "$at" "$1" && tail -c +"$((at > 64 ? at - 64 : 1))" "$1"; } > "$2" ;;
  esac
}

test_damaged_files_are_refused() {
  local tried=0 file round code
  while IFS= read -r file; do
    for ((round = 0; round < 4 * rounds; round++)); do
      mutate "$file" "$scratch/damaged.h5"
      ! cmp -s "$file" "$scratch/damaged.h5" || continue
      code=0
      timeout 60 "$programs/show" --quiet "$scratch/damaged.h5" > /dev/null 2> "$scratch/errors" || code=$?
      tried=$((tried + 1))
      case $code in 65 | 66 | 74) ;; *) fail "$file, damaged: ended with $code" ;; esac
      grep -qF damaged.h5 "$scratch/errors" || fail "$file, damaged: the message does not name it"
    done
  done < <(find "$reference" -name '*.h5' -size -2M | sort)
  echo "$tried damaged files"
}

test_mutated_inputs_never_end_in_a_signal() {
  local tried=0 input round code model=$scratch/model
  for input in config.json tokenizer.json model.safetensors train.jsonl; do
    for ((round = 0; round < 6 * rounds; round++)); do
      rm -rf "$model" && cp -r data/almanac/base "$model" && cp data/almanac/train.jsonl "$model"
      mutate "$model/$input" "$scratch/mutated" && cp "$scratch/mutated" "$model/$input"
      code=0
      if [[ $input == *.safetensors || $input == config.json ]]; then
        timeout 60 "$programs/pretrain-load" --model "$model" --quiet --output "$scratch/mutated.h5"
      else
        timeout 60 "$programs/tokenize" --model "$model" --dataset x --test "$model/train.jsonl" --template answer --quiet \
          --output "$scratch/mutated.h5"
      fi > /dev/null 2> "$scratch/errors" || code=$?
      tried=$((tried + 1))
      is_listed $code || fail "$input, mutated: ended with $code: $(head -c 300 "$scratch/errors")"
    done
  done
  echo "$tried mutated inputs"
}
