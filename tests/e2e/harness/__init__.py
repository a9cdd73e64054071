"""What the end-to-end tests are made of: real services, the built binary, faults between them, and the ledger."""

from .database import Mariadb, MariadbNewest, Mysql
from .disk import SmallDisk
from .kafka import Kafka, Message
from .ledger import Ledger
from .load import OutboxWriter
from .proxy import TcpProxy
from .rowferry import Rowferry, base_config
from .shop import Shop
from .waiting import wait_until

__all__ = [
    "Kafka",
    "Ledger",
    "Mariadb",
    "MariadbNewest",
    "Message",
    "Mysql",
    "OutboxWriter",
    "Rowferry",
    "Shop",
    "SmallDisk",
    "TcpProxy",
    "base_config",
    "wait_until",
]
