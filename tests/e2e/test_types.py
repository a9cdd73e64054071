"""Every value that is sent equals what the server's own SELECT shows, for every type and its edges."""

import base64
import hashlib

import pytest

from harness import base_config
from harness.oracle import Table, quoted, tail
from harness.waiting import wait_until
from type_cases import FAMILIES, charset_family, family


def session(mysql, database, compression):
    connection = mysql.connect(database=database)
    with connection.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00', binlog_transaction_compression = %s", (compression,))
    return connection


class Life:
    """Inserts a family's rows, moves each column on to its next literal, deletes; and notes what must be sent."""

    def __init__(self, connection, database, cases):
        self._connection = connection
        self._cases = cases
        self._name = f"{quoted(database)}.{quoted(cases.name)}"
        self._literals = {name: [*literals, "NULL"] for name, _, literals in cases.columns if literals}
        self.expected = []
        self._run(f"SET sql_mode = '{cases.sql_mode}'")
        self._create()
        self.table = Table(connection, database, cases.name)

    def _run(self, sql):
        with self._connection.cursor() as cursor:
            cursor.execute(sql)

    def _create(self):
        columns = [f"{quoted(name)} {definition}" for name, definition, _ in self._cases.columns]
        parts = ", ".join(["id INT PRIMARY KEY", *columns, *self._cases.after])
        self._run(f"CREATE TABLE {self._name} ({parts}) {self._cases.options}")

    def _rows(self):
        return sorted(self.table.rows(), key=lambda row: int(row.values["id"]))

    def _literal(self, column, row):
        literals = self._literals[column]
        return literals[row % len(literals)]

    def _note(self, op, before, after):
        self.expected += [(op, tail(b, a)) for b, a in zip(before, after)]

    def live(self):
        names = list(self._literals)
        count = max(map(len, self._literals.values()))
        for row in range(count):
            values = ", ".join([str(row), *(self._literal(name, row) for name in names)])
            self._run(f"INSERT INTO {self._name} (id, {', '.join(map(quoted, names))}) VALUES ({values})")
        inserted = self._rows()
        assert len(inserted) == count
        self._note("c", [None] * count, inserted)
        for row in range(count):
            changes = ", ".join(f"{quoted(name)} = {self._literal(name, row + 1)}" for name in names)
            self._run(f"UPDATE {self._name} SET {changes} WHERE id = {row}")
        updated = self._rows()
        self._note("u", inserted, updated)
        self._run(f"DELETE FROM {self._name} ORDER BY id")
        self._note("d", updated, [None] * count)
        return self


def first_difference(got, wanted):
    at = next((i for i, pair in enumerate(zip(got, wanted)) if pair[0] != pair[1]), min(len(got), len(wanted)))
    begin = max(0, at - 60)
    return f"at {at}:\n  got      {got[begin:at + 80]!r}\n  expected {wanted[begin:at + 80]!r}"


def sent_by(mysql, kafka, make_rowferry, topic, database, work):
    """What `work()` makes rowferry send of this database, in order: (op, members from `key` on)."""
    config = base_config(topic, mysql, kafka, tables=[{"include": f"{database}.*", "topic": topic}])
    config["sink"]["kafka"]["message.max.bytes"] = 64 << 20
    rowferry = make_rowferry(config)
    rowferry.start().wait_streaming()
    count = work()
    with kafka.reader(topic) as reader:
        messages = reader.wait_for(count, timeout=60)
    rowferry.stop()
    texts = [message.value.decode() for message in messages]
    return [(text[len('{"op":"')], text[text.index(',"key":') + 1 :]) for text in texts]


@pytest.mark.parametrize("compression", ["OFF", "ON"])
def test_every_value_is_the_one_that_select_shows(mysql, kafka, make_rowferry, database, prefix, compression):
    charsets = [row[0] for row in mysql.execute("SHOW CHARACTER SET") if row[0] != "binary"]
    lives = []

    def work():
        connection = session(mysql, database, compression)
        for cases in [*FAMILIES, *charset_family(charsets)]:
            lives.append(Life(connection, database, cases).live())
        connection.close()
        return sum(len(life.expected) for life in lives)

    got = iter(sent_by(mysql, kafka, make_rowferry, prefix, database, work))
    problems = []
    for life in lives:
        for wanted in life.expected:
            op, row = next(got)
            if (op, row) != wanted:
                problems.append(f"{life.table.name} {wanted[0]}/{op} {first_difference(row, wanted[1])}")
    assert not problems, f"{len(problems)} differ:\n" + "\n".join(problems[:20])
    assert next(got, None) is None


def test_generated_primary_key_is_the_key(mysql, kafka, make_rowferry, database, prefix):
    connection = session(mysql, database, "OFF")
    rows = []

    def work():
        with connection.cursor() as cursor:
            cursor.execute("SET sql_generate_invisible_primary_key = ON")
            cursor.execute("CREATE TABLE gipk (a INT, b INT INVISIBLE)")
            cursor.execute("INSERT INTO gipk (a, b) VALUES (7, NULL), (8, 9)")
        rows.extend(Table(connection, database, "gipk").rows())
        return 2

    sent = sent_by(mysql, kafka, make_rowferry, prefix, database, work)
    assert sent == [("c", tail(None, row)) for row in rows]
    assert sent[1][1] == '"key":{"my_row_id":2},"before":null,"after":{"my_row_id":2,"a":8,"b":9}}'


KEYS = [
    ("decimal_key", "DECIMAL(20,3)", "-12.5"),
    ("datetime_key", "DATETIME(2)", "'2024-02-29 01:02:03.45'"),
    ("binary_key", "BINARY(16)", "x'0100'"),
    ("enum_key", "ENUM('a', 'é')", "'é'"),
    ("set_key", "SET('a', 'b')", "'a,b'"),
    ("year_key", "YEAR", "0"),
    ("bit_key", "BIT(33)", "b'1'"),
    ("double_key", "DOUBLE", "0.1"),
    ("latin1_key", "VARCHAR(10) CHARACTER SET latin1", "'é'"),
    ("timestamp_key", "TIMESTAMP(6)", "'2024-02-29 01:02:03'"),
    ("time_key", "TIME(3)", "'-00:00:00.001'"),
]


def test_keys_of_every_kind_and_order(mysql, kafka, make_rowferry, database, prefix):
    connection = session(mysql, database, "OFF")
    rows = []

    def work():
        definitions = ", ".join(f"{name} {kind} NOT NULL" for name, kind, _ in KEYS)
        order = ", ".join(["label(3)", *(name for name, _, _ in reversed(KEYS))])
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE k ({definitions}, label VARCHAR(30) NOT NULL, note TEXT, PRIMARY KEY ({order}))")
            cursor.execute(f"INSERT INTO k VALUES ({', '.join(literal for _, _, literal in KEYS)}, 'a whole label', NULL)")
        rows.extend(Table(connection, database, "k").rows())
        return 1

    sent = sent_by(mysql, kafka, make_rowferry, prefix, database, work)
    assert sent == [("c", tail(None, rows[0]))]
    assert sent[0][1].startswith('"key":{"label":"a whole label","time_key":"-00:00:00.001",')


@pytest.mark.parametrize("compression", ["OFF", "ON"])
def test_row_of_20_mb(mysql, kafka, make_rowferry, database, prefix, compression):
    kafka.create_topic(prefix, max_message_bytes=64 << 20)
    big = family("big", ("LONGBLOB", ["REPEAT(RANDOM_BYTES(1024), 20480)"]), ("LONGTEXT", ["REPEAT('é', 1000000)"]))
    connection = session(mysql, database, compression)
    lives = []

    def work():
        lives.append(Life(connection, database, big).live())
        return len(lives[0].expected)

    sent = sent_by(mysql, kafka, make_rowferry, prefix, database, work)
    same = [got == wanted for got, wanted in zip(sent, lives[0].expected)]
    assert same == [True] * 6, [first_difference(g[1], w[1]) for g, w in zip(sent, lives[0].expected) if g != w]
    assert len(sent[0][1]) > 27_000_000


@pytest.mark.parametrize("compression", ["OFF", "ON"])
def test_row_of_more_than_64_mb(make_mysql, make_rowferry, prefix, compression):
    mysql = make_mysql("--max-allowed-packet=256M")
    mysql.execute("CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, b LONGBLOB)")
    rowferry = make_rowferry(
        base_config(prefix, mysql, tables=[{"include": "d.t"}], sink={"stdout": {"format": "payload"}})
    )
    rowferry.start().wait_streaming()
    mysql.execute(f"SET binlog_transaction_compression = {compression}",
                  "INSERT INTO d.t VALUES (1, REPEAT(CONCAT(RANDOM_BYTES(1023), 'x'), 71680))")  # fmt: skip
    wait_until(lambda: rowferry.output.endswith(b"\n"), 60, "the row is sent")
    rowferry.stop()
    (text,) = rowferry.output.splitlines()
    sent = base64.b64decode(text[text.index(b'"b":"') + 5 : text.rindex(b'"')], validate=True)
    with mysql.connect(database="d").cursor() as cursor:
        cursor.execute("SELECT LENGTH(b), SHA2(b, 256) FROM t")
        assert (len(sent), hashlib.sha256(sent).hexdigest()) == cursor.fetchone()
    assert len(sent) == 70 * 2**20
