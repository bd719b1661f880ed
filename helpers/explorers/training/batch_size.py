"""Batch sizes in one race, counted by updates, by examples and by time."""

import time
from functools import cache
from typing import NamedTuple

import numpy as np
from ipywidgets import Dropdown
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.data import train_val_test_split
from helpers.datasets import Part, load_digits
from helpers.engine import no_grad
from helpers.explorers.training.steps import Step, endless_batches, sgd_step
from helpers.losses import cross_entropy
from helpers.nn import MLP
from helpers.pictures import says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen

Array = np.ndarray

ALL = 1078  # examples in the training part of the digits: the largest batch
BEST = {  # batch size: the best rate of 0.05, 0.1, 0.2, …, 12.8
    1: 0.1,
    16: 1.6,
    64: 3.2,
    256: 6.4,
    ALL: 6.4,
}
COLORS = dict(zip(BEST, (style.ORANGE, style.PURPLE, style.TEAL, style.GREY, style.BLUE)))
RATES = {"each batch size at its best": BEST} | {
    f"{lr} for all": dict.fromkeys(BEST, lr) for lr in (0.1, 1.6)
}
LOWEST = 0.05  # a run ends at this loss,
MOST = 4_000  # or after so many updates
LOOKS_AT = np.unique(np.geomspace(1, MOST, 400).astype(int))  # updates: then the loss is measured
TIE = 1.05  # times the least cost: so far may two looks lie apart
COUNTED = ("updates", "examples seen", "milliseconds")
REACHES = ((0.7, 6e3), (0.7, 2e6), (0.03, 3e3))  # of the axes of these counts
TOP = 4.7  # a loss above is drawn here
TICKS = {0.05: "0.05", 0.1: "0.1", 0.2: "0.2", 0.5: "0.5", 1: "1", 2: "2", 5: "> 5"}

# ---- what it computes


class Course(NamedTuple):
    """The loss on all training examples whenever it was measured, and what it had cost."""

    losses: Array  # (T,)
    costs: Array  # updates, examples, milliseconds: (3, T)

    def cost_of(self, target: float) -> Array:
        """What it cost to come to the target, (3,): infinite where it never did."""
        below = np.flatnonzero(self.losses <= target)
        return self.costs[:, below[0]] if below.size else np.full(3, np.inf)


class Arrivals(NamedTuple):
    """What it cost each batch size to come to a target, the sizes in the order of BEST."""

    target: float
    costs: Array  # updates, examples, milliseconds: (3, sizes), infinite where it never came

    @property
    def first(self) -> Array:
        """Who came with the least cost, or so little more that a race can't tell: (3, sizes)."""
        least = self.costs.min(axis=1, keepdims=True)
        return np.isfinite(self.costs) & (self.costs <= TIE * least)

    @property
    def late(self) -> list[int]:
        """The batch sizes that did not come to the target."""
        return sizes(~np.isfinite(self.costs[0]))


def sizes(chosen: Array) -> list[int]:
    """The batch sizes of which this is true.

    >>> sizes(np.array([True, False, False, True, False]))
    [1, 256]
    """
    return [size for size, is_one in zip(BEST, chosen) if is_one]


def train_part() -> Part:
    """The training part of the digits, its columns centred."""
    digits = load_digits()
    train = train_val_test_split(digits.X / 16, digits.y, rng=np.random.default_rng(0)).train
    return Part((train.X - train.X.mean(axis=0)).astype(np.float32), train.y)


def follow(step: Step, train: Part, batch_size: int, lr: float) -> Course:
    """Train 64-32-10 from always the same weights, and measure its loss after some updates.

    The clock stands still while the loss is measured. The time is the number of updates times the
    median of one: what else the machine does is not held against them.
    """
    rng = np.random.default_rng(0)
    model = MLP((64, 32, 10), rng=rng)
    batches = endless_batches(train, batch_size, rng)
    losses: list[float] = []
    counts: list[tuple[int, int]] = []  # updates, examples
    paces: list[float] = []  # milliseconds an update
    updates = examples = 0
    for look in LOOKS_AT:
        start = time.perf_counter()
        before = updates
        while updates < look:
            batch = next(batches)
            step(model, *batch, lr)
            updates += 1
            examples += len(batch.y)
        paces.append(1_000 * (time.perf_counter() - start) / (updates - before))
        counts.append((updates, examples))
        with no_grad():
            losses.append(cross_entropy(model(train.X).data, train.y))
        if not losses[-1] > LOWEST:  # arrived, or no number any more
            break
    made, seen = np.array(counts).T
    return Course(np.array(losses), np.array([made, seen, made * np.median(paces)]))


def in_words(found: Arrivals) -> str:
    """Who arrives first, by each count, and who does not arrive."""
    target = says.digits(found.target, 2)
    if len(found.late) == len(BEST):
        return f"Loss {target}: no batch size arrives at it within {MOST:,} updates."
    updates, examples, milliseconds = (labels(sizes(row)) for row in found.first)
    few, seen, _ = (says.about(cost) for cost in found.costs.min(axis=1))
    late = f" Not within {MOST:,} updates: {labels(found.late)}." if found.late else ""
    return (
        f"Loss {target}: fewest updates with {updates} ({few}), "
        f"fewest examples with {examples} ({seen}), "
        f"least time, here and now, with {milliseconds}.{late}"
    )


def label(size: int) -> str:
    """A batch size in words."""
    return f"all {ALL:,}" if size == ALL else f"batches of {size}"


def labels(chosen: list[int]) -> str:
    """Batch sizes in words.

    >>> labels([16, 64, 1078])
    'batches of 16, 64 and all 1,078'
    """
    first, *others = [label(size) for size in chosen]
    return says.listed([first, *(other.removeprefix("batches of ") for other in others)])


# ---- what it draws


class Panel:
    """The loss of each batch size against one count, the target, and who arrives at it."""

    def __init__(self, live: LiveFigure, ax: Axes, unit: str, limits: tuple[float, float]) -> None:
        ax.set(xscale="log", yscale="log", xlim=limits, ylim=(0.04, 5), xlabel=unit)
        self._curves = {
            size: _line(live, ax, color=color, lw=1.6, label=label(size))
            for size, color in COLORS.items()
        }
        self._target = live.animated(ax.axhline(0.1, color=style.INK, lw=1))
        self.names = {}  # for each batch size its curve, and the mark of its arrival
        for marker, (size, curve) in zip(style.MARKERS, self._curves.items()):
            look = {"marker": marker, "linestyle": "none", "mec": "white", "mew": 0.8, "zorder": 5}
            arrival = _line(live, ax, color=COLORS[size], ms=9, **look)
            self.names[label(size)] = (curve, arrival)
        star = {"marker": "*", "linestyle": "none", "mec": "white", "zorder": 6}
        self._first = _line(live, ax, color=style.MINIMUM, ms=17, **star)

    def show_curves(self, courses: dict[int, Course], count: int) -> None:
        """Show the losses of a race against the costs of this row."""
        for size, course in courses.items():
            self._curves[size].set_data(course.costs[count], course.losses.clip(max=TOP))

    def show_arrivals(self, target: float, costs: Array, first: Array) -> None:
        """Mark who arrives at the target, and with a star who is first."""
        self._target.set_ydata([target, target])
        for (_, arrival), cost in zip(self.names.values(), costs):
            arrival.set_data([cost], [target])
        self._first.set_data(costs, np.where(first, 0.8 * target, np.nan))


class Drawing:
    """The same race three times: against updates, examples and milliseconds."""

    def __init__(self, live: LiveFigure) -> None:
        axes = live.subplots(1, 3, sharey=True)
        self.updates = axes[0]
        self._panels = [Panel(live, *panel) for panel in zip(axes, COUNTED, REACHES)]
        axes[0].set(ylabel="loss on the training part")
        axes[0].set_yticks(list(TICKS), list(TICKS.values()))
        axes[0].minorticks_off()
        names = self._panels[0].names
        beside = {"loc": "center left", "bbox_to_anchor": (1, 0.5), "labelspacing": 1}
        axes[2].legend(list(names.values()), list(names), **beside)

    def show_courses(self, courses: dict[int, Course]) -> None:
        """Show the curves of a race."""
        for count, panel in enumerate(self._panels):
            panel.show_curves(courses, count)

    def show(self, found: Arrivals) -> None:
        """Show the target, and who arrives at it."""
        for panel, costs, first in zip(self._panels, found.costs, found.first):
            panel.show_arrivals(found.target, costs, first)


def _line(live: LiveFigure, ax: Axes, **look) -> Line2D:
    return live.animated(ax.plot([], [], **look)[0])


# ---- the figure


def batch_size(step: Step = sgd_step) -> LiveFigure:
    """One race, counted three ways: batches of 1, 16, 64, 256 and all 1,078 examples.

    A network 64-32-10 learns the digits. Each curve is the loss on the training part against the
    updates, the examples seen and the milliseconds that they take here, now, with
    step(model, X, y, lr). Marks show who arrives at the target, a star the first one, or each of
    those that come within 5 % of it. Every run has 4,000 updates to get there.

    Controls: `rates`, a choice; and the `target`, a handle whose height is the loss to arrive at.

    >>> live = batch_size()
    >>> live.summary.startswith("Loss 0.1: fewest updates with all 1,078 (")
    True
    >>> live.close()
    """
    about = "The loss of five batch sizes against updates, against examples and against time."
    live = LiveFigure(10, 4.2, about=about)
    _connect(live, Drawing(live), step)
    return live


def _connect(live: LiveFigure, drawing: Drawing, step: Step) -> None:
    train = train_part()
    options = {"along": "y", "bounds": ((1, 2), (LOWEST, 2)), "anywhere": True}
    live.draggable(drawing.updates, "target", (1.4, 0.1), **options)

    @cache
    def race(rates: str) -> dict[int, Course]:
        return {size: follow(step, train, size, lr) for size, lr in RATES[rates].items()}

    @live.when("rates")
    def courses(rates):
        drawing.show_courses(race(rates))
        return race(rates)

    @live.update(rates=Dropdown(options=list(RATES)))
    def _(target):
        goal = target[1]
        costs = np.array([course.cost_of(goal) for course in courses.value.values()]).T
        found = Arrivals(goal, costs)
        drawing.show(found)
        updates, examples, milliseconds = (sizes(row) for row in found.first)
        return Seen(
            in_words(found),
            target=goal,
            costs=costs,
            fewest_updates=updates,
            fewest_examples=examples,
            least_time=milliseconds,
            late=found.late,
        )
