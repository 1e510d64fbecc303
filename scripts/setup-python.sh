#!/bin/sh
# Makes the virtual environment of the end-to-end tests: AWS's SDK, CLI and agent, as e2e/requirements.txt pins them.
set -eu
cd "$(dirname "$0")/.."
venv=e2e/.venv
wanted=e2e/requirements.txt
# An environment outlives the python3 it was made from: look whether it still runs.
if cmp -s "$wanted" "$venv/installed.txt" && "$venv/bin/python" --version >/dev/null 2>&1; then exit 0; fi
command -v python3 >/dev/null || { echo 'wick: the tests need python3 (3.10 or newer) with venv and pip' >&2; exit 1; }
echo 'wick: installing the Python packages of the tests (once) …' >&2
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted" >&2
cp "$wanted" "$venv/installed.txt"
