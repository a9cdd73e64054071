"""docs/PEERS.md and its plots out of the results of bench/peers and bench/latency."""

import statistics
from pathlib import Path

from . import blocks, decoders, peer_marks, svg
from .page import table
from .systems import OURS

TITLES = {"tiny": "One-row outbox transactions", "bulk": "Bulk rows of ten columns"}
FIGURES = {
    "rate": ("rows/s, first to last record", blocks.rate, True),
    "warm rate": ("the same, second half", blocks.warm_rate, True),
    "rate with start": ("rows/s, process start to last record", blocks.rate_with_start, True),
    "cpu": ("core-seconds per million rows", blocks.cpu, False),
    "warm cpu": ("the same, second half", blocks.warm_cpu, False),
    "peak": ("peak RSS, MB", blocks.peak, False),
    "first": ("start to first record, ms", blocks.first, False),
}
PLOTTED = ("rate", "cpu")


def spread_text(found: dict[str, float]) -> str:
    return f"{svg.shown(found['median'])} ({svg.shown(found['min'])}–{svg.shown(found['max'])})"


def times(found: dict[str, float]) -> str:
    return f"**{found['median']:.1f}** ({found['min']:.1f}–{found['max']:.1f})"


def bytes_of(kept: list[dict], system: str) -> float:
    return statistics.median(run["bytes_per_message"] for block in kept for run in block["runs"] if run["system"] == system)


def limits(result: dict) -> str:
    """What made a block void."""
    if not (at := result.get("limits")):
        return ""
    return (f" (where calibrations differ by more than {at['calibration']:.0%}, other processes take more than {at['foreign']:.0%} of the cores, "
            f"or other machines more than {at['steal']:.0%})")


def workload(name: str, result: dict, systems: list[str], plots: Path) -> str:
    kept, void, load = result["kept"], result["void"], result["load"]
    title = TITLES.get(name, name)
    out = [f"## {title}\n\n{load['rows']:,} rows, {load['binlog_bytes'] / load['rows']:.0f} bytes of binary log a row, MySQL {load['version']}. "
           f"{len(kept)} blocks kept, {len(void)} void{limits(result)}" + "".join(f"; {why}" for why in sorted({block['why'] for block in void})) + ".\n"
           + "".join(f"\nA block failed and gives no figure: {why}.\n" for why in result["failed"])]
    if not kept:
        return out[0] + "\nNo block was quiet enough: no figure.\n"
    found = {key: {system: blocks.spread([blocks.figure(block, system, value) for block in kept]) for system in systems}
             for key, (_, value, _) in FIGURES.items()}
    out.append("Median of the blocks (lowest–highest):\n")
    out.append(table(["", *(FIGURES[key][0] for key in FIGURES), "bytes a message"],
                     [[system, *(spread_text(found[key][system]) for key in FIGURES), f"{bytes_of(kept, system):.0f}"] for system in systems]))
    out.append("How many times better RowFerry is, pair by pair within each block: median (lowest–highest):\n")
    ratios = []
    for peer in systems:
        if peer != OURS:
            pairs = [blocks.spread([1 / blocks.figure(block, peer, value) * blocks.figure(block, OURS, value) if more else
                                    blocks.figure(block, peer, value) / blocks.figure(block, OURS, value) for block in kept])
                     for _, value, more in FIGURES.values()]
            ratios.append([peer, *map(times, pairs)])
    out.append(table(["", *(heading for heading, _, _ in FIGURES.values())], ratios))
    out.append(decoding(kept))
    for key in PLOTTED:
        (plots / f"{name}-{key}.svg").write_text(svg.bars(title, FIGURES[key][0], found[key]))
        out.append(f"![{title}: {FIGURES[key][0]}](perf/{name}-{key}.svg)\n")
    return "\n".join(out)


def decoding(kept: list[dict]) -> str:
    """Without Kafka."""
    systems = [decoders.OURS, decoders.THEIRS]
    if not kept[0]["decoding"]:
        return ""

    def of(system: str, value) -> list[float]:
        return [blocks.figure(block, system, value, "decoding") for block in kept]
    values = [blocks.rate, blocks.cpu, blocks.peak]
    rows = [[system, *(spread_text(blocks.spread(of(system, value))) for value in values)] for system in systems]
    ratios = [[mine / theirs for mine, theirs in zip(of(systems[0], blocks.rate), of(systems[1], blocks.rate))],
              *([theirs / mine for mine, theirs in zip(of(systems[0], value), of(systems[1], value))] for value in values[1:])]
    rows.append(["how many times better", *(times(blocks.spread(each)) for each in ratios)])
    return ("Without Kafka, from the start of the process: RowFerry decodes and encodes, the Java library decodes and counts "
            f"(version {decoders.VERSION}, {' '.join(decoders.JVM)}).\n\n"
            + table(["", "rows/s with start", "core-seconds per million rows", "peak RSS, MB"], rows))


def latency(result: dict, plots: Path) -> str:
    runs: dict[str, dict[tuple[int, int], list[dict]]] = {}
    for run in result["runs"]:
        for at in run["rates"]:
            runs.setdefault(run["system"], {}).setdefault((at["rate"], at["giant"]), []).append(at)
    columns = list(dict.fromkeys(key for by in runs.values() for key in by))

    def middle(found: list[dict], name: str) -> float:
        return statistics.median(at[name] for at in found)

    def cell(found: list[dict] | None) -> str:
        if not found:
            return "–"
        reached = middle(found, "rate_reached")
        short = f" (at {reached:,.0f}/s)" if reached < 0.98 * found[0]["rate"] else ""
        return f"{middle(found, 'p50_ms'):.2f} / {middle(found, 'p99_ms'):.1f}{short}"
    rows = [[system, *(cell(by.get(key)) for key in columns)] for system, by in runs.items()]
    heads = [f"{rate:,}/s" + (f" beside {giant:,} rows" if giant else "") for rate, giant in columns]
    series = {f"{system} {name}": [(rate, middle(found, f"{name}_ms")) for (rate, giant), found in sorted(by.items()) if not giant]
              for system, by in runs.items() for name in ("p50", "p99")}
    (plots / "latency.svg").write_text(svg.lines("From before the INSERT is sent to the consumer", "transactions a second", "milliseconds",
                                                 series, dashed=("p99",)))
    rounds = max(len(found) for by in runs.values() for found in by.values())
    late = sum(at["sent_late"] for by in runs.values() for found in by.values() for at in found)
    return (f"## Latency\n\nFrom just before the INSERT is sent to the receipt by a consumer that polls at once; one-row transactions "
            f"at a given rate for {result['settings']['seconds']:g} s, p50 / p99 in ms, the median of {rounds} rounds. "
            "The last column: while one transaction of so many rows passes through the same table and topic. "
            "The tuned peers' producers do not linger here. A rate in brackets was all that the server gave. "
            f"{late:,} statements of all runs left more than 1 ms after their time.\n\n"
            + "".join(f"A run failed and gives no figure: {why}.\n\n" for why in result["failed"])
            + table(["", *heads], rows) + "\n![Latency by rate](perf/latency.svg)\n")


def made_of(results: list[dict]) -> str:
    """Machine, versions and settings, and what is missing."""
    here = results[0]["machine"]
    lines = [f"**Machine**: {here['cores']} cores ({here['cpu']}), {here['memory_mb'] // 1024} GB, Linux {here['kernel']}, {here['java']}. "
             "MySQL, Kafka (one broker, four partitions, replication 1) and the connector share it, over loopback without TLS. "
             f"Scheduling: {here['policy']}, nice {here['nice']}.\n"]
    systems = {name: of for result in reversed(results) for name, of in result["settings"]["systems"].items()}  # the drains' settings
    rows = [[name, of["version"], of.get("jvm", ""), ", ".join(f"`{key}={value}`" for key, value in of["settings"].items()) or "defaults"]
            for name, of in systems.items()]
    lines.append(table(["", "version", "JVM", "settings"], rows))
    missing = {name: why for result in results for name, why in result["settings"]["missing"].items()}
    lines += [f"**{name}** could not be had: {why.splitlines()[0]}\n" for name, why in missing.items()]
    return "\n".join(lines)


HEAD = """# Side by side with other connectors

<!-- Written by `bench/report` from the results of `bench/peers` and `bench/latency`: do not edit. -->

What RowFerry is compared with, and how: `bench/README.md`. Absolute figures are of one machine on one day; the ratios within a block are
what to look at.

"""


def write(docs: Path, drains: dict | None, delays: dict | None):
    """docs/PEERS.md and docs/perf/*.svg out of what there is."""
    plots = docs / "perf"
    plots.mkdir(parents=True, exist_ok=True)
    parts = [made_of([result for result in (drains, delays) if result])]
    parts.append(peer_marks.part(drains, delays))
    parts += [workload(name, result, list(drains["settings"]["systems"]), plots) for name, result in drains["workloads"].items()] if drains else []
    parts += [latency(delays, plots)] if delays else []
    (docs / "PEERS.md").write_text(HEAD + "\n".join(parts))
