"""Words into numbers: a text becomes tokens, a token its number in a vocabulary."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from helpers.checks import Array, whole

PADDING, UNKNOWN, HIDDEN = range(3)  # the first numbers of every vocabulary are no words
SPECIAL = ("<pad>", "<unk>", "<mask>")
FIRST_WORD = len(SPECIAL)

_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, its marks as words of their own.

    >>> tokens("The soup wasn't good, at all!")
    ['the', 'soup', "wasn't", 'good', ',', 'at', 'all', '!']
    """
    return _TOKEN.findall(text.lower().replace("’", "'"))


def with_neighbours(words: Sequence[str], n: int) -> list[str]:
    """The words, then all pairs of neighbours, and so on to rows of n words.

    Raises ValueError for an n below 1.

    >>> with_neighbours(["not", "very", "good"], 2)
    ['not', 'very', 'good', 'not very', 'very good']
    """
    return [
        " ".join(words[start : start + size])
        for size in range(1, whole("n", n) + 1)
        for start in range(len(words) - size + 1)
    ]


class Vocabulary:
    """The words that a model knows, numbered: the frequent ones first, from FIRST_WORD = 3 on.

    sentences: texts, or lists of words, such as the training part's; test words that do not occur
    in it are unknown, as the words of the future are. at_least: how often a word must occur.
    `words` are all of them by number, `words[0]` "<pad>". Raises ValueError where no word is left.

    >>> vocabulary = Vocabulary(["the soup was good", "the bed was hard"])
    >>> len(vocabulary), vocabulary.encode(["The bed was lovely!", "good"], length=5).tolist()
    (9, [[3, 5, 4, 1, 1], [6, 0, 0, 0, 0]])
    >>> vocabulary.decode([3, 5, 4, 1, 0])
    ['the', 'bed', 'was', '<unk>']
    """

    def __init__(self, sentences: Iterable[str | Sequence[str]], *, at_least: int = 1):
        whole("at_least", at_least)
        counts = Counter(word for sentence in _as_tokens(sentences) for word in sentence)
        by_count = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        words = [word for word, n in by_count if n >= at_least and word not in SPECIAL]
        if not words:
            raise ValueError(
                f"no word occurs {at_least} times in these sentences; expected texts or lists of "
                "words, and a smaller at_least"
            )
        self.words = (*SPECIAL, *words)
        self._index = {word: i for i, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self._index

    def __getitem__(self, word: str) -> int:
        """The number of a word, UNKNOWN for one that is not known."""
        return self._index.get(word, UNKNOWN)

    def encode(self, sentences: Iterable[str | Sequence[str]], length: int | None = None) -> Array:
        """Word numbers (N, T), filled up with PADDING: T is `length`, or that of the longest.

        A longer sentence is cut after `length` words; one without words is all padding. Raises
        ValueError where there is no sentence, and where all are one text instead of a list.
        """
        rows = [[self[word] for word in sentence] for sentence in _as_tokens(sentences)]
        if not rows:
            raise ValueError("there are no sentences; expected a list of one text at least")
        if length is None:
            length = max(1, *map(len, rows))
        table = np.full((len(rows), whole("length", length)), PADDING)
        for row, numbers in zip(table, rows):
            known = numbers[:length]
            row[: len(known)] = known
        return table

    def decode(self, numbers: Iterable[int]) -> list[str]:
        """The words of a row of numbers, without the padding.

        Raises ValueError for a number that no word has.
        """
        found = []
        for number in numbers:
            whole("a word's number", number, low=0, high=len(self) - 1)
            if number != PADDING:
                found.append(self.words[number])
        return found


def _as_tokens(sentences: Iterable[str | Sequence[str]]) -> Iterator[list[str]]:
    """Each sentence as a list of words. Raises ValueError for a single text."""
    if isinstance(sentences, str):
        raise ValueError(f"expected a list of sentences, got one text {sentences!r}; try [text]")
    for sentence in sentences:
        yield tokens(sentence) if isinstance(sentence, str) else list(sentence)
