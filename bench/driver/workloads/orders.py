"""W3, W4 and W6: rows of ten columns in transactions of one size, plain and compressed."""

from .workload import SESSIONS, Workload, calls, uuid

# The ten columns of PERFORMANCE.md's row test: a 195-byte image.
COLUMNS = """(id BIGINT AUTO_INCREMENT PRIMARY KEY, customer_id INT NOT NULL, uuid VARCHAR(36) NOT NULL,
  status VARCHAR(20) NOT NULL, amount DECIMAL(10,2) NOT NULL, created_at DATETIME(3) NOT NULL, updated_at TIMESTAMP NOT NULL,
  priority TINYINT NOT NULL, score DOUBLE NOT NULL, note VARCHAR(255) NOT NULL)"""
RULES = "tables:\n  - {include: bench.orders, topic: '%s'}\n"


def values(row: str) -> str:
    """Of the row of that number (an SQL expression)."""
    return (f"{row} + 1, ({row}) % 100000, {uuid(row)}, 'shipped', 12345.67, TIMESTAMP('2026-01-01') + INTERVAL {row} SECOND, "
            f"TIMESTAMP('2026-01-01') + INTERVAL {row} SECOND, ({row}) % 100, ({row}) / 7, REPEAT('the quick brown fox jumps ', 4)")


def body(step: str, compressed: bool) -> str:
    """A statement, which is a transaction, for each `step` rows."""
    return f"""  DECLARE i BIGINT DEFAULT first;
  DECLARE step BIGINT;
  SET SESSION cte_max_recursion_depth = {step};
  SET SESSION binlog_transaction_compression = {"ON" if compressed else "OFF"};
  WHILE i < first + count DO
    SET step = LEAST({step}, first + count - i);
    INSERT INTO orders WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < step)
      SELECT {values("i + k")} FROM n;
    SET i = i + step;
  END WHILE;"""


def orders(name: str, step: int | None, compressed: bool = False) -> Workload:
    """`step` rows a transaction; None: all of them in one."""
    text = body(str(step) if step else "count", compressed)
    return Workload(name, f"CREATE TABLE orders {COLUMNS}", calls(text, "orders", SESSIONS if step else 1), RULES, ("orders",),
                    checked=("id", "customer_id", "uuid", "status", "amount", "priority", "note"))


WORKLOADS = [orders("bulk", 10_000), orders("giant", None), orders("compressed-1", 1, True),
             orders("compressed-100", 100, True), orders("compressed-all", None, True)]
