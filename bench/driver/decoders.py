"""Reading the log without Kafka: RowFerry to `discard`, which encodes too, and mysql-binlog-connector-java, which only decodes."""

import hashlib
import subprocess
import tempfile
import time
from pathlib import Path

from . import jars, noise, processes
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
    """Until it is idle. That it read everything is told by its position. Raises Wrong."""
    with tempfile.TemporaryDirectory() as scratch:
        config, log = Path(scratch) / "rowferry.yaml", Path(scratch) / "log"
        config.write_text(f"name: bench\nsource: {{url: '{server.url}', start: '{known['file']}:{known['offset']}', tls: {{mode: disabled}}}}\n"
                          f"checkpoint: {{file: '{scratch}/checkpoint'}}\nsink: discard\n" + server.workload.rules % "discarded")
        watch, began = noise.Watch({"mysqld": server.pid}), time.monotonic()
        process = processes.spawn([build / "rowferry", "run", "-c", config], log, cwd=scratch)
        try:
            ended = processes.wait_until_idle(process, least=processes.least_use(known["rows"], sent=False))
            found = figures(OURS, known["rows"], ended - began, process.pid, watch)
        finally:
            processes.end(process)
        shown = subprocess.run([build / "rowferry", "position", "show", "-c", config, "--json"], stdout=subprocess.PIPE, text=True).stdout
        if str(server.end()[1]) not in shown:
            raise Wrong(f"{OURS}: it stopped at {shown}\n{processes.tail(log)}")
        return found


def figures(system: str, rows: int, seconds: float, pid: int, watch: noise.Watch) -> dict:
    used = processes.cpu_seconds(pid)
    return {"system": system, "rows_per_second": round(rows / seconds), "core_seconds_per_million": {"connector": round(used * 1e6 / rows, 2)},
            "peak_mb": round(processes.peak_megabytes(pid), 1), "disturbance": watch.disturbance(used)}
