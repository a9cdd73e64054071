"""All lines of a round against what the server said at its marks."""

from . import lines as plain
from .model import Difference, Model
from .sql import table_name

MARKS = ("differential marks", "marks")  # the table whose rows say in the log where the marks are


class Checker:
    """`marks` are what the marks meant, in order. Feed it every line; `problems` is {table or None: text}."""

    def __init__(self, marks, shapes):
        self._marks = marks
        self._next_mark = 0
        self._shapes = shapes  # of MARKS, and of tables that a change of tables is making
        self._tables = {}
        self._coming = {}
        self._whole_images = True
        self._transaction, self._counts, self._last = None, {}, None
        self._seen = set()
        self._place = ("", 0)
        self.problems = {}
        self.changes = self.rows = self.values = self.learned = self.ambiguous = 0

    def feed(self, line):
        """The bytes of one line, without its line feed."""
        title, text = None, line.decode(errors="replace")
        try:
            title, match = plain.title_of(text)
            if title == MARKS:
                self._mark(plain.parse(text, self._shapes[MARKS], match))
                return
            if title in self.problems:
                return
            model = self._tables.get(title) or self._made_now(title)
            change = plain.parse(text, model.shape, match)
            self._identity(change)
            model.apply(change)
            self.changes += 1
            line.decode()
        except (Difference, plain.Malformed, UnicodeDecodeError) as problem:
            self.problems.setdefault(title, f"{title and table_name(*title)}: {problem}\n  line: {text[:2000]}")

    def end(self):
        """After the last line."""
        if self._next_mark != len(self._marks) and not self.problems:
            self.problems[None] = f"mark {self._next_mark} of {len(self._marks)} did not come: the output ends early"

    def _made_now(self, title):
        """CREATE TABLE … SELECT writes rows before anybody could look at the table."""
        if title not in self._coming:
            upcoming = next((payload for kind, payload in self._marks[self._next_mark :] if kind == "reload"), {})
            if title not in upcoming:
                raise Difference("a line for a table that the server does not have")
            self._coming[title] = Model(upcoming[title][0], [])
        return self._coming[title]

    def _identity(self, line):
        """Rows of a table are numbered from 0 in each transaction, and no two changes have one identity."""
        place = (line.file, line.pos)
        if place < self._place:
            raise Difference(f"{place} comes after {self._place}")
        self._place = place
        transaction = line.gtid
        if transaction != self._transaction:
            self._transaction, self._counts, self._last = transaction, {}, None
        half = (line.title, line.row) if line.key_changed and line.op == "d" else None
        if self._last is not None:
            if (line.title, line.row) != self._last:
                raise Difference(f"row {line.row} behind the first half of a key change")
        else:
            expected = self._counts.get(line.title, 0)
            if line.row != expected:
                raise Difference(f"row is {line.row}, the {expected} of this table in transaction {transaction}")
            identity = (transaction, line.title, line.row)
            if transaction is not None and identity in self._seen:
                raise Difference(f"the identity {identity} was there before")
            self._seen.add(identity)
            self._counts[line.title] = expected + 1
        self._last = half

    def _mark(self, line):
        number = int(line.after[0])
        if number != self._next_mark:
            raise plain.Malformed(f"mark {number} where {self._next_mark} is next")
        self._next_mark += 1
        kind, payload = self._marks[number]
        if kind == "image":
            self._whole_images = payload == "FULL"
        elif kind == "compare":
            self._compare(payload)
        else:
            self._reload(payload)
        for model in self._tables.values():
            model.whole_images = self._whole_images

    def _compare(self, snapshot):
        for title, (_, rows) in snapshot.items():
            if title not in self.problems:
                self._compare_one(title, self._tables[title], rows)

    def _compare_one(self, title, model, rows):
        try:
            values = model.compare(rows)
        except Difference as problem:
            self.problems[title] = f"{table_name(*title)} at mark {self._next_mark - 1}: {problem}"
            return
        self.rows += len(rows)
        self.values += values
        self.learned += model.learned
        self.ambiguous += values == 0 and bool(rows)

    def _reload(self, snapshot):
        for title, model in self._coming.items():
            if title in snapshot and title not in self.problems:
                self._compare_one(title, model, snapshot[title][1])
        self._coming = {}
        self._tables = {title: Model(shape, rows) for title, (shape, rows) in snapshot.items()}
