"""A real broker of our own. Topics are made before use, and their records carry the broker's clock."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from .workloads import ROOT

PARTITIONS = 4


class Kafka:
    """Begins empty; `close` stops it and wipes what it kept."""

    def __init__(self, directory: Path, port: int):
        self.directory = directory / "kafka"
        self.port = port
        self.bootstraps = f"127.0.0.1:{self.port}"
        try:
            self.services("up")
        except BaseException:  # a signal may have come when it was half up
            self.services("down")
            raise

    def services(self, command: str):
        subprocess.run([ROOT / "scripts/services", "--dir", self.directory, command, "kafka"], check=True,
                       env=dict(os.environ, ROWFERRY_KAFKA_PORT=str(self.port)), stdout=subprocess.DEVNULL)

    @property
    def pid(self) -> int:
        return int((self.directory / "kafka/pid").read_text().split()[0])

    def admin(self):
        from confluent_kafka.admin import AdminClient
        return AdminClient({"bootstrap.servers": self.bootstraps, "log_level": 4})  # must outlive the answers it gives

    def create(self, topic: str, **config: str):
        """Returns when its partitions have leaders. Config names have `_` for `.`, as in message_timestamp_type="LogAppendTime"."""
        from confluent_kafka.admin import NewTopic
        client = self.admin()
        named = {name.replace("_", "."): value for name, value in config.items()}
        client.create_topics([NewTopic(topic, PARTITIONS, 1, config=named)])[topic].result()
        self.count(topic)

    def delete(self, topic: str):
        client = self.admin()
        client.delete_topics([topic], operation_timeout=20)[topic].result()

    def count(self, topic: str) -> int:
        ends = Ends(self, topic)
        try:
            return sum(ends.now())
        finally:
            ends.close()

    def close(self):
        self.services("kill")
        shutil.rmtree(self.directory)


class Ends:
    """The end offsets of a topic, asked again over one connection. Transactions' markers count as records."""

    def __init__(self, kafka: Kafka, topic: str):
        from confluent_kafka import Consumer, TopicPartition
        self.consumer = Consumer({"bootstrap.servers": kafka.bootstraps, "group.id": "drain"})
        self.partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]

    def now(self) -> list[int]:
        return [self.end(partition) for partition in self.partitions]

    def end(self, partition) -> int:
        """Asked again for a while: a partition that was just made has no leader yet."""
        from confluent_kafka import KafkaException
        last = time.monotonic() + 10
        while True:
            try:
                return self.consumer.get_watermark_offsets(partition, timeout=10)[1]
            except KafkaException:
                if time.monotonic() > last:
                    raise
                time.sleep(0.02)

    def close(self):
        self.consumer.close()
