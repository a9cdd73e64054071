"""A broker that answers nothing for a while: memory stays bounded, and reading goes on afterwards."""

import pytest

from harness import Shop, wait_until

ROWS, ROW_BYTES = 60_000, 2_000
MEMORY_LIMIT = 100_000_000  # less than the transaction has


@pytest.mark.parametrize("family", ["mysql", "mariadb"])
def test_stalled_broker_during_a_large_transaction(make_rowferry, make_mysql, make_mariadb, kafka, prefix, family):
    """Of MySQL rowferry asks for more time, so that a stall is not a cut; of MariaDB it does not, and reads on behind the cut."""
    server = (make_mysql if family == "mysql" else make_mariadb)("--net-write-timeout=1")
    server.execute("SET SESSION net_write_timeout = 600")  # for the rows that the test itself reads
    with Shop(make_rowferry, server, kafka, prefix) as shop:
        shop.rowferry.start().wait_streaming()
        shop.insert(100)
        shop.wait_delivered(100)
        kafka.freeze()
        try:
            shop.insert(ROWS, size=ROW_BYTES)
            shop.rowferry.wait_for_log("[0-9]{3,} messages wait for delivery")
            assert shop.position()["delivered"] == []  # nothing of it was acknowledged
            if family == "mariadb":
                wait_until(lambda: server.dump_threads() == [], 20, "the server gives the dump up")
        finally:
            kafka.thaw()
        shop.wait_all_delivered(120)
        assert shop.rowferry.log.count("streaming from") == (1 if family == "mysql" else 2)
        assert shop.rowferry.peak_memory_bytes() < MEMORY_LIMIT
        print(f"peak {shop.rowferry.peak_memory_bytes() / 1e6:.0f} MB")
        shop.finish().verify(repeats=False)
