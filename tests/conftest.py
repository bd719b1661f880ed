"""What every test file shares."""

import matplotlib
import pytest
from hypothesis import settings

from tests.support.figures import Browser, dot

collect_ignore_glob = ["reference/*", "benchmarks/*"]  # scripts; the first need PyTorch

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
