#!/bin/sh
# Installs the versions of Node.js that the agent is tested with, as e2e/agents/node/runtimes/package-lock.json pins them.
set -eu
cd "$(dirname "$0")/.."
source=e2e/agents/node/runtimes
target=e2e/.cache/node-versions
cmp -s "$source/package-lock.json" "$target/.installed-lock" && exit 0
echo 'wick: installing Node.js 20, 22 and 24 (once) …' >&2
mkdir -p "$target"
cp "$source/package.json" "$source/package-lock.json" "$target"
(cd "$target" && npm ci --workspaces=false --no-audit --no-fund --loglevel=error >&2)
cp "$source/package-lock.json" "$target/.installed-lock"
