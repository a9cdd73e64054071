"""SQL text: names and strings that are right whatever the session's character set and modes are."""

from harness.oracle import quoted

__all__ = ["quoted", "table_name", "text", "binary", "some", "maybe"]


def table_name(database, name):
    return f"{quoted(database)}.{quoted(name)}"


def text(value):
    """A string literal; hexadecimal unless it is harmless ASCII."""
    if value.isascii() and value.isprintable() and "\\" not in value and "'" not in value:
        return f"'{value}'"
    return f"_utf8mb4 x'{value.encode().hex()}'"


def binary(value):
    return f"x'{value.hex()}'" if value else "''"


def some(rng, items, least=1, most=None):
    """A random selection of them, in their order."""
    items = list(items)
    count = rng.randint(least, min(len(items), most or len(items)))
    return [items[i] for i in sorted(rng.sample(range(len(items)), count))]


def maybe(rng, probability):
    return rng.random() < probability
