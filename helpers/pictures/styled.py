"""Figures that draw in the style of the course, whatever the learner has set in matplotlib.

matplotlib asks its global parameters at every step: when axes are made, when something is plotted,
when ticks appear, when a text is set in type. So a figure of the course and its axes do what they
always do, but each of their methods runs in the course's own context: nobody who draws on them,
neither a lesson nor a teacher, has to think of it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure

from helpers.pictures import style

Drawn = TypeVar("Drawn", bound="Axes | Axis | Figure | SubFigure")


def figure(width: float, height: float, *, dpi: float = 100, layout: str = "constrained") -> Figure:
    """An empty figure of `width` × `height` inches on Agg, which draws in the style of the course.

    layout is matplotlib's: "constrained", "tight", "compressed" or "none".

    >>> fig = figure(3, 2)
    >>> ax = fig.subplots()
    >>> ax.spines["left"].get_edgecolor() == ax.twinx().spines["left"].get_edgecolor()
    True
    """
    with style.context():
        made = Figure(figsize=(width, height), dpi=dpi, layout=layout)
    FigureCanvasAgg(made)
    return in_style(made)


def in_style(made: Drawn) -> Drawn:
    """The same figure, axes or axis: from now on its public methods run in the course's context.

    What they make is in style too: axes, twins, insets and subfigures.
    """
    made.__class__ = _in_style(type(made))
    if isinstance(made, Axes):
        for axis in (made.xaxis, made.yaxis, getattr(made, "zaxis", None)):
            if axis is not None:
                in_style(axis)
    return made


# matplotlib looks whether axes have their own, to see which of them can share an axis.
AS_IT_IS = "get_data_ratio"


class _InStyle:
    """Marks the classes that `_in_style` has made."""


@functools.cache
def _in_style(kind: type) -> type:
    """A subclass of this class whose public methods run in the course's context."""
    if issubclass(kind, _InStyle):
        return kind
    made = type(kind.__name__, (_InStyle, kind), {"__doc__": kind.__doc__})
    for name, method in inspect.getmembers(kind, inspect.isfunction):
        if not name.startswith("_") and name != AS_IT_IS:
            setattr(made, name, _in_context(method))
    return made


def _in_context(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, run in the course's context."""

    @functools.wraps(method)
    def in_context(self: Any, *arguments: Any, **named: Any) -> Any:
        with style.context():
            result = method(self, *arguments, **named)
            if isinstance(result, (Axes, SubFigure)) and not isinstance(result, _InStyle):
                in_style(result)
            return result

    return in_context
