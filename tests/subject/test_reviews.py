"""The reviews: what they hold, and that nothing gives the class away but what says it."""

import numpy as np
import pytest

from helpers.grammar import Draw, fill
from helpers.heads import BagOfWords
from helpers.losses import cross_entropy
from helpers.optim import Adam
from helpers.reviews import (
    BAD,
    GOOD,
    INTENSIFIERS,
    LONGEST,
    NEGATIONS,
    NEUTRAL,
    OPENINGS,
    THINGS,
    WHO,
    make_reviews,
    statistics,
)
from helpers.training import fit
from helpers.vocabulary import UNKNOWN, Vocabulary, tokens, with_neighbours

PARTS = make_reviews(rng=np.random.default_rng(0))
SIDES = {word for side in (GOOD, BAD) for words in side.values() for word in words}


def accuracy_by(features):
    """Of a logistic regression that sees of each review only what `features` says of it."""
    rows = [[list(features(text)) for text in part.texts] for part in (PARTS.train, PARTS.test)]
    vocabulary = Vocabulary(rows[0])
    (X, X_test), y = map(vocabulary.encode, rows), PARTS.train.y
    model = BagOfWords(len(vocabulary), 2)
    rng = np.random.default_rng(0)
    how = {"epochs": 4, "batch_size": 100, "rng": rng, "progress": False}
    fit(model, cross_entropy, Adam(0.01), (X, y), **how)
    return np.mean(model(X_test).data.argmax(1) == PARTS.test.y)


def those(words):
    return lambda text: [word for word in tokens(text) if word in words]


def phrases(options):
    return lambda text: [phrase for phrase in options if phrase in text]


SILENT = {
    "openings": phrases(OPENINGS),
    "neutral sentences": phrases(NEUTRAL),
    "negations": those(NEGATIONS),
    "things": those({thing for things in THINGS.values() for thing in things}),
    "topics": lambda text: [
        topic for topic, things in THINGS.items() if set(things) & set(tokens(text))
    ],
    "intensifiers": those(INTENSIFIERS),
    "who judges": phrases(WHO),
    "length": lambda text: [str(len(tokens(text)))],
    "marks": those(",."),
    "all but adjectives and verbs, and pairs of them": lambda text: with_neighbours(
        ["…" if word in SIDES else word for word in tokens(text)], 2
    ),
}


@pytest.mark.parametrize("name", SILENT)
def test_what_must_say_nothing_says_nothing(name):
    assert accuracy_by(SILENT[name]) == pytest.approx(0.5, abs=4 * 0.5 / 1000**0.5)


def test_adjectives_and_verbs_do_say_something():
    assert accuracy_by(those(SIDES)) > 0.75


def test_every_kind_holds_as_many_good_as_bad():
    for part in PARTS:
        found = statistics(part)
        for kind in ("plain", "negated", "contrast"):
            n = found["reviews"] * found[kind]
            assert found[f"good, {kind}"] == pytest.approx(0.5, abs=4.5 * 0.5 / n**0.5)


def test_the_mix_is_as_stated():
    found = statistics(PARTS.train)
    assert found["reviews"] == 12_000 and found["words"] < 260
    assert found["plain"] == pytest.approx(0.65, abs=0.02)
    assert found["negated"] == pytest.approx(0.15, abs=0.02)
    assert found["contrast"] == pytest.approx(0.20, abs=0.02)
    assert 4 <= found["shortest"] and found["longest"] <= LONGEST
    assert found["mean length"] == pytest.approx(13, abs=0.5)


def test_no_review_occurs_twice_in_any_parts():
    texts = [text for part in PARTS for text in part.texts]
    assert len(set(texts)) == len(texts) == 12_000 + 600 + 1_000 + 600 + 600


def test_all_words_of_all_parts_are_known_from_training():
    vocabulary = Vocabulary(PARTS.train.texts)
    for part in PARTS:
        assert not (vocabulary.encode(part.texts) == UNKNOWN).any()


def test_the_same_seed_writes_the_same_reviews():
    one, other = (make_reviews(50, rng=np.random.default_rng(7)) for _ in range(2))
    assert one.train.texts == other.train.texts and (one.test.y == other.test.y).all()
    assert make_reviews(50, rng=np.random.default_rng(8)).train.texts != one.train.texts


def negated_words(part):
    """Words of a side in the only clause of reviews of the kind "negated"."""
    rows = [tokens(text) for text, kind in zip(part.texts, part.kinds) if kind == "negated"]
    return {word for row in rows if "and" not in row for word in row if word in SIDES}


def test_the_words_that_are_turned_in_pairs_were_never_turned_before():
    before = negated_words(PARTS.train)
    turned = negated_words(PARTS.pairs)
    assert len(before) > 50 and len(turned) > 20 and not before & turned
    everywhere = {word for text in PARTS.train.texts for word in tokens(text)}
    assert turned <= everywhere, "they are known from plain sentences"


def test_the_held_out_frames_occur_in_their_part_only():
    new = ("did not seem", "there was nothing", "it is true that", "this is not")
    for phrase in new[1:]:
        assert any(phrase in text for text in PARTS.frames.texts)
        others = [text for part in PARTS[:4] for text in part.texts]
        assert not any(phrase in text for text in others)
    assert not any(new[0] in text for text in PARTS.frames.texts)


def test_contrast_and_turned_may_be_left_out():
    parts = make_reviews(200, contrast=0, turned=0, rng=np.random.default_rng(0))
    assert set(parts.train.kinds) == {"plain"}


@pytest.mark.parametrize(
    "make, error, message",
    [
        (lambda rng: make_reviews(0, rng=rng), ValueError, "train must be a whole number ≥ 1"),
        (lambda rng: make_reviews(10, others=0, rng=rng), ValueError, "pairs must be a whole"),
        (lambda rng: make_reviews(10, contrast=1.5, rng=rng), ValueError, "contrast must be"),
        (lambda rng: make_reviews(10, turned=-1, rng=rng), ValueError, "turned must be"),
        (lambda rng: make_reviews(10, rng=0), TypeError, "rng must be a numpy Generator, got 0"),
    ],
)
def test_wrong_sizes_and_shares_are_named(make, error, message):
    with pytest.raises(error, match=message):
        make(np.random.default_rng(0))


def test_draws_are_even_and_follow_the_generator():
    draw = Draw(np.random.default_rng(0))
    counts = np.bincount([draw.one(range(5)) for _ in range(20_000)])
    np.testing.assert_allclose(counts, 4_000, atol=5 * 57)
    assert np.mean([draw.chance(0.3) for _ in range(20_000)]) == pytest.approx(0.3, abs=0.015)


def test_a_frame_is_filled_anew_at_each_place():
    names = iter(["anna", "ben"])
    assert fill("P met P", {"P": lambda: next(names)}) == "anna met ben"
