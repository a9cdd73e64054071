"""One run of one connector: started on an empty state, timed by the broker's clock, checked, and ended."""

import subprocess
import tempfile
import time
from pathlib import Path

from . import noise, processes
from .connector import Connector, Job
from .kafka import Ends, Kafka
from .verify import Wrong, verify
from .workloads import Server


def drain(connector: Connector, server: Server, known: dict, kafka: Kafka, expected_sum: int, seconds: float) -> dict:
    """The figures of a drain of the whole log into a topic of its own, which is gone afterwards. Raises Wrong."""
    with tempfile.TemporaryDirectory() as scratch:
        job = Job(server.workload, server.port, known["file"], known["offset"], kafka.bootstraps, f"{server.workload.name}.{time.time_ns()}",
                  Path(scratch))
        topic = connector.topic(job)
        kafka.create(topic, message_timestamp_type="LogAppendTime")
        try:
            figures, began = timed(connector, job, topic, server, kafka, known["rows"], seconds)
            seen = verify(kafka, topic, server.workload, known["rows"], expected_sum)
        finally:
            kafka.delete(topic)

    def rate(rows: float, since_ms: float) -> int:
        return round(rows * 1e3 / max(seen.last_ms - since_ms, 1))
    return {"system": connector.name, "rows_per_second": rate(known["rows"], seen.first_ms),
            "warm_rows_per_second": rate(known["rows"] / 2, seen.half_ms),
            "rows_per_second_with_start": rate(known["rows"], began * 1e3), "start_to_first_ms": round(seen.first_ms - began * 1e3),
            "bytes_per_message": seen.bytes_per_message, "order": seen.order} | figures


def alive(connector: Connector, job: Job, process: subprocess.Popen):
    """Raises Wrong with the end of its log where it has ended, or might as well have."""
    if process.poll() is not None:
        raise Wrong(f"{connector.name} ended with status {process.returncode}:\n{processes.tail(job.log)}")
    if connector.fatal and connector.fatal in job.log.read_text(errors="replace"):
        raise Wrong(f"{connector.name} has given up:\n{processes.tail(job.log)}")


def timed(connector: Connector, job: Job, topic: str, server: Server, kafka: Kafka, rows: int, seconds: float) -> tuple[dict, float]:
    """Runs until so many records are at the broker; what that took, and when the process started (s since the epoch)."""
    ends, half = Ends(kafka, topic), None
    machine = noise.Watch({"mysqld": server.pid, "broker": kafka.pid})
    began = time.time()
    process = connector.start(job)
    try:
        while (came := sum(ends.now())) < rows:
            if came >= rows / 2 and not half:
                half = came, processes.cpu_seconds(process.pid)
            alive(connector, job, process)
            if time.time() - began > seconds:
                raise Wrong(f"{connector.name}: {came} of {rows} records within {seconds:.0f} s:\n{processes.tail(job.log)}")
            time.sleep(0.03)
        cpu = {"connector": processes.cpu_seconds(process.pid)}
        peak = processes.peak_megabytes(process.pid)
    finally:
        process.kill()  # its state goes with the scratch folder
        process.wait()
        ends.close()
    cpu |= machine.used()
    per_million = {name: round(used * 1e6 / rows, 2) for name, used in cpu.items()}
    before, used = half if half and half[0] < 0.8 * rows else (0, 0.0)  # too quick to be seen half way: the whole
    per_million["connector, warm"] = round((cpu["connector"] - used) * 1e6 / (rows - before), 2)
    return {"core_seconds_per_million": per_million, "peak_mb": round(peak, 1), "disturbance": machine.disturbance(cpu["connector"])}, began
