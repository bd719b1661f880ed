"""What the tables hold, that the scripts in data/ make them, where they lie, and the toy sets."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn import datasets as sklearn_datasets

from helpers import datasets
from helpers.data import StandardScaler, one_hot, train_val_test_split

ROOT = Path(__file__).resolve().parents[2]
TABLES = ["wine", "digits", "breast_cancer", "fruits", "people", "diabetes", "houses"]


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    "make", [datasets.make_moons, datasets.make_circles, datasets.make_spirals]
)
def test_toy_sets_are_balanced_shuffled_and_as_noisy_as_asked(make):
    clean, noisy = make(2001, noise=0.0, rng=rng()), make(2001, noise=0.2, rng=rng())
    assert clean.X.shape == (2001, 2)
    assert np.bincount(clean.y).tolist() == [1001, 1000]
    np.testing.assert_array_equal(clean.y, noisy.y)
    assert np.std(noisy.X - clean.X) == pytest.approx(0.2, rel=0.05)
    assert 0.4 < clean.y[:500].mean() < 0.6
    assert len(make(2, noise=0.0, rng=rng()).y) == 2


@pytest.mark.parametrize(
    ("make", "reference"),
    [
        (datasets.make_moons, lambda: sklearn_datasets.make_moons(100, shuffle=False)),
        (
            datasets.make_circles,
            lambda: sklearn_datasets.make_circles(100, shuffle=False, factor=0.5),
        ),
    ],
)
def test_moons_and_circles_are_scikit_learns(make, reference):
    ours, (X, y) = make(100, noise=0.0, rng=rng()), reference()
    found, expected = (
        [tuple(row) for row in np.column_stack([y, X]).round(9) + 0.0] for X, y in (ours, (X, y))
    )
    assert sorted(found) == sorted(expected)


def test_the_spirals_never_touch():
    X, y = datasets.make_spirals(400, noise=0.0, rng=rng())
    distances = np.linalg.norm(X[y == 0][:, None] - X[y == 1], axis=-1)
    assert distances.min() > 0.15
    assert np.abs(X).max() <= 1


@pytest.mark.parametrize(
    ("make", "drawn"),
    [
        (datasets.make_moons, [1.2422, -0.3814]),
        (datasets.make_circles, [-0.5391, -0.3801]),
        (datasets.make_spirals, [-0.8790, -0.1926]),
    ],
)
def test_a_seed_draws_the_same_points_as_ever(make, drawn):
    X, _ = make(100, noise=0.1, rng=rng())
    np.testing.assert_allclose(X[0], drawn, atol=5e-5)


@pytest.mark.parametrize("noise", [-0.1, np.nan, np.inf])
def test_noise_must_be_a_deviation(noise):
    with pytest.raises(ValueError, match=f"noise must be .*, got {noise}; .*standard deviation"):
        datasets.make_moons(10, noise=noise, rng=rng())


@pytest.mark.parametrize("n", [1, 10.5])
def test_a_toy_set_has_a_whole_number_of_points_at_least_one_for_each_class(n):
    with pytest.raises(ValueError, match=f"n must be a whole number ≥ 2, got {n}; each class"):
        datasets.make_circles(n, noise=0.1, rng=rng())


def test_a_part_keeps_a_quantity_and_words_as_they_are():
    assert datasets.Part.of([[1], [2]], [0.5, np.nan]).y.dtype == np.float64
    assert datasets.Part.of([[1], [2]], ["a", "b"]).y.tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([1, "a"], "y must be all words or all numbers, got 'a' and 1"),
        (np.array([1, "a"], object), "y must be all words or all numbers, got 'a' and 1"),
        (["a", None], "y must not lack a label, got None at position 1"),
        (np.array(["a", np.nan], object), "y must not lack a label, got nan at position 1"),
        ([1, {2}], r"y must be words or numbers, got \{2\} at position 1"),
    ],
)
def test_targets_of_mixed_kinds_are_refused_where_lists_become_arrays(y, message):
    with pytest.raises(ValueError, match=message):
        datasets.Part.of([[1], [2]], y)


def load(name, path=None):
    return getattr(datasets, f"load_{name}")(path)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_loads_and_fits_together(name):
    table = load(name)
    n, d = table.X.shape
    assert table.y.shape == (n,)
    assert len(table.feature_names) == d
    assert table.about
    assert table.X.dtype == np.float64
    if name in ("diabetes", "houses"):
        assert table.y.dtype == np.float64
        assert len(table.target_names) == 1
    else:
        assert sorted(set(table.y)) == list(range(len(table.target_names)))
    again = load(name, ROOT / "data" / f"{name}.csv")
    np.testing.assert_array_equal(again.X, table.X)
    np.testing.assert_array_equal(again.y, table.y)


@pytest.mark.parametrize("name", ["wine", "digits", "breast_cancer", "diabetes"])
def test_exported_tables_are_scikit_learns(name):
    ours = load(name)
    theirs = (
        sklearn_datasets.load_diabetes(scaled=False)
        if name == "diabetes"
        else getattr(sklearn_datasets, f"load_{name}")()
    )
    np.testing.assert_allclose(ours.X, theirs.data, rtol=1e-9)
    assert list(ours.feature_names) == list(theirs.feature_names)
    if name == "diabetes":
        np.testing.assert_array_equal(ours.y, theirs.target)
    else:
        np.testing.assert_array_equal(
            ours.target_names[ours.y], theirs.target_names[theirs.target].astype(str)
        )


@pytest.mark.parametrize("script", ["generate.py", "export_sklearn.py"])
def test_the_scripts_write_the_committed_tables(script, tmp_path):
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, ROOT / "data" / script, tmp_path], check=True, env=environment)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted(
        ["flats_raw.csv", "fruits.csv", "houses.csv", "people.csv"]
        if script == "generate.py"
        else ["breast_cancer.csv", "diabetes.csv", "digits.csv", "wine.csv"]
    )
    for name in written:
        assert (tmp_path / name).read_text() == (ROOT / "data" / name).read_text(), name


def test_every_table_is_described():
    readme = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "data").glob("*.csv"):
        assert f"### {path.name}: " in readme
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        assert f"{len(rows) - 1:,} " in readme.split(f"### {path.name}: ")[1].splitlines()[0]
        assert f"**{rows[0][-1]}**" in readme.split(f"### {path.name}: ")[1].split("\n### ")[0]


def test_what_the_description_runs_is_true():
    readme = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    names = {}
    for code in re.findall(r"```python\n(.*?)```", readme, re.S):
        exec(code, names)
    assert names["wine"].X.shape == (178, 13)
    assert names["labels"][names["codes"] == 1].tolist() == ["banana"] * 100


@pytest.mark.parametrize("folders", [["helpers/tables"], ["data"], ["data", "helpers/tables"]])
def test_the_tables_are_found_in_a_checkout_and_in_an_installed_copy(tmp_path, folders):
    """An installed copy has them in the package, whatever else is called data beside it."""
    ignored = shutil.ignore_patterns("explorers", "pictures", "tables", "__pycache__")
    shutil.copytree(ROOT / "helpers", tmp_path / "helpers", ignore=ignored)
    for folder in folders:
        (tmp_path / folder).mkdir()
    shutil.copy(datasets.DATA / "wine.csv", tmp_path / folders[-1])
    code = "from helpers import datasets as d; print(len(d.load_wine().X), d.DATA)"
    result = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == f"178 {tmp_path.resolve() / folders[-1]}"


def least_squares(X, y):
    inputs = np.column_stack([X, np.ones(len(X))])
    return inputs @ np.linalg.lstsq(inputs, y, rcond=None)[0]


def nearest_neighbour_accuracy(train, test):
    distances = ((test.X[:, None] - train.X) ** 2).sum(axis=-1)
    nearest = train.y[np.argsort(distances, axis=1)[:, :5]]
    return np.mean([np.bincount(labels).argmax() for labels in nearest] == test.y)


def test_fruits_cannot_be_priced_by_integer_codes():
    fruits = datasets.load_fruits()
    price = fruits.X[:, fruits.feature_names.index("price")]
    errors = [
        np.mean((least_squares(X, price) - price) ** 2)
        for X in (fruits.y[:, None], one_hot(fruits.y))
    ]
    assert errors[0] > 0.8
    assert errors[1] < 0.011


@pytest.mark.parametrize(("name", "raw", "scaled"), [("people", 0.6, 0.85), ("wine", 0.75, 0.93)])
def test_distances_need_scaling(name, raw, scaled):
    table = load(name)
    accuracies = []
    for seed in range(5):
        train, _, test = train_val_test_split(table.X, table.y, rng=rng(seed))
        scaler = StandardScaler().fit(train.X)
        parts = [part._replace(X=scaler.transform(part.X)) for part in (train, test)]
        accuracies.append(
            [nearest_neighbour_accuracy(train, test), nearest_neighbour_accuracy(*parts)]
        )
    measured = np.mean(accuracies, axis=0)
    assert measured[0] < raw
    assert measured[1] > scaled


def test_houses_scaled_are_a_problem_for_hundreds_of_steps_and_unscaled_for_hundreds_of_thousands():
    houses = datasets.load_houses()
    condition = [
        np.linalg.cond(np.column_stack([X, np.ones(len(X))])) ** 2
        for X in (StandardScaler().fit_transform(houses.X), houses.X)
    ]
    assert 10 < condition[0] < 25
    assert condition[1] > 200_000
