"""A consumer that notes when it receives which row: a process of its own, which polls at once.

usage: receiver.py BOOTSTRAPS TOPIC PARTITIONS LIMIT
It says `ready` when it would receive. Each line on stdin it answers with one of JSON: {"rows": [[row, nanoseconds]…], "others": n},
what came since, rows from LIMIT on only counted."""

import json
import re
import sys
import threading
import time

from confluent_kafka import Consumer, TopicPartition

# In a payload as it is, and escaped within a row as text.
ROW = re.compile(rb'order\\?":\s*(\d+)')


class Receiver:
    def __init__(self, bootstraps: str, topic: str, partitions: int, limit: int):
        self.limit = limit
        self.rows: list[tuple[int, int]] = []
        self.others = 0
        self.lock = threading.Lock()
        self.consumer = Consumer({"bootstrap.servers": bootstraps, "group.id": "latency", "enable.auto.commit": False, "log_level": 4,
                                  "fetch.wait.max.ms": 500, "fetch.error.backoff.ms": 1})
        self.consumer.assign([TopicPartition(topic, partition, 0) for partition in range(partitions)])
        self.consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=30)

    def run(self):
        while True:
            first = self.consumer.poll(1.0)
            if first is None:
                continue
            messages = [first, *self.consumer.consume(500, 0)]  # what else is here already
            now = time.monotonic_ns()
            numbers = [int(ROW.search(message.value())[1]) for message in messages if not message.error()]
            with self.lock:
                mine = [(number, now) for number in numbers if number < self.limit]
                self.rows += mine
                self.others += len(numbers) - len(mine)

    def answer(self):
        for _ in sys.stdin:
            with self.lock:
                line = {"rows": self.rows, "others": self.others}
                self.rows, self.others = [], 0
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    receiver = Receiver(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    threading.Thread(target=receiver.answer, daemon=True).start()
    print("ready", flush=True)
    receiver.run()
