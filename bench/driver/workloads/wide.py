"""W2: fifty columns of all sorts; half of the changes insert a row, the others change two columns of one."""

from .workload import Filling, Workload, calls, number, uuid

STEP = 1_000  # rows a transaction

# Type, how many columns of it, and the value in row `r`.
KINDS = [
    ("INT", 12, number("r * 100 + {n}") + " % 2000000000"),
    ("VARCHAR(64)", 12, uuid("r * 100 + {n}")),
    ("DECIMAL(12,2)", 8, "r / 100 + {n}"),
    ("DATETIME(3)", 6, "TIMESTAMP('2026-01-01') + INTERVAL r + {n} SECOND"),
    ("TIMESTAMP", 4, "TIMESTAMP('2026-01-01') + INTERVAL r + {n} SECOND"),
    ("DOUBLE", 4, "(r + {n}) / 7"),
    ("TINYINT", 3, "(r + {n}) % 100"),
]
COLUMNS = [(f"c{n}", kind, value.replace("{n}", str(n)))
           for n, (kind, value) in enumerate([(kind, value) for kind, times, value in KINDS for _ in range(times)], 1)]
assert len(COLUMNS) == 49  # and the key
TABLE = f"CREATE TABLE wide (id BIGINT PRIMARY KEY, {', '.join(f'{name} {kind} NOT NULL' for name, kind, _ in COLUMNS)})"
CHANGED = ("c1", "c26")  # a number and a decimal

BODY = f"""  DECLARE i BIGINT DEFAULT first;
  DECLARE step BIGINT;
  WHILE i < first + count DO
    SET step = LEAST({STEP}, first + count - i);
    INSERT INTO wide WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < step), rows_of (r) AS (SELECT i + k FROM n)
      SELECT r, {", ".join(value for _, _, value in COLUMNS)} FROM rows_of;
    SET i = i + step;
  END WHILE;
  SET i = first;
  WHILE i < first + count DO
    UPDATE wide SET {", ".join(f"{name} = {name} + 1" for name in CHANGED)} WHERE id >= i AND id < LEAST(i + {STEP}, first + count);
    SET i = i + {STEP};
  END WHILE;"""


def fill(rows: int, seed: int) -> Filling:
    filling = calls(BODY, "wide")(rows // 2, seed)
    filling.changes["wide"] *= 2
    return filling


WORKLOADS = [Workload("wide", TABLE, fill, "tables:\n  - {include: bench.wide, topic: '%s'}\n", ("wide",), key_bytes=11, rows=200_000)]
