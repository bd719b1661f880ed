"""A network in training to play with: what it takes for which class, its losses and its weights."""

from typing import Any

import ipywidgets
import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider, IntSlider, Play
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.image import PcolorImage
from matplotlib.lines import Line2D

from helpers.datasets import Part
from helpers.explorers.training.run import DATA, LOST, Curves, Grid, Player, Run, Setup, sample
from helpers.explorers.training.steps import Step, sgd_step
from helpers.pictures import plots, says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen

Array = np.ndarray

REACH = 2.8  # of the picture: the columns are standardised
FINE = Grid(REACH, 160, 6)
COARSE = Grid(REACH, 56, 4)  # while the picture moves
LOSSES = (1.1e-3, 90)  # a curve beyond runs along the edge
DECADES = ["< 0.001", "0.01", "0.1", "1", "10", "> 100"]  # as text: formulae are slow to draw
KNOWS_NOTHING = 0.69  # ln 2, the loss at one half for both classes
BAD = 0.75  # a loss above it is clearly worse
CLASS_1 = LinearSegmentedColormap.from_list(  # its probability: the decision is between the colours
    "class 1", [(0, "#86B5DC"), (0.5, "#CFE1F0"), (0.5, "#F8DFCD"), (1, "#EBA87C")]
)
LAYERS = {"first layer": style.PURPLE, "between": style.GREY, "last layer": style.GREEN}

# ---- what it computes, with run.py


def in_words(run: Run) -> str:
    """How far the run has come, and how well it does; or that it has diverged, and what to do."""
    right = f"{says.percent(run.accuracy)} of the held-out points are right"
    if run.has_diverged:
        return (
            f"Diverged: step {run.diverged_at} made a weight larger than {LOST:,.0f}, "
            f"and was taken back. {right[0].upper()}{right[1:]}. "
            "Lower the rate, press stop, then play. (Reset puts everything back.)"
        )
    train, held_out = run.losses
    worse = ""
    if train > BAD:
        worse = f" Worse than knowing nothing, {KNOWS_NOTHING}: a smaller rate may help."
    epochs = says.fixed(run.epochs, 0 if run.epochs > 100 else 1)
    return (
        f"After {epochs} epochs ({says.counted(run.steps, 'step')}): "
        f"loss {says.loss(train)} on the training points, {says.loss(held_out)} held out; "
        f"{right}.{worse}"
    )


def in_future(lr: float, batch: int, speed: int) -> str:
    """How a run goes on, for until then nothing in the picture shows it.

    >>> in_future(0.1, 16, 8)
    'It goes on at rate 0.1, with 16 examples a step and up to 8 steps a frame.'
    """
    return (
        f"It goes on at rate {says.digits(lr)}, with {says.counted(batch, 'example')} a step "
        f"and up to {says.counted(speed, 'step')} a frame."
    )


def as_one_line(x: Array, columns: Array) -> tuple[Array, Array]:
    """Curves (T, n) over the same x as one line with gaps of NaN, which is drawn faster.

    >>> x, y = as_one_line(np.array([0, 1]), np.array([[2, 3], [4, 5]]))
    >>> y
    array([ 2.,  4., nan,  3.,  5., nan])
    """
    gaps = np.full((1, columns.shape[1]), np.nan)
    return np.tile(np.append(x, np.nan), columns.shape[1]), np.vstack([columns, gaps]).T.ravel()


# ---- what it draws


class Drawing:
    """Left the plane of both classes; right the losses, and under them some weights, by epoch."""

    @style.context()
    def __init__(self, live: LiveFigure) -> None:
        panels = live.figure.subplot_mosaic(
            [["plane", "loss"], ["plane", "weights"]], width_ratios=[1.25, 1]
        )
        self._draw_plane(live, panels["plane"])
        self._draw_points(live, panels["plane"])
        self._draw_losses(live, panels["loss"])
        self._draw_weights(live, panels["weights"])

    def _draw_plane(self, live: LiveFigure, ax: Axes) -> None:
        ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal")
        ax.set(xlabel="x₁, standardised", ylabel="x₂, standardised")
        # drawn ten times as fast as what imshow makes
        self._probability = PcolorImage(ax, cmap=CLASS_1, clim=(0, 1), in_layout=False)
        live.animated(ax.add_image(self._probability))
        self._hinges = _line(live, ax, color=style.GREY, lw=1, alpha=0.7)

    def _draw_points(self, live: LiveFigure, ax: Axes) -> None:
        self._train: list[Line2D] = []  # one for each class
        self._held_out: list[Line2D] = []
        for marker, color in zip(style.MARKERS[:2], style.CLASSES):
            look = {"marker": marker, "linestyle": "none"}
            hollow = {"mfc": "none", "mec": color, "mew": 1, "ms": 4.5}
            full = {"color": color, "mfc": color, "mec": "white", "mew": 0.5, "ms": 6}
            self._held_out.append(_line(live, ax, **look, **hollow))
            self._train.append(_line(live, ax, **look, **full))

    def _draw_losses(self, live: LiveFigure, ax: Axes) -> None:
        self._loss_panel = ax
        ax.set(ylim=(1e-3, 100), yscale="log", ylabel="cross-entropy")
        ax.set_yticks(10.0 ** np.arange(-3, 3), DECADES)
        ax.minorticks_off()
        dashed = {"color": style.TEAL, "linestyle": "--"}
        self._losses = [
            _line(live, ax, color=style.INK, label="training points"),
            _line(live, ax, **dashed, label="held out (hollow)"),
        ]
        _draw_legend(ax)

    def _draw_weights(self, live: LiveFigure, ax: Axes) -> None:
        self._weight_panel = ax
        ax.set(xlabel="epochs", ylabel="some weights")
        self._weights = [
            _line(live, ax, color=color, lw=1, label=name) for name, color in LAYERS.items()
        ]
        _draw_legend(ax)

    def show_points(self, train: Part, held_out: Part) -> None:
        """Show the points to train on, full, and those held out, hollow."""
        for drawn, (X, y) in ((self._train, train), (self._held_out, held_out)):
            for k, dots in enumerate(drawn):
                dots.set_data(*X[y == k].T)

    def show(self, run: Run, grid: Grid) -> None:
        """Show the network in the plane, as finely as the grid, and the run up to now."""
        self._probability.set_data(grid.edges, grid.edges, grid.probabilities(run))
        self._hinges.set_data(*run.hinges(4 * REACH).T)
        self._show_curves(run.curves)
        self._reach(plots.doubled(1, run.epochs), plots.doubled(2, run.largest))

    def _show_curves(self, curves: Curves) -> None:
        for line, losses in zip(self._losses, curves.losses.T):
            line.set_data(curves.epochs, losses.clip(*LOSSES))
        for line, weights in zip(self._weights, curves.weights):
            line.set_data(*as_one_line(curves.epochs, weights))

    def _reach(self, epochs: float, largest: float) -> None:
        """Let the axes reach so far: only if it is new, since the background is drawn again."""
        if self._loss_panel.get_xlim()[1] == epochs and self._weight_panel.get_ylim()[1] == largest:
            return
        self._loss_panel.set_xlim(0, epochs)
        self._weight_panel.set(xlim=(0, epochs), ylim=(-largest, largest))


def _line(live: LiveFigure, ax: Axes, **look) -> Line2D:
    return live.animated(ax.plot([], [], **look)[0])


def _draw_legend(ax: Axes) -> None:
    look = {"borderaxespad": 0, "borderpad": 0.2, "columnspacing": 1}
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, **look)


# ---- the figure


def playground(step: Step = sgd_step) -> LiveFigure:
    """A network in training: press play, and change the rate while it learns.

    Left the probability of each class as colour, 256 training points, 256 held out (hollow), and
    for each unit of the first hidden layer the line on which its weighted sum is 0. Right both
    losses and some of the weights, by epoch.

    Controls: `play`; the rate `lr` (α), the `batch` size and `speed`, the most steps a frame, may
    change in the middle of a run; everything else starts a new one: `data`, its `noise`, the `seed`
    of data and weights, the number of hidden `layers` and of `units` in each, their `activation`.
    Before play is pressed the picture shows the first frame's steps.

    step(model, X, y, lr) does one update of `model.theta` on a batch, as the lesson writes it. One
    that makes a weight explode is taken back and ends the run.

    Smilkov et al. (2017), Direct-manipulation visualization of deep networks.

    >>> live = playground()
    >>> live.summary.split(": ")[0], live.summary[-12:]
    ('After 0.5 epochs (8 steps)', ' Press play.')
    >>> live.controls["speed"].value = 1
    >>> for tick in range(1, 32):
    ...     live.controls["play"].value = tick
    >>> live.seen.steps, live.seen.epochs
    (32, 2.0)
    >>> live.close()
    """
    about = "A network learns to tell two classes apart: its decision, its losses and its weights."
    live = LiveFigure(9.6, 3.9, about=about)
    _connect(live, Drawing(live), Player(step))
    _set_goals(live)
    return live


def _connect(live: LiveFigure, drawing: Drawing, player: Player) -> None:
    @live.when("data", "noise", "seed")
    def _(data, noise, seed):
        drawing.show_points(*sample(data, noise, np.random.default_rng(seed)))

    @live.when("data", "noise", "layers", "units", "activation", "seed")
    def setup(data, noise, layers, units, activation, seed):
        return Setup(data, noise, layers, units, activation, seed)

    @live.update(**_controls())
    def _(play, lr, batch, speed, moving):
        run = player.play(setup.value, play, lr, round(batch), round(speed))
        drawing.show(run, COARSE if moving else FINE)
        onwards = "" if run.has_diverged else f" {in_future(lr, round(batch), round(speed))}"
        invitation = "" if play or run.has_diverged else " Press play."
        return Seen(
            f"{in_words(run)}{onwards}{invitation}",
            data=run.setup.data,
            hidden_units=run.setup.hidden_units,
            steps=run.steps,
            epochs=run.epochs,
            losses=run.losses,
            accuracy=run.accuracy,
            diverged_at=run.diverged_at,
        )


def _controls() -> dict[str, ipywidgets.Widget]:
    """All controls by name, so wide that three or four of them make a row."""
    doubling: dict[str, Any] = {"base": 2, "min": 0, "step": 1, "readout_format": "d"}
    rate = {"value": 0.1, "min": -3, "max": 1, "step": 0.05}
    batch = {"value": 16, "max": 8, "description": "batch size"}
    speed = {"value": 8, "max": 6, "description": "most steps a frame"}
    layers = {"value": 2, "min": 0, "max": 4, "description": "hidden layers"}
    units = {"value": 8, "min": 1, "max": 16, "description": "units in each"}
    wide = {"layout": _wide(295)}
    return {
        "play": Play(min=0, max=1_000_000, interval=33),
        "lr": FloatLogSlider(**rate, layout=_wide(240)),
        "batch": FloatLogSlider(**batch, **doubling, layout=_wide(210)),
        "speed": FloatLogSlider(**speed, **doubling, layout=_wide(270)),
        "data": Dropdown(options=list(DATA), value="moons", **wide),
        "noise": FloatSlider(value=0.1, min=0, max=0.4, step=0.02, **wide),
        "seed": IntSlider(value=0, min=0, max=20, **wide),
        "layers": IntSlider(**layers, **wide),
        "units": IntSlider(**units, **wide),
        "activation": Dropdown(options=["tanh", "relu", "sigmoid", "identity"], **wide),
    }


def _wide(pixels: int) -> dict[str, str]:
    return {"width": f"{pixels}px"}


def _set_goals(live: LiveFigure) -> None:
    def is_right_on(data: str, seen: Seen) -> bool:
        return seen.data == data and seen.accuracy > 0.95

    live.goal(
        "Spirals: more than 95 % of the held-out points right",
        lambda seen: is_right_on("spirals", seen),
    )
    live.goal(
        "Circles: the same with three hidden units in all",
        lambda seen: is_right_on("circles", seen) and seen.hidden_units <= 3,
    )
    live.goal("Make it diverge", lambda seen: seen.diverged_at >= 0)
