# shellcheck shell=bash disable=SC2154,SC2317 # sourced by run, whose variables these are
# What `make lint` asks for.

test_lint_needs_shellcheck() {
  stand_in_tools 0
  fails pipeline/packages no-such-tool
  contains "packages: error: no-such-tool" "$(cat output)"
  touch sudoers
  succeeds pipeline/packages no-such-tool
  contains "no-such-tool" "$(cat sudoers)"
  contains "pipeline/packages shellcheck" "$(tiny -n lint)"
}
