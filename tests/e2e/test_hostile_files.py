"""Binary log files that were made to hurt `decode`: it ends with status 5 and a line that says where, in bounded memory."""

import ctypes
import random
import struct
import subprocess
import zlib

import pytest

from harness.rowferry import binary
from harness.service import CHECKOUT

RECORDED = CHECKOUT / "testdata" / "events" / "mysql-9.7.000001"
FORMAT_DESCRIPTION, TABLE_MAP, WRITE_ROWS, TRANSACTION_PAYLOAD = 15, 19, 30, 40
MAGIC = b"\xfebin"
HEADER = struct.Struct("<IBIIIH")  # timestamp, type, server id, size, position, flags
MEMORY_LIMIT = 64 << 20  # of data, in bytes
SEED = 20240229


def event(kind, body):
    """With position 0, which fits everywhere."""
    bare = HEADER.pack(1, kind, 1, HEADER.size + len(body) + 4, 0, 0) + body
    return bare + struct.pack("<I", zlib.crc32(bare))


def inner_event(kind, size, body=b""):
    """As it stands inside a payload: without a checksum, of the size that it claims."""
    return HEADER.pack(1, kind, 1, size, 0, 0) + body


def zstd(data):
    library = ctypes.CDLL("libzstd.so.1")
    library.ZSTD_compressBound.restype = library.ZSTD_compress.restype = ctypes.c_size_t
    room = library.ZSTD_compressBound(ctypes.c_size_t(len(data)))
    frame = ctypes.create_string_buffer(room)
    size = library.ZSTD_compress(frame, ctypes.c_size_t(room), data, ctypes.c_size_t(len(data)), 1)
    return frame.raw[:size]


def payload(contents, compression=0):
    def field(number, value):
        value = b"\xfe" + struct.pack("<Q", value)
        return bytes([number, len(value)]) + value

    return event(TRANSACTION_PAYLOAD, field(2, compression) + field(1, len(contents)) + b"\0" + contents)


def recorded_events():
    """(offset, bytes) of each."""
    log = RECORDED.read_bytes()
    at = len(MAGIC)
    while at < len(log):
        size = HEADER.unpack_from(log, at)[3]
        yield at, log[at : at + size]
        at += size


def beginning():
    return MAGIC + next(recorded_events())[1]


def decode(tmp_path, log):
    """Status and standard error. More memory than the limit would be a status of 70."""
    (tmp_path / "log").write_bytes(log)
    done = subprocess.run(
        ["prlimit", f"--data={MEMORY_LIMIT}", *binary(), "decode", tmp_path / "log"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


BOMB = 300_000_000
CASES = {
    "a bomb: an event that no server sends": (lambda: payload(zstd(inner_event(WRITE_ROWS, 0xFFFFFFFF, bytes(BOMB)))), "more than 1 GiB"),
    "a bomb: bytes behind the last event": (lambda: payload(zstd(inner_event(16, 19 + 8, bytes(8)) + bytes(BOMB))), "damaged"),
    "a payload inside a payload": (lambda: payload(zstd(payload(zstd(inner_event(3, 19))))), "does not stand inside"),
    "a payload of nothing": (lambda: payload(b""), "no event"),
    "an unknown compression": (lambda: payload(b"abc", compression=7), "compression 7"),
    "fields that claim all of memory": (lambda: event(TRANSACTION_PAYLOAD, b"\x01\xfe" + b"\xff" * 8), "cut short"),
    "a million columns": (
        lambda: event(TABLE_MAP, bytes(6) + b"\1\0\1d\0\1t\0\xfd\0\0\x0f" + b"\x03" * 0x0F0000 + b"\0" + bytes(0x01E000)),
        "impossible number of columns",
    ),
    "an event larger than the file": (lambda: HEADER.pack(1, 2, 1, 0xFFFFFFFF, 0, 0), "cut short"),
    "an event smaller than its header": (lambda: HEADER.pack(1, 2, 1, 18, 0, 0), "less than its header"),
    "the beginning of a second file": (lambda: MAGIC, "cut short"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_made_to_hurt_ends_with_its_place(tmp_path, case):
    make, cause = CASES[case]
    log = beginning()
    status, stderr = decode(tmp_path, log + make())
    assert status == 5, stderr
    assert cause in stderr and f"log:{len(log)}" in stderr


def test_mutated_events_with_a_checksum_that_fits(tmp_path):
    """Never a signal, never more memory than a log of 8 KiB is worth. The fuzz targets look deeper; this one goes
    through the binary."""
    choice = random.Random(SEED)
    events = list(recorded_events())
    for round_number in range(60):
        log = MAGIC
        victim = choice.randrange(1, len(events))
        for number, (_, bare) in enumerate(events):
            if number == victim:
                body = bytearray(bare[HEADER.size : -4])
                for _ in range(choice.randint(1, 3)):
                    body[choice.randrange(len(body))] = choice.choice((0, 1, 0x7F, 0x80, 0xFB, 0xFC, 0xFE, 0xFF))
                bare = bare[: HEADER.size] + body
                bare += struct.pack("<I", zlib.crc32(bare))
            log += bare
        status, stderr = decode(tmp_path, log)
        assert status in (0, 5), f"round {round_number}, event {victim}, seed {SEED}: {status} {stderr}"
    

def test_a_file_that_is_cut_anywhere_gives_its_place(tmp_path):
    log = RECORDED.read_bytes()
    ends = {at for at, _ in recorded_events()}
    for size in random.Random(SEED).sample(range(5, len(log) // 2), 40):
        status, stderr = decode(tmp_path, log[:size])
        assert (status, size in ends) in ((5, False), (0, True)), f"{size} bytes: {status} {stderr}"
        if status:
            begin = max(at for at in ends if at <= size)
            assert f"log:{begin}: the file is cut short" in stderr
