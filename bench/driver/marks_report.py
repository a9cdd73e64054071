"""The marks that bench/drain and bench/start can tell, and what was reached."""

from collections.abc import Callable
from dataclasses import dataclass

from .drain_report import KAFKA, KAFKA_ALONE, NULL, NULL_ALONE, RAW, Load
from .page import table
from .svg import shown
from .workloads import WORKLOADS


@dataclass
class Mark:
    what: str
    text: str  # of the mark
    reached: float | None
    good: Callable[[float], bool]
    form: Callable[[float], str] = shown

    def row(self) -> list[str]:
        if self.reached is None:
            return [self.what, self.text, "–", ""]
        return [self.what, self.text, self.form(self.reached), "" if self.good(self.reached) else "missed"]


def percent(value: float) -> str:
    return f"{value:.0%}"


def ratio(mine: float | None, of: float | None) -> float | None:
    return None if mine is None or not of else mine / of


def drains(loads: dict[str, Load]) -> list[Mark]:
    marks = []
    for name, rate, cpu in (("bulk", 600_000, 0.4), ("tiny", 300_000, 0.8)):
        if load := loads.get(name):
            marks.append(Mark(f"{name} to the null broker, rows/s", f"≥ {rate:,}", load.rate(NULL), lambda value, least=rate: value >= least))
            marks.append(Mark(f"{name} to Kafka, of librdkafka alone", "≥ 80%", ratio(load.rate(KAFKA), load.rate(KAFKA_ALONE)),
                              lambda value: value >= 0.8, percent))
            for broker, mine, alone in (("null broker", NULL, NULL_ALONE), ("Kafka", KAFKA, KAFKA_ALONE)):
                marks.append(Mark(f"{name} to {broker}, core-seconds per million beyond librdkafka alone", f"≤ {cpu}", load.beyond(mine, alone),
                                  lambda value, most=cpu: value <= most))
    if load := loads.get("thousand"):
        marks.append(Mark("one of a thousand tables, of raw receive", "≥ 80%", ratio(load.rate("rowferry to discard"), load.rate(RAW)),
                          lambda value: value >= 0.8, percent))
    peaks = [peak for load in loads.values() for what in ("rowferry to discard", NULL, KAFKA) for peak in load.values(what, "peak_mb")]
    return [*marks, Mark("peak RSS of all drains, MB", "≤ 64", max(peaks, default=None), lambda value: value <= 64)]


def starts(cases: list[dict]) -> list[Mark]:
    marks = []
    for case in cases:
        most = 500 if case["tables"] >= 10_000 else 300
        marks.append(Mark(f"start to first message, {case['tables']:,} tables, {case['captured']} captured, ms", f"≤ {most}", case["median_ms"],
                          lambda value, most=most: value <= most))
    return marks


def part(drained: dict, started: dict) -> str:
    loads = {name: Load(name, drained[name]) for name in WORKLOADS if name in drained}
    return table(["", "mark", "reached", ""], [mark.row() for mark in drains(loads) + starts(started.get("cases", []))])
