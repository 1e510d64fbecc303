#!/bin/sh
# Builds packages/agent-node/dist where it is missing or older than what it is made of.
set -eu
cd "$(dirname "$0")/.."
built=packages/agent-node/dist/index.d.cts
if [ -f "$built" ] && [ -z "$(find packages/agent-node/src packages/agent-node/package.json packages/wire/src scripts/build-agent-node.ts package-lock.json -newer "$built" -type f -print -quit)" ]; then
  exit 0
fi
echo 'wick: building the Node.js agent …' >&2
PATH="$PWD/node_modules/.bin:$PATH" node scripts/build-agent-node.ts
