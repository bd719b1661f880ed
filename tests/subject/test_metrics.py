"""Metrics: scikit-learn's numbers, on labels and on scores; errors in words."""

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.data import decode
from helpers.datasets import load_wine
from helpers.metrics import accuracy, average_precision, confusion_matrix, f1, precision, recall

RATES = [(precision, sk.precision_score), (recall, sk.recall_score), (f1, sk.f1_score)]
METRICS = [accuracy, confusion_matrix, precision, recall, f1]


@st.composite
def labels(draw, classes):
    n = draw(st.integers(1, 12))
    return [draw(hnp.arrays(int, n, elements=st.integers(0, classes - 1))) for _ in range(2)]


def count_differently(y_hat, y):
    """Whether chance has drawn what looks like the labels 0 … K−1 and 1 … K of one truth."""
    return np.mean(y_hat + 1 == y) > 0.5 or np.mean(y + 1 == y_hat) > 0.5


# scikit-learn's numbers


@pytest.mark.parametrize("ours, theirs", RATES, ids=lambda f: f.__name__)
@given(labels(2), labels(4))
def test_rates_match_scikit_learn_also_where_a_class_is_missing(ours, theirs, binary, several):
    y_hat, y = several
    assume(not count_differently(y_hat, y))
    assert ours(*binary) == pytest.approx(theirs(*binary[::-1], zero_division=0))
    macro = theirs(y, y_hat, average="macro", zero_division=0)
    assert ours(y_hat, y, "macro") == pytest.approx(macro)
    each = theirs(y, y_hat, average=None, zero_division=0)
    np.testing.assert_allclose(ours(y_hat, y, None), each)


# scikit-learn's warning about its own matrix
@pytest.mark.filterwarnings("ignore:A single label was found")
@given(labels(4))
def test_accuracy_and_confusion_matrix_match_scikit_learn(pair):
    y_hat, y = pair
    assume(not count_differently(y_hat, y))
    assert accuracy(y_hat, y) == pytest.approx(sk.accuracy_score(y, y_hat))
    expected = sk.confusion_matrix(y, y_hat, labels=np.union1d(y, y_hat))
    assert confusion_matrix(y_hat, y).tolist() == expected.tolist()


@given(labels(2), st.data())
def test_average_precision_matches_scikit_learn_also_with_equal_scores(pair, data):
    y = pair[0] | (np.arange(len(pair[0])) == 0)  # at least one is positive
    some = st.sampled_from([-1.5, 0.0, 0.25, 0.5, 3.0])
    scores = data.draw(hnp.arrays(float, y.shape, elements=some))
    assert average_precision(scores, y) == pytest.approx(sk.average_precision_score(y, scores))
    logits = np.stack([-scores, scores], axis=1)
    assert average_precision(logits, y) == pytest.approx(average_precision(scores, y))


def test_average_precision_of_no_positives_is_zero():
    assert average_precision([0.1, 0.2], [0, 0]) == 0


def test_infinite_scores_that_are_equal_are_called_together():
    y = [1, 0, 1]
    assert average_precision([np.inf, np.inf, 0], y) == average_precision([9, 9, 0], y)
    assert average_precision([0, -np.inf, -np.inf], y) == average_precision([0, -9, -9], y)


# Labels and scores of every kind


def test_scores_are_decided_by_the_largest():
    scores, y = [[0.1, 0.9, 0.0], [2.0, 1.0, 0.0]], [1, 1]
    assert accuracy(scores, y) == 0.5
    assert confusion_matrix(scores, y).tolist() == [[0, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert recall(scores, y) == 0.5
    assert f1(np.float32(scores), y, "macro") == pytest.approx(1 / 3)


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_logits_of_yes_or_no_in_one_column_are_decided_at_zero(shape):
    logits, y = [[0.3], [-2.0], [1.5], [0.0]], np.reshape([1.0, 0.0, 0.0, 0.0], shape)
    assert accuracy(logits, y) == 0.75
    assert recall(logits, y) == 1
    assert precision(logits, y) == 0.5
    assert confusion_matrix(logits, y).tolist() == [[2, 1], [0, 1]]


def test_labels_may_be_names():
    assert confusion_matrix(["cat", "dog"], ["dog", "dog"]).tolist() == [[0, 0], [1, 1]]
    assert accuracy(["cat", "dog"], ["dog", "dog"]) == 0.5


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.float16, np.float32])
def test_average_precision_computes_in_floats_whatever_the_scores_are(dtype):
    y = [1, 0, 1]
    scores = np.array([120, 0, 100], dtype)
    assert average_precision(scores, y) == 1
    assert average_precision(np.stack([scores[::-1] * 0, scores], axis=1), y) == 1
    two_columns = np.array([[120, 0], [0, 100], [120, 10]], dtype)
    assert average_precision(two_columns, [0, 1, 0]) == 1


def test_average_precision_of_whole_numbers_that_wrap_in_their_own_type():
    assert average_precision(np.uint8([200, 0, 100]), [1, 0, 1]) == 1
    assert average_precision(np.uint8([[0, 200], [100, 0], [0, 100]]), [1, 0, 1]) == 1
    assert average_precision(np.int8([[100, -100], [-100, 100]]), [0, 1]) == 1


def test_average_precision_tells_apart_what_float16_would_not_hold():
    logits = np.float16([[-60000, 50000], [-60000, 40000]])
    assert average_precision(logits, [1, 0]) == 1


def test_average_precision_of_yes_or_no():
    assert average_precision([True, False, True], [True, False, True]) == 1
    assert average_precision([[False, True], [True, False]], [1, 0]) == 1


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.float16, object])
@pytest.mark.parametrize("metric", METRICS)
def test_labels_of_every_type_count_alike(metric, dtype):
    y_hat, y = np.array([1, 0, 1, 1]), np.array([1, 0, 0, 1])
    expected = metric(y_hat, y)
    np.testing.assert_array_equal(metric(y_hat.astype(dtype), y), expected)
    np.testing.assert_array_equal(metric(y_hat, y.astype(dtype)), expected)


def test_counts_do_not_wrap_in_the_type_of_the_labels():
    y = np.ones(300, np.uint8)
    assert confusion_matrix(y, y).tolist() == [[300]]
    assert precision(y, y) == recall(y, y) == f1(y, y) == 1


# Labels from different alphabets


@pytest.fixture(scope="module")
def perfect():
    """The wines, and scores that are right for every one."""
    wine = load_wine()
    return wine, np.eye(3)[wine.y]


@pytest.mark.parametrize("metric", METRICS)
def test_words_against_numbers_are_refused_with_both_alphabets(perfect, metric):
    wine, scores = perfect
    words = decode(scores, wine.target_names)
    with pytest.raises(ValueError, match=r"\['class_0', .*, but y has the labels \[0, 1, 2\]"):
        metric(words, wine.y)
    with pytest.raises(ValueError, match=r"\[0, 1, 2\], but y has the labels \['class_0', "):
        metric(wine.y, words)
    with pytest.raises(ValueError, match=r"the classes \[0, 1, 2\], but y has .*\['class_0', "):
        metric(scores, words)


@pytest.mark.parametrize("metric", METRICS)
def test_labels_that_count_from_one_are_refused(perfect, metric):
    wine, scores = perfect
    with pytest.raises(ValueError, match=r"\[0, 1, 2\], but y has the labels \[1, 2, 3\]; .*y - 1"):
        metric(scores, wine.y + 1)
    with pytest.raises(
        ValueError, match=r"\[0, 1, 2\], but y has the labels \[1, 2, 3\]; .*from 1"
    ):
        metric(wine.y, wine.y + 1)
    with pytest.raises(
        ValueError, match=r"\[1, 2, 3\], but y has the labels \[0, 1, 2\]; .*from 1"
    ):
        metric(wine.y + 1, wine.y)


@pytest.mark.parametrize("y", [[-1, 1, 1], [-1.0, 1.0, 1.0]])
@pytest.mark.parametrize("metric", METRICS)
def test_labels_of_plus_and_minus_one_are_refused_beside_zero_and_one(metric, y):
    with pytest.raises(ValueError, match=r"\[0, 1\], but y has the labels \[-1.*np.where"):
        metric([0, 1, 1], y)
    with pytest.raises(ValueError, match=r"\[-1.*\], but y has the labels \[0, 1\].*np.where"):
        metric(y, [0, 1, 1])
    for scores in ([[1, 0], [0, 1], [0, 1]], [[-2.0], [2.0], [2.0]]):
        with pytest.raises(ValueError, match=r"classes \[0, 1\], but y has the labels \[-1.*np.wh"):
            metric(scores, y)


def test_labels_with_nothing_in_common_are_refused_where_that_is_no_chance():
    y = np.tile(["yes", "no"], 30)
    with pytest.raises(ValueError, match=r"\['No', 'Yes'\], but .* \['no', 'yes'\]; no label is"):
        accuracy(np.tile(["Yes", "No"], 30), y)
    assert accuracy(["a", "b"], ["c", "d"]) == accuracy([0, 2], [1, 3]) == 0


def test_three_labels_from_minus_one_to_one_are_fine():
    assert accuracy([-1, 0, 1, 1], [-1, 0, 1, 0]) == 0.75
    assert accuracy([-1, 1], [-1, 1]) == 1


def test_many_labels_are_not_all_shown():
    with pytest.raises(ValueError, match=r"classes \[0, 1\], but .* \[0, 1, 2, 3, 4, 5, …\]"):
        accuracy(np.zeros((9, 2)), np.arange(9))


# What does not fit


@pytest.mark.parametrize("nan", [np.nan, np.float32("nan")])
@pytest.mark.parametrize("metric", METRICS)
def test_scores_that_are_no_numbers_are_refused(metric, nan):
    for scores in ([[nan, 1.0], [1.0, 0.0]], [[nan], [1.0]]):
        with pytest.raises(ValueError, match="the scores hold nan, which is no score"):
            metric(scores, [0, 1])


@pytest.mark.parametrize("scores", [[np.nan, 0, 1], [[np.nan, 0], [0, 1], [1, 0]]])
def test_average_precision_refuses_scores_that_are_no_numbers(scores):
    with pytest.raises(ValueError, match="the scores hold nan, which is no score"):
        average_precision(scores, [1, 0, 1])


@pytest.mark.parametrize("missing", [None, np.nan])
@pytest.mark.parametrize("metric", METRICS)
def test_a_label_that_is_missing_is_named_by_its_position(metric, missing):
    with pytest.raises(ValueError, match=f"y must not lack a label, got {missing} at position 1"):
        metric([0, 1], [0, missing])
    with pytest.raises(
        ValueError, match=f"y_hat must not lack a label, got {missing} at position 1"
    ):
        metric([0, missing], [0, 1])


@pytest.mark.parametrize(
    "f, message",
    [
        (lambda: accuracy([0, 1], [0, 1, 1]), r"got \(2,\) and \(3,\)"),
        (lambda: accuracy([[0.5], [1.0]], [[0]]), r"got \(2, 1\) and \(1,\)"),
        (lambda: accuracy([], []), r"got \(0,\)"),
        (lambda: accuracy([0, "cat"], [0, 1]), "y_hat must be all words or all numbers"),
        (lambda: accuracy([0, 1], [0.5, 1]), "y must be labels, got 0.5"),
        (lambda: f1([0.3, -2.0], [0, 1]), "y_hat must be labels, got 0.3; .*try logits > 0"),
        (
            lambda: precision([0, 2], [0, 1]),
            r"average='binary' of classes \[0, 1, 2\]; try 'macro'",
        ),
        (lambda: precision(["0", "1"], ["0", "1"]), r"average='binary' of classes \['0', '1'\]"),
        (lambda: recall([0, 1], [0, 1], "micro"), "average='micro'"),
        (lambda: confusion_matrix([[0.1, 0.9]], [2]), r"classes \[0, 1\], but y has .* \[2\]"),
        (lambda: average_precision([0.1, 0.2], [1, 2]), r"labels \[0, 1\], but y has .* \[1, 2\]"),
        (lambda: average_precision([0.1, 0.2], [-1, 1]), r"\[0, 1\], but y has .* \[-1, 1\]"),
        (lambda: average_precision([0.1, 0.2], ["0", "1"]), r"\[0, 1\], but y has .*\['0', '1'\]"),
        (lambda: average_precision([0.1, 0.2], [1]), r"got \(2,\) and \(1,\)"),
    ],
)
def test_what_does_not_fit_is_named(f, message):
    with pytest.raises(ValueError, match=message):
        f()
