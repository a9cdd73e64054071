"""MariaDB's default binlog_row_metadata=NO_LOG: what is sent is what FULL metadata gives, for every type."""

import pytest

from harness.oracle import quoted
from test_no_names import SHOWN, Reading

SHARED = ("integers", "bits", "decimals", "floats", "times", "strings", "binaries", "enums", "partitioned", "myisam_engine")
OWN = [
    "CREATE TABLE versioned (id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING",
    "CREATE TABLE hashed (id INT PRIMARY KEY, v TEXT, UNIQUE (v))",
    "CREATE TABLE keys_of_many (id INT NOT NULL, v INT NOT NULL, w INT, UNIQUE z (w), UNIQUE y (v, id), UNIQUE x (id))",
    "CREATE TABLE json (id INT PRIMARY KEY, v JSON, w LONGTEXT INVISIBLE)",
    "CREATE TABLE generated (id INT PRIMARY KEY, v INT AS (id + 1) PERSISTENT, w INT AS (id + 2) VIRTUAL)",
    "CREATE TABLE shapes (id INT PRIMARY KEY, v POINT, w POLYGON, x GEOMETRY NOT NULL)",
]
OWN_ROWS = {
    "versioned": "(id, v) VALUES ({}, 5)",
    "hashed": "VALUES ({0}, 'text {0}')",
    "keys_of_many": "VALUES ({}, 2, NULL)",
    "json": "(id, v, w) VALUES ({}, '{{\"a\": 1}}', 'ü')",
    "generated": "(id) VALUES ({})",
    "shapes": "VALUES ({}, POINT(1, 2), NULL, ST_GeomFromText('LINESTRING(0 0, 1 1)'))",
}


def test_every_value_is_the_one_of_full_metadata(make_any_mariadb, make_rowferry, prefix):
    server = make_any_mariadb("--binlog-row-metadata=FULL")
    server.execute(f"CREATE DATABASE {prefix} CHARACTER SET utf8mb4")
    reading = Reading(server, prefix, make_rowferry)
    rows = {}
    for cases in (family for family in SHOWN if family.name in SHARED):
        reading.run(f"SET sql_mode = '{cases.sql_mode}', time_zone = '+00:00'")
        columns = ", ".join(f"{quoted(name)} {definition}" for name, definition, _ in cases.columns)
        reading.run(f"CREATE TABLE {quoted(cases.name)} (id INT PRIMARY KEY, {columns}) {cases.options}")
        literals = [[*values, "NULL"] for _, _, values in cases.columns]
        count = max(map(len, literals))
        rows[cases.name] = [
            lambda key, values=", ".join(each[row % len(each)] for each in literals): f"VALUES ({key}, {values})" for row in range(count)
        ]
    reading.run("SET sql_mode = ''", *OWN)
    rows.update({name: [row.format] for name, row in OWN_ROWS.items()})
    reading.start()
    for metadata, first in (("FULL", 0), ("NO_LOG", 1)):
        reading.run(f"SET GLOBAL binlog_row_metadata = {metadata}")
        for name, each in rows.items():
            for number, row in enumerate(each):
                reading.run(f"INSERT INTO {quoted(name)} " + row(2 * number + first))
    total = 2 * sum(map(len, rows.values()))
    reading.after(total)
    reading.rowferry.stop()
    by_table = {}
    for table, _, _, after in reading.sent():
        number = after.pop("id")
        for moment in ("row_start", "row_end", "DB_ROW_HASH_1"):
            after.pop(moment, None)  # of the row itself
        by_table.setdefault(table, {})[number] = after
    for name, sent in by_table.items():
        for number in range(0, len(sent), 2):
            full, bare = sent[number], sent[number + 1]
            if name == "hashed":
                assert bare.pop("v") == f"text {number + 1}" and full.pop("v") == f"text {number}"
            if name == "generated":
                assert (bare.pop("v"), bare.pop("w")) == (number + 2, number + 3) and full.pop("v") and full.pop("w")
            assert list(bare) == list(full), name
            assert bare == full, (name, number)
    keys = {(value["table"], tuple(value["key"] or ())) for value in reading.values()}
    assert len(keys) == len(by_table), f"the key differs with the metadata: {sorted(keys)}"


@pytest.mark.parametrize("compress", ["OFF", "ON"])
def test_changes_while_down(make_any_mariadb, make_rowferry, prefix, compress):
    server = make_any_mariadb("--binlog-row-metadata=NO_LOG", f"--log-bin-compress={compress}", "--log-bin-compress-min-len=10")
    server.execute(f"CREATE DATABASE {prefix}")
    reading = Reading(server, prefix, make_rowferry)
    reading.run("CREATE TABLE a (id INT UNSIGNED PRIMARY KEY, x INT, y INT)")
    reading.start()
    reading.run("INSERT INTO a VALUES (4294967295, 10, 20)")
    assert reading.after(1) == [{"id": 4294967295, "x": 10, "y": 20}]
    reading.rowferry.stop()
    reading.run("INSERT INTO a VALUES (2, 11, 21)", "ALTER TABLE a CHANGE x z INT AFTER y", "INSERT INTO a VALUES (3, 5, 6)")
    reading.start()
    assert reading.after(2) == [{"id": 2, "x": 11, "y": 21}, {"id": 3, "y": 5, "z": 6}]
    reading.rowferry.stop()
    reading.run("RENAME TABLE a TO b", "INSERT INTO b VALUES (4, 1, 1)", "ALTER TABLE b CHANGE y y2 INT", "INSERT INTO b VALUES (5, 1, 1)")
    reading.rowferry.start()
    line = reading.refusal()
    assert "the rows of" in line and "`b` carry no column names" in line and "may have changed the table since" in line
