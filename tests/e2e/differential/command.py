"""scripts/differential: rounds until the time is over or enough tables were compared; a failure ends it with a small script."""

import argparse
import os
import pathlib
import signal
import sys
import tempfile
import time

from harness.service import CHECKOUT

from . import rounds, server
from .drive import Driver, shrunk

COUNTED = ["tables", "statements", "refused", "changes", "rows", "values", "learned", "ambiguous"]


class Totals(dict):
    """What was compared so far."""

    def add(self, counts):
        for name in COUNTED:
            self[name] = self.get(name, 0) + counts.get(name, 0)

    def __str__(self):
        return ", ".join(f"{self.get(name, 0)} {name}" for name in COUNTED)


class Failure(Exception):
    """The text says what differs and where the small script is."""


def run(service, facts, seed, size, seconds=None, tables=None, shrink_seconds=120, report=lambda text: None):
    """Rounds with the seeds from `seed` on. Raises Failure at the first difference; returns the totals."""
    driver, totals, end = Driver(service, facts), Totals(), time.monotonic() + (seconds or float("inf"))
    while time.monotonic() < end and totals.get("tables", 0) < (tables or float("inf")):
        result = driver.round(seed, size)
        totals.add(result.counts)
        report(f"seed {seed}: {totals}")
        if result.problems:
            raise Failure(_told(driver, result, facts, shrink_seconds))
        seed += 1
    return totals


def _told(driver, result, facts, shrink_seconds):
    problems = "\n".join(list(result.problems.values())[:5])
    folder = CHECKOUT / "build" / "differential"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{'mariadb' if facts.mariadb else 'mysql'}-{result.seed}.sql"
    path.write_text(shrunk(driver, result, shrink_seconds), encoding="utf-8")
    return f"seed {result.seed}: {len(result.problems)} tables differ\n{problems}\nmade small: {path}"


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/differential", description="Random tables and statements on a real server; what RowFerry says of them"
                                     " is applied to a model, which must equal the server's SELECT. Binary: ROWFERRY_BIN.")  # fmt: skip
    parser.add_argument("--server", choices=list(server.SERVERS), default="mysql")
    parser.add_argument("--seed", type=int, help="of the first round; the next rounds count on (default: from the clock, printed)")
    parser.add_argument("--seconds", type=float, help="begin no round after so many (default 60 without --tables)")
    parser.add_argument("--tables", type=int, help="or after so many tables")
    parser.add_argument("--rows", type=int, default=100, help="rows written per table, about (100)")
    parser.add_argument("--per-round", type=int, default=40, help="tables per round (40)")
    parser.add_argument("--shrink-seconds", type=float, default=300, help="for making a failing round small (300)")
    parser.add_argument("--dir", type=pathlib.Path, help="where the server's data is kept (default: memory, thrown away)")
    return parser.parse_args()


def _interrupted(number, _frame):
    raise KeyboardInterrupt(f"signal {number}")


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, _interrupted)  # so that the server is ended too
    seed = options.seed if options.seed is not None else int(time.time()) % 10**6 * 1000
    seconds = options.seconds or (None if options.tables else 60)
    print(f"seed {seed}, {options.rows} rows a table, {options.per_round} tables a round", flush=True)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="rowferry-differential-", dir=memory) as temporary:
        service = server.start(options.server, options.dir or temporary)
        try:
            facts = server.Facts(service)
            print(f"{options.server} {facts.version}", flush=True)
            began = time.monotonic()
            size = rounds.Size(options.per_round, options.rows, 2)
            totals = run(service, facts, seed, size, seconds, options.tables, options.shrink_seconds, lambda text: print(text, flush=True))
        except Failure as failure:
            print(failure, file=sys.stderr)
            return 1
        finally:
            service.stop()
    elapsed = time.monotonic() - began
    print(f"no difference: {totals}; {elapsed:.0f} s, {totals['tables'] / elapsed:.1f} tables/s, {totals['changes'] / elapsed:.0f} changes/s")
    return 0
