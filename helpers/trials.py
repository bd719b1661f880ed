"""What a search tried: single trials, their table, and the journal that outlives a crash."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from helpers.spaces import Config, Space


@dataclass(frozen=True)
class Trial:
    """One configuration, tried: its value, the higher the better, or the reason why it has none.

    A trial is `lost` when it never ended: its process died, or nobody waited for it any longer.
    """

    number: int
    config: Config
    epochs: int | None = None  # what successive halving allowed it
    value: float | None = None
    reason: str = ""
    lost: bool = False
    seconds: float = field(default=0.0, compare=False)  # the one thing that no seed repeats

    @property
    def rank(self) -> tuple[bool, int, float]:
        """Sorts the trials: the longest trained first, of these the best, without a value last."""
        return self.value is None, -(self.epochs or 0), -(self.value or 0.0)


@dataclass(frozen=True)
class Found:
    """All trials of a search. Printed, it is a table, the best first.

    >>> from helpers.spaces import Uniform
    >>> trials = [Trial(0, {"lr": 0.5}, value=0.8), Trial(1, {"lr": 9.0}, reason="diverged")]
    >>> print(Found({"lr": Uniform(0, 10)}, trials))
    trial          lr     value
        0         0.5    0.8000
        1           9  diverged
    """

    space: Space
    trials: Sequence[Trial]

    @property
    def best(self) -> Trial:
        """The best of the trials that trained longest; of equal ones the first.

        Raises ValueError where no trial came to a value, with the reasons.
        """
        best = min(self.trials, key=lambda trial: trial.rank)
        if best.value is None:
            reasons = sorted({trial.reason for trial in self.trials})
            raise ValueError(f"none of {len(self.trials)} trials has a value: {'; '.join(reasons)}")
        return best

    @property
    def lost(self) -> list[Trial]:
        """The trials that never ended; called again with its journal, the search runs them."""
        return [trial for trial in self.trials if trial.lost]

    def __str__(self) -> str:
        lines = ["  ".join(["trial", *(f"{name:>10}" for name in self.space), f"{'value':>8}"])]
        for trial in sorted(self.trials, key=lambda trial: trial.rank):
            cells = [_cell(trial.config[name]) for name in self.space]
            value = trial.reason if trial.value is None else f"{trial.value:8.4f}"
            lines.append("  ".join([f"{trial.number:>5}", *cells, value]))
        return "\n".join(lines)


def _cell(value: Any) -> str:
    return f"{value:>10.3g}" if isinstance(value, float) else f"{value!s:>10}"


class Journal:
    """One line of JSON for each trial that ended; without a path it remembers nothing.

    Half a last line, of a process that was killed while it wrote, is cut off. Raises ValueError for
    a journal of another search (its seed or a configuration differs), and for a line that cannot
    be read, with its number.
    """

    def __init__(self, path: str | Path | None, seed: int, configs: Sequence[Config]) -> None:
        self.path, self.seed, self.configs = path and Path(path), seed, configs
        self.trials: dict[tuple[int, int | None], Trial] = {}
        if self.path and self.path.exists():
            text = self.path.read_text(encoding="utf-8")
            whole, _, rest = text.rpartition("\n")
            if rest:
                self.path.write_text(whole + "\n" if whole else "", encoding="utf-8")
            for number, line in enumerate(whole.splitlines(), 1):
                self._remember(number, line)

    def _remember(self, line_number: int, line: str) -> None:
        try:
            entry = json.loads(line)
            seed, trial = entry.pop("seed"), Trial(**entry)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"line {line_number} of {self.path} is no trial ({error}); "
                "remove the line, and that trial is run again"
            ) from None
        of_this_search = trial.number < len(self.configs) and seed == self.seed
        if not of_this_search or trial.config != self.configs[trial.number]:
            raise ValueError(
                f"{self.path} is the journal of another search: its line {line_number} has another "
                "seed, space or budget; go on with those, or name another file"
            )
        self.trials[trial.number, trial.epochs] = trial

    def get(self, trial: Trial) -> Trial | None:
        """What the journal knows of this trial, or None."""
        return self.trials.get((trial.number, trial.epochs))

    def add(self, trial: Trial) -> None:
        """Write the trial down, so that it outlives this process."""
        if self.path:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"seed": self.seed, **asdict(trial)}) + "\n")
