"""Draws the pictures of the README from the explorers themselves: `.venv/bin/python .ci/pictures.py`."""

from pathlib import Path

import numpy as np
from PIL import Image

from helpers.explorers import descent, losses, start
from helpers.pictures.live import LiveFigure

FOLDER = Path(__file__).resolve().parent.parent / ".github" / "pictures"


def moving(live: LiveFigure, control: str, values: np.ndarray, name: str, milliseconds: int = 90) -> None:
    """An animation of one control dragged through `values`, with a longer look at the last of them."""
    frames = []
    for value in values:
        live.controls[control].value = float(value)
        frames.append(Image.fromarray(live.frame()))
    palette = frames[0].quantize(128, dither=Image.Dither.NONE)
    frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    times = [milliseconds] * (len(frames) - 1) + [1500]
    frames[0].save(FOLDER / name, save_all=True, append_images=frames[1:], duration=times, loop=0, optimize=True)


def still(live: LiveFigure, name: str, **settings) -> None:
    """One picture with its controls at `settings`."""
    for control, value in settings.items():
        live.controls[control].value = value
    Image.fromarray(live.frame()).quantize(256, dither=Image.Dither.NONE).save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    moving(descent.parabola(), "lr", np.r_[0.02:0.56:55j], "parabola.gif")
    still(start.loop(), "loop.png")
    still(losses.line(), "line.png")
    still(descent.landscape(), "landscape.png")
    still(descent.basins(), "basins.png", lr=0.01, momentum=0.9)
