"""The trainability map beside one network at a time; what a search adds to a trial beside others.

What is not installed is named and left out. One thread for all, and one process.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks.networks import ONE_THREAD, REPOSITORY, in_turn

SIDES, STEPS = (16, 64), 100  # networks along each side of the coarse map and of the fine one
BUDGETS = {16: 0.15, 64: 0.5}  # seconds
TRIALS = 200
LOW, HIGH = 1e-4, 1.0


def objective(lr: float, rng: object = None) -> float:
    """It costs nothing, so that all that is measured is around it."""
    return -((lr - 0.1) ** 2)


def maps() -> dict[str, Callable[[], object]]:
    """Both maps, and the networks of one row of the fine one, one at a time."""
    import numpy as np

    from helpers.trainability import Task, Window, trainability

    task, window = Task.drawn(np.random.default_rng(0)), Window((1.0, 1.0), 2.5)
    row = window.log_rates(SIDES[-1])[SIDES[-1] // 2]
    runs = {
        f"map {side}": partial(trainability, task, window.log_rates(side), STEPS) for side in SIDES
    }
    runs["row"] = lambda: [trainability(task, pair, STEPS) for pair in row]
    return runs


def searches() -> dict[str, Callable[[], object]]:
    """TRIALS trials at random of the same objective, by each that is installed."""
    import numpy as np

    from helpers.search import search
    from helpers.spaces import LogUniform, Random

    space = {"lr": LogUniform(LOW, HIGH)}

    def ours(journal=None):
        rng = np.random.default_rng(0)
        search(objective, space, Random(), TRIALS, rng, journal=journal, progress=False)

    def written_down():
        with tempfile.TemporaryDirectory() as folder:
            ours(Path(folder) / "trials.jsonl")

    runs = {"ours": ours, "ours, with a journal": written_down}
    for name, make in {"joblib": by_joblib, "sklearn": by_sklearn, "optuna": by_optuna}.items():
        if importlib.util.find_spec(name):
            runs[name] = make()
    return runs


def by_joblib() -> Callable[[], object]:
    """joblib.Parallel with one job."""
    import numpy as np
    from joblib import Parallel, delayed

    def run():
        rates = np.exp(np.random.default_rng(0).uniform(np.log(LOW), np.log(HIGH), TRIALS))
        Parallel(n_jobs=1)(delayed(objective)(lr) for lr in rates)

    return run


def by_sklearn() -> Callable[[], object]:
    """RandomizedSearchCV with one split, over an estimator whose score is the objective."""
    import numpy as np
    from scipy.stats import loguniform
    from sklearn.base import BaseEstimator
    from sklearn.model_selection import RandomizedSearchCV

    class Estimator(BaseEstimator):
        def __init__(self, lr=0.1):
            self.lr = lr

        def fit(self, X, y=None):
            return self

        def score(self, X, y=None):
            return objective(self.lr)

    split = [(np.arange(2), np.arange(2))]
    space = {"lr": loguniform(LOW, HIGH)}
    options = {"n_iter": TRIALS, "cv": split, "refit": False, "random_state": 0}
    return lambda: RandomizedSearchCV(Estimator(), space, **options).fit(np.zeros((2, 1)))


def by_optuna() -> Callable[[], object]:
    """Optuna's random sampler, its study in memory."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def run():
        study = optuna.create_study(
            direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0)
        )
        study.optimize(
            lambda trial: objective(trial.suggest_float("lr", LOW, HIGH, log=True)),
            n_trials=TRIALS,
        )

    return run


def measure() -> None:
    """In the process of one thread: print the seconds of the maps and of the searches, as JSON."""
    print(json.dumps([in_turn(maps(), rounds=5), in_turn(searches(), rounds=5)]))


def rows(Row):
    run = [sys.executable, "-m", "tests.benchmarks.search"]
    environment = {**os.environ, **ONE_THREAD}
    options = {"cwd": REPOSITORY, "env": environment, "stdout": subprocess.PIPE, "check": True}
    drawn, searched = json.loads(subprocess.run(run, **options).stdout)
    coarse, fine = SIDES
    alone, taken = drawn["row"] * fine, drawn[f"map {fine}"]
    beside = f"one network at a time {alone:.1f} s, from one row: {alone / taken:.0f}×"
    for side, said in ((fine, beside), (coarse, "the first, coarse picture")):
        seconds, budget = drawn[f"map {side}"], BUDGETS[side]
        name = f"a map of {side} × {side} networks, {STEPS} steps"
        figure, limit = f"{1e3 * seconds:.0f} ms", f"≤ {1e3 * budget:.0f} ms"
        yield Row(name, figure, said, limit, seconds <= budget)
    ours = searched.pop("ours")
    yield Row("what `search` adds to a trial, on one core", f"{1e6 * ours / TRIALS:.0f} µs")
    names = {"joblib": "joblib", "sklearn": "RandomizedSearchCV", "optuna": "Optuna, at random"}
    for key, name in {"ours, with a journal": "ours, with a journal", **names}.items():
        if key in searched:
            per_trial = f"{1e6 * searched[key] / TRIALS:.0f} µs"
            yield Row("", "", f"{name} {per_trial}: {searched[key] / ours:.1f}×")
        else:
            yield Row("", "", f"{name} is not installed: pip install {key}")


if __name__ == "__main__":
    measure()
