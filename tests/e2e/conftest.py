"""Fixtures: shared services for the session, private ones for tests that break them, and logs on failure."""

import itertools
import re
import signal

import pytest

from harness import Kafka, Mariadb, MariadbNewest, Mysql, Rowferry, TcpProxy

_witnesses = []  # (title, object with log_tail()), shown when a test fails
_numbers = itertools.count(1)


def pytest_configure():
    """An interrupted run ends its services too."""

    def interrupt(number, _frame):
        raise KeyboardInterrupt(f"signal {number}")

    signal.signal(signal.SIGTERM, interrupt)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for title, witness in _witnesses:
            report.sections.append((f"end of the log of {title}", witness.log_tail()))


class _Witnessed:
    """Ends what a fixture made, in reverse order, and keeps it among the witnesses until then."""

    def __init__(self):
        self._made = []

    def add(self, title, thing, end):
        entry = (f"{title} {next(_numbers)}", thing)
        _witnesses.append(entry)
        self._made.append((entry, end))
        return thing

    def end(self):
        errors = []
        for entry, end in reversed(self._made):
            try:
                end()
            except Exception as error:  # the others must be ended too
                errors.append(f"{entry[0]}: {error}")
            _witnesses.remove(entry)
        assert not errors, "\n".join(errors)


@pytest.fixture(scope="session")
def _session_things():
    things = _Witnessed()
    yield things
    things.end()


@pytest.fixture
def _test_things():
    things = _Witnessed()
    yield things
    things.end()


def _started(things, service):
    things.add(service.name, service, service.kill)
    return service.start()


@pytest.fixture(scope="session")
def mysql(tmp_path_factory, _session_things):
    """The session's MySQL: use a `database` of your own and do not break it."""
    return _started(_session_things, Mysql(tmp_path_factory.mktemp("mysql")))


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory, _session_things):
    """The session's MariaDB, likewise."""
    return _started(_session_things, Mariadb(tmp_path_factory.mktemp("mariadb")))


@pytest.fixture(scope="session")
def mariadb_newest(tmp_path_factory, _session_things):
    """The session's newest MariaDB, likewise."""
    return _started(_session_things, MariadbNewest(tmp_path_factory.mktemp("mariadb_newest")))


@pytest.fixture(scope="session", params=["mariadb", "mariadb_newest"])
def any_mariadb(request):
    """Each session's MariaDB in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory, _session_things):
    """The session's Kafka: use topics that begin with `prefix` and do not break it."""
    return _started(_session_things, Kafka(tmp_path_factory.mktemp("kafka")))


@pytest.fixture
def prefix(request):
    """A word that no other test uses, fit for databases, topics and connectors."""
    return re.sub(r"\W+", "_", f"t{next(_numbers)}_{request.node.name}".lower())[:40].strip("_")


@pytest.fixture
def database(mysql, prefix):
    """The name of a new database of the session's MySQL."""
    mysql.execute(f"CREATE DATABASE {prefix}")
    yield prefix
    mysql.execute(f"DROP DATABASE {prefix}")


@pytest.fixture(scope="session")
def minimal(tmp_path_factory, _session_things):
    """The session's MySQL whose log carries no column names."""
    return _started(_session_things, Mysql(tmp_path_factory.mktemp("mysql"), options=("--binlog-row-metadata=MINIMAL",)))


@pytest.fixture
def shop(minimal, prefix):
    """The name of a new database of it."""
    minimal.execute(f"CREATE DATABASE {prefix}")
    yield prefix
    minimal.execute(f"DROP DATABASE {prefix}")


@pytest.fixture
def make_mysql(tmp_path_factory, _test_things):
    """make_mysql("--binlog-format=MIXED"): a MySQL of the test's own, started."""
    return lambda *options, init=(): _started(
        _test_things, Mysql(tmp_path_factory.mktemp("mysql"), options=options, init=init)
    )


@pytest.fixture
def make_mariadb(tmp_path_factory, _test_things):
    return lambda *options: _started(_test_things, Mariadb(tmp_path_factory.mktemp("mariadb"), options=options))


@pytest.fixture(params=[Mariadb, MariadbNewest], ids=lambda server: server.name)
def make_any_mariadb(request, tmp_path_factory, _test_things):
    """Likewise, of each version in turn."""
    server = request.param
    return lambda *options: _started(_test_things, server(tmp_path_factory.mktemp(server.name), options=options))


@pytest.fixture
def make_kafka(tmp_path_factory, _test_things):
    """make_kafka({"message.max.bytes": 1000}, via=True): a Kafka of the test's own, started."""
    return lambda properties=None, via=False: _started(
        _test_things, Kafka(tmp_path_factory.mktemp("kafka"), properties=properties, via=via)
    )


@pytest.fixture
def make_proxy(_test_things):
    """make_proxy(target_port): a TcpProxy, closed at the end of the test."""
    proxies = []

    def make(target, port=0):
        proxies.append(TcpProxy(target, port))
        return proxies[-1]

    yield make
    for proxy in proxies:
        proxy.close()


@pytest.fixture
def make_rowferry(tmp_path, _test_things):
    """make_rowferry(config): not started; killed at the end of the test if it runs."""

    def make(config):
        rowferry = Rowferry(tmp_path / f"rowferry-{next(_numbers)}", config)
        return _test_things.add("rowferry", rowferry, rowferry.close)

    return make
