"""What each thread of the processes under measurement used of the cores."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")


def each(pid: int, value: Callable[[Path], Value]) -> dict[int, Value]:
    """`value` of each living thread, by its number; it is given the thread's folder in /proc."""
    found = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        folder = Path(f"/proc/{pid}/task/{task}")
        try:
            found[int(task)] = value(folder)
        except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            pass
    return found


def name_of(folder: Path) -> str:
    return "main" if folder.name == folder.parts[2] else (folder / "comm").read_text().strip()


def run_seconds(folder: Path) -> float:
    return int((folder / "schedstat").read_text().split()[0]) / 1e9


def switches(folder: Path) -> int:
    lines = (folder / "status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("voluntary_ctxt_switches")).split()[1])


def seconds_of(pid: int) -> dict[int, tuple[str, float]]:
    """Name and processor seconds of each living thread."""
    return each(pid, lambda folder: (name_of(folder), run_seconds(folder)))


def switches_of(pid: int) -> dict[str, int]:
    """How often the threads of each name have waited and were woken."""
    found: dict[str, int] = {}
    for name, count in each(pid, lambda folder: (name_of(folder), switches(folder))).values():
        found[name] = found.get(name, 0) + count
    return found


class ThreadWatch:
    """From its making on."""

    def __init__(self, pids: dict[str, int]):
        self.pids = pids
        self.before = {name: seconds_of(pid) for name, pid in pids.items()}

    def used(self) -> dict[str, float]:
        """Seconds by `process/thread`; of threads that share a name the later ones are numbered. Those that did nothing are left out."""
        found: dict[str, float] = {}
        for process, pid in self.pids.items():
            for thread, (name, seconds) in sorted(seconds_of(pid).items()):
                spent = seconds - self.before[process].get(thread, ("", 0.0))[1]
                if spent > 0.001:
                    found[free_name(f"{process}/{name}", found)] = round(spent, 4)
        return found


def free_name(name: str, taken: dict) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free
