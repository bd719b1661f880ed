"""Tags for the words of a sentence: BIO, which marks where names begin and how far they go.

    jordan   met   the   mayor   of   new     york
    B-PER    O     O     O       O    B-LOC   I-LOC

B-PER begins a name of a person, I-PER goes on with it, O is outside of all names. Ramshaw and
Marcus (1995), Text chunking using transformation-based learning.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from helpers.checks import Array, whole
from helpers.losses import token_cross_entropy

OUTSIDE = "O"


class Tagged(NamedTuple):
    """Sentences as rows of words, and a tag for each word."""

    words: tuple[tuple[str, ...], ...]
    tags: tuple[tuple[str, ...], ...]


class Entity(NamedTuple):
    """A name: its kind, the place of its first word, and the place after its last."""

    kind: str
    start: int
    stop: int


def entities(tags: Sequence[str]) -> list[Entity]:
    """The names that the tags of one sentence mark, in their order.

    An I- that goes on with nothing, as models may say, begins a name, as in the CoNLL evaluation
    (Tjong Kim Sang and De Meulder, 2003). Raises ValueError for what is no tag.

    >>> entities(["B-PER", "O", "B-LOC", "I-LOC", "I-ORG"])[1:]
    [Entity(kind='LOC', start=2, stop=4), Entity(kind='ORG', start=4, stop=5)]
    """
    found: list[Entity] = []
    for place, tag in enumerate(tags):
        mark, kind = split_tag(tag)
        goes_on = found and found[-1].stop == place and found[-1].kind == kind
        if mark == "I" and goes_on:
            found[-1] = found[-1]._replace(stop=place + 1)
        elif mark != OUTSIDE:
            found.append(Entity(kind, place, place + 1))
    return found


def split_tag(tag: str) -> tuple[str, str]:
    """("B", "PER") of "B-PER", and ("O", "") of "O". Raises ValueError for what is no tag.

    >>> split_tag("E-PER")
    Traceback (most recent call last):
    ValueError: 'E-PER' is no BIO tag; expected O, or B- or I- and a kind, such as B-PER
    """
    mark, _, kind = tag.partition("-")
    if tag != OUTSIDE and not (mark in ("B", "I") and kind):
        raise ValueError(
            f"{tag!r} is no BIO tag; expected O, or B- or I- and a kind, such as B-PER"
        )
    return mark, kind


def stray(tags: Sequence[str]) -> int | None:
    """The place of the first I- that goes on with nothing of its kind, None where there is none.

    Raises ValueError for what is no tag.

    >>> stray(["B-PER", "I-PER", "O", "I-PER"]), stray(["B-PER", "I-PER"])
    (3, None)
    """
    before = ""
    for place, tag in enumerate(tags):
        mark, kind = split_tag(tag)
        if mark == "I" and kind != before:
            return place
        before = kind
    return None


class TagSet:
    """Numbers for tags: O is 0, then B- and I- of each kind that occurs, in alphabetical order.

    `names` are all tags by number. Raises ValueError for what is no tag.

    >>> tags = TagSet([["B-PER", "O"], ["O", "B-LOC", "O"]])
    >>> tags.names
    ('O', 'B-LOC', 'I-LOC', 'B-PER', 'I-PER')
    >>> y = tags.encode([["B-PER", "O"], ["O", "B-LOC", "O"]])
    >>> y.tolist(), tags.decode(y, y)
    ([[3, 0, -100], [0, 1, 0]], [('B-PER', 'O'), ('O', 'B-LOC', 'O')])
    """

    def __init__(self, rows: Iterable[Sequence[str]]):
        kinds = sorted({split_tag(tag)[1] for row in rows for tag in row} - {""})
        self.names = (OUTSIDE, *(f"{mark}-{kind}" for kind in kinds for mark in "BI"))
        self._numbers = {name: number for number, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    def encode(self, rows: Sequence[Sequence[str]], length: int | None = None) -> Array:
        """Tags as numbers (N, T), with −100 where there is no word.

        T is `length`, after which a longer row is cut, or that of the longest. Raises ValueError
        for a tag that is not among `names`, and where there are no rows.
        """
        if len(rows) == 0:
            raise ValueError("there are no sentences; expected rows of tags")
        if length is None:
            length = max(1, *map(len, rows))
        table = np.full((len(rows), whole("length", length)), token_cross_entropy.ignored)
        for places, row in zip(table, rows):
            for place, tag in enumerate(row[:length]):
                if tag not in self._numbers:
                    raise ValueError(f"unknown tag {tag!r}; known are {', '.join(self.names)}")
                places[place] = self._numbers[tag]
        return table

    def decode(self, numbers: Array, y: Array) -> list[tuple[str, ...]]:
        """The tags of the words of each sentence; numbers: (N, T), or logits (N, T, K).

        y: (N, T), −100 where there is no word. Raises ValueError where the shapes do not fit.
        """
        numbers, y = np.asarray(numbers), np.asarray(y)
        if numbers.shape == (*y.shape, len(self)):
            numbers = numbers.argmax(-1)
        if numbers.shape != y.shape or y.ndim != 2:
            raise ValueError(
                f"expected tags (N, T) or logits (N, T, {len(self)}), and y (N, T); got "
                f"{numbers.shape} and {y.shape}"
            )
        are_words = y != token_cross_entropy.ignored
        return [
            tuple(self.names[number] for number in row[kept])
            for row, kept in zip(numbers, are_words)
        ]
