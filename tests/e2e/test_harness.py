"""The harness itself: a fault that it does not inject, or a loss that it does not see, would prove nothing."""

import confluent_kafka
import pymysql
import pytest

from harness import Ledger, Message, OutboxWriter, Rowferry, wait_until
from harness.kafka import header


def test_mysql_keeps_rows_and_is_set_up_for_replicas(mysql, database):
    mysql.execute(f"CREATE TABLE {database}.t (a INT PRIMARY KEY)", f"INSERT INTO {database}.t VALUES (1), (2)")

    assert mysql.execute(f"SELECT a FROM {database}.t ORDER BY a") == ((1,), (2,))
    settings = "@@gtid_mode, @@binlog_format, @@binlog_row_image, @@binlog_row_metadata, @@sync_binlog"
    assert mysql.execute(f"SELECT {settings}") == (("ON", "ROW", "FULL", "FULL", 1),)
    with mysql.connect(user="cdc", password="cdc") as connection, connection.cursor() as cursor:
        cursor.execute("SHOW BINARY LOG STATUS")
        assert cursor.fetchone()[0].startswith("binlog.")


def test_mysql_survives_kill_with_its_data(make_mysql):
    mysql = make_mysql("--max-binlog-size=4096")
    mysql.execute("CREATE DATABASE d", "CREATE TABLE d.t (a INT PRIMARY KEY)", "INSERT INTO d.t VALUES (7)")
    mysql.kill()
    with pytest.raises(pymysql.OperationalError):
        mysql.connect()
    mysql.start()

    assert mysql.value("SELECT a FROM d.t") == 7
    assert mysql.value("SELECT @@max_binlog_size") == 4096


def test_mariadb_writes_row_events_with_names(mariadb):
    assert mariadb.execute("SELECT @@binlog_format, @@binlog_row_metadata, @@gtid_strict_mode") == (("ROW", "FULL", 1),)
    with mariadb.connect(user="cdc", password="cdc") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_USER()")
        assert cursor.fetchone() == ("cdc@%",)


def test_kafka_gives_back_what_was_sent(kafka, prefix):
    topic = kafka.create_topic(prefix, partitions=3)
    sent = [(f"k{i % 5}".encode(), f"v{i}".encode(), [("id", str(i).encode())]) for i in range(100)]
    kafka.produce(topic, *sent, (None, None))

    messages = kafka.consume(topic)

    assert sorted((m.key, m.value, m.headers) for m in messages if m.key) == sorted(sent)
    assert [(m.value, m.headers) for m in messages if m.key is None] == [(None, [])]
    assert sum(kafka.end_offsets(topic).values()) == 101
    assert all(int(header(m, "id")) >= 0 and m.timestamp > 0 for m in messages if m.key)


def test_kafka_reader_sees_committed_transactions_only(kafka, prefix):
    topic = kafka.create_topic(prefix)
    producer = confluent_kafka.Producer({"bootstrap.servers": kafka.address, "transactional.id": prefix})
    producer.init_transactions(30)
    for value, end in (("kept", producer.commit_transaction), ("dropped", producer.abort_transaction)):
        producer.begin_transaction()
        producer.produce(topic, value=value)
        producer.flush(30)
        end(30)

    assert [m.value for m in kafka.consume(topic)] == [b"kept"]
    assert [m.value for m in kafka.consume(topic, committed_only=False)] == [b"kept", b"dropped"]


def test_kafka_reader_goes_on_over_a_kill_of_the_broker(make_kafka):
    kafka = make_kafka({"message.max.bytes": 2000})
    kafka.create_topic("t")
    kafka.produce("t", (b"a", b"1"))
    with kafka.reader("t", "later") as reader:
        reader.wait_for(1)
        kafka.kill()
        kafka.start()
        kafka.produce("t", (b"a", b"2"))
        kafka.create_topic("later")
        kafka.produce("later", (b"a", b"3"))

        assert {m.value for m in reader.wait_for(3)} == {b"1", b"2", b"3"}
        with pytest.raises(AssertionError, match="MSG_SIZE_TOO_LARGE"):
            kafka.produce("t", (b"a", b"x" * 3000))


def test_kafka_through_a_proxy(make_kafka, make_proxy):
    kafka = make_kafka(via=True)
    proxy = make_proxy(kafka.via_target, kafka.via_port)
    kafka.create_topic("t")
    producer = confluent_kafka.Producer({"bootstrap.servers": f"127.0.0.1:{proxy.port}"})
    producer.produce("t", value=b"x" * 100_000)
    assert producer.flush(30) == 0

    assert len(kafka.consume("t")) == 1
    assert proxy.up_bytes > 100_000


class Through:
    """Connections to MySQL by way of a proxy, without TLS so that packets can be counted."""

    def __init__(self, mysql, proxy):
        self.mysql, self.proxy = mysql, proxy

    def connect(self):
        return pymysql.connect(
            host="127.0.0.1", port=self.proxy.port, user="root", ssl_disabled=True, connect_timeout=5, read_timeout=5
        )

    def value(self, connection):
        with connection.cursor() as cursor:
            cursor.execute("SELECT REPEAT('x', 100000)")
            return len(cursor.fetchone()[0])

    def fails(self):
        try:
            connection = self.connect()
            self.value(connection)
        except (pymysql.Error, OSError):
            return True
        connection.close()
        return False


def test_proxy_passes_everything_on_and_cuts(mysql, make_proxy):
    proxy = make_proxy(mysql.port)
    through = Through(mysql, proxy)
    connection = through.connect()
    assert through.value(connection) == 100_000
    assert proxy.down_bytes > 100_000 and proxy.connections == 1

    assert proxy.cut() == 1
    with pytest.raises(pymysql.OperationalError):
        through.value(connection)
    assert not through.fails()


def test_proxy_refuses_and_accepts_again_on_its_port(mysql, make_proxy):
    proxy = make_proxy(mysql.port)
    through = Through(mysql, proxy)
    port = proxy.port
    proxy.refuse()
    assert through.fails()
    proxy.accept()
    assert proxy.port == port and not through.fails()


def test_proxy_stalls_without_closing(mysql, make_proxy):
    proxy = make_proxy(mysql.port)
    through = Through(mysql, proxy)
    connection = through.connect()
    proxy.stall()
    connection._read_timeout = 0.3
    with pytest.raises(pymysql.OperationalError, match="timed out"):
        through.value(connection)
    assert proxy.open_connections == 1
    proxy.resume()
    assert not through.fails()


def test_proxy_fails_at_each_packet_of_the_conversation(mysql, make_proxy):
    proxy = make_proxy(mysql.port)
    through = Through(mysql, proxy)
    last = None
    for number in range(1, 40):
        proxy.fail_at_packet(number)
        if not through.fails():
            last = number
            break
        assert proxy.failures == number
    # greeting, OK, OK of autocommit, and of the query: columns, definition, EOF, row, EOF
    assert last is not None and last > 7

    proxy.fail_after_bytes(50_000)
    assert through.fails()
    proxy.well_behaved()
    assert not through.fails()


def message(row_id, key="k", partition=0, offset=0, value=b"v"):
    return Message("t", partition, offset, key.encode(), value, [("id", row_id.encode())], 1)


@pytest.mark.parametrize(
    ("arrived", "fault"),
    [
        (["1", "2", "3"], None),
        (["1", "2", "2", "3"], None),
        (["1", "2", "1", "2", "3"], None),
        (["1", "3"], "1 lost: 2"),
        (["1", "2", "3", "4"], "1 unknown: 4"),
        (["2", "1", "3"], "1 disordered: k"),
        (["1", "3", "2", "3"], "1 disordered: k"),
    ],
)
def test_ledger_finds(arrived, fault):
    ledger = Ledger([("1", "k"), ("2", "k"), ("3", "k")], [message(each) for each in arrived])
    if fault is None:
        ledger.verify()
    else:
        with pytest.raises(AssertionError, match=fault):
            ledger.verify()


def test_ledger_finds_repeats_where_none_may_be_and_other_contents():
    rows = [("1", "k")]
    with pytest.raises(AssertionError, match="1 ids repeated"):
        Ledger(rows, [message("1"), message("1")]).verify(repeats=False)
    with pytest.raises(AssertionError, match="1 differing: 1"):
        Ledger(rows, [message("1"), message("1", value=b"w")]).verify()


def test_writer_goes_on_over_a_kill_of_mysql(make_mysql):
    mysql = make_mysql()
    mysql.execute("CREATE DATABASE shop")
    with OutboxWriter(mysql, "shop.outbox").create_table() as writer:
        writer.wait_written(50)
        mysql.kill()
        mysql.start()
        writer.wait_written(50)
    rows = writer.rows()
    # A COMMIT may have been carried out without its answer.
    assert writer.written <= len(rows) <= writer.written + 3
    assert len({row_id for row_id, _ in rows}) == len(rows)


def test_rowferry_as_a_process(tmp_path, monkeypatch):
    script = tmp_path / "script"
    script.write_text('#!/bin/bash\ntrap "echo flushed >&2; exit 0" TERM\necho "streaming from $*" >&2\nwhile :; do read -t 0.1 <> <(:); done\n')
    script.chmod(0o755)
    monkeypatch.setenv("ROWFERRY_BIN", str(script))
    rowferry = Rowferry(tmp_path / "run", {"name": "x"}).start()
    assert rowferry.wait_streaming() == f"run -c {rowferry.config_file}"
    assert rowferry.memory_bytes() > 0 and rowferry.cpu_seconds() >= 0
    rowferry.stop()
    assert rowferry.log.endswith("flushed\n")
    with pytest.raises(AssertionError, match="ended with 0 before its log matched"):
        rowferry.wait_for_log("never")

    rowferry.start().wait_streaming()
    assert "flushed" not in rowferry.log
    rowferry.kill()
    assert rowferry.status == -9


def test_waiting_is_bounded_and_says_for_what():
    with pytest.raises(AssertionError, match="after 0.05 s still not: the sky is green"):
        wait_until(lambda: False, 0.05, "the sky is green")
