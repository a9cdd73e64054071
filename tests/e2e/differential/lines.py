"""Reads the plain format, strictly: the members and their order, and the exact text of every value."""

import json
import re
from dataclasses import dataclass
from typing import Optional

from . import json_diff
from .snapshots import JSON_NULL

ABSENT = None  # a column that the row image does not hold

_STRING = r'"(?:[^"\\]|\\.)*"'
_HEAD = re.compile(
    rf'\{{"op":"([cudt])","db":({_STRING}),"table":({_STRING}),"ts_us":(\d+),"gtid":(null|"[0-9a-z_:-]+"),"file":"([^"]*)","pos":(\d+),"row":(\d+),"key":',
    re.DOTALL,
)
_scan = json.JSONDecoder().scan_once
_names = {}


class Malformed(Exception):
    """A line that is not in the plain format."""


@dataclass(slots=True)
class Line:
    """`before` and `after` hold the values' texts in column order, ABSENT where left out."""

    op: str
    title: tuple
    ts_us: int
    gtid: Optional[str]
    file: str
    pos: int
    row: int
    key: str
    before: Optional[list]
    after: Optional[list]
    partial: dict
    key_changed: bool


def _value_end(text, at):
    try:
        return _scan(text, at)[1]
    except (StopIteration, ValueError) as error:
        raise Malformed(f"no JSON value at {at}: {text[at:at + 60]!r}") from error


def _image(text, at, shape):
    """(values, end)"""
    if text.startswith("null", at):
        return None, at + 4
    values, place = [], at
    for prefix in shape.prefixes:
        if not text.startswith(prefix, place):
            return _partial_image(text, at, shape)
        begin = place + len(prefix)
        place = _value_end(text, begin)
        values.append(text[begin:place])
    if text[place] != "}":
        raise Malformed(f"more columns than the table has: {text[place:place + 60]!r}")
    return values, place + 1


def _partial_image(text, at, shape):
    values, next_index = [ABSENT] * len(shape.names), 0
    if text.startswith("{}", at):
        return values, at + 2
    while text[at] != "}":
        if text[at] not in "{,":
            raise Malformed(f"no member: {text[at:at + 60]!r}")
        end = _value_end(text, at + 1)
        name = json.loads(text[at + 1 : end])
        index = shape.index.get(name)
        if index is None or index < next_index or text[end] != ":":
            raise Malformed(f"column {name!r} is unknown or out of order; the table has {shape.names}")
        at = _value_end(text, end + 1)
        values[index], next_index = text[end + 1 : at], index + 1
    return values, at + 1


def _forget_zero_signs(shape, images, key):
    for image in filter(None, images.values()):
        for i in shape.unsigned_zeros:
            if image[i] == "-0":
                image[i] = "0"
    return re.sub(r":-0(?=[,}])", ":0", key) if any(i in shape.key_indexes for i in shape.unsigned_zeros) else key


def _mark_json_nulls(text, shape, images):
    for image, names in json.loads(text).items():
        for name in names:
            index = shape.index[name]
            if images[image][index] != "null" or shape.columns[index].data_type != "json":
                raise Malformed(f"json_null names {name!r}, which holds {images[image][index]}")
            images[image][index] = JSON_NULL


def title_of(line):
    """(database, table) of a line, which must be known to read the rest."""
    match = _HEAD.match(line)
    if not match:
        raise Malformed(f"not the plain format: {line[:200]!r}")
    quoted = match.group(2, 3)
    if quoted not in _names:
        _names[quoted] = tuple(map(json.loads, quoted))
    return _names[quoted], match


def parse(line, shape, match):
    """The whole line; `match` is what title_of() gave."""
    op, _, _, ts_us, gtid, file, pos, row = match.groups()
    at = match.end()
    end = _value_end(line, at)
    key = line[at:end]
    images = {}
    for member in ("before", "after"):
        prefix = f',"{member}":'
        if not line.startswith(prefix, end):
            raise Malformed(f"no {member} at {line[end:end + 60]!r}")
        images[member], end = _image(line, end + len(prefix), shape)
    partial, key_changed = {}, False
    if line.startswith(',"partial":', end):
        begin, end = end + len(',"partial":'), _value_end(line, end + len(',"partial":'))
        partial = json_diff.read(line[begin:end])
    if line.startswith(',"json_null":', end):
        begin, end = end + len(',"json_null":'), _value_end(line, end + len(',"json_null":'))
        _mark_json_nulls(line[begin:end], shape, images)
    if shape.unsigned_zeros:
        key = _forget_zero_signs(shape, images, key)
    if line.startswith(',"key_changed":true', end):
        key_changed, end = True, end + len(',"key_changed":true')
    if line[end:] != "}":
        raise Malformed(f"the line ends with {line[end:end + 200]!r}")
    gtid = None if gtid == "null" else gtid[1:-1]
    return Line(op, shape.title, int(ts_us), gtid, file, int(pos), int(row), key, images["before"], images["after"], partial, key_changed)
