"""Wrong answers to the exercises of lesson 01, and words of what is said about them."""

import numpy as np

from helpers.marking import lesson_01 as marking

WRONG = {
    "01-1": [
        (marking.codes, "Give every class a column of its own"),
        (marking.transposed, "rows and columns are swapped"),
        (marking.in_own_order, "should follow `classes`"),
        (lambda labels, classes: np.eye(len(classes)), "a row for each label"),
        (lambda labels, classes: labels, "a row for each label"),
    ],
    "01-2": [
        (marking.own_median, "median of `new`"),
        (marking.both_medians, "looks at `new` as well"),
        (marking.mean_of_train, "this is the mean"),
        (marking.not_skipping, "np.nanmedian skips them"),
        (marking.with_zeros, "a 0 is a value"),
        (marking.says_where_known, "1 where the value is known"),
        (marking.says_nothing, "nothing says where they were"),
        (lambda train, new: new, "np.isnan finds the gaps"),
    ],
    "01-3": [
        (marking.by_own_numbers, "would always become 0"),
        (marking.by_both, "those of `train` alone"),
        (marking.divided_by_zero, "constant in `train`"),
        (marking.over_the_table, "axis=0"),
        (marking.of_the_training_part, "The rows of `new`"),
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
