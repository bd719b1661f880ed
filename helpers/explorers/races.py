"""Who is first? Optimizers side by side on one surface, each at a rate of its own, from one start and from 64."""

from collections import deque
from collections.abc import Callable
from functools import cache, lru_cache, partial

import numpy as np
from ipywidgets import Checkbox, Dropdown, FloatLogSlider, IntSlider, SelectMultiple
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from helpers import optim, surfaces
from helpers.descent import descend
from helpers.optim import Optimizer
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.surfaces import Surface

Array = np.ndarray

RULES: dict[str, Callable[..., Optimizer]] = {
    "SGD": optim.SGD,
    "Momentum": partial(optim.SGD, momentum=0.9),
    "Nesterov": partial(optim.SGD, momentum=0.9, nesterov=True),
    "AdaGrad": optim.AdaGrad,
    "RMSProp": optim.RMSProp,
    "Adam": optim.Adam,
    "AdaDelta": optim.AdaDelta,
    "AdamW": optim.AdamW,
    "NAdam": optim.NAdam,
}
RUNNERS = tuple(RULES)[:6]
STEPS, STARTS, LOW, HIGH = 100, 64, -4, 2  # rates from 10^LOW to 10^HIGH
FIRST = 0.01  # the shared rate at which all of them begin
NOTCH = 0.025  # one step of a slider, in powers of ten
TURN = np.linspace(0, 2 * np.pi, 48, endpoint=False)


class Rings:
    """Contours of a quadratic bowl that may turn and stretch in every frame."""

    def __init__(self, live: LiveFigure, ax: Axes, reach: float):
        self.sizes = np.linspace(1.5 * reach, 0.15 * reach, 9)[:, None, None]
        shades = style.SURFACE(np.linspace(1, 0, len(self.sizes)))
        self.drawn = PolyCollection([], facecolors=shades, edgecolors=style.GREY, linewidths=0.3)
        live.animated(ax.add_collection(self.drawn, autolim=False))

    def show(self, condition: float, angle: float = 0) -> None:
        """The bowl of this condition, its flat direction turned by `angle` degrees."""
        cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        circle = np.stack([np.sqrt(condition) * np.cos(TURN), np.sin(TURN)], axis=-1)
        self.drawn.set_verts(self.sizes * circle @ [[cos, sin], [-sin, cos]])

    def hide(self) -> None:
        self.drawn.set_verts([])


@style.context()
def race() -> LiveFigure:
    """Optimizers on one surface: paths from the start that you drag, and the median over 64 starts beside them.

    Top right the loss above the lowest one, median and middle half of the 64; below it that median after 100 steps at
    every rate, a star at the best and a dot at the rate of the runner. `best_rates` keeps all runners at their stars;
    the sliders follow when the picture rests, and moving one lets go. `angle` turns the bowl (condition 50).

    >>> live = race()
    >>> live.controls["best_rates"].value = True
    >>> print(live.summary)
    bowl turned by 0°, median of 64 starts after 100 steps, each at its rate: RMSProp below 1e-08 at 0.0316 ...
    >>> live.close()
    """
    shown = {  # and the heights between which the picture is drawn
        "bowl": (None, (1e-8, 1e3)),
        "Rosenbrock": (surfaces.rosenbrock(), (1e-4, 1e4)),
        "Himmelblau": (surfaces.himmelblau(), (1e-8, 1e4)),
        "plateau": (surfaces.plateau(), (1e-6, 10)),
        "saddle": (surfaces.saddle(), (1e-8, 1e2)),
    }
    about = "Optimizers on one surface, each at its own rate: paths from one start, and the median over 64 starts."
    live = LiveFigure(9, 5.4, about=about)
    ax = live.figure.subplot_mosaic(
        [["above", "heights"], ["above", "sweep"]], width_ratios=[1.15, 1]
    )
    above, heights, sweep = ax["above"], ax["heights"], ax["sweep"]
    above.locator_params(nbins=6, integer=True)
    above.set(xlabel="$w_1$", ylabel="$w_2$")
    heights.set(xlim=(0, STEPS), yscale="log", xlabel="step", ylabel="loss − lowest loss")
    sweep.set(xlim=(10.0**LOW, 10.0**HIGH), xscale="log", yscale="log", xlabel="rate α")
    sweep.set_ylabel(f"median at step {STEPS}")
    rings = Rings(live, above, reach=2)
    stars = live.animated(plots.minima(above, shown["Himmelblau"][0]))
    look = {name: style.OPTIMIZERS[name] for name in RUNNERS}
    none = ([], [])
    paths = {
        n: live.animated(plots.descent(above, markersize=2.5, zorder=3, **look[n])) for n in look
    }
    colors = {name: look[name]["color"] for name in RUNNERS}
    soft = {"alpha": 0.15, "lw": 0}
    bands = {
        n: live.animated(heights.fill_between([0], [1], [1], color=c, **soft))
        for n, c in colors.items()
    }
    medians = {n: live.animated(heights.plot(*none, **look[n])[0]) for n in look}
    swept = {
        n: live.animated(sweep.plot(*none, marker="*", ms=16, mec="white", lw=1.5, **look[n])[0])
        for n in look
    }
    dots = live.animated(
        sweep.scatter([1] * len(look), [1] * len(look), s=50, c=list(colors.values()), ec="white")
    )
    dots.set_zorder(3)
    live.figure.legend(
        handles=list(medians.values()), labels=RUNNERS, loc="outside upper center", ncols=6
    )
    handle = live.draggable(above, "start", (-1.7, 1.2), anywhere=True, bounds=((-2, 2), (-2, 2)))
    scale = {
        "min": LOW,
        "max": HIGH,
        "step": NOTCH,
        "readout_format": ".4f",
        "layout": {"width": "280px"},
    }
    now, steps = {"surface": None, "held": False, "first": None}, np.arange(STEPS + 1)
    tried_before: dict[tuple, tuple[Array, Array]] = {}
    stood = {name: deque([FIRST], maxlen=3) for name in RUNNERS}  # where each slider was last

    @cache
    def surface_of(name: str, angle: int) -> Surface:
        return shown[name][0] or surfaces.bowl(50, angle)

    def above_lowest(name: str, angle: int, runner: str, lr: Array | float, starts: Array) -> Array:
        """Heights (T+1, ...) of descents from the starts, ∞ where they diverged."""
        surface = surface_of(name, angle)
        walked = descend(surface, starts, RULES[runner](lr), STEPS)
        found = walked.losses - surface.value(surface.minima).min()
        return np.where(np.isnan(found), np.inf, np.maximum(found, 1e-300))

    def starts_on(name: str, count: int) -> Array:
        low, high = np.transpose(surface_of(name, 0).domain)
        return np.random.default_rng(0).uniform(low, high, (count, 2))

    @lru_cache(maxsize=256)
    def many(name: str, angle: int, runner: str, lr: float) -> Array:
        """Quartiles of the height over 64 starts: (3, T+1)."""
        ordered = np.sort(above_lowest(name, angle, runner, lr, starts_on(name, STARTS)), axis=1)
        return ordered[:, [STARTS // 4, STARTS // 2, 3 * STARTS // 4]].T

    def try_rates(name: str, angle: int, runner: str, moving: bool) -> tuple[Array, Array]:
        """Rates, and the median height at the last step at each of them: a rough sweep will do while the bowl turns."""
        coarse = moving and (name, angle, runner, False) not in tried_before
        if (name, angle, runner, coarse) not in tried_before:
            rates = 10.0 ** np.linspace(LOW, HIGH, 25 if coarse else 49)
            starts = np.tile(starts_on(name, 16 if coarse else STARTS), (len(rates), 1, 1))
            ends = np.sort(
                above_lowest(name, angle, runner, rates[:, None, None], starts)[-1], axis=1
            )
            tried_before[name, angle, runner, coarse] = rates, ends[:, ends.shape[1] // 2]
        return tried_before[name, angle, runner, coarse]

    def moved(runner: str, lr: float) -> bool:
        """Is its slider where it has not been lately? What a browser answers is late, and rounded."""
        return all(_apart(lr, before) for before in stood[runner])

    def show(name: str) -> None:
        """Everything that only changes with the surface."""
        surface, limits = surface_of(name, 0), shown[name][1]
        for drawn in [drawn for drawn in above.collections if drawn is not rings.drawn]:
            drawn.remove()
        rings.hide()
        if name != "bowl":
            plots.contours(above, surface)
        above.set(xlim=surface.domain[0], ylim=surface.domain[1])
        handle.bounds = surface.domain
        heights.set_ylim(limits)
        sweep.set_ylim(limits)
        stars.set_data(*surface.minima.T)

    @live.update(
        runners=SelectMultiple(
            options=RUNNERS, value=("SGD", "Momentum", "RMSProp", "Adam"), rows=6
        ),
        surface=Dropdown(options=list(shown)),
        angle=IntSlider(value=0, min=0, max=90, description="angle °"),
        best_rates=Checkbox(description="best rates"),
        **{name: FloatLogSlider(value=FIRST, description=f"α {name}", **scale) for name in RUNNERS},
    )
    def _(start, runners, surface, angle, best_rates, moving, **rates):
        if now["surface"] != surface:
            show(surface)
            now["surface"] = surface
        turned = angle if surface == "bowl" else 0
        entered = [
            n for n, lr in rates.items() if n not in runners and _apart(lr, FIRST) and moved(n, lr)
        ]
        if entered:
            runners = live.controls["runners"].value = tuple(
                name for name in RUNNERS if name in (*runners, *entered)
            )
        tried = {name: try_rates(surface, turned, name, moving) for name in runners}
        low, high = shown[surface][
            1
        ]  # the best is the smallest rate with the lowest median that the picture can show
        best = {
            name: float(tested[np.maximum(found, low).argmin()])
            for name, (tested, found) in tried.items()
        }
        if best_rates and now["held"] and any(moved(name, lr) for name, lr in rates.items()):
            best_rates = live.controls["best_rates"].value = False
        now["held"] = best_rates
        for name, lr in rates.items():
            if _apart(lr, stood[name][-1]):
                stood[name].append(lr)
        for name in best if best_rates else ():
            if _apart(rates[name], best[name]) and not moving:
                live.controls[name].value = best[name]
                stood[name].append(best[name])
            rates[name] = best[name]
        if surface == "bowl":
            rings.show(50, angle)
        ends, own, at = {}, {}, np.full((len(RUNNERS), 2), np.nan)
        for name in RUNNERS:
            for drawn in (paths[name], bands[name], medians[name], swept[name]):
                drawn.set_visible(name in runners)
        for name in runners:
            first, middle, third = many(surface, turned, name, rates[name])
            walked = descend(surface_of(surface, turned), start, RULES[name](rates[name]), STEPS)
            paths[name].set_data(*walked.points.T)
            bands[name].set_verts(
                [np.r_[np.c_[steps, first], np.c_[steps, third][::-1]].clip(0, 1e9)]
            )
            medians[name].set_data(steps, middle)
            tested, found = tried[name]
            swept[name].set_data(tested, found.clip(low))
            swept[name].set_markevery([int(np.argmin(abs(tested - best[name])))])
            at[RUNNERS.index(name)] = rates[name], middle[-1].clip(low, high)
            ends[name], own[name] = middle[-1], np.nan_to_num(walked.losses[-1], nan=np.inf)
        dots.set_offsets(at)
        if not runners:
            return "Nobody runs: choose one or more runners."
        order = sorted(runners, key=ends.get)
        rates = {name: f"{rates[name]:.3g} (best {best[name]:.3g})" for name in order}
        results = ", ".join(f"{name} {_height(ends[name], low)} at {rates[name]}" for name in order)
        place = f"{surface} turned by {angle}°" if surface == "bowl" else surface
        leader = min(runners, key=own.get)
        now["first"] = order[0] if len(order) >= 4 else None
        return (
            f"{place}, median of {STARTS} starts after {STEPS} steps, each at its rate: {results}. "
            f"From your start {leader} comes lowest."
        )

    live.goal("Let plain SGD come first of four or more", lambda seen: now["first"] == "SGD")
    return live


def _apart(one: float, other: float) -> bool:
    """Do two rates differ by more than half a step of the slider?"""
    return bool(abs(np.log10(one / other)) > NOTCH / 2)


def _height(height: float, low: float) -> str:
    return (
        "diverged" if height == np.inf else f"below {low:.0e}" if height < low else f"{height:.1g}"
    )
