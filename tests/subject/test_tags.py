"""BIO tags, names counted by hand, and the sentences with names that the grammar makes."""

from collections import Counter, defaultdict

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given
from hypothesis import strategies as st

from helpers import names
from helpers.metrics import entity_scores
from helpers.names import make_sentences
from helpers.tags import Entity, TagSet, entities, stray
from helpers.vocabulary import UNKNOWN, Vocabulary

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
rows_of_tags = st.lists(st.sampled_from(TAGS), max_size=8)


# Tags


@pytest.mark.parametrize(
    "tags, expected",
    [
        ("O O", []),
        ("", []),
        ("B-PER", [("PER", 0, 1)]),
        ("B-PER I-PER O B-PER", [("PER", 0, 2), ("PER", 3, 4)]),
        ("B-PER B-PER", [("PER", 0, 1), ("PER", 1, 2)]),
        ("I-PER I-PER", [("PER", 0, 2)]),
        ("B-PER I-LOC I-LOC", [("PER", 0, 1), ("LOC", 1, 3)]),
        ("O I-LOC O I-LOC", [("LOC", 1, 2), ("LOC", 3, 4)]),
        ("B-PER I-PER B-LOC I-LOC", [("PER", 0, 2), ("LOC", 2, 4)]),
    ],
)
def test_names_are_where_the_tags_say(tags, expected):
    assert entities(tags.split()) == [Entity(*one) for one in expected]


@given(rows_of_tags)
def test_names_do_not_overlap_and_cover_all_that_is_not_outside(tags):
    covered = [place for name in entities(tags) for place in range(name.start, name.stop)]
    assert covered == [place for place, tag in enumerate(tags) if tag != "O"]


@given(rows_of_tags)
def test_tags_without_a_stray_one_are_rebuilt_from_their_names(tags):
    rebuilt = ["O"] * len(tags)
    for kind, start, stop in entities(tags):
        rebuilt[start:stop] = [f"B-{kind}"] + [f"I-{kind}"] * (stop - start - 1)
    assert (stray(tags) is None) == (rebuilt == tags)


@pytest.mark.parametrize("tag", ["PER", "B", "B-", "-PER", "E-PER", "S-LOC", "o", "", "b-PER"])
def test_what_is_no_tag_is_named(tag):
    for read in (entities, stray, lambda tags: TagSet([tags])):
        with pytest.raises(ValueError, match=f"'{tag}' is no BIO tag; expected O, or B-"):
            read(["O", tag])


def test_a_tag_that_occurs_only_as_an_i_has_a_number_for_its_b_too():
    assert TagSet([["I-X-Y", "O"]]).names == ("O", "B-X-Y", "I-X-Y")


def test_logits_become_tags_of_words_only_and_longer_rows_are_cut():
    tags = TagSet([TAGS])
    y = tags.encode([["O", "B-PER", "I-PER"], ["B-LOC"]], length=2)
    assert y.tolist() == [[0, 3], [1, -100]]
    logits = np.eye(5)[[[1, 2], [3, 4]]]
    assert tags.decode(logits, y) == [("B-LOC", "I-LOC"), ("B-PER",)]


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda tags: tags.encode([["B-ORG"]]), "unknown tag 'B-ORG'; known are O, B-LOC"),
        (lambda tags: tags.encode([]), "there are no sentences"),
        (
            lambda tags: tags.decode(np.zeros((2, 3)), np.zeros((2, 2))),
            r"got \(2, 3\) and \(2, 2\)",
        ),
        (lambda tags: tags.decode(np.zeros((1, 2, 4)), np.zeros((1, 2))), r"\(N, T, 5\)"),
    ],
)
def test_tags_that_do_not_fit_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make(TagSet([TAGS]))


# Precision, recall and F1 of names, counted by hand


@pytest.mark.parametrize(
    "found, true, right, called, actual",
    [
        ("B-PER O", "B-PER O", 1, 1, 1),
        ("O O", "B-PER O", 0, 0, 1),
        ("B-PER O", "O O", 0, 1, 0),
        ("O O", "O O", 0, 0, 0),
        ("B-PER O", "B-PER I-PER", 0, 1, 1),  # half a name is no name
        ("B-LOC I-LOC", "B-PER I-PER", 0, 1, 1),  # nor is one of another kind
        ("B-PER B-PER", "B-PER I-PER", 0, 2, 1),
        ("I-PER I-PER", "B-PER I-PER", 1, 1, 1),  # a stray I- begins a name
        ("B-PER I-LOC", "B-PER B-LOC", 2, 2, 2),
        ("B-PER I-LOC", "B-PER I-PER", 0, 2, 1),
    ],
)
def test_entity_scores_counted_by_hand(found, true, right, called, actual):
    scores = entity_scores([found.split()], [true.split()])
    assert (scores.right, scores.called, scores.actual) == (right, called, actual)
    assert scores.precision == (right / called if called else 0)
    assert scores.recall == (right / actual if actual else 0)


@given(st.lists(st.tuples(rows_of_tags, st.integers(0, 99)), max_size=5))
def test_entity_scores_are_scikit_learns_where_each_possible_name_is_a_case(cases):
    true = [tags for tags, _ in cases]
    found = [[TAGS[(TAGS.index(t) * (s + i)) % 5] for i, t in enumerate(ts)] for ts, s in cases]
    sets = [{(n, *e) for n, ts in enumerate(rows) for e in entities(ts)} for rows in (found, true)]
    possible = sorted(sets[0] | sets[1]) + [None]
    y_hat, y = ([int(one in part) for one in possible] for part in sets)
    scores = entity_scores(found, true)
    how = {"zero_division": 0}
    assert scores.precision == pytest.approx(sk.precision_score(y, y_hat, **how))
    assert scores.recall == pytest.approx(sk.recall_score(y, y_hat, **how))
    assert scores.f1 == pytest.approx(sk.f1_score(y, y_hat, **how))


def test_names_of_one_kind_are_counted_alone():
    found, true = [["B-PER", "B-LOC", "O"]], [["B-PER", "O", "B-LOC"]]
    assert entity_scores(found, true, kind="PER").f1 == 1
    assert entity_scores(found, true, kind="LOC").f1 == 0
    assert entity_scores(found, true).f1 == 0.5


@pytest.mark.parametrize(
    "found, true, message",
    [
        ([["O"]], [], "sentences that were tagged: 1, expected 0"),
        ([["O"]], [["O", "O"]], "sentence 0 has 2 words, but 1 tags were called"),
        ([["X"]], [["O"]], "'X' is no BIO tag"),
    ],
)
def test_sentences_that_do_not_fit_are_named(found, true, message):
    with pytest.raises(ValueError, match=message):
        entity_scores(found, true)


# The grammar of names

PARTS = make_sentences(rng=np.random.default_rng(0))
TAGGED = PARTS[1:]


def test_every_sentence_has_a_tag_for_each_word_and_no_stray_one():
    for part in TAGGED:
        for words, tags in zip(part.words, part.tags):
            assert len(words) == len(tags) <= 16 and stray(tags) is None and entities(tags)


def test_no_sentence_occurs_twice_and_sizes_are_as_asked():
    sentences = [*PARTS.text, *(words for part in TAGGED for words in part.words)]
    assert len(set(sentences)) == len(sentences) == 20_000 + 800 + 200 + 600 + 400


def test_the_mix_of_names_is_as_stated():
    many = make_sentences(100, train=3_000, rng=np.random.default_rng(0)).train
    found = names.statistics(many)
    assert found["ambiguous"] == pytest.approx(0.4, abs=0.03)
    for kind in ("PER", "LOC", "ORG"):
        assert found[kind] == pytest.approx(1 / 3, abs=0.05)
    assert found["longest"] <= 12 and found["mean length"] == pytest.approx(7, abs=0.5)


def test_every_word_is_known_from_the_text_without_tags():
    vocabulary = Vocabulary(PARTS.text)
    assert len(vocabulary) < 400
    for part in TAGGED:
        assert not (vocabulary.encode(part.words) == UNKNOWN).any()


def test_held_out_frames_are_in_the_text_and_in_no_other_tagged_part():
    def share(sentences):
        """Of the sentences with a castle that is new, or a door closed before sleeping."""
        rows = [" ".join(words) for words in sentences]
        return np.mean(["a new castle" in row or "door and slept" in row for row in rows])

    assert share(PARTS.frames.words) > 0.2 and 0.02 < share(PARTS.text) < 0.08
    assert share(PARTS.train.words) == share(PARTS.val.words) == share(PARTS.test.words) == 0


def test_an_ambiguous_name_is_of_every_kind():
    kinds = defaultdict(Counter)
    for part in TAGGED:
        for words, tags in zip(part.words, part.tags):
            for kind, start, stop in entities(tags):
                if stop == start + 1 and words[start] in names.ANY:
                    kinds[words[start]][kind] += 1
    assert len(kinds) == len(names.ANY)
    total = sum(kinds.values(), Counter())
    for kind in ("PER", "LOC", "ORG"):
        assert total[kind] / sum(total.values()) == pytest.approx(1 / 3, abs=0.06)
    assert np.mean([len(found) == 3 for found in kinds.values()]) > 0.8


def test_the_most_frequent_tag_of_each_word_does_not_find_the_names():
    tags_of = defaultdict(Counter)
    for words, tags in zip(PARTS.train.words[:400], PARTS.train.tags[:400]):
        for word, tag in zip(words, tags):
            tags_of[word][tag] += 1
    usual = {word: counts.most_common(1)[0][0] for word, counts in tags_of.items()}
    found = [[usual.get(word, "O") for word in words] for words in PARTS.test.words]
    assert 0.2 < entity_scores(found, PARTS.test.tags).f1 < 0.6


def test_the_same_seed_writes_the_same_sentences():
    one, other = (make_sentences(50, rng=np.random.default_rng(3)) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    "sizes, message",
    [
        ({"text": 1}, "text must be a whole number ≥ 2, got 1"),
        ({"train": 0}, "train must be a whole number ≥ 1, got 0"),
        ({"frames": 1.5}, "frames must be a whole number ≥ 1, got 1.5"),
    ],
)
def test_wrong_sizes_are_named(sizes, message):
    with pytest.raises(ValueError, match=message):
        make_sentences(**sizes, rng=np.random.default_rng(0))
