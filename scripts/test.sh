#!/bin/sh
# Every test, with all the set-up it needs. The last line is `N passed, M failed` over all suites.
set -u
cd "$(dirname "$0")/.."
passed=0
failed=0
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT

# A step that passes or fails as a whole.
step() {
  name=$1
  shift
  echo "── $name"
  if "$@"; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
}

# A suite of node's test runner: its tests are counted one by one; none at all is a failure. Two files at a time: most
# of them wait, for a server to start or a page to load.
suite() {
  name=$1
  shift
  echo "── $name"
  node --test --test-concurrency=2 --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination="$log/tap" "$@"
  code=$?
  p=$(sed -n 's/^# pass //p' "$log/tap" | tail -n 1)
  f=$(sed -n 's/^# fail //p' "$log/tap" | tail -n 1)
  passed=$((passed + ${p:-0}))
  failed=$((failed + ${f:-0}))
  if [ "${p:-0}" -eq 0 ] || { [ "$code" -ne 0 ] && [ "${f:-0}" -eq 0 ]; }; then
    failed=$((failed + 1))
    echo "FAILED: $name did not run to its end"
  fi
}

# A suite with a script of its own, whose last line is `N passed, M failed`.
counted() {
  name=$1
  shift
  echo "── $name"
  "$@" >"$log/counted" 2>&1
  code=$?
  cat "$log/counted"
  counts=$(tail -n 1 "$log/counted" | sed -n 's/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed$/\1 \2/p')
  p=${counts% *}
  f=${counts#* }
  passed=$((passed + ${p:-0}))
  failed=$((failed + ${f:-0}))
  if [ "${p:-0}" -eq 0 ] || { [ "$code" -ne 0 ] && [ "${f:-0}" -eq 0 ]; }; then
    failed=$((failed + 1))
    echo "FAILED: $name did not run to its end"
  fi
}

step 'packages' sh scripts/setup-node.sh
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
step 'check' sh scripts/check.sh
suite 'unit tests' 'packages/*/src/**/*.test.ts' 'scripts/*.test.ts'
step 'system packages' sh scripts/setup-system.sh
step 'python packages' sh scripts/setup-python.sh
step "AWS's credential helper" sh scripts/setup-signing-helper.sh
step 'console' sh scripts/setup-console.sh
step 'Node.js agent' sh scripts/build-agent-node.sh
step 'Node.js versions' sh scripts/setup-node-versions.sh
suite 'end to end' 'e2e/**/*.test.ts'
counted 'python agent' sh scripts/test-agent-python.sh
counted 'java agent' sh scripts/test-agent-java.sh

echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
