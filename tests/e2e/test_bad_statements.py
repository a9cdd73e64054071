"""Bad input: data changes that the log does not hold as rows (CONTRACT section 7)."""

import re

import pytest

from harness import base_config
from harness.refusal import SECRET_ROW, assert_check, assert_ends, position


class Shop:
    """rowferry on `orders` and an outbox of one database; other tables are there and not captured."""

    def __init__(self, mysql, kafka, make_rowferry, database, user="cdc", **source):
        self.mysql, self.kafka, self.database = mysql, kafka, database
        mysql.execute(*(f"CREATE TABLE IF NOT EXISTS {database}.{name} (id INT PRIMARY KEY, v VARCHAR(50))" for name in ("orders", "other", "more")))
        config = base_config(database, mysql, kafka, tables=[{"include": f"{database}.orders", "topic": database, "headers": {"id": True}}])
        config["source"].update(source, url=mysql.url(user))
        self.rowferry = make_rowferry(config)

    def start(self):
        self.rowferry.start().wait_streaming()
        return self

    def execute(self, *statements, binlog_format="STATEMENT"):
        """Returns (file, position) where the first statement's transaction begins."""
        place = self.mysql.execute("SHOW BINARY LOG STATUS")[0][:2]
        connection = self.mysql.connect(database=self.database)
        with connection.cursor() as cursor:
            cursor.execute("SET binlog_format = %s", (binlog_format,))
            for statement in statements:
                cursor.execute(statement)
        connection.close()
        return place

    def keys(self, count):
        with self.kafka.reader(self.database) as reader:
            reader.wait_for(count)
            self.rowferry.stop()
            return [message.key for message in reader.read_to_end()]


@pytest.fixture
def shop(mysql, kafka, make_rowferry, database):
    return lambda **source: Shop(mysql, kafka, make_rowferry, database, **source)


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO orders VALUES (2, '{SECRET_ROW}')",
        f"UPDATE orders SET v = '{SECRET_ROW}'",
        "DELETE FROM orders WHERE id = 1",
        f"/* {SECRET_ROW} */ REPLACE INTO orders VALUES (2, 'x')",
        f"UPDATE other, more SET other.v = '{SECRET_ROW}', more.v = 'x' WHERE other.id = more.id",  # the target is not plain to see
        "INSERT INTO orders SELECT id + 10, v FROM other",
    ],
    ids=["insert", "update", "delete", "replace", "two tables", "insert select"],
)
def test_statement_on_a_captured_table_stops(shop, statement):
    shop = shop()
    shop.mysql.execute(*(f"INSERT INTO {shop.database}.{table} VALUES (1, 'x')" for table in ("orders", "other", "more")))
    shop.start()
    shop.execute("INSERT INTO orders VALUES (7, 'as a row')", binlog_format="ROW")
    file, offset = shop.execute(statement)
    verb = re.sub(r"/\*.*?\*/ ", "", statement).split()[0]
    last = assert_ends(shop.rowferry, 5, rf"{file}:\d+", verb, "binlog_format")
    assert int(re.search(rf"{file}:(\d+)", last).group(1)) >= offset
    assert position(shop.rowferry)[:2] == (file, offset)
    assert [m.key for m in shop.kafka.consume(shop.database)] == [b'{"id":7}']


def test_warn_goes_on_without_it(shop):
    shop = shop(statements="warn").start()
    shop.execute(f"INSERT INTO orders VALUES (1, '{SECRET_ROW}')")
    shop.execute("INSERT INTO orders VALUES (2, 'x')", binlog_format="ROW")
    assert shop.keys(1) == [b'{"id":2}']
    assert re.search(r" warning .*binlog\.0\d+:\d+.*INSERT", shop.rowferry.log) and SECRET_ROW not in shop.rowferry.log


@pytest.fixture
def sees_triggers(mysql, prefix):
    """An account that may see whether a table has triggers."""
    name = prefix[:30]
    mysql.execute(f"CREATE USER {name}@'%' IDENTIFIED BY 'cdc'", f"GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT, TRIGGER ON *.* TO {name}@'%'")
    yield name
    mysql.execute(f"DROP USER {name}@'%'")


def test_statement_on_another_table_is_passed_over(shop, sees_triggers):
    shop = shop(user=sees_triggers).start()
    shop.execute("INSERT INTO other VALUES (1, 'x')", "UPDATE other SET v = 'y' WHERE id = 1", "DELETE FROM other")
    shop.execute("INSERT INTO orders VALUES (2, 'x')", binlog_format="ROW")
    assert shop.keys(1) == [b'{"id":2}']


def test_statement_on_another_table_with_a_trigger_stops(shop, sees_triggers):
    shop = shop(user=sees_triggers)
    shop.mysql.execute(
        f"CREATE TRIGGER {shop.database}.g AFTER INSERT ON {shop.database}.other FOR EACH ROW INSERT INTO {shop.database}.orders VALUES (NEW.id, 't')"
    )
    shop.start()
    file, _ = shop.execute("INSERT INTO other VALUES (1, 'x')")
    assert_ends(shop.rowferry, 5, rf"{file}:\d+", "INSERT", "has triggers")


def test_statement_on_another_table_whose_triggers_may_not_be_seen_stops(shop):
    shop = shop().start()
    file, _ = shop.execute("INSERT INTO other VALUES (1, 'x')")
    assert_ends(shop.rowferry, 5, rf"{file}:\d+", "INSERT", "lacks the TRIGGER privilege")


def test_server_with_binlog_format_statement(make_mysql, kafka, make_rowferry, prefix):
    mysql = make_mysql("--binlog-format=STATEMENT")
    mysql.execute(f"CREATE DATABASE {prefix}")
    shop = Shop(mysql, kafka, make_rowferry, prefix)
    assert_check(shop.rowferry, 3, "binlog_format is STATEMENT", "SET PERSIST binlog_format = ROW")
    assert_ends(shop.rowferry.start(), 3, "binlog_format is STATEMENT", "SET PERSIST binlog_format = ROW")
