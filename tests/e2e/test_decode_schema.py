"""`rowferry decode --schema`: names for files that carry none, from what the server's own tools print."""

import json
import subprocess

import pytest

from harness import base_config, wait_until
from harness.rowferry import binary
from test_no_names import SHOWN
from test_types import Life, session


def decode(*arguments):
    return subprocess.run([*binary(), "decode", *map(str, arguments)], capture_output=True, timeout=120, check=False)


class Recorded:
    """A closed binlog file of all type families, and what `run` says of it with the server at hand."""

    def __init__(self, server, database, make_rowferry):
        server.execute("FLUSH BINARY LOGS")
        file = server.execute("SHOW BINARY LOG STATUS")[0][0]
        connection = session(server, database, "OFF")
        self.names = []
        for cases in SHOWN:
            if cases.name != "strings":  # whole lines of 1 MB are the business of other tests
                self.names.append(cases.name)
                Life(connection, database, cases).live()
        server.execute("FLUSH BINARY LOGS")
        self.path = server.directory / server.name / "data" / file
        config = base_config(database, server, tables=[{"include": f"{database}.*"}], sink={"stdout": {"format": "payload"}})
        config["source"]["start"] = f"{file}:4"
        rowferry = make_rowferry(config)
        rowferry.start().wait_streaming()
        count = decode(self.path).stdout.count(b"\n")
        wait_until(lambda: rowferry.output.count(b"\n") >= count, 60, lambda: rowferry.log)
        rowferry.stop()
        self.lines = rowferry.output
        self.connection = connection

    def show_create(self, name):
        with self.connection.cursor() as cursor:
            cursor.execute("SHOW CREATE TABLE `" + name.replace("`", "``") + "`")
            return cursor.fetchall()[0][1]


def as_json(recorded, database):
    with recorded.connection.cursor() as cursor:
        tables = []
        for name in recorded.names:
            cursor.execute(
                "SELECT column_name, column_type, character_set_name, is_nullable, extra FROM information_schema.columns"
                " WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position",
                (database, name),
            )
            columns = [
                {"name": column, "type": kind, "nullable": nullable == "YES", "visible": "INVISIBLE" not in extra}
                | ({"charset": charset} if charset else {})
                for column, kind, charset, nullable, extra in cursor.fetchall()
            ]
            tables.append(json.dumps({"database": database, "table": name, "columns": columns, "key": ["id"]}))
        return "\n".join(tables)


def test_old_files_get_the_lines_that_run_gives(minimal, shop, make_rowferry, tmp_path):
    recorded = Recorded(minimal, shop, make_rowferry)
    creates = [recorded.show_create(name) for name in recorded.names]
    files = {
        "statements.sql": ";\n".join(creates) + ";\n",
        "vertical.txt": "".join(f"*** 1. row ***\n       Table: x\nCreate Table: {text}\n" for text in creates),
        "definitions.json": as_json(recorded, shop),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        done = decode("--schema", tmp_path / name, recorded.path)
        assert (done.returncode, done.stderr) == (0, b""), (name, done.stderr[-2000:])
        for got, wanted in zip(done.stdout.splitlines(), recorded.lines.splitlines(), strict=True):
            assert got == wanted, name


ORDERS = "CREATE TABLE `a` (\n  `id` int NOT NULL,\n  `v` {} DEFAULT NULL,\n  PRIMARY KEY (`id`)\n) DEFAULT CHARSET=utf8mb4;\n"


@pytest.fixture
def file(minimal, shop):
    minimal.execute("FLUSH BINARY LOGS")
    name = minimal.execute("SHOW BINARY LOG STATUS")[0][0]
    minimal.execute(
        f"CREATE TABLE {shop}.a (id INT PRIMARY KEY, v INT)", f"INSERT INTO {shop}.a VALUES (1, 2)",
        f"ALTER TABLE {shop}.a COMMENT = 'x'", f"INSERT INTO {shop}.a VALUES (2, 3)", "FLUSH BINARY LOGS",
    )  # fmt: skip
    return minimal.directory / minimal.name / "data" / name


def test_a_change_in_the_file_is_warned_of(file, tmp_path):
    (tmp_path / "a.sql").write_text(ORDERS.format("int"))
    done = decode("--schema", tmp_path / "a.sql", file)
    assert done.returncode == 0
    assert [json.loads(line)["after"] for line in done.stdout.splitlines()] == [{"id": 1, "v": 2}, {"id": 2, "v": 3}]
    assert done.stderr.count(b"a statement before this one may have changed") == 1


def test_what_does_not_fit_or_cannot_be_read(file, tmp_path):
    (tmp_path / "a.sql").write_text(ORDERS.format("bigint"))
    done = decode("--schema", tmp_path / "a.sql", file)
    assert (done.returncode, done.stdout) == (5, b"")
    assert b"have the columns (LONG not null, LONG), which are not those of its definition (id int not null, v bigint)" in done.stderr
    (tmp_path / "a.sql").write_text(ORDERS.format("frobnicator"))
    done = decode("--schema", tmp_path / "a.sql", file)
    assert done.returncode == 2 and b"a.sql: line 3: the definition of table" in done.stderr
    (tmp_path / "a.sql").write_text("CREATE TABLE other (id INT) CHARSET utf8mb4")
    done = decode("--schema", tmp_path / "a.sql", file)
    assert [json.loads(line)["after"] for line in done.stdout.splitlines()] == [{"@1": 1, "@2": 2}, {"@1": 2, "@2": 3}]
