"""Lesson 05, train a network: batch sizes in one race; from `playground`, a network in training to play with."""

import time
from functools import cache
from typing import NamedTuple

import numpy as np
from ipywidgets import Dropdown

from helpers.data import train_val_test_split
from helpers.datasets import Part, load_digits
from helpers.engine import no_grad
from helpers.explorers.training.playground import Step, _step, _stream
from helpers.losses import cross_entropy
from helpers.nn import MLP
from helpers.pictures import style
from helpers.pictures.live import LiveFigure

Array = np.ndarray

ALL = 1078  # examples in the training part of the digits: the largest batch
BEST = {
    1: 0.1,
    16: 1.6,
    64: 3.2,
    256: 6.4,
    ALL: 6.4,
}  # batch size: the best rate of 0.05, 0.1, 0.2, …, 12.8
COLORS = dict(zip(BEST, (style.ORANGE, style.PURPLE, style.TEAL, style.GREY, style.BLUE)))
RATES = {"each batch size at its best": BEST} | {
    f"{lr} for all": dict.fromkeys(BEST, lr) for lr in (0.1, 1.6)
}
LOWEST, MOST = 0.05, 4_000  # a run ends at this loss, or after so many updates
LOOKS_AT = np.unique(
    np.geomspace(1, MOST, 400).astype(int)
)  # the updates after which the loss is measured
TIE = 1.05  # times the least cost: so far may two looks lie apart
TOP = 4.7  # a loss above is drawn here
COUNTED = ("updates", "examples seen", "milliseconds")


class _Course(NamedTuple):
    """The loss on all training examples (T,), and what it had cost: updates, examples, milliseconds (3, T)."""

    losses: Array
    spent: Array

    def at(self, target: float) -> Array:
        """What it cost to come to the target, (3,): infinite where it never did."""
        below = np.flatnonzero(self.losses <= target)
        return self.spent[:, below[0]] if below.size else np.full(3, np.inf)


def _course(step: Step, train: Part, batch_size: int, lr: float) -> _Course:
    """Train 64-32-10 from always the same weights; the clock stands still while the loss is measured.

    The time is the number of updates times the median of one: what else the machine does is not held against them.
    """
    rng = np.random.default_rng(0)
    model = MLP((64, 32, 10), rng=rng)
    batches, losses, spent, paces, updates, seen = _stream(train, batch_size, rng), [], [], [], 0, 0
    for look in LOOKS_AT:
        start, before = time.perf_counter(), updates
        while updates < look:
            batch = next(batches)
            step(model, *batch, lr)
            updates, seen = updates + 1, seen + len(batch.y)
        paces.append(1_000 * (time.perf_counter() - start) / (updates - before))
        spent.append((updates, seen, updates))
        with no_grad():
            losses.append(cross_entropy(model(train.X).data, train.y))
        if not losses[-1] > LOWEST:  # arrived, or no number any more
            break
    return _Course(np.array(losses), np.array(spent).T * np.array([[1], [1], [np.median(paces)]]))


def batch_size(step: Step = _step) -> LiveFigure:
    """One race, counted three ways: digits with 64-32-10 and batches of 1, 16, 64, 256 and all 1,078 examples.

    Each curve is the loss on the training part against the updates, the examples seen and the milliseconds that they
    take here, now, with `step(model, X, y, lr)`. Drag the target: dots mark the arrivals, a star the first one, or
    each of those that come within 5 % of it. Every run has 4,000 updates to get there.

    >>> live = batch_size()
    >>> live.summary.startswith("Loss 0.1: fewest updates with all 1,078 (")
    True
    >>> live.close()
    """
    live = LiveFigure(
        10,
        4.2,
        about="The loss of five batch sizes against updates, against examples and against time.",
    )
    panels = live.subplots(1, 3, sharey=True)
    for ax, unit, limits in zip(panels, COUNTED, ((0.7, 6e3), (0.7, 2e6), (0.03, 3e3))):
        ax.set(xlim=limits, ylim=(0.04, 5), xscale="log", yscale="log", xlabel=unit)
    panels[0].set(ylabel="loss on the training part", yticks=[0.05, 0.1, 0.2, 0.5, 1, 2, 5])
    panels[0].set_yticklabels(["0.05", "0.1", "0.2", "0.5", "1", "2", "> 5"])
    panels[0].minorticks_off()
    drawn = [
        {
            size: ax.plot([], [], color=color, lw=1.6, label=_name(size))[0]
            for size, color in COLORS.items()
        }
        for ax in panels
    ]
    for lines in drawn:
        live.animated(lines.values())
    panels[2].legend(loc="center left", bbox_to_anchor=(1, 0.5), labelspacing=1)
    targets = live.animated([ax.axhline(0.1, color=style.INK, lw=1) for ax in panels])
    arrivals = live.animated([ax.plot([], [], "o", color=style.INK, ms=5)[0] for ax in panels])
    star = {"color": style.MINIMUM, "ms": 17, "mec": "white", "zorder": 6}
    firsts = live.animated([ax.plot([], [], "*", **star)[0] for ax in panels])
    live.draggable(
        panels[0], "target", (1.4, 0.1), along="y", bounds=((1, 2), (LOWEST, 2)), anywhere=True
    )

    digits = load_digits()
    train = train_val_test_split(digits.X / 16, digits.y, rng=np.random.default_rng(0)).train
    train = Part((train.X - train.X.mean(axis=0)).astype(np.float32), train.y)

    @cache
    def race(rates: str) -> dict[int, _Course]:
        return {size: _course(step, train, size, lr) for size, lr in RATES[rates].items()}

    @live.update(rates=Dropdown(options=list(RATES)))
    def _(target, rates):
        courses, goal = race(rates), target[1]
        cost = np.array([course.at(goal) for course in courses.values()]).T  # (3, sizes)
        for i, lines in enumerate(drawn):
            for size, line in lines.items():
                line.set_data(courses[size].spent[i], courses[size].losses.clip(max=TOP))
            arrivals[i].set_data(cost[i], np.full(len(cost[i]), goal))
            firsts[i].set_data(cost[i], np.where(_first(cost[i]), goal, np.nan))
            targets[i].set_ydata([goal, goal])
        return _winners(goal, cost)

    return live


def _name(size: int) -> str:
    return "all 1,078" if size == ALL else f"batches of {size}"


def _first(cost: Array) -> Array:
    """Who arrived with the least cost, or with so little more that this race can't tell."""
    return np.isfinite(cost) & (cost <= TIE * cost.min())


def _winners(goal: float, cost: Array) -> str:
    """Who arrives first, by each count, and who does not arrive."""
    late = _names(~np.isfinite(cost[0]))
    if not np.isfinite(cost).any():
        return f"Loss {goal:.2g}: no batch size arrives at it within {MOST:,} updates."
    updates, examples, milliseconds = (_names(_first(row)) for row in cost)
    few, seen, _ = cost.min(axis=1)
    return (
        f"Loss {goal:.2g}: fewest updates with {updates} ({_about(few)}), fewest examples with {examples} "
        f"({_about(seen)}), least time, here and now, with {milliseconds}."
        f"{late and f' Not within {MOST:,} updates: {late}.'}"
    )


def _about(cost: float) -> str:
    """A number as exact as the race: the loss is looked at after each of the first updates, then less often."""
    return f"{cost:.2g}" if cost < 25 else f"about {cost:,.0f}"


def _names(which: Array) -> str:
    """Of these sizes, in words: "batches of 16, 64 and all 1,078"."""
    names = [_name(size) for size, one in zip(BEST, which) if one]
    names[1:] = [name.removeprefix("batches of ") for name in names[1:]]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
