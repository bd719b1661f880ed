"""A past that grows for ever is kept in a few rows, evenly spread from its start to now."""

import numpy as np

from helpers.pictures.history import History


def past(count, most):
    history = History(most)
    for when in range(count):
        history.add((when, when / 2))
    return history


def test_a_short_past_is_kept_whole():
    assert past(10, most=10).rows == [(when, when / 2) for when in range(10)]
    assert History().rows == []


def test_a_long_past_is_spread_evenly_from_its_start_to_now():
    for count in (11, 12, 99, 1000, 4097):
        times = [when for when, _ in past(count, most=10).rows]
        assert (times[0], times[-1]) == (0, count - 1)
        assert 5 <= len(times) <= 11
        assert len(set(np.diff(times[:-1]))) == 1


def test_a_row_of_the_same_time_takes_the_place_of_the_last():
    for count in (3, 12):  # the last one is kept, or only the last
        history = past(count, most=10)
        length = len(history.rows)
        history.add((count - 1, "another"))
        assert history.rows[-1] == (count - 1, "another")
        assert len(history.rows) == length
