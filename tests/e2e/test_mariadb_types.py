"""What MariaDB alone has, by its own SELECT."""

from harness.service import CHECKOUT


def runs(rows):
    """[first, last, character set] of every run of collation ids."""
    found = []
    for number, charset in sorted(rows):
        if found and found[-1][2] == charset and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number, charset])
    return found


def test_every_collation_is_one_that_we_know(mariadb):
    """The recorded list is what tests/schema/charset_collations_test.cpp holds the decoder to."""
    rows = mariadb.execute("SELECT id, character_set_name FROM information_schema.collation_character_set_applicability")
    lines = (CHECKOUT / "testdata" / "collations" / "mariadb-10.11.txt").read_text().splitlines()
    recorded = {(number, charset) for first, last, charset in map(str.split, lines) for number in range(int(first), int(last) + 1)}
    assert set(rows) <= recorded, f"record them: {runs(set(rows) - recorded)}"
    assert len(rows) == 1242 or not mariadb.value("SELECT VERSION()").startswith("10.11")
