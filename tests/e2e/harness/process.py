"""Facts about a process by its pid."""

import os

_TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rpartition(") ")[2].split()


def cpu_seconds(pid):
    """User and system time of the process and its ended children."""
    return sum(int(ticks) for ticks in _stat(pid)[11:15]) / _TICK


def memory_bytes(pid, field="VmRSS"):
    """VmRSS: resident now; VmHWM: the most it ever was."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
    raise AssertionError(f"pid {pid} shows no {field}: it has ended")


def catches(pid, signal_number):
    """Whether the process has a handler for the signal yet."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        masks = [line.split()[1] for line in file if line.startswith("SigCgt:")]
    return bool(masks) and bool(int(masks[0], 16) >> (signal_number - 1) & 1)


def tail(path, lines=40):
    """The end of a log for a failure report."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-lines:])
    except OSError as error:
        return f"({error})\n"


def tail_bytes(path, size=4096):
    """The last bytes of a file, as text."""
    with open(path, "rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - size))
        return file.read().decode(errors="replace")
