"""The marks that bench/peers and bench/latency can tell, and what was reached."""

import statistics

from . import blocks
from .marks_report import Mark, percent
from .page import table
from .systems import OURS

PERCENTILES = ("p50_ms", "p90_ms", "p99_ms", "p999_ms")
TIMES = {"bulk": (4, 8), "tiny": (8, 15)}  # rows/s and processor time, of the best peer's


def least(kept: list[dict], systems: list[str], value, more: bool) -> float | None:
    """Against the peer that comes nearest: the median over the blocks of how many times better ours is; of none, none."""
    def better(block: dict, peer: str) -> float:
        mine, theirs = blocks.figure(block, OURS, value), blocks.figure(block, peer, value)
        return mine / theirs if more else theirs / mine
    return min((statistics.median(better(block, peer) for block in kept) for peer in systems if peer != OURS), default=None)


def times(value: float) -> str:
    return f"{value:.1f}×"


def of_drains(result: dict) -> list[Mark]:
    systems, marks = list(result["settings"]["systems"]), []
    for name, (rate, cpu) in TIMES.items():
        if kept := result["workloads"].get(name, {}).get("kept"):
            marks.append(Mark(f"{name} into Kafka, rows/s against the best peer", f"≥ {rate}×", least(kept, systems, blocks.rate, True),
                              lambda value, most=rate: value >= most, times))
            marks.append(Mark(f"{name}, processor time a row, the best peer's against ours", f"≥ {cpu}×", least(kept, systems, blocks.cpu, False),
                              lambda value, most=cpu: value >= most, times))
    return marks


def of_delays(result: dict) -> list[Mark]:
    """At a thousand a second; and at how many of all rates' percentiles ours is the lowest."""
    found: dict[tuple[int, int], dict[str, list[dict]]] = {}
    for run in result["runs"]:
        for at in run["rates"]:
            found.setdefault((at["rate"], at["giant"]), {}).setdefault(run["system"], []).append(at)

    def middle(of: list[dict], name: str) -> float:
        return statistics.median(at[name] for at in of)
    mine = found.get((1000, 0), {}).get(OURS)
    marks = [Mark(f"latency at 1,000/s, {name[:-3]}, ms", f"≤ {most}", middle(mine, name) if mine else None, lambda value, most=most: value <= most)
             for name, most in (("p50_ms", 0.6), ("p99_ms", 2.5))]
    compared = [(middle(by[OURS], name), min(middle(of, name) for system, of in by.items() if system != OURS))
                for by in found.values() if len(by) > 1 and OURS in by for name in PERCENTILES]
    lower = sum(ours < theirs for ours, theirs in compared) / len(compared) if compared else None
    return [*marks, Mark("latency lower than every peer's: of all rates' p50, p90, p99 and p99.9", "100%", lower, lambda value: value == 1, percent)]


def part(drains: dict | None, delays: dict | None) -> str:
    marks = (of_drains(drains) if drains else []) + (of_delays(delays) if delays else [])
    return "## Marks\n\nThe best peer is the one that comes nearest.\n\n" + table(["", "mark", "reached", ""], [mark.row() for mark in marks])
