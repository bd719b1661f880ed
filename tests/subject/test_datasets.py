"""What the tables hold, that the scripts in data/ make them, how a table of one's own is read, and the toy sets."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


@pytest.mark.parametrize("noise", [-0.1, np.nan, np.inf])
def test_noise_must_be_a_deviation(noise):
    with pytest.raises(ValueError, match="noise is a standard deviation and must be ≥ 0, got"):
        datasets.make_moons(10, noise=noise, rng=rng())


def test_a_toy_set_needs_a_point_for_each_class():
    with pytest.raises(ValueError, match="n must be ≥ 2 .*got 1"):
        datasets.make_circles(1, noise=0.1, rng=rng())


def load(name, path=None):
    return getattr(datasets, f"load_{name}")(path)


def write(folder, text, name="mine.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


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
        ["fruits.csv", "houses.csv", "people.csv"]
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


def test_a_table_of_ones_own_is_read_by_the_rules(tmp_path):
    path = write(
        tmp_path,
        '\ufefflength, width ,kind\r\n 1.5,2,long\r\n\r\n3,4e0, "round, or so"\r\n5,6,long\r\n\r\n',
    )
    table = load("wine", path)
    np.testing.assert_array_equal(table.X, [[1.5, 2], [3, 4], [5, 6]])
    assert table.feature_names == ("length", "width")
    assert table.target_names[table.y].tolist() == ["long", "round, or so", "long"]
    assert table.about == f"3 rows of {path}"
    assert load("wine", str(path)).about == table.about


def test_labels_and_names_of_features_may_be_numbers_and_quantities_keep_their_name(tmp_path):
    path = write(tmp_path, "2024,2025,y\n1,1,7\n2,1,3\n3,1,7\n")
    labels, quantity = load("digits", path), load("houses", path)
    assert labels.target_names.tolist() == ["3", "7"]
    assert labels.y.tolist() == [1, 0, 1]
    assert quantity.target_names.tolist() == ["y"]
    assert quantity.y.tolist() == [7.0, 3.0, 7.0]


@pytest.mark.parametrize(
    "cell", ["", "  ", "n/a", "nan", "inf", "-Infinity", "1e999", "3,5", "12 m"]
)
@settings(deadline=None, max_examples=12)
@given(row=st.integers(0, 5), column=st.integers(0, 1), blank_lines=st.booleans())
def test_a_bad_cell_is_named_by_file_line_and_column(
    tmp_path_factory, cell, row, column, blank_lines
):
    rows = [["1", "2", "3.5"] for _ in range(6)]
    rows[row][column] = f'"{cell}"' if "," in cell else cell
    lines = ["area,rooms,price", *(",".join(cells) for cells in rows)]
    text = ("\n\n" if blank_lines else "\n").join(lines)
    line = 1 + (row + 1) * (2 if blank_lines else 1)
    assert text.split("\n")[line - 1] == lines[row + 1]  # the line as an editor counts it
    path = write(tmp_path_factory.mktemp("tables"), text)
    problem = f"got '{cell}', expected a finite number" if cell.strip() else "the number is missing"
    message = f"mine.csv, line {line}, column '{['area', 'rooms'][column]}': {problem}"
    with pytest.raises(ValueError, match=re.escape(message)):
        load("houses", path)


def test_the_line_is_right_below_a_quoted_cell_that_spans_lines(tmp_path):
    path = write(tmp_path, 'x,kind\n1,"two\nlines"\n?,a\n')
    with pytest.raises(ValueError, match=r"mine.csv, line 4, column 'x': got '\?'"):
        load("wine", path)


@pytest.mark.parametrize(
    ("loader", "text", "message"),
    [
        ("houses", "", r"mine.csv, line 1: the table is empty; expected names"),
        ("houses", "\n\n\n", r"the table is empty"),
        ("houses", "area,price\n", r"mine.csv, line 2: the table is empty"),
        (
            "houses",
            "area,price\n1,2\n3\n",
            r"mine.csv, line 3: 1 cells, expected 2 as in .* \(area … price\)",
        ),
        ("houses", "area,price\n1,2,3\n", r"mine.csv, line 2: 3 cells, expected 2 .*comma"),
        (
            "houses",
            "area;price\n1;2\n",
            r"mine.csv, line 1: one column, 'area;price', expected .* commas",
        ),
        ("houses", "area,,price\n1,2,3\n", r"mine.csv, line 1: column 2 has no name"),
        ("houses", "area,area,price\n1,2,3\n", r"mine.csv, line 1: two columns are called 'area'"),
        (
            "houses",
            "1,2,3\n4,5,6\n",
            r"mine.csv, line 1: expected names of columns, got numbers \(1 …\)",
        ),
        (
            "houses",
            "area,price\n1,cheap\n",
            r"mine.csv, line 2, column 'price': got 'cheap', expected a finite number",
        ),
        ("houses", "area,price\n1,\n", r"mine.csv, line 2, column 'price': the number is missing"),
        ("wine", "x,kind\n1,a\n2, \n", r"mine.csv, line 3, column 'kind': the label is missing"),
        (
            "wine",
            "x,kind\n1,0.3\n2,0.4\n",
            r"line 2, column 'kind': from here on no label occurs twice.*load_houses",
        ),
        (
            "wine",
            'x,kind\n1,a\n2,"b\n3,a\n4,b\n',
            r"mine.csv, line 3: .*; look for a quotation mark without its partner",
        ),
        (
            "wine",
            b"x,kind\n1,a\n2,caf\xe9\n",
            r"mine.csv, line 3: not UTF-8 text; save it as 'CSV UTF-8'",
        ),
    ],
)
def test_a_table_that_breaks_a_rule_is_explained(tmp_path, loader, text, message):
    path = write(tmp_path, text)
    with pytest.raises(ValueError, match=message):
        load(loader, path)


@pytest.mark.parametrize("name", TABLES)
def test_a_missing_file_says_where_it_was_looked_for(tmp_path, name):
    with pytest.raises(
        FileNotFoundError, match="absent.csv.*from the folder of the notebook"
    ) as error:
        load(name, tmp_path / "absent.csv")
    assert f"looked for it in {str(tmp_path)!r}" in str(error.value)


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
