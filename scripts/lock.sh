#!/bin/sh
# Resolve requirements/*.in to *.txt with hashes, all sets on the same versions. No download address is written.
# `scripts/lock.sh --upgrade` takes newer versions; without it, what is locked stays as far as it can.
set -eu
cd "$(dirname "$0")/.."

lock() {
    name=$1
    shift
    uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
        --python-version 3.11 --override requirements/overrides.txt \
        --output-file "requirements/$name.txt" "$@" "requirements/$name.in"
    echo "requirements/$name.txt: $(grep -c '==' "requirements/$name.txt") packages"
}

PATH="$PWD/.venv/bin:$PATH"
lock dev "$@"
lock api --constraints requirements/dev.txt
lock worker --constraints requirements/dev.txt
lock checks "$@"
