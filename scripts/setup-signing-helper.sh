#!/bin/sh
# Builds AWS's credential helper for IAM Roles Anywhere, unmodified, for the end-to-end tests: e2e/.cache/bin/
set -eu
cd "$(dirname "$0")/.."
module=github.com/aws/rolesanywhere-credential-helper
version=v1.4.0
bin=$PWD/e2e/.cache/bin
stamp=$bin/helper-version
[ -x "$bin/rolesanywhere-credential-helper" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$version" ] && exit 0
PATH="$PATH:/usr/local/go/bin"
if ! command -v go >/dev/null || ! command -v cc >/dev/null; then
  command -v apt-get >/dev/null || { echo 'wick: the tests need Go 1.22 and a C compiler; install them, then run them again' >&2; exit 1; }
  [ "$(id -u)" -eq 0 ] && root='' || root=sudo
  echo 'wick: installing Go and a C compiler (once) …' >&2
  export DEBIAN_FRONTEND=noninteractive
  $root apt-get -qq update >&2
  $root apt-get -qq install --yes --no-install-recommends golang-go gcc libc6-dev >&2
fi
echo "wick: building AWS's credential helper (once) …" >&2
mkdir -p "$bin"
GOBIN="$bin" go install "$module@$version" >&2
echo "$version" >"$stamp"
