"""What every connector under measurement is to the harness: a process that streams a log into a topic."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .workloads import Workload


@dataclass(frozen=True)
class Job:
    """One run: the log of the MySQL at `port` from `file`:`offset` on, `workload.table` alone, into the topic that
    `Connector.topic` names for `run`. `scratch` is an empty folder for its state and its log."""
    workload: Workload
    port: int
    file: str
    offset: int
    bootstraps: str
    run: str
    scratch: Path

    @property
    def log(self) -> Path:
        return self.scratch / "log"


class Connector(Protocol):
    """A program and its settings."""

    name: str
    fatal: str | None  # what its log says when it lives but works no more

    def prepare(self) -> None:
        """Fetches and builds what is missing; raises Unavailable with the reason where it cannot be had."""

    def topic(self, job: Job) -> str:
        """Where the rows come out; made by the harness before `start`."""

    def start(self, job: Job) -> subprocess.Popen:
        """Returns at once. It keeps no state outside of `job.scratch` and, if it must, a database of its own on the
        server that is not written to the log."""

    def manifest(self) -> dict:
        """Version and settings, for the result."""


class Unavailable(Exception):
    """This connector cannot be had here: what was tried, and how that failed."""
