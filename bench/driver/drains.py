"""`rowferry run` from a place in the log on an empty checkpoint, and the figures of a whole drain."""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from . import processes
from .kafka import PARTITIONS, Kafka
from .threads import ThreadWatch
from .workloads import Server

STREAMING = re.compile(r"^(\S+)Z .*streaming from", re.MULTILINE)
SENT = re.compile(r"with (\d+) captured rows, sent as (\d+) messages")


class Failed(SystemExit):
    """A drain that delivered something else than the log holds: no number comes of it."""


def config(server: Server, place: tuple[str, int], topic: str, sink: str = "discard", more: str = "") -> str:
    """Of a connector that starts there."""
    return (f"name: bench\nsource: {{url: '{server.url}', start: '{place[0]}:{place[1]}', tls: {{mode: disabled}}}}\n"
            f"sink: {sink}\n{more}{server.workload.rules % topic}")


def kafka_sink(bootstraps: str, properties: list[tuple[str, str]]) -> str:
    more = "".join(f", {name}: '{value}'" for name, value in properties)
    return f"{{kafka: {{bootstrap.servers: '{bootstraps}'{more}}}, topics: {{partitions: {PARTITIONS}}}}}"


class Drain:
    """The process; `with` ends it. `before` are words in front of its command."""

    def __init__(self, build: Path, server: Server, text: str, before: tuple = (), environment: dict | None = None):
        self.server, self.binary = server, build / "rowferry"
        self.scratch = Path(tempfile.mkdtemp())
        self.log, self.file = self.scratch / "log", self.scratch / "rowferry.yaml"
        self.file.write_text(f"checkpoint: {{file: '{self.scratch}/checkpoint'}}\n{text}")
        self.began, self.began_utc = time.monotonic(), time.time()
        self.process = processes.spawn([*before, self.binary, "run", "-c", self.file], self.log, cwd=self.scratch, env=environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        processes.end(self.process)
        shutil.rmtree(self.scratch)

    @property
    def pid(self) -> int:
        return self.process.pid

    def start_seconds(self) -> float:
        """From the start of the process until it had the log, by its own word."""
        told = STREAMING.search(self.log.read_text(errors="replace"))
        return datetime.fromisoformat(told[1] + "+00:00").timestamp() - self.began_utc if told else 0.0

    def wait(self, end: tuple[str, int]) -> float:
        """Until it streams, and all before that place is acknowledged and the checkpoint says so; when it was last busy."""
        checkpoint, text = self.scratch / "checkpoint", f'at "{end[0]}" {end[1]}\n'

        def done() -> bool:
            return self.start_seconds() > 0 and checkpoint.exists() and text in checkpoint.read_text()
        try:
            return processes.wait_until_idle(self.process, done)
        except SystemExit as error:
            raise Failed(f"{error}\n{processes.tail(self.log)}") from None

    def finish(self, what: str, messages: int):
        """Stops it. Raises Failed unless it ends well, at the log's end, having sent so many messages."""
        status = processes.stop(self.process)
        shown = subprocess.run([self.binary, "position", "show", "-c", self.file, "--json"], stdout=subprocess.PIPE, text=True)
        log = self.log.read_text(errors="replace")
        sent = [int(count) for _, count in SENT.findall(log)]
        if status != 0 or str(self.server.end()[1]) not in shown.stdout or sent[-1:] != [messages]:
            raise Failed(f"bench: {what}: status {status}, position {shown.stdout}, sent {sent} of {messages}\n{processes.tail(self.log)}")


@dataclass
class Figures:
    """Of something that took `rows` of the work load's rows to its end."""
    what: str
    rows: int
    seconds: float
    cpu: dict[str, float]  # processor seconds by process
    threads: dict[str, float]  # and by process/thread

    def result(self, **more) -> dict:
        """As it is kept, `more` behind it."""
        busy = {name: round(used / self.seconds, 3) for name, used in sorted(self.threads.items(), key=lambda item: -item[1])}
        busiest = next(iter(busy), "")
        return {"what": self.what, "rows_per_second": round(self.rows / self.seconds), "seconds": round(self.seconds, 3),
                "core_seconds_per_million": {name: round(used * 1e6 / self.rows, 3) for name, used in self.cpu.items()},
                "threads_core_seconds_per_million": {name: round(used * 1e6 / self.rows, 3) for name, used in self.threads.items()
                                                     if used * 1e6 / self.rows >= 0.005},
                "bottleneck": {"thread": busiest, "of_a_core": busy.get(busiest, 0), "cores_busy": round(sum(self.threads.values()) / self.seconds, 2)}} | more


def expected(server: Server, known: dict) -> int:
    """Messages of the whole log."""
    return sum(known["changes"][table] for table in server.workload.tables)


def check(what: str, wanted: int, came: int):
    if came != wanted:
        raise Failed(f"bench: {what}: {came} records came of {wanted}")


def start_cost(args, server: Server) -> float:
    """Processor seconds that the process takes to start and to stream, from where the log ends."""
    with processes.NullBroker(args.build, PARTITIONS) as broker:
        end = server.end()
        with Drain(args.build, server, config(server, end, "bench.none", kafka_sink(broker.bootstraps, args.property))) as run:
            run.wait(end)
            used = processes.run_seconds(run.pid)
            run.finish("starting", 0)
    return used


def clock(broker: processes.NullBroker | Kafka | None) -> Callable[[int], float]:
    """For its processor time: to the nanosecond, but for a JVM, whose threads come and go."""
    return processes.cpu_seconds if isinstance(broker, Kafka) else processes.run_seconds


def drain(args, server: Server, known: dict, sink: str, broker: processes.NullBroker | Kafka | None) -> dict:
    """One run from an empty checkpoint to the end of the log."""
    topic, what = f"bench.{server.workload.name}.{time.time_ns()}", f"rowferry to {sink}"
    rows, messages, more = known["rows"], expected(server, known), {}
    text = config(server, (known["file"], known["offset"]), topic, kafka_sink(broker.bootstraps, args.property) if broker else "discard",
                  f"pipeline: {{workers: {args.workers}}}\n" if args.workers else "")
    watched = {"mysqld": server.pid} | ({"broker": broker.pid} if broker else {})
    clocks = {"mysqld": processes.run_seconds, "broker": clock(broker)}
    before = {name: clocks[name](pid) for name, pid in watched.items()}
    watch, end = ThreadWatch(watched), server.end()
    with Drain(args.build, server, text) as run:
        watch.pids = {"rowferry": run.pid} | watched
        watch.before["rowferry"] = {}
        ended = run.wait(end)
        cpu = {"rowferry": processes.run_seconds(run.pid)} | {name: clocks[name](pid) - before[name] for name, pid in watched.items()}
        threads, peak, start = watch.used(), processes.peak_megabytes(run.pid), run.start_seconds()
        run.finish(what, messages)
    if isinstance(broker, processes.NullBroker):
        counts = broker.counts()
        check(what, messages, counts["records"])
        ended = counts["last_ns"] / 1e9 if messages * 2 > rows else ended  # what nobody captured may come behind the last message
        more = {"mb_out_per_second": round(counts["batch_bytes"] / (ended - run.began) / 1e6, 1), "bytes_out_per_message": round(counts["batch_bytes"] / messages),
                "records_per_batch": round(counts["records"] / counts["batches"]),
                "start_to_first_message_ms": round(counts["first_ns"] / 1e6 - run.began * 1e3)}
    elif broker:
        for name, tables in server.workload.topics(topic).items():
            check(f"{what}, {', '.join(tables)[:60]}", sum(known["changes"][table] for table in tables), broker.count(name))
            broker.delete(name)
    seconds = ended - run.began
    return Figures(what, rows, seconds, cpu, threads).result(
        start_ms=round(start * 1e3), streaming_rows_per_second=round(rows / (seconds - start)), peak_mb=round(peak, 1), messages=messages,
        mb_in_per_second=round(known["binlog_bytes"] / seconds / 1e6, 1), bytes_in_per_row=round(known["binlog_bytes"] / rows), **more)
