"""A real server as the differential test uses it: not durable, and what it can do."""

import pymysql

from harness import Mariadb, Mysql
from harness.database import MariadbNewest

from . import kinds

SERVERS = {"mysql": Mysql, "mariadb": Mariadb, "mariadb-newest": MariadbNewest}

_FAST = ("--sync-binlog=0", "--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite", "--max-binlog-size=1G", "--performance-schema=OFF",
         "--innodb-file-per-table=OFF", "--innodb-stats-persistent=OFF")


class Facts:
    """What random tables and statements may ask of this server."""

    def __init__(self, service, images=None, value_options=("''", "'PARTIAL_JSON'"), xa=True):
        self.mariadb = isinstance(service, Mariadb)
        self.version = service.value("SELECT VERSION()")
        pairs = service.execute("SELECT character_set_name, collation_name FROM information_schema.collations WHERE character_set_name IS NOT NULL")
        # latin2_czech_cs: whether 0x7f is a character there depends on its place in the text.
        self.charsets = kinds.Charsets(pair for pair in pairs if pair[1] != "latin2_czech_cs")
        self.decimal_scale = 38 if self.mariadb else 30
        self.makers = [*kinds.COMMON, *([kinds.uuid, kinds.inet4, kinds.inet6] if self.mariadb else [kinds.vector])]
        self.images = images or ["FULL", "FULL", "MINIMAL", "NOBLOB"]
        self.value_options = list(value_options)
        self.xa = xa


def start(name, directory, *options):
    """The service, running; the caller ends it."""
    return SERVERS[name](directory, options=(*_FAST, *options)).start()


class Session:
    """A connection that says of each statement whether it was taken."""

    def __init__(self, service, **options):
        self._connection = service.connect(**options)
        self.cursor = self._connection.cursor()
        self.taken = 0
        self.refused = {}

    def take(self, sql):
        try:
            self.cursor.execute(sql)
        except pymysql.MySQLError as error:
            code = error.args[0]
            if code in (0, 2006, 2013, 2014, 2055):
                raise
            self.refused[code] = self.refused.get(code, 0) + 1
            return False
        self.taken += 1
        return True

    def close(self):
        self._connection.close()
