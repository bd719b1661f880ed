"""Every explorer of the course, and how to move one through all its controls, in whichever kernel.

Without pytest: the simulated Colab of test_colab.py, where nothing else is installed, uses it too.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import pkgutil
import re
from collections.abc import Callable
from typing import Any

import ipywidgets

import helpers.explorers
from helpers.pictures.choices import Choices
from helpers.pictures.live import LiveFigure
from helpers.pictures.panel import Presses
from helpers.pictures.places import Clicks, Place, View

FAR = 1e6  # outside of any picture
# No number, an object's address, a hyphen for a minus, 1e-05 for a power of ten, and a number that
# may be torn at the end of a line.
STRANGE = r"\b(nan|inf|None)\b|array\(|\bat 0x|(?<![\w.])-[\d.]|\de[+-]?\d|\d · 10"


def explorers() -> dict[str, Callable[..., LiveFigure]]:
    """The figures of each lesson, as "lesson.figure": the functions that its folder lists."""
    found = {}
    for info in pkgutil.iter_modules(helpers.explorers.__path__):
        lesson = importlib.import_module(f"helpers.explorers.{info.name}")
        listed = getattr(lesson, "__all__", None)
        for name, function in inspect.getmembers(lesson, inspect.isfunction):
            is_at_home = function.__module__ == lesson.__name__ and not name.startswith("_")
            if is_at_home if listed is None else name in listed:
                found[f"{info.name}.{name}"] = function
    return found


EXPLORERS = explorers()


def places(place: Place) -> list[tuple]:
    """Values of a place on a picture: two opposite ends first, at last some beyond all ends."""
    left, right = place.axes.get_xlim()
    bottom, top = place.axes.get_ylim()
    if isinstance(place, View):
        return [(0.0, -180.0), (90.0, 179.0), (FAR, -FAR)]
    corners = list(itertools.product((left, right), (bottom, top)))
    if isinstance(place, Clicks):
        return [(corners[0], corners[3]), tuple(corners) * 3, ((FAR, -FAR),)]
    return [corners[0], corners[3], corners[1], corners[2], (FAR, FAR), (-FAR, -FAR)]


def ends(control: Any) -> list:
    """The values to try a control at: both ends or all options; of a place also some outside."""
    if isinstance(control, Place):
        return places(control)
    if isinstance(control, Presses):
        return [1, 2]
    if isinstance(control, (ipywidgets.Checkbox, ipywidgets.ToggleButton)):
        return [False, True]
    if isinstance(control, ipywidgets.Text):
        return ["", "not a good film, is it?"]
    if hasattr(control, "options"):
        options = [option[1] if isinstance(option, tuple) else option for option in control.options]
        return [(), tuple(options)] if isinstance(control, Choices) else options
    low, high = control.min, control.max
    if isinstance(control, ipywidgets.FloatLogSlider):
        low, high = control.base**low, control.base**high
    if isinstance(control.value, tuple):
        return [(low, low), (high, high), (low, high)]
    return [low, high]


def two_ends(control: Any) -> list:
    """Two values at which to try a control; of a list all options."""
    values = ends(control)
    return values if hasattr(control, "options") else values[:2]


def said(live: LiveFigure) -> str:
    """The summary, which must be words that a learner can read."""
    words = live.summary
    where = ", ".join(f"{name} = {control.value!r}" for name, control in live.controls.items())
    assert re.search(r"\w{2}.*[.?)]$", words, re.DOTALL), f"not a sentence: {words!r} at {where}"
    assert "Stopped by" not in words, f"{words} at {where}"
    strange = re.search(STRANGE, words)
    assert not strange, f"not for a learner: {strange[0]!r} in {words!r} at {where}"
    assert len(words) <= 450, f"too long to be read while one drags: {words!r} at {where}"
    return words


def changes_beside_another(live: LiveFigure, name: str) -> bool:
    """Does this control change the picture while another one stands at its last end?"""
    for other in [other for other in live.controls if other != name]:
        live.controls[other].value = ends(live.controls[other])[-1]
        frames = []
        for value in two_ends(live.controls[name]):
            live.controls[name].value = value
            frames.append(live.frame())
        live.reset()
        if (frames[0] != frames[-1]).any():
            return True
    return False


def survives_every_end(live: LiveFigure) -> None:
    """Move each control to every end and back: the words stay words, and the picture changes.

    It may be that it changes only once another control was moved too.
    """
    first = live.frame()
    for name, control in live.controls.items():
        changed = False
        for value in ends(control):
            control.value = value
            changed |= bool((live.frame() != first).any())
            said(live)
        live.reset()
        assert changed or changes_beside_another(live, name), f"{name} never changes the picture"
