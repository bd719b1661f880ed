"""Write the tables that come with scikit-learn: `python data/export_sklearn.py [folder]`. The same files every time."""

from __future__ import annotations

import sys
from pathlib import Path

from generate import HERE, write_table
from sklearn import datasets


def export(path: Path, bunch, target: str) -> None:
    """The features as they are, and as the last column the class names, or the numbers to predict."""
    names = bunch.get("target_names")
    labels = bunch.target if names is None else names[bunch.target]
    write_table(path, {**dict(zip(bunch.feature_names, bunch.data.T)), target: labels})


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    export(folder / "wine.csv", datasets.load_wine(), "class")
    export(folder / "digits.csv", datasets.load_digits(), "digit")
    export(folder / "breast_cancer.csv", datasets.load_breast_cancer(), "diagnosis")
    export(folder / "diabetes.csv", datasets.load_diabetes(scaled=False), "progression")
