"""Results as files: what was measured, on what, and with which build."""

import json
import subprocess
import time
from pathlib import Path

from . import machine
from .workloads import ROOT


def folder(directory: Path) -> Path:
    return directory / "results"


def stamp(build: Path) -> dict:
    """When, where and with what."""
    version = subprocess.run([build / "rowferry", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], stdout=subprocess.PIPE, text=True).stdout.strip()
    return {"time": time.strftime("%Y-%m-%d %H:%M", time.gmtime()), "commit": commit, "version": version[0], "machine": machine.manifest()}


def load(directory: Path, name: str) -> dict:
    """Nothing, where there is none."""
    path = folder(directory) / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def save(directory: Path, name: str, found: dict) -> Path:
    folder(directory).mkdir(parents=True, exist_ok=True)
    path = folder(directory) / f"{name}.json"
    write(path, found)
    return path


def write(path: Path, found: dict):
    """Whole, or not at all."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(found, indent=1) + "\n")
    draft.replace(path)
