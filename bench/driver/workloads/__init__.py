"""What is drained: work loads by name, each in a MySQL of its own, filled once and kept. A family of them a file."""

from . import documents, many_tables, mixed, orders, outbox, wide
from .many_tables import tables
from .server import Server
from .workload import ROOT, SEED, SESSIONS, Workload

WORKLOADS = {workload.name: workload for family in (outbox, orders, wide, documents, many_tables, mixed) for workload in family.WORKLOADS}
COMPARED = ("tiny", "bulk")  # with other connectors: their values are checked, too

__all__ = ["COMPARED", "ROOT", "SEED", "SESSIONS", "WORKLOADS", "Server", "Workload", "tables"]
