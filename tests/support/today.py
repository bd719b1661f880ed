"""A sample that changes with the date: what is too long for every day comes round in turn."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def todays(items: Sequence[Item], today: datetime.date | None = None) -> Item:
    """The item whose turn it is today; after as many days as there are items each had its turn.

    >>> days = [datetime.date(2026, 1, day) for day in (1, 2, 3, 4)]
    >>> [todays("abc", day) for day in days]
    ['a', 'b', 'c', 'a']
    """
    day = today or datetime.date.today()
    return items[day.toordinal() % len(items)]
