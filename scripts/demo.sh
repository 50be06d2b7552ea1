#!/bin/sh
# Shows faultbox on a fresh clone: sets up, builds, and runs an executor that really fails, once for a passing reason.
set -eu
cd "$(dirname "$0")/.."

step() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || step() { printf '\n%s\n' "$*"; }

step "1. Setting up and building"
sh scripts/setup.sh
PATH="$PWD/node_modules/.bin:$PATH" bun build.ts

faultbox="$PWD/dist/faultbox"
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
cp -R scripts/demo/. "$project"
cd "$project"
PATH="$(dirname "$faultbox"):$PATH"

step "2. An executor: its first attempt needs a server that is not there, its second one runs the tests of a broken package"
echo '$ faultbox run --role demo --task 4f2a91c0 --result result.json --retry-delay 500ms --report -- ./executor.sh'
code=0
DEMO_TOKEN=not-a-real-token-5f3a faultbox run --role demo --task 4f2a91c0 --result result.json \
  --retry-delay 500ms --secret DEMO_TOKEN --report -- ./executor.sh </dev/null || code=$?
echo "(exit code $code: the executor's own)"

step "3. What is known afterwards"
echo '$ faultbox failures list'
faultbox failures list
printf '\n$ faultbox failures show\n'
faultbox failures show

step "4. The evidence of both attempts, with the token masked"
echo '$ faultbox failures log demo-4f2a91c0 | grep -n -E "===|REDACTED|ECONNREFUSED|AssertionError"'
faultbox failures log demo-4f2a91c0 | grep -n -E '===|REDACTED|ECONNREFUSED|AssertionError'
