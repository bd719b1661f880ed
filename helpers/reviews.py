"""Reviews made by a grammar: good or bad, in clauses of which some are turned by a negation.

    straight    the T was I A              the soup was very good
    turned      the T was not I A          the soup was not very good
    contrast    although L, S              although the soup was good, the bed was hard

T is a thing, A an adjective, V a verb, I an intensifier (in two of five) and W who judges. Of two
clauses in contrast S decides, and L says the opposite. An opening and a neutral sentence, each in
half of the reviews, say nothing. Whether a clause is turned does not depend on the class, so
negations alone say nothing either. No review occurs twice.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from helpers.checks import Array, fraction, whole
from helpers.grammar import Draw, fill
from helpers.vocabulary import tokens

THINGS = {
    "film": "film plot cast script music ending hero dialogue camera story".split(),
    "book": "book novel chapter cover writer prose preface sequel style page".split(),
    "restaurant": "food soup waiter fish bread dessert menu sauce wine salad".split(),
    "hotel": "hotel room bed pool lobby breakfast shower view staff garden".split(),
    "phone": "phone screen battery speaker charger keyboard lens button signal software".split(),
}
# Every third word of a list is turned in no review of the training part: see `Parts.pairs`.
GOOD = {
    "film": "gripping moving witty thrilling clever touching".split(),
    "book": "vivid profound graceful poetic readable charming".split(),
    "restaurant": "tasty fresh delicious crisp tender spicy".split(),
    "hotel": "cosy clean quiet spacious sunny peaceful".split(),
    "phone": "fast sharp sturdy bright reliable responsive".split(),
    "any": "good lovely great nice superb fine wonderful pleasant brilliant perfect "
    "fantastic splendid".split(),
    "verb": "loved liked enjoyed praised admired recommended".split(),
}
BAD = {
    "film": "boring silly predictable tedious shallow confusing".split(),
    "book": "wordy clumsy dry pretentious muddled lifeless".split(),
    "restaurant": "greasy stale soggy burnt salty cold".split(),
    "hotel": "dirty noisy damp cramped smelly shabby".split(),
    "phone": "slow fragile blurry flimsy laggy dim".split(),
    "any": "bad terrible poor horrible dreadful nasty disappointing lousy mediocre miserable "
    "pathetic worthless".split(),
    "verb": "hated disliked regretted cursed loathed returned".split(),
}
INTENSIFIERS = "very really truly rather quite fairly deeply simply".split()
WHO = ("we", "i", "my sister", "they", "my friends", "the others")

# Three of each kind of frame, the last ones, occur in the part `frames` only.
STRAIGHT = (
    "the T was I A",
    "W found the T I A",
    "W V the T",
    "W would call the T I A",
    "there was a I A T",
    "the T seemed I A",
    "this is a I A T",
    "never have i seen a more A T",  # these three hold a negation and turn nothing
    "not only the T was I A",
    "nothing beats such a A T",
    "the T is I A",
    "W call this a I A T",
    "W found a I A T",
)
TURNED = (
    "the T was not I A",
    "the T was never I A",
    "W would not call the T I A",
    "nothing about the T was I A",
    "the T was far from A",
    "the T was anything but A",  # a "but" that joins nothing
    "this is hardly a I A T",
    "no one V the T",
    "W never found the T I A",
    "the T did not seem I A",
    "there was nothing A about the T",
    "this is not a I A T",
    "the T is not I A",
)
CONTRAST = (
    "L but S",
    "although L, S",
    "S even though L",
    "L. still, S",
    "despite a O T, S",
    "S despite a O T",
    "S although L",
    "even though L, S",
    "it is true that L, but S",
)
HELD_OUT = 3
OPENINGS = (
    "to be honest",
    "in short",
    "all in all",
    "last week",
    "as i said",
    "for the record",
    "in a word",
    "after a month",
    "well",
    "it is true",
    "on that day",
    "again",
    "as expected",
    "first of all",
    "you asked",
)
NEUTRAL = (
    "we paid by card",
    "i went with my sister",
    "it was a monday",
    "i had not been there before",
    "my friends came later",
    "we had never tried it before",
    "it was our second time",
    "i wrote this at home",
    "the price was as listed",
    "we came by train",
    "nothing else happened that day",
    "they sent me a message",
)
NEGATIONS = "not never nothing no hardly far anything".split()
TOPICS = tuple(THINGS)
TWO_CLAUSES = 0.3  # of the reviews without a contrast, the share with two clauses that agree
LONGEST = 24  # words in a review
KINDS = ("plain", "negated", "contrast")


class Reviews(NamedTuple):
    """N reviews, whether each is good (1) or bad (0), and of which kind it is.

    "plain" has no turned clause, "negated" one at least, and "contrast" two clauses that disagree.
    """

    texts: tuple[str, ...]
    y: Array  # (N,)
    kinds: Array  # (N,) of KINDS


class Parts(NamedTuple):
    """Reviews to fit, to choose, and three times to test."""

    train: Reviews
    val: Reviews
    test: Reviews  # made as the training part
    pairs: Reviews  # all adjectives and verbs that are turned here were never turned in training
    frames: Reviews  # sentences built in ways that do not occur in training


def make_reviews(
    train: int = 12_000,
    *,
    val: int = 600,
    test: int = 1_000,
    others: int = 600,
    contrast: float = 0.2,
    turned: float = 0.15,
    rng: np.random.Generator,
) -> Parts:
    """Reviews of films, books, restaurants, hotels and phones, in five parts.

    others: the size of `pairs` and of `frames`. contrast: the share of reviews with two clauses
    that disagree. turned: the probability that a clause is turned. Raises ValueError for a size
    below 1, and for a share outside 0 to 1.

    >>> review = make_reviews(100, rng=np.random.default_rng(0)).train
    >>> review.texts[0], int(review.y[0]), str(review.kinds[0])
    ('again, nothing about the dessert was deeply fresh', 0, 'negated')
    """
    sizes = {"train": train, "val": val, "test": test, "pairs": others, "frames": others}
    draw = Draw(rng)
    seen: set[str] = set()
    made = {}
    for name, size in sizes.items():
        writer = _Writer(
            draw,
            fraction("contrast", contrast),
            fraction("turned", turned),
            is_pairs=name == "pairs",
            is_frames=name == "frames",
        )
        made[name] = writer.reviews(whole(name, size), seen)
    return Parts(**made)


@dataclass
class _Writer:
    """Who writes the reviews of one part."""

    draw: Draw
    contrast: float
    turned: float
    is_pairs: bool
    is_frames: bool
    has_turned: bool = False  # whether the present review holds a turned clause

    def reviews(self, size: int, seen: set[str]) -> Reviews:
        """Reviews of which none was seen before, in no part."""
        rows: list[tuple[str, int, str]] = []
        while len(rows) < size:
            label = self.draw.one((0, 1))
            text, kind = self.review(label)
            if text not in seen and len(tokens(text)) <= LONGEST:
                seen.add(text)
                rows.append((text, label, kind))
        texts, labels, kinds = zip(*rows)
        return Reviews(texts, np.array(labels), np.array(kinds))

    def review(self, label: int) -> tuple[str, str]:
        """A review that says good (1) or bad (0), and its kind."""
        draw = self.draw
        topic = draw.one(TOPICS)
        is_contrast = draw.chance(self.contrast)
        frame = "S and S" if draw.chance(TWO_CLAUSES) else "S"
        if is_contrast:
            frame = draw.one(self.allowed(CONTRAST))
        self.has_turned = False
        places = {
            "S": lambda: self.clause(topic, label),
            "L": lambda: self.clause(topic, 1 - label),
            "O": lambda: self.adjective(topic, 1 - label),
            "T": lambda: draw.one(THINGS[topic]),
        }
        text = fill(frame, places)
        if draw.chance(0.5):
            text = f"{draw.one(OPENINGS)}, {text}"
        if draw.chance(0.5):
            text = f"{text}. {draw.one(NEUTRAL)}"
        return text, "contrast" if is_contrast else "negated" if self.has_turned else "plain"

    def clause(self, topic: str, says: int) -> str:
        """A clause that says good (1) or bad (0), by words of the other side where it is turned."""
        draw = self.draw
        is_turned = draw.chance(self.turned)
        self.has_turned |= is_turned
        side = 1 - says if is_turned else says
        places = {
            "T": lambda: draw.one(THINGS[topic]),
            "A": lambda: self.adjective(topic, side, is_turned),
            "V": lambda: self.word("verb", side, is_turned),
            "I": lambda: draw.one(INTENSIFIERS) if draw.chance(0.4) else "",
            "W": lambda: draw.one(WHO),
        }
        return fill(draw.one(self.allowed(TURNED if is_turned else STRAIGHT)), places)

    def adjective(self, topic: str, side: int, is_turned: bool = False) -> str:
        """One that fits any thing, or one that fits the topic."""
        return self.word(topic if self.draw.chance(0.5) else "any", side, is_turned)

    def word(self, group: str, side: int, is_turned: bool) -> str:
        """A word of one side; the words that are turned in `pairs` are turned nowhere else."""
        words = (BAD, GOOD)[side][group]
        if is_turned:
            words = [word for i, word in enumerate(words) if (i % 3 == 2) == self.is_pairs]
        return self.draw.one(words)

    def allowed(self, frames: tuple[str, ...]) -> tuple[str, ...]:
        """The frames of this part."""
        return frames[-HELD_OUT:] if self.is_frames else frames[:-HELD_OUT]


def statistics(reviews: Reviews) -> dict[str, float]:
    """What a table of reviews holds: how many of each kind, how long, and what gives nothing away.

    "good": the share of good reviews; "good, plain" and so on: among those of a kind; "good with a
    negation": among those with a word of NEGATIONS, near ½ where negations alone say nothing.

    >>> parts = make_reviews(2_000, rng=np.random.default_rng(0))
    >>> {name: round(value, 1) for name, value in statistics(parts.train).items()}
    {'reviews': 2000, 'words': 251, 'shortest': 4, 'mean length': 13.2, 'longest': 24, 'good': 0.5,
     'with a negation': 0.6, 'good with a negation': 0.5, 'plain': 0.7, 'good, plain': 0.5,
     'negated': 0.2, 'good, negated': 0.5, 'contrast': 0.2, 'good, contrast': 0.5}
    """
    rows = [tokens(text) for text in reviews.texts]
    lengths = list(map(len, rows))
    has_negation = np.array([not set(NEGATIONS).isdisjoint(row) for row in rows])
    found: dict[str, float] = {
        "reviews": len(rows),
        "words": len({word for row in rows for word in row}),
        "shortest": min(lengths),
        "mean length": float(np.mean(lengths)),
        "longest": max(lengths),
        "good": float(reviews.y.mean()),
        "with a negation": float(has_negation.mean()),
        "good with a negation": float(reviews.y[has_negation].mean()),
    }
    for kind in KINDS:
        is_kind = reviews.kinds == kind
        found[kind] = float(is_kind.mean())
        found[f"good, {kind}"] = float(reviews.y[is_kind].mean())
    return found
