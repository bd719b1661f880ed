"""Lesson 01: prepare the data."""

from __future__ import annotations

import numpy as np

from helpers.marking.exercise import Exercise, Known

Array = np.ndarray

NAN = np.nan


# 01-1


def one_hot(labels: list[str], classes: list[str]) -> Array:
    """(N, K), a 1 in the column of each label's class."""
    return (np.array(labels)[:, None] == np.array(classes)).astype(float)


def codes(labels: list[str], classes: list[str]) -> list[int]:
    """The place of each label among the classes."""
    return [classes.index(label) for label in labels]


def transposed(labels: list[str], classes: list[str]) -> Array:
    """A row for each class instead of each label."""
    return one_hot(labels, classes).T


def in_own_order(labels: list[str], classes: list[str]) -> Array:
    """Columns in the order in which the labels happen to come."""
    return one_hot(labels, list(dict.fromkeys(labels)))


# 01-2


def fill_gaps(train: Array, new: Array) -> Array:
    """(N, 2): filled by the median of the training part, and where the gaps were."""
    return filled_with(np.nanmedian(train), new)


def filled_with(value: float, new: Array) -> Array:
    """The gaps filled with this value, and a column that says where they were."""
    is_gap = np.isnan(new)
    return np.column_stack([np.where(is_gap, value, new), is_gap])


def own_median(train: Array, new: Array) -> Array:
    """Looks at the rows that are to be filled."""
    return filled_with(np.nanmedian(new), new)


def both_medians(train: Array, new: Array) -> Array:
    """Looks at both."""
    return filled_with(np.nanmedian(np.concatenate([train, new])), new)


def mean_of_train(train: Array, new: Array) -> Array:
    """The mean, which an outlier moves."""
    return filled_with(np.nanmean(train), new)


def not_skipping(train: Array, new: Array) -> Array:
    """np.median of a column with gaps is NaN."""
    return filled_with(np.median(train), new)


def with_zeros(train: Array, new: Array) -> Array:
    """0 where nothing is known."""
    return filled_with(0.0, new)


def says_where_known(train: Array, new: Array) -> Array:
    """The second column the wrong way round."""
    return fill_gaps(train, new) * [1, -1] + [0, 1]


def says_nothing(train: Array, new: Array) -> Array:
    """The filled column alone."""
    return fill_gaps(train, new)[:, 0]


# 01-3


def scale_like(train: Array, new: Array) -> Array:
    """(new − μ) / σ with both of the training part, and 1 for a σ of 0."""
    sigma = train.std(axis=0)
    return (new - train.mean(axis=0)) / np.where(sigma == 0, 1, sigma)


def by_own_numbers(train: Array, new: Array) -> Array:
    """Scaled by the numbers of the rows themselves."""
    return scale_like(new, new)


def by_both(train: Array, new: Array) -> Array:
    """Scaled by the numbers of all rows."""
    return scale_like(np.concatenate([train, new]), new)


def divided_by_zero(train: Array, new: Array) -> Array:
    """A constant column becomes NaN or infinite."""
    return (new - train.mean(axis=0)) / train.std(axis=0)


def over_the_table(train: Array, new: Array) -> Array:
    """One μ and one σ for the whole table."""
    return (new - train.mean()) / train.std()


def of_the_training_part(train: Array, new: Array) -> Array:
    """The training rows scaled, and not the new ones."""
    return scale_like(train, train)


EXERCISES = {
    "1": Exercise(
        one_hot,
        cases=[
            (["banana", "apple"], ["apple", "banana", "cherry"]),
            (["yes"], ["no", "yes"]),
            (["c", "a", "c", "b"], ["a", "b", "c", "d"]),
        ],
        hint="Compare every label with every class: a row for each label, a column for each class.",
        known=[
            Known(codes, "these are the codes 0, 1, 2. Give every class a column of its own."),
            Known(transposed, "rows and columns are swapped: a row for each label, please."),
            Known(
                in_own_order,
                "your columns come in the order of the labels. They should follow `classes`, so "
                "that every table has the same columns.",
            ),
        ],
    ),
    "2": Exercise(
        fill_gaps,
        cases=[
            (np.array([1.0, 2.0, NAN, 9.0]), np.array([NAN, 5.0, 7.0, NAN])),
            (np.array([1950.0, 1990.0, 2000.0, 2300.0]), np.array([1900.0, 1960.0, NAN])),
            (np.array([3.0, NAN, 4.0]), np.array([8.0, 6.0])),
        ],
        hint="np.isnan finds the gaps, np.nanmedian skips them, np.column_stack puts columns "
        "side by side.",
        known=[
            Known(
                own_median,
                "this is the median of `new`. Take that of `train`: only it is known"
                " when the model learns.",
            ),
            Known(
                both_medians,
                "this median looks at `new` as well. Only the training part may "
                "teach you anything.",
            ),
            Known(mean_of_train, "this is the mean, which one outlier can move. Take the median."),
            Known(
                not_skipping, "the median of a column with gaps is NaN. np.nanmedian skips them."
            ),
            Known(
                with_zeros,
                "a 0 is a value like any other, and here a wrong one. Fill with the "
                "median of `train`.",
            ),
            Known(
                says_where_known,
                "your second column is 1 where the value is known. It should "
                "say where the gap was.",
            ),
            Known(
                says_nothing,
                "the gaps are filled, but nothing says where they were. Add the second column.",
            ),
        ],
    ),
    "3": Exercise(
        scale_like,
        cases=[
            (np.array([[1.0, 10.0], [3.0, 30.0]]), np.array([[2.0, 50.0], [5.0, 10.0]])),
            (np.array([[0.0, 7.0], [4.0, 7.0]]), np.array([[2.0, 7.0], [6.0, 8.0], [1.0, 7.0]])),
        ],
        hint="Take μ and σ of every column of `train` (axis=0), and use them on `new`.",
        known=[
            Known(
                by_own_numbers,
                "these are the numbers of `new` itself. A single new example "
                "would always become 0. Take μ and σ of `train`.",
            ),
            Known(by_both, "μ and σ look at `new` as well. Take those of `train` alone."),
            Known(
                divided_by_zero,
                "a column that is constant in `train` has σ = 0. Divide by 1 "
                "there, as `standardise` does.",
            ),
            Known(
                over_the_table,
                "this is one μ and one σ for the whole table. Each column needs its own: axis=0.",
            ),
            Known(
                of_the_training_part,
                "these are the rows of `train`, scaled. The rows of `new` are asked for.",
            ),
        ],
    ),
    "4": Exercise(
        900,
        hint="Solve √(p (1 − p) / n) = 0.01 for n, with p = 0.9.",
        rtol=0.001,
        known=[
            Known(
                9, "that is p (1 − p) / 0.01. The deviation is a root, so 0.01 has to be squared."
            ),
            Known(0.09, "that is p (1 − p). One percentage point is 0.01, not 1."),
            Known(9000, "that is p / 0.01². The factor 1 − p is missing."),
            Known(
                100,
                "that would be 1 / 0.01, and the deviation with it is 3 points. Use the "
                "formula, with its root.",
            ),
        ],
    ),
}
