"""GTID sets as MySQL computes them: canonical texts, GTID_SUBTRACT and GTID_SUBSET of random sets, tags included."""

import random
import re

import pytest

from harness import Mysql, base_config

UUIDS = ["3e11fa47-71ca-11e1-9e33-c80aa9429562", "aaaaaaaa-71ca-11e1-9e33-c80aa9429562"]
SOURCES = [f"{uuid}{tag}" for uuid in UUIDS for tag in ("", ":batch", ":_a1")]
LAST = 60
ROUNDS = 25


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    mysql = Mysql(tmp_path_factory.mktemp("mysql"), options=("--sync-binlog=0",)).start()
    yield mysql
    mysql.kill()


def execute(server, gtids):
    """Empty transactions with these GTIDs."""
    with server.connect().cursor() as cursor:
        for gtid in gtids:
            cursor.execute(f"SET gtid_next = '{gtid}'")
            cursor.execute("BEGIN")
            cursor.execute("COMMIT")
        cursor.execute("SET gtid_next = 'AUTOMATIC'")


def pick(chance, gtids):
    """A part of them, mostly in runs."""
    density, runs = chance.choice([0.05, 0.3, 0.7, 0.97]), []
    for source in SOURCES:
        numbers = sorted(int(gtid.rsplit(":", 1)[1]) for gtid in gtids if gtid.rsplit(":", 1)[0] == source)
        keep = chance.random() < density
        for number in numbers:
            if chance.random() < 0.2:
                keep = chance.random() < density
            if keep:
                runs.append(f"{source}:{number}")
    return runs


def written(chance, gtids):
    """The set as somebody careless would write it: in any order, overlapping, upper case, with white space."""
    parts = []
    for gtid in gtids:
        source, number = gtid.rsplit(":", 1)
        if parts and parts[-1][0] == source and parts[-1][2] == int(number) - 1:
            parts[-1][2] = int(number)
        else:
            parts.append([source, int(number), int(number)])
    parts += [part for part in parts if chance.random() < 0.2]
    chance.shuffle(parts)
    texts = [f"{source}:{first}-{last}" if first < last or chance.random() < 0.5 else f"{source}:{first}" for source, first, last in parts]
    return chance.choice([",", ", ", ",\n", " ,, "]).join(text.upper() if chance.random() < 0.2 else text for text in texts)


def test_random_sets(server, make_rowferry, prefix):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    universe = [f"{source}:{number}" for source in SOURCES for number in range(1, LAST + 1)]
    executed = [gtid for gtid in universe if chance.random() < 0.8]
    chance.shuffle(executed)
    execute(server, executed)
    rowferry = make_rowferry(base_config(prefix, server, tables=[{"include": "nothing.here", "topic": "t"}]))

    def of_server(sql):
        return server.value(f"SELECT {sql}").replace("\n", "")

    def subtract(a, b):
        return of_server(f"GTID_SUBTRACT('{a}', '{b}')")

    def position_set(gtids, *options):
        return rowferry.call("position", "set", "--gtid", gtids, *options)

    refused = 0
    for _ in range(ROUNDS):
        a, b = (written(chance, pick(chance, executed)) for _ in range(2))
        if not a or not b:
            continue
        done = position_set(a)
        assert done.returncode == 0, done.stderr
        assert f'executed "{subtract(a, "")}"' in rowferry.checkpoint_file.read_text()
        done = position_set(b, "--dry-run")
        assert done.returncode == 0, done.stderr
        told = dict(re.findall(r"(sent again|left out): +\d+ transactions?: (\S+)", done.stdout))
        assert told.get("sent again", "") == subtract(a, b), (a, b)
        assert told.get("left out", "") == subtract(b, a), (a, b)

        c = written(chance, pick(chance, universe))
        if not c:
            continue
        done = position_set(c, "--dry-run")
        subset = server.value(f"SELECT GTID_SUBSET('{c}', @@GLOBAL.gtid_executed)")
        assert done.returncode == (0 if subset else 3), done.stdout + done.stderr
        if not subset:
            refused += 1
            assert f"the server lacks {of_server(f'''GTID_SUBTRACT('{c}', @@GLOBAL.gtid_executed)''')}, " in done.stderr
    assert refused > 0
