"""Text that is none in its column's character set: sent as stored, with U+FFFD in place, or an end (`invalid_text`)."""

import pytest

from harness import base_config

# 0xd2 is no letter of ISO 8859-7, and the server stores it all the same.
TABLE = "CREATE TABLE {}.t (id INT PRIMARY KEY, c VARCHAR(9) CHARACTER SET greek)"
INSERT = "INSERT INTO {}.t VALUES (1, x'61d262')"


@pytest.mark.parametrize(
    ("of_source", "of_entry", "value"),
    [
        (None, None, '{"base64":"YdJi"}'),
        ("fail", "base64", '{"base64":"YdJi"}'),
        ("replace", None, '"a\ufffdb"'),
        ("fail", "replace", '"a\ufffdb"'),
    ],
)
def test_it_is_sent_as_the_option_says(mysql, kafka, make_rowferry, database, prefix, of_source, of_entry, value):
    mysql.execute(TABLE.format(database))
    entry = {"include": f"{database}.t", "topic": prefix, **({"invalid_text": of_entry} if of_entry else {})}
    config = base_config(prefix, mysql, kafka, tables=[entry])
    if of_source:
        config["source"]["invalid_text"] = of_source
    rowferry = make_rowferry(config)
    rowferry.start().wait_streaming()
    mysql.execute(INSERT.format(database))
    with kafka.reader(prefix) as reader:
        (message,) = reader.wait_for(1)
    assert message.value.decode().endswith(f'"before":null,"after":{{"id":1,"c":{value}}}}}')
    rowferry.wait_for_log("column c holds bytes that are no greek text")
    rowferry.stop()


def test_it_stops_where_that_is_asked_for(mysql, kafka, make_rowferry, database, prefix):
    mysql.execute(TABLE.format(database))
    config = base_config(prefix, mysql, kafka, tables=[{"include": f"{database}.t", "topic": prefix}])
    config["source"]["invalid_text"] = "fail"
    rowferry = make_rowferry(config)
    rowferry.start().wait_streaming()
    mysql.execute(INSERT.format(database))
    assert rowferry.wait_exit() == 5
    assert f"`{database}`.`t`, row 0: column c holds bytes that are no text of its character set" in rowferry.log
