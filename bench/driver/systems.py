"""The connectors that can be compared here, by name."""

from pathlib import Path

from .connector import Connector, Unavailable
from .debezium import Debezium
from .maxwell import Maxwell
from .rowferry import Rowferry

OURS = "rowferry"
PEERS = ("debezium-stock", "debezium-tuned", "maxwell")


def chosen(peers: list[str], build: Path, store: Path, linger_ms: int) -> tuple[dict[str, Connector], dict[str, str]]:
    """RowFerry and these peers, ready to be started; and, by name, why others cannot be had (said aloud too).
    RowFerry's absence is an error. `linger_ms` is that of the tuned peers' producers; RowFerry's adapts by itself."""
    makers = {OURS: lambda: Rowferry(build), "debezium-stock": lambda: Debezium(store, False, linger_ms),
              "debezium-tuned": lambda: Debezium(store, True, linger_ms), "maxwell": lambda: Maxwell(store, linger_ms)}
    ready, missing = {}, {}
    for name in (OURS, *peers):
        connector = makers[name]()
        try:
            connector.prepare()
            ready[name] = connector
        except Unavailable as error:
            if name == OURS:
                raise SystemExit(f"bench: {error}") from None
            missing[name] = str(error)
            print(f"bench: {name} is left out: {error}", flush=True)
    return ready, missing
