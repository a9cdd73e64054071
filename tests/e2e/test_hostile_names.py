"""Names and values that look like something else: quotes, line breaks, dots, templates, paths, terminal escapes."""

import json

import pytest

from harness import base_config, wait_until

NAMES = [
    "we`ird", 'quo"te\'', "new\nline", "a.b", "☃", "y" * 64, "${table}", "../../etc", "sp ace", "\\back", "%s%n{}",
    "-- drop", "\x1b[31m",
]  # fmt: skip
VALUE = "a\0b\r\n\"'\\${id}\x1b[0m☃"


def quoted(name):
    return "`" + name.replace("`", "``") + "`"


def sent(rowferry):
    return [json.loads(line) for line in rowferry.output.splitlines()]


@pytest.fixture
def hostile_databases(mysql, prefix):
    names = [f"{prefix[:12]}{name}"[:64] for name in ("we`ird\"'", "new\nline", "a/../b.c", "${database}")]
    yield names
    for name in names:
        mysql.execute(f"DROP DATABASE IF EXISTS {quoted(name)}")


def test_every_name_arrives_as_it_is(mysql, make_rowferry, prefix, hostile_databases):
    tables = [
        {
            "include": [f"{prefix[:12]}*.*"],
            "topic": "c.${database}.${table}",
            "key": "${database}/${table}",
            "headers": {"x-${y}": "$${v} ${database}"},
        }
    ]
    rowferry = make_rowferry(base_config(prefix, mysql, tables=tables, log={"level": "trace"}))
    rowferry.start().wait_streaming()
    wanted = []
    connection = mysql.connect()
    with connection.cursor() as cursor:
        for database in hostile_databases:
            cursor.execute(f"CREATE DATABASE {quoted(database)}")
            for name in NAMES:
                table = f"{quoted(database)}.{quoted(name)}"
                column = "v" + name[:40]
                cursor.execute(f"CREATE TABLE {table} ({quoted(name)} INT PRIMARY KEY, {quoted(column)} TEXT, b BLOB)")
                cursor.execute(f"INSERT INTO {table} VALUES (1, {connection.escape(VALUE)}, 0xff000a)")
                wanted.append((database, name, {name: 1}, {name: 1, column: VALUE, "b": "/wAK"}))
    wait_until(lambda: len(sent(rowferry)) >= len(wanted), 30, "every row is sent")
    rowferry.stop()
    messages = sent(rowferry)
    values = [json.loads(message["value"]) for message in messages]
    assert [(v["db"], v["table"], v["key"], v["after"]) for v in values] == wanted
    for message, (database, table, _, _) in zip(messages, wanted):
        assert message["key"] == f"{database}/{table}"
        assert message["headers"] == {"x-${y}": "${v} " + database}
        assert set(message["topic"]) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    # The log has a line a thing said, whatever the names.
    assert all(line[:4].isdigit() and line.isprintable() for line in rowferry.log.splitlines())


def test_an_error_about_such_a_table_is_one_line(mysql, make_rowferry, prefix, database):
    name = "t\n2024-02-29T00:00:00.000Z info    \x1b[2Jstopped"
    rules = [{"include": f"{database}.*", "topic": "${nothing}"}]
    mysql.execute(f"CREATE TABLE {database}.{quoted(name)} (id INT PRIMARY KEY)")
    rowferry = make_rowferry(base_config(prefix, mysql, tables=rules))
    assert rowferry.start().wait_exit() == 2
    last = rowferry.log.splitlines()[-1]
    assert last.startswith("rowferry: ") and "`t\\x0a2024-02-29" in last and last.isprintable()
    checked = rowferry.call("check")
    assert checked.returncode == 2
    assert all(line.isprintable() and not line.startswith("2024") for line in checked.stdout.splitlines())
