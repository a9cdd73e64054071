"""The outbox (CONTRACT section 5): layouts, templates, payloads, and what is no message."""

import json
import uuid

import pytest

from harness import base_config
from harness.kafka import header

TEXTBOOK = """(message_id CHAR(36) PRIMARY KEY, message_type VARCHAR(50) NOT NULL, payload JSON, fail_count INT DEFAULT 0,
               occurred_at DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6), processed_at DATETIME(6), failed_at DATETIME(6))"""


class Outbox:
    """rowferry on outbox entries whose tables are in one database."""

    def __init__(self, mysql, kafka, make_rowferry, database, *entries, **sections):
        self.mysql, self.kafka, self.database = mysql, kafka, database
        self.rowferry = make_rowferry(base_config(database, mysql, kafka, outbox=list(entries), **sections))

    def start(self):
        self.rowferry.start().wait_streaming()
        return self

    def execute(self, *statements, **session):
        connection = self.mysql.connect(database=self.database)
        with connection.cursor() as cursor:
            for name, value in session.items():
                cursor.execute(f"SET {name} = %s", (value,))
            for statement in statements:
                cursor.execute(*statement) if isinstance(statement, tuple) else cursor.execute(statement)
        connection.close()

    def messages(self, count, *topics):
        """Exactly so many, each partition's in order."""
        with self.kafka.reader(*topics) as reader:
            reader.wait_for(count)
            self.rowferry.stop()
            messages = reader.read_to_end()
        assert len(messages) == count, messages
        return messages


@pytest.fixture
def outbox(mysql, kafka, make_rowferry, database):
    def make(definition, **entry):
        mysql.execute(f"CREATE TABLE {database}.outbox {definition}")
        return Outbox(mysql, kafka, make_rowferry, database, {"table": f"{database}.outbox", **entry})

    return make


def position(rowferry):
    shown = json.loads(rowferry.call("position", "show", "--json").stdout)
    return shown["file"], shown["pos"], shown["gtids"]


def summary(message, *headers):
    return (message.topic, message.key, message.value, *(header(message, name) for name in ("id", "type", *headers)))


def test_textbook_layout_in_snake_case(outbox, prefix):
    outbox = outbox(TEXTBOOK).start()
    outbox.execute(f"""INSERT INTO outbox (message_id, message_type, payload) VALUES ('m-1', '{prefix}.A', '{{"b": 1, "a": [1.0, 1e2]}}')""")
    (message,) = outbox.messages(1, f"outbox.{prefix}.A")
    assert summary(message) == (f"outbox.{prefix}.A", None, b'{"a": [1.0, 100.0], "b": 1}', "m-1", f"{prefix}.A")
    assert [name for name, _ in message.headers] == ["id", "type"]


@pytest.mark.parametrize("id_column", ["id", "messageId"])
def test_textbook_layout_in_camel_case(outbox, prefix, id_column):
    columns = f"({id_column} BIGINT UNSIGNED PRIMARY KEY, messageType VARCHAR(50), payload TEXT, aggregateId INT, occuredAt DATETIME)"
    outbox = outbox(columns).start()
    outbox.execute(f"INSERT INTO outbox VALUES (18446744073709551615, '{prefix}', ' as it is\\n', 7, NOW())")
    (message,) = outbox.messages(1, f"outbox.{prefix}")
    assert summary(message) == (f"outbox.{prefix}", b"7", b" as it is\n", "18446744073709551615", prefix)


def test_debezium_layout(outbox, prefix):
    outbox = outbox("""(id BINARY(16) PRIMARY KEY, aggregatetype VARCHAR(50) NOT NULL, aggregateid VARCHAR(50) NOT NULL,
                        type VARCHAR(50) NOT NULL, payload JSON)""").start()
    name = uuid.uuid4()
    outbox.execute(("INSERT INTO outbox VALUES (%s, %s, 'order-5', 'OrderPlaced', '[]')", (name.bytes, prefix)))
    (message,) = outbox.messages(1, f"outbox.event.{prefix}")
    assert summary(message) == (f"outbox.event.{prefix}", b"order-5", b"[]", str(name), "OrderPlaced")


def test_columns_of_other_names(outbox, prefix):
    columns = {"id": "uid", "type": "what", "payload": "body", "aggregate_id": "subject"}
    outbox = outbox("(uid INT PRIMARY KEY, what VARCHAR(9), body BLOB, subject BIGINT)", columns=columns, topic=prefix).start()
    outbox.execute("INSERT INTO outbox VALUES (1, 'Made', x'00ff', -3)")
    (message,) = outbox.messages(1, prefix)
    assert summary(message) == (prefix, b"-3", b"\x00\xff", "1", "Made")


def test_templates_of_topic_key_partition_and_headers(outbox, kafka, prefix):
    outbox = outbox(
        "(message_id INT PRIMARY KEY, message_type VARCHAR(20), payload TEXT, tenant VARCHAR(9), part INT, tag BINARY(16), raw VARBINARY(9))",
        topic=prefix + ".${database}.${tenant}",
        key="${tenant}/${message_type}",
        partition="${part}",
        headers={"tenant": "${tenant}", "tag": "${tag}", "raw": "${raw}", "lit": "a-$${b}"},
    )
    topics = [kafka.create_topic(f"{prefix}.{outbox.database}.{tenant}", partitions=3) for tenant in ("x", "y")]
    outbox.start().execute("INSERT INTO outbox VALUES (1, 'A', 'p', 'x', 2, x'00112233445566778899aabbccddeeff', x'0aff')",
                           "INSERT INTO outbox VALUES (2, NULL, 'q', 'y', 1, NULL, NULL)")  # fmt: skip
    first, second = sorted(outbox.messages(2, *topics), key=lambda m: m.topic)
    assert (first.topic, first.partition, first.key) == (topics[0], 2, b"x/A")
    assert first.headers == [("id", b"1"), ("type", b"A"), ("tenant", b"x"), ("tag", b"00112233-4455-6677-8899-aabbccddeeff"),
                             ("raw", b"0aff"), ("lit", b"a-${b}")]  # fmt: skip
    assert (second.topic, second.partition, second.key) == (topics[1], 1, b"y/")
    assert second.headers == [("id", b"2"), ("tenant", b"y"), ("lit", b"a-${b}")]


def test_null_alone_is_no_key(outbox, prefix):
    outbox = outbox("(message_id INT PRIMARY KEY, message_type TEXT, payload TEXT, k VARCHAR(9))", topic=prefix, key="${k}").start()
    outbox.execute("INSERT INTO outbox VALUES (1, 'A', 'p', NULL), (2, 'A', 'q', '')")
    assert [m.key for m in outbox.messages(2, prefix)] == [None, b""]


PAYLOADS = [
    ("JSON", """'{"z": 1, "a": "é\\\\n", "n": 1.50}'""", '{"a": "é\\n", "n": 1.5, "z": 1}'.encode()),
    ("JSON", "'null'", b"null"),
    ("TEXT", "'é\\n{\"not\": json'", 'é\n{"not": json'.encode()),
    ("TEXT CHARACTER SET latin1", "'é€'", "é€".encode()),
    ("LONGBLOB", "x'00ff0a'", b"\x00\xff\n"),
    ("BINARY(4)", "x'01'", b"\x01\0\0\0"),
    ("LONGTEXT", "''", b""),
    ("LONGBLOB", "REPEAT('x', 300000)", b"x" * 300_000),
    ("VARCHAR(20)", "NULL", None),
    ("JSON", "NULL", None),
]


def test_payload_is_what_was_stored(mysql, kafka, make_rowferry, database, prefix):
    outboxes = Outbox(mysql, kafka, make_rowferry, database, {"table": f"{database}.p*", "topic": prefix + ".${table}"})
    for number, (column, _, _) in enumerate(PAYLOADS):
        outboxes.execute(f"CREATE TABLE p{number} (message_id INT PRIMARY KEY, message_type TEXT, payload {column})")
    outboxes.start()
    for number, (_, literal, _) in enumerate(PAYLOADS):
        outboxes.execute(f"INSERT INTO p{number} VALUES (1, 'A', {literal})")
    messages = outboxes.messages(len(PAYLOADS), *(f"{prefix}.p{number}" for number in range(len(PAYLOADS))))
    values = {int(m.topic.rpartition(".p")[2]): m.value for m in messages}
    assert [values[number] for number in range(len(PAYLOADS))] == [stored for _, _, stored in PAYLOADS]


def test_several_outboxes_and_a_table_at_once(outbox, mysql, kafka, make_rowferry, database, prefix):
    for name in ("commands", "events"):
        mysql.execute(f"CREATE TABLE {database}.{name} {TEXTBOOK}")
    mysql.execute(f"CREATE TABLE {database}.orders (id INT PRIMARY KEY)")
    both = Outbox(
        mysql, kafka, make_rowferry, database,
        {"table": f"{database}.commands", "topic": f"{prefix}.commands"},
        {"table": f"{database}.events", "topic": f"{prefix}.events"},
        tables=[{"include": f"{database}.*", "exclude": [f"{database}.commands", f"{database}.events"], "topic": f"{prefix}.rows"}],
    ).start()  # fmt: skip
    both.execute("BEGIN", "INSERT INTO orders VALUES (1)", "INSERT INTO events (message_id, message_type) VALUES ('e', 'Placed')",
                 "INSERT INTO commands (message_id, message_type) VALUES ('c', 'Bill')", "COMMIT")  # fmt: skip
    messages = {m.topic: m for m in both.messages(3, *(f"{prefix}.{each}" for each in ("commands", "events", "rows")))}
    assert header(messages[f"{prefix}.commands"], "id") == "c" and header(messages[f"{prefix}.events"], "type") == "Placed"
    assert messages[f"{prefix}.rows"].key == b'{"id":1}'


def test_updates_and_deletes_are_not_sent(outbox, prefix):
    outbox = outbox(TEXTBOOK, topic=prefix).start()
    outbox.execute("INSERT INTO outbox (message_id, message_type) VALUES ('1', 'A'), ('2', 'A')",
                   "UPDATE outbox SET processed_at = NOW(6), payload = '{}', fail_count = 3", "DELETE FROM outbox WHERE message_id = '1'",
                   "TRUNCATE outbox", "INSERT INTO outbox (message_id, message_type) VALUES ('3', 'A')")  # fmt: skip
    assert [header(m, "id") for m in outbox.messages(3, prefix)] == ["1", "2", "3"]


def test_update_that_changes_the_message_id_is_a_new_message(outbox, prefix):
    columns = "(seq INT PRIMARY KEY, message_id VARCHAR(9), message_type VARCHAR(9), payload TEXT)"
    outbox = outbox(columns, topic=prefix).start()
    outbox.execute("INSERT INTO outbox VALUES (1, 'a', 'T', 'first')", "REPLACE INTO outbox VALUES (1, 'b', 'T', 'second')",
                   "INSERT INTO outbox VALUES (1, 'c', 'T', 'third') AS n ON DUPLICATE KEY UPDATE message_id = n.message_id, payload = n.payload",
                   "REPLACE INTO outbox VALUES (1, 'c', 'T', 'the same message')")  # fmt: skip
    assert [(header(m, "id"), m.value) for m in outbox.messages(3, prefix)] == [("a", b"first"), ("b", b"second"), ("c", b"third")]


def test_new_message_without_its_payload_is_an_error(outbox, prefix):
    columns = "(seq INT PRIMARY KEY, message_id VARCHAR(9), message_type VARCHAR(9), payload TEXT)"
    outbox = outbox(columns, topic=prefix)
    outbox.execute("INSERT INTO outbox VALUES (1, 'a', 'T', 'row content')")
    outbox.start().execute("UPDATE outbox SET message_id = 'b'", binlog_row_image="MINIMAL")
    assert outbox.rowferry.wait_exit() == 5
    last = outbox.rowferry.log.splitlines()[-1]
    assert "binlog_row_image=FULL" in last and "payload" in last and "binlog.0" in last and "`outbox`" in last
    assert "row content" not in last
    assert f"outbox.{prefix}" not in outbox.kafka.topics() and prefix not in outbox.kafka.topics()


def test_characters_that_no_topic_may_have(outbox, prefix):
    outbox = outbox(TEXTBOOK, topic=prefix + ".${message_type}").start()
    outbox.execute("INSERT INTO outbox (message_id, message_type) VALUES ('1', 'Bestellung/geä ndert:🚀'), ('2', 'x/y'), ('3', 'x/y')")
    messages = outbox.messages(3, f"{prefix}.Bestellung_ge__ndert__", f"{prefix}.x_y")
    assert sorted(header(m, "id") for m in messages) == ["1", "2", "3"]
    assert [outbox.rowferry.log.count(f"topic {topic}: characters") for topic in sorted({m.topic for m in messages})] == [1, 1]


@pytest.mark.parametrize(("topic", "value", "status", "cause"), [
    ("${message_type}", "REPEAT('x', 250)", 4, "249 bytes"), ("${message_type}", "NULL", 5, "NULL"), ("outbox.${message_type}", "NULL", 5, "NULL")])  # fmt: skip
def test_value_that_makes_no_topic(outbox, topic, value, status, cause):
    outbox = outbox("(message_id INT PRIMARY KEY, message_type VARCHAR(300), payload TEXT)", topic=topic).start()
    before = position(outbox.rowferry)
    outbox.execute(f"INSERT INTO outbox VALUES (1, {value}, 'secret row content')")
    assert outbox.rowferry.wait_exit() == status
    last = outbox.rowferry.log.splitlines()[-1]
    assert cause in last and "`outbox`" in last and "binlog.0" in last and "secret row" not in last
    assert position(outbox.rowferry) == before


def test_tagged_gtids(outbox, prefix, mysql):
    outbox = outbox(TEXTBOOK, topic=prefix)
    outbox.start().execute("INSERT INTO outbox (message_id, message_type) VALUES ('1', 'A')")
    outbox.execute("INSERT INTO outbox (message_id, message_type) VALUES ('2', 'A')", gtid_next="AUTOMATIC:shop")
    outbox.messages(2, prefix)
    assert ":shop:1" in outbox.rowferry.checkpoint_file.read_text()
    outbox.execute("INSERT INTO outbox (message_id, message_type) VALUES ('3', 'A')", gtid_next="AUTOMATIC:shop")
    outbox.start()
    assert [header(m, "id") for m in outbox.messages(3, prefix)] == ["1", "2", "3"]


def test_server_without_gtids_resumes_by_file_and_offset(make_mysql, kafka, make_rowferry, prefix):
    mysql = make_mysql("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF")
    mysql.execute("CREATE DATABASE d", f"CREATE TABLE d.outbox {TEXTBOOK}", "CREATE TABLE d.t (id INT PRIMARY KEY)")
    tables = [{"include": "d.t", "topic": f"{prefix}.t", "headers": {"id": True}}]
    config = base_config(prefix, mysql, kafka, outbox=[{"table": "d.outbox", "topic": prefix}], tables=tables)
    rowferry = make_rowferry(config)
    for number in range(1, 4):
        rowferry.start().wait_streaming()
        mysql.execute(f"INSERT INTO d.outbox (message_id, message_type) VALUES ('{number}', 'A')", f"INSERT INTO d.t VALUES ({number})")
        with kafka.reader(prefix, f"{prefix}.t") as reader:
            reader.wait_for(2 * number)
        rowferry.stop()
        mysql.execute("FLUSH BINARY LOGS")
    messages = kafka.consume(prefix, f"{prefix}.t")
    assert [header(m, "id") for m in messages if m.topic == prefix] == ["1", "2", "3"]
    ids = [header(m, "id") for m in messages if m.topic == f"{prefix}.t"]
    assert len(set(ids)) == 3 and all(each.startswith(f"binlog.00000{n}:") for n, each in enumerate(ids, 1))
    assert b'"gtid":null' in [m.value for m in messages if m.topic == f"{prefix}.t"][0]
