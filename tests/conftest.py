"""What every test file shares."""

from pathlib import Path

import matplotlib
import pytest
from hypothesis import settings

from tests.support.figures import Browser, dot
from tools.tracked import ROOT, left_out, note, tracked

collect_ignore_glob = ["reference/*", "benchmarks/*"]  # scripts; the first need PyTorch

OWN = set(tracked())

matplotlib.use("agg")  # no window, wherever the tests run

# The same examples every time, and no clock: a busy machine is not a failure.
settings.register_profile("downhill", deadline=None, derandomize=True)
settings.load_profile("downhill")


@pytest.fixture
def live():
    """A small figure that nobody looks at."""
    figure = dot()
    yield figure
    figure.close()


@pytest.fixture
def browser(live):
    """Somebody who looks at `live`, and answers only when told to."""
    return Browser(live)


def pytest_ignore_collect(collection_path, config):
    """What git does not track is its user's own: not collected unless it is asked for."""
    asked = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    if collection_path.is_dir() or collection_path in asked or ROOT not in collection_path.parents:
        return None
    return True if collection_path not in OWN else None


def pytest_report_header():
    """Say which files were left out, among those that would have been tests."""
    found = [*left_out("*.ipynb"), *left_out("tests/*test_*.py"), *left_out("helpers/*.py")]
    return note(found) or None
