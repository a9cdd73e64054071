"""kill -9 of the broker under load: rowferry runs on through all of it, and nothing is lost."""

import random

from harness import Shop

ROUNDS = 20
# A killed broker may register again only when its old session has expired.
QUICK = {"broker.session.timeout.ms": 1000, "broker.heartbeat.interval.ms": 200}


def test_kill_broker_under_load(make_rowferry, make_kafka, mysql, prefix):
    kafka = make_kafka(QUICK)
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with Shop(make_rowferry, mysql, kafka, prefix) as shop:
        shop.rowferry.start().wait_streaming()
        with shop.writer:
            for _ in range(ROUNDS):
                shop.writer.wait_written(chance.randrange(1, 300))
                kafka.kill()
                shop.writer.wait_written(chance.randrange(1, 300))
                kafka.start()
                assert shop.rowferry.running
        ledger = shop.finish().verify()
        print(ledger)


def test_kill_rowferry_while_the_broker_is_down(make_rowferry, make_kafka, mysql, prefix):
    """What the dead broker had not acknowledged is known to the checkpoint only."""
    kafka = make_kafka(QUICK)
    with Shop(make_rowferry, mysql, kafka, prefix) as shop:
        shop.rowferry.start().wait_streaming()
        with shop.writer:
            for _ in range(2):
                shop.wait_delivered(100)
                kafka.kill()
                shop.writer.wait_written(300)
                shop.rowferry.kill()
                shop.rowferry.start().wait_streaming()
                shop.writer.wait_written(100)
                kafka.start()
        shop.finish().verify()
