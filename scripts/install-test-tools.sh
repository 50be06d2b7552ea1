#!/bin/sh
# Brings the programs that the tests use: installs what is missing on Debian as root, elsewhere says what is missing.
set -eu

missing_packages() {
  command -v chronic >/dev/null || echo moreutils
  command -v script >/dev/null || echo bsdutils
  command -v python3 >/dev/null || echo python3
  command -v jq >/dev/null || echo jq
  command -v ps >/dev/null || echo procps
  command -v git >/dev/null || echo git
  command -v make >/dev/null || echo make
  command -v unshare >/dev/null || echo util-linux
  command -v dumb-init >/dev/null || echo dumb-init
  command -v tmux >/dev/null || echo tmux
  command -v dumb-init >/dev/null || echo dumb-init
  command -v tini >/dev/null || echo tini
  command -v flock >/dev/null || echo util-linux
  command -v strace >/dev/null || echo strace
  command -v faketime >/dev/null || echo faketime
  command -v mkfs.ext4 >/dev/null || echo e2fsprogs
  command -v mkfs.xfs >/dev/null || echo xfsprogs
  command -v mkfs.btrfs >/dev/null || echo btrfs-progs
  # moreutils has another program of the name parallel.
  command -v env_parallel >/dev/null || echo parallel
}

missing=$(missing_packages)
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  # $missing is a list of words.
  apt-get update -q && apt-get install -q -y --no-install-recommends $missing || true
  missing=$(missing_packages)
fi

if [ -n "$missing" ]; then
  echo "install-test-tools: missing, by the names of their Debian packages:" $missing >&2
  exit 1
fi
