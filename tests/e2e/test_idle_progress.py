"""The checkpoint moves although nothing is sent, and is there before anything is read."""

import pytest

from harness import Shop, wait_until


@pytest.fixture
def shop(make_rowferry, mysql, kafka, prefix):
    with Shop(make_rowferry, mysql, kafka, prefix) as shop:
        mysql.execute(f"CREATE TABLE {prefix}.other (a INT PRIMARY KEY)")
        shop.rowferry.start().wait_streaming()
        yield shop


def wait_position(shop, file=None, gtids=None):
    def there():
        position = shop.position()
        return (file is None or position["file"] == file) and (gtids is None or position["gtids"] == gtids)

    wait_until(there, 15, lambda: f"the checkpoint is at {file or ''} {gtids or ''}: {shop.position()}")


def executed(mysql):
    return mysql.value("SELECT @@gtid_executed").replace("\n", "")


def test_filtered_transactions_move_the_checkpoint(shop, mysql, prefix):
    mysql.execute(f"INSERT INTO {prefix}.other VALUES (1)")
    wait_position(shop, gtids=executed(mysql))
    mysql.execute(f"CREATE TABLE {prefix}.another (a INT)", f"DROP TABLE {prefix}.another")
    wait_position(shop, gtids=executed(mysql))
    assert shop.delivered() == 0


def test_updates_and_deletes_of_the_outbox_move_the_checkpoint(shop, mysql):
    shop.insert(10)
    shop.wait_delivered(10)
    mysql.execute(f"UPDATE {shop.table} SET message_type = 'x'", f"DELETE FROM {shop.table}")
    wait_position(shop, gtids=executed(mysql))
    assert shop.delivered() == 10


def test_rotations_move_the_checkpoint(shop, mysql):
    for _ in range(3):
        mysql.execute("FLUSH BINARY LOGS")
        wait_position(shop, file=mysql.execute("SHOW BINARY LOG STATUS")[0][0])


def test_heartbeats_move_the_checkpoint_to_a_new_file(make_rowferry, mysql, kafka, prefix):
    """Connected by GTID behind everything, the server sends nothing but heartbeats."""
    with Shop(make_rowferry, mysql, kafka, prefix) as shop:
        shop.rowferry.start().wait_streaming()
        wait_position(shop, gtids=executed(mysql))
        shop.rowferry.stop()
        mysql.execute("FLUSH BINARY LOGS", "FLUSH BINARY LOGS")
        file, offset = mysql.execute("SHOW BINARY LOG STATUS")[0][:2]
        shop.rowferry.start().wait_streaming()
        wait_position(shop, file=file)
        assert shop.position()["pos"] <= offset
        mysql.execute(f"PURGE BINARY LOGS TO '{file}'")  # what idleness must not make fatal
        shop.rowferry.stop()
        shop.rowferry.start().wait_streaming()
        shop.insert(10)
        shop.wait_delivered(10)


def test_work_moves_the_checkpoint_every_second(shop):
    with shop.writer:
        seen = {shop.checkpoint()}
        saved = lambda: next(line for line in shop.checkpoint().splitlines() if line.startswith("saved "))  # noqa: E731
        while len(seen) < 4:
            old = saved()
            wait_until(lambda: saved() != old, 5, "another checkpoint is written")
            seen.add(shop.checkpoint())
    shop.finish().verify(repeats=False)


@pytest.mark.parametrize("start", ["now", "earliest"])
def test_start_position_is_durable_before_the_first_event(make_rowferry, mysql, kafka, prefix, start):
    with Shop(make_rowferry, mysql, kafka, prefix) as shop:
        mysql.forget_logs()
        shop.set_source(start=start)
        shop.rowferry.start().wait_streaming()
        shop.rowferry.kill()
        assert "rowferry-checkpoint" in shop.checkpoint()
        shop.insert(100)  # nobody sees it happen
        shop.rowferry.start()
        shop.finish().verify(repeats=False)
