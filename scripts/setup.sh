#!/bin/sh
# Installs what package-lock.json names, when that has not been done since it last changed. Needs node and npm only.
set -eu
cd "$(dirname "$0")/.."

installed=node_modules/.package-lock.json # npm writes it last
if [ ! -e "$installed" ] || [ package-lock.json -nt "$installed" ]; then
  # npm ci refuses a lock file that lacks the optional packages of other platforms, which is what npm writes where the registry
  # does not carry them. The second way installs the same versions and checks the same digests, and leaves the lock file alone.
  npm ci --no-audit --no-fund --loglevel=silent || npm install --no-save --no-audit --no-fund
  touch "$installed"
fi

# npm may refuse to run install scripts; these two only put the program for this machine in its place.
works() { "node_modules/.bin/$1" --version >/dev/null 2>&1; }
works bun || node node_modules/bun/install.js
works deno || node node_modules/deno/install.cjs

for tool in bun deno; do
  works "$tool" || {
    echo "setup: Cannot run node_modules/.bin/$tool: its install script did not put the program there" >&2
    exit 1
  }
done
