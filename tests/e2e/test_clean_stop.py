"""SIGTERM, SIGINT, SIGHUP: a clean stop repeats nothing, a second signal ends at once, the drain has a limit."""

import contextlib
import random
import signal

import pytest

from harness import Shop, wait_until

SMALL_QUEUE = {"queue.buffering.max.messages": 500}


@contextlib.contextmanager
def frozen(service):
    service.freeze()
    try:
        yield
    finally:
        service.thaw()


def test_restarts_under_load_repeat_nothing(make_rowferry, mysql, kafka, prefix):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with Shop(make_rowferry, mysql, kafka, prefix) as shop:
        shop.rowferry.start().wait_streaming()
        with shop.writer:
            for number in range(10):
                if number % 3 == 2:
                    shop.rowferry.wait_catching()  # it is just starting
                else:
                    shop.wait_delivered(chance.randrange(1, 300))
                shop.rowferry.stop()
                shop.rowferry.start()
        shop.finish().verify(repeats=False)


def test_goes_on_behind_a_compressed_transaction(make_rowferry, make_mysql, make_proxy, kafka, prefix):
    """The checkpoint's fingerprint is that of the payload as a whole."""
    mysql = make_mysql("--binlog-transaction-compression=ON")
    proxy = make_proxy(mysql.port)
    with Shop(make_rowferry, mysql, kafka, prefix, mysql_port=proxy.port) as shop:
        shop.rowferry.start().wait_streaming()
        for number in range(1, 4):
            shop.insert(10)
            shop.wait_delivered(10)
            proxy.cut()
            shop.rowferry.wait_for_log("streaming from", count=2)
            shop.rowferry.stop()
            shop.rowferry.start().wait_streaming()
        shop.finish().verify(repeats=False)


def test_restarts_in_the_middle_of_a_transaction_repeat_nothing(make_rowferry, mysql, kafka, prefix):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with Shop(make_rowferry, mysql, kafka, prefix) as shop:
        shop.config["sink"]["kafka"].update(SMALL_QUEUE)
        shop.start_at_earliest()
        shop.insert(100_000)
        middles = 0
        for _ in range(5):
            shop.rowferry.start()
            shop.wait_delivered(chance.randrange(1, 10_000))
            shop.rowferry.stop()
            delivered = shop.position()["delivered"]
            middles += bool(delivered)
            assert sum(table["rows"] for table in delivered) in (0, shop.delivered())
        shop.rowferry.start()
        shop.finish().verify(repeats=False)
        assert middles > 0, "no stop came within the transaction: make it larger"


def test_second_signal_ends_at_once(make_rowferry, mysql, kafka, prefix):
    with Shop(make_rowferry, mysql, kafka, prefix) as shop:
        shop.rowferry.start().wait_streaming()
        shop.insert(10)
        shop.wait_delivered(10)
        with frozen(kafka):
            shop.insert(100)
            shop.rowferry.wait_for_log("100 messages wait for delivery")
            shop.rowferry.sigterm()
            shop.rowferry.wait_for_log("SIGTERM: stopping")
            assert shop.rowferry.running  # it waits for the broker
            shop.rowferry.signal(signal.SIGINT)
            assert shop.rowferry.wait_exit(5) == 1
        shop.rowferry.start()
        shop.finish().verify()


def test_drain_limit_ends_with_1_and_all_is_sent_again(make_rowferry, mysql, kafka, prefix):
    with Shop(make_rowferry, mysql, kafka, prefix, shutdown={"timeout": "500ms"}) as shop:
        shop.rowferry.start().wait_streaming()
        shop.insert(10)
        shop.wait_delivered(10)
        before = mysql.value("SELECT @@gtid_executed").replace("\n", "")
        wait_until(lambda: shop.position()["gtids"] == before, 10, "the first ten are in the checkpoint")
        with frozen(kafka):
            shop.insert(100)
            shop.rowferry.wait_for_log("100 messages wait for delivery")
            shop.rowferry.signal(signal.SIGINT)
            assert shop.rowferry.wait_exit(10) == 1
            assert "100 messages were not acknowledged within 0.5 s" in shop.rowferry.log
            assert shop.position()["gtids"] == before
        shop.rowferry.start()
        shop.finish().verify()


def test_stop_does_not_wait_for_messages_that_linger(make_rowferry, mysql, kafka, prefix):
    """linger.ms is the user's; a stop sends what is held back for company."""
    with Shop(make_rowferry, mysql, kafka, prefix, shutdown={"timeout": "20s"}) as shop:
        shop.config["sink"]["kafka"]["linger.ms"] = 600_000
        shop.rowferry.set_config(shop.config)
        shop.rowferry.start().wait_streaming()
        shop.insert(10)
        shop.rowferry.wait_for_log("10 messages wait for delivery")
        shop.rowferry.stop()
        shop.config["sink"]["kafka"]["linger.ms"] = 0
        shop.rowferry.set_config(shop.config)
        shop.rowferry.start()
        shop.finish().verify(repeats=False)


@pytest.mark.parametrize("fault", ["refuse", "stall"])
def test_stop_while_mysql_is_away(make_rowferry, make_proxy, mysql, kafka, prefix, fault):
    """Nothing is owed to the broker, so the stop is a clean one."""
    proxy = make_proxy(mysql.port)
    with Shop(make_rowferry, mysql, kafka, prefix, mysql_port=proxy.port) as shop:
        shop.rowferry.start().wait_streaming()
        shop.insert(10)
        shop.wait_delivered(10)
        getattr(proxy, fault)()
        proxy.cut()
        shop.rowferry.wait_for_log("trying again")
        shop.rowferry.stop(timeout=15)
        proxy.resume()


def test_stop_before_anything_was_reached(make_rowferry, make_proxy, mysql, kafka, prefix):
    proxy = make_proxy(mysql.port)
    with Shop(make_rowferry, mysql, kafka, prefix, mysql_port=proxy.port) as shop:
        proxy.refuse()
        shop.rowferry.start().wait_for_log("trying again")
        shop.rowferry.stop(timeout=15)
        assert not shop.rowferry.checkpoint_file.exists()


def test_sighup_opens_the_log_again(make_rowferry, mysql, prefix):
    config = {
        "name": prefix,
        "source": {"url": mysql.url(), "password": "cdc"},
        "sink": "discard",
        "tables": [{"include": "nothing.here", "topic": "t"}],
        "log": {"file": "rowferry.log"},
    }
    rowferry = make_rowferry(config).start()
    log, rotated = rowferry.directory / "rowferry.log", rowferry.directory / "rowferry.log.1"
    wait_until(lambda: log.exists() and "streaming from" in log.read_text(), 20, "it streams")
    log.rename(rotated)
    rowferry.signal(signal.SIGHUP)
    wait_until(lambda: log.exists() and "SIGHUP" in log.read_text(), 10, "a new log has begun")
    rowferry.stop()
    assert "stopped" in log.read_text() and "stopped" not in rotated.read_text()
    assert "streaming from" in rotated.read_text() and rowferry.log == ""
