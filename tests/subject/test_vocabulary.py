"""Texts become tokens, tokens numbers; what is unknown, empty or too long is no accident."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.heads import BagOfWords
from helpers.vocabulary import (
    FIRST_WORD,
    PADDING,
    SPECIAL,
    UNKNOWN,
    Vocabulary,
    tokens,
    with_neighbours,
)

SENTENCES = ["the soup was good", "The bed was hard, the soup cold.", "soup"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", []),
        (" \t\n ", []),
        ("It wasn’t GOOD!", ["it", "wasn't", "good", "!"]),
        ("'quoted'", ["'", "quoted", "'"]),
        ("café naïve", ["café", "naïve"]),
        ("3.5 stars :-)", ["3", ".", "5", "stars", ":", "-", ")"]),
        ("super👍👍", ["super", "👍", "👍"]),
        ("漢字 и русский", ["漢字", "и", "русский"]),
        ("a\x00b", ["a", "\x00", "b"]),
    ],
)
def test_a_text_becomes_words_and_marks(text, expected):
    assert tokens(text) == expected


@given(st.text())
def test_any_text_is_taken_apart_and_loses_only_its_spaces(text):
    together = "".join(tokens(text))
    assert together == "".join(text.lower().replace("’", "'").split())


@given(st.lists(st.text(), min_size=1, max_size=4), st.integers(1, 6))
def test_any_text_can_be_encoded(texts, length):
    numbers = Vocabulary(SENTENCES).encode(texts, length)
    assert numbers.shape == (len(texts), length)
    known = numbers[numbers != PADDING]
    assert ((known == UNKNOWN) | (known >= FIRST_WORD)).all()


def test_frequent_words_come_first_and_equals_in_alphabetical_order():
    assert Vocabulary(SENTENCES).words == (
        *SPECIAL,
        *("soup", "the", "was", ",", ".", "bed", "cold", "good", "hard"),
    )


def test_what_is_encoded_can_be_decoded():
    vocabulary = Vocabulary(SENTENCES)
    numbers = vocabulary.encode(SENTENCES)
    assert numbers.shape == (3, 9)
    assert [vocabulary.decode(row) for row in numbers] == [tokens(text) for text in SENTENCES]


def test_words_given_as_lists_are_taken_as_they_are():
    vocabulary = Vocabulary([["New York", "Oslo"]])
    assert "New York" in vocabulary and "new" not in vocabulary
    assert vocabulary.encode([["Oslo", "oslo"]]).tolist() == [[4, UNKNOWN]]


def test_a_longer_sentence_is_cut_and_an_empty_one_is_padding():
    vocabulary = Vocabulary(SENTENCES)
    numbers = vocabulary.encode(["the bed was hard", "", "   "], length=2)
    assert numbers.tolist() == [[4, 8], [0, 0], [0, 0]]
    assert vocabulary.encode([""]).tolist() == [[PADDING]]


def test_rare_words_are_unknown():
    vocabulary = Vocabulary(SENTENCES, at_least=2)
    assert vocabulary.words[FIRST_WORD:] == ("soup", "the", "was")
    assert vocabulary["bed"] == UNKNOWN and vocabulary["<pad>"] == PADDING


def test_the_special_words_of_a_text_are_no_words_of_their_own():
    vocabulary = Vocabulary([["<pad>", "soup", "<mask>"]])
    assert vocabulary.words == (*SPECIAL, "soup")


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: Vocabulary([]), "no word occurs 1 times"),
        (lambda: Vocabulary(["", " "]), "no word occurs 1 times"),
        (lambda: Vocabulary(SENTENCES, at_least=9), "no word occurs 9 times"),
        (lambda: Vocabulary(SENTENCES, at_least=0), "at_least must be a whole number ≥ 1, got 0"),
        (lambda: Vocabulary("the soup"), r"got one text 'the soup'; try \[text\]"),
        (lambda: Vocabulary(SENTENCES).encode("soup"), r"got one text 'soup'; try \[text\]"),
        (lambda: Vocabulary(SENTENCES).encode([]), "there are no sentences"),
        (lambda: Vocabulary(SENTENCES).encode(["a"], length=0), "length must be a whole number"),
        (lambda: Vocabulary(SENTENCES).decode([99]), "number must be a whole number from 0 to 11"),
        (lambda: with_neighbours(["a"], 0), "n must be a whole number ≥ 1, got 0"),
    ],
)
def test_what_is_no_text_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_pairs_and_triples_of_neighbours():
    words = ["a", "b", "c", "d"]
    assert with_neighbours(words, 1) == words
    assert with_neighbours(words, 3)[4:] == ["a b", "b c", "c d", "a b c", "b c d"]
    assert with_neighbours(["a"], 3) == ["a"] and with_neighbours([], 2) == []


def test_a_bag_of_words_is_counts_times_weights():
    rng = np.random.default_rng(0)
    numbers = rng.integers(0, 9, (5, 7))
    model = BagOfWords(9, 3, dtype=np.float64)
    model.theta += rng.normal(size=model.size)
    counts = np.array([np.bincount(row, minlength=9) for row in numbers])
    counts[:, PADDING] = 0
    expected = counts @ model.weight.data + model.bias.data
    np.testing.assert_allclose(model(numbers).data, expected, rtol=1e-12)
    model(numbers).sum().backward()
    np.testing.assert_allclose(model.weight.grad, counts.sum(0)[:, None] * np.ones(3))
