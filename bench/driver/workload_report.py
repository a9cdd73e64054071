"""docs/WORKLOADS.md out of all results of RowFerry alone."""

from pathlib import Path

from . import drain_report, marks_report, other_report, results
from .page import skeleton, table, update

EMPTY = f"""# Work loads, their ceilings, and memory

What is measured and how: `bench/README.md`. What stands between markers is written by `bench/report`; the rest by hand. Figures are of one machine on one day:
compare those of one run with each other. A figure stands here only if every row of the log arrived.

{skeleton("made of")}
## Marks

{skeleton("marks")}
## Rates

Thousands of rows a second, medians of the rounds; RowFerry without its start. From left to right one thread does ever more with the server's log; then RowFerry;
and librdkafka alone with as many messages of the same size. Of `thousand` and `thousand-10` one row in a thousand and one in ten is captured.

{skeleton("rates")}
## Shares of the ceilings, and what bounds

The thread that is nearest to a whole core; where two cores are busy, the machine itself bounds.

{skeleton("shares")}
## Processor time

Core-seconds per million rows: of the reader, of RowFerry (its start included) or of the producer; last, what RowFerry takes more than librdkafka
alone, without its start, which is measured apart.

{skeleton("costs")}
## Memory, allocations, system calls

The whole process, librdkafka's allocations included; the difference of a run over the whole log and one over none of it.

{skeleton("memory and counts")}
## Start

From the start of the process to the first message at the null broker; one row waits. `one`: a rule names its table; `all`: a pattern captures every table.

{skeleton("start")}
## Idle

{skeleton("idle")}
## Memory that must not grow

The broker stopped in the middle of a drain; tables in turn; the size of a transaction and of a row; an hour of the ordinary mix.

{skeleton("resident_memory")}
{skeleton("peak_memory")}
{skeleton("soak")}"""


def made_of(found: dict[str, dict]) -> str:
    """When, with which build, on what: a line for the results that have these in common."""
    alike: dict[tuple, dict[str, str]] = {}
    for name, stamp in found.items():
        machine = "{cores} cores, {cpu}, {memory_mb} MB, Linux {kernel}".format(**stamp["machine"])
        alike.setdefault((stamp["commit"], stamp["version"], machine), {})[name] = stamp["time"]
    rows = [[", ".join(times), f"{min(times.values())} to {max(times.values())}", *key] for key, times in alike.items()]
    return table(["", "UTC", "commit", "build", "machine"], rows)


def write(directory: Path, docs: Path) -> Path | None:
    """What there are results of; None where there are none."""
    plots, page = docs / "perf", docs / "WORKLOADS.md"
    plots.mkdir(parents=True, exist_ok=True)
    drains = results.load(directory, "drain")
    others = {name: found for name in other_report.PARTS if (found := results.load(directory, name))}
    stamps = {name: found["stamp"] for name, found in (drains | others).items()}
    if not stamps:
        return None
    parts = {"made of": made_of(stamps)} | (drain_report.parts(drains, plots) if drains else {})
    if drains:
        parts["marks"] = marks_report.part(drains, others.get("start", {}))
    update(page, EMPTY, parts | {name: other_report.PARTS[name](found, plots) for name, found in others.items()})
    return page
