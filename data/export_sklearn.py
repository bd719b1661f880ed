"""Write the tables that come with scikit-learn: `python data/export_sklearn.py [folder]`.

The files are the same every time.
"""

from __future__ import annotations

import sys
from pathlib import Path

from generate import HERE, write_table
from sklearn import datasets
from sklearn.utils import Bunch


def export(path: Path, bunch: Bunch, target: str) -> None:
    """The features as they are, and last the names of the classes, or the numbers to predict."""
    names = bunch.get("target_names")
    columns = dict(zip(bunch.feature_names, bunch.data.T))
    columns[target] = bunch.target if names is None else names[bunch.target]
    write_table(path, columns)


def main(folder: Path) -> None:
    """Write all four into the folder."""
    export(folder / "wine.csv", datasets.load_wine(), "class")
    export(folder / "digits.csv", datasets.load_digits(), "digit")
    export(folder / "breast_cancer.csv", datasets.load_breast_cancer(), "diagnosis")
    export(folder / "diabetes.csv", datasets.load_diabetes(scaled=False), "progression")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
