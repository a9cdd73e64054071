"""Bad input: configurations, all mistakes at once, and templates and outboxes that do not fit their tables."""

import re

import pytest

from harness import base_config
from harness.refusal import SECRET_PASSWORD, SECRET_ROW, assert_check, assert_discreet, assert_ends, assert_refused_at_start

MISTAKES = f"""\
name: shop
source:
  ulr: mysql://cdc@127.0.0.1:1
  password: "{SECRET_PASSWORD}${{NO_SUCH_VARIABLE}}"
  tls: {{mode: sometimes}}
  start: yesterday
outbox:
  - table: shop.outbox
    topic: shop.${{message_type
    kye: x
tables:
  - include: /shop[/
  - include: shop.outbox
    format: debezium
sink:
  kafka: {{bootstrap.servers: 127.0.0.1:1, linger.sm: 5, acks: 1, transactional.id: mine}}
checkpoint:
  file: x
  file: y
"""

TOLD = [
    r"source\.ulr \(line 3\).*url",
    r"source\.url",
    r"source\.password.*NO_SUCH_VARIABLE",
    r"source\.tls\.mode \(line 5\)",
    r"source\.start \(line 6\)",
    r"outbox\[0\]\.topic \(line 9\)",
    r"outbox\[0\]\.kye \(line 10\).*key",
    r"tables\[0\]\.include \(line 12\)",
    r"tables\[1\]\.format \(line 14\)",
    r"linger\.sm.*linger\.ms",
    r"acks",
    r"transactional\.id",
    r"checkpoint\.file \(line 19\)",
]


@pytest.mark.parametrize("command", [("run",), ("check",), ("position", "set", "--now")])
def test_all_mistakes_at_once(make_rowferry, command):
    done = make_rowferry(MISTAKES).call(*command)
    assert done.returncode == 2
    assert_discreet(done.stdout, done.stderr)
    text = done.stdout + done.stderr
    missing = [phrase for phrase in TOLD if not re.search(phrase, text)]
    assert not missing, f"{missing} are not told of in:\n{text}"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("", "name"),
        ("name: [", "line 1"),
        ("name: a\nsource: {url: mysql://cdc:secret@127.0.0.1}\nsink: stdout\ntables: [{include: a.b}]\n", r"source\.url.*password"),
        ("name: a\nsource: {url: mysql://cdc@127.0.0.1}\nsink: stdout\n", "outbox.*tables|tables.*outbox"),
        ("name: a\nsource: {url: mysql://cdc@127.0.0.1}\ntables: [{include: a.b}]\n", "sink"),
        ("name: a\nsource: {url: http://cdc@127.0.0.1}\nsink: stdout\ntables: [{include: a.b}]\n", r"source\.url \(line 2\)"),
    ],
)
def test_mistake(make_rowferry, text, phrase):
    rowferry = make_rowferry(text)
    for command in ("run", "check"):
        done = rowferry.call(command)
        assert done.returncode == 2 and ":secret" not in done.stdout + done.stderr
        assert re.search(phrase, done.stdout + done.stderr), done.stdout + done.stderr


@pytest.fixture
def table(mysql, make_rowferry, database):
    """table(columns, outbox=…, tables=…): rowferry on stdout with the table `t`."""

    def make(columns, **entries):
        mysql.execute(f"CREATE TABLE {database}.t ({columns})")
        return make_rowferry(base_config(database, mysql, **entries))

    return make


def test_outbox_without_its_columns(table, database):
    rowferry = table("id INT PRIMARY KEY, body TEXT", outbox=[{"table": f"{database}.t"}])
    assert_refused_at_start(rowferry, 2, r"outbox\[0\]", "message_id", "its columns are: id, body", "columns: {id")


def test_outbox_without_a_configured_column(table, database):
    rowferry = table("id INT PRIMARY KEY, body TEXT, type TEXT", outbox=[{"table": f"{database}.t", "columns": {"payload": "boddy"}}])
    assert_refused_at_start(rowferry, 2, r"outbox\[0\]\.columns\.payload: boddy is no column", "its columns are: id, body, type")


@pytest.mark.parametrize("option", ["topic", "key", "partition", "headers"])
def test_template_of_an_unknown_column(table, database, option):
    template = "${tennant}"
    entry = {"include": f"{database}.t", option: {"h": template} if option == "headers" else template}
    rowferry = table("id INT PRIMARY KEY, tenant TEXT", tables=[entry])
    path = rf"tables\[0\]\.{option}" + (r"\.h" if option == "headers" else "")
    assert_refused_at_start(rowferry, 2, path, r"\$\{tennant\}", r"did you mean \$\{tenant\}", "its columns are: id, tenant")


@pytest.mark.parametrize("template", ["${tenant}", "${té}", "${t\U0001f642}", "${it's}", "${a\\}"])
def test_template_of_a_pattern(table, mysql, database, template):
    """The tables that fit are no help, whatever characters the name has; a view is no table."""
    mysql.execute(f"CREATE TABLE {database}.fits (id INT, TENANT TEXT, `té` TEXT)", f"CREATE VIEW {database}.seen AS SELECT 1 AS x")
    rowferry = table("id INT PRIMARY KEY, note TEXT", tables=[{"include": f"{database}.*", "topic": "x", "key": template}])
    assert_refused_at_start(rowferry, 2, r"tables\[0\]\.key", r"is no column of `[a-z0-9_]+`\.`(t|fits)`", "its columns are: id, ")
    if template in ("${tenant}", "${té}"):
        mysql.execute(f"DROP TABLE {database}.t")
        rowferry.start().wait_streaming()


def test_template_whose_column_goes_later(table, mysql, database):
    rowferry = table("id INT PRIMARY KEY, tenant TEXT", tables=[{"include": f"{database}.t", "topic": "x", "key": "${tenant}"}])
    rowferry.start().wait_streaming()
    mysql.execute(
        f"INSERT INTO {database}.t VALUES (1, 'a')", f"ALTER TABLE {database}.t RENAME COLUMN tenant TO customer",
        f"INSERT INTO {database}.t VALUES (2, '{SECRET_ROW}')")  # fmt: skip
    assert_ends(rowferry, 2, r"tables\[0\]\.key", r"\$\{tenant\}", rf"`{database}`\.`t`", "its columns are: id, customer")
    assert rowferry.output.count(b'"op":') + rowferry.output.count(b'\\"op\\":') == 1
    assert_check(rowferry, 2, r"tables\[0\]\.key")


def test_table_in_two_places(table, database):
    rowferry = table("message_id INT PRIMARY KEY, message_type TEXT, payload TEXT",
                     outbox=[{"table": f"{database}.*"}], tables=[{"include": f"{database}.t"}])  # fmt: skip
    assert_refused_at_start(rowferry, 2, rf"{database}.*t", "outbox.*tables|tables.*outbox")


def test_table_that_does_not_exist(table, database):
    rowferry = table("id INT PRIMARY KEY", tables=[{"include": f"{database}.absent"}])
    assert_check(rowferry, 2, rf"{database}\.absent does not exist")


def test_second_instance_on_one_checkpoint(table, database, mysql):
    rowferry = table("id INT PRIMARY KEY", tables=[{"include": f"{database}.t"}])
    rowferry.start().wait_streaming()
    second = rowferry.call("run")
    assert second.returncode == 2
    assert str(rowferry.pid) in second.stderr and f"{database}.checkpoint" in second.stderr
    assert rowferry.running
    rowferry.stop()
