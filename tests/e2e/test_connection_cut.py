"""The dump connection is cut again and again: reading goes on in the middle of a transaction, and nothing repeats."""

import random
import time

from harness import Shop

CUTS = 10


def test_cut_every_second_under_load(make_rowferry, make_proxy, mysql, kafka, prefix):
    proxy = make_proxy(mysql.port)
    with Shop(make_rowferry, mysql, kafka, prefix, mysql_port=proxy.port) as shop:
        shop.rowferry.start().wait_streaming()
        with shop.writer:
            for number in range(CUTS):
                time.sleep(1)  # the rhythm of the fault; nothing waits for its end
                proxy.cut(reset=number % 2 == 0)
                shop.writer.wait_written(1)
        shop.finish().verify(repeats=False)
        assert shop.rowferry.log.count("streaming from") >= CUTS


def test_large_transaction_cut_in_its_middle(make_rowferry, make_proxy, mysql, kafka, prefix):
    proxy = make_proxy(mysql.port)
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with Shop(make_rowferry, mysql, kafka, prefix, mysql_port=proxy.port) as shop:
        shop.start_at_earliest()
        shop.writer.start()
        shop.writer.wait_written(30)
        shop.insert(20_000)  # other transactions before and behind it
        shop.writer.wait_written(30)
        shop.writer.stop()
        proxy.fail_after_bytes(chance.randrange(100_000, 400_000))
        shop.rowferry.start()
        for number in range(4):
            # The server begins at the head of the transaction each time, so each cut must come further on.
            shop.rowferry.wait_for_log("trying again", count=number + 1)
            proxy.fail_after_bytes(chance.randrange(500_000, 1_000_000) * (number + 1))
        proxy.well_behaved()
        shop.finish().verify(repeats=False)
        assert proxy.failures >= 4
