#!/bin/sh
# Builds the Python agent: agents/python/dist/wick_agent-VERSION.tar.gz and a wheel for every platform.
set -eu
cd "$(dirname "$0")/../agents/python"
venv=.cache/build
if ! "$venv/bin/python" -c 'import build' 2>/dev/null; then
  command -v python3 >/dev/null || { echo 'wick: the Python agent needs python3 with venv and pip' >&2; exit 1; }
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check build==1.6.1 setuptools==80.9.0 >&2
fi
rm -rf dist build src/*.egg-info
"$venv/bin/python" -m build --no-isolation --outdir dist . >dist.log 2>&1 || { cat dist.log >&2; rm -f dist.log; exit 1; }
rm -f dist.log
rm -rf build src/*.egg-info
ls dist/*
