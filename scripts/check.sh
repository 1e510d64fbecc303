#!/bin/sh
# Format, lint, types, import directions, dead code. Each tool must prove that it saw files.
set -eu
cd "$(dirname "$0")/.."
bin=node_modules/.bin
PATH="$PWD/$bin:$PATH"

step() { printf '%s\n' "check: $1" >&2; }

step 'format and lint (biome)'
said=$("$bin/biome" check --error-on-warnings . 2>&1) || { echo "$said"; exit 1; }
echo "$said"
# Biome prints "Checked N files"; N = 0 would mean that it looked at nothing.
case "$said" in *'Checked 0 files'* | '') echo 'check: biome saw no files' >&2; exit 1 ;; *'Checked '*) ;; *) exit 1 ;; esac

step 'types (tsc)'
"$bin/tsc" -p .
seen=$("$bin/tsc" -p . --listFilesOnly | grep -c '/packages/' || true)
[ "$seen" -gt 0 ] || { echo 'check: tsc saw no files of ours' >&2; exit 1; }
echo "types: $seen files seen"

step 'import directions'
node scripts/check-imports.ts

step 'dead code (knip)'
"$bin/knip"
