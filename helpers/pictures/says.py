"""Numbers in words: how every figure of the course writes a sign, a share, a power of ten.

A summary is read while one drags, and read aloud: so minus is a minus sign, a large number has its
thousands apart, nobody meets "e-05" or "-0", and what is no number is said in words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from helpers.checks import whole

SUPERSCRIPTS = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALL, LARGE = 1e-4, 1e6  # between them digits are written out
LONGEST = 1e9  # with decimals, a number is written out up to here
NEARLY_ALL = 1 - 1e-9  # a sum of shares comes no nearer to 1 than its rounding


def minus(text: str) -> str:
    """The text with minus signs in the place of hyphens.

    >>> minus("-0.5")
    '−0.5'
    """
    return text.replace("-", "−")


def fixed(number: float, decimals: int = 2) -> str:
    """A number with so many decimals; from a thousand millions on, three digits and a power of ten.

    >>> fixed(-0.123), fixed(1234.5, 1), fixed(-0.001), fixed(3.2e48), fixed(math.inf)
    ('−0.12', '1,234.5', '0.00', '3.2·10⁴⁸', 'infinity')
    """
    if not abs(number) < LONGEST:
        return power(number, 3)
    written = f"{number:,.{decimals}f}"
    is_zero = not written.strip("-0.")
    return written.removeprefix("-") if is_zero else minus(written)


def digits(number: float, count: int = 3) -> str:
    """A number in so many significant digits, as 1,230 or 0.00123; a power of ten far from 1.

    >>> digits(0.5), digits(12345.6), digits(1000, 5), digits(-2e-9, 2), digits(0), digits(math.nan)
    ('0.5', '12,300', '1,000', '−2·10⁻⁹', '0', 'not a number')
    """
    if number == 0:
        return "0"
    if not SMALL <= abs(number) < LARGE:
        return power(number, count)
    rounded = float(f"{number:.{count}g}")
    if abs(rounded) >= 10 ** (count - 1):
        return minus(f"{rounded:,.0f}")
    return minus(f"{rounded:,.{count}g}")


def power(number: float, count: int = 1) -> str:
    """A number as a factor times a power of ten, with so many digits of the factor.

    >>> power(3.2e-7), power(1e12), power(-9.96e4, 2), power(math.inf)
    ('3·10⁻⁷', '1·10¹²', '−1·10⁵', 'infinity')
    """
    if number == 0:
        return "0"
    if not math.isfinite(number):
        return _no_number(number)
    factor, exponent = f"{number:.{count - 1}e}".split("e")
    raised = minus(str(int(exponent))).translate(SUPERSCRIPTS)
    return f"{minus(f'{float(factor):g}')}·10{raised}"


def _no_number(number: float) -> str:
    if math.isnan(number):
        return "not a number"
    return "infinity" if number > 0 else "−infinity"


def percent(share: float, decimals: int = 0) -> str:
    """A share from 0 to 1 in percent; what is neither none nor all is never rounded to it.

    >>> percent(0.123), percent(0.00123, 2), percent(1e-9, 2), percent(0.9996), percent(1)
    ('12 %', '0.12 %', 'below 0.01 %', 'above 99 %', '100 %')
    """
    if not math.isfinite(share):
        return _no_number(share)
    smallest = 10.0**-decimals
    said = round(100 * share, decimals)
    if said == 0 and share > 0:
        return f"below {fixed(smallest, decimals)} %"
    if said == 100 and share < NEARLY_ALL:
        return f"above {fixed(100 - smallest, decimals)} %"
    return f"{fixed(100 * share, decimals)} %"


def ratio(number: float, high: float = 1_000) -> str:
    """How many times as large: two digits below 10, whole up to `high`, then a power of ten.

    Below 0.01 a power of ten, too. For what is only to be compared.

    >>> ratio(0.0123), ratio(4.56), ratio(123.4), ratio(123_456), ratio(123_456, high=1e6)
    ('0.012', '4.6', '123', '1·10⁵', '123,456')
    """
    if number == 0 or 0.01 <= abs(number) < high:
        return digits(number, 2) if abs(number) < 9.95 else fixed(number, 0)
    return power(number)


def rounded(number: float) -> str:
    """A number below 10 with one decimal, unless it is whole; from 10 on whole, to three digits.

    >>> rounded(2.0), rounded(2.34), rounded(12.34), rounded(1234.5)
    ('2', '2.3', '12', '1,230')
    """
    if abs(number) < 9.95:
        return fixed(number, 1).removesuffix(".0")
    return fixed(float(f"{number:.3g}"), 0)


def loss(value: float) -> str:
    """A loss that is watched while it falls: three decimals below 100, none above.

    >>> loss(0.69315), loss(1234.5)
    ('0.693', '1,234')
    """
    return fixed(value, 3 if abs(value) < 100 else 0)


def about(number: float, exact_below: float = 25) -> str:
    """A count that is exact while it is small, and "about" a whole number from then on.

    >>> about(12), about(1234.5)
    ('12', 'about 1,234')
    """
    if number < exact_below or not math.isfinite(number):
        return digits(number, 2)
    return f"about {fixed(number, 0)}"


def not_below(number: float, low: float, count: int = 1) -> str:
    """A number above 0 in so many digits, unless it is below what still counts.

    >>> not_below(0.0123, low=1e-5), not_below(1e-9, low=1e-5)
    ('0.01', 'below 1·10⁻⁵')
    """
    return f"below {digits(low, count)}" if number < low else digits(number, count)


def unbroken(text: str) -> str:
    """The text with no place to break a line between a number and its percent sign.

    >>> unbroken("Only 12 % of the points.") == "Only 12\N{NO-BREAK SPACE}% of the points."
    True
    """
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def degrees(angle: float, decimals: int = 0) -> str:
    """An angle in degrees.

    >>> degrees(-45.2)
    '−45°'
    """
    return f"{fixed(angle, decimals)}°" if math.isfinite(angle) else _no_number(angle)


def number(value: Any) -> str:
    """A value as short as the boxes of a graph: four digits, or two of a large or small number.

    Of an array its shape, of None nothing.

    >>> number(-2.3456), number(-0.00390625), number(12345), number(np.ones((2, 3))), number(None)
    ('−2.346', '−0.0039', '1.2·10⁴', '2×3', '')
    """
    if value is None:
        return ""
    if np.ndim(value):
        return "×".join(map(str, np.shape(value)))
    value = float(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"  # words are too wide
    value += 0.0  # no −0
    written = f"{value:,.{4 if 0.1 <= abs(value) < 10_000 else 2}g}"
    if "e" in written:
        return power(value, 2)
    return minus(written)


def is_exact(value: float) -> bool:
    """Whether `number` says all of this value, so that "=" may stand before it and not "≈".

    >>> is_exact(0.125), is_exact(1 / 3)
    (True, False)
    """
    return math.isfinite(value) and _read(number(value)) == value


def _read(said: str) -> float:
    """The value of what `number` has written of a number."""
    plain = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")
    return float(said.replace(",", "").replace("·10", "e").translate(plain))


def bracketed(term: str) -> str:
    """A factor or a summand in brackets, if it has a sign of its own.

    >>> f"3 · {bracketed(fixed(-2))}", bracketed("2.00")
    ('3 · (−2.00)', '2.00')
    """
    return f"({term})" if term.startswith("−") else term


def pair(values: Iterable[float], count: int = 2) -> str:
    """A point or a direction in brackets, each number in so many digits.

    >>> pair([1.5, -0.25])
    '(1.5, −0.25)'
    """
    return f"({', '.join(digits(value, count) for value in values)})"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number of things; `plural` where the noun does not just get an s.

    Raises ValueError unless the number is whole and 0 or more.

    >>> counted(1, "step"), counted(1200, "step"), counted(2, "batch", "batches")
    ('1 step', '1,200 steps', '2 batches')
    """
    count = whole("the number of things", number, low=0)
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(names: Iterable[str]) -> str:
    """Names in a row, the last two joined by "and"; nothing for none.

    >>> listed(["a"]), listed(["a", "b", "c"]), listed([])
    ('a', 'a, b and c', '')
    """
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last
