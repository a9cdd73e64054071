"""Reading the log without Kafka: RowFerry to `discard`, which encodes too, and mysql-binlog-connector-java, which only decodes."""

import hashlib
import subprocess
import time
from pathlib import Path

from . import jars, noise, processes
from .drains import Drain, Failed, config, expected
from .verify import Wrong
from .workloads import ROOT, Server

VERSION = "0.30.1"
SOURCE = ROOT / "bench/java/CountRows.java"
JVM = ["-Xms1G", "-Xmx1G"]
OURS, THEIRS = "rowferry to discard", "mysql-binlog-connector-java"


def classpath(store: Path) -> str:
    """Of the counting program, compiled unless it is. Raises Unavailable."""
    libs = jars.fetched(store, f"binlog-connector-{VERSION}", [f"com.zendesk:mysql-binlog-connector-java:{VERSION}"])
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    classes = jars.whole(store, f"count-rows-{digest}", lambda draft: jars.run(["javac", "-cp", f"{libs}/*", "-d", draft, SOURCE], draft / "log"))
    return f"{classes}:{libs}/*"


def theirs(classes: str, server: Server, known: dict) -> dict:
    """From the start of the process to the last row decoded. Raises Wrong."""
    command = ["setpriv", "--pdeathsig", "KILL", "java", *JVM, "-cp", classes, "CountRows", str(server.port), known["file"],
               str(known["offset"]), str(known["rows"])]
    watch, began = noise.Watch({"mysqld": server.pid}), time.time()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        answer = process.stdout.readline().split()
        if not answer or int(answer[0]) != known["rows"]:
            raise Wrong(f"{THEIRS}: {answer} of {known['rows']} rows")
        return figures(THEIRS, known["rows"], int(answer[2]) / 1e9 - began, process.pid, watch)
    finally:
        process.kill()
        process.wait()


def ours(build: Path, server: Server, known: dict) -> dict:
    """To the log's end. Raises Wrong."""
    try:
        watch = noise.Watch({"mysqld": server.pid})
        with Drain(build, server, config(server, (known["file"], known["offset"]), "discarded")) as run:
            seconds = run.wait(server.end()) - run.began
            found = figures(OURS, known["rows"], seconds, run.pid, watch)
            run.finish(OURS, expected(server, known))
        return found
    except Failed as error:
        raise Wrong(str(error)) from None


def figures(system: str, rows: int, seconds: float, pid: int, watch: noise.Watch) -> dict:
    used = processes.cpu_seconds(pid)
    return {"system": system, "rows_per_second": round(rows / seconds), "core_seconds_per_million": {"connector": round(used * 1e6 / rows, 2)},
            "peak_mb": round(processes.peak_megabytes(pid), 1), "disturbance": watch.disturbance(used)}
