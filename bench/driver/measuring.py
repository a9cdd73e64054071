"""What the commands that measure RowFerry alone are told alike."""

import argparse
from pathlib import Path

from . import processes
from .workloads import ROOT


def parser(description: str) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--build", type=Path, default=ROOT / "build/release", help="build folder (%(default)s)")
    made.add_argument("--dir", type=Path, default=ROOT / ".services/bench", help="where the servers keep their data, and results go (%(default)s)")
    made.add_argument("--port", type=int, default=28306, help="of the servers; Kafka takes the next but one and two (%(default)s)")
    made.add_argument("--property", action="append", default=[], metavar="NAME=VALUE", type=lambda text: tuple(text.split("=", 1)),
                      help="a librdkafka property")
    return made


def parsed(made: argparse.ArgumentParser) -> argparse.Namespace:
    """With folders in full; signals unwind the stack and the folder is ours from here on."""
    args = made.parse_args()
    args.build, args.dir = args.build.resolve(), args.dir.resolve()
    processes.leave_on_signals()
    processes.alone(args.dir)
    return args
