"""Jars by their Maven coordinates, fetched once by the `mvn` of this machine."""

import fcntl
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

from .connector import Unavailable

POM = """<project><modelVersion>4.0.0</modelVersion>
<groupId>rowferry</groupId><artifactId>peers</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>{}</dependencies></project>
"""
DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"


def fetched(store: Path, name: str, coordinates: list[str]) -> Path:
    """The folder that holds these jars (each `group:artifact:version`) and all that they need to run."""
    def fetch(draft: Path):
        pom = draft / "pom.xml"
        pom.write_text(POM.format("".join(DEPENDENCY.format(*each.split(":")) for each in coordinates)))
        run(["mvn", "--quiet", "--batch-mode", "--file", pom, "dependency:copy-dependencies",
             f"-DoutputDirectory={draft}/libs", "-DincludeScope=runtime"], draft / "log")
    digest = hashlib.sha256(" ".join(coordinates).encode()).hexdigest()[:12]
    return whole(store, f"{name}-{digest}", fetch) / "libs"


def whole(store: Path, entry: str, make) -> Path:
    """The folder `entry` of the store, made by `make(draft)` unless it is there: it is complete or absent."""
    final, draft = store / entry, store / f".draft-{entry}"
    store.mkdir(parents=True, exist_ok=True)
    with open(store / f".lock-{entry}", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not final.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            make(draft)
            draft.rename(final)
    return final


def run(command: list, log: Path, seconds: float = 900, **options):
    """A step of preparation. Raises Unavailable: the first line says why, without addresses; the second where its output is."""
    with open(log, "ab") as output:
        try:
            subprocess.run(list(map(str, command)), check=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                           timeout=seconds, **options)
        except (subprocess.SubprocessError, OSError) as error:
            text = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(errors="replace"))  # colours
            lines = [line for line in text.splitlines() if line.strip()]
            told = next((line for line in lines if re.match(r"(\[?ERROR\S* \S|fatal|error)", line)), lines[-1] if lines else "no output")
            if isinstance(error, OSError):
                told = str(error)
            reason = "out of time" if isinstance(error, subprocess.TimeoutExpired) else re.sub(r"'?\w+://\S+", "its address:", told)
            raise Unavailable(f"{command[0]} failed: {reason}\nits output: {log}") from None
