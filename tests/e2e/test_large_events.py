"""Events of 16 MiB and more: memory follows the largest row, not the transaction, compressed or not (CONTRACT section 7)."""

import base64
import contextlib
import hashlib
import json
import random
import subprocess
import time

import pytest

from harness import base_config, process, wait_until
from harness.rowferry import binary

ROWS, ROW_BYTES = 40_000, 2_000  # which do not compress
BATCH = 1_000
LOGINS = 12
MEMORY_LIMIT = 70_000_000  # less than the payload has; about 25 MB are the process's own


@pytest.fixture
def server(make_mysql):
    return make_mysql("--max-allowed-packet=1G", "--binlog-transaction-compression=OFF")


def digests(lines):
    """Of the rows by their id, as they are in the lines."""
    found = {}
    for line in lines:
        event = json.loads(line)
        if event["table"] == "t":
            assert event["after"]["id"] not in found, "twice"
            found[event["after"]["id"]] = hashlib.sha256(base64.b64decode(event["after"]["v"])).hexdigest()
    return found


def write(server, prefix, sizes, compression):
    """Random rows in one transaction, and one behind it in the table `done`; returns their digests in the server, and the
    file that holds them."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    server.execute(f"CREATE DATABASE {prefix}")
    connection = server.connect(database=prefix)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t (id INT PRIMARY KEY, v LONGBLOB)")
        cursor.execute("CREATE TABLE done (id INT PRIMARY KEY)")
        cursor.execute("FLUSH BINARY LOGS")
        cursor.execute("SHOW BINARY LOG STATUS")
        file = cursor.fetchone()[0]
        cursor.execute(f"SET SESSION binlog_transaction_compression = {compression}")
        cursor.execute("BEGIN")
        batch = BATCH if len(sizes) > BATCH else 1
        for first in range(0, len(sizes), batch):
            some = enumerate(sizes[first : first + batch], first)
            values = ", ".join(f"({number}, x'{chance.randbytes(size).hex()}')" for number, size in some)
            cursor.execute(f"INSERT INTO t VALUES {values}")
        cursor.execute("COMMIT")
        cursor.execute("INSERT INTO done VALUES (1)")
        cursor.execute("COMMIT")
        cursor.execute("SELECT id, SHA2(v, 256) FROM t")
        return dict(cursor.fetchall()), file


def connector(make_rowferry, server, prefix, file, tls):
    config = base_config(f"{prefix}_{tls}", server, sink={"stdout": {"format": "payload"}}, tables=[{"include": f"{prefix}.*"}])
    config["source"] |= {"start": f"{file}:4", "tls": {"mode": tls}}
    return make_rowferry(config)


def wait_for_all(rowferry):
    wait_until(lambda: '"table":"done"' in process.tail_bytes(rowferry.stdout_file), 60, "all rows are written")


def run(make_rowferry, server, prefix, file, tls):
    """The digests of what `run` sends, and the most memory that it took."""
    rowferry = connector(make_rowferry, server, prefix, file, tls)
    rowferry.start().wait_streaming()
    wait_for_all(rowferry)
    peak = rowferry.peak_memory_bytes()
    rowferry.stop()
    print(f"run: peak {peak / 1e6:.0f} MB")
    with rowferry.stdout_file.open() as lines:
        return digests(lines), peak


def holds_events_whole():
    """Over TLS libmysqlclient reads, and not we."""
    return "libmysqlclient" in subprocess.run([*binary(), "--version"], check=True, capture_output=True, text=True).stdout


def decode(path):
    """The same of `decode`, which is looked at while it writes: the most it took is what it took near its end."""
    peak = 0

    def read(child):
        nonlocal peak
        for line in child.stdout:
            with contextlib.suppress(AssertionError):  # it has ended
                peak = process.memory_bytes(child.pid, "VmHWM")
            yield line

    with subprocess.Popen([*binary(), "decode", str(path)], stdout=subprocess.PIPE, text=True) as child:
        found = digests(read(child))
    assert child.returncode == 0
    print(f"decode: peak {peak / 1e6:.0f} MB")
    return found, peak


def test_a_compressed_transaction_larger_than_memory_may_be(server, make_rowferry, prefix):
    expected, file = write(server, prefix, [ROW_BYTES] * ROWS, "ON")
    path = server.directory / "mysql" / "data" / file
    assert path.stat().st_size > MEMORY_LIMIT
    for tls in (None, "disabled", "required"):
        found, peak = run(make_rowferry, server, prefix, file, tls) if tls else decode(path)
        assert found == expected
        assert peak < MEMORY_LIMIT or tls == "required" and holds_events_whole()


@pytest.mark.parametrize("size", [3_000_000, 20_000_000])
def test_no_folder_for_a_compressed_transaction(server, make_rowferry, prefix, tmp_path, size):
    """What comes in one packet is held in memory then. What does not waits for the folder, and is asked for ever more rarely."""
    expected, file = write(server, prefix, [size], "ON")
    folder = tmp_path / "spool"
    rowferry = connector(make_rowferry, server, prefix, file, "disabled")
    checked = rowferry.call("check", environment={"TMPDIR": str(folder)})
    assert f"[warn] cannot make a temporary file for large transactions in {folder}: No such file" in checked.stdout
    rowferry.start(environment={"TMPDIR": str(folder)}).wait_streaming()
    if size >= 0xFFFFFF:
        rowferry.wait_for_log(rf"cannot make a temporary file for a compressed transaction in {folder}: No such file.*TMPDIR")
        logins = lambda: int(server.value("SELECT variable_value FROM performance_schema.global_status WHERE variable_name = 'Connections'"))  # noqa: E731
        before, began = logins(), time.monotonic()
        wait_until(lambda: logins() >= before + LOGINS, 60, f"{LOGINS} more logins", 0.05)
        print(f"{logins() - before} logins in {time.monotonic() - began:.1f} s")
        assert time.monotonic() - began > 2
        folder.mkdir()
    wait_for_all(rowferry)
    rowferry.stop()
    with rowferry.stdout_file.open() as lines:
        assert digests(lines) == expected
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_row_larger_than_a_packet(server, make_rowferry, prefix):
    """What it takes is the event and the message, and what the sink holds of it."""
    sizes = [0xFFFFFF - 100, 20_000_000, 3, 60_000_000, 40_000_000]
    expected, file = write(server, prefix, sizes, "OFF")
    path = server.directory / "mysql" / "data" / file
    for found, peak in (decode(path), *(run(make_rowferry, server, prefix, file, tls) for tls in ("disabled", "required"))):
        assert found == expected
        assert peak < 6 * max(sizes)
