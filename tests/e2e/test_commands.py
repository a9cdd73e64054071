"""The commands as a user calls them: decode, position, the sinks that need nobody, help and version."""

import json
import subprocess
from datetime import datetime, timedelta

import pytest

from harness import base_config, wait_until
from harness.refusal import SECRET_ROW, assert_discreet, position
from harness.rowferry import binary


def call(*arguments, **options):
    return subprocess.run([*binary(), *map(str, arguments)], capture_output=True, timeout=60, check=False, **options)


@pytest.fixture
def table(mysql, database):
    mysql.execute(f"CREATE TABLE {database}.t (id INT PRIMARY KEY, v VARCHAR(50))")
    return f"{database}.t"


@pytest.fixture
def logs(mysql, table):
    """logs(statements, …): for each list of statements a closed binlog file with nothing else in it."""

    def make(*lists, **session):
        paths = []
        for statements in lists:
            mysql.execute("FLUSH BINARY LOGS")
            file = mysql.execute("SHOW BINARY LOG STATUS")[0][0]
            connection = mysql.connect(database=table.split(".", maxsplit=1)[0])
            with connection.cursor() as cursor:
                for name, value in session.items():
                    cursor.execute(f"SET {name} = %s", (value,))
                for statement in statements:
                    cursor.execute(statement)
            connection.close()
            paths.append(mysql.directory / "mysql" / "data" / file)
        mysql.execute("FLUSH BINARY LOGS")
        return paths

    return make


def ferry(make_rowferry, mysql, table, start, **sections):
    config = base_config(table.replace(".", "_"), mysql, tables=[{"include": table}], **sections)
    config["source"]["start"] = start
    return make_rowferry(config)


@pytest.mark.parametrize("compression", ["OFF", "ON"])
def test_decode_gives_the_lines_that_run_gives(logs, make_rowferry, mysql, table, compression):
    statements = [["INSERT INTO t VALUES (1, 'é'), (2, NULL)", "UPDATE t SET v = 'x'"], ["DELETE FROM t", "TRUNCATE t"]]
    files = logs(*statements, binlog_transaction_compression=compression)
    rowferry = ferry(make_rowferry, mysql, table, f"{files[0].name}:4", sink={"stdout": {"format": "payload"}})
    rowferry.start().wait_for_log("streaming")
    wait_until(lambda: rowferry.output.count(b"\n") >= 7, 20, "seven lines are written")
    rowferry.stop()

    decoded = call("decode", *files)
    assert (decoded.returncode, decoded.stderr) == (0, b"")
    assert decoded.stdout == rowferry.output and decoded.stdout.count(b"\n") == 7
    piped = call("decode", "-", input=files[0].read_bytes())
    assert piped.returncode == 0
    assert [json.loads(line)["key"] for line in piped.stdout.splitlines()] == [{"id": 1}, {"id": 2}] * 2


def test_decode_of_chosen_tables(logs, table, mysql):
    database = table.split(".", maxsplit=1)[0]
    mysql.execute(f"CREATE TABLE {database}.other (id INT PRIMARY KEY)")
    (file,) = logs(["INSERT INTO t VALUES (1, 'a')", "INSERT INTO other VALUES (1)"])
    assert len(call("decode", file).stdout.splitlines()) == 2
    chosen = call("decode", "--table", f"{database}.oth*", file).stdout
    assert [json.loads(line)["table"] for line in chosen.splitlines()] == ["other"]


def test_decode_without_names(logs, table):
    (file,) = logs(["SET GLOBAL binlog_row_metadata = MINIMAL", "INSERT INTO t VALUES (1, 'a')", "SET GLOBAL binlog_row_metadata = FULL"])
    (line,) = call("decode", file).stdout.splitlines()
    assert json.loads(line)["after"] == {"@1": 1, "@2": "a"} and json.loads(line)["key"] is None


def damaged(path, data, at):
    path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
    return path


def test_decode_of_a_damaged_file(logs, mysql, tmp_path):
    (file,) = logs([f"INSERT INTO t VALUES ({i}, '{SECRET_ROW}')" for i in range(4)])
    events = [row[1] for row in mysql.execute(f"SHOW BINLOG EVENTS IN '{file.name}'") if row[2] == "Write_rows"]
    done = call("decode", damaged(tmp_path / "flipped", file.read_bytes(), events[2] + 30))
    assert done.returncode == 5 and len(done.stdout.splitlines()) == 2
    message = done.stderr.decode()
    assert f"flipped:{events[2]}" in message and "checksum" in message
    assert_discreet(message)
    (tmp_path / "short").write_bytes(file.read_bytes()[: events[3] + 25])
    done = call("decode", tmp_path / "short")
    assert done.returncode == 5 and len(done.stdout.splitlines()) == 3 and f"short:{events[3]}" in done.stderr.decode()


def keys(*arguments):
    done = call("decode", *arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line)["key"]["id"] for line in done.stdout.splitlines()]


def test_decode_of_a_range(logs, mysql):
    files = logs(["INSERT INTO t VALUES (1, 'a')", "INSERT INTO t VALUES (2, 'b')"], ["INSERT INTO t VALUES (3, 'c')", "INSERT INTO t VALUES (4, 'd')"])
    first, second = ([row for row in mysql.execute(f"SHOW BINLOG EVENTS IN '{file.name}'") if row[2] == "Gtid"] for file in files)
    gtid = "gtid:" + second[0][5].split("'")[1]
    assert keys("--from", first[1][1], *files) == [2, 3, 4]
    assert keys("--from", first[1][1], "--to", f"{files[1].name}:{second[1][1]}", *files) == [2, 3]
    assert keys("--from", gtid, *files) == [3, 4] and keys("--to", gtid, *files) == [1, 2]
    (later,) = [json.loads(line)["ts_us"] for line in call("decode", "--from", f"{files[1].name}:{second[1][1]}", *files).stdout.splitlines()]
    moment = (datetime(1970, 1, 1) + timedelta(microseconds=later)).isoformat(sep=" ")
    assert keys("--from", moment, *files) == [4] and keys("--to", moment, *files) == [1, 2, 3]
    missing = call("decode", "--from", gtid.rpartition(":")[0] + ":999999999", *files)
    assert missing.returncode == 2 and b"is not in these files" in missing.stderr


def test_decode_counts(logs, table, tmp_path):
    (file,) = logs(["INSERT INTO t VALUES (1, 'a'), (2, 'b')", "UPDATE t SET v = 'c'", "DELETE FROM t WHERE id = 1"])
    done = call("decode", "--stats", file)
    assert (done.returncode, done.stderr) == (0, b"")
    line = next(line.split() for line in done.stdout.decode().splitlines() if line.startswith(f"{table} "))
    assert line[1:5] == ["5", "2", "2", "1"]
    assert b"transactions  3\n" in done.stdout
    (tmp_path / "short").write_bytes(file.read_bytes()[:-60])
    done = call("decode", "--stats", tmp_path / "short")
    assert done.returncode == 5 and b"transactions  3\n" in done.stdout and b"cut short" in done.stderr


def test_decode_of_what_is_no_log(tmp_path):
    for name, content, status in (("text", b"SELECT 1;\n" * 100, 5), ("empty", b"", 5), ("magic", b"\xfebin\0\0", 5)):
        (tmp_path / name).write_bytes(content)
        done = call("decode", tmp_path / name)
        assert (done.returncode, done.stdout) == (status, b"") and name in done.stderr.decode(), (name, done)
    done = call("decode", tmp_path / "absent")
    assert done.returncode == 2 and "absent" in done.stderr.decode()
    assert call("decode").returncode == 2


def test_position_show_and_set(make_rowferry, mysql, table):
    rowferry = ferry(make_rowferry, mysql, table, "now")
    assert position(rowferry) is None and "no checkpoint" in rowferry.call("position", "show").stdout
    rowferry.start().wait_streaming()
    rowferry.stop()
    begin = position(rowferry)
    mysql.execute(*(f"INSERT INTO {table} VALUES ({i}, 'x')" for i in range(3)))
    executed = mysql.value("SELECT @@gtid_executed")

    shown = rowferry.call("position", "set", "--now", "--dry-run")
    assert shown.returncode == 0 and "left out:   3 transactions" in shown.stdout and position(rowferry) == begin
    assert rowferry.call("position", "set", "--now").returncode == 0
    assert position(rowferry)[2] == executed.replace("\n", "")
    back = rowferry.call("position", "set", "--gtid", begin[2])
    assert back.returncode == 0 and "sent again: 3 transactions" in back.stdout
    assert rowferry.call("position", "set", "--file", begin[0], "--pos", begin[1]).returncode == 0
    assert position(rowferry)[:2] == begin[:2]
    assert "GTIDs" in rowferry.call("position", "show").stdout
    rowferry.start().wait_streaming()
    wait_until(lambda: rowferry.output.count(b"\n") >= 3, 20, "three lines are written")
    refused = rowferry.call("position", "set", "--earliest")
    assert refused.returncode == 2 and str(rowferry.pid) in refused.stderr
    assert rowferry.call("position", "set", "--earliest", "--dry-run").returncode == 0
    rowferry.stop()
    assert rowferry.output.count(b"\n") == 3


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["--file", "binlog.000001"], "pos"),
        (["--gtid", "nonsense"], "nonsense"),
        (["--now", "--earliest"], ""),
        ([], ""),
        (["--time", "yesterday"], "yesterday"),
    ],
)
def test_position_set_needs_one_target(make_rowferry, mysql, table, arguments, phrase):
    done = ferry(make_rowferry, mysql, table, "now").call("position", "set", *arguments)
    assert done.returncode == 2 and phrase in done.stderr, done


def test_position_set_by_time(make_rowferry, mysql, table):
    rowferry = ferry(make_rowferry, mysql, table, "now")
    mysql.execute(f"INSERT INTO {table} VALUES (1, 'before')")
    mysql.execute("DO SLEEP(1.1)")  # the log counts whole seconds
    moment = mysql.value("SELECT DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%fZ')")
    mysql.execute(f"INSERT INTO {table} VALUES (2, 'after')")
    done = rowferry.call("position", "set", "--time", moment)
    assert done.returncode == 0, done.stderr
    rowferry.start().wait_streaming()
    wait_until(lambda: rowferry.output.count(b"\n") >= 1, 20, "a line is written")
    rowferry.stop()
    (line,) = rowferry.output.splitlines()
    assert json.loads(json.loads(line)["value"])["key"] == {"id": 2}


def test_stdout_sink_formats(make_rowferry, mysql, database, prefix):
    mysql.execute(f"CREATE TABLE {database}.o (message_id INT PRIMARY KEY, message_type TEXT, payload BLOB)")
    begin = ":".join(map(str, mysql.execute("SHOW BINARY LOG STATUS")[0][:2]))
    mysql.execute(f"INSERT INTO {database}.o VALUES (1, 'A', 'text'), (2, 'B', x'ff'), (3, NULL, NULL)")
    entry = {"table": f"{database}.o", "topic": "x"}
    lines = {
        "json": [
            b'{"topic":"x","partition":null,"key":null,"headers":{"id":"1","type":"A"},"value":"text"}',
            b'{"topic":"x","partition":null,"key":null,"headers":{"id":"2","type":"B"},"value":{"base64":"/w=="}}',
            b'{"topic":"x","partition":null,"key":null,"headers":{"id":"3"},"value":null}',
        ],
        "payload": [b"text", b"\xff", b""],
    }
    for form, wanted in lines.items():
        config = base_config(prefix, mysql, outbox=[entry], sink={"stdout": {"format": form}})
        config["source"]["start"] = begin
        rowferry = make_rowferry(config)
        rowferry.start().wait_streaming()
        wait_until(lambda: rowferry.output.count(b"\n") >= 3, 20, "three lines are written")
        rowferry.stop()
        assert rowferry.output.split(b"\n")[:-1] == wanted


def test_version_and_help():
    assert call("--version").stdout.startswith(b"rowferry ") and call("--version").returncode == 0
    help_text = call("--help").stdout.decode()
    for word in ("run", "check", "decode", "position show", "position set", "--source.url", "Exit status"):
        assert word in help_text
    for arguments in ([], ["fly"], ["run", "--no-such-flag"], ["run", "-c", "/no/such/file"]):
        done = call(*arguments)
        assert done.returncode == 2 and done.stderr, arguments


def test_flags_and_environment_win_over_the_file(make_rowferry, mysql, table):
    rowferry = ferry(make_rowferry, mysql, table, "now")
    elsewhere = {"ROWFERRY_CHECKPOINT_FILE": "from-environment"}
    assert "from-environment" in rowferry.call("position", "show", environment=elsewhere).stdout
    both = rowferry.call("position", "show", "--checkpoint.file", "from-flag", environment=elsewhere)
    assert "from-flag" in both.stdout
    unknown = rowferry.call("check", environment={"ROWFERRY_SOURCE_ULR": "x"})
    assert unknown.returncode == 2 and "ROWFERRY_SOURCE_ULR" in unknown.stdout
