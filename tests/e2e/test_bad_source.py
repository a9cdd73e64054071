"""Bad input: a source that refuses, cannot be reached, or is set up so that nothing can be read from it."""

import pytest

from harness import base_config, wait_until
from harness.refusal import SECRET_PASSWORD, assert_check, assert_ends, assert_refused_at_start, assert_retried


@pytest.fixture
def account(mysql, prefix):
    """account(grants) creates an account of the test's own and returns its name."""
    names = []

    def make(grants="REPLICATION SLAVE, REPLICATION CLIENT, SELECT", requires=""):
        names.append(f"{prefix[:28]}{len(names)}")
        mysql.execute(f"CREATE USER {names[-1]}@'%' IDENTIFIED BY '{SECRET_PASSWORD}' {requires}")
        if grants:
            mysql.execute(f"GRANT {grants} ON *.* TO {names[-1]}@'%'")
        return names[-1]

    yield make
    for name in names:
        mysql.execute(f"DROP USER {name}@'%'")


@pytest.fixture
def source(mysql, make_rowferry, prefix, database):
    """source(**options): rowferry with these options of `source`."""
    mysql.execute(f"CREATE TABLE {database}.t (id INT PRIMARY KEY)")

    def make(server=mysql, name=prefix, **options):
        config = base_config(name, server, tables=[{"include": f"{database}.t"}])
        config["source"].update(options)
        return make_rowferry(config)

    return make


def test_wrong_password(source):
    assert_refused_at_start(source(password=SECRET_PASSWORD), 3, "Access denied", r"source\.password", "127.0.0.1")


def test_unknown_host_is_retried(source):
    rowferry = source(url="mysql://cdc@no-such-host.invalid:3306")
    assert_retried(rowferry, r"source no-such-host\.invalid.*trying again")
    rowferry.stop()
    assert_check(rowferry, 3, r"no-such-host\.invalid")


def test_port_where_nobody_listens_is_retried_until_somebody_does(source, mysql, make_proxy):
    proxy = make_proxy(mysql.port)
    proxy.refuse()
    rowferry = source(url=mysql.url(port=proxy.port))
    assert_retried(rowferry, rf"source 127.0.0.1:{proxy.port}.*trying again")
    proxy.accept()
    rowferry.wait_streaming(10)
    rowferry.stop()


@pytest.mark.parametrize(
    ("grants", "lacking"),
    [("REPLICATION CLIENT, SELECT", "REPLICATION SLAVE"), ("REPLICATION SLAVE, SELECT", "REPLICATION CLIENT")],
)
def test_missing_privilege_is_named_with_its_grant(mysql, source, account, grants, lacking):
    name = account(grants)
    rowferry = source(url=mysql.url(name), password=SECRET_PASSWORD)
    assert_refused_at_start(rowferry, 3, rf"GRANT {lacking} ON \*\.\* TO '{name}'@'%'")


def test_tables_that_may_not_be_seen(mysql, source, account, database):
    name = account("REPLICATION SLAVE, REPLICATION CLIENT")
    rowferry = source(url=mysql.url(name), password=SECRET_PASSWORD)
    assert_check(rowferry, 2, rf"{database}\.t does not exist, or the account may not see it", f"GRANT SELECT ON {database}.t TO")


def test_server_without_log_and_without_tls(make_mysql, source):
    server = make_mysql("--disable-log-bin", "--ssl-cert=absent.pem")
    assert_refused_at_start(source(server, url=server.url()), 3, r"[Bb]inary log(ging)? is (off|not open)", "set log_bin in my.cnf")
    assert_ends(source(server, url=server.url(), tls={"mode": "required"}).start(), 3, "TLS|SSL", r"source\.tls")


def test_clash_of_identity(source, prefix):
    identity = {"server_id": 4711, "server_uuid": "6a9be3a1-0000-4000-8000-00000000004d"}
    both = [source(name=prefix + each, **identity) for each in ("a", "b")]
    both[0].start().wait_streaming()
    both[1].start().wait_streaming()
    ended = wait_until(lambda: next((each for each in both if not each.running), None), 30, "one of the two has ended")
    assert_ends(ended, 3, "same server_(uuid|id)", "give each its own `name`")
    (other,) = [each for each in both if each is not ended]
    assert other.running
    other.stop()

