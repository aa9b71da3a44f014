# shellcheck shell=bash
# Sourced by the runners of the tests in bash.

# side_by_side FOLDER COMMAND TEST...: COMMAND TEST for each test, as many at a time as there are cores. What a test says
# becomes FOLDER/TEST.said; FOLDER/TEST.passed is there if it succeeds.
side_by_side() {
  local folder=$1 command=$2 test cores
  cores=$(nproc)
  for test in "${@:3}"; do
    while [ "$(jobs -pr | wc -l)" -ge "$cores" ]; do wait -n; done
    { "$command" "$test" && : > "$folder/$test.passed"; } > "$folder/$test.said" 2>&1 < /dev/null &
  done
  wait
}
