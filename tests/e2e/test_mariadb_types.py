"""What MariaDB alone has, by its own SELECT."""

from harness.oracle import Table, tail
from harness.service import CHECKOUT
from test_types import first_difference, sent_by


def runs(rows):
    """[first, last, character set] of every run of collation ids."""
    found = []
    for number, charset in sorted(rows):
        if found and found[-1][2] == charset and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number, charset])
    return found


def test_every_collation_is_one_that_we_know(mariadb):
    """The recorded list is what tests/schema/charset_collations_test.cpp holds the decoder to."""
    rows = mariadb.execute("SELECT id, character_set_name FROM information_schema.collation_character_set_applicability")
    lines = (CHECKOUT / "testdata" / "collations" / "mariadb-10.11.txt").read_text().splitlines()
    recorded = {(number, charset) for first, last, charset in map(str.split, lines) for number in range(int(first), int(last) + 1)}
    assert set(rows) <= recorded, f"record them: {runs(set(rows) - recorded)}"
    assert len(rows) == 1242 or not mariadb.value("SELECT VERSION()").startswith("10.11")


# (definition, literals); what is sent is compared with the server's own SELECT.
COLUMNS = [
    ("VARCHAR(200) COMPRESSED CHARACTER SET latin1", ["REPEAT('é', 200)", "'short'", "''"]),
    ("VARBINARY(300) COMPRESSED", ["REPEAT(x'00ff', 150)", "x'00'", "''"]),
    ("BLOB COMPRESSED", ["REPEAT(x'0001', 9000)", "''"]),
    ("MEDIUMTEXT COMPRESSED CHARACTER SET utf8mb4", ["REPEAT('é🚀', 20000)", "'x'"]),
    ("JSON", ["'{\"b\": 1,  \"a\": [1.0, null], \"a\": 2}'", "'null'"]),
    ("DECIMAL(65,38)", ["123456789012345678901234567.12345678901234567890123456789012345678", "-0.00000000000000000000000000000000000001"]),
    ("TIMESTAMP(6) NULL", ["'2038-01-19 03:14:07.999999'", "'1970-01-01 00:00:01'"]),
    ("TIME(6)", ["'-838:59:59.999999'", "'-00:00:00.000001'"]),
    ("BIT(64)", ["b'1'", "~0"]),
    ("POINT", ["ST_GeomFromText('POINT(1 2)', 4326)"]),
    ("INET6", ["'::'", "'fe80::1:0:0:1'", "'::ffff:1.2.3.4'"]),
    ("INET4", ["'0.0.0.0'", "'10.0.0.0'", "'255.255.255.255'"]),
    ("UUID", ["'00000000-0000-0000-0000-000000000000'", "'123e4567-e89b-12d3-a456-426655440000'"]),
    ("BINARY(16)", ["x'00'", "x'0102'"]),
    ("ENUM('я1','Q2') CHARACTER SET binary", ["'я1'", "2"]),  # which MySQL refuses
    ("SET('я1','Q2') CHARACTER SET binary", ["3", "''"]),
]  # fmt: skip


def test_values_are_those_that_select_shows(any_mariadb, kafka, make_rowferry, prefix):
    any_mariadb.execute(f"CREATE DATABASE {prefix}")
    connection = any_mariadb.connect(database=prefix)
    expected = []

    def work():
        with connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+00:00'")
            columns = ", ".join(f"c{i} {definition}" for i, (definition, _) in enumerate(COLUMNS))
            cursor.execute(f"CREATE TABLE t (id INT PRIMARY KEY, {columns}, long_key VARCHAR(5000) UNIQUE)")
            table = Table(connection, prefix, "t")
            for number in range(3):
                values = ", ".join(literals[number % len(literals)] for _, literals in COLUMNS)
                cursor.execute(f"INSERT INTO t VALUES ({number}, {values}, 'k{number}')")
            inserted = sorted(table.rows(), key=lambda row: row.values["id"])
            cursor.execute("UPDATE t SET long_key = CONCAT(long_key, 'x')")
            updated = sorted(table.rows(), key=lambda row: row.values["id"])
            cursor.execute("DELETE FROM t")
        expected.extend(("c", tail(None, row)) for row in inserted)
        expected.extend(("u", tail(*pair)) for pair in zip(inserted, updated))
        expected.extend(("d", tail(row, None)) for row in updated)
        return len(expected)

    sent = sent_by(any_mariadb, kafka, make_rowferry, prefix, prefix, work)
    for got, wanted in zip(sent, expected):
        assert got == wanted, first_difference(got[1], wanted[1])


WHOLE = '"id":1,"a":2,"b":"text","c":"x"'
IMAGES = {  # of INSERT (id, a), of UPDATE a, of DELETE: columns before, columns after; `after` always has the key
    "FULL": [(None, '"id":2,"a":5,"b":null,"c":"d"'), (WHOLE, WHOLE.replace("2", "3", 1)), (WHOLE.replace("2", "3", 1), None)],
    "NOBLOB": [(None, '"id":2,"a":5,"c":"d"'), ('"id":1,"a":2,"c":"x"', '"id":1,"a":3,"c":"x"'), ('"id":1,"a":3,"c":"x"', None)],
    "MINIMAL": [(None, '"id":2,"a":5'), ('"id":1', '"id":1,"a":3'), ('"id":1', None)],
    "FULL_NODUP": [(None, '"id":2,"a":5,"b":null,"c":"d"'), (WHOLE, '"id":1,"a":3'), (WHOLE.replace("2", "3", 1), None)],
}  # fmt: skip


def test_every_image_of_every_statement(any_mariadb, kafka, make_rowferry, prefix):
    any_mariadb.execute(f"CREATE DATABASE {prefix}")
    connection = any_mariadb.connect(database=prefix)
    known = any_mariadb.value("SELECT enum_value_list FROM information_schema.system_variables WHERE variable_name = 'binlog_row_image'").split(",")
    assert set(known) <= set(IMAGES)

    def work():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT, b TEXT, c VARCHAR(5) DEFAULT 'd')")
            for kind in known:
                for statement in ("SET binlog_row_image = FULL", "INSERT INTO t VALUES (1, 2, 'text', 'x')", f"SET binlog_row_image = {kind}",
                                  "INSERT INTO t (id, a) VALUES (2, 5)", "UPDATE t SET a = 3 WHERE id = 1", "DELETE FROM t WHERE id = 1",
                                  "DELETE FROM t"):  # fmt: skip
                    cursor.execute(statement)
        return 5 * len(known)

    sent = sent_by(any_mariadb, kafka, make_rowferry, prefix, prefix, work)
    for number, kind in enumerate(known):
        for op, (before, after), got in zip("cud", IMAGES[kind], sent[5 * number + 1 :]):
            image = {text: "null" if text is None else "{" + text + "}" for text in (before, after)}
            key = 1 if before else 2
            assert got == (op, f'"key":{{"id":{key}}},"before":{image[before]},"after":{image[after]}}}'), kind


def test_times_of_before_10_1_have_the_length_that_the_server_tells(make_any_mariadb, kafka, make_rowferry, prefix):
    server = make_any_mariadb()
    server.execute("SET GLOBAL mysql56_temporal_format = OFF", f"CREATE DATABASE {prefix}")
    connection = server.connect(database=prefix)
    expected = []

    def work():
        with connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+00:00'")
            columns = ", ".join(f"t{n} TIME({n}), d{n} DATETIME({n}), s{n} TIMESTAMP({n}) NULL" for n in range(7))
            cursor.execute(f"CREATE TABLE t (id INT PRIMARY KEY, {columns})")
            row = "'-12:34:56.123456', '2024-02-29 12:34:56.654321', '2024-02-29 01:02:03.123456'"
            edge = "'838:59:59.9', '9999-12-31 23:59:59.9', '2038-01-19 03:14:07.9'"
            cursor.execute(f"INSERT INTO t VALUES (1, {', '.join([row] * 7)}), (2, {', '.join([edge] * 7)}), (3{', NULL' * 21})")
        rows = sorted(Table(connection, prefix, "t").rows(), key=lambda row: row.values["id"])
        expected.extend(("c", tail(None, row)) for row in rows)
        return len(expected)

    for got, wanted in zip(sent_by(server, kafka, make_rowferry, prefix, prefix, work), expected):
        assert got == wanted, first_difference(got[1], wanted[1])


def test_the_life_of_rows_is_told_where_the_server_keeps_it(mariadb, kafka, make_rowferry, prefix):
    """System versioning: an update writes the row of before once more, with its end; a delete is an update of the end."""
    mariadb.execute(f"CREATE DATABASE {prefix}")
    connection = mariadb.connect(database=prefix)

    def work():
        with connection.cursor() as cursor:
            for statement in ("CREATE TABLE v (id INT PRIMARY KEY, x INT) WITH SYSTEM VERSIONING", "INSERT INTO v VALUES (1, 2)",
                              "UPDATE v SET x = 3", "DELETE FROM v"):  # fmt: skip
                cursor.execute(statement)
        return 4

    sent = sent_by(mariadb, kafka, make_rowferry, prefix, prefix, work)
    with connection.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00'")
        cursor.execute("SELECT x, CAST(row_start AS CHAR), CAST(row_end AS CHAR) FROM v FOR SYSTEM_TIME ALL ORDER BY row_end")
        (first, ended), (second, deleted) = [(f'"id":1,"x":{x},"row_start":"{utc(start)}","row_end":"{utc(end)}"', utc(end))
                                             for x, start, end in cursor.fetchall()]  # fmt: skip
    texts = [text for _, text in sent]
    assert any(first in text for text in texts[1:]), "the row of before, ended"
    assert second in texts[-1] and deleted in texts[-1] and ended in texts[-1]


def utc(text):
    return text.replace(" ", "T") + "Z"
