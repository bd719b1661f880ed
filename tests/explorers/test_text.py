"""Lesson 12: what a transformer reads of a sentence, and what it reads when looks are forbidden."""

import numpy as np
import pytest

from helpers.explorers import text as explore
from helpers.explorers.text.attention import cuts_after
from helpers.explorers.text.reader import Cuts, Reader, read, trained
from helpers.functions import softmax
from helpers.heads import Classifier
from helpers.nn import Linear
from helpers.transformer import Transformer
from helpers.vocabulary import Vocabulary, tokens
from tests.support.figures import show

SOUP = ["the", "soup", "was", "not", "very", "good"]
NOT, GOOD = 3, 5


@pytest.fixture
def live():
    live = explore.attention()
    yield live
    live.close()


# What it computes


def test_a_reading_is_what_the_model_answers():
    reader = trained()
    reading = read(reader, SOUP, Cuts())
    logits = reader.model(reader.vocabulary.encode([SOUP])).data
    assert reading.p == reading.uncut == pytest.approx(softmax(logits)[0, 1], abs=1e-6)
    np.testing.assert_allclose(reading.maps.sum(-1), 1, rtol=1e-5)


def test_without_a_word_is_the_reading_with_that_word_cut():
    reader, before = trained(), Cuts(edges=frozenset({(GOOD, NOT)}))
    reading = read(reader, SOUP, before)
    for word in range(len(SOUP)):
        cut = read(reader, SOUP, before._replace(words=frozenset({word})))
        assert cut.p == pytest.approx(reading.without[word], abs=1e-6)
        assert cut.uncut == pytest.approx(reading.uncut, abs=1e-6)
        assert not cut.maps[:, :, word].any()


def test_the_expected_look_is_not_the_one_that_the_verdict_needs():
    reader = trained()
    assert read(reader, SOUP, Cuts()).p < 0.05
    assert read(reader, SOUP, Cuts(edges=frozenset({(GOOD, NOT)}))).p < 0.1
    assert read(reader, SOUP, Cuts(words=frozenset({NOT}))).p > 0.9


def test_a_second_click_puts_back_what_the_first_has_cut():
    click = ((3.0, 5.0),)
    assert cuts_after(click, 6).edges == {(5, 3)} and not cuts_after(2 * click, 6).edges
    word = ((3.0, -1.0),)
    assert cuts_after(word, 6).words == {3} and cuts_after((*word, *click, *word), 6).words == set()


def test_a_click_on_a_word_at_either_side_cuts_it_and_one_beyond_is_the_nearest():
    assert cuts_after(((2.2, -0.9),), 4) == cuts_after(((-0.9, 2.2),), 4) == Cuts(frozenset({2}))
    assert cuts_after(((99.0, 99.0),), 4).edges == {(3, 3)}
    assert cuts_after(((-9.0, -9.0),), 4).words == {0}


# What it shows and says


def test_at_first_sight_the_expected_look_is_cut_and_nothing_has_changed(live):
    seen = live.seen
    assert seen.cuts.edges == {(GOOD, NOT)} and not seen.turned
    assert seen.p < 0.1 and seen.without[NOT] > 0.9
    assert "“good” does not look at “not”" in live.summary


def test_one_word_that_nobody_may_look_at_turns_the_verdict(live):
    show(live, cut=((NOT, -1.0),))
    assert live.seen.turned and list(live.goals.values()) == [True, False]
    show(live, put_back=1)
    assert not live.seen.turned and live.seen.cuts == Cuts()


def test_looks_that_are_cut_one_by_one_turn_it_too(live):
    show(live, cut=tuple((float(NOT), float(row)) for row in range(6)))
    assert live.seen.turned and live.goals["Turn it by single looks alone"]
    assert "single looks cut: 6" in live.summary


def test_a_new_sentence_has_nothing_cut_and_the_first_one_its_first_cut(live):
    show(live, sentence="the film was never boring")
    assert live.seen.cuts == Cuts() and live.seen.p > 0.9
    show(live, cut=((3.0, -1.0),))
    live.reset()
    assert live.seen.tokens == SOUP and live.seen.cuts.edges == {(GOOD, NOT)}
    show(live, cut=())  # and so it is where the sentence was not touched
    live.reset()
    assert live.seen.tokens == SOUP and live.seen.cuts.edges == {(GOOD, NOT)}


def test_the_heads_are_shown_one_by_one(live):
    frames = [live.frame()]
    for head in "1234":
        show(live, head=head)
        frames.append(live.frame())
    assert len({frame.tobytes() for frame in frames}) == 5


def test_strange_sentences_are_read_or_answered(live):
    assert show(live, sentence="   ") == "Type a sentence."
    assert "never met “soups”, “👍”" in show(live, sentence="Soups 👍")
    long = " ".join(["good"] * 40)
    assert "reads the first 24 words only" in show(live, sentence=long)
    assert len(live.seen.tokens) == 24
    live.frame()
    assert "$x_1$" not in show(live, sentence="$x_1$ and \\frac{ a $")
    live.frame()


def test_a_model_of_the_lessons_own_is_shown_also_with_two_blocks():
    rng = np.random.default_rng(0)
    vocabulary = Vocabulary(["a good soup", "bad"])
    body = Transformer(len(vocabulary), length=5, width=8, heads=2, blocks=2, rng=rng)
    reader = Reader(Classifier(body, Linear(8, 2, rng=rng)), vocabulary)
    live = explore.attention(reader, "a bad, bad soup again and again")
    assert live.seen.tokens == tokens("a bad, bad soup") and live.seen.left == 3
    assert len(live.controls["head"].options) == 1 + 4
    assert live.seen.p == pytest.approx(
        softmax(reader.model(vocabulary.encode([live.seen.tokens])).data)[0, 1], abs=1e-6
    )
    live.close()
