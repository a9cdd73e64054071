"""Every type of MySQL 9.7 with its edges: families of columns, each column with literals that go through its rows."""

from collections import namedtuple

# `columns`: (name, definition, literals); `after`: further definitions of the table; `options`: behind the parenthesis.
Family = namedtuple("Family", "name columns after options sql_mode")

STRICT = "STRICT_ALL_TABLES,ALLOW_INVALID_DATES"  # zero and invalid dates are taken, all other errors stay errors


def family(name, *columns, after=(), options="", sql_mode=STRICT):
    named = [(c if len(c) == 3 else (f"c{i}", *c)) for i, c in enumerate(columns)]
    return Family(name, named, after, options, sql_mode)


def _integers():
    for bits, kind in ((8, "TINYINT"), (16, "SMALLINT"), (24, "MEDIUMINT"), (32, "INT"), (64, "BIGINT")):
        yield kind, [str(-(2 ** (bits - 1))), str(2 ** (bits - 1) - 1), "0", "-1", "1"]
        yield f"{kind} UNSIGNED", [str(2**bits - 1), "0", str(2 ** (bits - 1))]
    yield "INT ZEROFILL", ["42", "0"]
    yield "BOOL", ["TRUE", "FALSE"]
    yield "YEAR", ["'0000'", "1901", "2155", "2024"]


def _bits():
    for width in (1, 7, 8, 9, 16, 17, 24, 31, 32, 33, 48, 63, 64):
        yield f"BIT({width})", [str(2**width - 1), "0", str(2 ** (width - 1)), "1"]


def _decimals():
    for precision, scale in ((1, 0), (1, 1), (5, 0), (9, 0), (9, 9), (10, 2), (18, 9), (19, 10), (30, 30), (65, 0), (65, 30)):
        whole, fraction = "9" * (precision - scale) or "0", "9" * scale
        largest = whole + ("." + fraction if fraction else "")
        smallest = "0." + "0" * (scale - 1) + "1" if scale else "1"
        yield f"DECIMAL({precision},{scale})", [largest, "-" + largest, "0", smallest, "-" + smallest]
    yield "DECIMAL(10,3) UNSIGNED", ["9999999.999", "0", "123.4"]
    yield "DECIMAL(40,11)", ["12345678901234567890123456789.12345678901", "-10000000000.00000000001", "1000000000"]


def _floats():
    yield "FLOAT", ["3.4028234663852886e38", "-3.4028234663852886e38", "1.17549435e-38", "1e-45", "0.1", "16777217", "0"]
    yield "FLOAT UNSIGNED", ["1.5", "3.4028234663852886e38", "1234567.9"]
    yield "FLOAT(7,3)", ["1234.567", "-0.001", "0"]
    yield "FLOAT", ["1e10", "123456789", "1e-5", "0.0001", "100000", "1e20", "-1.5"]
    yield "DOUBLE", ["1.7976931348623157e308", "-1.7976931348623157e308", "2.2250738585072014e-308", "5e-324", "0.1", "-0e0"]
    yield "DOUBLE UNSIGNED", ["9007199254740993", "0.3", "1e22"]
    yield "DOUBLE(20,5)", ["123456789.12345", "-0.00001"]
    yield "DOUBLE", ["1e5", "123456", "1e-7", "1e15", "18446744073709551616", "3.141592653589793", "1e23"]


def _times():
    for fsp in range(7):
        ones, nines = ("." + "1" * fsp if fsp else ""), ("." + "9" * fsp if fsp else "")
        least = "." + "0" * (fsp - 1) + "1" if fsp else ":01"
        zeros = "." + "0" * fsp if fsp else ""
        tiny = f"'-00:00:00{least}'" if fsp else "'-00:00:01'"
        yield f"TIME({fsp})", [
            f"'838:59:59{zeros}'", f"'-838:59:59{zeros}'", "'00:00:00'", tiny, f"'-12:34:56{nines}'", f"'23:59:59{ones}'",
            f"'-01:00:00{zeros}'", f"'100:00:00{nines}'",
        ]  # fmt: skip
        yield f"DATETIME({fsp})", [
            f"'9999-12-31 23:59:59{nines}'", "'1000-01-01 00:00:00'", "'0000-00-00 00:00:00'", f"'2024-02-29 12:34:56{ones}'",
            f"'2024-00-00 01:02:03{nines}'", "'0000-01-02 00:00:00'", "'2023-02-31 10:00:00'",
        ]  # fmt: skip
        yield f"TIMESTAMP({fsp}) NULL", [
            f"'2038-01-19 03:14:07{ones}'", "'1970-01-01 00:00:01'", "'0000-00-00 00:00:00'", f"'2024-02-29 12:34:56{nines}'",
            f"'2024-10-27 02:30:00{ones}'",
        ]  # fmt: skip
    yield "DATE", ["'9999-12-31'", "'1000-01-01'", "'0000-00-00'", "'2024-00-00'", "'2024-02-00'", "'2023-02-31'", "'0001-01-01'"]


def _strings():
    mixed = r"'a\"b\\c/d\b\n\r\t\Z'"
    wide = "REPEAT(_utf8mb4 x'f09f9a80', {})"
    yield "CHAR(255) CHARACTER SET utf8mb4", [wide.format(255), "''", "'  lead and trail  '", mixed]
    yield "CHAR(0)", ["''"]
    yield "CHAR(1)", ["'x'", "' '"]
    yield "CHAR(63) CHARACTER SET utf8mb4", [wide.format(63), "'s'"]
    yield "CHAR(64) CHARACTER SET utf8mb4", [wide.format(64), "'s'"]
    yield "CHAR(9) CHARACTER SET latin2 COLLATE latin2_czech_cs", ["_latin2 x'b1a0'", "_latin2 x'b18b'"]
    yield "CHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", ["'a  '", "'b'"]
    yield "VARCHAR(63) CHARACTER SET utf8mb4", [wide.format(63), "''", "'trail  '"]
    yield "VARCHAR(64) CHARACTER SET utf8mb4", [wide.format(64), "''", mixed]
    yield "VARCHAR(2000)", ["REPEAT('é', 2000)", "CHAR(0, 1, 31, 127 USING utf8mb4)", "'\u2028\u2029\ufeff\uffff'", "'</script>'"]
    yield "TINYTEXT", ["REPEAT('x', 255)", "''", mixed]
    yield "TEXT", ["REPEAT('x', 65535)", "''", "REPEAT('ä', 300)"]
    yield "MEDIUMTEXT", ["REPEAT('é', 40000)", "''"]
    yield "LONGTEXT", [wide.format(20000), "''"]


def _binaries():
    yield "BINARY(0)", ["''"]
    yield "BINARY(1)", ["x'00'", "x'ff'"]
    yield "BINARY(16)", ["x'00000000000000000000000000000000'", "x'0102'", "x'000102030405060708090a0b0c0d0e0f'", "x'ff00'"]
    yield "BINARY(255)", ["x'01'", "REPEAT(x'ff', 255)", "''"]
    yield "VARBINARY(16)", ["x'0000'", "''", "x'ff00'", "x'20'"]
    yield "VARBINARY(300)", ["REPEAT(x'00', 300)", "''", "x'e9'"]
    yield "VARCHAR(10) CHARACTER SET binary", ["'abc'", "x'00ff'"]
    yield "TINYBLOB", ["REPEAT(x'ff', 255)", "''", "x'00'"]
    yield "BLOB", ["REPEAT('x', 65535)", "''", "x'0a'"]
    yield "MEDIUMBLOB", ["REPEAT(x'00ff', 40000)", "''"]
    yield "LONGBLOB", ["REPEAT(x'0001020304', 20000)", "''"]
    yield "TEXT CHARACTER SET binary", ["x'80'", "'plain'"]


def _labels(prefix, count):
    return ", ".join(f"'{prefix}{i}'" for i in range(1, count + 1))


def _enums():
    yield "ENUM('a', 'b''c', 'd\"e', '', 'ü€🚀')", ["1", "2", "3", "4", "5", "0"]
    yield f"ENUM({_labels('label', 255)})", ["255", "1", "0"]
    yield f"ENUM({_labels('label', 300)})", ["300", "1", "256", "0"]
    yield f"ENUM({_labels('', 5000)})", ["5000", "1", "256"]
    yield "ENUM('é', 'x') CHARACTER SET latin1", ["1", "2"]
    yield "ENUM('я', 'x') CHARACTER SET utf16", ["1", "2"]
    yield "ENUM('a', 'b') CHARACTER SET binary", ["1", "2", "0"]
    yield "SET('a', 'b', 'c')", ["7", "0", "5", "2"]
    yield f"SET({_labels('m', 8)})", ["255", "128", "0"]
    yield f"SET({_labels('m', 9)})", ["511", "256", "1"]
    yield f"SET({_labels('m', 33)})", ["8589934591", "4294967296", "0"]
    yield f"SET({_labels('m', 64)})", ["18446744073709551615", "9223372036854775808", "1", "0"]
    yield "SET('ж', '漢') CHARACTER SET utf8mb4", ["3", "2"]
    yield "SET('é', 'ü') CHARACTER SET latin1", ["3", "1"]


JSON_TEXTS = [
    "null", "true", "false", "0", "-1", "32767", "32768", "65535", "65536", "-32768", "-32769", "2147483647", "2147483648",
    "-2147483648", "-2147483649", "4294967295", "4294967296", "9223372036854775807", "-9223372036854775808",
    "9223372036854775808", "18446744073709551615", "18446744073709551616", "1.0", "-0.0", "0.1", "1e15", "1e16", "1e100",
    "1.7976931348623157e308", "5e-324", "0.00003", "100000.0", '""', '"x"', '"é€🚀"', r'"\\"\\\\/\\b\\f\\n\\r\\t\\u001f"',
    "[]", "{}", "[[]]", '{"": 1}', '{"b": 1, "a": 2, "aa": [null, true, {"x": {}}]}', '{"a": 1, "a": 2}', '["", [], {}, 0.5]',
]  # fmt: skip

JSON_OPAQUES = [
    "CAST(1.50 AS DECIMAL(10,2))", "CAST(-0.000001 AS DECIMAL(65,30))", "CAST('2024-02-29' AS DATE)", "CAST('-12:34:56.5' AS TIME(6))",
    "CAST('838:59:59' AS TIME)", "CAST('2024-02-29 12:34:56.789' AS DATETIME(3))", "CAST('0000-00-00 00:00:00' AS DATETIME)",
    "TIMESTAMP('2024-02-29 12:34:56')", "x'00ff'", "CAST('abc' AS BINARY(5))", "b'101'", "CAST('2024' AS YEAR)",
    "CAST(REPEAT('b', 70000) AS BINARY)", "ST_GeomFromText('POINT(1 2)')", "1e0", "18446744073709551615", "-5",
]  # fmt: skip


def _json():
    yield "JSON", [f"'{text}'" for text in JSON_TEXTS]
    yield "JSON", [f"JSON_ARRAY({value})" for value in JSON_OPAQUES]
    yield "JSON", [f"JSON_OBJECT('k', {value}, 'key2', 'v')" for value in JSON_OPAQUES]
    yield "JSON", [f"CAST({value} AS JSON)" for value in JSON_OPAQUES]
    for size in (127, 128, 16383, 16384, 70000):
        yield "JSON", [f"JSON_QUOTE(REPEAT('s', {size}))", f"JSON_ARRAY(REPEAT('t', {size}), 4294967295, -40000, true, null)"]


def _geometries():
    shapes = {
        "POINT": "POINT(1.5 -2)",
        "LINESTRING": "LINESTRING(0 0, 1 1, 2.25 3)",
        "POLYGON": "POLYGON((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 4 2, 4 4, 2 2))",
        "MULTIPOINT": "MULTIPOINT(0 0, 1 1)",
        "MULTILINESTRING": "MULTILINESTRING((0 0, 1 1), (2 2, 3 3))",
        "MULTIPOLYGON": "MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
        "GEOMETRYCOLLECTION": "GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1))",
    }
    for kind, text in shapes.items():
        yield kind, [f"ST_GeomFromText('{text}')", f"ST_GeomFromText('{text}', 4326)", f"ST_GeomFromText('{text}', 3857)"]
    yield "GEOMETRY", [f"ST_GeomFromText('{text}')" for text in (*shapes.values(), "GEOMETRYCOLLECTION EMPTY")]
    yield "POINT SRID 4326", ["ST_GeomFromText('POINT(52.5 13.4)', 4326)", "ST_SRID(POINT(13.4, 52.5), 4326)"]


def _vectors():
    yield "VECTOR(3)", ["STRING_TO_VECTOR('[1,2,3]')", "STRING_TO_VECTOR('[0.1,-1e-5]')", "STRING_TO_VECTOR('[3.4028234e38,1.2e-38,-0]')"]
    yield "VECTOR", ["STRING_TO_VECTOR(CONCAT('[', REPEAT('1.5,', 2047), '16777217]'))", "STRING_TO_VECTOR('[123456789]')"]


HOSTILE = [
    "`", '"', "\\", "'", "a,b", "a.b", "${x}", "näme", "名前", "key", "before", " lead", "tab\there", "line\nbreak", "%s", "select",
    "<>", "\x7f", "n" * 64, "漢" * 64, "@1", "op", "{}", "/",
]  # fmt: skip

CHARSET_SAMPLE = "plain ASCII äöüßéñ¿ €„“ čšžőű абвгђѐ АБЯ ΑβγΏ אבג ابت ะกข あいうアｱ漢字丂乂 한글똠 ±§ 𠮷🚀"


def charset_family(charsets):
    text = f"CONVERT(_utf8mb4 x'{CHARSET_SAMPLE.encode().hex()}' USING {{}})"
    ascii_text = "CONVERT(_utf8mb4 'only ASCII' USING {})"
    columns = [(c, f"VARCHAR(200) CHARACTER SET {c}", [text.format(c), ascii_text.format(c), "''"]) for c in charsets]
    fixed = [(f"{c}_char", f"CHAR(120) CHARACTER SET {c}", [text.format(c), "''"]) for c in charsets]
    return [family("charsets", *columns), family("charsets_char", *fixed), family("charsets_text", *(
        (f"{c}_text", f"TEXT CHARACTER SET {c}", [text.format(c), "''"]) for c in charsets))]  # fmt: skip


FAMILIES = [
    family("integers", *_integers()),
    family("bits", *_bits()),
    family("decimals", *_decimals()),
    family("floats", *_floats()),
    family("times", *_times()),
    family("strings", *_strings()),
    family("binaries", *_binaries()),
    family("enums", *_enums(), sql_mode=""),  # index 0 is what a bad label becomes
    family("json", *_json()),
    family("geometries", *_geometries()),
    family("vectors", *_vectors()),
    family("hostile `\"name", *((name, "INT", ["1", "2"]) for name in HOSTILE)),
    family("wide", *(("TINYINT UNSIGNED" if i % 3 else "VARCHAR(20)", [str(i % 256), "'7'"]) for i in range(300))),
    family(
        "generated",
        ("a", "INT", ["1", "2", "-3"]),
        ("virtual_sum", "INT AS (a + 1) VIRTUAL", None),
        ("stored_text", "VARCHAR(20) AS (CONCAT('a=', a)) STORED", None),
        ("hidden", "INT INVISIBLE", ["5", "6"]),
        ("virtual_json", "JSON AS (JSON_OBJECT('a', a)) VIRTUAL", None),
        ("doc", "JSON", ["'[1, 2]'", "'[3]'"]),
        after=["INDEX ((a * 2))", "INDEX ((CAST(doc AS UNSIGNED ARRAY)))"],
    ),
    family("partitioned", ("INT", ["1", "2", "3"]), options="PARTITION BY HASH (id) PARTITIONS 3"),
    family("memory_engine", ("VARCHAR(5)", ["'a'", "'b'"]), options="ENGINE=MEMORY"),
    family("myisam_engine", ("TEXT", ["'a'", "'b'"]), ("BIT(3)", ["5"]), options="ENGINE=MyISAM"),
]
