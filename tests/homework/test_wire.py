"""Values cross the wire as they are; bytes that somebody made up raise Broken and nothing else."""

from __future__ import annotations

import json
import math
from collections import OrderedDict, namedtuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homework.grader.packing import Packer
from homework.grader.unpacking import READ, Unpacker
from homework.grader.wire import DTYPES, HEADER, Broken, TooLarge

Split = namedtuple("Split", "train test")


def no_handle(value):
    raise TypeError(f"{type(value).__name__} has no value form")


def broken(body):
    raise Broken("no handles here")


def there_and_back(value):
    data = Packer(no_handle).pack(value)
    size, _ = HEADER.unpack(data[: HEADER.size])
    tree = data[HEADER.size : HEADER.size + size]
    return Unpacker(broken).unpack(tree, data[HEADER.size + size :])


def same(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and (one == other or (one != one and other != other))


PLAIN = [
    None,
    True,
    0,
    -(2**70),
    0.1,
    math.inf,
    -0.0,
    math.nan,
    1 + 2j,
    "naïve ✓\n",
    b"\x00\xff",
    [],
    [1, [2.0, "x"]],
    (1,),
    {"a": 1, (1, "b"): [2], 3: None},
    {1, 2},
    frozenset("ab"),
    slice(1, None, -1),
    range(2, 9, 3),
    ...,
    float,
    ValueError,
    np.float32,
    np.dtype("int16"),
    np.float32(0.1),
    np.bool_(True),
    np.int8(-3),
    np.zeros((2, 0, 3)),
    np.array(3.5),
    np.arange(6).reshape(2, 3).T,
    np.array([True, False]),
    np.array([1 + 2j], dtype=np.complex64),
    np.array(["cat", "mouse"]),
    np.array([None, "a", 2.5], dtype=object),
    np.array([1, 2], dtype=">i4").astype("i4"),
]


@pytest.mark.parametrize(
    "value", PLAIN, ids=[f"{k}-{type(v).__name__}" for k, v in enumerate(PLAIN)]
)
def test_a_value_arrives_as_it_was(value):
    assert same(value, there_and_back(value))


def test_a_namedtuple_keeps_its_name_and_fields():
    found = there_and_back(Split(np.ones(2), test=3))
    assert type(found).__name__ == "Split" and found._fields == ("train", "test")
    assert found.test == 3


def test_what_inherits_from_a_plain_class_arrives_as_the_plain_class():
    class Sly(float):
        def __eq__(self, other):
            return True

    assert type(there_and_back(Sly(2.0))) is float
    assert type(there_and_back(OrderedDict(a=1))) is dict
    assert type(there_and_back(np.ma.masked_array([1.0], [True]))) is np.ndarray


def test_a_generator_draws_on_where_it_was():
    rng = np.random.default_rng(3)
    rng.normal(size=5)
    found = there_and_back(rng)
    assert np.array_equal(found.normal(size=4), rng.normal(size=4))


def test_arrays_arrive_writeable_and_nobody_elses():
    value = np.arange(3.0)
    found = there_and_back([value, value])
    found[0][0] = 7
    assert found[1][0] == value[0] == 0


@pytest.mark.parametrize(
    "value", [np.zeros(10**8, np.uint8), "x" * 10**8, 10**5000], ids=["array", "text", "integer"]
)
def test_what_is_too_large_is_refused_where_it_is(value):
    with pytest.raises(TooLarge):
        there_and_back(value)


def test_a_list_within_itself_is_refused():
    value = []
    value.append(value)
    with pytest.raises(TooLarge):
        there_and_back(value)


# Bytes that somebody made up

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
NAMES = st.sampled_from([*READ, "h", "zz"]) | st.text(max_size=2)
WORDS = st.sampled_from([*sorted(DTYPES), "O", "U", "float", "np.ndarray", "_x", "class", "a"])
TREES = st.recursive(
    SCALARS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=12,
)


def survives(tree: bytes, numbers: bytes) -> None:
    try:
        Unpacker(broken).unpack(tree, numbers)
    except Broken:
        pass


@given(TREES, st.binary(max_size=40))
@settings(max_examples=200)
def test_made_up_trees_are_values_or_broken(tree, numbers):
    survives(json.dumps(tree).encode(), numbers)


@given(NAMES, st.lists(TREES, max_size=5), st.binary(max_size=40))
@settings(max_examples=200)
def test_made_up_bodies_of_every_tag_are_values_or_broken(tag, body, numbers):
    survives(json.dumps({tag: body}).encode(), numbers)


@given(st.binary(max_size=60), st.binary(max_size=10))
@settings(max_examples=100)
def test_made_up_bytes_are_broken(tree, numbers):
    survives(tree, numbers)


@given(st.data())
@settings(max_examples=100)
def test_a_message_with_a_byte_changed_is_a_value_or_broken(data):
    message = Packer(no_handle).pack([np.arange(4.0), {"a": (1, "b")}, Split(1, 2), {1.5}])
    size, _ = HEADER.unpack(message[: HEADER.size])
    place = data.draw(st.integers(HEADER.size, len(message) - 1))
    changed = bytearray(message)
    changed[place] = data.draw(st.integers(0, 255))
    body = bytes(changed[HEADER.size :])
    survives(body[:size], body[size:])


@pytest.mark.slow
@given(TREES, st.binary(max_size=40))
@settings(max_examples=40_000)
def test_forty_thousand_trees(tree, numbers):
    survives(json.dumps(tree).encode(), numbers)


MADE_UP = {
    "keys that collide": {"d": [[k * (2**61 - 1), 0] for k in range(20_001)]},
    "a set of too many": {"s": [0, list(range(20_001))]},
    "too many digits": None,
    "too deep": json.loads("[" * 40 + "]" * 40),
    "an array of more than there is": {"a": ["f8", [10**9], None]},
    "an array with a negative side": {"a": ["f8", [-1], None]},
    "an object array by dtype": {"a": ["O", [1], None]},
    "text that becomes a wide array": {"o": ["U", [3000], ["x" * 6000, *[""] * 2999]]},
    "a list as a key": {"d": [[[1], 2]]},
    "a namedtuple with a method's name": {"n": ["T", ["_asdict"], [1]]},
    "a namedtuple named by code": {"n": ["T(object): pass", ["a"], [1]]},
    "a keyword as a field": {"n": ["T", ["class"], [1]]},
    "a type that may not be named": {"k": "type"},
    "eval": {"k": "eval"},
    "an endless range": {"r": [0, 10**12, 1]},
    "a random state of nothing": {"g": [None, -1, 0, 0, 0]},
    "two tags": {"t": [], "s": []},
    "no tag": {},
    "a handle": {"h": ["yours", 0, False, ""]},
}


@pytest.mark.parametrize("name", MADE_UP)
def test_a_message_made_up_with_care_is_broken(name):
    text = MADE_UP[name]
    tree = b"1" * 4100 if name == "too many digits" else json.dumps(text).encode()
    with pytest.raises(Broken):
        Unpacker(broken).unpack(tree, b"")


def test_a_truth_is_true_or_false_whatever_its_byte():
    found = Unpacker(broken).unpack(b'{"a":["b1",[2],null]}', b"\x02\x00")
    assert found.view("u1").tolist() == [1, 0]


def test_half_a_letter_becomes_one_that_files_can_hold():
    assert Unpacker(broken).unpack(b'"\\ud800"', b"").encode() == b"?"
