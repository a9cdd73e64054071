"""What the commands are told alike: where things are, and which ports are theirs."""

import argparse
from pathlib import Path

from . import processes
from .systems import PEERS
from .workloads import ROOT


def common(description: str, port: str) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--build", type=Path, default=ROOT / "build/release", help="build folder (%(default)s)")
    made.add_argument("--dir", type=Path, default=ROOT / ".services/bench", help="where the servers keep their data, and results go (%(default)s)")
    made.add_argument("--port", type=int, default=28306, help=f"{port} (%(default)s)")
    return made


def measuring(description: str) -> argparse.ArgumentParser:
    """Of a command that measures RowFerry alone."""
    made = common(description, "of the servers; Kafka takes the next but one and two")
    made.add_argument("--property", action="append", default=[], metavar="NAME=VALUE", type=lambda text: tuple(text.split("=", 1)),
                      help="a librdkafka property, of rowferry and of librdkafka alone")
    return made


def comparing(description: str, result: str) -> argparse.ArgumentParser:
    """Of a command that measures peers too, into the file `result`."""
    made = common(description, "of the first server; the others follow")
    made.add_argument("--store", type=Path, default=ROOT / ".services/peers", help="where the peers' programs are kept (%(default)s)")
    made.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), help="all of them, if not told otherwise")
    made.add_argument("--json", type=Path, help=f"where the result goes ({result} in --dir)")
    made.set_defaults(result=result)
    return made


def parsed(made: argparse.ArgumentParser) -> argparse.Namespace:
    """With folders in full; signals unwind the stack and the folder is ours from here on."""
    args = made.parse_args()
    args.build, args.dir = args.build.resolve(), args.dir.resolve()
    if "json" in args:
        args.store, args.json = args.store.resolve(), args.json or args.dir / args.result
    processes.leave_on_signals()
    processes.alone(args.dir)
    return args
