"""Random JSON documents as SQL, with the values that text cannot hold, and random changes to them."""

import json

from .sql import maybe, text
from .words import words

_OPAQUE = [
    "CAST({0}.50 AS DECIMAL(10,2))", "CAST(-0.00000{0} AS DECIMAL(65,30))", "CAST('2024-02-29' AS DATE)", "CAST('-12:34:5{0}.5' AS TIME(6))",
    "CAST('2024-02-29 12:34:5{0}.789' AS DATETIME(3))", "TIMESTAMP('2024-02-29 12:34:56')", "x'00f{0}'", "b'101'", "CAST('2024' AS YEAR)",
    "1e{0}", "18446744073709551615", "-{0}", "CAST('abc' AS BINARY(5))", "ST_GeomFromText('POINT(1 {0})')", "TRUE", "NULL", "{0}e-5",
]  # fmt: skip
_KEYS = ["a", "b", "aa", "key", "", "with space", "ü", '"', "a.b", "$", "漢字", "\\", "nested", "list", "0"]
_NUMBERS = [0, -1, 1, 127, 32767, 32768, -32768, -32769, 65535, 65536, 2**31 - 1, 2**31, -(2**31), 2**32, 2**63 - 1, -(2**63), 2**63, 2**64 - 1,
            1.0, -0.0, 0.1, 1e15, 1e16, 1e100, 5e-324, 1.7976931348623157e308]  # fmt: skip


def value(rng, depth=0):
    draw = rng.random()
    if depth < 4 and draw < 0.35 - depth * 0.05:
        return {rng.choice(_KEYS): value(rng, depth + 1) for _ in range(rng.choice([0, 1, 2, 3, rng.randint(0, 12)]))}
    if depth < 4 and draw < 0.55 - depth * 0.05:
        return [value(rng, depth + 1) for _ in range(rng.choice([0, 1, 2, 3, rng.randint(0, 12)]))]
    if draw < 0.75:
        return rng.choice([*_NUMBERS, rng.uniform(-1e6, 1e6), rng.randint(-(10**6), 10**6)])
    if draw < 0.92:
        return words(rng, 40) * rng.choice([1, 1, 1, rng.randint(1, 30)])
    return rng.choice([None, True, False])


def document(rng):
    """An object whose members updates can find by known paths."""
    return {"a": value(rng, 2), "b": value(rng, 2), "nested": {"x": value(rng, 3), "y z": words(rng, 60)}, "list": [value(rng, 3) for _ in range(rng.randint(0, 6))],
            "pad": "p" * rng.choice([0, 50, 200, rng.randint(0, 600)])}  # fmt: skip


def literal_for(server):
    def literal(rng):
        if not server.mariadb and maybe(rng, 0.15):
            opaque = rng.choice(_OPAQUE).format(rng.randint(1, 9))
            return rng.choice([f"JSON_ARRAY({opaque})", f"JSON_OBJECT('k', {opaque}, 'a', {rng.choice(_OPAQUE).format(3)})", f"JSON_ARRAY(1, {opaque}, 'x')"])
        document_ = document(rng) if maybe(rng, 0.5) else value(rng)
        return text(json.dumps(document_, ensure_ascii=maybe(rng, 0.5)))

    return literal


_PATHS = ["$.a", "$.b", "$.nested.x", '$.nested."y z"', "$.list[0]", "$.list[1]", "$.list[last]", "$.new", '$."we ird"', "$.nested.n", "$.list[9]", "$.pad", "$[0]", "$[1]", "$.nested", "$.ü"]


def change(rng, column, server):
    """An expression that changes the document in the column `column` (quoted) in part."""

    def argument():
        draw = rng.random()
        if draw < 0.5:
            return text(words(rng, 12))
        if draw < 0.75 or server.mariadb:
            return str(rng.choice([0, 1, -1, 65536, 2**40, 1.5, rng.randint(0, 999)]))
        return rng.choice([f"CAST({text(json.dumps(value(rng, 2)))} AS JSON)", rng.choice(_OPAQUE).format(rng.randint(1, 9))])

    def pairs(function, most=3):
        chosen = rng.sample(_PATHS, rng.randint(1, most))
        return f"{function}({column}, " + ", ".join(f"{text(path)}, {argument()}" for path in chosen) + ")"

    draw = rng.random()
    if draw < 0.5:
        return pairs("JSON_SET")
    if draw < 0.7:
        return pairs("JSON_REPLACE")
    if draw < 0.85:
        return f"JSON_REMOVE({column}, " + ", ".join(map(text, rng.sample(_PATHS[:7], rng.randint(1, 2)))) + ")"
    if draw < 0.93:
        return pairs("JSON_ARRAY_INSERT", 1) if maybe(rng, 0.3) else f"JSON_ARRAY_INSERT({column}, '$.list[0]', {argument()})"
    return f"JSON_SET(JSON_REMOVE({column}, '$.a'), '$.b', {argument()})"
