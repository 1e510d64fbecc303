#!/bin/sh
# The tests of the Python agent: all of them with the default python3, the quick ones with every other Python from 3.9 to
# 3.13 that is here, and with the newest of those whole programs too: only new Pythons warn of forks with threads.
# The last line is `N passed, M failed` over all of them.
set -u
cd "$(dirname "$0")/.."
root=$PWD
agent=agents/python
venv=$agent/.venv
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
PATH="$root/node_modules/.bin:$PATH"
export PATH

install() {
  wanted=$(cat "$agent/requirements-test.txt" "$agent/requirements-pytest.txt")
  if [ "$(cat "$venv/installed.txt" 2>/dev/null)" = "$wanted" ] && "$venv/bin/python" --version >/dev/null 2>&1; then return; fi
  command -v python3 >/dev/null || { echo 'wick: the Python agent needs python3 with venv and pip' >&2; return 1; }
  echo "wick: installing the packages of the Python agent's tests (once) …" >&2
  rm -rf "$venv"
  pip="$venv/bin/python -m pip install --quiet --disable-pip-version-check"
  # pytest is pure Python: one copy serves every version of Python.
  python3 -m venv "$venv" &&
    $pip --no-deps --only-binary :all: --target "$venv/pytest" --requirement "$agent/requirements-pytest.txt" >&2 &&
    $pip --only-binary :all: --requirement "$agent/requirements-test.txt" >&2 &&
    echo "$wanted" >"$venv/installed.txt"
}

passed=0
failed=0
newest=

# Begins pytest, its output in a file of its own.
begin() {
  name=$1
  shift
  (cd "$agent" && PYTHONPATH="$root/$venv/pytest" PYTHONDONTWRITEBYTECODE=1 exec "$@") >"$logs/$name" 2>&1 &
  echo $! >"$logs/$name.pid"
}

# What was begun, once it has ended: adds what it counted; no test at all is a failure.
counted() {
  echo "── python agent, $1"
  wait "$(cat "$logs/$1.pid")"
  code=$?
  log=$logs/$1
  cat "$log"
  p=$(sed -n 's/.*\([^0-9]\|^\)\([0-9][0-9]*\) passed.*/\2/p' "$log" | tail -n 1)
  f=$(sed -n 's/.*\([^0-9]\|^\)\([0-9][0-9]*\) failed.*/\2/p' "$log" | tail -n 1)
  e=$(sed -n 's/.*\([^0-9]\|^\)\([0-9][0-9]*\) errors\{0,1\} in.*/\2/p' "$log" | tail -n 1)
  passed=$((passed + ${p:-0}))
  failed=$((failed + ${f:-0} + ${e:-0}))
  if [ "$code" -ne 0 ] && [ $((${f:-0} + ${e:-0})) -eq 0 ]; then failed=$((failed + 1)); fi
}

run() {
  begin "$@"
  counted "$1"
}

# Prints a Python of this version, if there is one that runs.
find_python() {
  for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
    "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" >/dev/null 2>&1 && echo "$candidate" && return
  done
}

if install; then
  run 'all tests' "$root/$venv/bin/python" -m pytest
  default=$("$venv/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  # Two at a time: much of it waits.
  other=
  for version in 3.9 3.10 3.11 3.12 3.13; do
    [ "$version" = "$default" ] && continue
    python=$(find_python "$version")
    [ -n "$python" ] || continue
    begin "quick tests, $version" "$python" -m pytest -m 'not slow'
    newest=$version
    if [ -z "$other" ]; then
      other=$version
      continue
    fi
    counted "quick tests, $other"
    counted "quick tests, $version"
    other=
  done
  [ -n "$other" ] && counted "quick tests, $other"
  [ -n "$newest" ] && run "programs and forks, $newest" "$(find_python "$newest")" -m pytest tests/test_guest.py tests/test_forks.py
else
  failed=1
fi

echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
