"""Sentences with names of people, places and organisations, made by a grammar, with their tags.

All in lower case, for capitals would give the names away. Two of five names hold a word that may
be any of the three: jordan smiled, jordan lies on the coast, jordan hired five hundred workers.
What it is only the sentence tells, and in half of the sentences only what comes after it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from helpers.checks import whole
from helpers.grammar import Draw
from helpers.tags import OUTSIDE, Tagged, entities

FIRST = (
    "anna ben clara david emma felix grace henry irene james karen lucas maria noah olga peter "
    "quentin rosa simon tessa ulrich vera walter xenia yusuf zoe alice bruno cecilia dmitri elena "
    "frank gloria hugo ingrid julia kevin laura martin nina oscar paula robert sofia thomas ursula "
    "victor wendy amir leila"
).split()
LAST = (
    "adams baker carter dawson evans fischer garcia hansen ivanov jensen keller larsen miller "
    "novak olsen parker quinn roberts schmidt taylor ueda vogel walker young zimmer andersen "
    "bauer costa dubois eriksson ferrari gupta hoffmann ibrahim johnson kowalski lopez meyer "
    "nakamura okafor petrov rossi santos tanaka urban varga weber yamada zhang silva"
).split()
CITIES = (
    "oslo dublin tampere turin vienna prague lisbon madrid athens berlin hamburg munich cologne "
    "zurich geneva basel milan naples palermo krakow warsaw gdansk riga tallinn vilnius bergen "
    "malmo uppsala aarhus odense ghent antwerp utrecht rotterdam lyon nantes bordeaux toulouse "
    "seville valencia porto braga cork galway leeds bristol cardiff glasgow osaka kyoto"
).split()
BRANDS = (
    "novatek bricon atlas veridia solaris quantico mirafone helvox tristar omnitech datacore "
    "greenleaf bluepeak ironworks skyline nordica zentra vitalis aerolux petronova finbank "
    "medicor agrisol transcom polymark electra unisteel cargolux interfood maxwear"
).split()
ANY = (
    "jordan paris washington ford hilton lincoln austin dallas houston madison jackson hudson "
    "sydney florence victoria charlotte georgia virginia savannah chelsea kent wellington darwin "
    "nelson cleveland columbus franklin hamilton phoenix logan montgomery raleigh sheffield "
    "lancaster york stafford derby clinton lloyd morgan kellogg dell disney heinz mercedes siemens"
).split()
NUMBERS = "two three four five six seven eight nine twenty thirty".split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()

# P a person, L a place, O an organisation, N a number, D a day. The last HELD_OUT frames occur in
# the text without tags and in the part `frames`, but in no other sentence with tags.
FRAMES = (
    "P smiled and closed the door",
    "L lies on the coast",
    "O hired N hundred workers",
    "P was born in L",
    "P works for O in L",
    "the mayor of L met P on D",
    "shares of O fell on D",
    "P and P got married in L",
    "O opened a new office in L",
    "the train to L leaves at N",
    "my neighbour P plays the piano",
    "O reported a loss of N million",
    "P said that O would pay",
    "L has N bridges and a castle",
    "tourists love L in the spring",
    "doctor P will see you on D",
    "the headquarters of O are in L",
    "P told her mother about it",
    "O bought O for N million",
    "P moved from L to L",
    "it rained in L all D",
    "the engineers at O built an engine",
    "P laughed and told him the story",
    "L elected a new mayor on D",
    "O cut N hundred jobs",
    "the streets of L were empty",
    "P forgot his umbrella again",
    "P left O after N years",
    "O sued O on D",
    "the river flows through L",
    "aunt P baked N cakes",
    "L hosted the games last year",
    "O raised its prices on D",
    "we flew to L on D",
    "P wrote N books about L",
    "analysts expect O to grow",
    "P slept badly in L",
    "customers of O complained on D",
    "L was covered in snow",
    "P founded O in L",
    "according to P the talks failed",
    "O paid its workers on D",
    "P called her mother from L",
    "L is N miles from the coast",
    "O sold its office in L",
    "P met the engineers at O",
    "L has a new castle",
    "O will build an engine for O",
    "P closed the door and slept",
)
HELD_OUT = 7
AMBIGUOUS = 0.4  # the share of names with a word of ANY
ALONE = 0.6  # how often an ambiguous name is this one word, so that the kinds are equal there too
UNTAGGED_HELD_OUT = 0.15  # of the sentences without tags, the share built by a frame held out
KINDS = {"P": "PER", "L": "LOC", "O": "ORG"}

Words = tuple[str, ...]


class Parts(NamedTuple):
    """Text without tags to pre-train on, and tagged sentences to fit, to choose, and to test."""

    text: tuple[Words, ...]
    train: Tagged
    val: Tagged
    test: Tagged
    frames: Tagged  # built in ways that occur in the text, and in no other tagged sentence


def make_sentences(
    text: int = 20_000,
    *,
    train: int = 800,
    val: int = 200,
    test: int = 600,
    frames: int = 400,
    rng: np.random.Generator,
) -> Parts:
    """Sentences with names, in five parts; none occurs twice.

    Raises ValueError for a size below 1.

    >>> parts = make_sentences(100, rng=np.random.default_rng(0))
    >>> " ".join(parts.train.words[0]), parts.train.tags[0]
    ('north palermo has three bridges and a castle',
     ('B-LOC', 'I-LOC', 'O', 'O', 'O', 'O', 'O', 'O'))
    """
    draw = Draw(rng)
    seen: set[Words] = set()
    known, new = FRAMES[:-HELD_OUT], FRAMES[-HELD_OUT:]
    tagged = {
        name: _collect(draw, whole(name, size), new if name == "frames" else known, seen)
        for name, size in {"train": train, "val": val, "test": test, "frames": frames}.items()
    }
    of_new = max(1, round(UNTAGGED_HELD_OUT * whole("text", text, low=2)))
    rows = (
        _collect(draw, of_new, new, seen).words + _collect(draw, text - of_new, known, seen).words
    )
    order = rng.permutation(text)
    return Parts(tuple(rows[i] for i in order), **tagged)


def _collect(draw: Draw, size: int, frames: Sequence[str], seen: set[Words]) -> Tagged:
    """Sentences that were not seen before, of these frames."""
    words: list[Words] = []
    tags: list[Words] = []
    while len(words) < size:
        sentence, marks = _sentence(draw, draw.one(frames))
        if sentence not in seen:
            seen.add(sentence)
            words.append(sentence)
            tags.append(marks)
    return Tagged(tuple(words), tuple(tags))


def _sentence(draw: Draw, frame: str) -> tuple[Words, Words]:
    """The words and tags of a sentence built by the frame."""
    words: list[str] = []
    tags: list[str] = []
    makers = {"P": _person, "L": _place, "O": _organisation}
    for word in frame.split():
        if word in makers:
            name = makers[word](draw).split()
            words += name
            tags += [f"B-{KINDS[word]}", *[f"I-{KINDS[word]}"] * (len(name) - 1)]
        else:
            words.append(draw.one({"N": NUMBERS, "D": DAYS}.get(word, [word])))
            tags.append(OUTSIDE)
    return tuple(words), tuple(tags)


def _person(draw: Draw) -> str:
    """jordan, anna jordan, anna, baker, anna baker."""
    if draw.chance(AMBIGUOUS):
        name = draw.one(ANY)
        return name if draw.chance(ALONE) else f"{draw.one(FIRST)} {name}"
    first, last = draw.one(FIRST), draw.one(LAST)
    return draw.one((first, last, f"{first} {last}", f"{first} {last}"))


def _place(draw: Draw) -> str:
    """jordan, oslo, new jordan, port oslo, oslo beach."""
    name = draw.one(ANY if draw.chance(AMBIGUOUS) else CITIES)
    if draw.chance(ALONE):
        return name
    if draw.chance(0.5):
        return f"{draw.one(('new', 'north', 'port'))} {name}"
    return f"{name} {draw.one(('city', 'beach', 'valley'))}"


def _organisation(draw: Draw) -> str:
    """jordan, jordan bank, novatek, bank of oslo, university of oslo, baker and costa."""
    if draw.chance(AMBIGUOUS):
        name = draw.one(ANY)
        return name if draw.chance(ALONE) else f"{name} {draw.one(('bank', 'motors', 'foods'))}"
    longer = (
        f"{draw.one(BRANDS)} {draw.one(('bank', 'motors', 'foods'))}",
        f"bank of {draw.one(CITIES)}",
        f"university of {draw.one(CITIES)}",
        f"{draw.one(LAST)} and {draw.one(LAST)}",
    )
    return draw.one(BRANDS) if draw.chance(ALONE) else draw.one(longer)


def statistics(sentences: Tagged) -> dict[str, float]:
    """What tagged sentences hold: how many, how long, how many names of each kind.

    "ambiguous": the share of names with a word that may be of any kind; "one word": of names.

    >>> parts = make_sentences(100, rng=np.random.default_rng(0))
    >>> {name: round(value, 2) for name, value in statistics(parts.train).items()}
    {'sentences': 800, 'words': 365, 'shortest': 5, 'mean length': 6.74, 'longest': 10,
     'names': 1152, 'one word': 0.58, 'ambiguous': 0.44, 'PER': 0.32, 'LOC': 0.35, 'ORG': 0.33}
    """
    lengths = list(map(len, sentences.words))
    names = [
        (entity.kind, words[entity.start : entity.stop])
        for words, tags in zip(sentences.words, sentences.tags)
        for entity in entities(tags)
    ]
    found: dict[str, float] = {
        "sentences": len(lengths),
        "words": len({word for words in sentences.words for word in words}),
        "shortest": min(lengths),
        "mean length": float(np.mean(lengths)),
        "longest": max(lengths),
        "names": len(names),
        "one word": float(np.mean([len(name) == 1 for _, name in names])),
        "ambiguous": float(np.mean([not set(ANY).isdisjoint(name) for _, name in names])),
    }
    for kind in KINDS.values():
        found[kind] = float(np.mean([of_kind == kind for of_kind, _ in names]))
    return found
