"""What is collected: the files that git tracks. What else lies here is its user's own."""

from pathlib import Path

from tools.tracked import ROOT, left_out, note, tracked

OWN = set(tracked())


def pytest_ignore_collect(collection_path, config):
    """What git does not track is its user's own: not collected unless it is asked for by name."""
    asked = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    if collection_path.is_dir() or collection_path in asked or ROOT not in collection_path.parents:
        return None
    return True if collection_path not in OWN else None


def pytest_report_header():
    """Say which files were left out, among those that would have been tests."""
    found = [*left_out("*.ipynb"), *left_out("tests/*test_*.py"), *left_out("helpers/*.py")]
    return note(found) or None
