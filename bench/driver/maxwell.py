"""Maxwell, built from its sources: no registry has it as a package.

The sources come from ROWFERRY_MAXWELL_SOURCE, which is anything that `git clone` takes, else from where its authors keep
them. Maxwell wants a database of its own on the server; its sessions keep that out of the binary log."""

import os
import subprocess
from pathlib import Path

from . import jars, processes
from .connector import Job

TAG = "v1.44.1"
SOURCE = "https://github.com/zendesk/maxwell.git"
SCHEMA = "maxwell_bench"
# On a machine like the broker's, with 1 GB as Debezium has; Maxwell's own default is a quarter of the memory.
JVM = ["-Xms1G", "-Xmx1G", "-Dfile.encoding=UTF-8"]
SETTINGS = {"kafka.acks": "all", "kafka.enable.idempotence": "true", "kafka.max.in.flight.requests.per.connection": "5",
            "kafka.batch.size": "1048576", "kafka.buffer.memory": "134217728",
            "kafka.compression.type": "none", "ignore_producer_error": "false"}


class Maxwell:
    fatal = None

    def __init__(self, store: Path, linger_ms: int):
        self.name = "maxwell"
        self.store = store
        self.settings = SETTINGS | {"kafka.linger.ms": str(linger_ms)}

    def prepare(self):
        self.libs = jars.whole(self.store, f"maxwell-{TAG}", build) / "lib"

    def topic(self, job: Job) -> str:
        return f"maxwell.{job.run}"

    def start(self, job: Job) -> subprocess.Popen:
        forget(job.port)
        settings = {
            "producer": "kafka", "kafka.bootstrap.servers": job.bootstraps, "kafka_topic": self.topic(job), "client_id": "bench",
            "replica_server_id": "9402", "host": "127.0.0.1", "port": str(job.port), "user": "root", "password": "", "ssl": "DISABLED",
            "schema_database": SCHEMA, "jdbc_options": "sessionVariables=sql_log_bin=0",
            "filter": f"exclude: *.*, include: bench.{job.workload.captured}"} | self.settings
        if job.workload.headers:
            settings |= {"producer_partition_by": "column", "producer_partition_columns": "aggregate_id",
                         "producer_partition_by_fallback": "primary_key"}
        else:
            settings |= {"producer_partition_by": "primary_key"}
        config = job.scratch / "config.properties"
        config.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
        clients = sorted((self.libs / "kafka-clients").glob("*.jar"))[-1]
        return processes.spawn(["java", *JVM, "-cp", f"{self.libs}/*:{clients}", "com.zendesk.maxwell.Maxwell", f"--config={config}",
                                f"--init_position={job.file}:{job.offset}"], job.log, cwd=job.scratch)

    def manifest(self) -> dict:
        return {"version": TAG.removeprefix("v"), "jvm": " ".join(JVM), "settings": self.settings}


def build(draft: Path):
    """`lib` of its distribution in `draft`; the sources and the rest go."""
    sources, log = draft / "sources", draft / "log"
    jars.run(["git", "-c", "advice.detachedHead=false", "clone", "--quiet", "--depth", "1", "--branch", TAG,
              os.environ.get("ROWFERRY_MAXWELL_SOURCE", SOURCE), sources], log, 120, env=dict(os.environ, GIT_TERMINAL_PROMPT="0"))
    jars.run(["mvn", "--quiet", "--batch-mode", "-Dmaven.test.skip=true", "-Dmaven.javadoc.skip=true", "package"], log, cwd=sources)
    (distribution,) = sources.glob("target/maxwell-*/maxwell-*/lib")
    distribution.rename(draft / "lib")
    jars.run(["rm", "-rf", sources], log)


def forget(port: int):
    """The schema and positions of an earlier run."""
    subprocess.run(["mariadb", "--no-defaults", "-h127.0.0.1", f"-P{port}", "-uroot", "-e",
                    f"SET sql_log_bin = 0; DROP DATABASE IF EXISTS {SCHEMA}"], check=True)
