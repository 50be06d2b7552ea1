#!/bin/sh
# All storms in the size that the design was judged by, one after the other, and what became of each; takes up to two hours. For people, not for the gate.
set -u
cd "$(dirname "$0")/.." || exit
PATH="$PWD/node_modules/.bin:$PATH"
bun build.ts || exit

failed=
# The name of a test, and how large.
storm() {
  echo "== $1"
  FAULTBOX_STORM=$2 FAULTBOX_E2E=compiled bun test "./test/e2e/$1.test.ts" --timeout=3600000 || failed="$failed $1"
}

storm error-log-storm full # 64 writers x 500, 16 x 5,000, 600 killed writers, 200 killed merges
storm error-log-kill full # killed at each system call, and called again
storm error-log-disk full # a disk that is full at each byte of a record
storm run-storm 1000 # runs that get a TERM at a random moment
storm run-lost-storm 300 # runs whose faultbox is killed
storm job-storm 200 # jobs started at once, and jobs whose starter, supervisor or both are killed

[ -z "$failed" ] || { echo "failed:$failed"; exit 1; }
echo "all storms passed"
