"""Three kinds of plots as SVG text: horizontal bars with their spread, lines over logarithmic axes, and lines over time."""

import math
from html import escape

COLOURS = ("#1b7f5c", "#b5651d", "#3b6fb6", "#8a4fa3", "#777777")
FONT = "font-family='sans-serif' font-size='12'"


def document(width: int, height: int, parts: list[str]) -> str:
    return (f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' viewBox='0 0 {width} {height}' {FONT}>\n"
            f"<rect width='{width}' height='{height}' fill='white'/>\n" + "\n".join(parts) + "\n</svg>\n")


def text(x: float, y: float, words: str, anchor: str = "start", more: str = "") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' fill='#222' {more}>{escape(words)}</text>"


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, more: str = "") -> str:
    return f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}' stroke-width='{width}' {more}/>"


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def bars(title: str, unit: str, rows: dict[str, dict[str, float]]) -> str:
    """A bar for each row at its `median`, with a line from `min` to `max`. Begins at zero."""
    left, width, step = 130, 700, 30
    most = max(row["max"] for row in rows.values()) or 1
    scale = (width - left - 110) / most
    parts = [text(10, 20, f"{title} ({unit})", more="font-weight='bold'")]
    for number, (name, row) in enumerate(rows.items()):
        y, colour = 36 + number * step, COLOURS[number % len(COLOURS)]
        parts += [text(left - 8, y + 15, name, "end"),
                  f"<rect x='{left}' y='{y}' width='{row['median'] * scale:.1f}' height='20' fill='{colour}'/>",
                  line(left + row["min"] * scale, y + 10, left + row["max"] * scale, y + 10, "#222", 1.5),
                  *(line(left + row[end] * scale, y + 5, left + row[end] * scale, y + 15, "#222", 1.5) for end in ("min", "max")),
                  text(left + row["max"] * scale + 8, y + 15, shown(row["median"]))]
    return document(width, 46 + len(rows) * step, parts)


def lines(title: str, x_name: str, y_name: str, series: dict[str, list[tuple[float, float]]], dashed: tuple[str, ...] = ()) -> str:
    """A line for each series of (x, y) over two logarithmic axes; series of one name before ` p` share a colour."""
    left, top, width, height = 70, 36, 720, 400
    right, bottom = width - 190, height - 50
    points = [point for row in series.values() for point in row]
    (x_low, x_high), (y_low, y_high) = ((min(values), max(values)) for values in zip(*points))
    y_low, y_high = 10 ** math.floor(math.log10(y_low)), 10 ** math.ceil(math.log10(y_high) + 1e-9)

    def place(value: float, low: float, high: float, start: float, end: float) -> float:
        return start + (end - start) * (math.log10(value / low) / math.log10(high / low) if high > low else 0.5)
    parts = [text(10, 20, title, more="font-weight='bold'"), text((left + right) / 2, height - 10, x_name, "middle"),
             text(16, (top + bottom) / 2, y_name, "middle", f"transform='rotate(-90 16 {(top + bottom) / 2:.0f})'")]
    for power in range(round(math.log10(y_low)), round(math.log10(y_high)) + 1):
        y = place(10 ** power, y_low, y_high, bottom, top)
        parts += [line(left, y, right, y, "#ddd"), text(left - 6, y + 4, shown(10 ** power), "end")]
    for value in sorted({point[0] for point in points}):
        x = place(value, x_low, x_high, left, right)
        parts += [line(x, top, x, bottom, "#eee"), text(x, bottom + 16, shown(value), "middle")]
    colours: dict[str, str] = {}
    for number, (name, row) in enumerate(series.items()):
        colour = colours.setdefault(name.rpartition(" ")[0], COLOURS[len(colours) % len(COLOURS)])
        more = "stroke-dasharray='5 4'" if name.endswith(dashed) else ""
        placed = [(place(x, x_low, x_high, left, right), place(y, y_low, y_high, bottom, top)) for x, y in row]
        parts.append(f"<polyline points='{' '.join(f'{x:.1f},{y:.1f}' for x, y in placed)}' fill='none' stroke='{colour}' stroke-width='2' {more}/>")
        parts += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour}'/>" for x, y in placed]
        y = top + 10 + number * 18
        parts += [line(right + 12, y, right + 36, y, colour, 2, more), text(right + 42, y + 4, name)]
    return document(width, height, parts)


def timeline(title: str, x_name: str, y_name: str, series: dict[str, list[tuple[float, float]]], marks: dict[str, float] | None = None) -> str:
    """A line for each series of (x, y) over two linear axes, the second from zero; `marks` are vertical lines with a name."""
    left, top, width, height = 70, 36, 720, 320
    right, bottom = width - 190, height - 50
    points = [point for row in series.values() for point in row]
    x_most, y_most = max(x for x, _ in points) or 1, ceiling(max(y for _, y in points))

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (right - left) * x / x_most, bottom - (bottom - top) * y / y_most
    parts = [text(10, 20, title, more="font-weight='bold'"), text((left + right) / 2, height - 10, x_name, "middle"),
             text(16, (top + bottom) / 2, y_name, "middle", f"transform='rotate(-90 16 {(top + bottom) / 2:.0f})'")]
    for step in range(5):
        (x, y), value = place(x_most * step / 4, y_most * step / 4), y_most * step / 4
        parts += [line(left, y, right, y, "#ddd"), text(left - 6, y + 4, shown(value), "end"), text(x, bottom + 16, shown(x_most * step / 4), "middle")]
    for name, x in (marks or {}).items():
        at = place(x, 0)[0]
        parts += [line(at, top, at, bottom, "#999", 1, "stroke-dasharray='5 4'"), text(at + 4, top + 10, name)]
    for number, (name, row) in enumerate(series.items()):
        colour, y = COLOURS[number % len(COLOURS)], top + 10 + number * 18
        parts.append(f"<polyline points='{' '.join(f'{x:.1f},{y:.1f}' for x, y in (place(*point) for point in thinned(row)))}' fill='none' "
                     f"stroke='{colour}' stroke-width='1.5'/>")
        parts += [line(right + 12, y, right + 36, y, colour, 2), text(right + 42, y + 4, name)]
    return document(width, height, parts)


def ceiling(value: float) -> float:
    """The next of 1, 2, 4, 8 times a power of ten."""
    power = 10 ** math.floor(math.log10(value or 1))
    return next(times * power for times in (1, 2, 4, 8, 10) if value <= times * power)


def thinned(points: list[tuple[float, float]], most: int = 600) -> list[tuple[float, float]]:
    """The highest of each few."""
    few = math.ceil(len(points) / most)
    return [max(points[at:at + few], key=lambda point: point[1]) for at in range(0, len(points), few)]
