# shellcheck shell=bash
# Long-running processes by their folder: DIR/pid holds "pid start-time", so that a stale file
# never names a stranger; DIR/log holds what the process prints.

# process_stat PID: sets the array stat_fields from the state (0) on; threads are 17, the start time is 19.
process_stat() {
  local line
  # Not $(<file): bash would end the whole shell when the process has just gone.
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -r -a stat_fields <<<"${line##*) }"
}

# process_pid DIR: prints the pid of the living process, or fails.
process_pid() {
  local pid start stat_fields
  { read -r pid start <"$1/pid"; } 2>/dev/null || return 1
  process_stat "$pid" || return 1
  [[ ${stat_fields[19]} == "$start" ]] || return 1
  # A zombie is dead (it waits for its parent) unless threads of it still run and hold its ports.
  [[ ${stat_fields[0]} != [ZX] ]] || ((stat_fields[17] > 1)) || return 1
  printf '%s' "$pid"
}

process_alive() { process_pid "$1" >/dev/null; }
process_gone() { ! process_alive "$1"; }

# process_start DIR COMMAND...: in a session of its own, holding no file of ours.
process_start() {
  local dir=$1 pid stat_fields
  shift
  printf '%s\n' "---- $(date --utc +%FT%TZ) start" >>"$dir/log"
  (
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      ((fd <= 2)) || eval "exec $fd>&-"
    done
    exec setsid "$@"
  ) </dev/null >>"$dir/log" 2>&1 &
  pid=$!
  process_stat "$pid" || fail "could not start $1; its log: $dir/log"
  printf '%s %s\n' "$pid" "${stat_fields[19]}" >"$dir/pid"
  disown "$pid"
}

# process_end DIR SIGNAL SECONDS: sends the signal and waits for the end; past that, KILL.
process_end() {
  local dir=$1 signal=$2 seconds=$3 pid
  if pid=$(process_pid "$dir"); then
    kill -"$signal" "$pid" 2>/dev/null || true
    kill -CONT "$pid" 2>/dev/null || true # a stopped process would never see the signal
    if ! wait_until "$seconds" process_gone "$dir"; then
      warn "pid $pid did not end within $seconds s of SIG$signal; killing it. Its log: $dir/log"
      kill -KILL "$pid" 2>/dev/null || true
      wait_until 30 process_gone "$dir" || fail "pid $pid survives SIGKILL (is it stuck in the kernel?)"
    fi
  fi
  rm -f "$dir/pid"
}

# process_answers DIR COMMAND...: for wait_until: true when COMMAND succeeds, or when the process
# has died (the caller looks which), so that nobody waits for the dead.
process_answers() {
  process_alive "$1" || return 0
  "${@:2}" >/dev/null 2>&1
}

# process_wait_ready DIR WHAT SECONDS COMMAND...: until COMMAND succeeds; else shows the log's end.
process_wait_ready() {
  local dir=$1 what=$2 seconds=$3 reason
  shift 3
  if ! wait_until "$seconds" process_answers "$dir" "$@"; then
    reason="does not answer within $seconds s"
  elif ! process_alive "$dir"; then
    reason='ended at once'
  else
    return 0
  fi
  tail -n 20 "$dir/log" >&2 || true
  process_end "$dir" TERM 10
  fail "$what $reason; the end of its log is above, the whole in $dir/log"
}

# port_must_be_free PORT WHAT VARIABLE
port_must_be_free() {
  local line
  line=$(ss --no-header --listening --tcp --numeric --processes "sport = :$1" | head -n 1)
  [[ -z $line ]] ||
    fail "port $1 for $2 is taken by another process (${line##* }): stop that, or set $3 to a free port"
}
