"""Applies the diffs of `partial` to a JSON text as MySQL prints it, keeping every other character as it is."""

import json
import re

_STEP = re.compile(r'\.(?:"((?:[^"\\]|\\.)*)"|([^."\[\]]+))|\[(\d+)\]')


class _Number(str):
    """A number by its text."""


class _Object(list):
    """Members in their order."""


_decoder = json.JSONDecoder(object_pairs_hook=_Object, parse_int=_Number, parse_float=_Number)


def _write(value):
    if isinstance(value, _Object):
        return "{" + ", ".join(f"{_write(k)}: {_write(v)}" for k, v in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_write, value)) + "]"
    if isinstance(value, _Number):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _steps(path):
    if not path.startswith("$"):
        raise ValueError(f"the path {path!r} does not begin with $")
    place, steps = 1, []
    while place < len(path):
        match = _STEP.match(path, place)
        if not match:
            raise ValueError(f"the path {path!r} is not understood at {place}")
        quoted, bare, index = match.groups()
        steps.append(int(index) if index is not None else json.loads(f'"{quoted}"') if quoted is not None else bare)
        place = match.end()
    return steps


def _find(container, step):
    """The index of the member or element in the list that is its container, or None."""
    if isinstance(step, int):
        return step if step < len(container) else None
    return next((i for i, (key, _) in enumerate(container) if key == step), None)


def _change(document, steps, op, value):
    if not steps:
        return value
    container = document
    for step in steps[:-1]:
        at = _find(container, step)
        container = container[at][1] if isinstance(container, _Object) else container[at]
    last = steps[-1]
    at = _find(container, last)
    member = (last, value) if isinstance(container, _Object) else value
    if op == "remove":
        del container[at]
    elif op == "replace":
        container[at] = member
    elif isinstance(container, _Object):
        container.append(member)
        # The order in which MySQL keeps members: by length in bytes, then by bytes.
        container.sort(key=lambda pair: (len(pair[0].encode()), pair[0].encode()))
    else:
        container.insert(last, value)
    return document


def read(text):
    """{column: diffs} of a `partial`; numbers keep their text."""
    return {column: [dict(diff) for diff in diffs] for column, diffs in _decoder.decode(text)}


def applied(text, diffs):
    """The document `text` with the diffs of one column of `partial`."""
    document = _decoder.decode(text)
    for diff in diffs:
        document = _change(document, _steps(diff["path"]), diff["op"], diff.get("value"))
    return _write(document)
