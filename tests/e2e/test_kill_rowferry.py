"""kill -9 of rowferry under load, at any moment: nothing is lost, and what comes again is recognised by its id."""

import random

from harness import Shop, wait_until

ROUNDS = 20


def test_kill_rowferry_under_load(make_rowferry, mysql, kafka, prefix):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with Shop(make_rowferry, mysql, kafka, prefix) as shop:
        shop.rowferry.start().wait_streaming()
        with shop.writer:
            for number in range(ROUNDS):
                _wait_for_a_moment(shop, chance)
                shop.rowferry.kill()
                if number % 4 == 0:
                    shop.writer.wait_written(chance.randrange(1, 300))  # a backlog to begin with
                shop.rowferry.start()
        ledger = shop.finish().verify()
        print(ledger)


def _wait_for_a_moment(shop, chance):
    """At work, just after a checkpoint, just connected, or not even that."""
    kind = chance.randrange(5)
    if kind == 0:
        shop.writer.wait_written(chance.randrange(1, 60))
    elif kind == 1:
        shop.rowferry.wait_streaming()
    elif kind == 2:
        old = shop.checkpoint()
        wait_until(lambda: shop.checkpoint() != old, 20, "a checkpoint is written")
    else:
        shop.wait_delivered(chance.randrange(1, 400))
