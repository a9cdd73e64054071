"""A share of the differential test: scripts/differential runs it for as long as wanted (docs/development.md)."""

import os
import time

import pytest

from differential import command, rounds, server


def budget():
    """Seconds for each server: five minutes in all."""
    return float(os.environ.get("ROWFERRY_DIFFERENTIAL_SECONDS", "100"))


def seed_of_today():
    """Another one every day, printed; ROWFERRY_DIFFERENTIAL_SEED repeats a run."""
    return int(os.environ.get("ROWFERRY_DIFFERENTIAL_SEED", time.strftime("%Y%m%d000")))


@pytest.mark.parametrize("name", ["mysql", "mariadb", "mariadb-newest"])
def test_model_of_the_lines_equals_the_servers_select(tmp_path, name):
    seed = seed_of_today()
    print(f"ROWFERRY_DIFFERENTIAL_SEED={seed}")
    service = server.start(name, tmp_path)
    try:
        totals = command.run(service, server.Facts(service), seed, rounds.Size(20, 60, 2), budget())
    finally:
        service.stop()
    print(totals)
    assert totals["tables"] >= 20 and totals["values"] > 1000
    assert totals["learned"] < totals["values"] / 20, f"too many values were told by no line: {totals}"
    assert totals["refused"] < totals["statements"] / 4, f"the statements are mostly nonsense: {totals}"
