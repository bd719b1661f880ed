"""Search for hyperparameters: one trial for each configuration, anywhere, in any order.

All configurations are drawn before the first trial, and each trial has a generator of its own,
made of the search's seed and the trial's number. So it does not matter where a trial runs or which
one ends first: one core, all cores and a cluster give the same numbers, bit for bit.
"""

from __future__ import annotations

import inspect
import math
import pickle
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from tqdm.auto import tqdm  # type: ignore[import-untyped]

from helpers.checks import generator
from helpers.spaces import Config, Halving, Space, Strategy, configurations
from helpers.trials import Found, Journal, Trial

Objective = Callable[..., float]


def search(
    objective: Objective,
    space: Space,
    strategy: Strategy,
    budget: int,
    rng: np.random.Generator,
    executor: Executor | None = None,
    journal: str | Path | None = None,
    patience: float | None = None,
    progress: bool = True,
) -> Found:
    """Try `budget` configurations of the space; all trials, in the order of their numbers.

    objective: called with the names of the space and rng, by `Halving` with epochs too; returns a
    number, the higher the better. Where it raises, or returns no finite number, the trial is kept
    with the reason, and the others go on.
    executor: of `concurrent.futures`, or Dask's `Client.get_executor()`; without one all runs here.
    journal: a file that gets a line for each trial that ended; these are not run again.
    patience: seconds to wait without any trial ending; what has not ended then is lost.
    Raises ValueError for an empty space, a budget below 1, an objective that does not take those
    names or cannot be sent to the executor, and the journal of another search.

    >>> from helpers.spaces import Grid, Uniform
    >>> def height(x, rng):
    ...     return 1 - (x - 0.3) ** 2
    >>> rng = np.random.default_rng(0)
    >>> search(height, {"x": Uniform(0, 1)}, Grid(), 5, rng, progress=False).best.config
    {'x': 0.3}
    """
    configs = configurations(space, strategy, budget, rng)
    seed = int(generator(rng).integers(2**63))
    rungs = strategy.rungs(budget) if isinstance(strategy, Halving) else [(None, budget)]
    _check_takes(objective, [*space, "rng", *["epochs"] * isinstance(strategy, Halving)])
    _check_can_be_sent(objective, executor)
    running = _Running(objective, seed, executor, patience, Journal(journal, seed, configs))
    return Found(space, running.climb(configs, rungs, progress))


class _Running(NamedTuple):
    """What all trials of a search have in common."""

    objective: Objective
    seed: int
    executor: Executor | None
    patience: float | None
    journal: Journal

    def climb(
        self, configs: Sequence[Config], rungs: Sequence[tuple[int | None, int]], progress: bool
    ) -> list[Trial]:
        """All trials of all rungs; each rung takes the best of the one before."""
        going_on = [Trial(number, config) for number, config in enumerate(configs)]
        trials: list[Trial] = []
        total = sum(count for _, count in rungs)
        with tqdm(total=total, disable=not progress, desc="trials", leave=False) as bar:
            for epochs, count in rungs:
                rung = [replace(trial, epochs=epochs) for trial in going_on[:count]]
                ended = self._ended(rung, bar)
                trials += sorted(ended, key=lambda trial: trial.number)
                if any(trial.lost for trial in ended):
                    break  # who goes on is decided when all of a rung have ended
                in_order = sorted(ended, key=lambda trial: (*trial.rank, trial.number))
                going_on = [
                    Trial(trial.number, trial.config)
                    for trial in in_order
                    if trial.value is not None
                ]
        return trials

    def _ended(self, rung: Sequence[Trial], bar: Any) -> list[Trial]:
        """The trials of a rung: out of the journal, or run and written into it."""
        ended = [known for trial in rung if (known := self.journal.get(trial))]
        bar.update(len(ended))
        for trial in self._run_all([trial for trial in rung if not self.journal.get(trial)]):
            if not trial.lost:
                self.journal.add(trial)
            ended.append(trial)
            bar.update()
        return ended

    def _run_all(self, trials: Sequence[Trial]) -> Iterator[Trial]:
        """The trials as they end; at last the lost ones, with the reason."""
        if self.executor is None:
            yield from (_run(self.objective, trial, self.seed) for trial in trials)
            return
        futures: dict[Future[Trial], Trial] = {}
        try:
            for trial in trials:
                futures[self.executor.submit(_run, self.objective, trial, self.seed)] = trial
        except RuntimeError as error:  # broken, or shut down: BrokenExecutor is one
            yield from (_lost(trial, error) for trial in trials[len(futures) :])
        running = set(futures)
        try:
            while running:
                ended, running = wait(running, self.patience, return_when=FIRST_COMPLETED)
                for future in ended:
                    broke = future.exception()
                    yield _lost(futures[future], broke) if broke else future.result()
                if not ended:
                    late = TimeoutError(f"no trial ended for {self.patience:g} seconds")
                    yield from (_lost(futures[future], late) for future in running)
                    return
        finally:
            for future in running:
                future.cancel()


def _lost(trial: Trial, error: BaseException) -> Trial:
    return replace(trial, lost=True, reason=f"lost: {type(error).__name__}: {error}")


def _run(objective: Objective, trial: Trial, seed: int) -> Trial:
    """The trial with its value, or the reason why it has none."""
    began = time.perf_counter()
    extra = {} if trial.epochs is None else {"epochs": trial.epochs}
    rng = np.random.default_rng([seed, trial.number])
    value, reason = None, ""
    try:
        given: Any = objective(**trial.config, **extra, rng=rng)
        if not isinstance(given, int | float | np.number):
            reason = f"the objective returned {given!r}, and that is no number"
        elif not math.isfinite(given):
            reason = f"diverged: the value is {given}"
        else:
            value = float(given)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    return replace(trial, value=value, reason=reason, seconds=time.perf_counter() - began)


def _check_takes(objective: Objective, names: Sequence[str]) -> None:
    """Raises ValueError unless the objective can be called with these names."""
    try:
        signature = inspect.signature(objective)
    except ValueError:  # written in C, it does not say what it takes
        return
    try:
        signature.bind(**dict.fromkeys(names))
    except TypeError as error:
        raise ValueError(
            f"the objective is called with {', '.join(names)}, and takes {signature}: {error}; "
            "name its arguments like the entries of the space"
        ) from None


def _check_can_be_sent(objective: Objective, executor: Executor | None) -> None:
    """Raises ValueError where the processes of a pool could not find the objective."""
    if not isinstance(executor, ProcessPoolExecutor):
        return
    try:
        pickle.dumps(objective)
    except Exception as error:
        raise ValueError(
            f"the objective cannot be sent to another process ({error}); "
            "make it a function at the top of a file of its own, and import it"
        ) from None
    context: Any = executor._mp_context  # which it does not say in public
    method = context.get_start_method()
    in_a_cell = not hasattr(sys.modules["__main__"], "__file__")
    if objective.__module__ == "__main__" and in_a_cell and method != "fork":
        raise ValueError(
            f"the objective was typed into a cell, and processes begun by {method!r} start without "
            "what cells defined; write it into a file and import it, or use threads or Dask"
        )
