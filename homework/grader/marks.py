"""`inplace`, as the test of a submission needs it: it remembers what may be changed.

A student's code gets copies of what a test passes, so it cannot change the test's own arrays. Where
a task asks for a change in place the test says `inplace(theta)`; in a notebook that is theta and no
more. Here it is noted down too, until the next call of the student's code.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.marking import exercise

IN_NOTEBOOKS = exercise.inplace
_marked: dict[int, Any] = {}


def inplace(value: Any) -> Any:
    """The value itself; its arrays (and generators) may be changed by the call that takes it.

    >>> theta, before = np.zeros(2), take()
    >>> inplace(theta) is theta, len(take()), len(take())
    (True, 1, 0)
    """
    if isinstance(value, (np.ndarray, np.random.Generator)):
        _marked[id(value)] = value
    elif isinstance(value, (list, tuple)):
        for one in value:
            inplace(one)
    elif isinstance(value, dict):
        for one in value.values():
            inplace(one)
    return value


def take() -> dict[int, Any]:
    """{id: value} of what was marked since the last time."""
    found = dict(_marked)
    _marked.clear()
    return found


exercise.inplace = inplace  # the checks of T, too, see what a function does to its arguments
