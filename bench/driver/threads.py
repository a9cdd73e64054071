"""What each thread of the processes under measurement used of the cores."""

import os
from pathlib import Path


def seconds_of(pid: int) -> dict[int, tuple[str, float]]:
    """Name and processor seconds of each living thread."""
    found = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        folder = Path(f"/proc/{pid}/task/{task}")
        try:
            name = "main" if int(task) == pid else (folder / "comm").read_text().strip()
            found[int(task)] = name, int((folder / "schedstat").read_text().split()[0]) / 1e9
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def switches_of(pid: int) -> dict[str, int]:
    """How often the threads of each name have waited and were woken."""
    found: dict[str, int] = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        folder = Path(f"/proc/{pid}/task/{task}")
        try:
            name = "main" if int(task) == pid else (folder / "comm").read_text().strip()
            line = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("voluntary_ctxt_switches"))
            found[name] = found.get(name, 0) + int(line.split()[1])
        except (FileNotFoundError, ProcessLookupError):
            pass
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
