"""Kafka as the tests see it."""

import collections
import functools
import logging

import confluent_kafka
import confluent_kafka.admin

from .service import Service, free_ports
from .waiting import wait_until

# `headers` is a list of (name, bytes or None) as on the wire; `timestamp` is in ms.
Message = collections.namedtuple("Message", "topic partition offset key value headers timestamp")


def header(message, name):
    """The header's text, or None where there is none of that name."""
    for each, value in message.headers:
        if each == name:
            return None if value is None else value.decode()
    return None

# The clients' own lines (a broker that is down, mostly) are the tests' doing.
_logger = logging.getLogger("rowferry.e2e.kafka")
_logger.addHandler(logging.NullHandler())
_logger.propagate = False


class Kafka(Service):
    """A broker. `properties`: further lines of server.properties. `via`: whether to open a second listener
    for clients that come through a proxy: they connect to `via_port`, where the test puts a TcpProxy to
    `via_target`; the broker names `via_port` to them too."""

    name = "kafka"
    port_count = 3

    def __init__(self, directory, port=None, properties=None, via=False):
        super().__init__(directory, port)
        self.environment["JAVA_TOOL_OPTIONS"] = "-XX:TieredStopAtLevel=1"  # starts with half of the work
        self.set_properties(properties or {})
        self.via_port = free_ports(1) if via else None
        self.via_target = self.port + 2
        if via:
            self.environment["ROWFERRY_KAFKA_VIA"] = str(self.via_port)

    def set_properties(self, properties):
        """Broker properties from the next start on."""
        lines = "\n".join(f"{name}={value}" for name, value in properties.items())
        self.environment["ROWFERRY_KAFKA_OPTS"] = lines

    @functools.cached_property
    def _admin(self):
        return confluent_kafka.admin.AdminClient(
            {"bootstrap.servers": self.address, "reconnect.backoff.max.ms": 500, "logger": _logger}
        )

    def create_topic(self, topic, partitions=1, **config):
        """Creates a topic; config names have `_` for `.`, as in max_message_bytes=1000."""
        config = {name.replace("_", "."): str(value) for name, value in config.items()}
        new = confluent_kafka.admin.NewTopic(topic, partitions, 1, config=config)
        for future in self._admin.create_topics([new], operation_timeout=20).values():
            future.result(timeout=30)
        wait_until(lambda: topic in self.topics(), 20, f"topic {topic} is in the metadata")
        return topic

    def delete_topic(self, topic):
        for future in self._admin.delete_topics([topic], operation_timeout=20).values():
            future.result(timeout=30)
        wait_until(lambda: topic not in self.topics(), 20, f"topic {topic} is gone")

    def topics(self):
        """Names and numbers of partitions of all but the broker's own topics."""
        return _topics(self._admin)

    def produce(self, topic, *messages):
        """Sends (key, value) pairs or (key, value, headers) and waits until all are acknowledged."""
        producer = confluent_kafka.Producer({"bootstrap.servers": self.address, "logger": _logger})
        failures = []
        for key, value, *headers in messages:
            producer.produce(
                topic,
                key=key,
                value=value,
                headers=headers[0] if headers else None,
                on_delivery=lambda error, _: failures.append(error) if error else None,
            )
        left = producer.flush(30)
        assert not left and not failures, f"{left} messages not sent, failures: {failures}"

    def reader(self, *topics, committed_only=True):
        """Reads these topics from their beginning; close it, or use it in a `with`."""
        return Reader(self, topics, committed_only)

    def consume(self, *topics, committed_only=True):
        """All messages that are in these topics now, each partition's in its order."""
        with self.reader(*topics, committed_only=committed_only) as reader:
            return reader.read_to_end()

    def end_offsets(self, topic):
        """By partition, the offset that the next message gets."""
        consumer = confluent_kafka.Consumer({"bootstrap.servers": self.address, "group.id": "rowferry-e2e", "logger": _logger})
        try:
            return {p: _end_offset(consumer, topic, p) for p in range(self.topics().get(topic, 0))}
        finally:
            consumer.close()


def _topics(client):
    metadata = client.list_topics(timeout=20)
    return {name: len(t.partitions) for name, t in metadata.topics.items() if not name.startswith("__")}


def _end_offset(consumer, topic, partition):
    """Asked again for a while: a broker that was frozen or has just started leads nothing yet."""
    wanted = confluent_kafka.TopicPartition(topic, partition)
    failures = []

    def ask():
        try:
            return [consumer.get_watermark_offsets(wanted, timeout=20)[1]]
        except confluent_kafka.KafkaException as error:
            failures.append(error)
            return None

    return wait_until(ask, 30, lambda: f"the end of {topic}[{partition}] is told: {failures[-1]}")[0]


class Reader:
    """A consumer that starts at the beginning; topics may appear later. `messages` grows by each read."""

    def __init__(self, kafka, topics, committed_only):
        self.kafka = kafka
        self.wanted = topics
        self.messages = []
        self._next = {}  # by (topic, partition): the offset up to which all is read
        self._errors = []
        self._consumer = confluent_kafka.Consumer(
            {
                "bootstrap.servers": kafka.address,
                "group.id": "rowferry-e2e",  # required by the client; nothing is committed
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
                "isolation.level": "read_committed" if committed_only else "read_uncommitted",
                "fetch.wait.max.ms": 20,
                "fetch.error.backoff.ms": 20,
                "reconnect.backoff.max.ms": 500,
                "logger": _logger,
            }
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._consumer.close()

    def _assign_new_partitions(self):
        known = _topics(self._consumer)  # its own metadata, else it would look for the leaders half a second later
        new = {(t, p) for t in self.wanted for p in range(known.get(t, 0))} - self._next.keys()
        if new:
            self._next.update(dict.fromkeys(new, 0))
            self._consumer.incremental_assign([confluent_kafka.TopicPartition(t, p, 0) for t, p in sorted(new)])

    def _poll(self):
        for polled in self._consumer.consume(10000, 0.05):
            error, partition = polled.error(), (polled.topic(), polled.partition())
            if error is None:
                self._next[partition] = polled.offset() + 1
                headers, timestamp = polled.headers() or [], polled.timestamp()[1]
                self.messages.append(
                    Message(*partition, polled.offset(), polled.key(), polled.value(), headers, timestamp)
                )
            elif error.code() == confluent_kafka.KafkaError._PARTITION_EOF:
                self._next[partition] = polled.offset()  # beyond the markers of transactions too
            elif error.fatal():
                raise AssertionError(f"consumer: {error}")
            else:
                self._errors.append(str(error))

    def read_to_end(self, timeout=60):
        """Reads until every partition's present end; returns all messages read so far."""
        self._assign_new_partitions()
        ends = {(t, p): _end_offset(self._consumer, t, p) for t, p in self._next}

        def behind():
            return {partition: (self._next[partition], end) for partition, end in ends.items() if self._next[partition] < end}

        def reached():
            self._poll()
            return not behind()

        wait_until(reached, timeout, lambda: f"all is read; (offset, end) by partition: {behind()}")
        return self.messages

    def wait_for(self, count, timeout=30):
        """Until at least `count` messages have been read in all; returns all read so far."""

        def enough():
            self._assign_new_partitions()
            self._poll()
            return len(self.messages) >= count

        wait_until(enough, timeout, lambda: f"{count} messages in {self.wanted} ({len(self.messages)} so far; {self._place()})")
        return self.messages

    def _place(self):
        """How far this consumer came, and what the broker tells another one: which of the two lacks messages."""
        ends = {topic: self.kafka.end_offsets(topic) for topic in self.wanted}
        return f"read to {self._next}, ends {ends}, consumer's errors {self._errors[-5:]}"
