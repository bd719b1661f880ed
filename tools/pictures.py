"""Draws the pictures of the README from the explorers themselves: `.venv/bin/python -m
tools.pictures`.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from helpers.explorers import descent, losses, optimizers, start, training
from helpers.pictures.live import LiveFigure

FOLDER = Path(__file__).resolve().parent.parent / ".github" / "pictures"


def moving(
    live: LiveFigure, control: str, values: Iterable, name: str, width: int = 900, **settings
) -> None:
    """An animation of one control dragged through `values`, others at `settings`, with a longer
    look at the last.
    """
    for other, value in settings.items():
        live.controls[other].value = value
    frames = []
    for value in values:
        live.controls[control].value = value
        frame = Image.fromarray(live.frame())
        frames.append(
            frame.resize(
                (width, round(width * frame.height / frame.width)), Image.Resampling.LANCZOS
            )
        )
    palette = frames[-1].quantize(96, dither=Image.Dither.NONE)
    frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    times = [90] * (len(frames) - 1) + [1500]
    frames[0].save(
        FOLDER / name,
        save_all=True,
        append_images=frames[1:],
        duration=times,
        loop=0,
        optimize=True,
    )


def still(live: LiveFigure, name: str, **settings) -> None:
    """One picture with its controls at `settings`."""
    for control, value in settings.items():
        live.controls[control].value = value
    Image.fromarray(live.frame()).quantize(256, dither=Image.Dither.NONE).save(
        FOLDER / name, optimize=True
    )


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    moving(descent.parabola(), "lr", np.linspace(0.02, 0.56, 55).tolist(), "parabola.gif")
    spirals = {
        "data": "spirals",
        "noise": 0.02,
        "layers": 3,
        "units": 16,
        "activation": "relu",
        "speed": 64,
    }
    moving(training.playground(), "play", range(1, 61), "playground.gif", width=640, **spirals)
    still(start.loop(), "loop.png")
    still(losses.line(), "line.png")
    still(descent.landscape(), "landscape.png")
    still(descent.basins(), "basins.png", lr=0.01, momentum=0.9)
    still(optimizers.convergence(), "map.png")
