"""A page of which parts are written by a program, each between two markers; the text around them is ours."""

import re
from pathlib import Path


def markers(name: str) -> tuple[str, str]:
    return f"<!-- bench/report: {name} -->", f"<!-- end: {name} -->"


def skeleton(name: str) -> str:
    """A part that is still empty."""
    begin, end = markers(name)
    return f"{begin}\n{end}\n"


def update(path: Path, empty: str, parts: dict[str, str]):
    """Writes the parts into the page, or into `empty` where there is no page yet. A part without its markers is an error."""
    text = path.read_text() if path.exists() else empty
    for name, content in parts.items():
        begin, end = markers(name)
        text, found = re.subn(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: f"{begin}\n\n{content.strip()}\n\n{end}", text, flags=re.DOTALL)
        if found != 1:
            raise SystemExit(f"report: {path} has {found} places marked {begin!r}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]) + "\n"
