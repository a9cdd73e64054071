"""Debezium's MySQL connector on Kafka Connect standalone, as its users run it (stock) and made fast (tuned).

It streams from a given position without a snapshot of the rows: `snapshot.mode=recovery` reads the schema of the tables as
they are now, and the position is that of an offsets file which we write as if an earlier run had left it."""

import json
import socket
import struct
import subprocess
from pathlib import Path

from . import jars, processes
from .connector import Job
from .workloads import ROOT

VERSION = "3.6.1.Final"
KAFKA = "4.3.0"
COORDINATES = [f"io.debezium:debezium-connector-mysql:{VERSION}", f"org.apache.kafka:connect-runtime:{KAFKA}",
               f"org.apache.kafka:connect-json:{KAFKA}", "org.apache.logging.log4j:log4j-slf4j-impl:2.25.1"]
# What connect-standalone.sh of the Kafka distribution gives the JVM.
STOCK_JVM = ["-Xms256M", "-Xmx2G", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20",
             "-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent"]
TUNED_JVM = ["-Xms1G", "-Xmx1G", "-server", "-XX:+UseG1GC"]
# Without the headers that tell its own name in every message. Connect's own producers send one request at a time without
# idempotence; here they get what RowFerry's has. Its parallel record processing is the embedded engine's, not Connect's.
TUNED = {"extended.headers.enabled": "false", "max.batch.size": "8192", "max.queue.size": "32768",
         "poll.interval.ms": "1", "producer.override.batch.size": "1048576",
         "producer.override.buffer.memory": "134217728",
         "producer.override.enable.idempotence": "true", "producer.override.max.in.flight.requests.per.connection": "5"}
STRING = "org.apache.kafka.connect.storage.StringConverter"
ROUTER = {
    "transforms": "outbox",
    "transforms.outbox.type": "io.debezium.transforms.outbox.EventRouter",
    "transforms.outbox.table.field.event.id": "message_id",
    "transforms.outbox.table.field.event.key": "aggregate_id",
    "transforms.outbox.table.field.event.payload": "payload",
    "transforms.outbox.table.fields.additional.placement": "message_type:header:type",
    "transforms.outbox.route.by.field": "message_type",
    # The key and the payload as they are in the table: without JSON around them.
    "key.converter": STRING,
    "value.converter": STRING,
}


class Debezium:
    fatal = "Task is being killed"  # the worker lives on without its task

    def __init__(self, store: Path, tuned: bool, linger_ms: int):
        """`linger_ms` is of the tuned one's producer: for the rate, or for latency."""
        self.name = "debezium-tuned" if tuned else "debezium-stock"
        self.store = store
        self.jvm = TUNED_JVM if tuned else STOCK_JVM
        self.settings = TUNED | {"producer.override.linger.ms": str(linger_ms)} if tuned else {}

    def prepare(self):
        self.libs = jars.fetched(self.store, f"debezium-{VERSION}", COORDINATES)

    def topic(self, job: Job) -> str:
        prefix = f"debezium.{job.run}"
        return prefix if job.workload.headers else f"{prefix}.bench.{job.workload.captured}"

    def start(self, job: Job) -> subprocess.Popen:
        prefix, state = f"debezium.{job.run}", job.scratch
        connector = {
            "name": "bench", "connector.class": "io.debezium.connector.mysql.MySqlConnector", "tasks.max": "1",
            "topic.prefix": prefix, "database.hostname": "127.0.0.1", "database.port": str(job.port), "database.user": "root",
            "database.password": "", "database.server.id": "9401", "database.ssl.mode": "disabled",
            "table.include.list": f"bench.{job.workload.captured}", "decimal.handling.mode": "string", "snapshot.mode": "recovery",
            "gtid.ignore.on.recovery": "true",  # its client fails on the empty set that an offset without GTIDs becomes
            "include.schema.changes": "false", "schema.history.internal": "io.debezium.storage.file.history.FileSchemaHistory",
            "schema.history.internal.file.filename": f"{state}/schema_history"} | self.settings
        if job.workload.headers:
            connector |= ROUTER | {"transforms.outbox.route.topic.replacement": prefix}
        worker = {
            "bootstrap.servers": job.bootstraps, "listeners": f"http://127.0.0.1:{free_port()}",
            "offset.storage.file.filename": f"{state}/offsets", "key.converter": "org.apache.kafka.connect.json.JsonConverter",
            "value.converter": "org.apache.kafka.connect.json.JsonConverter", "key.converter.schemas.enable": "false",
            "value.converter.schemas.enable": "false"}
        (state / "offsets").write_bytes(connect_offsets({
            json.dumps(["bench", {"server": prefix}], separators=(",", ":")): json.dumps({"file": job.file, "pos": job.offset})}))
        for name, properties in (("worker", worker), ("connector", connector)):
            (state / f"{name}.properties").write_text("".join(f"{key}={value}\n" for key, value in properties.items()))
        return processes.spawn(
            ["java", *self.jvm, f"-Dlog4j2.configurationFile={ROOT}/scripts/lib/kafka-log4j2.xml", "-cp", f"{self.libs}/*",
             "org.apache.kafka.connect.cli.ConnectStandalone", state / "worker.properties", state / "connector.properties"],
            job.log, cwd=state)

    def manifest(self) -> dict:
        return {"version": f"{VERSION} on Kafka Connect {KAFKA}", "jvm": " ".join(self.jvm), "settings": self.settings}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connect_offsets(offsets: dict[str, str]) -> bytes:
    """The file of Connect's FileOffsetBackingStore: a HashMap<byte[], byte[]> in Java's serialization (protocol 2)."""
    def utf(text: str) -> bytes:
        return struct.pack(">H", len(text)) + text.encode()
    described = False

    def array(data: bytes) -> bytes:
        nonlocal described  # the class of byte[] in full once, then by its handle: the HashMap's class and object come before
        kind = b"\x71\x00\x7e\x00\x02" if described else b"\x72" + utf("[B") + bytes.fromhex("acf317f8060854e0 02 0000 78 70")
        described = True
        return b"\x75" + kind + struct.pack(">I", len(data)) + data
    out = bytes.fromhex("aced0005 73 72") + utf("java.util.HashMap") + bytes.fromhex("0507dac1c31660d1 03 0002")
    out += b"F" + utf("loadFactor") + b"I" + utf("threshold") + b"\x78\x70" + struct.pack(">fI", 0.75, 12)
    out += b"\x77\x08" + struct.pack(">II", 16, len(offsets))
    for key, value in offsets.items():
        out += array(key.encode()) + array(value.encode())
    return out + b"\x78"
