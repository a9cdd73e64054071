"""Makes a failing round small: fewer steps, then smaller steps, as long as it still fails in the same way."""

import re
import time

from .steps import Mark


def kind_of(text):
    """What stays the same of a problem when names, values and places become others."""
    text = text.splitlines()[0]
    text = re.sub(r"^`.*?`(: | at mark \d+: )|^rowferry .* row \d+: ", "", text)
    text = re.sub(r"(column|key|row|by|line for|before image:) .*?(?=,| is | in the | was |: before|: row|$)", r"\1", text)
    return re.sub(r"\W+|\d+", " ", text)[:40]


_SHAPES = ("CREATE TABLE", "ALTER", "RENAME", "DROP")


def is_sound(steps):
    """Whether the checker sees every table's shape: what changes one is followed by a reload before rows come."""
    changed = False
    for step in steps:
        if isinstance(step, Mark):
            changed &= step.kind != "reload"
            if changed and step.kind == "compare":
                return False
        elif step.tables and not step.render().startswith(_SHAPES):
            if changed:
                return False
        else:
            changed |= bool(step.tables)
    return True


class Shrinker:
    """`fails(steps)` says whether these steps still show the problem. It is asked until `seconds` have passed."""

    def __init__(self, fails, seconds):
        self._fails, self._end = fails, time.monotonic() + seconds

    def _still(self, steps):
        return time.monotonic() < self._end and is_sound(steps) and self._fails(steps)

    def shrink(self, steps, title=None):
        if title is not None:
            steps = self._of_table(steps, title)
        steps = self._fewer(steps)
        return self._smaller(steps)

    def _of_table(self, steps, title):
        """Only what names the table; renames may make that too little."""
        only = [s for s in steps if not s.tables or title in s.tables]
        return only if self._still(only) else steps

    def _fewer(self, steps):
        """Leaves out ever shorter runs of steps."""
        size = max(1, len(steps) // 2)
        while True:
            at, before = 0, len(steps)
            while at < len(steps):
                rest = steps[:at] + steps[at + size :]
                if rest != steps and self._still(rest):
                    steps = rest
                else:
                    at += size
            if size == 1 and len(steps) == before or time.monotonic() > self._end:
                return steps
            size = max(1, size // 2)

    def _smaller(self, steps):
        """Each step by a smaller one, until no step can be."""
        changed = True
        while changed and time.monotonic() < self._end:
            changed = False
            for i in range(len(steps)):
                one = self._smallest(steps, i)
                changed |= one is not steps[i]
                steps = [*steps[:i], one, *steps[i + 1 :]]
        return steps

    def _smallest(self, steps, i):
        step, found = steps[i], True
        while found:
            found = next((s for s in step.smaller() if self._still([*steps[:i], s, *steps[i + 1 :]])), None)
            step = found or step
        return step


def script(steps, seed, version, problem):
    """The steps as SQL that a client can run, with what went wrong in front."""
    head = [f"seed {seed}, {version}", *problem.splitlines()]
    lines = [f"-- {line}" for line in head]
    for step in steps:
        lines.append(f"-- mark: {step.kind}" if isinstance(step, Mark) and not step.image else f"{step.render()};")
    return "\n".join(lines) + "\n"
