"""The servers' own tools and `rowferry decode --stats` count the same rows in every log of testdata/."""

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from harness.rowferry import binary

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path.parent for path in (ROOT / "testdata").glob("*/stats.txt"))
ROW = re.compile(r"^### (INSERT INTO|UPDATE|DELETE FROM) `(.*)`\.`(.*)`$")
# mariadb-binlog --verbose dies of the old temporal types.
BEYOND_THE_TOOL = {"mariadb-old-temporals"}


def tool(folder):
    if "-- server: mariadb" in (folder / "statements.sql").read_text():
        assert shutil.which("mariadb-binlog"), "mariadb-binlog is missing: scripts/setup installs it"
        return ["mariadb-binlog"]
    return [ROOT / "scripts/lib/in_sid_root", "mysqlbinlog"]


def counted_by_the_server(folder, logs):
    """Rows per table and operation, and the tables in which the tool gives up (it cannot print GEOMETRY)."""
    done = subprocess.run(
        [*tool(folder), "--no-defaults", "--verbose", "--base64-output=DECODE-ROWS", "--verify-binlog-checksum", *logs],
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=True,
    )
    rows, unreadable, name = Counter(), set(), ""
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        if found := ROW.match(line):
            operation, database, table = found.groups()
            name = f"{database}.{table}".replace("``", "`")
            rows[name, operation.split()[0]] += 1
        if "=!! Don't know how to handle column type=255" in line:
            unreadable.add(name)
    return rows, unreadable


def counted_by_rowferry(folder, logs):
    done = subprocess.run([*binary(), "decode", "--stats", *logs], cwd=folder, capture_output=True, timeout=60, check=True)
    tables = done.stdout.decode().split("\n\n")[1].splitlines()[1:]
    rows = Counter()
    for line in tables:
        table, total, *counts, _, _ = line.rsplit(maxsplit=6)
        assert int(total) == sum(map(int, counts)), line
        rows.update({(table, name): int(count) for name, count in zip(("INSERT", "UPDATE", "DELETE"), counts, strict=True)})
    return +rows


def test_there_are_logs():
    assert len(FOLDERS) >= 10


@pytest.mark.parametrize("folder", [folder for folder in FOLDERS if folder.name not in BEYOND_THE_TOOL], ids=lambda folder: folder.name)
def test_the_server_counts_the_same_rows(folder):
    logs = sorted(path.name for path in folder.glob("binlog.0*"))
    expected, unreadable = counted_by_the_server(folder, logs)
    counted = counted_by_rowferry(folder, logs)
    for rows in (expected, counted):
        for key in [key for key in rows if key[0] in unreadable]:
            del rows[key]
    assert counted == expected and sum(expected.values()) > 0
