"""Numbers in words: read back, each is the number to the digits that were said; no odd sign."""

import math
import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers.pictures import says

ANY = st.floats(-1e308, 1e308)  # rounded up, a larger one could not be read back
ORDINARY = st.floats(-1e12, 1e12)
SHARES = st.floats(0, 1)
NO_NUMBERS = [(math.inf, "infinity"), (-math.inf, "−infinity"), (math.nan, "not a number")]


def read(said):
    """The number that a reader makes of these words."""
    factor, _, exponent = said.replace(",", "").replace(" ", "").partition("·10")
    signs = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")
    return float(f"{factor}e{exponent or 0}".translate(signs))


def near(said, number, count):
    """Whether what was said is the number to so many significant digits."""
    return abs(read(said) - number) <= abs(number) * 0.5 * 10.0 ** (1 - count) * (1 + 1e-9) + 5e-324


def well_formed(said):
    """No hyphen for a minus, no e-05, no −0, no nan or inf, thousands apart."""
    assert not re.search(r"-|e[-−+\d]|nan|inf\b", said), said
    assert not re.fullmatch(r"−0(\.0*)?", said), said
    whole = re.match(r"−?([\d,]+)", said)
    assert whole is None or re.fullmatch(r"\d{1,3}(,\d{3})*", whole[1]), said
    return said


@given(ORDINARY, st.integers(0, 5))
def test_fixed_says_so_many_decimals(number, decimals):
    said = well_formed(says.fixed(number, decimals))
    if abs(number) < says.LONGEST:
        assert abs(read(said) - number) <= 0.5 * 10.0**-decimals * (1 + 1e-9) + 1e-12 * abs(number)
        assert len(said.partition(".")[2]) == decimals
    else:
        assert near(said, number, 3)


@given(ANY, st.integers(1, 6))
@example(1000.0, 5)
def test_digits_says_so_many_significant_digits(number, count):
    assert near(well_formed(says.digits(number, count)), number, count)


@given(ANY, st.integers(1, 6))
def test_power_says_so_many_digits_of_the_factor(number, count):
    said = well_formed(says.power(number, count))
    assert near(said, number, count)
    assert number == 0 or 1 <= abs(read(said.partition("·")[0])) < 10


@given(SHARES, st.integers(0, 3))
def test_percent_is_right_to_its_last_digit_and_never_none_or_all_for_a_part(share, decimals):
    said = well_formed(says.percent(share, decimals))
    word, _, rest = said.removesuffix(" %").rpartition(" ")
    number = read(rest)
    step = 10.0**-decimals
    if word == "below":
        assert 0 < share and number == pytest.approx(step) and 100 * share <= step / 2
    elif word == "above":
        assert share < 1 and number == pytest.approx(100 - step) and 100 * share >= 100 - step / 2
    else:
        assert abs(number - 100 * share) <= step / 2 * (1 + 1e-9)
        assert (number == 0) == (share == 0)
        assert number != 100 or share > 1 - 1e-8


@given(ANY)
def test_ratio_is_right_to_two_digits_or_to_one_of_a_power_of_ten(number):
    said = well_formed(says.ratio(number))
    assert near(said, number, 2 if 0.01 <= abs(number) < 1_000 else 1)
    assert len(said) <= 11


@given(ORDINARY)
def test_rounded_is_right_to_two_digits(number):
    said = well_formed(says.rounded(number))
    assert near(said, number, 2) or abs(read(said) - number) <= 0.05 + 1e-9


@given(st.floats(0, 1e8))
def test_loss_is_right_to_three_decimals_while_it_is_small(value):
    said = well_formed(says.loss(value))
    assert abs(read(said) - value) <= (0.0005 if value < 100 else 0.5) + 1e-9


@given(st.floats(0, 1e8))
def test_about_says_so_when_it_is_not_exact(number):
    said = well_formed(says.about(number))
    assert said.startswith("about ") == (number >= 25)
    assert near(said.removeprefix("about "), number, 2)


@given(st.floats(1e-300, 1e3), st.floats(1e-300, 1))
def test_a_number_below_what_counts_is_said_to_be_below_it(number, low):
    said = well_formed(says.not_below(number, low))
    assert said.startswith("below ") == (number < low)
    assert near(said.removeprefix("below "), low if number < low else number, 1)


@given(ANY)
@example(1000.0)
def test_a_number_in_a_box_is_short_and_right_to_the_digits_it_has(value):
    said = well_formed(says.number(value))
    assert near(said, value, 4 if 0.1 <= abs(value) < 10_000 else 2)
    assert len(said) <= 11
    assert says.is_exact(value) == (read(said) == value)


@given(st.lists(ANY, min_size=1, max_size=4))
def test_a_pair_holds_its_numbers_in_order(values):
    said = says.pair(values, 3)
    numbers = said.removeprefix("(").removesuffix(")").split(", ")
    assert all(
        near(well_formed(part), value, 3) for part, value in zip(numbers, values, strict=True)
    )


@pytest.mark.parametrize(("number", "words"), NO_NUMBERS)
@pytest.mark.parametrize(
    "say",
    [
        says.fixed,
        says.digits,
        says.power,
        says.percent,
        says.ratio,
        says.rounded,
        says.loss,
        says.about,
        says.degrees,
    ],
)
def test_what_is_no_number_is_said_in_words(say, number, words):
    assert say(number) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (says.fixed(-0.0), "0.00"),
        (says.fixed(-0.004), "0.00"),
        (says.fixed(-0.4, 0), "0"),
        (says.fixed(999.999), "1,000.00"),
        (says.digits(-0.0), "0"),
        (says.digits(0.0999999), "0.1"),
        (says.digits(999_999.6), "1,000,000"),
        (says.digits(0.00009999999), "1·10⁻⁴"),
        (says.digits(np.float32(0.1)), "0.1"),
        (says.power(9.99e11), "1·10¹²"),
        (says.power(5e-324), "5·10⁻³²⁴"),
        (says.power(0), "0"),
        (says.percent(0), "0 %"),
        (says.percent(0.00006, 2), "0.01 %"),
        (says.percent(1e-30, 2), "below 0.01 %"),
        (says.percent(299 / 300), "above 99 %"),
        (says.percent(sum([0.1] * 10)), "100 %"),
        (says.percent(-0.001), "0 %"),
        (says.ratio(9.99), "10"),
        (says.ratio(999.9), "1,000"),
        (says.rounded(9.97), "10"),
        (says.rounded(-0.01), "0"),
        (says.loss(99.9999), "100.000"),
        (says.degrees(-0.2), "0°"),
        (says.number(-0.0), "0"),
        (says.number(11.02), "11.02"),
        (says.number(1e-30), "1·10⁻³⁰"),
        (says.number(math.inf), "∞"),
        (says.number(math.nan), "NaN"),
        (says.bracketed("−2"), "(−2)"),
        (says.bracketed("2 − 1"), "2 − 1"),
        (says.counted(np.int64(1_000), "epoch"), "1,000 epochs"),
        (says.counted(0, "batch", "batches"), "0 batches"),
        (says.counted(1.0, "batch", "batches"), "1 batch"),
        (says.listed(["a", "b"]), "a and b"),
        (says.listed(iter("abc")), "a, b and c"),
    ],
)
def test_at_the_edges(said, words):
    assert said == words


@pytest.mark.parametrize("number", [1.5, -1, math.nan])
def test_things_are_counted_in_whole_numbers(number):
    with pytest.raises(ValueError, match="the number of things must be a whole number ≥ 0"):
        says.counted(number, "step")
