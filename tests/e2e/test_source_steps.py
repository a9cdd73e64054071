"""Connections that fail at each step in turn: rowferry always recovers, and loses and repeats nothing."""

import pytest

from harness import Shop, wait_until


@pytest.fixture
def shop(make_rowferry, make_proxy, mysql, kafka, prefix):
    proxy = make_proxy(mysql.port)
    with Shop(make_rowferry, mysql, kafka, prefix, mysql_port=proxy.port) as shop:
        shop.set_source(tls={"mode": "disabled"})  # packets are counted
        shop.start_at_earliest()
        shop.proxy = proxy
        yield shop


def fail_once(shop, number):
    """The next connection that gets that far fails before the server's packet `number`. False: none gets that far."""
    failures = shop.proxy.failures
    streams = shop.rowferry.log.count("streaming from")
    shop.proxy.fail_at_packet(number)
    shop.proxy.cut()
    wait_until(
        lambda: shop.proxy.failures > failures or shop.rowferry.log.count("streaming from") > streams,
        20,
        lambda: f"packet {number} is reached:\n{shop.rowferry.log}",
    )
    failed = shop.proxy.failures > failures
    shop.proxy.well_behaved()
    return failed


def test_each_step_of_a_reconnect(shop):
    shop.rowferry.start().wait_streaming()
    steps = 0
    while fail_once(shop, steps + 1):
        steps += 1
        shop.rowferry.wait_for_log("streaming from", count=shop.rowferry.log.count("streaming from") + 1)
        shop.insert(1)
    print(f"{steps} steps")
    assert steps > 10
    shop.finish().verify(repeats=False)


def test_each_step_of_a_first_start(shop):
    shop.insert(10)
    number = 1
    while True:
        shop.proxy.fail_at_packet(number)
        failures = shop.proxy.failures
        shop.rowferry.start()
        wait_until(
            lambda: shop.proxy.failures > failures or "streaming from" in shop.rowferry.log, 20, lambda: shop.rowferry.log
        )
        failed = shop.proxy.failures > failures
        shop.proxy.well_behaved()
        shop.rowferry.wait_streaming()
        shop.rowferry.kill()
        if not failed:
            break
        shop.rowferry.checkpoint_file.unlink()
        number += 3 if number > 10 else 1
    shop.rowferry.start()
    shop.finish().verify()


def test_each_step_of_the_stream(shop):
    """Packet by packet: the last of the conversation before it, the head of the log, the events of transactions."""
    shop.rowferry.start().wait_streaming()
    packets = range(46, 76)
    for number in packets:
        failures = shop.proxy.failures
        shop.proxy.fail_at_packet(number)
        shop.proxy.cut()

        def failed():
            shop.insert(1)  # so that there is another packet
            return shop.proxy.failures > failures

        wait_until(failed, 20, lambda: f"packet {number} is reached:\n{shop.rowferry.log}")
        shop.proxy.well_behaved()
    streams = shop.rowferry.log.count("streaming from")
    print(f"{streams} streams, {shop.proxy.failures} failures")
    assert streams > len(packets) // 2  # most of the failures came within the stream
    shop.finish().verify(repeats=False)


def test_kafka_connections_that_fail_at_each_step(make_rowferry, make_proxy, make_kafka, mysql, prefix):
    kafka = make_kafka(via=True)
    proxy = make_proxy(kafka.via_target, kafka.via_port)
    with Shop(make_rowferry, mysql, kafka, prefix, bootstrap=f"127.0.0.1:{kafka.via_port}") as shop:
        shop.rowferry.start().wait_streaming()
        for count in [0, 4, 300, 720, 800, 900, 1000]:
            failures = proxy.failures
            proxy.fail_after_bytes(count)  # of the broker: its answers are lost, the requests are not
            proxy.cut()

            def failed():
                shop.insert(5)  # so that there is another answer
                return proxy.failures > failures

            wait_until(failed, 20, lambda: f"{count} bytes are passed:\n{shop.rowferry.log}", 0.2)
            proxy.well_behaved()
            shop.wait_all_delivered(10)  # work goes on within 10 s of a peer's return
        with shop.writer:
            for _ in range(3):
                shop.wait_delivered(50)
                proxy.cut()
        shop.finish().verify(repeats=False)
