"""What every test file shares."""

import matplotlib
from hypothesis import settings

collect_ignore_glob = ["reference/*", "benchmarks/*"]  # scripts; the first need PyTorch

matplotlib.use("agg")  # no window, wherever the tests run

# The same examples every time, and no clock: a busy machine is not a failure.
settings.register_profile("downhill", deadline=None, derandomize=True)
settings.load_profile("downhill")
