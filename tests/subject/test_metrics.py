"""Metrics: scikit-learn's numbers, on labels and on scores; errors in words."""

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given
from hypothesis import strategies as st

from helpers.metrics import accuracy, average_precision, confusion_matrix, f1, precision, recall

RATES = [(precision, sk.precision_score), (recall, sk.recall_score), (f1, sk.f1_score)]


@st.composite
def labels(draw, classes):
    n = draw(st.integers(1, 12))
    return [draw(hnp.arrays(int, n, elements=st.integers(0, classes - 1))) for _ in range(2)]


@pytest.mark.parametrize("ours, theirs", RATES, ids=lambda f: f.__name__)
@given(labels(2), labels(4))
def test_rates_match_scikit_learn_also_where_a_class_is_missing(ours, theirs, binary, several):
    assert ours(*binary) == pytest.approx(theirs(*binary[::-1], zero_division=0))
    y_hat, y = several
    assert ours(y_hat, y, "macro") == pytest.approx(
        theirs(y, y_hat, average="macro", zero_division=0)
    )
    np.testing.assert_allclose(
        ours(y_hat, y, None), theirs(y, y_hat, average=None, zero_division=0)
    )


@pytest.mark.filterwarnings(
    "ignore:A single label was found"
)  # scikit-learn's, about its own matrix
@given(labels(4))
def test_accuracy_and_confusion_matrix_match_scikit_learn(pair):
    y_hat, y = pair
    assert accuracy(y_hat, y) == pytest.approx(sk.accuracy_score(y, y_hat))
    assert (
        confusion_matrix(y_hat, y).tolist()
        == sk.confusion_matrix(y, y_hat, labels=np.union1d(y, y_hat)).tolist()
    )


@given(labels(2), st.data())
def test_average_precision_matches_scikit_learn_also_with_equal_scores(pair, data):
    y = pair[0] | (np.arange(len(pair[0])) == 0)  # at least one is positive
    scores = data.draw(
        hnp.arrays(float, y.shape, elements=st.sampled_from([-1.5, 0.0, 0.25, 0.5, 3.0]))
    )
    assert average_precision(scores, y) == pytest.approx(sk.average_precision_score(y, scores))
    logits = np.stack([-scores, scores], axis=1)
    assert average_precision(logits, y) == pytest.approx(average_precision(scores, y))


def test_average_precision_of_no_positives_is_zero():
    assert average_precision([0.1, 0.2], [0, 0]) == 0


def test_scores_are_decided_by_the_largest():
    scores, y = [[0.1, 0.9, 0.0], [2.0, 1.0, 0.0]], [1, 1]
    assert accuracy(scores, y) == 0.5
    assert confusion_matrix(scores, y).tolist() == [[0, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert recall(scores, y) == 0.5 and f1(np.float32(scores), y, "macro") == pytest.approx(1 / 3)


def test_logits_of_yes_or_no_in_one_column_are_decided_at_zero():
    logits, y = [[0.3], [-2.0], [1.5], [0.0]], np.array([1.0, 0.0, 0.0, 0.0])
    for targets in (y, y[:, None]):
        assert (
            accuracy(logits, targets) == 0.75
            and recall(logits, targets) == 1
            and precision(logits, targets) == 0.5
        )
        assert confusion_matrix(logits, targets).tolist() == [[2, 1], [0, 1]]


def test_labels_may_be_names():
    assert confusion_matrix(["cat", "dog"], ["dog", "dog"]).tolist() == [[0, 0], [1, 1]]
    assert accuracy(["cat", "dog"], ["dog", "dog"]) == 0.5


@pytest.mark.parametrize(
    "f, message",
    [
        (lambda: accuracy([0, 1], [0, 1, 1]), r"got \(2,\) and \(3,\)"),
        (lambda: accuracy([[0.5], [1.0]], [[0]]), r"got \(2,\) and \(1,\)"),
        (lambda: accuracy([[np.nan, 1.0]], [0]), "y_hat holds nan"),
        (lambda: f1([[0.5], [np.nan]], [0, 1]), "y_hat holds nan"),
        (lambda: accuracy([], []), r"got \(0,\)"),
        (
            lambda: f1([0.3, -2.0], [0, 1]),
            "must be labels, got 0.3; logits of yes or no: try logits > 0",
        ),
        (
            lambda: precision([0, 2], [0, 1]),
            r"average='binary' of classes \[0, 1, 2\]; try 'macro'",
        ),
        (lambda: recall([0, 1], [0, 1], "micro"), "average='micro'"),
        (lambda: confusion_matrix([[0.1, 0.9]], [2]), r"label 2 at position 0 .* classes \[0, 1\]"),
        (lambda: average_precision([0.1, 0.2], [1, 2]), "y .N,. of 0 and 1"),
        (lambda: average_precision([0.1, 0.2], [1]), r"got \(2,\) and \(1,\)"),
    ],
)
def test_what_does_not_fit_is_named(f, message):
    with pytest.raises(ValueError, match=message):
        f()
