"""What is collected: the files that git tracks. What else lies here is its user's own."""

from pathlib import Path

from tools.tracked import ROOT, left_out, note, tracked

OWN = set(tracked())
UNSOLVED = [ROOT / "notebooks" / "assignments", ROOT / "homework" / "source"]


def pytest_ignore_collect(collection_path, config):
    """What git does not track is its user's own: not collected unless it is asked for by name.

    The notebooks of the homework are not executed where they lie: the grader does it.
    """
    if collection_path in UNSOLVED:
        return True
    asked = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    if collection_path.is_dir() or collection_path in asked or ROOT not in collection_path.parents:
        return None
    return True if collection_path not in OWN else None


def pytest_report_header():
    """Say which files were left out, among those that would have been tests."""
    found = [*left_out("*.ipynb"), *left_out("tests/*test_*.py"), *left_out("helpers/*.py")]
    return note(found) or None
