"""How every picture of the course looks: one style sheet, one palette.

The colours are dark enough to be seen on white and on the pale blues of a loss surface (contrast of at least 3:1 for
marks, 4.5:1 for text) and stay apart for colour-blind eyes, because where two meet they also differ in lightness, line
style or marker.
"""

from __future__ import annotations

import matplotlib
from matplotlib.colors import LinearSegmentedColormap, ListedColormap

INK = "#1B1F24"  # text and axes
GREY = "#5F6771"  # what stands in the background: guides, second-rank labels
PALE = "#D5DAE0"  # grids and fills that only separate

BLUE, ORANGE, GREEN, PURPLE = "#0B62A8", "#C2500A", "#00795A", "#9A3E8E"
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

RC = {
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
    "image.cmap": "downhill",
    "path.simplify_threshold": 0.2,  # pixels: a long line costs what the eye can see of it, a smooth one stays smooth
    "axes.formatter.useoffset": False,
    "mathtext.fontset": "dejavusans",
}


def apply() -> None:
    """Make this process draw in the style of the course; calling it again changes nothing."""
    for colormap in (SURFACE, CLASS_REGIONS):
        if colormap.name not in matplotlib.colormaps:
            matplotlib.colormaps.register(colormap)
    matplotlib.rcParams.update(RC)
