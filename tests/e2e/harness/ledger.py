"""Whether every committed outbox row is in Kafka: the table against the messages."""

import collections

from .kafka import header


class Ledger:
    """`rows`: (id, key) of every committed row, each key's in commit order. `messages`: as consumed; the id is
    the header `id` unless `id_of` says otherwise. Ids and keys are compared as text."""

    def __init__(self, rows, messages, id_of=None):
        id_of = id_of or (lambda message: header(message, "id"))
        self.rows = [(str(row_id), str(key)) for row_id, key in rows]
        arrived = collections.defaultdict(list)
        for message in messages:
            arrived[id_of(message)].append(message)
        committed = {row_id for row_id, _ in self.rows}

        self.delivered = len(messages)
        self.lost = [row_id for row_id, _ in self.rows if row_id not in arrived]
        self.unknown = [row_id for row_id in arrived if row_id not in committed]
        self.repeated = [row_id for row_id, copies in arrived.items() if len(copies) > 1]
        self.differing = [row_id for row_id, copies in arrived.items() if len(set(map(_content, copies))) > 1]
        self.disordered = self._disordered(messages, id_of)

    def _disordered(self, messages, id_of):
        """Keys whose messages, repeats left out, come in another order than their rows."""
        expected = collections.defaultdict(list)
        for row_id, key in self.rows:
            expected[key].append(row_id)
        key_of = dict(self.rows)
        seen, order = set(), collections.defaultdict(list)
        for message in messages:
            row_id = id_of(message)
            if row_id in key_of and row_id not in seen:
                seen.add(row_id)
                order[key_of[row_id]].append(row_id)
        return [key for key, ids in expected.items() if [each for each in ids if each in seen] != order[key]]

    def __str__(self):
        text = f"{len(self.rows)} rows committed, {self.delivered} messages, {len(self.repeated)} ids repeated"
        for name in ("lost", "unknown", "differing", "disordered"):
            found = getattr(self, name)
            if found:
                text += f"; {len(found)} {name}: {', '.join(map(str, found[:5]))}{' …' if len(found) > 5 else ''}"
        return text

    @property
    def complete(self):
        return not self.lost

    def verify(self, repeats=True):
        """Every row is there, nothing else is, in order; and each once unless repeats are allowed."""
        wrong = self.lost or self.unknown or self.differing or self.disordered
        assert not wrong and (repeats or not self.repeated), f"the ledger does not balance: {self}"
        return self


def _content(message):
    return message.topic, message.partition, message.key, message.value, tuple(message.headers)
