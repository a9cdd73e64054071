"""kill -9 of mysqld under load (sync_binlog=1): rowferry runs on, connects again, and nothing is lost or repeated."""

import random

from harness import Shop

ROUNDS = 20


def test_kill_mysqld_under_load(make_rowferry, make_mysql, kafka, prefix):
    mysql = make_mysql()
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with Shop(make_rowferry, mysql, kafka, prefix) as shop:
        shop.rowferry.start().wait_streaming()
        with shop.writer:
            for number in range(ROUNDS):
                if number % 3 != 2:  # else it may not even be connected yet
                    shop.wait_delivered(chance.randrange(1, 100))
                shop.writer.wait_written(chance.randrange(1, 100))
                mysql.kill()
                mysql.start()
                assert shop.rowferry.running
            shop.writer.wait_written(1)
        ledger = shop.finish().verify(repeats=False)
        print(ledger)
