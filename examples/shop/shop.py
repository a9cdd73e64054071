"""The shop: an ordinary application. It commits an order and its message in one transaction and knows nothing of Kafka."""

import json
import random
import uuid

import pymysql

CUSTOMERS = ["ann", "bob", "carla", "dmitri", "émile", "fatima"]


def connect(port, **options):
    return pymysql.connect(host="127.0.0.1", port=port, user="root", autocommit=False, charset="utf8mb4", **options)


def place_order(connection, customer, total):
    """One transaction: the order, and the message that says so."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO orders (customer, total) VALUES (%s, %s)", (customer, total))
        cursor.execute(
            "INSERT INTO outbox (message_id, message_type, aggregate_id, payload) VALUES (%s, %s, %s, %s)",
            (
                uuid.uuid4().bytes,
                "OrderPlaced",
                customer,
                json.dumps({"order": cursor.lastrowid, "customer": customer, "total": str(total)}, ensure_ascii=False),
            ),
        )
    connection.commit()


def place_orders(port, database, count, seed):
    """`count` orders; every tenth is given up before its commit, and must not be heard of."""
    chance = random.Random(seed)
    connection = connect(port, database=database)
    for number in range(count):
        if number % 10 == 9:
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO orders (customer, total) VALUES ('nobody', 1)")
            connection.rollback()
        place_order(connection, chance.choice(CUSTOMERS), f"{chance.randrange(100, 99999) / 100:.2f}")
    connection.close()
