"""Encoders, scalers and PCA against scikit-learn; splits and batches as properties; errors."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import decomposition, model_selection, preprocessing

from helpers import datasets
from helpers.data import (
    PCA,
    MinMaxScaler,
    StandardScaler,
    decode,
    minibatches,
    one_hot,
    train_val_test_split,
)

SCALERS = [
    (StandardScaler, preprocessing.StandardScaler),
    (MinMaxScaler, preprocessing.MinMaxScaler),
    (
        lambda: MinMaxScaler(feature_range=(-1, 3)),
        lambda: preprocessing.MinMaxScaler(feature_range=(-1, 3)),
    ),
]
tables = hnp.arrays(
    st.sampled_from([np.float64, np.int64]),
    st.tuples(st.integers(1, 12), st.integers(1, 5)),
    elements=st.integers(-1000, 1000),
)


def rng(seed=0):
    return np.random.default_rng(seed)


@given(st.lists(st.sampled_from(["apple", "banana", "cherry", "date"]), min_size=1, max_size=20))
def test_one_hot_matches_scikit_learn_and_decode_undoes_it(labels):
    expected = preprocessing.OneHotEncoder(sparse_output=False).fit_transform(
        np.array(labels)[:, None]
    )
    encoded = one_hot(labels)
    np.testing.assert_array_equal(encoded, expected)
    assert encoded.dtype == np.float64
    assert decode(encoded, np.unique(labels)).tolist() == labels


def test_one_hot_keeps_the_order_of_the_given_classes_and_a_column_for_an_absent_one():
    np.testing.assert_array_equal(one_hot([2, 0], classes=[2, 1, 0]), [[1, 0, 0], [0, 0, 1]])
    assert one_hot([], classes=range(3)).shape == (0, 3)


def test_decode_takes_the_highest_score_and_the_first_of_equals():
    assert decode([[0.1, 0.7, 0.2], [5, 5, -1]], classes=["a", "b", "c"]).tolist() == ["b", "a"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: one_hot(["apple", "kiwi"], ["apple", "pear"]),
            r"label 'kiwi' at position 1 .* \['apple', 'pear'\]",
        ),
        (lambda: one_hot([0, 3], range(3)), r"label 3 at position 1 .* \[0, 1, 2\]"),
        (lambda: one_hot(["1"], [0, 1]), r"label '1' at position 0"),
        (lambda: one_hot([[0, 1]]), r"shape \(N,\).*got shape \(1, 2\)"),
        (lambda: one_hot([0, 1], classes=2), r"different labels, got 2;.*range\(K\)"),
        (lambda: one_hot([0], classes=[0, 0]), r"different labels, got \[0, 0\]"),
        (lambda: one_hot(["a", None]), r"labels must not lack a label, got None at position 1"),
        (lambda: one_hot([0, np.nan]), r"labels must not lack a label, got nan at position 1"),
        (lambda: one_hot([1, "a"]), r"labels must be all words or all numbers, got 'a' and 1"),
        (lambda: one_hot(["a"], ["a", 1]), r"classes must be all words or all numbers"),
        (
            lambda: decode([[0.2, 0.8]], ["a", None]),
            r"classes must not lack a label, got None at position 1",
        ),
        (lambda: decode([[0.2, 0.8]], ["a", "b", "c"]), r"shape \(N, 3\).*got \(1, 2\)"),
        (lambda: decode([[1, 0], [np.nan, 1]], "ab"), r"classes must be different labels"),
        (lambda: decode([[1, 0], [1, np.nan]], ["a", "b"]), r"scores\[1, 1\] is nan"),
    ],
)
def test_encoding_errors_say_what_was_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(("ours", "theirs"), SCALERS)
@given(X=tables)
def test_scalers_match_scikit_learn_and_invert(ours, theirs, X):
    scaler, reference = ours().fit(X), theirs().fit(X)
    np.testing.assert_allclose(scaler.transform(X), reference.transform(X), atol=1e-10)
    np.testing.assert_allclose(
        scaler.transform(2 * X + 1), reference.transform(2 * X + 1), rtol=1e-10, atol=1e-10
    )
    np.testing.assert_allclose(scaler.inverse_transform(scaler.transform(X)), X, atol=1e-8)
    for name in (
        "mean_",
        "var_",
        "scale_",
        "min_",
        "data_min_",
        "data_max_",
        "data_range_",
        "n_features_in_",
    ):
        assert hasattr(scaler, name) == hasattr(reference, name)
        if hasattr(scaler, name):
            np.testing.assert_allclose(getattr(scaler, name), getattr(reference, name), atol=1e-10)


@pytest.mark.parametrize(("ours", "theirs"), SCALERS)
@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9 / 3, -1e-9])
def test_a_constant_column_is_only_shifted_as_in_scikit_learn(ours, theirs, constant):
    X = np.column_stack([np.full(97, constant), np.arange(97.0)])
    scaled = ours().fit_transform(X)
    np.testing.assert_allclose(scaled, theirs().fit_transform(X), atol=1e-6)
    assert np.ptp(scaled[:, 0]) == 0
    np.testing.assert_allclose(ours().fit(X).inverse_transform(scaled), X)


@pytest.mark.parametrize(("ours", "theirs"), SCALERS)
def test_scalers_match_scikit_learn_on_float32(ours, theirs):
    X = datasets.load_wine().X.astype(np.float32)
    expected = theirs().fit_transform(X)
    np.testing.assert_allclose(ours().fit_transform(X), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("ours", "theirs"), SCALERS)
def test_scalers_match_scikit_learn_on_a_nearly_constant_column(ours, theirs):
    X = np.array([[1.0], [1.0 + 1e-12]])
    np.testing.assert_allclose(ours().fit_transform(X), theirs().fit_transform(X), rtol=1e-3)


@pytest.mark.parametrize("unit", [1.0, 1e-7, 1e-20, 1e20])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("ours", "theirs"), SCALERS)
def test_scaling_does_not_depend_on_the_unit(ours, theirs, dtype, unit):
    """scikit-learn takes a column of float32 wavelengths in metres for a constant one."""
    X = np.array([[4.0], [5.5], [7.0]])
    expected = theirs().fit_transform(X)
    np.testing.assert_allclose(ours().fit_transform((X * unit).astype(dtype)), expected, atol=1e-5)


@pytest.fixture(scope="module")
def many_rows():
    """300,000 rows around 1000, of deviation 1 in both columns, in float32 and as float64."""
    X = np.random.default_rng(0).normal(1000, 1, (300_000, 2)).astype(np.float32)
    return X, X.astype(float)


def test_standard_scaler_adds_up_many_float32_rows_in_float64(many_rows):
    X, exact = many_rows
    scaler = StandardScaler().fit(X)
    np.testing.assert_allclose(scaler.mean_, exact.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(scaler.var_, exact.var(axis=0), rtol=1e-9)


def test_min_max_scaler_reaches_both_ends_in_float32(many_rows):
    X, _ = many_rows
    Z = MinMaxScaler().fit_transform(X)
    assert Z.min(axis=0).tolist() == [0, 0]
    assert Z.max(axis=0).tolist() == [1, 1]


def test_pca_adds_up_many_float32_rows_in_float64(many_rows):
    X, exact = many_rows
    ours, reference = PCA(2).fit(X), decomposition.PCA(2, svd_solver="full").fit(exact)
    np.testing.assert_allclose(ours.mean_, reference.mean_, rtol=1e-12)
    expected = reference.explained_variance_ratio_
    np.testing.assert_allclose(ours.explained_variance_ratio_, expected, rtol=1e-9)
    assert np.round(expected, 3).tolist() == [0.502, 0.498]
    np.testing.assert_allclose(ours.transform(X), reference.transform(exact), atol=1e-5)


@pytest.mark.parametrize("unit", [1e-200, 1.0, 1e200])
def test_the_variance_that_pca_explains_does_not_depend_on_the_unit(unit):
    X = datasets.load_wine().X
    expected = PCA(3).fit(X).explained_variance_ratio_
    np.testing.assert_allclose(PCA(3).fit(X * unit).explained_variance_ratio_, expected)


def test_scalers_use_the_numbers_of_the_training_part():
    scaler = StandardScaler().fit([[0.0], [2.0]])
    np.testing.assert_array_equal(scaler.transform([[5.0]]), [[4.0]])
    np.testing.assert_array_equal(MinMaxScaler().fit([[0.0], [2.0]]).transform([[5.0]]), [[2.5]])


@pytest.mark.parametrize("transformer", [StandardScaler(), MinMaxScaler(), PCA(1)])
def test_float32_stays_float32_integers_become_floats_and_the_input_is_left_alone(transformer):
    X = np.array([[1, 2], [3, 5], [4, 4]])
    before = X.copy()
    assert transformer.fit_transform(X).dtype == np.float64
    Z = transformer.fit_transform(X.astype(np.float32))
    assert Z.dtype == transformer.inverse_transform(Z).dtype == np.float32
    np.testing.assert_array_equal(X, before)
    assert transformer.transform(X[:0]).shape == (0, Z.shape[1])


@given(
    hnp.arrays(
        np.float64, st.tuples(st.integers(2, 12), st.integers(1, 6)), elements=st.floats(-100, 100)
    ),
    st.data(),
)
def test_pca_matches_scikit_learn(X, draw):
    n = draw.draw(st.integers(1, min(X.shape)))
    spread = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    gaps = -np.diff(spread, append=0) if X.shape[0] > X.shape[1] else -np.diff(spread)
    assume(
        (gaps[:n] > 1e-3 * spread[0]).all() and spread[0] > 1e-3
    )  # equal spreads have no preferred directions
    ours, theirs = PCA(n).fit(X), decomposition.PCA(n, svd_solver="full").fit(X)
    np.testing.assert_allclose(
        ours.explained_variance_ratio_, theirs.explained_variance_ratio_, atol=1e-10
    )
    np.testing.assert_allclose(ours.mean_, theirs.mean_)
    sizes = np.sort(np.abs(theirs.components_), axis=1)
    if (
        X.shape[1] == 1 or (sizes[:, -1] - sizes[:, -2] > 1e-6).all()
    ):  # otherwise rounding decides the sign
        np.testing.assert_allclose(ours.components_, theirs.components_, atol=1e-8)
        np.testing.assert_allclose(ours.transform(X), theirs.transform(X), atol=1e-6)
    np.testing.assert_allclose(ours.components_ @ ours.components_.T, np.eye(n), atol=1e-10)


def test_pca_of_digits_matches_scikit_learn_in_sign_too():
    X = datasets.load_digits().X
    ours, theirs = PCA(20), decomposition.PCA(20, svd_solver="full")
    Z = ours.fit_transform(X)
    np.testing.assert_allclose(Z, theirs.fit_transform(X), atol=1e-8)
    np.testing.assert_allclose(ours.inverse_transform(Z), theirs.inverse_transform(Z), atol=1e-8)
    assert ours.explained_variance_ratio_.sum() == pytest.approx(0.894, abs=1e-3)


def test_pca_with_all_components_loses_nothing():
    X = datasets.load_diabetes().X
    pca = PCA(10)
    np.testing.assert_allclose(pca.inverse_transform(pca.fit_transform(X)), X, atol=1e-9)
    assert pca.explained_variance_ratio_.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: StandardScaler().transform([[1.0]]),
            r"StandardScaler has learnt nothing yet; call fit\(X_train\)",
        ),
        (lambda: MinMaxScaler().inverse_transform([[1.0]]), r"MinMaxScaler has learnt nothing yet"),
        (lambda: PCA(1).transform([[1.0]]), r"PCA has learnt nothing yet"),
        (
            lambda: StandardScaler().fit(np.eye(3)).transform(np.eye(2)),
            r"X has 2 columns, expected 3",
        ),
        (
            lambda: PCA(2).fit(np.eye(3)).inverse_transform(np.eye(3)),
            r"Z has 3 columns, expected 2",
        ),
        (
            lambda: StandardScaler().fit([1.0, 2.0]),
            r"shape \(N, D\), got shape \(2,\).*X\[:, None\]",
        ),
        (
            lambda: MinMaxScaler().fit(np.zeros((0, 2))),
            r"MinMaxScaler needs at least one row to fit, .*\(0, 2\)",
        ),
        (
            lambda: StandardScaler().fit([[1.0, 2.0], [3.0, np.nan]]),
            r"X\[1, 1\] is nan, expected finite",
        ),
        (lambda: MinMaxScaler().fit([[np.inf]]), r"X\[0, 0\] is inf"),
        (lambda: MinMaxScaler(feature_range=(1, 0)), r"low < high, got \(1, 0\)"),
        (lambda: MinMaxScaler(feature_range=(0, np.nan)), r"low < high, got \(0, nan\)"),
        (lambda: PCA(0), r"n_components must be a whole number ≥ 1, got 0"),
        (lambda: PCA(0.95), r"whole number ≥ 1, got 0.95"),
        (lambda: PCA(3).fit(np.eye(2)), r"≤ min\(N, D\) for X of shape \(2, 2\), got 3"),
        (lambda: PCA(1).fit(np.full((4, 2), 0.1)), r"rows that differ, got 4 equal row"),
    ],
)
def test_scaler_and_pca_errors_say_what_was_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


thirds = st.tuples(*[st.integers(1, 8)] * 3).map(
    lambda parts: tuple(part / sum(parts) for part in parts)
)


@given(st.lists(st.integers(16, 60), min_size=1, max_size=8), thirds, st.integers(0, 9))
def test_a_split_deals_every_example_once_and_keeps_the_classes_in_proportion(counts, sizes, seed):
    counts = np.array(counts)
    assume(counts.min() * min(sizes) >= 1)
    y = rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    X = np.arange(len(y))[:, None]
    split = train_val_test_split(X, y, sizes, rng=rng(seed))
    assert sorted(np.concatenate([part.X[:, 0] for part in split])) == list(range(len(y)))
    for part, size in zip(split, sizes):
        np.testing.assert_array_equal(part.y, y[part.X[:, 0]])
        assert (np.abs(np.bincount(part.y, minlength=len(counts)) - size * counts) < 1 + 1e-9).all()
        assert abs(len(part.y) - size * len(y)) < 1 + 1e-9


@given(st.integers(10, 80), thirds)
def test_without_stratify_only_the_totals_are_kept(n, sizes):
    assume(n * min(sizes) >= 1)
    split = train_val_test_split(
        np.arange(n), np.linspace(0, 1, n), sizes, rng=rng(), stratify=False
    )
    assert sorted(np.concatenate([part.X for part in split])) == list(range(n))
    assert all(abs(len(part.y) - size * n) < 1 + 1e-9 for part, size in zip(split, sizes))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, float])
def test_fractions_may_come_in_any_precision(dtype):
    sizes = np.array([0.5, 0.3, 0.2], dtype)
    split = train_val_test_split(np.arange(20), [0, 1] * 10, sizes, rng=rng())
    assert [len(part.y) for part in split] == [10, 6, 4]


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.float32, object, str])
def test_a_split_is_the_same_whatever_type_the_labels_have(dtype):
    y = np.array([0, 1] * 10)
    expected = train_val_test_split(np.arange(20), y, rng=rng())
    split = train_val_test_split(np.arange(20), y.astype(dtype), rng=rng())
    for ours, theirs in zip(split, expected):
        np.testing.assert_array_equal(ours.X, theirs.X)


def test_a_split_is_as_large_as_scikit_learns_on_digits():
    digits = datasets.load_digits()
    split = train_val_test_split(digits.X, digits.y, rng=rng())
    rest, test = model_selection.train_test_split(
        digits.y, test_size=0.2, stratify=digits.y, random_state=0
    )
    train, val = model_selection.train_test_split(
        rest, test_size=0.25, stratify=rest, random_state=0
    )
    for ours, theirs in zip(split, (train, val, test)):
        assert abs(len(ours.y) - len(theirs)) <= 1
        assert np.abs(np.bincount(ours.y) - np.bincount(theirs)).max() <= 1


def test_a_split_is_reproducible_shuffled_and_different_for_another_seed():
    X, y = np.arange(60), np.repeat(["a", "b"], 30)
    first, again, other = (
        train_val_test_split(X, y, rng=rng(seed)).train.X.tolist() for seed in (1, 1, 2)
    )
    assert first == again != other
    assert first != sorted(first)
    assert set(train_val_test_split(X, y, rng=rng()).train.y[:9]) == {
        "a",
        "b",
    }  # classes are mixed within a part


def test_the_smallest_class_gives_a_member_to_every_part_wherever_rounding_allows():
    split = train_val_test_split(np.arange(9), ["a"] * 3 + ["b"] * 6, rng=rng())
    assert [sorted(set(part.y)) for part in split] == [["a", "b"]] * 3


def test_a_part_of_size_0_stays_empty():
    split = train_val_test_split(np.eye(10), [0, 1] * 5, (0.8, 0, 0.2), rng=rng())
    assert [part.X.shape for part in split] == [(8, 10), (0, 10), (2, 10)]


@pytest.mark.parametrize(
    ("X", "y", "options", "message"),
    [
        (np.eye(4), [0, 1, 0], {}, r"one row for each example, got shapes \(4, 4\) and \(3,\)"),
        (np.zeros((0, 2)), [], {}, r"no examples: X has shape \(0, 2\)"),
        (
            np.eye(4),
            [0, 0, 1, 1],
            {"sizes": (0.6, 0.2, 0.3)},
            r"add up to 1, got \[0.6, 0.2, 0.3\]: 1.1",
        ),
        (
            np.eye(4),
            [0, 0, 1, 1],
            {"sizes": (1.2, -0.1, -0.1)},
            r"fractions ≥ 0 .*\[1.2, -0.1, -0.1\]",
        ),
        (np.eye(4), [0, 0, 1, 1], {"sizes": (0.8, 0.2)}, r"three fractions .*\[0.8, 0.2\]"),
        (np.eye(4), [0, 0, 1, 1], {"sizes": (np.nan, 0.5, 0.5)}, r"three fractions .*nan"),
        (
            np.eye(7),
            list("aaaaabb"),
            {},
            r"class 'b' has too few examples, 2: none is left for test at sizes \(0.6, ",
        ),
        (np.eye(2), [0.5, 0.7], {}, r"y is a quantity \(regression\), such as 0.5.*stratify=False"),
        (
            np.eye(3),
            [151.0, 75.0, 141.0],
            {},
            r"class 75.0 has too few examples, 1.*stratify=False",
        ),
        (np.eye(3), np.eye(3), {}, r"y of shape \(N,\).*got \(3, 3\)"),
        (np.eye(3), ["a", None, "b"], {}, r"y must not lack a label, got None at position 1"),
        (np.eye(3), [0, np.nan, 1], {}, r"y must not lack a label, got nan at position 1"),
        (np.eye(3), [0, "a", 1], {}, r"y must be all words or all numbers, got 'a' and 0"),
        (np.eye(3), [0, "a", 1], {"stratify": False}, r"y must be all words or all numbers"),
        (
            np.eye(2),
            [0.5, 0.7],
            {"stratify": False},
            r"the table has too few examples, 2: none is left for \w+",
        ),
    ],
)
def test_split_errors_say_what_was_wrong(X, y, options, message):
    with pytest.raises(ValueError, match=message):
        train_val_test_split(X, y, rng=rng(), **options)


def test_a_seed_in_place_of_a_generator_is_explained():
    for call in (
        lambda: train_val_test_split(np.eye(5), [0] * 5, rng=42),
        lambda: minibatches(np.eye(5), [0] * 5, 2, rng=42),
        lambda: datasets.make_moons(10, noise=0.1, rng=42),
    ):
        with pytest.raises(
            TypeError, match=r"numpy Generator, got 42; try rng=np.random.default_rng"
        ):
            call()


@given(st.integers(1, 40), st.integers(1, 50), st.booleans())
def test_one_pass_of_batches_shows_every_example_once(n, batch_size, shuffle):
    X, y = np.arange(2 * n).reshape(n, 2), -np.arange(n)
    batches = list(minibatches(X, y, batch_size, rng=rng(), shuffle=shuffle))
    assert [len(y) for _, y in batches] == [
        min(batch_size, n - start) for start in range(0, n, batch_size)
    ]
    seen = np.concatenate([y for _, y in batches])
    np.testing.assert_array_equal(np.sort(-seen), np.arange(n))
    np.testing.assert_array_equal(np.concatenate([X for X, _ in batches]), X[-seen])
    if not shuffle:
        np.testing.assert_array_equal(seen, y)


def test_every_pass_has_a_new_order_and_the_same_seed_the_same():
    X = np.arange(50)
    generator = rng()
    first, second = ([b.tolist() for b, _ in minibatches(X, X, 8, rng=generator)] for _ in range(2))
    assert first != second
    assert first == [b.tolist() for b, _ in minibatches(X, X, 8, rng=rng())]


def test_batches_with_replacement_are_independent_draws():
    X = np.arange(1000)
    seen = np.concatenate([b for b, _ in minibatches(X, X, 64, rng=rng(), replace=True)])
    assert len(seen) == 1000
    assert len(np.unique(seen)) == pytest.approx(1000 * (1 - np.exp(-1)), abs=50)


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_batches_keep_dtype_and_the_axes_behind_the_first(dtype):
    batch = next(minibatches(np.zeros((5, 3, 2), dtype), np.zeros(5), 2, rng=rng())).X
    assert batch.shape == (2, 3, 2)
    assert batch.dtype == dtype


@pytest.mark.parametrize(
    ("X", "y", "batch_size", "options", "message"),
    [
        (np.eye(3), [0, 1, 2], 0, {}, r"batch_size must be a whole number ≥ 1, got 0"),
        (np.eye(3), [0, 1, 2], 1.5, {}, r"whole number ≥ 1, got 1.5; .*len\(X\)"),
        (np.eye(3), [0, "a", 2], 2, {}, r"y must be all words or all numbers, got 'a' and 0"),
        (np.eye(3), [0, 1], 2, {}, r"got shapes \(3, 3\) and \(2,\)"),
        (np.eye(3), 7, 2, {}, r"got shapes \(3, 3\) and \(\)"),
        (np.eye(3), [0, 1, 2], 2, {"shuffle": False, "replace": True}, r"leave out shuffle=False"),
    ],
)
def test_batch_errors_come_at_the_call(X, y, batch_size, options, message):
    with pytest.raises(ValueError, match=message):
        minibatches(X, y, batch_size, rng=rng(), **options)
