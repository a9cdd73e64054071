"""How a refusal must look: its exit status, what it says, what it never says, and a position that has not moved."""

import json
import re

# Tests put these into rows, literals and passwords; nothing of ours may ever show them.
SECRET_ROW = "row-content-never-shown"
SECRET_PASSWORD = "password-never-shown"


def assert_discreet(*texts):
    for text in texts:
        for secret in (SECRET_ROW, SECRET_PASSWORD):
            assert secret not in text, f"{secret} is shown:\n{text}"


def assert_says(text, phrases):
    for phrase in phrases:
        assert re.search(phrase, text), f"nothing like {phrase!r} in:\n{text}"
    assert_discreet(text)


def position(rowferry):
    """What `position show` tells of place and GTIDs."""
    shown = rowferry.call("position", "show", "--json")
    assert shown.returncode == 0, shown.stderr
    checkpoint = json.loads(shown.stdout)
    return checkpoint and (checkpoint["file"], checkpoint["pos"], checkpoint["gtids"])


def assert_ends(rowferry, status, *phrases):
    """It was started and ends with this status, its last word matching every phrase. Returns that word."""
    assert rowferry.wait_exit() == status, rowferry.log[-3000:]
    last = rowferry.log[rowferry.log.rindex("rowferry: ") :]
    assert_says(last, phrases)
    assert_discreet(rowferry.log)
    return last


def assert_refused_at_start(rowferry, status, *phrases):
    """As above, and a checkpoint that was there is as it was, byte for byte. `check` tells the same."""
    file = rowferry.checkpoint_file
    before = file.read_bytes() if file.exists() else None
    assert_ends(rowferry.start(), status, *phrases)
    assert before is None or file.read_bytes() == before
    assert_check(rowferry, status, *phrases)


def assert_check(rowferry, status, *phrases):
    """`check` ends with this status, and one of its failed lines matches each phrase."""
    done = rowferry.call("check")
    assert done.returncode == status, done.stdout + done.stderr
    assert_says("\n".join(line for line in done.stdout.splitlines() if line.startswith("[FAIL]")), phrases)
    assert_discreet(done.stdout, done.stderr)


def assert_retried(rowferry, *phrases):
    """It goes on trying: the same complaint is seen again, and the process lives."""
    if not rowferry.running:
        rowferry.start()
    rowferry.wait_for_log(phrases[0])
    assert_says(rowferry.log, phrases)
    assert_discreet(rowferry.log)
    assert rowferry.running
