"""A consumer's copy of one table, made from the lines alone, which must equal the server's."""

from collections import Counter

from .json_diff import applied
from .lines import ABSENT
from .snapshots import UNKNOWN


class Difference(Exception):
    """What the lines say and what the model or the server says are not the same."""


def _short(text):
    return text if len(text) <= 300 else f"{text[:200]} … {text[-60:]} ({len(text)} characters)"


def _mismatch(shape, got, wanted, what):
    """Raises for the first column in which the two rows differ."""
    for name, one, other in zip(shape.names, got, wanted):
        if one is not ABSENT and one != other and UNKNOWN not in (one, other):
            raise Difference(f"column {name!r}: {what}: {_short(one)} in the line, {_short(other)} in the table")


class Model:
    """`learned` counts values that no line told and the server's SELECT supplied at the last comparison; `ambiguous` comparisons left out because
    a row of a table without a key could not be told from others."""

    def __init__(self, shape, rows):
        self.shape = shape
        self.keyed = bool(shape.key)
        self.learned = 0
        self.whole_images = True  # whether every column must be there
        self._take(rows)

    def _take(self, rows):
        self.ambiguous = False
        self._moved = None
        self.rows = {self.shape.key_of(row): row for row in rows} if self.keyed else Counter(map(tuple, rows))

    def apply(self, line):
        if self._moved is not None and not (line.op == "c" and line.key_changed):
            raise Difference("a `d` of a key change is not followed by its `c`")
        if self.whole_images and any(image and ABSENT in image and self._lacks(image) for image in (line.before, line.after)):
            raise Difference("a column is absent though the row image is FULL")
        if line.op == "t":
            if line.key != "null" or line.before or line.after or line.row:
                raise Difference("a truncation carries a row")
            self.rows.clear()
            return
        wanted = {"c": (False, True), "u": (True, True), "d": (True, False)}[line.op]
        if (line.before is not None, line.after is not None) != wanted:
            raise Difference(f"op {line.op} with before={line.before is not None}, after={line.after is not None}")
        if not self.keyed and (line.key != "null" or line.key_changed):
            raise Difference(f"key {line.key} where the table has none")
        (self._keyed if self.keyed else self._keyless)(line)

    def _lacks(self, image):
        return any(value is ABSENT and i not in self.shape.optional for i, value in enumerate(image))

    def _inserted(self, line, base):
        row = [b if a is ABSENT else a for a, b in zip(line.after, base)]
        for index in self.shape.optional:
            if line.after[index] is ABSENT:
                row[index] = UNKNOWN
        for name, diffs in line.partial.items():
            index = self.shape.index[name]
            row[index] = applied(base[index], diffs) if base[index] is not UNKNOWN else UNKNOWN
        return row

    def _keyed(self, line):
        if line.op == "c":
            base = self._moved if line.key_changed else self.shape.defaults or [UNKNOWN] * len(self.shape.names)
            if base is None:
                raise Difference("a `c` of a key change without its `d`")
            self._moved = None
            row = self._inserted(line, base)
            if line.key in self.rows:
                raise Difference(f"key {_short(line.key)} is inserted twice")
        else:
            row = self.rows.pop(line.key, None)
            if row is None:
                raise Difference(f"op {line.op} for key {_short(line.key)}, which no row has")
            _mismatch(self.shape, line.before, row, "before image")
            if line.op == "d":
                self._moved = row if line.key_changed else None
                return
            if line.key_changed:
                raise Difference("key_changed in an update")
            row = self._inserted(line, [m if b is ABSENT or b == m else b for b, m in zip(line.before, row)])
        for i in self.shape.key_indexes:
            if line.after[i] is ABSENT:
                raise Difference(f"after lacks the key column {self.shape.names[i]!r}")
        if self.shape.key_of(row) != line.key:
            raise Difference(f"key is {_short(line.key)}, but its columns make {_short(self.shape.key_of(row))}")
        self.rows[line.key] = row

    def _keyless(self, line):
        if line.op == "c":
            base = self.shape.defaults or [UNKNOWN] * len(self.shape.names)
        else:
            base = self._taken(line.before)
        if line.op != "d":
            self.rows[tuple(self._inserted(line, base))] += 1

    def _taken(self, before):
        """Takes out the row with this image; values of the image replace what was unknown."""
        row = tuple(before)
        if row not in self.rows:
            fits = [r for r in self.rows if all(b is ABSENT or b == v or v is UNKNOWN for b, v in zip(before, r))]
            if not fits:
                near = max(self.rows, key=lambda r: sum(b == v for b, v in zip(before, r)), default=None)
                if near:
                    _mismatch(self.shape, before, near, "before image, beside the row nearest to it")
                raise Difference("before image fits no row")
            self.ambiguous |= len(fits) > 1
            row = fits[0]
        self.rows[row] -= 1
        if not self.rows[row]:
            del self.rows[row]
        return [v if b is ABSENT else b for b, v in zip(before, row)]

    def compare(self, rows):
        """With the server's rows; they are taken over where the log told nothing. Returns how many values were compared."""
        if self._moved is not None:
            raise Difference("a `d` of a key change is the last line")
        self.learned = 0
        if self.keyed:
            self._compare_keyed(rows)
        elif not self.ambiguous:
            self._compare_keyless(rows)
        values = 0 if self.ambiguous else len(rows) * len(self.shape.names)
        self._take(rows)
        return values

    def _compare_keyed(self, rows):
        got = self.rows
        for row in rows:
            key = self.shape.key_of(row)
            if key not in got:
                raise Difference(f"the row with key {_short(key)} was not sent")
            mine = got[key]
            if mine != row:
                _mismatch(self.shape, mine, row, f"row {_short(key)}")
                self.learned += mine.count(UNKNOWN)
        if len(got) != len(rows):
            extra = next(iter(set(got) - {self.shape.key_of(row) for row in rows}))
            raise Difference(f"the row with key {_short(extra)} is in the model and not in the table")

    def _compare_keyless(self, rows):
        wanted = Counter(map(tuple, rows))
        missing, extra = wanted - self.rows, self.rows - wanted
        for row in list(extra.elements()):
            fits = [m for m in missing if all(v == w or v is UNKNOWN for v, w in zip(row, m))]
            if not fits:
                near = max(missing, key=lambda m: sum(v == w for v, w in zip(row, m)), default=None)
                if near:
                    _mismatch(self.shape, row, near, "a row without key, beside the one nearest to it")
                raise Difference(f"a row is in the model and not in the table: {_short(str(row))}")
            missing -= Counter([fits[0]])
            self.learned += row.count(UNKNOWN)
        if missing:
            raise Difference(f"{missing.total()} rows of a table without a key were not sent, one is {_short(str(next(iter(missing))))}")
