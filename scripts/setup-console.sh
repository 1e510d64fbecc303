#!/bin/sh
# Builds the console where it is missing or older than what it is made of.
set -eu
cd "$(dirname "$0")/.."
built=packages/web/dist/index.html
if [ -f "$built" ] && [ -z "$(find packages/web/src packages/web/index.html packages/web/vite.config.ts packages/profile/src packages/wire/src package-lock.json -newer "$built" -type f -print -quit)" ]; then
  exit 0
fi
echo 'wick: building the console …' >&2
PATH="$PWD/node_modules/.bin:$PATH" vite build packages/web --logLevel warn >&2
