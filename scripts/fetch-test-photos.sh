#!/usr/bin/env bash
# Brings three photos without a face into fixtures/, for the tests: a cat, a cup of coffee and a rocket. They are in the
# public domain (CC0) and come from Debian's package python3-skimage. Without them those tests are skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../fixtures"

if [ -e no-face-chelsea.png ] && [ -e no-face-coffee.png ] && [ -e no-face-rocket.jpg ]; then exit 0; fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo 'No apt-get here: the tests of photos without a face will be skipped'
  exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(
  cd "$folder"
  apt-get download python3-skimage || { apt-get update && apt-get download python3-skimage; }
  dpkg-deb --extract python3-skimage_*.deb .
) >"$folder/log" 2>&1 || {
  tail -n 3 "$folder/log"
  echo 'The photos without a face could not be fetched: their tests will be skipped'
  exit 0
}
data=$folder/usr/lib/python3/dist-packages/skimage/data
cp "$data/chelsea.png" no-face-chelsea.png
cp "$data/coffee.png" no-face-coffee.png
cp "$data/rocket.jpg" no-face-rocket.jpg
