"""Logs without column names (binlog_row_metadata=MINIMAL): the server's information_schema gives them, and never the wrong ones."""

import json
import re

import pytest

from harness import base_config, wait_until
from test_hostile_ddl import ALTERED, PARTITIONED, SWAPPED
from test_types import FAMILIES, Life, charset_family, first_difference, sent_by, session


# Characters beyond U+FFFF in labels are the one thing that information_schema does not show.
SHOWN = [
    cases._replace(columns=[(name, definition.replace("🚀", "ж"), literals) for name, definition, literals in cases.columns])
    for cases in FAMILIES
]


class Reading:
    """A connector that prints what it sends, and statements of one session in a database."""

    def __init__(self, server, database, make_rowferry, include="*", **source):
        config = base_config(database, server, tables=[{"include": f"{database}.{include}", "topic": database}])
        config["source"].update(source)
        self.rowferry = make_rowferry(config)
        self._connection = server.connect(database=database)
        self._seen = 0

    def run(self, *statements):
        with self._connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def values(self):
        """Every message so far."""
        return [json.loads(json.loads(line)["value"]) for line in self.rowferry.output.splitlines()]

    def sent(self):
        """(table, op, before, after) of every message so far."""
        return [(value["table"], value["op"], value["before"], value["after"]) for value in self.values()]

    def after(self, count):
        """The rows that the messages since the last call hold, once there are `count` of them."""
        wait_until(lambda: len(self.sent()) >= self._seen + count, 20, lambda: f"{count} more: {self.sent()}\n{self.rowferry.log}")
        new = self.sent()[self._seen :]
        self._seen += count
        assert len(new) == count, new
        return [row for _, _, _, row in new]

    def start(self):
        self.rowferry.start().wait_streaming()

    def refusal(self):
        """The last line of a connector that must end with status 5."""
        assert self.rowferry.wait_exit() == 5, self.rowferry.log
        return self.rowferry.log.strip().splitlines()[-1]

    def shapes(self):
        return re.findall(r'^shape "[^"]*" "([^"]*)" ', self.rowferry.checkpoint_file.read_text(), re.MULTILINE)


@pytest.fixture
def reading(minimal, shop, make_rowferry):
    return Reading(minimal, shop, make_rowferry)


@pytest.mark.parametrize("compression", ["OFF", "ON"])
def test_every_value_is_the_one_that_select_shows(minimal, kafka, make_rowferry, shop, prefix, compression):
    charsets = [row[0] for row in minimal.execute("SHOW CHARACTER SET") if row[0] != "binary"]
    lives = []

    def work():
        connection = session(minimal, shop, compression)
        for cases in [*SHOWN, *charset_family(charsets)]:
            lives.append(Life(connection, shop, cases).live())
        connection.close()
        return sum(len(life.expected) for life in lives)

    got = iter(sent_by(minimal, kafka, make_rowferry, prefix, shop, work))
    problems = []
    for life in lives:
        for wanted in life.expected:
            op, row = next(got)
            if (op, row) != wanted:
                problems.append(f"{life.table.name} {wanted[0]}/{op} {first_difference(row, wanted[1])}")
    assert not problems, f"{len(problems)} differ:\n" + "\n".join(problems[:20])
    assert next(got, None) is None


def wanted_of(storm):
    return [change for _, change in storm if change]


@pytest.mark.parametrize("storm", [ALTERED, SWAPPED, PARTITIONED], ids=["altered", "swapped", "partitioned"])
def test_a_connector_that_keeps_up_sends_the_shape_of_the_time(minimal, shop, make_rowferry, storm):
    reading = Reading(minimal, shop, make_rowferry, include="a")
    reading.start()
    done = []
    for statement, change in storm:
        reading.run(statement)
        if change:
            done.append(change)
            wait_until(lambda: len(reading.sent()) >= len(done), 20, lambda: f"{statement} is sent: {reading.rowferry.log}")
    reading.rowferry.stop()
    assert [change[1:] for change in reading.sent()] == wanted_of(storm)


@pytest.mark.parametrize("storm", [ALTERED, SWAPPED, PARTITIONED], ids=["altered", "swapped", "partitioned"])
def test_a_storm_is_sent_right_or_not_at_all(minimal, shop, make_rowferry, storm):
    """Statements at full speed: each row has the names of its time, until one cannot be told."""
    reading = Reading(minimal, shop, make_rowferry, include="a")
    reading.start()
    reading.run(*(statement for statement, _ in storm))
    wanted = wanted_of(storm)
    wait_until(lambda: not reading.rowferry.running or len(reading.sent()) >= len(wanted), 20, lambda: reading.rowferry.log)
    if reading.rowferry.running:
        reading.rowferry.stop()
        assert len(reading.sent()) == len(wanted)
    else:
        line = reading.refusal()
        assert "may have changed the table since" in line and "binlog_row_metadata" in line
    sent = [change[1:] for change in reading.sent()]
    assert sent == wanted[: len(sent)]
    assert [list(after) for _, _, after in sent if after] == [list(after) for _, _, after in wanted[: len(sent)] if after]


@pytest.fixture
def stopped(reading):
    """A connector that has seen rows of `a` (id, x, y) and is down."""
    reading.run("CREATE TABLE a (id INT PRIMARY KEY, x INT, y INT)")
    reading.start()
    reading.run("INSERT INTO a VALUES (1, 10, 20)")
    assert reading.after(1) == [{"id": 1, "x": 10, "y": 20}]
    reading.rowferry.stop()
    assert reading.shapes() == ["a"]
    return reading


ONE_CHANGE = [
    ("ALTER TABLE a RENAME COLUMN x TO y, RENAME COLUMN y TO x", {"id": 3, "y": 3, "x": 4}),
    ("ALTER TABLE a MODIFY y INT AFTER id", {"id": 3, "y": 3, "x": 4}),
    ("ALTER TABLE a ADD z INT DEFAULT 7 AFTER id, DROP y", {"id": 3, "z": 3, "x": 4}),
    ("DROP TABLE a; CREATE TABLE a (id INT PRIMARY KEY, p INT, q INT)", {"id": 3, "p": 3, "q": 4}),
    ("CREATE TABLE _a_gho LIKE a; ALTER TABLE _a_gho RENAME COLUMN x TO n; RENAME TABLE a TO _a_del, _a_gho TO a", {"id": 3, "n": 3, "y": 4}),
]  # fmt: skip


@pytest.mark.parametrize("change, row", ONE_CHANGE, ids=["renamed", "moved", "replaced", "made anew", "swapped"])
def test_a_change_while_down_is_not_applied_to_older_rows(stopped, change, row):
    stopped.run("INSERT INTO a VALUES (2, 11, 21)", *change.split("; "), "INSERT INTO a VALUES (3, 3, 4)")
    stopped.start()
    older, newer = stopped.after(2)
    assert (older, newer) == ({"id": 2, "x": 11, "y": 21}, row)
    assert list(newer) == list(row)
    stopped.rowferry.stop()
    assert stopped.shapes() == ["a"]
    stopped.start()  # the newer shape is the one in the checkpoint
    stopped.run("UPDATE a SET id = 9 WHERE id = 3")
    assert stopped.after(2) == [None, {**row, "id": 9}]


def test_a_rename_while_down(stopped):
    stopped.run("INSERT INTO a VALUES (2, 11, 21)", "RENAME TABLE a TO b", "ALTER TABLE b RENAME COLUMN x TO z", "INSERT INTO b VALUES (3, 3, 4)")
    stopped.start()
    assert stopped.after(2) == [{"id": 2, "x": 11, "y": 21}, {"id": 3, "z": 3, "y": 4}]


def test_two_changes_while_down_stop_between_them(stopped):
    stopped.run(
        "INSERT INTO a VALUES (2, 11, 21)",
        "ALTER TABLE a RENAME COLUMN x TO y, RENAME COLUMN y TO x",
        "INSERT INTO a VALUES (3, 3, 4)",
        "ALTER TABLE a RENAME COLUMN x TO y, RENAME COLUMN y TO x",
        "INSERT INTO a VALUES (4, 5, 6)",
    )
    stopped.rowferry.start()
    line = stopped.refusal()
    assert re.search(r"binlog\.\d+:\d+: the rows of `\w+`\.`a` carry no column names, only the types \(LONG not null, LONG, LONG\)", line)
    assert re.search(r"the statement at binlog\.\d+:\d+ may have changed the table since: it has now \(id int not null, x int, y int\)", line)
    assert stopped.after(1) == [{"id": 2, "x": 11, "y": 21}]


def test_rows_of_a_dropped_table_that_was_never_seen(stopped):
    stopped.run("CREATE TABLE b (id INT PRIMARY KEY)", "INSERT INTO b VALUES (1)", "DROP TABLE b")
    stopped.rowferry.start()
    assert "there is no such table now" in stopped.refusal()


def test_changes_of_other_tables_matter_to_nobody(stopped):
    stopped.run("CREATE TABLE b (id INT PRIMARY KEY, v INT)", "INSERT INTO b VALUES (1, 2)", "ALTER TABLE a ADD z INT", "INSERT INTO a VALUES (2, 1, 1, 1)")
    stopped.start()
    assert stopped.after(2) == [{"id": 1, "v": 2}, {"id": 2, "x": 1, "y": 1, "z": 1}]


def test_killed_at_any_moment(reading):
    reading.run("CREATE TABLE a (id INT PRIMARY KEY, x0 INT)")
    reading.start()
    for i in range(5):
        reading.run(f"INSERT INTO a VALUES ({i}, {i})")
        wait_until(lambda: f'"name":"x{i}"' in reading.rowferry.checkpoint_file.read_text(), 20, lambda: reading.rowferry.log)
        reading.run(f"ALTER TABLE a RENAME COLUMN x{i} TO x{i + 1}")
        reading.rowferry.kill()
        reading.start()
    wait_until(lambda: any(row["id"] == 4 for _, _, _, row in reading.sent()), 20, lambda: reading.rowferry.log)
    reading.rowferry.stop()
    wrong = [row for _, _, _, row in reading.sent() if list(row) != ["id", f"x{row['id']}"]]
    assert not wrong and {row["id"] for _, _, _, row in reading.sent()} == set(range(5))


@pytest.mark.parametrize("labels, charset, read", [("'🚀'", "utf8mb4", False), ("'?'", "utf8mb4", False), ("'?'", "latin1", True)])
def test_labels_that_the_server_does_not_show(reading, labels, charset, read):
    reading.start()
    reading.run(f"CREATE TABLE a (id INT PRIMARY KEY, e ENUM({labels}) CHARACTER SET {charset})", "INSERT INTO a VALUES (1, 1)")
    if read:
        assert reading.after(1) == [{"id": 1, "e": "?"}]
    else:
        assert "shows a label of column e with ?" in reading.refusal()


def test_an_unlogged_change_that_shows_is_refused(stopped, minimal):
    stopped.run("SET sql_log_bin = 0", "ALTER TABLE a MODIFY x BIGINT", "SET sql_log_bin = 1", "INSERT INTO a VALUES (2, 11, 21)")
    stopped.rowferry.start()
    line = stopped.refusal()
    assert "have the columns (LONG not null, LONGLONG, LONG), which are not those of its definition (id int not null, x int, y int)" in line
    assert "binlog_row_metadata" in line
    shown = json.loads(stopped.rowferry.call("position", "show", "--json").stdout)
    assert stopped.rowferry.call("position", "set", "--gtid", shown["gtids"]).returncode == 0  # drops the definition
    assert stopped.shapes() == []
    stopped.start()
    assert stopped.after(1) == [{"id": 2, "x": 11, "y": 21}]


def test_a_table_that_the_account_may_not_see(minimal, shop, make_rowferry):
    minimal.execute("CREATE USER blind IDENTIFIED BY 'cdc'", "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO blind")
    reading = Reading(minimal, shop, make_rowferry, url=minimal.url("blind"))
    reading.start()
    reading.run("CREATE TABLE a (id INT PRIMARY KEY)", "INSERT INTO a VALUES (1)")
    assert reading.rowferry.wait_exit() == 3
    assert f"GRANT SELECT ON `{shop}`.`a` TO 'blind'@'%'" in reading.rowferry.log


def test_check_warns(minimal, shop, make_rowferry):
    minimal.execute(f"CREATE TABLE {shop}.a (id INT PRIMARY KEY)")
    done = Reading(minimal, shop, make_rowferry).rowferry.call("check")
    assert done.returncode == 0, done.stdout
    (line,) = [line for line in done.stdout.splitlines() if "binlog_row_metadata" in line and line.startswith("[warn]")]
    assert "MINIMAL" in line


def test_a_generated_key_is_seen_by_everybody(minimal, shop, make_rowferry):
    minimal.execute("SET GLOBAL show_gipk_in_create_table_and_information_schema = OFF")
    reading = Reading(minimal, shop, make_rowferry)
    reading.start()
    reading.run("SET sql_generate_invisible_primary_key = ON", "CREATE TABLE g (a INT)", "INSERT INTO g VALUES (5)")
    assert reading.after(1) == [{"my_row_id": 1, "a": 5}]
    minimal.execute("SET GLOBAL show_gipk_in_create_table_and_information_schema = ON")


def test_tables_that_differ_by_case_only(minimal, shop, make_rowferry):
    reading = Reading(minimal, shop, make_rowferry)
    reading.start()
    reading.run("CREATE TABLE t (a INT PRIMARY KEY)", "CREATE TABLE T (b INT PRIMARY KEY)", "INSERT INTO t VALUES (1)", "INSERT INTO T VALUES (2)")
    assert reading.after(2) == [{"a": 1}, {"b": 2}]
    reading.run("ALTER TABLE T RENAME COLUMN b TO c", "INSERT INTO t VALUES (3)", "INSERT INTO T VALUES (4)")
    assert reading.after(2) == [{"a": 3}, {"c": 4}]


def test_names_without_case(make_mysql, prefix, make_rowferry):
    server = make_mysql("--lower-case-table-names=1", "--binlog-row-metadata=MINIMAL", init=["--lower-case-table-names=1"])
    server.execute(f"CREATE DATABASE {prefix}")
    config = base_config(prefix, server, tables=[{"include": f"{prefix.upper()}.ÄRZTE", "topic": prefix}])
    reading = Reading(server, prefix, make_rowferry)
    reading.rowferry.set_config(config)
    reading.start()
    upper = prefix.upper()
    reading.run("CREATE TABLE Ärzte (Id INT PRIMARY KEY, x INT)", "INSERT INTO ärzte VALUES (1, 2)")
    assert reading.after(1) == [{"Id": 1, "x": 2}]
    reading.run(f"ALTER TABLE {upper}.ÄRZTE RENAME COLUMN x TO Y", "INSERT INTO Ärzte VALUES (2, 3)")
    assert reading.after(1) == [{"Id": 2, "Y": 3}]
    reading.run("TRUNCATE TABLE ÄRZTE")
    assert reading.after(1) == [None]
    assert {table for table, _, _, _ in reading.sent()} == {"ärzte"}
