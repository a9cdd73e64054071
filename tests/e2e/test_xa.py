"""XA transactions: rows come at XA COMMIT, once, whatever happens between it and XA PREPARE."""

import json
import random
import re
import shutil
import subprocess

import pytest

from harness import Mariadb, base_config, wait_until, xa
from harness.refusal import assert_refused_at_start
from harness.rowferry import binary


class Ferry:
    """rowferry on the table `<name>.t` (id, v); topic `<name>`."""

    def __init__(self, server, kafka, make_rowferry, name, *others):
        self.server, self.kafka, self.name = server, kafka, name
        server.execute(f"CREATE DATABASE {name}", f"CREATE TABLE {name}.t (id INT PRIMARY KEY, v VARCHAR(200))")
        kafka.create_topic(name)
        config = base_config(name, server, kafka, tables=[{"include": f"{name}.*", "topic": name}])
        config["source"]["url"] = "mysql://cdc@" + ",".join(each.address for each in (server, *others))
        self.config = config
        self.rowferry = make_rowferry(config)

    def start(self):
        self.rowferry.start().wait_streaming()
        return self

    def insert(self, *ids, server=None):
        (server or self.server).execute(*(f"INSERT INTO {self.name}.t VALUES ({each}, 'v')" for each in ids))

    def prepare(self, xid, *ids):
        statements = [f"INSERT INTO t VALUES ({each}, 'v')" for each in ids]
        xa.prepare(self.server, xid, *statements, database=self.name)

    def run(self, *statements):
        xa.run(self.server, *statements, database=self.name)

    def decide(self, outcome, xid, server=None):
        xa.decide(server or self.server, outcome, xid)

    def lines(self):
        return [json.loads(message.value) for message in self.kafka.consume(self.name)]

    def ids(self):
        return [line["after"]["id"] for line in self.lines()]

    def wait_for(self, count, timeout=30):
        """Until that many messages have come; then their ids."""
        with self.kafka.reader(self.name) as reader:
            return [json.loads(message.value)["after"]["id"] for message in reader.wait_for(count, timeout)]

    def position(self):
        shown = self.rowferry.call("position", "show", "--json")
        assert shown.returncode == 0, shown.stderr
        return json.loads(shown.stdout)

    def undecided(self):
        return [each["xid"] for each in self.position()["undecided"]]

    def wait_undecided(self, *gtrids):
        """Until the checkpoint holds exactly these, in order."""
        wanted = [f"X'{gtrid.encode().hex()}',X'',1" for gtrid in gtrids]
        wait_until(lambda: self.undecided() == wanted, 20, lambda: f"{wanted} are undecided: {self.undecided()}", 0.1)

    def kill(self):
        """kill -9 once the checkpoint has all that the idle server logged: nothing is then to be repeated."""
        end = tuple(self.server.execute("SHOW BINARY LOGS")[-1][:2])

        def place():
            position = self.position()
            return position["file"], position["pos"]

        wait_until(lambda: place() == end, 20, lambda: f"the checkpoint is at {end}: {place()}", 0.1)
        self.rowferry.kill()

    def committed(self):
        return {row[0] for row in self.server.execute(f"SELECT id FROM {self.name}.t")}

    def gtid_of(self, action, *arguments):
        """The GTID of the one transaction that the call logs."""
        mariadb = isinstance(self.server, Mariadb)
        executed = "SELECT @@gtid_binlog_pos" if mariadb else "SELECT @@GLOBAL.gtid_executed"
        before = self.server.value(executed)
        action(*arguments)
        after = self.server.value(executed)
        if not mariadb:
            return self.server.value(f"SELECT GTID_SUBTRACT('{after}', '{before}')")
        (new,) = set(after.split(",")) - set(before.split(","))
        return new


@pytest.fixture(params=["mysql", "mariadb"])
def ferry(request, kafka, make_rowferry, prefix):
    server = request.getfixturevalue(request.param)
    made = Ferry(server, kafka, make_rowferry, prefix)
    yield made
    for row in server.execute("XA RECOVER"):  # of a test that failed
        xa.decide(server, "ROLLBACK", "'" + (row[3].decode() if isinstance(row[3], bytes) else row[3]) + "'")
    server.execute(f"DROP DATABASE {prefix}")


@pytest.fixture(params=["mysql", "mariadb"])
def make_server(request):
    """make_server(): one of the test's own."""
    return request.getfixturevalue(f"make_{request.param}")


def test_every_outcome(ferry):
    ferry.start()
    prepared = ferry.gtid_of(ferry.prepare, "'one','branch',7", 1, 2)
    ordinary = ferry.gtid_of(ferry.insert, 3)
    ferry.prepare("'two'", 4)
    ferry.prepare("x'00ff27',x'5c'", 5)
    ferry.decide("COMMIT", "x'00ff27',x'5c'")
    ferry.decide("ROLLBACK", "'two'")
    once = ferry.gtid_of(ferry.run, "XA START 'phase'", "INSERT INTO t VALUES (6, 'v')", "XA END 'phase'", "XA COMMIT 'phase' ONE PHASE")
    ferry.run("XA START 'no'", "INSERT INTO t VALUES (7, 'v')", "XA END 'no'", "XA ROLLBACK 'no'")
    ferry.decide("COMMIT", "'one','branch',7")
    ferry.run("XA START 'empty'", "XA END 'empty'", "XA PREPARE 'empty'", "XA COMMIT 'empty'")
    ferry.insert(8)
    assert ferry.wait_for(6) == [3, 5, 6, 1, 2, 8]
    ferry.rowferry.stop()
    by_id = {line["after"]["id"]: line for line in ferry.lines()}
    assert [by_id[each]["gtid"] for each in (1, 2, 3, 6)] == [prepared, prepared, ordinary, once]
    assert [by_id[each]["row"] for each in (1, 2, 3, 5, 6)] == [0, 1, 0, 0, 0]
    assert (by_id[1]["file"], by_id[1]["pos"]) < (by_id[2]["file"], by_id[2]["pos"]) < (by_id[3]["file"], by_id[3]["pos"])
    assert by_id[1]["ts_us"] == by_id[2]["ts_us"] >= by_id[6]["ts_us"] >= by_id[5]["ts_us"] >= by_id[3]["ts_us"]
    assert set(by_id) == ferry.committed()
    assert ferry.undecided() == []
    assert "XA" not in ferry.rowferry.log


def test_killed_between_prepare_and_outcome(ferry):
    ferry.start()
    ferry.insert(1)
    ferry.prepare("'commits'", 10, 11)
    ferry.prepare("'rolls back'", 20)
    ferry.insert(2)
    ferry.prepare("'later'", 30)
    ferry.wait_undecided("commits", "rolls back", "later")
    assert ferry.wait_for(2) == [1, 2]
    ferry.kill()
    ferry.decide("COMMIT", "'commits'")
    ferry.decide("ROLLBACK", "'rolls back'")
    ferry.insert(3)
    ferry.start()
    assert ferry.wait_for(5) == [1, 2, 10, 11, 3]
    ferry.wait_undecided("later")
    ferry.rowferry.stop()
    assert ferry.undecided() == ["X'6c61746572',X'',1"], "a clean stop keeps it"
    ferry.start()
    ferry.insert(4)
    ferry.decide("COMMIT", "'later'")
    assert ferry.wait_for(7) == [1, 2, 10, 11, 3, 4, 30]
    ferry.wait_undecided()
    ferry.rowferry.stop()
    assert ferry.ids() == [1, 2, 10, 11, 3, 4, 30]
    assert ferry.committed() == set(ferry.ids())


def test_killed_between_prepare_and_outcome_without_gtids(make_mysql, kafka, make_rowferry, prefix):
    server = make_mysql("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF")
    ferry = Ferry(server, kafka, make_rowferry, prefix).start()
    ferry.prepare("'x'", 10, 11)
    ferry.insert(1)
    ferry.prepare("'y'", 20)
    server.execute("FLUSH BINARY LOGS")
    ferry.insert(2)
    ferry.wait_undecided("x", "y")
    assert ferry.wait_for(2) == [1, 2]
    ferry.kill()
    ferry.decide("ROLLBACK", "'y'")
    ferry.insert(3)
    ferry.decide("COMMIT", "'x'")
    ferry.start()
    assert ferry.wait_for(5) == [1, 2, 3, 10, 11]
    ferry.wait_undecided()
    ferry.rowferry.stop()
    lines = ferry.lines()
    assert [line["after"]["id"] for line in lines] == [1, 2, 3, 10, 11]
    assert lines[3]["gtid"] is None and lines[3]["file"] == lines[0]["file"] and lines[3]["pos"] < lines[0]["pos"]


def test_the_server_restarts_in_between(make_server, kafka, make_rowferry, prefix):
    server = make_server()
    ferry = Ferry(server, kafka, make_rowferry, prefix).start()
    ferry.prepare("'x'", 10)
    ferry.insert(1)
    ferry.wait_undecided("x")
    server.restart()
    ferry.insert(2)
    ferry.prepare("'y'", 20)
    ferry.wait_undecided("x", "y")
    ferry.kill()
    server.kill()
    server.start()
    ferry.start()
    ferry.decide("COMMIT", "'y'")
    ferry.decide("COMMIT", "'x'")
    ferry.insert(3)
    assert ferry.wait_for(5) == [1, 2, 20, 10, 3]
    ferry.rowferry.stop()
    assert ferry.committed() == set(ferry.ids()) and len(ferry.ids()) == 5


def test_a_ledger_of_many(ferry):
    """Prepared, committed, rolled back and ordinary transactions in any order, while rowferry is killed and stopped."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    ferry.start()
    prepared, number, ids = [], 0, iter(range(1, 1 << 30))
    for _ in range(150):
        draw = chance.random()
        if draw < 0.3:
            number += 1
            ferry.prepare(f"'many-{number}'", *(next(ids) for _ in range(chance.randrange(1, 4))))
            prepared.append(f"'many-{number}'")
        elif draw < 0.6 and prepared:
            ferry.decide(chance.choice(["COMMIT", "COMMIT", "ROLLBACK"]), prepared.pop(chance.randrange(len(prepared))))
        elif draw < 0.94:
            ferry.insert(next(ids))
        elif draw < 0.98:
            ferry.rowferry.kill()
            ferry.rowferry.start()
        else:
            ferry.rowferry.stop()
            ferry.rowferry.start()
    for xid in prepared:
        ferry.decide("COMMIT", xid)
    committed = ferry.committed()
    wait_until(lambda: committed <= set(ferry.ids()), 30, lambda: f"all is there: {sorted(committed - set(ferry.ids()))} lack", 0.2)
    ferry.wait_undecided()
    ferry.rowferry.stop()
    seen = {}
    for line in ferry.lines():
        identity = (line["gtid"], line["db"], line["table"], line["row"])
        assert seen.setdefault(identity, line) == line, "a repeat is the same message"
    assert {line["after"]["id"] for line in seen.values()} == committed and len(seen) == len(committed)


def test_a_commit_of_what_was_prepared_before_the_start_is_warned_of(ferry):
    ferry.prepare("'early'", 1)
    ferry.start()
    ferry.decide("COMMIT", "'early'")
    ferry.insert(2)
    assert ferry.wait_for(1) == [2]
    ferry.rowferry.wait_for_log(r"warning .*XA COMMIT X'6561726c79',X'',1: it was prepared before reading began")
    ferry.rowferry.stop()


def test_purged_while_undecided(make_server, kafka, make_rowferry, prefix):
    server = make_server()
    ferry = Ferry(server, kafka, make_rowferry, prefix).start()
    ferry.prepare("'x'", 10)
    ferry.insert(1)
    ferry.wait_undecided("x")
    server.execute("FLUSH BINARY LOGS")
    ferry.insert(2)
    assert ferry.wait_for(2) == [1, 2]
    ferry.rowferry.stop()
    server.forget_logs()
    ferry.insert(3)
    assert_refused_at_start(
        ferry.rowferry, 3, r"purged: .*XA transaction X'78',X'',1, prepared as .*undecided.*rowferry position set --gtid '"
    )
    cure = re.search(r"rowferry position set --gtid '([^']+)'", ferry.rowferry.log).group(1)
    done = ferry.rowferry.call("position", "set", "--gtid", cure)
    assert done.returncode == 0, done.stderr
    assert "XA transaction X'78',X'',1" in done.stdout and "nothing is sent again or left out" in done.stdout
    ferry.start()
    ferry.decide("COMMIT", "'x'")
    assert ferry.wait_for(3) == [1, 2, 3]
    ferry.rowferry.wait_for_log("XA COMMIT X'78',X'',1: it was prepared before reading began")
    ferry.rowferry.stop()


def test_a_large_one_in_flat_memory(ferry):
    rows = 300_000
    ferry.start()
    ferry.insert(rows + 1)
    ferry.run(
        f"SET SESSION {ferry.server.recursion_limit} = 10000000",
        "XA START 'large'",
        f"INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
        " SELECT i, REPEAT('x', 150) FROM n",
        "XA END 'large'",
        "XA PREPARE 'large'",
    )
    ferry.wait_undecided("large")
    assert ferry.wait_for(1) == [rows + 1]
    ferry.decide("COMMIT", "'large'")
    arrived = lambda: sum(ferry.kafka.end_offsets(ferry.name).values())  # noqa: E731
    wait_until(lambda: arrived() > rows // 10, 60, lambda: f"some are there: {arrived()}", 0.1)
    peak = ferry.rowferry.peak_memory_bytes()
    ferry.rowferry.stop()  # in the middle, as a rule: nothing is repeated
    print(f"stopped at {ferry.position()['delivered']}")
    ferry.start()
    wait_until(lambda: arrived() >= rows + 1, 120, lambda: f"all are there: {arrived()}", 0.2)
    ferry.wait_undecided()
    peak = max(peak, ferry.rowferry.peak_memory_bytes())
    ferry.rowferry.stop()
    assert arrived() == rows + 1
    print(f"peak {peak >> 20} MiB")
    assert peak < 100 << 20, f"{peak >> 20} MiB"
    lines = ferry.lines()
    assert [line["row"] for line in lines[1:]] == list(range(rows))
    assert {line["gtid"] for line in lines[1:]} == {lines[1]["gtid"]}


def test_names_are_those_of_the_prepare(make_mysql, kafka, make_rowferry, prefix):
    """Without names in the log: the table is changed behind the outcome, while rowferry is down."""
    server = make_mysql("--binlog-row-metadata=MINIMAL")
    ferry = Ferry(server, kafka, make_rowferry, prefix).start()
    ferry.prepare("'x'", 10)
    ferry.wait_undecided("x")
    ferry.kill()
    ferry.decide("COMMIT", "'x'")
    server.execute(f"ALTER TABLE {prefix}.t RENAME COLUMN v TO w")
    ferry.insert(1)
    ferry.start()
    ferry.wait_for(2)
    ferry.rowferry.stop()
    assert [line["after"] for line in ferry.lines()] == [{"id": 10, "v": "v"}, {"id": 1, "w": "v"}]


def test_a_folder_for_the_rows_that_is_missing_is_waited_for(mysql, kafka, make_rowferry, prefix, tmp_path):
    ferry = Ferry(mysql, kafka, make_rowferry, prefix)
    folder = tmp_path / "spool"
    ferry.rowferry.start(environment={"TMPDIR": str(folder)}).wait_streaming()
    ferry.insert(1)
    ferry.run("XA START 'x'", f"INSERT INTO t VALUES {','.join(f'({i}, REPEAT(CHAR(120), 200))' for i in range(2, 10002))}", "XA END 'x'", "XA PREPARE 'x'")
    ferry.rowferry.wait_for_log(rf"cannot make a temporary file for the rows of an XA transaction in {folder}: No such file.*TMPDIR")
    ferry.decide("COMMIT", "'x'")
    folder.mkdir()
    assert sorted(ferry.wait_for(10001)) == list(range(1, 10002))
    assert list(folder.iterdir()) == []
    ferry.rowferry.stop()
    mysql.execute(f"DROP DATABASE {prefix}")


def test_failover_by_gtid_of_mariadb(make_mariadb, kafka, make_rowferry, prefix):
    primary, replica = make_mariadb(), make_mariadb("--server-id=2", "--log-slave-updates")
    replica.execute(
        f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={primary.port}, MASTER_USER='cdc', MASTER_PASSWORD='cdc',"
        " MASTER_USE_GTID=slave_pos",
        "START SLAVE",
    )
    ferry = Ferry(primary, kafka, make_rowferry, prefix, replica).start()
    ferry.insert(1)
    ferry.prepare("'x'", 10)
    ferry.insert(2)
    ferry.prepare("'y'", 20)
    ferry.insert(3)
    ferry.wait_undecided("x", "y")
    assert ferry.wait_for(3) == [1, 2, 3]
    end = primary.value("SELECT @@gtid_binlog_pos")
    assert replica.value(f"SELECT MASTER_GTID_WAIT('{end}', 60)") == 0
    ferry.kill()
    primary.kill()
    replica.execute("STOP SLAVE", "RESET SLAVE ALL")
    ferry.insert(4, server=replica)
    ferry.start()
    ferry.decide("COMMIT", "'y'", server=replica)
    assert ferry.wait_for(5) == [1, 2, 3, 4, 20]
    ferry.wait_undecided("x")
    ferry.server = replica
    ferry.kill()
    ferry.decide("COMMIT", "'x'")
    ferry.start()
    assert ferry.wait_for(6)[-1] == 10
    ferry.wait_undecided()
    ferry.rowferry.stop()
    assert ferry.ids() == [1, 2, 3, 4, 20, 10]


def test_failover_by_gtid(make_mysql, kafka, make_rowferry, prefix):
    primary, replica = make_mysql(), make_mysql("--server-id=2")
    replica.execute(
        f"CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={primary.port}, SOURCE_USER='cdc', SOURCE_PASSWORD='cdc',"
        " SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1",
        "START REPLICA",
    )
    ferry = Ferry(primary, kafka, make_rowferry, prefix, replica).start()
    ferry.prepare("'x'", 10)
    ferry.insert(1)
    ferry.prepare("'y'", 20)
    ferry.insert(2)
    ferry.wait_undecided("x", "y")
    assert ferry.wait_for(2) == [1, 2]
    executed = primary.value("SELECT @@GLOBAL.gtid_executed")
    assert replica.value(f"SELECT WAIT_FOR_EXECUTED_GTID_SET('{executed}', 60)") == 0
    ferry.kill()
    primary.kill()
    replica.execute("STOP REPLICA", "RESET REPLICA ALL")
    ferry.insert(3, server=replica)
    ferry.start()
    ferry.decide("COMMIT", "'y'", server=replica)
    assert ferry.wait_for(4) == [1, 2, 3, 20]
    ferry.wait_undecided("x")
    ferry.decide("COMMIT", "'x'", server=replica)
    assert ferry.wait_for(5) == [1, 2, 3, 20, 10]
    ferry.rowferry.stop()


def test_decode_tells_what_is_left(ferry, tmp_path):
    ferry.server.forget_logs()
    ferry.prepare("'x'", 1)
    ferry.prepare("'y'", 2)
    ferry.decide("COMMIT", "'x'")
    ferry.server.execute("FLUSH BINARY LOGS")
    log = ferry.server.execute("SHOW BINARY LOGS")[0][0]
    file = next((ferry.server.directory / ferry.server.name).rglob(log))
    shutil.copy(file, tmp_path / "log")
    done = subprocess.run([*binary(), "decode", "--table", f"{ferry.name}.*", tmp_path / "log"], capture_output=True, text=True, timeout=60, check=True)
    assert [json.loads(line)["after"]["id"] for line in done.stdout.splitlines()] == [1]
    assert re.search(r"XA transaction X'79',X'',1, prepared as .*, is undecided at the end: its rows are not shown", done.stderr), done.stderr
    ferry.decide("ROLLBACK", "'y'")
