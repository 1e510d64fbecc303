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
# For a few machines npm has no Node 26 (Apple silicon at the moment): theirs must do, if it is one.
if [ ! -x node_modules/.bin/node ]; then
  case "$(node --version 2>/dev/null)" in
    v26.*) ln -s "$(command -v node)" node_modules/.bin/node ;;
    *) echo 'wick: npm has no Node 26 for this machine: install it (https://nodejs.org), then try again' >&2; exit 1 ;;
  esac
fi
cp package-lock.json "$stamp"
