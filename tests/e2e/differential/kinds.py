"""Column types with random widths, each with its literals: edges as often as what lies between."""

from dataclasses import dataclass, field
from typing import Callable

from . import json_values
from .sql import binary, maybe, text
from .words import ascii_words, words


@dataclass(frozen=True)
class Kind:
    """`literal(rng)` is SQL for a value, mostly one that fits. `family` decides which expressions suit the column."""

    sql: str
    family: str
    literal: Callable
    default: str = None  # a literal that every sql_mode takes as DEFAULT
    key: str = None  # how it may be part of a key: "whole", "prefix", or not
    traits: frozenset = field(default_factory=frozenset)


class Charsets:
    """What the server offers: (character set, collation)."""

    def __init__(self, pairs):
        self.pairs = sorted(pairs)
        self._widths = {"utf16": 4, "utf16le": 4, "utf32": 4, "utf8mb4": 4, "gb18030": 4, "ucs2": 2, "utf8mb3": 3, "ujis": 3, "eucjpms": 3}
        self.multibyte = {"big5", "cp932", "euckr", "gb2312", "gbk", "sjis", *self._widths}

    def any(self, rng):
        return rng.choice(self.pairs)

    def width(self, charset):
        return self._widths.get(charset, 2 if charset in self.multibyte else 1)


def _between(low, high, edges=()):
    edges = [low, high, 0 if low <= 0 else low, min(high, 1), *edges]

    def literal(rng):
        draw = rng.random()
        if draw < 0.25:
            return str(rng.choice(edges))
        return str(rng.randint(low, high) if draw < 0.6 else rng.randint(max(low, -300), min(high, 1000)))

    return literal


def integer(rng, _):
    name, bits = rng.choice([("TINYINT", 8), ("SMALLINT", 16), ("MEDIUMINT", 24), ("INT", 32), ("BIGINT", 64)])
    unsigned = maybe(rng, 0.5)
    low, high = (0, 2**bits - 1) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    sql = name + (rng.choice([" UNSIGNED", " UNSIGNED", "(5) UNSIGNED ZEROFILL"]) if unsigned else "")
    return Kind(sql, "number", _between(low, high, [2 ** (bits - 1)] if unsigned else [-1]), "7", "whole", frozenset({"integer"}))


def boolean(_rng, _):
    return Kind("BOOL", "number", lambda r: r.choice(["TRUE", "FALSE"]), "TRUE", "whole", frozenset({"integer"}))


def year(_rng, _):
    return Kind("YEAR", "number", lambda r: r.choice(["0", "1901", "2155", str(r.randint(1901, 2155))]), "2024", "whole")


def bit(rng, _):
    width = rng.choice([1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, rng.randint(1, 64)])
    return Kind(f"BIT({width})", "number", _between(0, 2**width - 1, [2 ** (width - 1)]), "b'1'", "whole")


def decimal(rng, server):
    precision = rng.choice([rng.randint(1, 65), rng.choice([1, 9, 10, 18, 19, 27, 65])])
    scale = rng.choice([0, min(precision, 2), rng.randint(0, min(precision, server.decimal_scale)), min(precision, server.decimal_scale)])
    unsigned = maybe(rng, 0.2)

    def literal(r):
        digits = r.choice([precision, r.randint(1, precision)])
        value = r.choice(["9" * digits, "".join(r.choices("0123456789", k=digits)), "0", "1"]).rjust(scale + 1, "0")
        point = f"{value[:len(value) - scale]}.{value[len(value) - scale:]}" if scale else value
        return ("-" if not unsigned and maybe(r, 0.4) else "") + point

    return Kind(f"DECIMAL({precision},{scale})" + (" UNSIGNED" if unsigned else ""), "number", literal, "0", "whole")


def _floating(name, single):
    largest, least = ("3.4028234663852886e38", "1e-45") if single else ("1.7976931348623157e308", "5e-324")

    def make(rng, _):
        sql = rng.choice([name] * 4 + [f"{name} UNSIGNED", f"{name}({rng.randint(6, 20)},{rng.randint(0, 6)})"])

        def literal(r):
            exponent = r.randint(-44, 38) if single else r.randint(-320, 308)
            edges = ["0", "-0e0", "0.1", "1e15", "1e16", "1e22", "123456789", "16777217", "0.0001", "1e-5", largest, least, "9007199254740993"]
            value = r.choice([
                r.choice(edges), repr(r.uniform(-1000, 1000)), f"{r.uniform(1, 10)!r}e{exponent}", str(r.randint(-99999, 99999)),
                f"{r.randint(-9999, 9999)}e-{r.randint(0, 6)}",
            ])  # fmt: skip
            return value if value[0] == "-" or maybe(r, 0.7) else "-" + value

        return Kind(sql, "number", literal, "0.5", "whole")

    return make


def _fraction(r, fsp):
    return "." + r.choice(["0" * fsp, "9" * fsp, "".join(r.choices("0123456789", k=fsp))]) if fsp else ""


def _clock(r):
    return r.choice(["00:00:00", "23:59:59", f"{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}"])


def _day(r):
    edges = ["0000-00-00", "1000-01-01", "9999-12-31", "2024-02-29", "2024-00-00", "2023-02-31", "2024-01-00", "0001-01-01", "0000-01-01"]
    return r.choice([r.choice(edges), f"{r.randint(1, 9999):04}-{r.randint(1, 12):02}-{r.randint(1, 28):02}"])


def date(_rng, _):
    return Kind("DATE", "time", lambda r: f"'{_day(r)}'", "'2024-02-29'", "whole")


def time(rng, _):
    fsp = rng.randint(0, 6)

    def literal(r):
        hours = r.choice([0, 0, 1, 23, 24, 100, 838, r.randint(0, 838)])
        return f"'{r.choice(['', '-'])}{hours:02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}{_fraction(r, fsp)}'"

    return Kind(f"TIME({fsp})", "time", literal, "'12:00:00'", "whole")


def datetime(rng, _):
    fsp = rng.randint(0, 6)
    return Kind(f"DATETIME({fsp})", "time", lambda r: f"'{_day(r)} {_clock(r)}{_fraction(r, fsp)}'", "'2024-02-29 12:34:56'", "whole")


def timestamp(rng, _):
    fsp = rng.randint(0, 6)
    edges = ["1970-01-01 00:00:01", "1970-01-02 00:00:00", "2038-01-19 03:14:07", "0000-00-00 00:00:00", "2024-10-27 02:30:00", "2024-03-31 02:30:00"]

    def literal(r):
        day = f"{r.randint(1971, 2037)}-{r.randint(1, 12):02}-{r.randint(1, 28):02} {_clock(r)}"
        return f"'{r.choice([r.choice(edges), day, day])}{_fraction(r, fsp)}'"

    return Kind(f"TIMESTAMP({fsp})", "time", literal, "'2024-02-29 12:34:56'", "whole")


def _text_literal(server, charset, most):
    """Unicode converted by the server, or, for one-byte sets, bytes that may be no character at all."""
    wide = server.charsets.width(charset) > 1

    def literal(r):
        if not wide and maybe(r, 0.3):
            return f"_{charset} " + (binary(r.randbytes(r.randint(0, min(most, 9)))) or "''")
        return text(ascii_words(r, most) if maybe(r, 0.3) else words(r, most))

    return literal


def _charset_sql(rng, server):
    charset, collation = server.charsets.any(rng) if maybe(rng, 0.7) else ("utf8mb4", None)
    clause = f" CHARACTER SET {charset}"
    return charset, clause + (f" COLLATE {collation}" if collation and maybe(rng, 0.7) else "")


def char(rng, server):
    charset, clause = _charset_sql(rng, server)
    length = rng.choice([0, 1, 10, 63, 64, 85, 86, 127, 128, 255, rng.randint(1, 255), rng.randint(1, 30), rng.randint(1, 30)])
    key = "whole" if 0 < length * server.charsets.width(charset) <= 500 else "prefix" if length > 20 else None
    return Kind(f"CHAR({length}){clause}", "text", _text_literal(server, charset, length), "'d'" if length else "''", key)


def varchar(rng, server):
    charset, clause = _charset_sql(rng, server)
    length = rng.choice([1, 20, 63, 64, 85, 86, 127, 128, 255, 256, rng.randint(1, 300), rng.randint(1, 30), rng.randint(1, 30)])
    key = "whole" if length * server.charsets.width(charset) <= 500 else "prefix"
    compressed = server.mariadb and maybe(rng, 0.1) and charset != "binary"
    if compressed:
        return Kind(f"VARCHAR({length}) COMPRESSED{clause}", "text", _text_literal(server, charset, length), "'d'")
    return Kind(f"VARCHAR({length}){clause}", "text", _text_literal(server, charset, length), "'d'", key)


def long_text(rng, server):
    charset, clause = _charset_sql(rng, server)
    size = rng.choice(["TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT"])
    most = 60 if size == "TINYTEXT" else 400
    plain = _text_literal(server, charset, most)
    compressed = " COMPRESSED" if server.mariadb and maybe(rng, 0.2) and charset != "binary" else ""

    def literal(r):
        return f"REPEAT({plain(r)}, {r.randint(1, 200)})" if size != "TINYTEXT" and maybe(r, 0.05) else plain(r)

    return Kind(f"{size}{compressed}{clause}", "text", literal, None, None if compressed else "prefix", frozenset({"blob"}))


def _bytes_literal(most):
    def literal(r):
        length = r.choice([0, 1, most, r.randint(0, min(most, 20))]) if most <= 300 else r.randint(0, 30)
        value = r.choice([r.randbytes(length), bytes(length), b"\xff" * length, r.randbytes(length // 2) + bytes(length - length // 2)])
        return binary(value)

    return literal


def fixed_binary(rng, _):
    length = rng.choice([0, 1, 2, 16, 255, rng.randint(1, 255), rng.randint(1, 20)])
    return Kind(f"BINARY({length})", "binary", _bytes_literal(length), "'b'" if length else "''", "whole" if length else None)


def varbinary(rng, _):
    length = rng.choice([1, 16, 255, 256, rng.randint(1, 400)])
    return Kind(f"VARBINARY({length})", "binary", _bytes_literal(length), "'b'", "whole")


def blob(rng, server):
    size = rng.choice(["TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB"])
    plain = _bytes_literal(255)
    compressed = " COMPRESSED" if server.mariadb and maybe(rng, 0.2) else ""

    def literal(r):
        return f"REPEAT({plain(r)}, {r.randint(1, 300)})" if size != "TINYBLOB" and maybe(r, 0.05) else plain(r)

    return Kind(size + compressed, "binary", literal, None, None if compressed else "prefix", frozenset({"blob"}))


def _labels(rng, most):
    count = rng.choice([1, 2, 3, rng.randint(1, min(most, 20)), rng.randint(1, most)])
    labels = [f"{rng.choice(['l', 'l', 'é', 'я', '漢', ' x', 'Q', '-', chr(34), chr(39), '🚀'])}{i}" for i in range(count)]
    return ", ".join("'" + label.replace("'", "''") + "'" for label in labels), count


def enum(rng, server):
    labels, count = _labels(rng, 300)
    _, clause = _charset_sql(rng, server) if maybe(rng, 0.4) else (None, " CHARACTER SET utf8mb4")
    sql = f"ENUM({labels}){clause}"
    return Kind(sql, "label", lambda r: str(r.randint(0, count)), "1", "whole")


def set_of(rng, server):
    labels, count = _labels(rng, 64)
    _, clause = _charset_sql(rng, server) if maybe(rng, 0.4) else (None, " CHARACTER SET utf8mb4")
    sql = f"SET({labels}){clause}"
    return Kind(sql, "label", _between(0, 2**count - 1, [2 ** (count - 1)]), "''", "whole")


def json(_rng, server):
    return Kind("JSON", "json", json_values.literal_for(server), None, None, frozenset({"blob"}))


_SHAPES = {
    "POINT": lambda r: f"POINT({_degrees(r)})",
    "LINESTRING": lambda r: f"LINESTRING({', '.join(_degrees(r) for _ in range(r.randint(2, 5)))})",
    "POLYGON": lambda r: "POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))" if maybe(r, 0.5) else "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 4 2, 4 4, 2 2))",
    "MULTIPOINT": lambda r: f"MULTIPOINT({', '.join(_degrees(r) for _ in range(r.randint(1, 5)))})",
    "MULTILINESTRING": lambda r: f"MULTILINESTRING(({_degrees(r)}, 1 1), (2 2, {_degrees(r)}))",
    "MULTIPOLYGON": lambda r: "MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
    "GEOMETRYCOLLECTION": lambda r: r.choice([f"GEOMETRYCOLLECTION(POINT({_degrees(r)}), LINESTRING(0 0, 1 1))", "GEOMETRYCOLLECTION(POINT(0 0))"]),
}


def _degrees(r):
    return f"{r.randint(-80, 80)}{r.choice(['', '.5', '.1', '.333333333'])} {r.randint(-80, 80)}"


def geometry(rng, server):
    kind = rng.choice(["GEOMETRY", *_SHAPES])

    def literal(r):
        shape = _SHAPES[r.choice(list(_SHAPES)) if kind == "GEOMETRY" else kind](r)
        srid = r.choice(["", "", ", 4326", ", 3857"])
        return f"ST_GeomFromText('{shape}'{srid})"

    return Kind(kind, "geometry", literal, None, None, frozenset({"blob"}))


def vector(rng, server):
    most = rng.choice([1, 3, 16, rng.randint(1, 40)])
    function = "VEC_FromText" if server.mariadb else "STRING_TO_VECTOR"

    def literal(r):
        count = most if server.mariadb else r.randint(1, most)
        numbers = (r.choice(["0", "-0", "0.1", "1e-5", "3.4e38", "16777217", repr(r.uniform(-10, 10)), str(r.randint(-9999, 9999))]) for _ in range(count))
        return f"{function}('[{','.join(numbers)}]')"

    return Kind(f"VECTOR({most})", "vector", literal, None, None, frozenset({"blob"}))


def uuid(_rng, _):
    def literal(r):
        value = r.choice([r.randbytes(16), bytes(16), r.randbytes(14) + bytes(2), r.randbytes(1) + bytes(15)]).hex()
        return f"'{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}'"

    return Kind("UUID", "inet", literal, "'00000000-0000-0000-0000-000000000001'", "whole")


def inet4(_rng, _):
    return Kind("INET4", "inet", lambda r: r.choice(["'0.0.0.0'", "'255.255.255.255'", f"'{r.randint(0, 255)}.0.{r.randint(0, 255)}.0'"]), "'1.2.3.4'", "whole")


def inet6(_rng, _):
    return Kind("INET6", "inet", lambda r: r.choice(["'::'", "'::1'", "'ffff::'", f"'2001:db8::{r.randint(0, 65535):x}'", f"'::ffff:1.2.{r.randint(0, 255)}.0'"]), "'::1'", "whole")


COMMON = [
    *[integer] * 6, boolean, year, *[bit] * 2, *[decimal] * 3, *[_floating("FLOAT", True)] * 2, *[_floating("DOUBLE", False)] * 2, date,
    *[time] * 2, *[datetime] * 2, *[timestamp] * 2, *[char] * 3, *[varchar] * 4, *[long_text] * 2, *[fixed_binary] * 2, *[varbinary] * 2,
    *[blob] * 2, *[enum] * 2, *[set_of] * 2, *[json] * 4, geometry,
]  # fmt: skip
