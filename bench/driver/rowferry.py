"""RowFerry as a connector under measurement: its defaults."""

import subprocess
from pathlib import Path

from . import processes
from .connector import Job, Unavailable
from .kafka import PARTITIONS


class Rowferry:
    fatal = None

    def __init__(self, build: Path):
        self.name = "rowferry"
        self.binary = build / "rowferry"

    def prepare(self):
        if not self.binary.is_file():
            raise Unavailable(f"{self.binary} is missing: build it (cmake --preset release && cmake --build --preset release)")

    def topic(self, job: Job) -> str:
        return f"rowferry.{job.run}"

    def start(self, job: Job) -> subprocess.Popen:
        config = job.scratch / "rowferry.yaml"
        config.write_text(
            f"name: bench\nsource: {{url: 'mysql://root@127.0.0.1:{job.port}', start: '{job.file}:{job.offset}', tls: {{mode: disabled}}}}\n"
            f"checkpoint: {{file: '{job.scratch}/checkpoint'}}\n"
            f"sink: {{kafka: {{bootstrap.servers: '{job.bootstraps}'}}, topics: {{partitions: {PARTITIONS}}}}}\n"
            + job.workload.rules % self.topic(job))
        return processes.spawn([self.binary, "run", "-c", config], job.log, cwd=job.scratch)

    def manifest(self) -> dict:
        version = subprocess.run([self.binary, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        return {"version": version.removeprefix("rowferry "), "settings": {}}
