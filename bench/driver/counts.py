"""System calls and allocations a row, as the difference of a run over the whole log and one over none of it."""

import json
import os
import shutil
import time
from contextlib import nullcontext
from pathlib import Path

from . import processes
from .drains import Drain, config, expected, kafka_sink
from .kafka import PARTITIONS
from .workloads import Server

# Statistics in JSON at the exit, without those of single arenas, bins, size classes and locks.
JEMALLOC = {"MALLOC_CONF": "stats_print:true,stats_print_opts:Jgdablxeh"}


def a_row(args, server: Server, known: dict) -> dict:
    """Of `rowferry run` to the null broker and to `discard`; without what cannot be counted here."""
    found = {}
    for name, count in {"mallocs_per_row": mallocs, "syscalls_per_row": syscalls}.items():
        for sink in ("discard", "null broker"):
            places = (known["file"], known["offset"]), server.end()
            whole, none = (count(args, server, known, sink, place) for place in places)
            if whole is not None and none is not None:
                found.setdefault(name, {})[sink] = round((whole - none) / known["rows"], 4)
    return found


def run(args, server: Server, known: dict, sink: str, place: tuple[str, int], before: tuple = (), environment: dict | None = None) -> str:
    """Drains from that place; what it printed."""
    with processes.NullBroker(args.build, PARTITIONS) if sink == "null broker" else nullcontext() as broker:
        text = config(server, place, f"bench.counts.{time.time_ns()}", kafka_sink(broker.bootstraps, args.property) if broker else "discard")
        with Drain(args.build, server, text, before, environment) as drain:
            if place == server.end():
                time.sleep(2)
                messages = 0
            else:
                drain.wait(server.end())
                messages = expected(server, known)
            drain.finish(f"counting with {sink}", messages)
            return drain.log.read_text(errors="replace")


def mallocs(args, server: Server, known: dict, sink: str, place: tuple[str, int]) -> int | None:
    """Requests to jemalloc of the whole process, librdkafka's too; None where it is built without."""
    printed = run(args, server, known, sink, place, environment=dict(os.environ, **JEMALLOC))
    begin = printed.find('{"jemalloc"')
    if begin < 0:
        return None
    merged = json.JSONDecoder().raw_decode(printed[begin:])[0]["jemalloc"]["stats.arenas"]["merged"]
    return merged["small"]["nrequests"] + merged["large"]["nrequests"]


def syscalls(args, server: Server, known: dict, sink: str, place: tuple[str, int]) -> int | None:
    """Of all threads, by strace; None where that is not installed."""
    if not shutil.which("strace"):
        return None
    table = Path(args.dir) / "strace"
    table.unlink(missing_ok=True)
    run(args, server, known, sink, place, before=("strace", "-D", "-f", "-qq", "-c", "-o", table))  # -D: the pid is RowFerry's
    ends = time.monotonic() + 10
    while time.monotonic() < ends:  # strace writes when its last thread has gone
        if table.exists() and (total := [line for line in table.read_text().splitlines() if line.endswith(" total")]):
            return int(total[0].split()[3])
        time.sleep(0.05)
    return None
