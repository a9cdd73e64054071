"""The parts of docs/WORKLOADS.md that bench/idle, bench/start, bench/resident_memory, bench/peak_memory and bench/soak give."""

from pathlib import Path

from . import svg
from .page import table


def idle(found: dict, _: Path) -> str:
    threads = ", ".join(f"{name} {count}" for name, count in found["by_thread"].items())
    return (f"Over {found['seconds']:g} s, connected to a MySQL without traffic and to the null broker: **{found['wake_ups_per_second']} wake-ups a second, "
            f"{found['percent_of_a_core']} % of a core** (by thread: {threads}).")


def start(found: dict, _: Path) -> str:
    rows = [[f"{case['tables']:,}", case["captured"], f"**{case['median_ms']:.0f}**", f"{min(case['ms'])}–{max(case['ms'])}", f"{case['peak_mb']:.0f}"]
            for case in found["cases"]]
    return table(["tables in the server", "captured", "ms to the first message, median", "of all runs", "peak RSS MB"], rows)


def resident_memory(found: dict, plots: Path) -> str:
    cases = {name: case for name, case in found.items() if name != "stamp"}
    stalled = {name: case for name, case in cases.items() if "samples" in case}
    out = table(["", "rows", "before MB", "stall, first half", "stall, second half", "afterwards"],
                [[name, f"{case['rows']:,}", *(f"{case[key]:.1f}" for key in ("before_mb", "stall_begins_mb", "stall_ends_mb", "after_mb"))]
                 for name, case in stalled.items()])
    if stalled:
        (plots / "memory-stalled.svg").write_text(svg.timeline("While the broker stands still", "seconds", "RSS, MB", {name.rpartition(" ")[2]: case["samples"]
                                                                                                         for name, case in stalled.items()}))
        out += "\n![Resident memory while the broker stands still](perf/memory-stalled.svg)\n\n"
    return out + table(["", "rows", "peak RSS MB"], [[name, f"{case['rows']:,}", f"{case['peak_mb']:.1f}"] for name, case in cases.items() if name not in stalled])


def peak_memory(found: dict, plots: Path) -> str:
    cases = found["cases"]
    series: dict[str, list[tuple[float, float]]] = {}
    for case in cases:
        if case["what"].startswith("rows") and case["tls"] == "disabled":
            series.setdefault(case["what"].removeprefix("rows "), []).append((case["much"], case["peak_mb"]))
    # What each further row costs, from the second size to the largest, for the plain and the compressed.
    further = {name: 1e6 * (row[-1][1] - row[1][1]) / (row[-1][0] - row[1][0]) for name, row in series.items() if len(row) > 2}
    rows = [[f"{case['much']:,} {case['what']}", f"{case['log_mb']:,.0f}", case["tls"], f"{case['peak_mb']:.0f}"] for case in cases]
    out = table(["one transaction of", "MB of log", "TLS", "peak RSS MB"], rows)
    if any(len(row) > 1 for row in series.values()):
        # Colours go by what stands before the last word.
        named = {f"{name} peak": row for name, row in series.items()}
        (plots / "memory-rows.svg").write_text(svg.lines("Peak RSS by the size of one transaction", "rows", "MB", named))
        out += "".join(f"\nEach further row, {name}: {cost:.3f} bytes.\n" for name, cost in further.items())
        out += "\n![Peak memory by the size of one transaction](perf/memory-rows.svg)\n"
    return out


def soak(found: dict, plots: Path) -> str:
    samples = {found["sink"]: [(at / 60, value) for at, value in found["samples"]]}
    (plots / "soak.svg").write_text(svg.timeline("Resident memory over the soak", "minutes", "MB", samples))
    return (f"{found['rows']:,} row changes of `mixed` in {found['minutes']:g} minutes, {found['rate_reached']:,} a second of {found['rate']:,.0f} wanted, "
            f"into the {found['sink']}: peak {found['peak_mb']} MB; "
            f"from minute {found['settle']:g} on {found['first_mb']} → {found['last_mb']} MB, a slope of {found['slope_mb_per_hour']} MB an hour, "
            f"**at the most {found['slope_upper_mb_per_hour']} MB an hour** (95 %, as if samples were independent); {found['cores']} of a core. "
            f"The generator was at the most {found['late_seconds']} s behind.\n\n![Resident memory over the soak](perf/soak.svg)")


PARTS = {"idle": idle, "start": start, "resident_memory": resident_memory, "peak_memory": peak_memory, "soak": soak}
