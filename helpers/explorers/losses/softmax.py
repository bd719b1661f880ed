"""Lesson 02: three scores, the probabilities that softmax makes of them, and what they cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ipywidgets import FloatLogSlider, FloatSlider, ToggleButtons, Widget
from matplotlib.axes import Axes

from helpers.explorers.losses.words import probability
from helpers.functions import log_softmax
from helpers.pictures import style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import fixed
from helpers.pictures.updates import Seen

Array = np.ndarray

ANIMALS = ("cat", "dog", "bird")
DEAREST = 7  # loss that the picture shows
ABOUT = "Three scores become three probabilities; the loss is −log of the true one."


# What it computes


class Answer(NamedTuple):
    """What softmax makes of scores, and what that costs where class `true` is the true one."""

    z: Array  # (3,)
    p: Array  # (3,)
    true: int
    loss: float


def answer(z: Array, temperature: float, truth: str) -> Answer:
    """p = softmax(z / T), and the loss −log p of the true class."""
    log_p = log_softmax(z / temperature)
    true = ANIMALS.index(truth)
    return Answer(z, np.exp(log_p), true, abs(log_p[true]))  # abs: a loss of −0 is 0


def words(found: Answer) -> str:
    """The probabilities, and the loss."""
    parts = ", ".join(f"{name} {probability(p)}" for name, p in zip(ANIMALS, found.p))
    beyond = ", beyond the picture" if found.loss > DEAREST else ""
    return (
        f"Probabilities: {parts}. It is a {ANIMALS[found.true]}, "
        f"and that costs −log p = {fixed(found.loss, 3)}{beyond}."
    )


# What it draws


LOOK = {
    "bars": {"color": style.CLASSES[:3], "edgecolor": style.INK},
    "drop": {"lw": 1, "color": style.INK},
    "dot": {"marker": "o", "markersize": 9, "clip_on": False},
}


class Drawing:
    """Bars of the scores and of the probabilities, and the loss over p of the true class."""

    def __init__(self, live: LiveFigure) -> None:
        scores, chances, price = live.subplots(1, 3)
        self._scores, self._chances = (
            live.animated(ax.bar(ANIMALS, [0, 0, 0], **LOOK["bars"]).patches)
            for ax in (scores, chances)
        )
        scores.axhline(0, color=style.GREY, lw=0.8)
        scores.set(ylim=(-15, 15), yticks=range(-15, 16, 5), title="scores z")
        chances.set(ylim=(0, 1), ylabel="probability", title="p = softmax(z / T)")
        draw_loss(price)
        (self._drop,) = live.animated(price.plot([], [], **LOOK["drop"]))
        (self._dot,) = live.animated(price.plot([], [], **LOOK["dot"]))

    def show(self, found: Answer) -> None:
        """Move the bars and the dot to these scores and probabilities."""
        for heights, bars in ((found.z, self._scores), (found.p, self._chances)):
            for k, bar in enumerate(bars):
                edge = 2.5 if k == found.true else 0
                bar.set(height=heights[k], linewidth=edge)
        p, height = found.p[found.true], min(found.loss, DEAREST)
        self._drop.set_data([0, p, p], [height, height, 0])
        self._dot.set(
            data=([p], [height]),
            color=style.CLASSES[found.true],
            marker="^" if found.loss > DEAREST else "o",
        )


def draw_loss(ax: Axes) -> None:
    """The loss over the probability of the true class."""
    p = np.linspace(1e-4, 1, 400)
    ax.plot(p, -np.log(p), color=style.GREY)
    ax.set(
        xlim=(0, 1),
        ylim=(0, DEAREST),
        xlabel="p of the true class",
        title="loss −log p",
    )


# What moves


def softmax() -> LiveFigure:
    """Three scores, the probabilities that softmax makes of them, and the loss for the true class.

        p = softmax(z / T)        loss = −log p[true]

    A temperature T below 1 sharpens, one above 1 levels. Adding the same to all scores changes
    nothing. The class with the dark edge is the true one.

    Controls: the scores `cat`, `dog` and `bird`; `add_to_all`; `temperature`; `truth`, the animal.

    >>> live = softmax()
    >>> for name, score in (("cat", 2.2), ("dog", 0.0), ("bird", -10.0)):
    ...     live.controls[name].value = score
    >>> live.summary
    'Probabilities: cat 90.0 %, dog 10.0 %, bird below 0.01 %. It is a cat, and that costs ...'
    >>> print(f"{live.seen.loss:.3f}")
    0.105
    >>> live.close()
    """
    live = LiveFigure(9, 3.6, about=ABOUT)
    drawing = Drawing(live)

    @live.update(**widgets())
    def _(temperature: float, add_to_all: float, truth: str, **scores: float) -> Seen:
        z = np.array([scores[name] for name in ANIMALS]) + add_to_all
        found = answer(z, temperature, truth)
        drawing.show(found)
        return Seen(words(found), p=dict(zip(ANIMALS, found.p)), loss=found.loss)

    for name, control in live.controls.items():  # tracks of one length, in line
        control.style.description_width = "2.5em" if name in ANIMALS else "7.5em"
    live.goal("Find scores that give the cat 90 %", lambda seen: abs(seen.p["cat"] - 0.9) < 0.005)
    return live


def widgets() -> dict[str, Widget]:
    """The controls, two in a row: the scores one above the other, the rest beside them."""
    half = {"width": "400px"}  # so two of them stand side by side in a laptop's window
    score = {"min": -10, "max": 10, "layout": half}
    buttons = {"description": "it is a", "style": {"button_width": "90px"}}
    return {
        "cat": FloatSlider(2.0, **score),
        "temperature": FloatLogSlider(
            1, min=-1, max=1, step=0.02, description="temperature T", layout=half
        ),
        "dog": FloatSlider(1.0, **score),
        "add_to_all": FloatSlider(0, min=-5, max=5, layout=half),
        "bird": FloatSlider(-1.0, **score),
        "truth": ToggleButtons(options=ANIMALS, layout=half, **buttons),
    }
