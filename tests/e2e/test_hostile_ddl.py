"""Tables that change their shape between rows: each row is read with the shape that it was written with."""

import json

import pytest

from harness import base_config, wait_until

ALTERED = [
    ("CREATE TABLE a (id INT PRIMARY KEY, v VARCHAR(20))", None),
    ("INSERT INTO a VALUES (1, 'x')", ("c", None, {"id": 1, "v": "x"})),
    ("ALTER TABLE a ADD COLUMN w INT DEFAULT 7, ALGORITHM=INSTANT", None),
    ("INSERT INTO a VALUES (2, 'y', 8)", ("c", None, {"id": 2, "v": "y", "w": 8})),
    ("UPDATE a SET v = 'z' WHERE id = 1", ("u", {"id": 1, "v": "x", "w": 7}, {"id": 1, "v": "z", "w": 7})),
    ("ALTER TABLE a ADD COLUMN f INT FIRST, ALGORITHM=INSTANT", None),
    ("INSERT INTO a VALUES (9, 3, 'q', 1)", ("c", None, {"f": 9, "id": 3, "v": "q", "w": 1})),
    ("ALTER TABLE a RENAME COLUMN v TO vv", None),
    ("UPDATE a SET vv = 'r' WHERE id = 2",
     ("u", {"f": None, "id": 2, "vv": "y", "w": 8}, {"f": None, "id": 2, "vv": "r", "w": 8})),
    ("ALTER TABLE a DROP COLUMN w, ALGORITHM=INSTANT", None),
    ("ALTER TABLE a MODIFY vv TEXT FIRST", None),
    ("UPDATE a SET vv = 't' WHERE id = 2", ("u", {"vv": "r", "f": None, "id": 2}, {"vv": "t", "f": None, "id": 2})),
    ("ALTER TABLE a MODIFY id BIGINT UNSIGNED", None),
    ("DELETE FROM a WHERE id = 3", ("d", {"vv": "q", "f": 9, "id": 3}, None)),
]  # fmt: skip

# As gh-ost swaps, as a deployment drops and creates, and what has another name in the end.
SWAPPED = [
    ("CREATE TABLE a (id INT PRIMARY KEY, v INT)", None),
    ("INSERT INTO a VALUES (1, 1)", ("c", None, {"id": 1, "v": 1})),
    ("CREATE TABLE _a_gho (id INT PRIMARY KEY, v BIGINT, n CHAR(3))", None),
    ("INSERT INTO _a_gho SELECT id, v, 'a' FROM a", None),
    ("RENAME TABLE a TO _a_del, _a_gho TO a", None),
    ("INSERT INTO a VALUES (2, 9999999999, 'b')", ("c", None, {"id": 2, "v": 9999999999, "n": "b"})),
    ("DROP TABLE _a_del, a", None),
    ("CREATE TABLE a (k VARCHAR(9) PRIMARY KEY)", None),
    ("INSERT INTO a VALUES ('kk')", ("c", None, {"k": "kk"})),
    ("TRUNCATE a", ("t", None, None)),
    ("RENAME TABLE a TO b", None),
    ("INSERT INTO b VALUES ('no')", None),
    ("CREATE TABLE a AS SELECT 5 AS five", ("c", None, {"five": 5})),
    ("CREATE OR REPLACE VIEW v AS SELECT * FROM a", None),
    ("INSERT INTO v VALUES (6)", ("c", None, {"five": 6})),
]

PARTITIONED = [
    ("CREATE TABLE a (id INT, y INT, PRIMARY KEY (id, y)) PARTITION BY RANGE (y)"
     " (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))", None),
    ("INSERT INTO a VALUES (1, 5)", ("c", None, {"id": 1, "y": 5})),
    ("ALTER TABLE a ADD PARTITION (PARTITION p2 VALUES LESS THAN MAXVALUE)", None),
    ("INSERT INTO a VALUES (3, 99)", ("c", None, {"id": 3, "y": 99})),
    ("ALTER TABLE a REORGANIZE PARTITION p1, p2 INTO (PARTITION q VALUES LESS THAN MAXVALUE)", None),
    ("ALTER TABLE a REMOVE PARTITIONING", None),
    ("INSERT INTO a VALUES (4, 1)", ("c", None, {"id": 4, "y": 1})),
    ("CREATE TABLE x (id INT, y INT, PRIMARY KEY (id, y))", None),
    ("ALTER TABLE a PARTITION BY HASH (y) PARTITIONS 3", None),
    ("ALTER TABLE a EXCHANGE PARTITION p0 WITH TABLE x", None),
    ("INSERT INTO a VALUES (7, 7)", ("c", None, {"id": 7, "y": 7})),
]  # fmt: skip


@pytest.mark.parametrize("storm", [ALTERED, SWAPPED, PARTITIONED], ids=["altered", "swapped", "partitioned"])
@pytest.mark.parametrize("compression", ["OFF", "ON"])
def test_rows_have_the_shape_of_their_time(mysql, database, make_rowferry, prefix, storm, compression):
    tables = [{"include": f"{database}.a", "topic": prefix}]
    rowferry = make_rowferry(base_config(prefix, mysql, tables=tables))
    rowferry.start().wait_streaming()
    with mysql.connect(database=database).cursor() as cursor:
        cursor.execute(f"SET binlog_transaction_compression = {compression}")
        for statement, _ in storm:
            cursor.execute(statement)
    wanted = [change for _, change in storm if change]

    def sent():
        values = [json.loads(json.loads(line)["value"]) for line in rowferry.output.splitlines()]
        return [(value["op"], value["before"], value["after"]) for value in values]

    wait_until(lambda: len(sent()) >= len(wanted), 20, lambda: f"all is sent: {sent()}")
    rowferry.stop()
    assert sent() == wanted
    assert [list(after) for _, _, after in sent() if after] == [list(after) for _, _, after in wanted if after]
