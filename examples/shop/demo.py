"""What scripts/demo shows: the shop at work, its messages as a consumer sees them, a kill -9, and the ledger."""

import argparse
import atexit
import collections
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

import confluent_kafka
import confluent_kafka.admin

import shop

HERE = pathlib.Path(__file__).parent
DATABASE = "demo_shop"
TOPICS = ["demo.OrderPlaced", "demo.cdc.orders"]
PATIENCE_S = 120
IDENTITY = re.compile(rb'"table":"(\w+)".*?"gtid":"([^"]+)".*?"row":(\d+)')


def say(text):
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


def wait_for(what, ready):
    deadline = time.monotonic() + PATIENCE_S
    while not (found := ready()):
        if time.monotonic() > deadline:
            sys.exit(f"demo: waited {PATIENCE_S} s in vain: {what}")
        threading.Event().wait(0.05)
    return found


class Consumer:
    """Reads both topics from their beginnings, on the calling thread."""

    def __init__(self, address):
        self.client = confluent_kafka.Consumer({
            "bootstrap.servers": address, "group.id": f"demo-{os.getpid()}", "auto.offset.reset": "earliest",
            "topic.metadata.refresh.interval.ms": 500, "fetch.wait.max.ms": 50, "log_level": 2,
        })
        self.client.subscribe(TOPICS)
        self.count = 0
        self.ids = []         # of the outbox messages, in the order of their arrival
        self.changes = []     # (table, gtid, row) of the change events: what identifies each
        self.seen = set()     # both, repeats left out
        self.last_message = time.monotonic()

    def read(self, until, what, show=lambda message: None):
        def poll():
            message = self.client.poll(0.2)
            if message is not None and message.error() is None:
                self.take(message)
                show(message)
            return until()

        wait_for(what, poll)

    def take(self, message):
        self.count += 1
        self.last_message = time.monotonic()
        if message.topic() == TOPICS[0]:
            self.ids.append(dict(message.headers())["id"].decode())
            self.seen.add(self.ids[-1])
        else:
            self.changes.append(IDENTITY.search(message.value()).groups())
            self.seen.add(self.changes[-1])

    def quiet(self):
        return time.monotonic() - self.last_message > 1.5


def show(message):
    headers = "".join(f"  {name}: {value.decode()}\n" for name, value in message.headers() or [])
    key = message.key().decode() if message.key() is not None else "null"
    print(f"{message.topic()} [{message.partition()}] @{message.offset()}\n  key: {key}\n{headers}  value: {message.value().decode()}", flush=True)


class Connector:
    def __init__(self, binary, directory, environment):
        self.log = open(directory / "rowferry.log", "ab")
        self.command = [binary, "run", "-c", str(HERE / "rowferry.yaml")]
        self.directory, self.environment = directory, environment
        self.child = None
        atexit.register(self.end)

    def start(self):
        self.child = subprocess.Popen(self.command, cwd=self.directory, env={**os.environ, **self.environment},
                                      stdin=subprocess.DEVNULL, stderr=self.log)
        return self

    def check(self):
        subprocess.run([self.command[0], "check", *self.command[2:]], cwd=self.directory,
                       env={**os.environ, **self.environment}, check=False)

    def end(self):
        if self.child is not None and self.child.poll() is None:
            self.kill()

    def kill(self):
        self.child.kill()
        self.child.wait()

    def stop(self):
        self.child.terminate()
        return self.child.wait(30)


def clean_up(mysql_port, kafka_address, directory):
    connection = shop.connect(mysql_port)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
        cursor.execute(f"USE {DATABASE}")
        for statement in (HERE / "schema.sql").read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                cursor.execute(statement)
    admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": kafka_address})
    old = [topic for topic in TOPICS if topic in admin.list_topics(timeout=30).topics]
    if old:
        for future in admin.delete_topics(old, operation_timeout=30).values():
            future.result(30)
        wait_for("old topics are gone", lambda: not set(old) & set(admin.list_topics(timeout=30).topics))
    for name in ("demo_shop.checkpoint", "rowferry.log"):
        (directory / name).unlink(missing_ok=True)
    return connection


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--binary", required=True)
    arguments.add_argument("--directory", required=True, type=pathlib.Path)
    arguments.add_argument("--mysql-port", required=True, type=int)
    arguments.add_argument("--kafka-port", required=True, type=int)
    arguments.add_argument("--orders", default=1000, type=int)
    arguments.add_argument("--keep", action="store_true")
    options = arguments.parse_args()
    kafka_address = f"127.0.0.1:{options.kafka_port}"
    options.directory.mkdir(parents=True, exist_ok=True)

    connection = clean_up(options.mysql_port, kafka_address, options.directory)
    environment = {"MYSQL_PORT": str(options.mysql_port), "KAFKA_PORT": str(options.kafka_port), "MYSQL_PASSWORD": "cdc"}
    connector = Connector(options.binary, options.directory, environment)

    say("1. rowferry check: is everything in place?")
    connector.check()

    say("2. rowferry run, and two orders, each with its message in one transaction")
    connector.start()
    log = options.directory / "rowferry.log"
    wait_for(f"rowferry streams (see {log})", lambda: b"streaming from" in log.read_bytes())
    consumer = Consumer(kafka_address)
    shop.place_orders(options.mysql_port, DATABASE, 2, seed=1)
    consumer.read(lambda: consumer.count >= 4, "the first messages arrive", show)

    say(f"3. {options.orders} orders more; in their midst, rowferry is killed with kill -9 and started again")
    writer = threading.Thread(target=shop.place_orders, args=(options.mysql_port, DATABASE, options.orders, 2), daemon=True)
    writer.start()
    consumer.read(lambda: len(consumer.ids) > options.orders // 3, "a third of the messages arrives")
    connector.kill()
    print(f"killed after {consumer.count} messages were seen", flush=True)
    connector.start()
    consumer.read(lambda: len(consumer.seen) >= 2 * (options.orders + 2), "every message arrives")
    writer.join()

    say("4. The ledger: the table against the topic")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT BIN_TO_UUID(message_id), aggregate_id FROM {DATABASE}.outbox ORDER BY id")
        committed = cursor.fetchall()
    status = connector.stop()
    consumer.read(consumer.quiet, "nothing more comes")
    good = ledger(committed, consumer)
    print(f"  rowferry's exit status after SIGTERM: {status}")
    if options.keep:
        connector.start()
        atexit.unregister(connector.end)
        say(f"Left running: MySQL 127.0.0.1:{options.mysql_port} (root, no password), Kafka {kafka_address}, rowferry pid "
            f"{connector.child.pid}, its files in {options.directory}.")
        print(f"  mariadb -h127.0.0.1 -P{options.mysql_port} -uroot {DATABASE}\n  kcat -b {kafka_address} -C -t demo.OrderPlaced\n"
              f"  kill {connector.child.pid}; scripts/services --dir .services/demo down")
    sys.exit(0 if good and status == 0 else 1)


def ledger(committed, consumer):
    arrived = consumer.ids
    lost = [row for row, _ in committed if row not in consumer.seen]
    first_seen = list(dict.fromkeys(arrived))
    by_key = collections.defaultdict(list)
    for row, key in committed:
        by_key[key].append(row)
    place = {row: number for number, row in enumerate(first_seen)}
    in_order = all(sorted(rows, key=lambda row: place.get(row, -1)) == rows for rows in by_key.values())
    print(f"  outbox rows committed:    {len(committed)}")
    print(f"  messages delivered:       {len(arrived)}")
    print(f"  lost:                     {len(lost)}")
    print(f"  repeated (same id):       {len(arrived) - len(first_seen)}")
    print(f"  in order for every key:   {'yes' if in_order else 'NO'}")
    print(f"  change events of orders:  {len(set(consumer.changes))} different, {len(consumer.changes)} delivered")
    return not lost and in_order and len(first_seen) == len(committed)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
