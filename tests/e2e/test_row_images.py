"""Row images: what an image lacks stays absent in `before` and `after`, and the key is whole (CONTRACT section 4)."""

import pytest

from harness.oracle import Table
from test_types import sent_by

COLUMNS = """id INT PRIMARY KEY, num DECIMAL(8,3) DEFAULT 1.5, txt VARCHAR(20) CHARACTER SET latin1 DEFAULT 'é', body TEXT, doc JSON,
             bin BLOB, hid INT INVISIBLE DEFAULT 7, state ENUM('new', 'paid') DEFAULT 'new', at TIMESTAMP(3) NULL"""
ALL = ["id", "num", "txt", "body", "doc", "bin", "hid", "state", "at"]
WITHOUT_BLOBS = [name for name in ALL if name not in ("body", "bin")]

# statement, columns before, columns after; by image. None: there is no such image.
STEPS = [
    ("INSERT INTO t (id, num, body, doc) VALUES (1, 2.25, 'body', '{\"a\": [1, null]}')", {
        "FULL": (None, ALL), "NOBLOB": (None, [*WITHOUT_BLOBS[:3], "body", *WITHOUT_BLOBS[3:]]),
        "MINIMAL": (None, ["id", "num", "body", "doc"])}),
    ("UPDATE t SET num = 3, txt = NULL WHERE id = 1", {
        "FULL": (ALL, ALL), "NOBLOB": (WITHOUT_BLOBS, WITHOUT_BLOBS), "MINIMAL": (["id"], ["id", "num", "txt"])}),
    ("UPDATE t SET body = 'other', bin = x'00ff', state = 'paid' WHERE id = 1", {
        "FULL": (ALL, ALL), "NOBLOB": (WITHOUT_BLOBS, ALL), "MINIMAL": (["id"], ["id", "body", "bin", "state"])}),
    ("UPDATE t SET doc = 'null', hid = 8, at = '2024-02-29 01:02:03.456' WHERE id = 1", {
        "FULL": (ALL, ALL), "NOBLOB": (WITHOUT_BLOBS, WITHOUT_BLOBS), "MINIMAL": (["id"], ["id", "doc", "hid", "at"])}),
    ("DELETE FROM t WHERE id = 1", {
        "FULL": (ALL, None), "NOBLOB": (WITHOUT_BLOBS, None), "MINIMAL": (["id"], None)}),
]  # fmt: skip


def execute(connection, *statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def image(row, names):
    return row._object(names) if names else "null"


def line(before, after, held, changed=False, nulls=()):
    held_before, held_after = held
    key = (after if held_after else before).key
    text = f'"key":{key},"before":{image(before, held_before)},"after":{image(after, held_after)}'
    parts = [f'"{side}":["doc"]' for side in nulls]
    if parts:
        text += f',"json_null":{{{",".join(parts)}}}'
    return text + (',"key_changed":true}' if changed else "}")


@pytest.mark.parametrize("kind", ["FULL", "NOBLOB", "MINIMAL"])
def test_every_image_of_every_statement(mysql, kafka, make_rowferry, database, prefix, kind):
    connection = mysql.connect(database=database)
    execute(connection, "SET time_zone = '+00:00'", f"CREATE TABLE t ({COLUMNS})")
    table = Table(connection, database, "t")
    expected = []

    def work():
        execute(connection, f"SET binlog_row_image = {kind}")
        row = None
        for statement, images in STEPS:
            execute(connection, statement)
            before, row = row, next(iter(table.rows()), None)
            held = images[kind]
            nulls = [side for side, one, names in (("before", before, held[0]), ("after", row, held[1]))
                     if names and "doc" in names and one.values["doc"] == "null"]  # fmt: skip
            op = "c" if held[0] is None else "d" if held[1] is None else "u"
            expected.append((op, line(before, row, held, nulls=nulls)))
        return len(expected)

    assert sent_by(mysql, kafka, make_rowferry, prefix, database, work) == expected


@pytest.mark.parametrize(("kind", "old", "new"), [("FULL", ALL, ALL), ("NOBLOB", WITHOUT_BLOBS, WITHOUT_BLOBS), ("MINIMAL", ["id"], ["id", "num"])])
def test_a_change_of_the_key_holds_what_the_image_holds(mysql, kafka, make_rowferry, database, prefix, kind, old, new):
    connection = mysql.connect(database=database)
    execute(connection, "SET time_zone = '+00:00'", f"CREATE TABLE t ({COLUMNS})")
    table = Table(connection, database, "t")
    expected = []

    def work():
        execute(connection, "INSERT INTO t (id, body) VALUES (1, 'b')", f"SET binlog_row_image = {kind}")
        (before,) = table.rows()
        execute(connection, "UPDATE t SET id = 2, num = 9")
        (after,) = table.rows()
        expected.append(("d", line(before, None, (old, None), changed=True)))
        expected.append(("c", line(None, after, (None, new), changed=True)))
        return 3

    assert sent_by(mysql, kafka, make_rowferry, prefix, database, work)[1:] == expected


@pytest.mark.parametrize("kind", ["FULL", "NOBLOB", "MINIMAL"])
def test_without_a_key_the_image_before_is_whole(mysql, kafka, make_rowferry, database, prefix, kind):
    connection = mysql.connect(database=database)

    def work():
        execute(connection, "CREATE TABLE t (a INT, b TEXT, c INT)", f"SET binlog_row_image = {kind}",
                "INSERT INTO t VALUES (1, 'x', NULL)", "UPDATE t SET a = 2", "DELETE FROM t")  # fmt: skip
        return 3

    whole = '{{"a":{},"b":"x","c":null}}'.format
    after = {"FULL": whole(2), "NOBLOB": '{"a":2,"c":null}', "MINIMAL": '{"a":2}'}[kind]
    assert sent_by(mysql, kafka, make_rowferry, prefix, database, work) == [
        ("c", f'"key":null,"before":null,"after":{whole(1)}}}'),
        ("u", f'"key":null,"before":{whole(1)},"after":{after}}}'),
        ("d", f'"key":null,"before":{whole(2)},"after":null}}'),
    ]


def test_rows_of_defaults_alone(mysql, kafka, make_rowferry, database, prefix):
    """INSERT … VALUES () with MINIMAL images: a rows event without a byte of row data, for a row all the same."""
    connection = mysql.connect(database=database)

    def work():
        execute(connection, "CREATE TABLE t (a INT DEFAULT 1, b INT DEFAULT 2)", "SET binlog_row_image = MINIMAL",
                "INSERT INTO t VALUES ()", "INSERT INTO t VALUES (3, DEFAULT)")  # fmt: skip
        return 2

    sent = sent_by(mysql, kafka, make_rowferry, prefix, database, work)
    assert sent[0] == ("c", '"key":null,"before":null,"after":{}}')
    assert sent[1][1].startswith('"key":null,"before":null,"after":{"a":3')


def test_columns_that_were_added_and_dropped_in_place(mysql, kafka, make_rowferry, database, prefix):
    connection = mysql.connect(database=database)
    expected = []

    def work():
        execute(connection, "CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(5))", "INSERT INTO t VALUES (1, 2, 'x')")
        table = Table(connection, database, "t")
        expected.append(("c", f'"key":{{"id":1}},"before":null,"after":{table.rows()[0].image}}}'))
        for ddl in ("ADD COLUMN c DATETIME(2) DEFAULT '2024-02-29 01:02:03.45' AFTER id", "DROP COLUMN a", "ADD COLUMN a DECIMAL(5,2) DEFAULT 7"):
            execute(connection, f"ALTER TABLE t {ddl}, ALGORITHM=INSTANT")
            table = Table(connection, database, "t")
            (before,) = table.rows()
            execute(connection, "UPDATE t SET b = CONCAT(b, 'y')")
            (after,) = table.rows()
            expected.append(("u", f'"key":{{"id":1}},"before":{before.image},"after":{after.image}}}'))
        return len(expected)

    assert sent_by(mysql, kafka, make_rowferry, prefix, database, work) == expected
