"""The plain format (CONTRACT sections 4 and 6): members and their order, keys, rows, partitions, headers."""

import json
import re
import time

import pytest

from harness import base_config
from harness.kafka import header
from murmur2 import partition_of


class Ferry:
    """rowferry on tables of one database, all of them unless told otherwise; what it sends is read by `messages`."""

    def __init__(self, mysql, kafka, make_rowferry, database, **entry):
        self.mysql, self.kafka, self.database = mysql, kafka, database
        self.entry = {"include": f"{database}.*", "topic": f"{database}.${{table}}", **entry}
        self.rowferry = make_rowferry(base_config(database, mysql, kafka, tables=[self.entry]))

    def start(self):
        self.rowferry.start().wait_streaming()
        return self

    def execute(self, *statements, **session):
        """In one session of the database; `session` sets variables, as binlog_row_image="MINIMAL"."""
        connection = self.mysql.connect(database=self.database)
        with connection.cursor() as cursor:
            for name, value in session.items():
                cursor.execute(f"SET {name} = %s", (value,))
            for statement in statements:
                cursor.execute(statement)
        connection.close()

    def messages(self, count, *tables):
        with self.kafka.reader(*(f"{self.database}.{table}" for table in tables or ("t",))) as reader:
            messages = reader.wait_for(count)
            self.rowferry.stop()  # what it was still about to send is there now
            assert len(reader.read_to_end()) == count, [m.value for m in messages]
        return messages


@pytest.fixture
def ferry(mysql, kafka, make_rowferry, database):
    return lambda **entry: Ferry(mysql, kafka, make_rowferry, database, **entry)


def parsed(messages):
    return [json.loads(message.value) for message in messages]


def members(message, *names):
    return tuple(json.loads(message.value)[name] for name in names)


def rows_event(mysql, place, kind):
    """(GTID, file, position) of the first such event behind `place`, as the server lists them."""
    gtid = None
    for file, position, event, _, _, info in mysql.execute(f"SHOW BINLOG EVENTS IN '{place[0]}' FROM {place[1]}"):
        if event == "Gtid":
            gtid = re.search(r"GTID_NEXT= '(.*)'", info).group(1)
        if event == kind:
            return gtid, file, position
    raise AssertionError(f"no {kind} behind {place}")


@pytest.mark.parametrize("compression", ["OFF", "ON"])
def test_lines_are_exactly_these(ferry, mysql, compression):
    ferry = ferry()
    ferry.execute("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(10), amount DECIMAL(8,2))")
    ferry.start()
    lines, kinds = [], [("Write_rows", "c"), ("Update_rows", "u"), ("Delete_rows", "d")]
    statements = ["INSERT INTO t VALUES (1, 'ä', 1.5)", "UPDATE t SET name = NULL", "DELETE FROM t"]
    images = [("null", '{"id":1,"name":"ä","amount":"1.50"}'), ('{"id":1,"name":"ä","amount":"1.50"}', '{"id":1,"name":null,"amount":"1.50"}'),
              ('{"id":1,"name":null,"amount":"1.50"}', "null")]  # fmt: skip
    began = time.time()
    for statement, (kind, op), (before, after) in zip(statements, kinds, images):
        place = mysql.execute("SHOW BINARY LOG STATUS")[0][:2]
        ferry.execute(statement, binlog_transaction_compression=compression)
        gtid, file, pos = rows_event(mysql, place, kind if compression == "OFF" else "Transaction_payload")
        lines.append(
            f'{{"op":"{op}","db":"{ferry.database}","table":"t","ts_us":T,"gtid":"{gtid}","file":"{file}","pos":{pos},"row":0,'
            f'"key":{{"id":1}},"before":{before},"after":{after}}}'
        )
    messages = ferry.messages(3)

    assert [re.sub(r'"ts_us":\d{16}\b', '"ts_us":T', m.value.decode()) for m in messages] == lines
    assert all(m.key == b'{"id":1}' and m.headers == [] for m in messages)
    times = [each["ts_us"] for each in parsed(messages)]
    assert times == sorted(times) and (began - 1) * 1e6 <= times[0] and times[-1] <= (time.time() + 1) * 1e6


def test_change_of_the_key_is_two_messages(ferry):
    ferry = ferry(headers={"id": True})
    ferry.execute("CREATE TABLE t (a INT, b INT, v INT, PRIMARY KEY (b, a))", "INSERT INTO t VALUES (1, 2, 3)")
    ferry.start().execute("UPDATE t SET a = 9", "UPDATE t SET v = 4")
    old, new, plain = ferry.messages(3)

    assert (old.key, new.key) == (b'{"b":2,"a":1}', b'{"b":2,"a":9}')
    assert members(old, "op", "row", "key", "before", "after", "key_changed") == (
        "d", 0, {"b": 2, "a": 1}, {"a": 1, "b": 2, "v": 3}, None, True)  # fmt: skip
    assert members(new, "op", "row", "key", "before", "after", "key_changed") == (
        "c", 0, {"b": 2, "a": 9}, None, {"a": 9, "b": 2, "v": 3}, True)  # fmt: skip
    gtid = members(old, "gtid")[0]
    assert header(old, "id") == f"{gtid}/{ferry.database}.t/0/d" and header(new, "id") == f"{gtid}/{ferry.database}.t/0/c"
    assert old.value.endswith(b',"key_changed":true}') and "key_changed" not in parsed([plain])[0]


def test_table_without_key_goes_to_one_partition(ferry, kafka):
    ferry = ferry()
    kafka.create_topic(f"{ferry.database}.t", partitions=5)
    ferry.execute("CREATE TABLE t (a INT, b INT, UNIQUE (a))")  # a may be NULL: no key
    ferry.start().execute("INSERT INTO t VALUES (1, 1), (NULL, 2)", "UPDATE t SET a = 3 WHERE b = 2", "DELETE FROM t")
    messages = ferry.messages(5)

    assert {(m.partition, m.key, members(m, "key")) for m in messages} == {(0, None, (None,))}
    assert [members(m, "op", "row") for m in messages] == [("c", 0), ("c", 1), ("u", 0), ("d", 0), ("d", 1)]


def test_first_unique_key_over_not_null_columns_is_the_key(ferry):
    ferry = ferry()
    ferry.execute("CREATE TABLE t (a INT, b INT NOT NULL, c INT NOT NULL, UNIQUE (a), UNIQUE (c, b), UNIQUE (b))")
    ferry.start().execute("INSERT INTO t VALUES (1, 2, 3)")
    (message,) = ferry.messages(1)
    assert message.key == b'{"c":3,"b":2}'


def test_truncate_goes_to_every_partition(ferry, kafka):
    ferry = ferry(headers={"id": True})
    kafka.create_topic(f"{ferry.database}.t", partitions=4)
    ferry.execute("CREATE TABLE t (id INT PRIMARY KEY)")
    ferry.start().execute("INSERT INTO t VALUES (1)", "TRUNCATE t")
    messages = [m for m in ferry.messages(5) if members(m, "op") == ("t",)]

    assert sorted(m.partition for m in messages) == [0, 1, 2, 3]
    assert {m.key for m in messages} == {None} and len({m.value for m in messages}) == 1
    assert members(messages[0], "key", "before", "after", "row") == (None, None, None, 0)
    assert header(messages[0], "id") == f"{members(messages[0], 'gtid')[0]}/{ferry.database}.t/0"


TABLE = "CREATE TABLE t (id INT PRIMARY KEY, a INT DEFAULT 5, b TEXT, c JSON)"
WHOLE = {"id": 1, "a": 7, "b": None, "c": {"x": 1}}
NO_TEXT = {"id": 1, "a": 7, "c": {"x": 1}}


@pytest.mark.parametrize(
    ("image", "inserted", "updated", "deleted"),
    [
        ("FULL", WHOLE, (WHOLE, {**WHOLE, "a": 8}), WHOLE),
        ("NOBLOB", NO_TEXT, (NO_TEXT, {**NO_TEXT, "a": 8}), {**NO_TEXT, "a": 8}),  # JSON is no blob to MySQL
        ("MINIMAL", {"id": 1, "a": 7, "c": {"x": 1}}, ({"id": 1}, {"id": 1, "a": 8}), {"id": 1}),
    ],
)
def test_columns_that_the_image_lacks_are_left_out(ferry, image, inserted, updated, deleted):
    ferry = ferry()
    ferry.execute(TABLE)
    ferry.start().execute(
        """INSERT INTO t (id, a, c) VALUES (1, 7, '{"x": 1}')""", "UPDATE t SET a = 8", "DELETE FROM t", binlog_row_image=image
    )
    insert, update, delete = ferry.messages(3)
    if image == "FULL":
        deleted = updated[1]
    assert members(insert, "before", "after") == (None, inserted)
    assert members(update, "before", "after") == updated
    assert members(delete, "before", "after") == (deleted, None)
    assert {m.key for m in (insert, update, delete)} == {b'{"id":1}'}


def test_change_of_the_key_with_a_minimal_image(ferry):
    ferry = ferry()
    ferry.execute(TABLE, "INSERT INTO t (id) VALUES (1)")
    ferry.start().execute("UPDATE t SET id = 2, a = 3", "UPDATE t SET a = 4", binlog_row_image="MINIMAL")
    old, new, plain = ferry.messages(3)
    assert members(old, "op", "key", "before") == ("d", {"id": 1}, {"id": 1})
    assert members(new, "op", "key", "after") == ("c", {"id": 2}, {"id": 2, "a": 3})
    assert members(plain, "op", "after") == ("u", {"id": 2, "a": 4})
    assert len(re.findall("binlog_row_image=FULL", ferry.rowferry.log)) == 1


def test_rows_are_counted_by_table_and_transaction(ferry, kafka, make_rowferry, mysql):
    ferry = ferry()
    ferry.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT)", "CREATE TABLE u (id INT PRIMARY KEY, v INT)",
                  "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW INSERT INTO u VALUES (NEW.id + 100, 0)")  # fmt: skip
    only_u = make_rowferry(base_config(ferry.database + "_u", mysql, kafka, tables=[
        {"include": f"{ferry.database}.u", "topic": f"{ferry.database}.only_u"}]))  # fmt: skip
    only_u.start().wait_streaming()
    ferry.start().execute("BEGIN", "INSERT INTO t VALUES (1, 0), (2, 0)", "INSERT INTO u VALUES (1, 0)",
                          "UPDATE t, u SET t.v = 1, u.v = 1 WHERE t.id = u.id", "DELETE FROM u WHERE id > 100", "COMMIT",
                          "INSERT INTO u VALUES (7, 7)")  # fmt: skip
    messages = ferry.messages(10, "t", "u")
    of_t = [m for m in messages if m.topic.endswith(".t")]
    of_u = [m for m in messages if m.topic.endswith(".u")]

    assert [members(m, "op", "row") for m in of_t] == [("c", 0), ("c", 1), ("u", 2)]
    assert [members(m, "op", "row") for m in of_u] == [("c", 0), ("c", 1), ("c", 2), ("u", 3), ("d", 4), ("d", 5), ("c", 0)]
    with kafka.reader(f"{ferry.database}.only_u") as reader:
        assert [m.value for m in reader.wait_for(7)] == [m.value for m in of_u]
    only_u.stop()


def test_order_by_key_and_javas_partitions(ferry, kafka):
    ferry = ferry()
    kafka.create_topic(f"{ferry.database}.t", partitions=7)
    ferry.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT NOT NULL)")
    ferry.start().execute("INSERT INTO t VALUES " + ", ".join(f"({i}, 0)" for i in range(40)), *["UPDATE t SET v = v + 1"] * 5)
    messages = ferry.messages(240)

    for key in {m.key for m in messages}:
        own = [m for m in messages if m.key == key]
        assert {m.partition for m in own} == {partition_of(key, 7)}
        assert [json.loads(m.value)["after"]["v"] for m in own] == [0, 1, 2, 3, 4, 5]
    assert len({m.partition for m in messages}) == 7


def test_names_at_that_moment(ferry):
    ferry = ferry()
    ferry.execute("CREATE TABLE t (id INT PRIMARY KEY)")
    ferry.start().execute("INSERT INTO t VALUES (1)", "ALTER TABLE t ADD COLUMN extra INT DEFAULT 4 FIRST, ALGORITHM=INSTANT",
                          "INSERT INTO t (id) VALUES (2)", "RENAME TABLE t TO u", "INSERT INTO u (id) VALUES (3)",
                          "ALTER TABLE u RENAME COLUMN extra TO other, DROP PRIMARY KEY", "INSERT INTO u (id) VALUES (4)")  # fmt: skip
    messages = sorted(ferry.messages(4, "t", "u"), key=lambda m: members(m, "ts_us"))
    assert [(m.topic.rpartition(".")[2], m.key, members(m, "table", "after")) for m in messages] == [
        ("t", b'{"id":1}', ("t", {"id": 1})),
        ("t", b'{"id":2}', ("t", {"extra": 4, "id": 2})),
        ("u", b'{"id":3}', ("u", {"extra": 4, "id": 3})),
        ("u", None, ("u", {"other": 4, "id": 4})),
    ]


def test_templates_of_key_partition_and_headers(ferry, kafka):
    ferry = ferry(key="${tenant}-${id}", partition="${part}", headers={"tenant": "${tenant}", "where": "${database}/${table}", "lit": "$${x}"})
    kafka.create_topic(f"{ferry.database}.t", partitions=3)
    ferry.execute("CREATE TABLE t (id INT PRIMARY KEY, tenant VARCHAR(9), part INT NOT NULL)")
    ferry.start().execute("INSERT INTO t VALUES (1, 'a', 2), (2, NULL, 0)", "UPDATE t SET tenant = 'b', part = 1 WHERE id = 1")
    messages = sorted(ferry.messages(3), key=lambda m: members(m, "ts_us", "row"))
    place = ("where", f"{ferry.database}/t".encode())
    assert [(m.partition, m.key, m.headers) for m in messages] == [
        (2, b"a-1", [("tenant", b"a"), place, ("lit", b"${x}")]),
        (0, b"-2", [place, ("lit", b"${x}")]),
        (1, b"b-1", [("tenant", b"b"), place, ("lit", b"${x}")]),
    ]


def test_record_time_is_the_commit_where_asked_for(ferry):
    ferry = ferry(timestamp="commit")
    ferry.execute("CREATE TABLE t (id INT PRIMARY KEY)")
    ferry.start().execute("INSERT INTO t VALUES (1)", timestamp=1_000_000_000)
    (message,) = ferry.messages(1)
    assert message.timestamp == members(message, "ts_us")[0] // 1000


def test_first_entry_that_matches_wins(mysql, kafka, make_rowferry, database, prefix):
    tables = [
        {"include": f"{database}.orders", "topic": f"{prefix}.one"},
        {"include": [f"{database}.order*", f"/{database}\\.t[0-9]+/"], "exclude": f"{database}.order_tmp*", "topic": f"{prefix}.two"},
    ]  # fmt: skip
    for name in ("orders", "order_lines", "order_tmp1", "t1", "t1x", "other"):
        mysql.execute(f"CREATE TABLE {database}.{name} (id INT PRIMARY KEY)")
    rowferry = make_rowferry(base_config(prefix, mysql, kafka, tables=tables))
    rowferry.start().wait_streaming()
    for name in ("orders", "order_lines", "order_tmp1", "t1", "t1x", "other"):
        mysql.execute(f"INSERT INTO {database}.{name} VALUES (1)")
    with kafka.reader(f"{prefix}.one", f"{prefix}.two") as reader:
        reader.wait_for(3)
        rowferry.stop()
        got = sorted((m.topic, *members(m, "table")) for m in reader.read_to_end())
    assert got == [(f"{prefix}.one", "orders"), (f"{prefix}.two", "order_lines"), (f"{prefix}.two", "t1")]
