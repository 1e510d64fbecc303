#!/bin/sh
# Every test, with all the set-up it needs. The last line is `N passed, M failed` over all suites.
set -u
cd "$(dirname "$0")/.."
passed=0
failed=0
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT

began=$(date +%s)

# What is next, and how many seconds went before it.
heading() { echo "── $1 ($(($(date +%s) - began)) s)"; }

# A step that passes or fails as a whole.
step() {
  name=$1
  shift
  heading "$name"
  if "$@"; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
}

# A suite of node's test runner, so many files at a time: its tests are counted one by one; none at all is a failure.
suite() {
  name=$1
  files=$2
  shift 2
  heading "$name"
  node --test "--test-concurrency=$files" --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination="$log/tap" "$@"
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

# The agents' suites, one after the other; each has a script of its own.
agents() {
  for language in python java; do
    sh "scripts/test-agent-$language.sh" >"$log/$language" 2>&1
    echo $? >"$log/$language.code"
  done
}

# Counts one of them; the last line of its output is `N passed, M failed`.
counted() {
  heading "$1 agent"
  code=$(cat "$log/$1.code")
  cat "$log/$1"
  counts=$(tail -n 1 "$log/$1" | sed -n 's/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed$/\1 \2/p')
  p=${counts% *}
  f=${counts#* }
  passed=$((passed + ${p:-0}))
  failed=$((failed + ${f:-0}))
  if [ "${p:-0}" -eq 0 ] || { [ "$code" -ne 0 ] && [ "${f:-0}" -eq 0 ]; }; then
    failed=$((failed + 1))
    echo "FAILED: the $1 agent's tests did not run to their end"
  fi
}

# What the suites after the unit tests need; most of it waits for the network.
set_up() {
  for script in setup-system setup-python setup-signing-helper setup-console build-agent-node setup-node-versions build-agent-java; do
    sh "scripts/$script.sh" || { echo "$script failed"; return 1; }
  done
}

# Begun early: much of both waits, and the unit tests leave time.
set_up_then_agents() {
  set_up >"$log/set_up" 2>&1
  echo $? >"$log/set_up.code"
  agents
}

# The set-up, once it has ended: its output, its exit code.
set_up_ended() {
  until [ -s "$log/set_up.code" ]; do
    kill -0 "$pid_agents" || return 1
    sleep 1
  done
  cat "$log/set_up"
  return "$(cat "$log/set_up.code")"
}

step 'packages' sh scripts/setup-node.sh
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
# Hundreds of files load the same modules: what was compiled for one serves the others.
NODE_COMPILE_CACHE=$PWD/node_modules/.cache/tests
export NODE_COMPILE_CACHE
set_up_then_agents &
pid_agents=$!
step 'check' sh scripts/check.sh
suite 'unit tests' 2 'packages/*/src/**/*.test.ts' 'scripts/*.test.ts'
step 'set-up of the other suites' set_up_ended
# More files than cores, and the agents beside them: most of the time they wait, for a server to start, a page to load or the
# programs that they look at.
suite 'end to end' 4 'e2e/**/*.test.ts'
wait "$pid_agents"
counted python
counted java

heading 'end'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
