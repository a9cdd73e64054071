"""MariaDB as the source, the one of this Debian and the newest: its events, its GTIDs, its failures."""

import json
import random

import pytest

from harness import Shop, base_config, wait_until
from harness.kafka import header
from harness.refusal import assert_refused_at_start


@pytest.fixture
def database(any_mariadb, prefix):
    any_mariadb.execute(f"CREATE DATABASE {prefix}")
    yield prefix
    any_mariadb.execute(f"DROP DATABASE {prefix}")


class Session:
    """A connection that notes the GTID of each statement that was logged."""

    def __init__(self, server, database):
        self._connection = server.connect(database=database)
        self.gtids = []

    def run(self, *statements):
        with self._connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                cursor.execute("SELECT @@last_gtid")
                ((gtid,),) = cursor.fetchall()
                if gtid != (self.gtids or [""])[-1]:
                    self.gtids.append(gtid)
        return self.gtids


def ferry(server, kafka, make_rowferry, database, **source):
    config = base_config(database, server, kafka, tables=[{"include": f"{database}.*", "topic": database}])
    config["source"].update(source)
    return make_rowferry(config)


def changes(kafka, topic, count):
    with kafka.reader(topic) as reader:
        return [json.loads(message.value) for message in reader.wait_for(count)]


def test_outbox_and_tables_arrive_with_their_gtids(any_mariadb, kafka, make_rowferry, database, prefix):
    session = Session(any_mariadb, database)
    session.run(
        "CREATE TABLE outbox (id BINARY(16) PRIMARY KEY, aggregatetype VARCHAR(50), aggregateid VARCHAR(50), type VARCHAR(50),"
        " payload JSON)",
        "CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(20))",
    )
    config = base_config(
        prefix, any_mariadb, kafka,
        outbox=[{"table": f"{database}.outbox", "topic": f"{prefix}.outbox"}],
        tables=[{"include": f"{database}.t", "topic": f"{prefix}.t"}],
    )  # fmt: skip
    rowferry = make_rowferry(config).start()
    rowferry.wait_streaming()
    session.gtids.clear()
    gtids = session.run(
        "INSERT INTO outbox VALUES (x'000102030405060708090a0b0c0d0e0f', 'order', '7', 'Placed', '{\"a\": 1.50}')",
        "INSERT INTO t VALUES (1, 'x'), (2, 'ü')",
        "UPDATE t SET b = 'y' WHERE a = 1",
        "DELETE FROM t WHERE a = 2",
        "TRUNCATE t",
    )
    with kafka.reader(f"{prefix}.outbox") as reader:
        (message,) = reader.wait_for(1)
    assert message.value == b'{"a": 1.50}' and message.key == b"7"
    assert header(message, "id") == "00010203-0405-0607-0809-0a0b0c0d0e0f"
    got = changes(kafka, f"{prefix}.t", 5)
    rowferry.stop()
    assert [(c["op"], c["gtid"], c["row"], c["after"]) for c in got] == [
        ("c", gtids[1], 0, {"a": 1, "b": "x"}),
        ("c", gtids[1], 1, {"a": 2, "b": "ü"}),
        ("u", gtids[2], 0, {"a": 1, "b": "y"}),
        ("d", gtids[3], 0, None),
        ("t", gtids[4], 0, None),
    ]
    assert all(gtid.split("-")[:2] == ["0", "1"] for gtid in gtids)
    shown = json.loads(rowferry.call("position", "show", "--json").stdout)
    assert shown["gtids"] == any_mariadb.value("SELECT @@gtid_binlog_pos")


def test_a_template_that_fits_not_every_table(any_mariadb, make_rowferry, database):
    any_mariadb.execute(f"CREATE TABLE {database}.fits (id INT, TENANT TEXT, `té` TEXT)", f"CREATE TABLE {database}.t (id INT, note TEXT)",
                        f"CREATE VIEW {database}.seen AS SELECT 1 AS x", f"CREATE SEQUENCE {database}.s")  # fmt: skip
    table = {"include": f"{database}.*", "exclude": f"{database}.s", "topic": "x"}
    for name in ("tenant", "té"):
        rowferry = make_rowferry(base_config(database, any_mariadb, tables=[table | {"key": f"${{{name}}}"}]))
        assert_refused_at_start(rowferry, 2, r"tables\[0\]\.key", rf"is no column of `{database}`\.`t`", "its columns are: id, note")
    any_mariadb.execute(f"DROP TABLE {database}.t")
    rowferry.start().wait_streaming()


def test_a_dump_that_is_stuck_is_waited_for_while_the_server_writes(make_mariadb, make_proxy, make_rowferry, prefix):
    """Ours, of a host that went in the middle of a transaction: the server learns of it by net_write_timeout alone."""
    server = make_mariadb("--net-write-timeout=3")
    server.execute(f"CREATE DATABASE {prefix}", f"CREATE TABLE {prefix}.t (id INT PRIMARY KEY, v VARCHAR(1000))")
    proxy = make_proxy(server.port)
    config = base_config(prefix, server, tables=[{"include": f"{prefix}.*", "topic": "x"}])
    config["source"]["url"] = server.url(port=proxy.port)
    rowferry = make_rowferry(config)
    rowferry.start().wait_streaming()
    before = proxy.down_bytes
    server.execute(
        f"SET SESSION {server.recursion_limit} = 10000000",
        f"INSERT INTO {prefix}.t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000)"
        " SELECT i, REPEAT('x', 800) FROM n",
    )
    wait_until(lambda: proxy.down_bytes > before + 500_000, 20, "the transaction is being read", 0.001)
    proxy.stall()
    sent = [0]

    def stands():
        sent.append(int(server.execute("SHOW GLOBAL STATUS LIKE 'Bytes_sent'")[0][1]))
        return sent[-1] - sent[-2] < 10_000  # what we read ourselves

    wait_until(stands, 20, "the server waits for room", 0.3)
    rowferry.stop()
    config["source"]["url"] = server.url()
    rowferry.set_config(config)
    rowferry.start().wait_streaming(40)


def test_domains_and_statements_of_every_kind(any_mariadb, kafka, make_rowferry, database):
    session = Session(any_mariadb, database)
    session.run("CREATE TABLE t (a INT PRIMARY KEY, b INT) ENGINE=InnoDB", "CREATE TABLE m (a INT PRIMARY KEY) ENGINE=MyISAM")
    rowferry = ferry(any_mariadb, kafka, make_rowferry, database).start()
    rowferry.wait_streaming()
    session.run(
        "SET gtid_domain_id = 7", "INSERT INTO t VALUES (1, 1)",
        "SET gtid_domain_id = 3", "INSERT INTO m VALUES (1), (2)",
        "SET gtid_domain_id = 0",
        "CREATE TABLE s AS SELECT a FROM t", "CREATE OR REPLACE TABLE s AS SELECT a + 1 AS a FROM t",
        "SET binlog_alter_two_phase = 1", "ALTER TABLE t ADD COLUMN c INT DEFAULT 5, ALGORITHM=COPY", "INSERT INTO t VALUES (2, 2, 2)",
        "CREATE SEQUENCE q", "DO NEXTVAL(q)",
        "CREATE TABLE v (a INT PRIMARY KEY, b INT) WITH SYSTEM VERSIONING", "INSERT INTO v VALUES (1, 1)",
        "UPDATE v SET b = 2", "DELETE FROM v",
        "BEGIN", "INSERT INTO t VALUES (3, 3, 3)", "SAVEPOINT p", "INSERT INTO t VALUES (4, 4, 4)", "ROLLBACK TO p",
        "INSERT INTO m VALUES (9)", "COMMIT",
    )  # fmt: skip
    got = changes(kafka, database, 14)
    rowferry.stop()
    told = [(c["table"], c["op"], c["after"] and c["after"].get("a")) for c in got]
    of = lambda table: [(op, a) for t, op, a in told if t == table]  # noqa: E731
    assert of("t") == [("c", 1), ("c", 2), ("c", 3)], told
    assert of("m") == [("c", 1), ("c", 2), ("c", 9)]
    assert of("s") == [("c", 1), ("c", 2)]
    assert of("q") == [("c", None)]  # what a sequence keeps in its table
    # An update leaves the row that was as one of its own; a delete moves row_end, which is part of the key.
    versions = [(c["op"], c.get("key_changed", False), (c["after"] or c["before"])["b"]) for c in got if c["table"] == "v"]
    assert versions == [("c", False, 1), ("u", False, 2), ("c", False, 1), ("d", True, 2), ("c", True, 2)]
    assert [c["key"]["row_end"] for c in got if c["table"] == "v"][3].startswith("2")
    assert {c["gtid"].split("-")[0] for c in got} == {"0", "3", "7"}
    assert [c["after"] for c in got if c["table"] == "t"][1] == {"a": 2, "b": 2, "c": 2}
    assert json.loads(rowferry.call("position", "show", "--json").stdout)["gtids"] == any_mariadb.value("SELECT @@gtid_binlog_pos")


@pytest.mark.parametrize("checksum", ["NONE", "CRC32"])
def test_compressed_events_and_statements_beside_the_rows(make_any_mariadb, kafka, make_rowferry, prefix, checksum):
    server = make_any_mariadb("--log-bin-compress=ON", "--log-bin-compress-min-len=10", f"--binlog-checksum={checksum}")
    server.execute(f"CREATE DATABASE {prefix}")
    session = Session(server, prefix)
    session.run("CREATE TABLE t (a INT PRIMARY KEY, b LONGTEXT)")
    rowferry = ferry(server, kafka, make_rowferry, prefix).start()
    rowferry.wait_streaming()
    session.run(
        "SET binlog_annotate_row_events = ON",
        "INSERT INTO t VALUES (1, REPEAT('x', 100000)), (2, REPEAT('ü', 3000))",
        "UPDATE t SET b = REPEAT('y', 5000)",
        "SET binlog_annotate_row_events = OFF",
        "DELETE FROM t WHERE a = 1",
        "SET GLOBAL binlog_checksum = IF(@@GLOBAL.binlog_checksum = 'NONE', 'CRC32', 'NONE')",
        "INSERT INTO t VALUES (3, REPEAT('z', 70000))",
    )
    kinds = {row[2] for log in server.execute("SHOW BINARY LOGS") for row in server.execute(f"SHOW BINLOG EVENTS IN '{log[0]}'")}
    assert {"Write_rows_compressed_v1", "Update_rows_compressed_v1", "Delete_rows_compressed_v1", "Annotate_rows"} <= kinds
    got = changes(kafka, prefix, 6)
    rowferry.stop()
    assert [(c["op"], c["row"], (c["after"] or c["before"])["b"]) for c in got] == [
        ("c", 0, "x" * 100000), ("c", 1, "ü" * 3000), ("u", 0, "y" * 5000), ("u", 1, "y" * 5000), ("d", 0, "y" * 5000),
        ("c", 0, "z" * 70000),
    ]  # fmt: skip


def test_kill_rowferry_under_load(any_mariadb, kafka, make_rowferry, prefix):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with Shop(make_rowferry, any_mariadb, kafka, prefix) as shop:
        shop.rowferry.start().wait_streaming()
        with shop.writer:
            for number in range(5):
                shop.wait_delivered(chance.randrange(1, 300))
                shop.rowferry.kill()
                if number % 2 == 0:
                    shop.writer.wait_written(chance.randrange(1, 100))
                shop.rowferry.start()
        shop.finish().verify()


def test_stops_in_the_middle_of_a_transaction_repeat_nothing(any_mariadb, kafka, make_rowferry, prefix):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with Shop(make_rowferry, any_mariadb, kafka, prefix) as shop:
        shop.config["sink"]["kafka"]["queue.buffering.max.messages"] = 500
        shop.start_at_earliest()
        shop.insert(60_000)
        middles = 0
        for _ in range(3):
            shop.rowferry.start()
            shop.wait_delivered(chance.randrange(1, 10_000))
            shop.rowferry.stop()
            position = shop.position()
            middles += bool(position["delivered"])
            assert sum(table["rows"] for table in position["delivered"]) in (0, shop.delivered())
            assert not position["delivered"] or position["delivered_of"].startswith("0-1-")
        shop.rowferry.start()
        shop.finish().verify(repeats=False)
        assert middles > 0, "no stop came within the transaction: make it larger"
