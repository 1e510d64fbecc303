#!/bin/sh
# Installs the packages of package-lock.json where they are missing or of another lock file.
set -eu
cd "$(dirname "$0")/.."
stamp=node_modules/.installed-lock
cmp -s package-lock.json "$stamp" && exit 0
command -v npm >/dev/null || { echo 'wick: npm is needed once, to install the packages (https://nodejs.org)' >&2; exit 1; }
echo 'wick: installing packages (once) …' >&2
npm ci --no-audit --no-fund --loglevel=error >&2
cp package-lock.json "$stamp"
