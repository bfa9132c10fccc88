#!/usr/bin/env bash
# Brings Debian's Chromium, which the tests of pages and of other origins drive. Where there is no apt-get, or no right to
# use it, those tests say so.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  echo 'No apt-get here, or no right to use it: install Chromium for the tests in a browser'
  exit 0
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() { apt-get install --yes --no-install-recommends chromium >"$log" 2>&1; }
install || { apt-get update >"$log" 2>&1 && install; } || {
  tail -n 3 "$log"
  exit 1
}
