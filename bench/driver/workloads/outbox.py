"""W1 and W4: an application's outbox. Messages of 200 bytes, 1 KB and 10 KB, each in a transaction of its own, and ten in one."""

from .workload import Workload, calls, uuid

TABLE = """CREATE TABLE outbox (id BIGINT AUTO_INCREMENT PRIMARY KEY, message_id CHAR(36) NOT NULL,
  message_type VARCHAR(64) NOT NULL, aggregate_id BIGINT NOT NULL, payload JSON NOT NULL, status VARCHAR(16) NOT NULL,
  occurred_at DATETIME(3) NOT NULL)"""
RULES = "outbox:\n  - {table: bench.outbox, topic: '%s', key: '${aggregate_id}'}\n"


def body(foxes: int, batch: int) -> str:
    """Payloads of 80 bytes and 20 a fox; `batch` rows, a statement each, make a transaction."""
    return f"""  DECLARE i BIGINT DEFAULT first;
  SET autocommit = 0;
  WHILE i < first + count DO
    INSERT INTO outbox VALUES (i + 1, {uuid("i")}, 'order-shipped', i % 10007,
      JSON_OBJECT('order', i, 'customer', i % 10007, 'status', 'shipped', 'amount', '12345.67',
        'note', REPEAT('the quick brown fox ', {foxes})),
      'new', TIMESTAMP('2026-01-01') + INTERVAL i SECOND);
    SET i = i + 1;
    IF (i - first) % {batch} = 0 THEN COMMIT; END IF;
  END WHILE;
  COMMIT;"""


def outbox(name: str, foxes: int, rows: int, batch: int = 1) -> Workload:
    return Workload(name, TABLE, calls(body(foxes, batch), "outbox"), RULES, ("outbox",), key_bytes=4, headers=2,
                    checked=("message_id", "message_type", "aggregate_id", "payload"), rows=rows)


WORKLOADS = [outbox("tiny", 6, 300_000), outbox("outbox-1k", 47, 200_000), outbox("outbox-10k", 507, 30_000),
             outbox("outbox-tens", 6, 300_000, batch=10)]
