"""An outbox table, a topic and a connector between them: what the tests of faults begin with."""

import json

from .ledger import Ledger
from .load import NEW_ID, OutboxWriter
from .rowferry import base_config
from .waiting import wait_until
from .kafka import header


class Shop:
    """Table `<name>.outbox` and topic `<name>`; `writer` fills the one, `rowferry` carries it to the other.

    `options` become sections of the configuration. `mysql_port`, `bootstrap`: a proxy in front of the service."""

    def __init__(self, make_rowferry, mysql, kafka, name, mysql_port=None, bootstrap=None, **options):
        self.mysql = mysql
        self.kafka = kafka
        self.topic = kafka.create_topic(name, partitions=3)
        mysql.execute(f"CREATE DATABASE IF NOT EXISTS {name}")
        self.table = f"{name}.outbox"
        self.writer = OutboxWriter(mysql, self.table).create_table()
        config = base_config(name, mysql, kafka, **options)
        config.setdefault("outbox", [{"table": self.table, "topic": self.topic, "key": "${aggregate_id}"}])
        if mysql_port:
            config["source"]["url"] = mysql.url(port=mysql_port)
        if bootstrap:
            config["sink"]["kafka"]["bootstrap.servers"] = bootstrap
        self.config = config
        self.rowferry = make_rowferry(config)
        self._reader = kafka.reader(self.topic)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._reader.close()

    def set_source(self, **options):
        """Options of the source from the next start on."""
        self.config["source"].update(options)
        self.rowferry.set_config(self.config)

    def start_at_earliest(self):
        """… which is made to be here."""
        self.mysql.forget_logs()
        self.set_source(start="earliest")

    def use_checkpoint(self, path):
        """Where the checkpoint is from the next start on."""
        self.config["checkpoint"] = {"file": str(path)}
        self.rowferry.set_config(self.config)

    def insert(self, rows, size=100):
        """One transaction of this many rows, each of `size` bytes, by one statement."""
        self.mysql.execute(
            f"SET SESSION {self.mysql.recursion_limit} = 10000000",
            f"INSERT INTO {self.table} (message_id, message_type, aggregate_id, payload)"
            f" WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
            f" SELECT {NEW_ID}, 'Bulk', CONCAT('bulk-', i % 7), JSON_OBJECT('i', i, 'pad', REPEAT('x', "
            f"{size})) FROM n ORDER BY i",
        )

    def delivered(self):
        """Messages in the topic now, repeats counted."""
        return sum(self.kafka.end_offsets(self.topic).values())

    def wait_delivered(self, more, timeout=60):
        """Until `more` further messages have come; returns how many there are."""
        goal = len(self._reader.messages) + more
        return len(self._reader.wait_for(goal, timeout))

    def wait_all_delivered(self, timeout=60):
        """Until every row that is in the table has come at least once."""
        wanted = {row_id for row_id, _ in self.writer.rows()}

        def missing():
            return wanted - {header(message, "id") for message in self._reader.read_to_end()}

        wait_until(lambda: not missing(), timeout, lambda: f"all is delivered, {len(missing())} of {len(wanted)} lack", 0.1)
        return self

    def checkpoint(self):
        """The text of the checkpoint file."""
        return self.rowferry.checkpoint_file.read_text()

    def position(self):
        """What `position show --json` says."""
        shown = self.rowferry.call("position", "show", "--json")
        assert shown.returncode == 0, shown.stderr
        return json.loads(shown.stdout)

    def ledger(self):
        return Ledger(self.writer.rows(), self._reader.read_to_end())

    def finish(self, timeout=60):
        """The end of a test: no more writing, all delivered, a clean stop; returns the ledger."""
        self.writer.stop()
        self.wait_all_delivered(timeout)
        self.rowferry.stop()
        return self.ledger()
