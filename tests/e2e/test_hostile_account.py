"""What an administrator does to the account and the process while it streams."""

import signal

from harness import base_config, wait_until

PASSWORD = "S3cr3t-xyzzy"


def account(mysql, name, *privileges):
    mysql.execute(
        f"CREATE USER {name} IDENTIFIED BY '{PASSWORD}'",
        *(f"GRANT {privilege} ON *.* TO {name}" for privilege in ("SELECT", "REPLICATION CLIENT", *privileges)),
    )


def configured(make_rowferry, mysql, user, prefix, **source):
    config = base_config(prefix, mysql, tables=[{"include": f"{prefix}.*", "topic": prefix}], log={"level": "trace"})
    config["source"] = {"url": mysql.url(user), "password": "${ROWFERRY_TEST_PASSWORD}", **source}
    return make_rowferry(config)


def test_a_privilege_that_is_taken_away_is_what_the_error_says(mysql, database, make_rowferry, prefix):
    user = prefix[:32]
    account(mysql, user, "REPLICATION SLAVE")
    mysql.execute(f"CREATE TABLE {database}.a (id INT PRIMARY KEY)")
    rowferry = configured(make_rowferry, mysql, user, prefix)
    rowferry.start(environment={"ROWFERRY_TEST_PASSWORD": PASSWORD}).wait_streaming()
    mysql.execute(f"INSERT INTO {database}.a VALUES (1)")
    wait_until(lambda: rowferry.output.count(b"\n") == 1, 10, "the row is sent")
    mysql.execute(f"REVOKE REPLICATION SLAVE ON *.* FROM {user}")
    mysql.kill_dump_threads()
    assert rowferry.wait_exit() == 3
    assert f"GRANT REPLICATION SLAVE ON *.* TO '{user}'@'%'" in rowferry.log
    assert "does not fit" not in rowferry.log
    assert PASSWORD not in rowferry.log
    mysql.execute(f"DROP USER {user}")


def test_log_rotation_leaves_the_connection_alone(mysql, database, make_rowferry, prefix):
    """TLS, where an interrupted read would be the end of the connection."""
    mysql.execute(f"CREATE TABLE {database}.a (id INT PRIMARY KEY)")
    rowferry = configured(make_rowferry, mysql, "cdc", prefix, password="cdc", tls={"mode": "required"})
    rowferry.start().wait_streaming()
    for number in range(1, 6):
        rowferry.signal(signal.SIGHUP)
        rowferry.wait_for_log("SIGHUP", count=number)
    mysql.execute(f"INSERT INTO {database}.a VALUES (1)")
    wait_until(lambda: rowferry.output.count(b"\n") == 1, 10, "the row is sent")
    rowferry.stop()
    assert rowferry.log.count("streaming from") == 1 and "trying again" not in rowferry.log
