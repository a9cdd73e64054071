"""Runs in blocks: each system twice, forth and back (A B B A, then B A A B), so that a drift of the machine meets all alike."""

import math
import statistics
from collections.abc import Callable


def order(systems: list[str], block: int) -> list[str]:
    forth = systems if block % 2 == 0 else systems[::-1]
    return [*forth, *forth[::-1]]


def measured_block(systems: list[str], number: int, run: Callable[[str], dict], calibrate: Callable[[], float]) -> dict:
    """The runs of a block with the calibrations between them."""
    calibrations, runs = [calibrate()], []
    for system in order(systems, number):
        runs.append(run(system))
        calibrations.append(calibrate())
    return {"runs": runs, "calibrations": [round(seconds, 4) for seconds in calibrations]}


def complaint(block: dict, limits: dict[str, float]) -> str | None:
    """Why the block is void: `limits` of the calibrations' spread and of the shares of foreign and stolen time."""
    spread = max(block["calibrations"]) / min(block["calibrations"]) - 1
    found = [f"calibrations differ by {spread:.0%}"] if spread > limits["calibration"] else []
    for kind in ("foreign", "steal"):
        worst = max(run["disturbance"][kind] for run in [*block["runs"], *block["decoding"]])
        if worst > limits[kind]:
            found.append(f"{kind} time {worst:.1%} in a run")
    return ", ".join(found) or None


def figure(block: dict, system: str, value: Callable[[dict], float], runs: str = "runs") -> float:
    """The geometric mean of a system's two runs."""
    values = [value(run) for run in block[runs] if run["system"] == system]
    return math.exp(statistics.fmean(math.log(max(each, 1e-9)) for each in values))


def spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def rate(run: dict) -> float:
    return run["rows_per_second"]


def rate_with_start(run: dict) -> float:
    return run["rows_per_second_with_start"]


def cpu(run: dict) -> float:
    return run["core_seconds_per_million"]["connector"]


def warm_rate(run: dict) -> float:
    return run["warm_rows_per_second"]


def warm_cpu(run: dict) -> float:
    return run["core_seconds_per_million"]["connector, warm"]


def peak(run: dict) -> float:
    return run["peak_mb"]


def first(run: dict) -> float:
    return run["start_to_first_ms"]
