"""A start at the head of a binlog file knows every GTID that came before the file."""

import pytest

from harness import base_config


@pytest.mark.parametrize("place", ["head", "behind FORMAT_DESCRIPTION", "behind PREVIOUS_GTIDS"])
def test_the_executed_set_is_complete(make_rowferry, mysql, kafka, database, prefix, place):
    mysql.execute(f"CREATE TABLE {database}.t (a INT PRIMARY KEY)", "FLUSH BINARY LOGS")
    file = mysql.execute("SHOW BINARY LOG STATUS")[0][0]
    before = mysql.value("SELECT @@gtid_executed").replace("\n", "")
    mysql.execute(f"INSERT INTO {database}.t VALUES (1)")
    ends = [row[4] for row in mysql.execute(f"SHOW BINLOG EVENTS IN '{file}' LIMIT 2")]
    offset = {"head": 4, "behind FORMAT_DESCRIPTION": ends[0], "behind PREVIOUS_GTIDS": ends[1]}[place]
    config = base_config(prefix, mysql, kafka, tables=[{"include": f"{database}.t", "topic": prefix}])
    rowferry = make_rowferry(config)
    set_there = rowferry.call("position", "set", "--file", file, "--pos", offset)
    assert set_there.returncode == 0, set_there.stderr
    assert f'executed "{before}"' in rowferry.checkpoint_file.read_text()
    rowferry.start().wait_streaming()
    with kafka.reader(prefix) as reader:
        reader.wait_for(1)
        (message,) = reader.messages
    assert b'"after":{"a":1}' in message.value
    rowferry.stop()
