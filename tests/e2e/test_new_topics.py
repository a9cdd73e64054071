"""Topics that the first message makes: their partitions are known before their leaders take messages (docs/adr/0008)."""

import collections

from harness import base_config, wait_until

TOPICS, PARTITIONS, ROWS = 8, 20, 200


def test_first_messages_of_new_topics_arrive_once(mysql, kafka, make_rowferry, database):
    mysql.execute(f"CREATE TABLE {database}.t (id INT PRIMARY KEY, kind INT NOT NULL)")
    tables = [{"include": f"{database}.t", "topic": f"{database}.${{kind}}"}]
    config = base_config(database, mysql, kafka, tables=tables)
    config["sink"]["topics"] = {"partitions": PARTITIONS}
    rowferry = make_rowferry(config)
    rowferry.start().wait_streaming()
    with mysql.connect(database=database) as connection, connection.cursor() as cursor:
        for row in range(TOPICS * ROWS):
            cursor.execute(f"INSERT INTO t VALUES ({row}, {row // ROWS})")

    topics = [f"{database}.{kind}" for kind in range(TOPICS)]
    wait_until(lambda: set(topics) <= kafka.topics().keys(), 60, "every topic is made")
    with kafka.reader(*topics) as reader:
        reader.wait_for(TOPICS * ROWS)
        rowferry.stop()
        messages = reader.read_to_end()
    keys = collections.Counter(message.key for message in messages)
    assert keys.keys() == {b'{"id":%d}' % row for row in range(TOPICS * ROWS)}
    assert set(keys.values()) == {1}, rowferry.log
