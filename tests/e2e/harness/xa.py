"""XA transactions over connections of their own, decided from any other."""

import pymysql

from .waiting import wait_until

NO_SUCH_XID = 1397  # XAER_NOTA: also while the connection that prepared it is not quite gone


def prepare(server, xid, *statements, database=None):
    """Runs the statements in an XA transaction up to XA PREPARE, then disconnects."""
    run(server, f"XA START {xid}", *statements, f"XA END {xid}", f"XA PREPARE {xid}", database=database)


def run(server, *statements, database=None):
    """On a connection of its own, closed at the end."""
    connection = server.connect(database=database)
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()


def decide(server, outcome, xid):
    """XA COMMIT or XA ROLLBACK."""

    def done():
        try:
            server.execute(f"XA {outcome} {xid}")
        except pymysql.MySQLError as error:
            if error.args[0] != NO_SUCH_XID:
                raise
            return False
        return True

    wait_until(done, 20, f"XA {outcome} {xid} finds its transaction")
