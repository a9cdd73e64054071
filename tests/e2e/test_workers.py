"""Rows encoded by several threads: nothing lost, order kept, repeats recognised, as with one (docs/adr/0013-workers.md)."""

import random

from harness import Shop

ROUNDS = 6


def test_kill_rowferry_with_workers(make_rowferry, mysql, kafka, prefix):
    """kill -9 inside large transactions, small ones among them."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with Shop(make_rowferry, mysql, kafka, prefix, pipeline={"workers": 3}) as shop:
        shop.rowferry.start().wait_streaming()
        with shop.writer:
            for _ in range(ROUNDS):
                shop.insert(chance.randrange(2_000, 6_000), size=chance.choice([20, 200, 2_000]))
                shop.wait_delivered(chance.randrange(1, 1_500))
                shop.rowferry.kill()
                shop.rowferry.start()
        print(shop.finish().verify())


def test_the_dump_is_cut_with_workers(make_rowferry, mysql, kafka, prefix):
    """The server ends the connection while much is read ahead: what is read again is not sent again."""
    with Shop(make_rowferry, mysql, kafka, prefix, pipeline={"workers": 3}) as shop:
        shop.rowferry.start().wait_streaming()
        for _ in range(ROUNDS):
            shop.insert(5_000, size=200)
            shop.wait_delivered(500)
            shop.mysql.kill_dump_threads()
        print(shop.finish().verify(repeats=False))


def test_a_stop_with_workers_is_clean(make_rowferry, mysql, kafka, prefix):
    with Shop(make_rowferry, mysql, kafka, prefix, pipeline={"workers": 3}) as shop:
        shop.rowferry.start().wait_streaming()
        shop.insert(60_000, size=1_000)
        shop.wait_delivered(1)
        shop.rowferry.stop()
        print(shop.delivered(), "delivered before the stop")
        shop.rowferry.start().wait_streaming()
        shop.finish().verify(repeats=False)
