"""The parts of docs/WORKLOADS.md that bench/drain gives."""

import statistics
from pathlib import Path

from . import svg
from .blocks import spread
from .page import table
from .workloads import WORKLOADS

STEPS = {"ceiling: raw receive": "raw receive", "ceiling: + CRC": "+ CRC", "ceiling: + decode": "+ decode", "ceiling: + encode": "+ encode",
         "rowferry to discard": "to discard", "rowferry to null broker": "to null broker", "ceiling: librdkafka alone to null broker": "librdkafka alone",
         "rowferry to Kafka": "to Kafka", "ceiling: librdkafka alone to Kafka": "librdkafka, Kafka"}
RAW, NULL, NULL_ALONE, KAFKA, KAFKA_ALONE = (list(STEPS)[n] for n in (0, 5, 6, 7, 8))
PLOTTED = ("tiny", "bulk")  # step by step


class Load:
    """One work load's result: medians over its rounds."""

    def __init__(self, name: str, found: dict):
        self.name, self.found, self.load = name, found, found["load"]

    def values(self, what: str, *path: str) -> list[float]:
        values = []
        for results in self.found["rounds"]:
            value = next((result for result in results if result["what"] == what), None)
            for key in path:
                value = value.get(key) if value else None
            values.append(value)
        return [value for value in values if value is not None]

    def value(self, what: str, *path: str) -> float | None:
        values = self.values(what, *path)
        return statistics.median(values) if values else None

    def rate(self, what: str) -> float | None:
        """Without the start of the process."""
        return self.value(what, "streaming_rows_per_second") or self.value(what, "rows_per_second")

    def beyond(self, mine: str, alone: str) -> float | None:
        """Core-seconds per million rows that RowFerry takes more than librdkafka alone; without its start."""
        pair = self.own_cpu(mine), self.own_cpu(alone)
        return None if None in pair else pair[0] - pair[1] - self.found.get("start_cpu_seconds", 0) * 1e6 / self.load["rows"]

    def own_cpu(self, what: str) -> float | None:
        """Of the process that reads, or sends: the first of the result."""
        first = next((next(iter(result["core_seconds_per_million"])) for result in self.found["rounds"][0] if result["what"] == what), "")
        return self.value(what, "core_seconds_per_million", first)


def number(value: float | None, form: str = "") -> str:
    return "–" if value is None else format(value, form) if form else svg.shown(value)


def thousands(value: float | None) -> str:
    return "–" if value is None else f"{value / 1e3:,.0f}"


def share(mine: float | None, of: float | None) -> str:
    return "–" if mine is None or of is None else f"{mine / of:.0%}"


def rates(loads: list[Load]) -> str:
    rows = [[load.name, f"{load.load['rows']:,}", f"{load.load['binlog_bytes'] / load.load['rows']:.0f}",
             number(load.value("ceiling: + encode", "bytes_out_per_message"), ".0f"), *(thousands(load.rate(what)) for what in STEPS)] for load in loads]
    return table(["", "rows", "B in, a row", "key and value, B a message", *STEPS.values()], rows)


def bottleneck(load: Load, what: str) -> str:
    """Of the last round."""
    result = next((result for result in load.found["rounds"][-1] if result["what"] == what), None)
    return "–" if result is None else "{thread} {of_a_core:.0%}, {cores_busy} cores busy".format(**result["bottleneck"])


def shares(loads: list[Load]) -> str:
    rows = [[load.name, share(load.rate(NULL), load.rate(RAW)), share(load.rate(NULL), load.rate(NULL_ALONE)), share(load.rate(KAFKA), load.rate(KAFKA_ALONE)),
             number(load.value(NULL, "mb_in_per_second")), number(load.value(NULL, "mb_out_per_second")), bottleneck(load, NULL), bottleneck(load, KAFKA)]
            for load in loads]
    return table(["", "null broker: of raw receive", "of librdkafka alone", "Kafka: of librdkafka alone", "MB/s in", "MB/s out", "busiest thread, null broker",
                  "busiest thread, Kafka"], rows)


def costs(loads: list[Load]) -> str:
    rows = []
    for load in loads:
        beyond = load.beyond(NULL, NULL_ALONE), load.beyond(KAFKA, KAFKA_ALONE)
        rows.append([load.name, *(number(load.own_cpu(what), ".2f") for what in STEPS), *(number(value, ".2f") for value in beyond)])
    return table(["", *STEPS.values(), "null broker: beyond librdkafka", "Kafka: beyond librdkafka"], rows)


def threads(loads: list[Load]) -> str:
    """To the null broker, the last round; RowFerry's threads one by one but for the smallest."""
    rows = []
    for load in loads:
        result = next((result for result in load.found["rounds"][-1] if result["what"] == NULL), None)
        used = result["threads_core_seconds_per_million"] if result else {}
        own = sorted(((name.partition("/")[2], seconds) for name, seconds in used.items() if name.startswith("rowferry/")), key=lambda item: -item[1])
        rows.append([load.name, ", ".join(f"{name} {seconds:.2f}" for name, seconds in own if seconds >= 0.02),
                     *(number(load.value(NULL, "core_seconds_per_million", name), ".2f") for name in ("mysqld", "broker"))])
    return "To the null broker, by thread; `main` reads, `rdk:` are librdkafka's:\n\n" + table(["", "RowFerry", "mysqld", "null broker"], rows)


def memory_and_counts(loads: list[Load]) -> str:
    rows = []
    for load in loads:
        counts = load.found.get("counts", {})
        rows.append([load.name, *(number(load.value(what, "peak_mb"), ".0f") for what in ("rowferry to discard", NULL, KAFKA)),
                     *(number(counts.get(kind, {}).get(sink), ".3f") for kind in ("mallocs_per_row", "syscalls_per_row") for sink in ("discard", "null broker"))])
    return table(["", "peak RSS MB: discard", "null broker", "Kafka", "mallocs a row: discard", "null broker", "system calls a row: discard", "null broker"], rows)


def plots(loads: list[Load], folder: Path) -> dict[str, str]:
    """Writes them; title by file name."""
    made = {}
    for load in loads:
        steps = {short: spread(values) for what, short in STEPS.items()
                 if (values := load.values(what, "streaming_rows_per_second") or load.values(what, "rows_per_second"))}
        if load.name in PLOTTED:
            made[f"{load.name}-steps.svg"] = f"{load.name}, step by step", "rows/s", steps
    for name, title, unit, key in (("workloads-rate", "To the null broker", "rows/s", "streaming_rows_per_second"),
                                   ("workloads-peak", "Peak RSS, to the null broker", "MB", "peak_mb")):
        found = {load.name: spread(values) for load in loads if (values := load.values(NULL, key))}
        if found:
            made[f"{name}.svg"] = title, unit, found
    for name, (title, unit, found) in made.items():
        (folder / name).write_text(svg.bars(title, unit, found))
    return {name: title for name, (title, _, _) in made.items()}


def parts(found: dict, folder: Path) -> dict[str, str]:
    loads = [Load(name, found[name]) for name in WORKLOADS if name in found]
    pictures = "\n\n".join(f"![{title}](perf/{name})" for name, title in plots(loads, folder).items())
    return {"rates": rates(loads) + "\n" + pictures, "shares": shares(loads), "costs": costs(loads) + "\n" + threads(loads),
            "memory and counts": memory_and_counts(loads)}
