"""How every picture of the course looks: a palette, a style sheet, and the context to draw in.

The colours are dark enough to be seen on white and on the pale blues of a loss surface (contrast
of at least 3:1 for marks, 4.5:1 for text) and stay apart for colour-blind eyes, because where two
meet they also differ in lightness, line style or marker.

A figure of the course looks the same whatever the learner has set in matplotlib, and what the
learner draws looks as the learner has set it: `context()` is in force while the course draws, and
at no other time.
"""

from __future__ import annotations

import threading
from contextlib import ContextDecorator
from typing import Any

import matplotlib
from matplotlib.colors import LinearSegmentedColormap, ListedColormap

INK = "#1B1F24"  # text and axes
GREY = "#5F6771"  # what stands in the background: guides, second-rank labels
PALE = "#D5DAE0"  # grids and fills that only separate

BLUE, ORANGE, GREEN, PURPLE = "#0B62A8", "#C2500A", "#00795A", "#661C74"
CRIMSON, TEAL, AMBER = "#B3123F", "#0E7C86", "#9A6700"

DOWNHILL = BLUE  # the path and the step that descends
GRADIENT = ORANGE  # the gradient, the slope
DIVERGENCE = CRIMSON  # what explodes, what is wrong
MINIMUM = GREEN  # where the loss is lowest
TARGET = INK  # data and truths

CLASSES = (BLUE, ORANGE, GREEN, PURPLE, TEAL, AMBER, CRIMSON, "#3D4F8F", "#6B4A1E", GREY)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")  # by class, beside the colour

OPTIMIZERS = {  # the same colour and line style in every picture of the course
    "SGD": {"color": BLUE, "linestyle": "-"},
    "Momentum": {"color": ORANGE, "linestyle": "-"},
    "Nesterov": {"color": ORANGE, "linestyle": "--"},
    "AdaGrad": {"color": GREEN, "linestyle": "-"},
    "AdaDelta": {"color": GREEN, "linestyle": "--"},
    "RMSProp": {"color": TEAL, "linestyle": "-."},
    "Adam": {"color": PURPLE, "linestyle": "-"},
    "AdamW": {"color": PURPLE, "linestyle": "--"},
    "NAdam": {"color": PURPLE, "linestyle": ":"},
    "Newton": {"color": AMBER, "linestyle": "-."},
}

# Low is a calm blue, high is almost white: a dark path is readable everywhere on it.
SURFACE = LinearSegmentedColormap.from_list(
    "downhill", ["#A9CBE3", "#C9DFEC", "#E2EDF3", "#F1F5F7", "#FBFBF8"]
)
CLASS_REGIONS = ListedColormap(
    ["#D3E4F2", "#F7DFCF", "#CFE9E0", "#EBD9E8", "#D0E8EA", "#F1E4C6"], name="downhill-classes"
)

RC = {  # what the course sets otherwise than matplotlib
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "savefig.dpi": 100,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same letters on every machine
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 11,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": PALE,
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "axes.prop_cycle": matplotlib.cycler(color=CLASSES[:7]),
    # In pixels: a long line costs what the eye can see of it, a smooth one stays smooth.
    "path.simplify_threshold": 0.2,
    "axes.formatter.useoffset": False,
    "mathtext.fontset": "dejavusans",
}

# What says how matplotlib meets the world, and nothing of how a picture looks, stays the learner's.
NOT_A_LOOK = {
    "backend",
    "backend_fallback",
    "date.epoch",
    "docstring.hardcopy",
    "figure.max_open_warning",
    "figure.raise_window",
    "interactive",
    "savefig.directory",
    "timezone",
    "tk.window_focus",
    "toolbar",
}


def complete() -> dict[str, Any]:
    """Every parameter of matplotlib that can change a picture, as the course has it."""
    # As plain dictionaries: a parameter that a version has deprecated warns when it is looked up.
    defaults = dict(dict.items(matplotlib.rcParamsDefault))
    course = dict(dict.items(matplotlib.RcParams(RC)))
    complete = defaults | course
    return {
        key: list(value) if isinstance(value, list) else value  # the learner may change theirs
        for key, value in complete.items()
        if key not in NOT_A_LOOK and not key.startswith("webagg.")
    }


class _Context(ContextDecorator):
    """Puts all of `parameters` into matplotlib's rcParams, and in the end the learner's back.

    It may be nested, and entered by several threads: the first to enter puts them in, the last to
    leave puts back. Both together take 0.04 ms.
    """

    def __init__(self, parameters: dict[str, Any]) -> None:
        self._parameters = parameters
        self._learners: dict[str, Any] = {}
        self._entered = 0
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        with self._lock:
            if self._entered == 0:
                # They are valid already: to have all 300 checked again would take milliseconds.
                self._learners = dict(dict.items(matplotlib.rcParams))
                dict.update(matplotlib.rcParams, self._parameters)
            self._entered += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._entered -= 1
            if self._entered == 0:
                dict.update(matplotlib.rcParams, self._to_put_back())

    def _to_put_back(self) -> dict[str, Any]:
        """The learner's parameters, except those that somebody has set in the meantime."""
        now = dict(dict.items(matplotlib.rcParams))
        return {
            key: self._learners[key] for key, value in self._parameters.items() if now[key] is value
        }


_CONTEXT = _Context(complete())


def context() -> ContextDecorator:
    """The course's own matplotlib parameters, all of them, for a `with` block or as a decorator.

    The figures of the course enter it by themselves, when one of their methods or those of their
    axes is called and when they are drawn. It is needed for artists that are made by hand, such as
    a `Patch` for a legend. What the learner has set is back after the block, and what is set within
    it stays set.

    matplotlib's parameters belong to the whole process: a plot that another thread begins while
    this one is in the context gets the looks of the course. So nothing that takes long, and no
    function of the learner's, should run in it beside a cell.

    >>> with context():
    ...     matplotlib.rcParams["axes.edgecolor"]
    '#5F6771'
    >>> matplotlib.rcParams["axes.edgecolor"]
    'black'
    """
    return _CONTEXT
