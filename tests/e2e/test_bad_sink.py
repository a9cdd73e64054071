"""Bad input: a broker that cannot be reached, topics that may not be, and messages that it refuses."""

import pytest

from harness import base_config, wait_until
from harness.refusal import SECRET_ROW, assert_check, assert_ends, assert_retried, position


@pytest.fixture
def ferry(mysql, kafka, make_rowferry, database, prefix):
    """ferry(**sink): rowferry on the table `t` with these options of `sink`."""
    mysql.execute(f"CREATE TABLE {database}.t (id INT PRIMARY KEY, v LONGTEXT)")

    def make(bootstrap=None, topic=prefix, **sink):
        config = base_config(prefix, mysql, kafka, tables=[{"include": f"{database}.t", "topic": topic}])
        config["sink"].update(sink)
        if bootstrap:
            config["sink"]["kafka"]["bootstrap.servers"] = bootstrap
        return make_rowferry(config)

    return make


def test_unreachable_broker_is_retried_until_it_is_there(ferry, mysql, make_kafka, make_proxy, database, prefix):
    kafka = make_kafka(via=True)
    proxy = make_proxy(kafka.via_target, kafka.via_port)
    proxy.refuse()
    rowferry = ferry(bootstrap=f"127.0.0.1:{proxy.port}")
    assert_check(rowferry, 4, f"127.0.0.1:{proxy.port}")
    rowferry.start()
    rowferry.wait_streaming()
    before = position(rowferry)
    mysql.execute(f"INSERT INTO {database}.t VALUES (1, '{SECRET_ROW}')")
    assert_retried(rowferry, rf"kafka.*127\.0\.0\.1:{proxy.port}")
    assert position(rowferry) == before
    proxy.accept()
    with kafka.reader(prefix) as reader:
        assert reader.wait_for(1, timeout=15)[0].key == b'{"id":1}'
    rowferry.stop()


@pytest.mark.parametrize(
    ("topics", "cause"),
    [({"create": False}, "sink.topics.create"), ({"replication": 3}, "[Rr]eplica")],
    ids=["not allowed", "broker refuses"],
)
def test_topic_that_may_not_be_created(ferry, mysql, database, prefix, topics, cause):
    rowferry = ferry(topics=topics)
    assert_check(rowferry, 4, f"topic {prefix}", cause)
    rowferry.start().wait_streaming()
    before = position(rowferry)
    mysql.execute(f"INSERT INTO {database}.t VALUES (1, '{SECRET_ROW}')")
    assert_ends(rowferry, 4, f"topic {prefix}", cause, rf"`{database}`\.`t`", r"binlog\.\d+:\d+")
    assert position(rowferry) == before


def test_missing_topic_that_a_row_names(ferry, mysql, database, prefix):
    rowferry = ferry(topic=prefix + ".${v}", topics={"create": False}).start()
    rowferry.wait_streaming()
    before = position(rowferry)
    mysql.execute(f"INSERT INTO {database}.t VALUES (1, 'absent')")
    assert_ends(rowferry, 4, rf"topic {prefix}\.absent", "sink.topics.create", rf"`{database}`\.`t`")
    assert position(rowferry) == before


def test_message_larger_than_the_topic_takes(ferry, mysql, kafka, database, prefix):
    kafka.create_topic(prefix, max_message_bytes=1000)
    rowferry = ferry().start()
    rowferry.wait_streaming()
    mysql.execute(f"INSERT INTO {database}.t VALUES (1, 'small')")
    with kafka.reader(prefix) as reader:
        reader.wait_for(1)
    file, at = mysql.execute("SHOW BINARY LOG STATUS")[0][:2]
    mysql.execute(f"INSERT INTO {database}.t VALUES (2, REPEAT('{SECRET_ROW}', 200))", f"INSERT INTO {database}.t VALUES (3, 'behind')")
    assert_ends(rowferry, 4, f"topic {prefix}", rf"`{database}`\.`t`", rf"{file}:\d+", r"\b[45]\d\d\d bytes")
    assert [m.key for m in kafka.consume(prefix)][0] == b'{"id":1}'
    assert position(rowferry)[:2] == (file, at)
    assert_ends(rowferry.start(), 4, f"topic {prefix}")  # nothing is skipped after a restart, either
    assert position(rowferry)[:2] == (file, at)


def test_message_larger_than_the_producer_takes(ferry, mysql, database, prefix):
    rowferry = ferry().start()
    rowferry.wait_streaming()
    before = position(rowferry)
    mysql.execute(f"INSERT INTO {database}.t VALUES (1, REPEAT('{SECRET_ROW}', 100000))")
    assert_ends(rowferry, 4, f"topic {prefix}", rf"`{database}`\.`t`", r"binlog\.\d+:\d+", r"2[34]\d{5} bytes", "message.max.bytes")
    assert position(rowferry) == before


def test_messages_at_the_limit_of_a_brokers_requests(make_rowferry, make_mysql, kafka, prefix):
    """Beyond 100 MB a broker closes the connection and names no reason (socket.request.max.bytes)."""
    server = make_mysql("--max-allowed-packet=128M")
    server.execute(f"CREATE DATABASE {prefix}", f"CREATE TABLE {prefix}.t (id INT PRIMARY KEY, v LONGTEXT)")
    kafka.create_topic(prefix, max_message_bytes=200_000_000)
    config = base_config(prefix, server, kafka, tables=[{"include": f"{prefix}.t", "topic": prefix}])
    rowferry = make_rowferry(config).start()
    rowferry.wait_streaming()
    server.execute(f"INSERT INTO {prefix}.t VALUES (1, REPEAT('v', 103900000))")
    wait_until(lambda: kafka.end_offsets(prefix) == {0: 1}, 60, "the broker has the message")
    server.execute(f"INSERT INTO {prefix}.t VALUES (2, REPEAT('v', 104857600))")
    assert_ends(rowferry, 4, f"topic {prefix}", rf"`{prefix}`\.`t`", r"binlog\.\d+:\d+", r"104857\d{3} bytes", r"socket\.request\.max\.bytes")


@pytest.mark.parametrize("closed", ["1", "0 1 2"])
def test_standard_output_that_is_closed(ferry, make_rowferry, mysql, database, prefix, closed):
    """The next file that is opened must not take its number: rows went into the checkpoint's lock."""
    mysql.execute(f"INSERT INTO {database}.t VALUES (1, '{SECRET_ROW}')")
    config = base_config(prefix, mysql, None, tables=[{"include": f"{database}.t", "topic": prefix}], sink="stdout")
    config["source"]["start"] = "earliest"
    rowferry = make_rowferry(config)
    close = "".join(f" {fd}>&-" for fd in closed.split())
    rowferry.start(wrapper=("/bin/sh", "-c", f'exec "$@"{close}', "sh"))
    assert rowferry.wait_exit() == 4
    assert all(SECRET_ROW not in file.read_text(errors="replace") for file in rowferry.directory.iterdir() if file.is_file())
