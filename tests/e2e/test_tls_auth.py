"""Logging in: caching_sha2_password with and without TLS, the TLS modes, client certificates, sockets, rotated passwords."""

import subprocess

import pytest

from harness import base_config
from harness.refusal import SECRET_PASSWORD, assert_check, assert_ends, assert_refused_at_start

@pytest.fixture
def source(mysql, make_rowferry, prefix, database):
    """source(**options): rowferry with these options of `source`."""
    mysql.execute(f"CREATE TABLE {database}.t (id INT PRIMARY KEY)")

    def make(**options):
        config = base_config(prefix, mysql, tables=[{"include": f"{database}.t"}])
        config["source"].update(options)
        return make_rowferry(config)

    return make


@pytest.fixture
def account(mysql, prefix):
    """account(requires) creates an account and returns its name; the server has not seen its password yet."""
    name = prefix[:30]

    def make(requires=""):
        mysql.execute(f"CREATE USER {name}@'%' IDENTIFIED BY '{SECRET_PASSWORD}' {requires}",
                      f"GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT ON *.* TO {name}@'%'")  # fmt: skip
        return name

    yield make
    mysql.execute(f"DROP USER IF EXISTS {name}@'%'")


@pytest.fixture
def certificates(mysql):
    return lambda name: str(mysql.directory / "mysql" / "data" / f"{name}.pem")


def streams(rowferry):
    rowferry.start().wait_streaming()
    rowferry.stop()


def shows(rowferry, text):
    done = rowferry.call("check")
    assert done.returncode == 0 and text in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("mode", ["disabled", "preferred", "required"])
def test_first_login_and_after_flush_privileges(source, account, mysql, mode):
    """The server's cache of passwords is empty: it asks for the password itself, by TLS or by its RSA key."""
    rowferry = source(url=mysql.url(account()), password=SECRET_PASSWORD, tls={"mode": mode})
    streams(rowferry)
    mysql.execute("FLUSH PRIVILEGES")
    streams(rowferry)
    streams(rowferry)  # out of the cache
    shows(rowferry, "without TLS" if mode == "disabled" else "over TLS")


def test_first_login_at_a_server_without_tls(make_mysql, source):
    """The password must not go in clear: the server's RSA key hides it."""
    server = make_mysql("--ssl-cert=absent.pem")
    rowferry = source(url=server.url(), tls={"mode": "preferred"})
    assert "without TLS" in rowferry.call("check").stdout
    for mode in ("required", "verify-ca", "verify-identity"):
        ca = str(server.directory / "mysql" / "data" / "ca.pem")
        strict = source(url=server.url(), tls={"mode": mode, **({} if mode == "required" else {"ca": ca})})
        assert_ends(strict.start(), 3, "TLS|SSL", r"source\.tls")


def test_ca_of_the_server(source, certificates):
    streams(source(tls={"mode": "verify-ca", "ca": certificates("ca")}))


def test_other_ca(source, tmp_path):
    other = tmp_path / "other.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-out", other, "-days", "9",
                    "-subj", "/CN=other"], check=True, capture_output=True)  # fmt: skip
    for mode in ("verify-ca", "verify-identity"):
        assert_refused_at_start(source(tls={"mode": mode, "ca": str(other)}), 3, r"source\.tls", "certificate")


def test_certificate_of_another_host(source, certificates):
    rowferry = source(tls={"mode": "verify-identity", "ca": certificates("ca")})
    assert_refused_at_start(rowferry, 3, r"source\.tls", "certificate|host")


def test_files_that_are_missing(source):
    assert_refused_at_start(source(tls={"mode": "verify-ca", "ca": "/no/such/ca.pem"}), 2, r"source\.tls\.ca \(line \d+\): cannot be read")
    assert_refused_at_start(source(tls={"mode": "verify-ca"}), 2, r"source\.tls\.ca")


def test_client_certificate(source, account, mysql, certificates):
    name = account("REQUIRE X509")
    login = {"url": mysql.url(name), "password": SECRET_PASSWORD}
    keys = {"cert": certificates("client-cert"), "key": certificates("client-key")}
    streams(source(**login, tls={"mode": "required", **keys}))
    assert_check(source(**login, tls={"mode": "required"}), 3, "Access denied")


def test_account_that_requires_tls(source, account, mysql):
    login = {"url": mysql.url(account("REQUIRE SSL")), "password": SECRET_PASSWORD}
    streams(source(**login))
    assert_check(source(**login, tls={"mode": "disabled"}), 3, "source.tls.mode: required")


@pytest.mark.parametrize("mode", ["disabled", "preferred"])
def test_unix_socket(source, mysql, mode):
    mysql.execute("FLUSH PRIVILEGES")
    socket = mysql.directory / "mysql" / "mysqld.sock"
    streams(source(url=f"mysql://cdc@/?socket={socket}", tls={"mode": mode}))


def test_rotated_password_is_picked_up(source, account, mysql, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(SECRET_PASSWORD + "\n")
    name = account()
    rowferry = source(url=mysql.url(name), password=f"${{file:{secret}}}").start()
    rowferry.wait_streaming()
    secret.write_text("rotated-" + SECRET_PASSWORD + "\n")
    mysql.execute(f"ALTER USER {name}@'%' IDENTIFIED BY 'rotated-{SECRET_PASSWORD}'")
    mysql.kill_dump_threads()
    rowferry.wait_for_log("streaming from", count=2)
    rowferry.stop()
    assert SECRET_PASSWORD not in rowferry.log


def test_mariadb_logs_in(mariadb, make_rowferry, prefix):
    """By mysql_native_password; reading its log is for a later version."""
    rowferry = make_rowferry(base_config(prefix, mariadb, tables=[{"include": "x.y"}]))
    assert "answers as cdc@%: MariaDB" in rowferry.call("check").stdout
