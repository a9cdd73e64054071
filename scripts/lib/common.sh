# shellcheck shell=bash
# What every script shares: messages, bounded waiting, and a cache whose entries are whole or absent.

ROWFERRY_CACHE=${ROWFERRY_CACHE:-$HOME/.cache/rowferry}

say() { printf '%s: %s\n' "${0##*/}" "$*"; }
warn() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
fail() {
  warn "$*"
  exit 1
}

# now_ms: milliseconds since the epoch.
now_ms() { printf '%s' "$((${EPOCHREALTIME/[.,]/} / 1000))"; }

# pause: 50 ms without starting a process; only for use between two looks at a condition.
pause() {
  [[ -n ${pause_fd-} ]] || exec {pause_fd}<> <(:)
  read -r -t 0.05 -u "$pause_fd" || true
}

# wait_until SECONDS COMMAND...: looks at COMMAND until it succeeds; fails when the time is over.
wait_until() {
  local end=$(($(now_ms) + $1 * 1000))
  shift
  until "$@"; do
    (($(now_ms) < end)) || return 1
    pause
  done
}

# digest WORDS...: a short name for this list of words.
digest() { printf '%s\n' "$@" | sha256sum | cut -c 1-12; }

require_root() {
  ((EUID == 0)) || fail "run as root: $1"
}

require_commands() {
  local name
  for name in "$@"; do
    command -v "$name" >/dev/null || fail "'$name' is missing; run scripts/setup"
  done
}

# remove_tree DIR: never reaches into another file system, whatever is mounted below.
remove_tree() { rm -rf --one-file-system -- "$1"; }

# cached ENTRY MAKER: makes $ROWFERRY_CACHE/ENTRY by `MAKER DIR` unless it is there.
# One maker at a time; the entry appears under its name only when the maker has succeeded.
cached() {
  local entry=$1 maker=$2 final=$ROWFERRY_CACHE/$1 draft=$ROWFERRY_CACHE/.draft-$1 lock
  [[ ! -d $final ]] || return 0
  mkdir -p "$ROWFERRY_CACHE"
  exec {lock}>"$ROWFERRY_CACHE/.lock-$entry"
  if ! flock --nonblock "$lock"; then
    say "waiting for another process that makes $entry"
    flock "$lock"
  fi
  if [[ ! -d $final ]]; then
    remove_tree "$draft"
    mkdir "$draft"
    # A subshell of its own, so that a failing step ends the maker under `set -e`. It holds the
    # lock too: when we are killed, nobody touches the draft before the maker has ended.
    local status=0
    (set -e; "$maker" "$draft") &
    wait "$!" || status=$?
    ((status == 0)) || fail "could not make $entry (status $status); the log above says why, the draft is $draft"
    sync --file-system "$draft"
    mv --no-target-directory "$draft" "$final"
  fi
  exec {lock}>&-
}
