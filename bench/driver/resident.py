"""Resident memory of a process over time, and the line through it."""

import math
import time
from pathlib import Path

from .background import Background


def megabytes(pid: int) -> float:
    """Now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 2**20


class Sampler(Background):
    """A sample each `interval` seconds. Times are seconds since the beginning."""

    def __init__(self, pid: int, interval: float):
        super().__init__()
        self.pid, self.interval = pid, interval
        self.began = time.monotonic()
        self.samples: list[tuple[float, float]] = []

    def run(self):
        while not self.ended.wait(self.interval - (time.monotonic() - self.began) % self.interval):
            try:
                self.samples.append((round(time.monotonic() - self.began, 2), round(megabytes(self.pid), 2)))
            except OSError:
                return

    def most(self, since: float = 0, until: float = math.inf) -> float:
        return max((value for at, value in self.samples if since <= at <= until), default=0.0)


def slope(samples: list[tuple[float, float]]) -> tuple[float, float]:
    """Of the least-squares line, and its upper bound: 95 %, one-sided, as if the samples were independent. MB an hour."""
    count = len(samples)
    middle_x, middle_y = (sum(values) / count for values in zip(*samples))
    spread = sum((x - middle_x) ** 2 for x, _ in samples)
    rise = sum((x - middle_x) * (y - middle_y) for x, y in samples) / spread
    left = sum((y - middle_y - rise * (x - middle_x)) ** 2 for x, y in samples)
    error = math.sqrt(left / (count - 2) / spread)
    return 3600 * rise, 3600 * (rise + 1.645 * error)
