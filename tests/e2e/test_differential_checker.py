"""The differential test's own judge: it finds each kind of fault, and nothing in lines that are right."""

import pytest

from differential.checker import MARKS, Checker
from differential.json_diff import applied, read
from differential.shrink import Shrinker, is_sound
from differential.snapshots import JSON_NULL, Column, Shape
from differential.steps import Insert, Mark, Sql
from harness.oracle import Column as OracleColumn
from harness.oracle import conversion

TITLE = ("d", "t")
NAMES = (("id", "int", None), ("v", "varchar", "utf8mb4"), ("doc", "json", None))


def shape(title=TITLE, columns=NAMES, key=("id",)):
    return Shape(title, [Column(*column, False) for column in columns], list(key), defaults=["0", "null", "null"][: len(columns)])


def line(op, row, key, before, after, gtid="u:1", title=TITLE, tail="", pos=100):
    return (f'{{"op":"{op}","db":"{title[0]}","table":"{title[1]}","ts_us":1,"gtid":"{gtid}","file":"binlog.000001","pos":{pos},"row":{row},'
            f'"key":{key},"before":{before},"after":{after}{tail}}}')  # fmt: skip


def mark(number):
    return line("c", 0, f'{{"n":{number}}}', "null", f'{{"n":{number}}}', f"m:{number}", MARKS)


GOOD = [
    mark(0),
    line("c", 0, '{"id":1}', "null", '{"id":1,"v":"a","doc":{"x": 1.0}}'),
    line("c", 1, '{"id":2}', "null", '{"id":2,"v":null,"doc":null}', tail=',"json_null":{"after":["doc"]}'),
    line("u", 2, '{"id":1}', '{"id":1,"v":"a","doc":{"x": 1.0}}', '{"id":1,"v":"b","doc":[]}'),
    line("d", 3, '{"id":1}', '{"id":1,"v":"b","doc":[]}', "null", tail=',"key_changed":true'),
    line("c", 3, '{"id":9}', "null", '{"id":9,"v":"b","doc":[]}', tail=',"key_changed":true'),
    line("c", 0, '{"id":3}', "null", '{"id":3,"v":"z","doc":null}', "u:2"),
    line("d", 0, '{"id":3}', '{"id":3,"v":"z","doc":null}', "null", "u:3"),
    mark(1),
]
ROWS = [["2", "null", JSON_NULL], ["9", '"b"', "[]"]]


def problems(lines, rows=ROWS, key=("id",), image="FULL"):
    of_table = shape(key=key)
    marks = [("reload", {TITLE: (of_table, [])}), ("image", image), ("compare", {TITLE: (of_table, rows)})]
    lines = [*lines[:1], mark(1), *lines[1:-1], mark(2)] if lines[-1] == mark(1) else lines
    checker = Checker(marks, {MARKS: shape(MARKS, [("n", "int", None)], ("n",))})
    for each in lines:
        checker.feed(each.encode() if isinstance(each, str) else each)
    checker.end()
    return " / ".join(checker.problems.values())


def test_right_lines_are_right():
    assert problems(GOOD) == ""
    keyless = [text.replace('"key":{"id":3}', '"key":null').replace('"key":{"id":1}', '"key":null').replace('"key":{"id":2}', '"key":null') for text in GOOD]
    assert problems([*keyless[:4], *keyless[6:]], [["2", "null", JSON_NULL], ["1", '"b"', "[]"]], ()) == ""


FAULTS = [
    ("a value", lambda t: [t[0], t[1], t[2], t[3].replace('"v":"b"', '"v":"c"'), *t[4:]], "before image"),
    ("a value that nobody touches again", lambda t: [*t[:5], t[5].replace('"b"', '"B"'), *t[6:]], "column 'v'"),
    ("a number's notation", lambda t: [*t[:3], t[3].replace("1.0", "1"), *t[4:]], "column 'doc'"),
    ("JSON's null for SQL's", lambda t: [t[0], t[1], t[2].replace(',"json_null":{"after":["doc"]}', ""), *t[3:]], "column 'doc'"),
    ("a row not sent", lambda t: [*t[:2], *t[3:]], "row is 2"),
    ("a last row not sent", lambda t: [*t[:7], t[8]], "is in the model"),
    ("a row sent twice", lambda t: [*t[:7], t[6], *t[7:]], "row is 0"),
    ("a transaction sent twice", lambda t: [*t[:8], t[6], t[7], *t[8:]], "was there before"),
    ("an absent column", lambda t: [t[0], t[1].replace(',"v":"a"', ""), *t[2:]], "is absent"),
    ("columns in another order", lambda t: [t[0], line("c", 0, '{"id":1}', "null", '{"v":"a","id":1,"doc":1}'), *t[2:]], "out of order"),
    ("another key", lambda t: [t[0], t[1].replace('"key":{"id":1}', '"key":{"id":7}'), *t[2:]], "its columns make"),
    ("an update of a row that is not there", lambda t: [t[0], t[1].replace('{"id":1', '{"id":8'), *t[2:]], "which no row has"),
    ("half a key change", lambda t: [*t[:5], *t[6:]], "not followed"),
    ("a member too many", lambda t: [t[0], t[1][:-1] + ',"x":1}', *t[2:]], "the line ends with"),
    ("white space", lambda t: [t[0], t[1].replace('"row":0', '"row": 0'), *t[2:]], "not the plain format"),
    ("broken UTF-8", lambda t: [t[0], t[1].encode().replace(b'"a"', b'"\xff"'), *t[2:]], "utf-8"),
    ("an end too early", lambda t: t[:5], "did not come"),
    ("a place that goes back", lambda t: [*t[:6], t[6].replace('"pos":100', '"pos":99'), *t[7:]], "comes after"),
]


@pytest.mark.parametrize(("fault", "expected"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_every_fault_is_found(fault, expected):
    assert expected in problems(fault(list(GOOD)))


def test_absent_columns_keep_what_they_were():
    minimal = [
        mark(0),
        line("c", 0, '{"id":1}', "null", '{"id":1,"v":"a","doc":{"a": 1}}'),
        line("u", 1, '{"id":1}', '{"id":1}', '{"id":1,"v":"b"}'),
        line("u", 2, '{"id":1}', '{"id":1}', '{"id":1}', tail=',"partial":{"doc":[{"op":"insert","path":"$.b","value":1.50}]}'),
        line("c", 3, '{"id":2}', "null", '{"id":2}'),
        mark(1),
    ]
    assert problems(minimal, [["1", '"b"', '{"a": 1, "b": 1.50}'], ["2", "null", "null"]], image="MINIMAL") == ""
    assert "column 'v'" in problems(minimal, [["1", '"a"', '{"a": 1, "b": 1.50}'], ["2", "null", "null"]], image="MINIMAL")
    assert "column 'v'" in problems(minimal, [["1", '"b"', '{"a": 1, "b": 1.50}'], ["2", '"x"', "null"]], image="MINIMAL")


DIFFS = [
    ('{"a": 1, "bb": 2.0}', "replace", "$.a", '{"z": []}', '{"a": {"z": []}, "bb": 2.0}'),
    ('{"b": 1, "aa": 2}', "insert", "$.a", '"é\\n"', '{"a": "é\\n", "b": 1, "aa": 2}'),
    ('{"a": [1, 2]}', "insert", "$.a[1]", "1e5", '{"a": [1, 1e5, 2]}'),
    ('{"we ird": {"x": 1}}', "remove", '$."we ird".x', None, '{"we ird": {}}'),
    ("[1, [2, 3]]", "remove", "$[1][0]", None, "[1, [3]]"),
    ("[1]", "replace", "$", "null", "null"),
    ('{"a": [1, 2, 3]}', "replace", "$.a[last]", "9", '{"a": [1, 2, 9]}'),
    ('{"a": [1, 2, 3]}', "insert", "$.a[last-1]", "9", '{"a": [1, 9, 2, 3]}'),
    ('{"a": []}', "insert", "$.a[7]", "9", '{"a": [9]}'),
    ('{"a": "x"}', "insert", "$.a[1]", "9", '{"a": ["x", 9]}'),
    ('{"a": {"b": 1}}', "replace", "$.a[0].b", "9", '{"a": {"b": 9}}'),
]


@pytest.mark.parametrize(("text", "op", "path", "value", "wanted"), DIFFS)
def test_json_diffs_are_applied(text, op, path, value, wanted):
    path = path.replace('"', '\\"')
    diffs = read(f'{{"c":[{{"op":"{op}","path":"{path}"{"" if value is None else f",{chr(34)}value{chr(34)}:{value}"}}}]}}')
    assert applied(text, diffs["c"]) == wanted


TEXTS = [
    ("latin1", "C3A4:E4", '"ä"'),
    ("cp1250", "3F61:8161", '{"base64":"gWE="}'),
    ("cp1250", "3F61:3F61", '"?a"'),
    ("utf16", "3F:003F", '"?"'),
    ("utf16le", "E3BC80:003F", '"㼀"'),
    ("utf16", "3F:DC00", '{"base64":"3AA="}'),
    ("ucs2", "!:DB09", '{"base64":"2wk="}'),
    ("ucs2", "41EDAC89:0041DB09", '{"base64":"AEHbCQ=="}'),
]


@pytest.mark.parametrize(("charset", "hexadecimals", "wanted"), TEXTS)
def test_oracle_tells_text_from_what_the_server_cannot_convert(charset, hexadecimals, wanted):
    assert conversion(OracleColumn("c", "varchar", charset))[1](hexadecimals) == wanted


def test_no_change_of_a_table_is_left_without_its_reload():
    alter, row, reload = Sql("ALTER TABLE t ADD COLUMN c INT", ("t",)), Sql("DELETE FROM t", ("t",)), Mark("reload")
    assert is_sound([row, alter, reload, row, Mark("compare")]) and is_sound([alter])
    assert not is_sound([alter, row]) and not is_sound([alter, Mark("compare")])


def test_failures_are_made_small():
    steps = [Sql(f"s{i}") for i in range(50)]
    steps[17] = Insert("INSERT", "t", ("a", "b", "c"), tuple((f"{i}", "x", "y") for i in range(40)))

    def fails(tried):
        texts = [step.render() for step in tried]
        return "s40" in texts and any("(31" in text and "INSERT" in text and "`a`" in text for text in texts)

    small = Shrinker(fails, 60).shrink(steps)
    assert [step.render() for step in small] == ["INSERT INTO t (`a`) VALUES (31)", "s40"]
