"""Wrong answers to the exercises of lesson 01, as students write them, each with words of what is
said about it.
"""

import numpy as np


def codes(labels, classes):
    return [classes.index(label) for label in labels]


def column_for_each_label(labels, classes):
    table = np.zeros((len(classes), len(labels)))
    for column, label in enumerate(labels):
        table[classes.index(label), column] = 1
    return table


def in_the_order_of_the_labels(labels, classes):
    kinds = []
    for label in labels:
        if label not in kinds:
            kinds.append(label)
    return np.array([[float(label == kind) for kind in kinds] for label in labels])


def filled(new, value):
    column = new.copy()
    column[np.isnan(column)] = value
    return column


def median_of_new(train, new):
    return np.stack([filled(new, np.nanmedian(new)), np.isnan(new)], axis=1)


def median_of_both(train, new):
    everything = np.append(train, new)
    return np.stack([filled(new, np.nanmedian(everything)), np.isnan(new)], axis=1)


def mean_of_train(train, new):
    known = train[~np.isnan(train)]
    return np.stack([filled(new, known.mean()), np.isnan(new)], axis=1)


def median_with_gaps(train, new):
    return np.stack([filled(new, np.median(train)), np.isnan(new)], axis=1)


def zeros(train, new):
    return np.stack([np.nan_to_num(new), np.isnan(new)], axis=1)


def ones_where_known(train, new):
    return np.stack([filled(new, np.nanmedian(train)), ~np.isnan(new)], axis=1)


def one_column(train, new):
    return filled(new, np.nanmedian(train))


def safe(sigma):
    return [1.0 if deviation == 0 else deviation for deviation in sigma]


def by_the_new_rows(train, new):
    return (new - np.mean(new, axis=0)) / safe(np.std(new, axis=0))


def by_all_rows(train, new):
    rows = np.vstack([train, new])
    return (new - np.mean(rows, axis=0)) / safe(np.std(rows, axis=0))


def without_a_guard(train, new):
    mu, sigma = np.mean(train, axis=0), np.std(train, axis=0)
    return (new - mu) / sigma


def without_axis(train, new):
    mu, sigma = np.mean(train), np.std(train)
    return (new - mu) / sigma


def train_itself(train, new):
    return (train - np.mean(train, axis=0)) / safe(np.std(train, axis=0))


WRONG = {
    "01-1": [
        (codes, "Give every class a column of its own"),
        (column_for_each_label, "rows and columns are swapped"),
        (in_the_order_of_the_labels, "should follow `classes`"),
        (lambda labels, classes: np.eye(len(classes)), "a row for each label"),
        (lambda labels, classes: labels, "a row for each label"),
    ],
    "01-2": [
        (median_of_new, "median of `new`"),
        (median_of_both, "looks at `new` as well"),
        (mean_of_train, "this is the mean"),
        (median_with_gaps, "np.nanmedian skips them"),
        (zeros, "a 0 is a value"),
        (ones_where_known, "1 where the value is known"),
        (one_column, "nothing says where they were"),
        (lambda train, new: new, "np.isnan finds the gaps"),
    ],
    "01-3": [
        (by_the_new_rows, "would always become 0"),
        (by_all_rows, "those of `train` alone"),
        (without_a_guard, "constant in `train`"),
        (without_axis, "axis=0"),
        (train_itself, "The rows of `new`"),
        (lambda train, new: new, "Take μ and σ"),
    ],
    "01-4": [
        (9, "has to be squared"),
        (0.09, "is 0.01, not 1"),
        (9000, "factor 1 − p is missing"),
        (100, "with its root"),
        (500, "500 is not it"),
    ],
}
