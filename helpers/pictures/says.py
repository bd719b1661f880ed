"""Numbers in words: how every figure of the course writes a sign, a share, a factor, a power of ten.

A summary is read while one drags, and read aloud: so minus is a minus sign, a large number has its
thousands apart, and nobody meets "e-05".
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def minus(text: str) -> str:
    """The text with minus signs in the place of hyphens.

    >>> minus("-0.5")
    '−0.5'
    """
    return text.replace("-", "−")


def fixed(number: float, decimals: int = 2) -> str:
    """A number with so many decimals.

    >>> fixed(-0.123), fixed(1234.5, 1)
    ('−0.12', '1,234.5')
    """
    return minus(f"{number:,.{decimals}f}")


def digits(number: float, count: int = 3) -> str:
    """A number in so many significant digits, as 1,230 or 0.00123; a power of ten far from 1.

    >>> digits(0.5), digits(12345.6), digits(-2e-9, 2), digits(0.0)
    ('0.5', '12,300', '−2 · 10⁻⁹', '0')
    """
    if number == 0:
        return "0"
    if not 1e-4 <= abs(number) < 1e6:
        return power(number, count)
    rounded = float(f"{number:.{count}g}")
    whole = abs(rounded) >= 10 ** (count - 1)
    return minus(f"{rounded:,.0f}" if whole else f"{rounded:.{count}g}")


def power(number: float, count: int = 1) -> str:
    """A number as a factor times a power of ten, with so many digits of the factor.

    >>> power(3.2e-7), power(1e12)
    ('3 · 10⁻⁷', '1 · 10¹²')
    """
    exponent = int(np.floor(np.log10(abs(number))))
    factor = float(f"{number / 10.0**exponent:.{count}g}")
    if abs(factor) >= 10:  # 9.99 rounds up to 10
        factor, exponent = factor / 10, exponent + 1
    return f"{minus(f'{factor:g}')} · 10{str(exponent).translate(SUPERSCRIPTS)}"


def percent(share: float, decimals: int = 0) -> str:
    """A share from 0 to 1 in percent.

    >>> percent(0.123), percent(0.00123, 2)
    ('12 %', '0.12 %')
    """
    return f"{fixed(100 * share, decimals)} %"


def pair(values: Iterable[float], count: int = 2) -> str:
    """A point or a direction in brackets.

    >>> pair([1.5, -0.25])
    '(1.5, −0.25)'
    """
    return f"({', '.join(digits(value, count) for value in values)})"


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "step"), counted(1200, "step")
    ('1 step', '1,200 steps')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: Iterable[str]) -> str:
    """Names in a row, the last two joined by "and".

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
