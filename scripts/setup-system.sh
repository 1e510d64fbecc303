#!/bin/sh
# Installs the Debian packages that the end-to-end tests need, where they are missing: the browser.
set -eu
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || {
  command -v apt-get >/dev/null || { echo 'wick: the tests need chromium; install it, then run them again' >&2; exit 1; }
  [ "$(id -u)" -eq 0 ] && root='' || root=sudo
  echo 'wick: installing chromium (once) …' >&2
  export DEBIAN_FRONTEND=noninteractive
  $root apt-get -qq update >&2
  $root apt-get -qq install --yes --no-install-recommends chromium >&2
}
