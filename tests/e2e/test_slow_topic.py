"""A topic whose few messages are held back while another takes all: memory does not grow with the latter."""

import pytest

from harness import Shop, wait_until

ROWS, ROW_BYTES = 30_000, 10_000
STILL = 8  # looks without progress: the reader waits, and not the machine
EVERY = 40  # of which one stays; large enough for a worker
MEMORY_LIMIT = 130_000_000  # the transaction has 300 MB


@pytest.mark.parametrize("workers", [1, 3])
def test_few_that_linger_do_not_hold_what_was_delivered(make_rowferry, mysql, kafka, prefix, workers):
    """One message that waits keeps its whole chunk of output, so it is chunks that are bounded."""
    kafka.create_topic(f"{prefix}.slow")
    with Shop(make_rowferry, mysql, kafka, prefix, pipeline={"workers": workers}) as shop:
        shop.config["outbox"][0]["topic"] = f"{prefix}${{message_type}}"
        shop.config["sink"]["kafka"]["linger.ms"] = 600_000  # until a batch is full, which .slow never has
        shop.rowferry.set_config(shop.config)
        shop.rowferry.start().wait_streaming()
        mysql.execute(
            f"SET SESSION {mysql.recursion_limit} = 10000000",
            f"INSERT INTO {shop.table} (message_id, message_type, aggregate_id, payload)"
            f" WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})"
            f" SELECT UNHEX(REPLACE(UUID(), '-', '')), IF(i % {EVERY} = 1, '.slow', ''), 'key',"
            f" JSON_OBJECT('pad', REPEAT('x', IF(i % {EVERY} = 1, 1100, {ROW_BYTES}))) FROM n ORDER BY i",
        )
        seen = []

        def stands():
            seen.append(shop.delivered())
            return len(seen) > STILL and seen[-1] == seen[-1 - STILL] > 0

        wait_until(stands, 90, "no more is delivered", 0.5)
        print(f"{seen[-1]} delivered, peak {shop.rowferry.peak_memory_bytes() / 1e6:.0f} MB")
        assert shop.rowferry.peak_memory_bytes() < MEMORY_LIMIT
        shop.rowferry.kill()
