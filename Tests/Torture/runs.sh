# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, which has these variables and calls these functions
# Edits under make's eyes, and cron's environments. Sourced by `run`.

# --- What make makes again after an edit ---

# The stages that make would run, each once.
would_run() {
  local settings=("${settings[@]}" "$@")
  in_folder "$runs/edited" make -n evaluate shift-test 2>&1 | sed -n 's/^pipeline\/produce .* -- [^ ]*\/\([a-z-]*\) .*/\1/p' | sort -u | xargs
}
expect_run() {
  local expected=$1 found
  shift
  found=$(would_run "$@")
  [ "$found" = "$expected" ] || fail "after $edit: expected to run '$expected', found '$found'"
  edits=$((edits + 1))
}

test_edits_make_again_what_depends_on_them() {
  local edits=0 edit data=$runs/data
  cp -r data/almanac "$data"
  local settings=("${settings[@]}" "MODEL=$data/base" "DATA=$data")
  run_all "$runs/edited" > "$scratch/output" 2>&1 || fail "the run ended with $?"
  edit=nothing expect_run ""
  edit=THREADS=2 expect_run "" THREADS=2
  edit=bins expect_run "evaluate" "EVALUATE_FLAGS=--bins 10"
  edit=SAMPLES expect_run "evaluate sample-posterior shift-test" SAMPLES=3
  edit=SWAG_RANK expect_run "evaluate fit-adapters sample-posterior shift-test" SWAG_RANK=1
  find "$runs/edited" "$data" -type f -exec touch {} +
  edit="all times lost" expect_run ""
  sed -i '1s/e/E/' "$data/near.jsonl"
  edit=near.jsonl expect_run "sample-posterior shift-test tokenize"
  cp data/almanac/near.jsonl "$data"
  edit="near.jsonl put back" expect_run ""
  sed -i 's/1e-05/1e-06/' "$data/base/config.json"
  edit=config.json expect_run "collect-curvature evaluate fit-adapters pretrain-load sample-posterior shift-test tokenize"
  cp data/almanac/base/config.json "$data/base"
  printf x | dd of="$runs/edited/almanac/adapters/point-0.h5" bs=1 seek=9000 conv=notrunc status=none
  run_all "$runs/edited" > "$scratch/output" 2>&1 || fail "the run after damage ended with $?"
  results "$runs/edited" | cmp -s - <(results "$runs/reference") || fail "a damaged adapter was not made again"
  echo "$edits edits"
}

# --- cron ---

test_cron_has_no_environment() {
  local tried=0 link="$scratch/a link é" reason
  ln -s "$project" "$link"
  night() {
    reason=$1 && shift
    rm -rf "$runs/cron"
    "$@" > "$scratch/output" 2>&1 || fail "$reason: ended with $?: $(tail -3 "$scratch/output")"
    ! grep -vq directory "$scratch/output" || fail "$reason: $(head -3 "$scratch/output")"
    results "$runs/cron" | cmp -s - <(results "$runs/reference") || fail "$reason: other bytes"
    tried=$((tried + 1))
  }
  # shellcheck disable=SC2016 # the inner shell expands it
  night "no variables, no input" in_folder "$runs/cron" env -i setsid sh -c 'exec /usr/bin/make "$@" <&-' sh evaluate shift-test
  night "nightly.sh" in_folder "$runs/cron" env -i PATH=/usr/bin:/bin pipeline/cron/nightly.sh almanac
  night "a blank and an accent in the path" in_folder "$runs/cron" env -i /usr/bin/make -C "$link" evaluate shift-test
  if localedef -i de_DE -f UTF-8 "$runs/de_DE.UTF-8" 2> /dev/null; then
    night "a decimal comma" in_folder "$runs/cron" env "LOCPATH=$runs" LC_ALL=de_DE.UTF-8 make evaluate shift-test
  fi
  # shellcheck disable=SC2016 # the inner shell expands it
  for reason in "umask 077" "ulimit -n 30"; do
    night "$reason" in_folder "$runs/cron" bash -c "$reason"' && exec make "$@"' bash evaluate shift-test
  done
  echo "$tried environments"
}
