"""Whether a topic holds what the table holds: every row once, with its values, each key in the order of its commits."""

import json
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from .kafka import PARTITIONS, Kafka
from .workloads import SESSIONS, Server, Workload

PAYLOAD = ("order", "customer", "status", "amount", "note")


class Wrong(Exception):
    """A run that delivered something else than the table holds: no number comes of it."""


@dataclass
class Seen:
    """What came, by the broker's clock (ms since the epoch)."""
    records: int
    bytes_per_message: float  # key, value, names and values of headers
    first_ms: int
    half_ms: int  # when half of them had come
    last_ms: int
    order: int  # the same for the same order of rows within every key


def source_sum(server: Server) -> int:
    """The sum over all rows of the CRC-32 of the checked columns, as the server computes it."""
    workload = server.workload
    columns = ", ".join(", ".join(f"payload->>'$.{name}'" for name in PAYLOAD) if column == "payload" else column
                        for column in workload.checked)
    return int(server.sql(f"SELECT SUM(CRC32(CONCAT_WS('|', {columns}))) FROM bench.{workload.captured}")[0][0])


def verify(kafka: Kafka, topic: str, workload: Workload, rows: int, expected_sum: int) -> Seen:
    """Reads the whole topic. Raises Wrong."""
    text_of = outbox_text if workload.headers else row_text
    total = size = records = 0
    times = array("q")
    latest: dict[tuple[bytes, int], int] = {}
    chain: dict[bytes, int] = {}
    homes: dict[bytes, int] = {}
    share = rows // SESSIONS
    for message in messages(kafka, topic):
        key, value, headers = message.key(), message.value(), message.headers() or ()
        records += 1
        size += len(key) + len(value) + sum(len(name) + len(content) for name, content in headers)
        times.append(message.timestamp()[1])
        owner, number, text = text_of(key, value, headers)
        total += zlib.crc32(text)
        writer = owner, min(number // share, SESSIONS - 1)
        if latest.get(writer, -1) >= number:
            raise Wrong(f"{topic}: key {owner!r}: row {number} came after row {latest[writer]}")
        latest[writer] = number
        if homes.setdefault(owner, message.partition()) != message.partition():
            raise Wrong(f"{topic}: key {owner!r} is in two partitions")
        chain[owner] = zlib.crc32(b"%d" % number, chain.get(owner, 0))
    if records != rows or total != expected_sum:
        raise Wrong(f"{topic}: {records} records of {rows} rows, checksum {total}, the table's {expected_sum}")
    ordered = sorted(times)
    return Seen(records, round(size / records, 1), ordered[0], ordered[records // 2], ordered[-1], sum(chain.values()))


def messages(kafka: Kafka, topic: str) -> Iterator:
    """All that is there now."""
    from confluent_kafka import Consumer, TopicPartition
    consumer = Consumer({"bootstrap.servers": kafka.bootstraps, "group.id": "verify", "enable.auto.commit": False,
                         "fetch.wait.max.ms": 20, "queued.min.messages": 200_000, "queued.max.messages.kbytes": 262_144})
    try:
        partitions = [TopicPartition(topic, number, 0) for number in range(PARTITIONS)]
        left = sum(consumer.get_watermark_offsets(partition, timeout=10)[1] for partition in partitions)
        consumer.assign(partitions)
        while left:
            came = consumer.consume(10_000, 10)
            if not came:
                raise Wrong(f"{topic}: the broker gave nothing for 10 s, {left} records before the end")
            for message in came:
                if message.error():
                    raise Wrong(f"{topic}: {message.error()}")
                yield message
            left -= len(came)
    finally:
        consumer.close()


# Key, number of the row in the order of its writer, and the checked columns as `source_sum` joins them.
Row = tuple[bytes, int, bytes]


def outbox_text(key: bytes, value: bytes, headers: list) -> Row:
    """The payload alone with key and headers, or a whole row (Maxwell)."""
    content = json.loads(value)
    if headers:
        named = dict(headers)
        row = {"message_id": named["id"].decode(), "message_type": named["type"].decode(), "aggregate_id": int(key)}
    else:
        row = content["data"]
        content = row["payload"] if isinstance(row["payload"], dict) else json.loads(row["payload"])
    text = "|".join([row["message_id"], row["message_type"], str(row["aggregate_id"]), *(str(content[name]) for name in PAYLOAD)])
    return b"%d" % row["aggregate_id"], content["order"], text.encode()


def row_text(key: bytes, value: bytes, _: list) -> Row:
    """A row after the change: Debezium's `after`, Maxwell's and RowFerry's `data`."""
    content = json.loads(value)
    row = content.get("after") or content["data"]
    amount = row["amount"]
    text = (f"{row['id']}|{row['customer_id']}|{row['uuid']}|{row['status']}|"
            f"{amount if isinstance(amount, str) else format(amount, '.2f')}|{row['priority']}|{row['note']}")
    return b"%d" % row["id"], row["id"], text.encode()
