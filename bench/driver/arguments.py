"""What the comparing commands are told alike."""

import argparse
from pathlib import Path

from .systems import PEERS
from .workloads import ROOT


def parser(description: str) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--build", type=Path, default=ROOT / "build/release", help="build folder (%(default)s)")
    made.add_argument("--dir", type=Path, default=ROOT / ".services/bench", help="where the servers keep their data (%(default)s)")
    made.add_argument("--store", type=Path, default=ROOT / ".services/peers", help="where the peers' programs are kept (%(default)s)")
    made.add_argument("--port", type=int, default=28306, help="of the first server; the others follow (%(default)s)")
    made.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), help="all of them, if not told otherwise")
    made.add_argument("--json", type=Path, help="where the result goes (--dir)")
    return made


def parsed(made: argparse.ArgumentParser, result: str) -> argparse.Namespace:
    """With folders in full, and `result` as the name of the result's file."""
    args = made.parse_args()
    args.build, args.dir, args.store = args.build.resolve(), args.dir.resolve(), args.store.resolve()
    args.json = args.json or args.dir / result
    return args
