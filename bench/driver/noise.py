"""How quiet the machine was: what others used of its cores, and how long a fixed piece of work takes on all of them."""

import os
import subprocess
import sys
from pathlib import Path

from . import processes


class Watch:
    """From its making on."""

    def __init__(self, pids: dict[str, int]):
        self.pids = pids
        self.before = {name: processes.cpu_seconds(pid) for name, pid in pids.items()}
        self.own = own_seconds()
        self.stat = machine_seconds()

    def used(self) -> dict[str, float]:
        """Processor seconds of each of the watched."""
        return {name: processes.cpu_seconds(pid) - self.before[name] for name, pid in self.pids.items()}

    def disturbance(self, connector_seconds: float) -> dict[str, float]:
        """Shares of the machine's time that went to strangers' processes and to other machines on the same host."""
        total, busy, steal = (now - then for now, then in zip(machine_seconds(), self.stat))
        known = sum(self.used().values()) + connector_seconds + own_seconds() - self.own
        return {"foreign": round(max(0.0, busy - known) / total, 3), "steal": round(steal / total, 3)}


def own_seconds() -> float:
    """This process; its children are counted by themselves."""
    times = os.times()
    return times.user + times.system


def machine_seconds() -> tuple[float, float, float]:
    """All time, busy time and stolen time of all cores since boot."""
    user, nice, system, idle, iowait, irq, softirq, steal = map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9])
    busy = user + nice + system
    # Interrupts are nobody's.
    return (busy + idle + iowait + irq + softirq + steal) / processes.TICK, busy / processes.TICK, steal / processes.TICK


# A fixed piece of work: sums up a megabyte so many times.
WORK = """import sys, time, zlib
block = bytes(range(256)) * 4096
began = time.monotonic()
for _ in range(int(sys.argv[1])):
    zlib.crc32(block)
print(time.monotonic() - began)"""


def calibrate(megabytes: int = 300) -> float:
    """Seconds that the slowest core takes for the work when all of them do it."""
    children = [subprocess.Popen([sys.executable, "-c", WORK, str(megabytes)], stdout=subprocess.PIPE, text=True)
                for _ in range(os.cpu_count() or 1)]
    return max(float(child.communicate()[0]) for child in children)
