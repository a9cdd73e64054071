"""Applies the diffs of `partial` to a JSON text as MySQL prints it, keeping every other character as it is."""

import json
import re

_STEP = re.compile(r'\.(?:"((?:[^"\\]|\\.)*)"|([^."\[\]]+))|\[(?:(\d+)|last(?:-(\d+))?)\]')


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
    """Member names, and functions from an array's length to an index."""
    if not path.startswith("$"):
        raise ValueError(f"the path {path!r} does not begin with $")
    place, steps = 1, []
    while place < len(path):
        match = _STEP.match(path, place)
        if not match:
            raise ValueError(f"the path {path!r} is not understood at {place}")
        quoted, bare, index, back = match.groups()
        if match.group().startswith("["):
            steps.append((lambda size, i=index: int(i)) if index else (lambda size, i=back: max(0, size - 1 - int(i or 0))))
        else:
            steps.append(bare if quoted is None else json.loads(f'"{quoted}"'))
        place = match.end()
    return steps


def _changed(node, steps, op, value):
    """The node with the change made below it."""
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, str):
        return _changed_member(node, step, rest, op, value)
    if isinstance(node, _Object) or not isinstance(node, list):
        # What is no array is taken for an array of itself.
        return _changed(node, rest, op, value) if step(1) == 0 else [node, value]
    at = step(len(node))
    if rest:
        node[at] = _changed(node[at], rest, op, value)
    elif op == "insert":
        node.insert(at, value)
    else:
        node[at : at + 1] = [value] if op == "replace" else []
    return node


def _changed_member(node, name, rest, op, value):
    at = next((i for i, (key, _) in enumerate(node) if key == name), None)
    if rest:
        node[at] = (name, _changed(node[at][1], rest, op, value))
    elif op == "remove":
        del node[at]
    elif op == "replace":
        node[at] = (name, value)
    else:
        node.append((name, value))
        # The order in which MySQL keeps members: by length in bytes, then by bytes.
        node.sort(key=lambda pair: (len(pair[0].encode()), pair[0].encode()))
    return node


def read(text):
    """{column: diffs} of a `partial`; numbers keep their text."""
    return {column: [dict(diff) for diff in diffs] for column, diffs in _decoder.decode(text)}


def applied(text, diffs):
    """The document `text` with the diffs of one column of `partial`."""
    document = _decoder.decode(text)
    for diff in diffs:
        document = _changed(document, _steps(diff["path"]), diff["op"], diff.get("value"))
    return _write(document)
