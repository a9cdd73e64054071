"""Processes under measurement: processor time and memory from /proc."""

import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from . import threads

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of the whole process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def peak_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def run_seconds(pid: int) -> float:
    """The same as cpu_seconds to the nanosecond, of the threads that live."""
    return sum(threads.each(pid, threads.run_seconds).values())


def wait_until_idle(process: subprocess.Popen, done: Callable[[], bool], quiet: float = 0.5, busy: float = 0.1, patience: float = 600) -> float:
    """When the process last used more than `busy` of a core, once it has been quiet for so many seconds and is `done`."""
    began = last_busy = before = time.monotonic()
    used = run_seconds(process.pid)
    while True:
        if process.poll() is not None:
            raise SystemExit(f"bench: pid {process.pid} ended with status {process.returncode}")
        time.sleep(0.02)
        now, used_now = time.monotonic(), run_seconds(process.pid)
        if used_now - used > busy * (now - before):
            last_busy = now
        before, used = now, used_now
        if now - last_busy >= quiet and done():
            return last_busy
        if now - began > patience:
            raise SystemExit(f"bench: pid {process.pid} is not done after {patience:.0f} s")


def stop(process: subprocess.Popen) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(30)


def spawn(command: list, log: Path, **options) -> subprocess.Popen:
    """Starts what writes to `log` and dies with this process, however this one ends. The pid is the command's own."""
    with open(log, "ab") as output:
        return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, command)], stdin=subprocess.DEVNULL, stdout=output,
                                stderr=output, **options)


def end(process: subprocess.Popen, seconds: float = 5):
    """For a process whose figures are taken: TERM, and KILL where that is not enough."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def leave_on_signals():
    """A signal unwinds the stack, so that every `with` and `finally` stops what it started."""
    def leave(number, _):
        raise SystemExit(128 + number)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, leave)


def alone(directory: Path):
    """Keeps other commands out of the folder of servers until this process ends; leaves where one is at work already."""
    directory.mkdir(parents=True, exist_ok=True)
    lock = open(directory / ".bench-lock", "w")  # for the rest of the process's life, and not of its children's
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(f"bench: another command is at work in {directory}; give one of them another --dir and --port") from None
    _locks.append(lock)


_locks: list = []


def tail(path: Path, lines: int = 30) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else f"({path} is not there)"


class NullBroker:
    """bench/null_broker as a process; asks it for its counts. `with` ends it."""

    def __init__(self, build: Path, partitions: int):
        self.process = subprocess.Popen([build / "bench/null_broker", "0", str(partitions)], text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.bootstraps = f"127.0.0.1:{json.loads(self.process.stdout.readline())['port']}"

    def counts(self) -> dict:
        self.process.stdin.write("\n")
        return json.loads(self.process.stdout.readline())

    @property
    def pid(self) -> int:
        return self.process.pid

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
