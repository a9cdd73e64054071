"""W5: updates of two members of a JSON document of 2 KB, logged as whole documents and as what changed."""

from .workload import Filling, Workload, calls, number, shares, uuid

DOCUMENTS = 10_000  # there before the log begins; each is updated rows / DOCUMENTS times
STEP = 100  # rows a transaction

ITEM = "JSON_OBJECT('product', %d, 'name', 'the quick brown fox', 'price', 12.5, 'tags', JSON_ARRAY('new', 'blue'))"
MAKE = f"""  DECLARE i BIGINT DEFAULT first;
  SET SESSION sql_log_bin = 0, autocommit = 0;
  WHILE i < first + count DO
    INSERT INTO documents VALUES (i, JSON_OBJECT('counter', 1000000, 'status', 'new', 'uuid', {uuid("i")},
      'items', JSON_ARRAY({", ".join(ITEM % n for n in range(17))})));
    SET i = i + 1;
  END WHILE;
  COMMIT;"""


# A session has the quarter of the documents from `first` on and changes them over and over.
UPDATE = f"""  DECLARE i BIGINT DEFAULT 0;
  WHILE i < count DO
    UPDATE documents SET doc = JSON_SET(doc, '$.counter', 1000000 + {number("id + i")} % 1000000, '$.status', IF(i % 2, 'new', 'old'))
      WHERE id >= first + i % {DOCUMENTS // 4} ORDER BY id LIMIT {STEP};
    SET i = i + {STEP};
  END WHILE;"""


def documents(name: str, options: str) -> Workload:
    make = calls(MAKE, "documents", 1)(DOCUMENTS, 0)
    before = make.before + make.sessions[0][0] + "DROP PROCEDURE fill;\n"
    call = calls(UPDATE, "documents", before=before)

    def fill(rows: int, seed: int) -> Filling:
        """Whole transactions only."""
        rows = rows // (4 * STEP) * (4 * STEP)
        filling = call(rows, seed)
        filling.sessions = [[f"SET SESSION binlog_row_value_options = '{options}';\nCALL fill({first}, {rows // 4}, {seed});\n"] for first, _ in shares(DOCUMENTS)]
        return filling
    return Workload(name, "CREATE TABLE documents (id BIGINT PRIMARY KEY, doc JSON NOT NULL)", fill,
                    "tables:\n  - {include: bench.documents, topic: '%s'}\n", ("documents",), key_bytes=10, rows=100_000)


WORKLOADS = [documents("json", ""), documents("json-partial", "PARTIAL_JSON")]
