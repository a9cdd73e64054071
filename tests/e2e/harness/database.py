"""MySQL and MariaDB as the tests see them."""

import pymysql

from .service import Service
from .waiting import wait_until


class Mysql(Service):
    """A MySQL server; `options` are further mysqld options, as in "--max-binlog-size=4096", `init` those of its data directory."""

    name = "mysql"
    options_variable = "ROWFERRY_MYSQLD_OPTS"
    recursion_limit = "cte_max_recursion_depth"  # of a WITH RECURSIVE

    def __init__(self, directory, port=None, options=(), init=()):
        super().__init__(directory, port)
        self.environment["ROWFERRY_MYSQLD_INIT_OPTS"] = " ".join(init)
        self._admin = None
        self.set_options(*options)

    def set_options(self, *options):
        """Server options from the next start on."""
        self.environment[self.options_variable] = " ".join(options)

    def connect(self, user="root", password="", database=None, **options):
        """A connection of the caller's own, in autocommit mode unless asked otherwise."""
        options = {"autocommit": True, "charset": "utf8mb4", "connect_timeout": 10, "read_timeout": 120, **options}
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user=user, password=password, database=database, **options
        )

    def execute(self, *statements):
        """Runs statements as root; returns the rows of the last one. Not for use by several threads."""
        rows = ()
        for statement in statements:
            rows = self._run(statement)
        return rows

    def value(self, statement):
        """The only value of the only row."""
        ((value,),) = self.execute(statement)
        return value

    def forget_logs(self):
        """Begins a binary log and purges those before, so that `start: earliest` means from now on."""
        self.execute("FLUSH BINARY LOGS")
        newest = self.execute("SHOW BINARY LOGS")[-1][0]

        def gone():  # a log that somebody reads, or that MariaDB still needs for its recovery, stays
            self.execute(f"PURGE BINARY LOGS TO '{newest}'")
            return self.execute("SHOW BINARY LOGS")[0][0] == newest

        wait_until(gone, 30, f"the logs before {newest} are purged", 0.1)

    def _run(self, statement):
        if self._admin is None or not self._admin.open:
            self._admin = self.connect()
        try:
            with self._admin.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall()
        except pymysql.OperationalError as error:
            if error.args[0] in (2006, 2013):  # the server went away: the next call connects anew
                self._admin = None
            raise

    def _forget_connection(self):
        if self._admin is not None:
            self._admin.close() if self._admin.open else None
            self._admin = None

    def stop(self):
        self._forget_connection()
        super().stop()

    def kill(self):
        self._forget_connection()
        super().kill()

    def url(self, user="cdc", port=None):
        """For `source.url`; `port` is a proxy's."""
        return f"mysql://{user}@127.0.0.1:{port or self.port}"

    def dump_threads(self):
        """Connection ids of the replicas that read the binary log now."""
        return [
            row[0]
            for row in self.execute(
                "SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'"
            )
        ]

    def kill_dump_threads(self):
        """Cuts every replica off, as an administrator's KILL does; returns how many there were."""
        killed = 0
        for thread in self.dump_threads():
            try:
                self.execute(f"KILL {thread}")
                killed += 1
            except pymysql.OperationalError as error:
                if error.args[0] != 1094:  # it has gone by itself
                    raise
        return killed

    def wait_dump_thread(self, timeout=20):
        """Until a replica is connected."""
        return wait_until(self.dump_threads, timeout, "a replica reads the binary log")


class Mariadb(Mysql):
    """A MariaDB server, likewise: the one of this Debian."""

    name = "mariadb"
    options_variable = "ROWFERRY_MARIADBD_OPTS"
    recursion_limit = "max_recursive_iterations"


class MariadbNewest(Mariadb):
    """The newest MariaDB that Debian sid offers."""

    name = "mariadb_newest"
