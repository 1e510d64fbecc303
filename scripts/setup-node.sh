#!/bin/sh
# Installs the packages of package-lock.json where they are missing or of another lock file. Safe to run twice at once.
set -eu
cd "$(dirname "$0")/.."
stamp=node_modules/.installed-lock
cmp -s package-lock.json "$stamp" && exit 0
command -v npm >/dev/null || {
  echo 'wick: npm is needed once, to install the packages: https://docs.npmjs.com/downloading-and-installing-node-js-and-npm' >&2
  exit 1
}
lock=.setup.lock
waited=0
until mkdir "$lock" 2>/dev/null; do
  waited=$((waited + 1))
  [ "$waited" -le 300 ] || { echo "wick: another installation seems stuck; if there is none, remove $PWD/$lock" >&2; exit 1; }
  sleep 1
done
trap 'rmdir "$lock"' EXIT
cmp -s package-lock.json "$stamp" && exit 0
echo 'wick: installing packages (once, about half a minute) …' >&2
npm ci --no-audit --no-fund --loglevel=error >&2
cp package-lock.json "$stamp"
