"""What no connector can pass: the server's log through ever more of the stages, and librdkafka alone."""

import json
import subprocess
import tempfile
import time
from pathlib import Path

from . import processes
from .drains import Figures, check, clock, config, expected
from .kafka import Kafka
from .workloads import Server

TIERS = {"raw": "raw receive", "crc": "+ CRC", "decode": "+ decode", "encode": "+ encode"}


def tier(args, server: Server, known: dict, name: str) -> dict:
    """bench/tiers: one thread from the server's socket up to this stage."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "rowferry.yaml"
        file.write_text(config(server, (known["file"], known["offset"]), "nowhere"))
        before = processes.run_seconds(server.pid)
        out = subprocess.run([args.build / "bench/tiers", name, file], check=True, stdout=subprocess.PIPE, text=True).stdout
        dumped = processes.run_seconds(server.pid) - before
    seen, what = json.loads(out), f"ceiling: {TIERS[name]}"
    if name in ("decode", "encode"):
        check(what, expected(server, known), seen["rows" if name == "decode" else "messages"])
    cpu = {"reader": seen["cpu_seconds"], "mysqld": dumped}
    more = {"mb_out_per_second": round(seen["bytes_out"] / seen["seconds"] / 1e6, 1),
            "bytes_out_per_message": round(seen["bytes_out"] / seen["messages"])} if seen["messages"] else {}
    return Figures(what, known["rows"], seen["seconds"], cpu, cpu).result(
        peak_mb=seen["peak_mb"], mb_in_per_second=round(seen["bytes"] / seen["seconds"] / 1e6, 1), **more)


def producer_alone(args, server: Server, messages: int, value_bytes: int, name: str, broker: processes.NullBroker | Kafka) -> dict:
    """bench/producer_alone: as many messages of the same size from memory. `rows_per_second` counts messages."""
    workload, topic, what = server.workload, f"bench.alone.{time.time_ns()}", f"ceiling: librdkafka alone to {name}"
    if isinstance(broker, Kafka):
        broker.create(topic)
    used = clock(broker)
    before = used(broker.pid)
    command = [args.build / "bench/producer_alone", broker.bootstraps, topic, messages, workload.key_bytes, value_bytes, workload.headers,
               *("=".join(pair) for pair in args.property)]
    seen = json.loads(subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, text=True).stdout)
    cpu = {"producer": seen["cpu_seconds"], "broker": used(broker.pid) - before}
    check(what, messages, seen["messages"])
    if isinstance(broker, Kafka):
        broker.delete(topic)
    return Figures(what, messages, seen["seconds"], cpu, cpu).result(
        peak_mb=seen["peak_mb"], value_bytes=value_bytes, mb_out_per_second=round((value_bytes + workload.key_bytes) * messages / seen["seconds"] / 1e6, 1))
