"""Bad input: a checkpoint that does not fit the server, logs that are gone, and a damaged log."""

import pytest

from harness import Mysql, base_config
from harness.refusal import SECRET_ROW, assert_check, assert_ends, assert_refused_at_start, position


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A MySQL of this file's own, whose logs may be reset, purged and damaged."""
    mysql = Mysql(tmp_path_factory.mktemp("mysql")).start()
    yield mysql
    mysql.kill()


class Shop:
    """rowferry on the table `d.t` of a freshly reset server."""

    def __init__(self, server, kafka, make_rowferry, prefix):
        self.server, self.kafka, self.topic = server, kafka, prefix
        server.execute("DROP DATABASE IF EXISTS d", "CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, v TEXT)",
                       "RESET BINARY LOGS AND GTIDS")  # fmt: skip
        tables = [{"include": "d.t", "topic": prefix}]
        self.rowferry = make_rowferry(base_config(prefix, server, kafka, tables=tables))

    def insert(self, *ids):
        self.server.execute(*(f"INSERT INTO d.t VALUES ({each}, '{SECRET_ROW}')" for each in ids))

    def deliver(self, *ids):
        """Inserts while rowferry runs, then stops it cleanly."""
        self.rowferry.start().wait_streaming()
        self.insert(*ids)
        with self.kafka.reader(self.topic) as reader:
            reader.wait_for(len(ids))
        self.rowferry.stop()
        return self

    def delivered(self):
        return [message.key for message in self.kafka.consume(self.topic)]


@pytest.fixture
def shop(server, kafka, make_rowferry, prefix):
    return Shop(server, kafka, make_rowferry, prefix)


CURE = "rowferry position set"


def test_checkpoint_of_another_server(shop, mysql, database):
    shop.deliver(1)
    config = base_config(shop.topic, mysql, shop.kafka, tables=[{"include": f"{database}.*", "topic": shop.topic}])
    shop.rowferry.set_config(config)
    uuid = shop.server.value("SELECT @@server_uuid")
    assert_refused_at_start(shop.rowferry, 3, f"{uuid}:1", CURE)


def test_reset_server(shop):
    shop.deliver(1, 2, 3)
    shop.server.execute("RESET BINARY LOGS AND GTIDS")
    shop.insert(4)
    assert_refused_at_start(shop.rowferry, 3, "reset, restored, or another", r":2-3|:1-3|binlog\.000001", CURE)
    assert len(shop.delivered()) == 3


def test_history_that_was_restored_and_went_another_way(shop):
    """As many transactions as before and the same GTIDs, but others: only the fingerprint tells."""
    shop.deliver(1, 2, 3)
    shop.server.execute("DELETE FROM d.t", "RESET BINARY LOGS AND GTIDS")
    shop.insert(11, 12, 13, 14, 15)
    assert_refused_at_start(shop.rowferry, 3, "reset, restored, or another", r"binlog\.000001:\d+", CURE)
    assert len(shop.delivered()) == 3


def test_purged_logs(shop):
    shop.deliver(1)
    shop.insert(2, 3)
    shop.server.execute("FLUSH BINARY LOGS", "PURGE BINARY LOGS TO 'binlog.000002'")
    uuid = shop.server.value("SELECT @@server_uuid")
    assert_refused_at_start(shop.rowferry, 3, "purged", f"{uuid}:2-3", CURE)
    assert len(shop.delivered()) == 1


def flip(server, file, offset):
    """Damages one byte of a log that the server has closed."""
    path = server.directory / "mysql" / "data" / file
    with open(path, "r+b") as log:
        log.seek(offset)
        byte = log.read(1)[0]
        log.seek(offset)
        log.write(bytes([byte ^ 0xFF]))


@pytest.mark.parametrize(("verify", "status"), [("OFF", 5), ("ON", 3)])
def test_damaged_event(shop, verify, status):
    """Found by us, or by a server that verifies what it reads."""
    shop.server.execute(f"SET GLOBAL source_verify_checksum = {verify}")
    shop.deliver(1)
    shop.insert(2, 3)
    events = [row for row in shop.server.execute("SHOW BINLOG EVENTS IN 'binlog.000001'") if row[2] == "Write_rows"]
    shop.server.execute("FLUSH BINARY LOGS")
    flip(shop.server, "binlog.000001", events[2][1] + 40)
    place = rf"binlog\.000001:{events[2][1]}\b" if status == 5 else r"crc check"
    assert_ends(shop.rowferry.start(), status, place, "checksum|mysqlbinlog")
    assert len(shop.delivered()) == 2
    file, offset, _ = position(shop.rowferry)
    assert file == "binlog.000001" and events[1][1] < offset < events[2][1]


def test_checkpoint_of_another_connector_or_damaged(shop):
    shop.deliver(1)
    file = shop.rowferry.checkpoint_file
    whole = file.read_bytes()
    for damaged, phrase in ((whole[:-20], str(file.name)), (whole.replace(b"binlog.0", b"binlog.1"), "checksum"), (b"", str(file.name))):
        file.write_bytes(damaged)
        assert_refused_at_start(shop.rowferry, 2, phrase)


def test_start_that_the_log_does_not_have(shop):
    shop.insert(1)
    for start, phrase in (("binlog.000099:4", r"binlog\.000099"), ("binlog.000001:5", r"binlog\.000001:5"), ("binlog.000001:99999999", "99999999")):
        config = base_config(shop.topic, shop.server, shop.kafka, tables=[{"include": "d.t", "topic": shop.topic}])
        config["source"]["start"] = start
        shop.rowferry.set_config(config)
        shop.rowferry.checkpoint_file.unlink(missing_ok=True)
        assert_ends(shop.rowferry.start(), 3, phrase)
        assert_check(shop.rowferry, 3, phrase)
