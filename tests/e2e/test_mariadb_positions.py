"""Positions of MariaDB: starts of every kind, resets, purged logs, failover by GTID, what `check` says."""

import json

import pytest

from harness import base_config, wait_until
from harness.refusal import assert_ends, assert_refused_at_start

CURE = "rowferry position set"


class Shop:
    """rowferry on the table `d.t` of a server of the test's own."""

    def __init__(self, make_rowferry, kafka, prefix, *servers):
        self.server, self.kafka, self.topic = servers[0], kafka, prefix
        self.server.execute("CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, v TEXT)")
        self.config = base_config(prefix, self.server, kafka, tables=[{"include": "d.t", "topic": prefix}])
        self.config["source"]["url"] = "mysql://cdc@" + ",".join(server.address for server in servers)
        self.rowferry = make_rowferry(self.config)

    def insert(self, *ids, server=None):
        (server or self.server).execute(*(f"INSERT INTO d.t VALUES ({each}, 'v')" for each in ids))
        return self

    def deliver(self, *ids):
        """Inserts while rowferry runs, then stops it cleanly."""
        before = len(self.delivered())
        self.rowferry.start().wait_streaming()
        self.insert(*ids)
        self.wait_for(before + len(ids))
        self.rowferry.stop()
        return self

    def wait_for(self, count):
        with self.kafka.reader(self.topic) as reader:
            reader.wait_for(count)

    def delivered(self):
        return [json.loads(message.value)["after"]["id"] for message in self.kafka.consume(self.topic)]

    def start_at(self, start):
        self.config["source"]["start"] = start
        self.rowferry.set_config(self.config)
        self.rowferry.checkpoint_file.unlink(missing_ok=True)

    def position(self):
        return json.loads(self.rowferry.call("position", "show", "--json").stdout)


@pytest.fixture
def shop(make_any_mariadb, kafka, make_rowferry, prefix):
    return Shop(make_rowferry, kafka, prefix, make_any_mariadb())


def test_starts_of_every_kind(shop):
    server = shop.server
    shop.insert(1, 2)
    middle = server.value("SELECT @@gtid_binlog_pos")
    file, offset = server.execute("SHOW MASTER STATUS")[0][:2]
    shop.insert(3)
    server.execute("FLUSH BINARY LOGS")
    shop.insert(4)
    for start, first in (("earliest", 1), (f"gtid:{middle}", 3), (f"{file}:{offset}", 3), ("mariadb-bin.000002:4", 4)):
        before = len(shop.delivered())
        shop.start_at(start)
        shop.rowferry.start()
        shop.wait_for(before + 5 - first)
        wait_until(lambda: shop.position()["gtids"] == server.value("SELECT @@gtid_binlog_pos"), 20, "the position is the end")
        shop.rowferry.stop()
        assert shop.delivered()[before:] == list(range(first, 5)), start
    shop.start_at("now")
    assert shop.deliver(5).delivered()[-1] == 5
    for start, phrase in ((f"{file}:{offset + 1}", "not between two transactions"), ("mariadb-bin.000099:4", r"mariadb-bin\.000099"),
                          ("gtid:0-1-999", "lacks 0-1-999"), ("gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:1", "those of MySQL")):  # fmt: skip
        shop.start_at(start)
        assert_ends(shop.rowferry.start(), 3, phrase)


def test_position_set_by_gtid_and_time(shop):
    shop.deliver(1, 2)
    shop.insert(3)
    shown = shop.rowferry.call("position", "set", "--gtid", "0-1-3", "--dry-run")
    assert shown.returncode == 0 and "sent again: transactions up to 0-1-4" in shown.stdout, shown.stdout + shown.stderr
    shown = shop.rowferry.call("position", "set", "--time", "2000-01-01T00:00:00Z", "--dry-run")
    assert shown.returncode == 3 and "before the oldest log" in shown.stderr
    done = shop.rowferry.call("position", "set", "--earliest")
    assert done.returncode == 0, done.stderr
    before = len(shop.delivered())
    shop.rowferry.start()
    shop.wait_for(before + 3)
    shop.rowferry.stop()
    assert shop.delivered()[before:] == [1, 2, 3]


def test_reset_server(shop):
    shop.deliver(1, 2, 3)
    shop.server.execute("RESET MASTER")
    shop.insert(4)
    assert_refused_at_start(shop.rowferry, 3, "reset, restored, or another", CURE)
    assert shop.delivered() == [1, 2, 3]


def test_history_that_went_another_way(shop):
    """The same GTIDs again and more, of other transactions: only the fingerprint tells."""
    shop.deliver(1, 2, 3)
    shop.server.execute("DELETE FROM d.t", "RESET MASTER")
    shop.insert(*range(11, 30))
    assert_refused_at_start(shop.rowferry, 3, "reset, restored, or another", r"mariadb-bin\.000001:\d+", CURE)
    assert shop.delivered() == [1, 2, 3]


def test_purged_logs(shop):
    shop.deliver(1)
    shop.insert(2, 3)
    end = shop.server.value("SELECT @@gtid_binlog_pos")
    shop.server.forget_logs()
    shop.insert(4)
    assert_refused_at_start(shop.rowferry, 3, "purged", f"up to {end}", CURE)
    assert shop.delivered() == [1]


def test_another_servers_history(shop, make_any_mariadb):
    shop.deliver(1, 2)
    other = make_any_mariadb("--server-id=2")
    other.execute("CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, v TEXT)")
    shop.config["source"]["url"] = other.url()
    shop.rowferry.set_config(shop.config)
    assert_refused_at_start(shop.rowferry, 3, "the server lacks 0-1-4", CURE)


def replicate(source, replica):
    replica.execute(
        f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={source.port}, MASTER_USER='cdc', MASTER_PASSWORD='cdc',"
        " MASTER_USE_GTID=slave_pos",
        "START SLAVE",
    )


def test_failover_by_gtid(make_any_mariadb, kafka, make_rowferry, prefix):
    primary, replica = make_any_mariadb(), make_any_mariadb("--server-id=2", "--log-slave-updates")
    replicate(primary, replica)
    shop = Shop(make_rowferry, kafka, prefix, primary, replica)
    shop.rowferry.start().wait_streaming()
    shop.insert(*range(1, 101))
    shop.wait_for(100)
    shop.insert(*range(101, 201))
    end = primary.value("SELECT @@gtid_binlog_pos")
    assert replica.value(f"SELECT MASTER_GTID_WAIT('{end}', 60)") == 0
    primary.kill()
    replica.execute("STOP SLAVE", "RESET SLAVE ALL")
    shop.insert(*range(201, 301), server=replica)
    shop.wait_for(300)
    # What the broken connection had not acknowledged may come twice; nothing is lost, nothing is out of order.
    wait_until(lambda: shop.position()["gtids"] == replica.value("SELECT @@gtid_binlog_pos"), 20, "the position is the replica's end")
    shop.rowferry.stop()
    assert sorted(set(shop.delivered())) == list(range(1, 301))
    assert shop.position()["server_uuid"].startswith("2@")
    before = len(shop.delivered())
    shop.rowferry.start().wait_streaming()  # by file and offset now
    shop.insert(301, server=replica)
    shop.wait_for(before + 1)
    shop.rowferry.stop()
    assert shop.delivered()[-1] == 301


def test_check_says_what_to_set(make_any_mariadb, kafka, make_rowferry, prefix):
    server = make_any_mariadb("--binlog-row-metadata=NO_LOG", "--gtid-strict-mode=OFF", "--binlog-format=MIXED")
    server.execute("CREATE USER poor@'%' IDENTIFIED BY 'cdc'")
    shop = Shop(make_rowferry, kafka, prefix, server)
    done = shop.rowferry.call("check")
    assert done.returncode == 0, done.stdout
    for phrase in ("binlog_row_metadata is NO_LOG", "SET GLOBAL binlog_row_metadata = FULL", "SET GLOBAL binlog_format = ROW",
                   "gtid_strict_mode is OFF"):  # fmt: skip
        assert phrase in done.stdout, done.stdout
    shop.config["source"]["url"] = server.url(user="poor")
    shop.rowferry.set_config(shop.config)
    done = shop.rowferry.call("check")
    for phrase in ("GRANT BINLOG MONITOR ON *.* TO 'poor'@'%'", "GRANT REPLICATION SLAVE ON *.* TO 'poor'@'%'"):
        assert phrase in done.stdout, done.stdout


def test_a_good_server_passes_the_check(shop):
    done = shop.rowferry.call("check")
    assert done.returncode == 0 and "[FAIL]" not in done.stdout, done.stdout
    assert "MariaDB" in done.stdout and "gtid_strict_mode is ON" in done.stdout
