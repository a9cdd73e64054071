"""JSON that is logged as differences (binlog_row_value_options=PARTIAL_JSON): documents that are whole again, or `partial`."""

import json
import random

import pytest

from harness.oracle import Table, tail
from test_types import first_difference, sent_by

KEYS = ["a", "b", "k1", "a b", 'q"t', "ü", "b\\c", "", "long" * 20, "x.y", "[0]", "$", "名"]


class Documents:
    """Random documents, paths into them and values, all of them of one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def scalar(self):
        return self.random.choice([
            None, True, False, 0, -1, 32767, 70000, 2**31, 2**63 - 1, 2**64 - 1, 0.5, 1e15, "", "short", "é🚀" * 9, "x" * 200,
        ])  # fmt: skip

    def value(self, depth):
        kind = self.random.random()
        if depth == 0 or kind < 0.3:
            return self.scalar()
        if kind < 0.65:
            return [self.value(depth - 1) for _ in range(self.random.randrange(5))]
        return {key: self.value(depth - 1) for key in self.random.sample(KEYS, self.random.randrange(1, 7))}

    def document(self):
        # Large enough that a difference is the shorter of the two.
        return {"pad": "p" * 3000, "list": [self.value(2) for _ in range(12)], **{key: self.value(3) for key in KEYS[:9]}}

    def path(self, value):
        path = "$"
        while isinstance(value, (dict, list)) and value and (path == "$" or self.random.random() < 0.7):
            if isinstance(value, dict):
                key = self.random.choice([*value, *KEYS])
                path += "." + json.dumps(key, ensure_ascii=False)
                value = value.get(key)
            else:
                index = self.random.randrange(len(value) + 1)
                path += self.random.choice([f"[{index}]", "[last]", f"[last-{index}]"])
                value = value[index] if index < len(value) else None
        return path

    def change(self, column, document):
        """`column = JSON_…(column, …)` of one to three changes, and its arguments."""
        function = self.random.choice(["JSON_SET", "JSON_REPLACE", "JSON_REMOVE", "JSON_SET"])
        sql, arguments = [], []
        for _ in range(self.random.randrange(1, 4)):
            arguments.append(self.path(document))
            sql.append("%s")
            if function != "JSON_REMOVE":
                arguments.append(json.dumps(self.value(2), ensure_ascii=False))
                sql.append("CAST(%s AS JSON)")
        return f"{column} = {function}({column}, {', '.join(sql)})", arguments


def partial_events(mysql, place):
    return sum(row[2] == "Update_rows_partial" for row in mysql.execute(f"SHOW BINLOG EVENTS IN '{place[0]}' FROM {place[1]}"))


@pytest.mark.parametrize("compression", ["OFF", "ON"])
def test_documents_are_those_that_select_shows(mysql, kafka, make_rowferry, database, prefix, compression):
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    documents = Documents(seed)
    connection = mysql.connect(database=database)
    expected = []
    place = mysql.execute("SHOW BINARY LOG STATUS")[0][:2]

    def work():
        with connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+00:00', binlog_row_value_options = PARTIAL_JSON")
            cursor.execute("SET binlog_transaction_compression = %s", (compression,))
            cursor.execute("CREATE TABLE t (id INT PRIMARY KEY, doc JSON, n INT, more JSON)")
            table = Table(connection, database, "t")
            now = {}
            for number in range(25):
                texts = [json.dumps(documents.document(), ensure_ascii=False) for _ in range(2)]
                cursor.execute("INSERT INTO t VALUES (%s, %s, 0, %s)", (number, texts[0], texts[1] if number % 5 else None))
            for row in sorted(table.rows(), key=lambda row: int(row.values["id"])):
                expected.append(("c", tail(None, row)))
                now[row.values["id"]] = row
            for number in range(300):
                key = documents.random.choice(list(now))
                changes, arguments = [], []
                for column in documents.random.choice([["doc"], ["more"], ["doc", "more"]]):
                    sql, own = documents.change(column, json.loads(now[key].values[column] or "null"))
                    changes.append(sql)
                    arguments += own
                try:
                    cursor.execute(f"UPDATE t SET {', '.join(changes)}, n = {number + 1} WHERE id = {key}", arguments)
                except Exception as error:  # `$` may not be removed
                    assert "3153" in str(error) or "3152" in str(error), error
                    continue
                after = next(row for row in table.rows() if row.values["id"] == key)
                expected.append(("u", tail(now[key], after)))
                now[key] = after
        return len(expected)

    got = sent_by(mysql, kafka, make_rowferry, prefix, database, work)
    for number, (sent, wanted) in enumerate(zip(got, expected)):
        assert sent == wanted, f"seed {seed}, message {number}: {first_difference(sent[1], wanted[1])}"
    if compression == "OFF":
        assert partial_events(mysql, place) > 150, "differences were logged"


CASES = [
    ("doc = JSON_SET(doc, '$.a', 2)", '"partial":{"doc":[{"op":"replace","path":"$.a","value":2}]}'),
    ("doc = JSON_SET(doc, '$.\"x y\"', CAST('[1, {\"b\": null}]' AS JSON))",
     '"partial":{"doc":[{"op":"insert","path":"$.\\"x y\\"","value":[1, {"b": null}]}]}'),
    ("doc = JSON_REMOVE(doc, '$.list[1]')", '"partial":{"doc":[{"op":"remove","path":"$.list[1]"}]}'),
    ("doc = JSON_REPLACE(JSON_SET(doc, '$.a', 1.5), '$.list[0]', 'é')",
     '"partial":{"doc":[{"op":"replace","path":"$.a","value":1.5},{"op":"replace","path":"$.list[0]","value":"é"}]}'),
]  # fmt: skip


@pytest.mark.parametrize("image", ["MINIMAL", "NOBLOB"])
def test_without_the_document_before_the_differences_are_sent(mysql, kafka, make_rowferry, database, prefix, image):
    connection = mysql.connect(database=database)

    def work():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE t (id INT PRIMARY KEY, doc JSON, n INT)")
            cursor.execute("INSERT INTO t VALUES (1, JSON_OBJECT('a', 1, 'pad', REPEAT('p', 2000), 'list', JSON_ARRAY(5, 6)), 0)")
            cursor.execute("SET binlog_row_value_options = PARTIAL_JSON, binlog_row_image = %s", (image,))
            for change, _ in CASES:
                cursor.execute(f"UPDATE t SET {change}, n = 3")
        return 1 + len(CASES)

    sent = sent_by(mysql, kafka, make_rowferry, prefix, database, work)[1:]
    if image == "NOBLOB":  # JSON is no blob to MySQL: the document before is there
        assert all('"partial"' not in text and '"after":{"id":1,"doc":{"' in text for _, text in sent)
    else:
        assert sent == [("u", f'"key":{{"id":1}},"before":{{"id":1}},"after":{{"id":1,"n":3}},{partial}}}') for _, partial in CASES]


def test_an_outbox_never_sends_a_difference(mysql, kafka, make_rowferry, database, prefix):
    """REPLACE of a row is an update: with MINIMAL images the payload would be a difference."""
    mysql.execute(f"CREATE TABLE {database}.o (id INT PRIMARY KEY, message_type VARCHAR(20), payload JSON)",
                  f"INSERT INTO {database}.o VALUES (1, 'x', JSON_OBJECT('a', 1, 'pad', REPEAT('p', 2000)))")  # fmt: skip
    from harness import base_config

    rowferry = make_rowferry(base_config(prefix, mysql, kafka, outbox=[{"table": f"{database}.o", "topic": prefix}]))
    rowferry.start().wait_streaming()
    connection = mysql.connect(database=database)
    with connection.cursor() as cursor:
        cursor.execute("SET binlog_row_value_options = PARTIAL_JSON")
        cursor.execute("UPDATE o SET id = 2, payload = JSON_SET(payload, '$.a', 2)")
        with kafka.reader(prefix) as reader:
            (message,) = reader.wait_for(1)
        assert message.value.decode() == '{"a": 2, "pad": "' + "p" * 2000 + '"}'
        cursor.execute("SET binlog_row_image = MINIMAL")
        cursor.execute("UPDATE o SET id = 3, payload = JSON_SET(payload, '$.a', 3)")
    assert rowferry.wait_exit() == 5
    assert "holds nothing but differences of JSON column payload" in rowferry.log
    assert "binlog_row_image=FULL, or binlog_row_value_options=''" in rowferry.log
