"""Who is first? Optimizers on one surface, each at its own rate, from one start and from 64."""

from collections import deque

import numpy as np
from ipywidgets import Checkbox, Dropdown, FloatLogSlider, IntSlider, Widget
from matplotlib.axes import Axes

from helpers.explorers.optimizers.ground import Ground
from helpers.explorers.optimizers.runs import (
    CONDITION,
    HIGHEST_RATE,
    LOWEST_RATE,
    RUNNERS,
    STEPS,
    TRACKS,
    Results,
    Run,
    Track,
    by_median,
    in_words,
    track_of,
)
from helpers.pictures import plots, style
from helpers.pictures.bands import Band
from helpers.pictures.choices import Choices
from helpers.pictures.layers import apart
from helpers.pictures.live import LiveFigure
from helpers.pictures.rings import Rings
from helpers.pictures.updates import Seen

Rates = dict[str, float]  # of each runner

START = (-1.7, 1.2)
FIRST_RATE = 0.01  # which all of them share at first
NOTCH = 0.025  # one step of a slider, in powers of ten
NAMES = STEPS + 42  # where the axis of steps ends, so that there is room for names
LINES = 7.5  # of text that the picture of the gaps has room for
DRAWABLE = 1e9  # far above every picture: infinity has no place on an axis


# ---- whose hand moved a slider


class Sliders:
    """The sliders of the rates, which a learner moves, and which best rates move.

    What the kernel has set, a browser repeats: late, and rounded in its last digit. Taken for a
    move of the learner's, such an echo would let go of the best rates, or call back a runner who
    was sent off. So a slider counts as moved only if it stands at none of its last three places.
    """

    def __init__(self, controls: dict[str, Widget]) -> None:
        self._controls = controls
        self._places = {name: deque([FIRST_RATE], maxlen=3) for name in RUNNERS}
        self._held = False  # the best rates, at the update before

    def admit(self, runners: tuple[str, ...], rates: Rates) -> tuple[str, ...]:
        """The runners chosen, and those who enter the race because their slider was moved."""
        moved = [name for name in self._moved(rates) if _apart(rates[name], FIRST_RATE)]
        if {*moved} <= {*runners}:
            return runners
        admitted = tuple(name for name in RUNNERS if name in (*runners, *moved))
        self._controls["runners"].value = admitted
        return admitted

    def rates(self, rates: Rates, best: Rates, hold: bool, moving: bool) -> Rates:
        """The rates to run at: the best ones as long as they are held, else those of the sliders.

        A moved slider lets go of the best rates. The others follow them when the picture rests.
        """
        if hold and self._held and self._moved(rates):
            hold = self._controls["best_rates"].value = False
        self._held = hold
        for name, lr in rates.items():
            self._remember(name, lr)
        if not hold:
            return rates
        for name, lr in best.items():
            if _apart(rates[name], lr) and not moving:
                self._controls[name].value = lr
                self._remember(name, lr)
        return rates | best

    def _moved(self, rates: Rates) -> list[str]:
        return [
            name
            for name, lr in rates.items()
            if all(_apart(lr, place) for place in self._places[name])
        ]

    def _remember(self, name: str, lr: float) -> None:
        if _apart(lr, self._places[name][-1]):
            self._places[name].append(lr)


def _apart(one: float, other: float) -> bool:
    """Do two rates differ by more than half a notch of the slider?"""
    return bool(abs(np.log10(one / other)) > NOTCH / 2)


# ---- what it draws


class Marks:
    """All that the picture shows of one runner, in the style of its optimizer."""

    def __init__(self, live: LiveFigure, panels: dict[str, Axes], name: str) -> None:
        look = style.OPTIMIZERS[name]
        self.path = live.animated(plots.descent(panels["above"], markersize=2.5, zorder=3, **look))
        self.band = Band(live, panels["gaps"], look["color"], alpha=0.15)
        (self.median,) = live.animated(panels["gaps"].plot([], [], **look))
        words = {"color": look["color"], "fontsize": 10, "va": "center"}
        self.name = live.animated(panels["gaps"].text(STEPS + 2, 1, name, **words))
        star = {"marker": "*", "markersize": 16, "mec": "white", "linewidth": 1.5}
        (self.sweep,) = live.animated(panels["sweep"].plot([], [], **star, **look))

    def show(self, run: Run, lowest: float) -> None:
        """Show what the runner does; gaps below `lowest` are not pictured."""
        low, median, high = run.quartiles
        rates, medians = run.sweep.rates, run.sweep.medians
        steps = np.arange(STEPS + 1)
        self.path.set_data(*run.path.points.T)
        self.band.show(steps, low.clip(max=DRAWABLE), high.clip(max=DRAWABLE))
        self.median.set_data(steps, median)
        self.sweep.set_data(rates, medians.clip(lowest))
        self.sweep.set_markevery([int(np.argmin(abs(rates - run.best)))])  # a star there only

    def appear(self, visible: bool) -> None:
        """Be in the picture, or not."""
        for artist in (self.path, self.band.drawn, self.median, self.sweep, self.name):
            artist.set_visible(visible)


class Drawing:
    """Left the paths from the learner's start; right the gaps from all starts, and the sweep."""

    def __init__(self, live: LiveFigure) -> None:
        panels = live.figure.subplot_mosaic(
            [["above", "gaps"], ["above", "sweep"]], width_ratios=[1.15, 1]
        )
        self.above, self._gaps, self._sweep = panels["above"], panels["gaps"], panels["sweep"]
        self._draw_above(live)
        self._draw_axes()
        self._marks = {name: Marks(live, panels, name) for name in RUNNERS}
        self._draw_dots(live)

    def _draw_above(self, live: LiveFigure) -> None:
        self.above.locator_params(nbins=6, integer=True)
        self.above.set(xlabel="$w_1$", ylabel="$w_2$")
        self._ground = Ground(self.above)
        self._rings = Rings(live, self.above, sizes=np.linspace(3.0, 0.3, 9))
        self._stars = live.animated(plots.minima(self.above, track_of("bowl").surface))

    def _draw_axes(self) -> None:
        rates = (10.0**LOWEST_RATE, 10.0**HIGHEST_RATE)
        self._gaps.set(xlim=(0, NAMES), yscale="log", xlabel="step", ylabel="loss − lowest loss")
        self._gaps.set_xticks(range(0, STEPS + 1, 25))
        self._sweep.set(xlim=rates, xscale="log", yscale="log", xlabel="rate α")
        self._sweep.set_ylabel("at the end")

    def _draw_dots(self, live: LiveFigure) -> None:
        anywhere = [1] * len(RUNNERS)
        colors = [style.OPTIMIZERS[name]["color"] for name in RUNNERS]
        look = {"s": 50, "c": colors, "edgecolors": "white", "zorder": 3}
        self._dots = live.animated(self._sweep.scatter(anywhere, anywhere, **look))

    def choose(self, name: str, track: Track) -> None:
        """Draw what stands still of a track. The bowl, which turns, is drawn by `turn`."""
        self._rings.hide()
        if name == "bowl":
            self._ground.hide()
            self.above.set(xlim=track.surface.domain[0], ylim=track.surface.domain[1])
        else:
            self._ground.show(track.surface)
        self._stars.set_data(*track.surface.minima.T)
        self._gaps.set_ylim(track.gaps)
        self._sweep.set_ylim(track.gaps)

    def turn(self, angle: float) -> None:
        """Turn the bowl by so many degrees."""
        self._rings.show(CONDITION, angle)

    def show(self, runs: dict[str, Run], track: Track) -> None:
        """Show these runs, and nothing of who does not run."""
        dots = np.full((len(RUNNERS), 2), np.nan)
        for index, (name, marks) in enumerate(self._marks.items()):
            marks.appear(name in runs)
            if name in runs:
                marks.show(runs[name], lowest=track.gaps[0])
                dots[index] = runs[name].lr, np.clip(runs[name].median, *track.gaps)
        self._dots.set_offsets(dots)
        self._name_lines(runs, track)

    def _name_lines(self, runs: dict[str, Run], track: Track) -> None:
        """Write each name at the end of its line, and the names apart from each other."""
        lowest, highest = np.log10(track.gaps)
        line = (highest - lowest) / LINES
        names = list(by_median(runs))
        ends = np.array([np.log10(np.clip(runs[name].median, *track.gaps)) for name in names])
        heights = apart(ends, np.full(len(names) - 1, line)) if names else ends
        room = lowest + line * (np.arange(len(names)) + 0.5)  # and as much above the last of them
        heights = heights.clip(room, room + highest - lowest - line * len(names))
        for name, height in zip(names, heights):
            self._marks[name].name.set_y(10**height)


# ---- the figure


def race() -> LiveFigure:
    """Optimizers on one surface: paths from the learner's start, and the median over 64 starts.

    Right, above, loss − lowest loss, the worst of the last ten steps: median and middle half of the
    64. Below it that median after 100 steps at each of 49 rates, with a star at the best and a dot
    at the rate of the runner.

    Controls: `runners`, a choice of names; the `surface`; `angle` in degrees, by which the bowl of
    condition 50 is turned; the `start` (w₁, w₂); and for each runner, under its name, the rate α,
    whose slider brings the runner into the race when it is moved. `best_rates` keeps all runners
    at their stars: the sliders follow when the picture rests, and moving one lets go.
    `best_memories` gives everyone the momentum β (RMSProp: ρ) that suits it best, of five; without
    it they have the customary 0.9 (0.99).

    >>> live = race()
    >>> print(live.summary)
    bowl turned by 0°, worst of the last 10 of 100 steps, median of 64 starts, each at its ...
    >>> live.seen.order
    ['AdaGrad', 'Adam', 'Momentum', 'SGD']
    >>> live.close()
    """
    about = (
        "Optimizers on one surface, each at its own rate: "
        "paths from one start, and the median over 64 starts."
    )
    live = LiveFigure(9, 4.1, about=about)
    _connect(live, Drawing(live))
    live.goal(
        "Let plain SGD come first of four or more",
        lambda seen: len(seen.order) >= 4 and seen.order[0] == "SGD",
    )
    return live


def _connect(live: LiveFigure, drawing: Drawing) -> None:
    handle = live.draggable(
        drawing.above, "start", START, anywhere=True, bounds=track_of("bowl").surface.domain
    )
    results, sliders = Results(), Sliders(live.controls)

    @live.when("surface")
    def _(surface):
        track = track_of(surface)
        drawing.choose(surface, track)
        handle.bounds = track.surface.domain
        handle.value = handle.value  # set again, it is moved between the new bounds

    @live.when("surface", "angle")
    def track(surface, angle):
        if surface != "bowl":
            return track_of(surface)
        drawing.turn(angle)
        return track_of("bowl", angle)

    @live.update(**_controls())
    def _(start, runners, surface, angle, best_rates, best_memories, moving, **rates):
        runners = sliders.admit(runners, rates)
        here = track.value
        tuned = best_memories
        sweeps = {name: results.sweep(here, name, tuned, moving) for name in runners}
        best = {name: sweep.rates[sweep.best(here.gaps[0])] for name, sweep in sweeps.items()}
        rates = sliders.rates(rates, best, best_rates, moving)
        runs = {name: results.run(here, start, name, rates[name], sweeps[name]) for name in runners}
        drawing.show(runs, here)
        place = f"bowl turned by {angle}°" if surface == "bowl" else surface
        return Seen(in_words(runs, place, here), order=list(by_median(runs)), runs=runs)


def _controls() -> dict[str, Widget]:
    scale = {
        "value": FIRST_RATE,
        "min": LOWEST_RATE,
        "max": HIGHEST_RATE,
        "step": NOTCH,
        "readout_format": ".4f",
        "layout": {"width": "280px"},
    }
    first_runners = ("SGD", "Momentum", "AdaGrad", "Adam")
    return {
        "runners": Choices(RUNNERS, value=first_runners),
        "surface": Dropdown(options=list(TRACKS)),
        "angle": IntSlider(value=0, min=0, max=90, description="angle °"),
        "best_rates": Checkbox(value=True, description="best rates"),
        "best_memories": Checkbox(value=True, description="best memories"),
        **{name: FloatLogSlider(description=f"α {name}", **scale) for name in RUNNERS},
    }
