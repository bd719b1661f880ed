"""What can be dragged on the picture itself: each is a control with a `.value`, like a slider.

A `Place` translates between its value and a position on the figure, given as fractions of its
width and height from the *top left* corner, which is how a browser counts. It knows nothing of
browsers or kernels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import traitlets
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

Pair = tuple[float, float]

KEY_STEP = 0.02  # an arrow key moves by this share of the axes; with Shift by five times as much
KEY_TURN = 5  # degrees by which an arrow key turns a view


def _two_numbers(label: str, values: Any) -> Pair:
    """Two numbers, neither of them NaN."""
    if len(values) != 2 or any(part != part for part in values):
        raise ValueError(f"{label} must be two numbers, got {tuple(values)}")
    first, second = values
    return float(first), float(second)


class Place(traitlets.HasTraits):
    """A control that lives on `axes`; `kind` tells the browser how it is handled.

    `label` is what a screen reader calls it. `along` says which way it moves: "x", "y" or "xy".
    """

    kind = "point"
    along = "xy"

    def __init__(self, axes: Axes, label: str) -> None:
        super().__init__()
        self.axes = axes
        self.label = label

    def box(self) -> list[float]:
        """The axes as [left, top, right, bottom], in fractions of the figure."""
        # Not axes.get_position(), which would mark them as stale.
        extent = self.axes.bbox.transformed(self.axes.figure.transFigure.inverted())
        x0, y0, x1, y1 = extent.extents
        return [float(x0), float(1 - y1), float(x1), float(1 - y0)]

    def _to_figure(self, x: float, y: float) -> Pair:
        figure = self.axes.figure
        u, v = figure.transFigure.inverted().transform(self.axes.transData.transform((x, y)))
        return float(u), float(1 - v)

    def _to_data(self, u: float, v: float) -> Pair:
        figure = self.axes.figure
        x, y = self.axes.transData.inverted().transform(figure.transFigure.transform((u, 1 - v)))
        return float(x), float(y)

    def position(self) -> Pair:
        """Where it is drawn, in fractions of the figure from the top left."""
        raise NotImplementedError

    def move(self, u: float, v: float) -> None:
        """It was dragged to this position."""
        raise NotImplementedError

    def nudge(self, right: float, up: float) -> None:
        """An arrow key was pressed: so many steps to the right and up."""
        left, top, far, bottom = self.box()
        u, v = self.position()
        self.move(u + right * KEY_STEP * (far - left), v - up * KEY_STEP * (bottom - top))

    def describe(self) -> dict[str, Any]:
        """What the browser needs to know of it, for one frame."""
        u, v = self.position()
        return {
            "kind": self.kind,
            "label": self.label,
            "x": u,
            "y": v,
            "box": self.box(),
            "text": self.words(),
            "along": self.along,
            **self.span(),
        }

    def span(self) -> dict[str, float]:
        """Of what moves along one axis: where it is, and between which ends."""
        return {}

    def words(self) -> str:
        """The value as a screen reader says it."""
        return ", ".join(f"{part:.3g}" for part in self.value)


class Point(Place):
    """A handle at `value` = (x, y), kept within `bounds`: by default, the axes.

    bounds are ((x_low, x_high), (y_low, y_high)). `along` "x" or "y" lets it move in that direction
    only. With `anywhere` a press anywhere on the axes takes it there. Raises ValueError for bounds
    that are no such numbers or the wrong way round, for another `along`, and for a value with NaN;
    a value outside the bounds is taken to the nearest one inside.
    """

    value = traitlets.Tuple(traitlets.Float(), traitlets.Float())

    def __init__(
        self,
        axes: Axes,
        value: Sequence[float],
        *,
        label: str,
        bounds: tuple[Pair, Pair] | None = None,
        along: str = "xy",
        anywhere: bool = False,
    ) -> None:
        if along not in ("x", "y", "xy"):
            raise ValueError(f'along must be "x", "y" or "xy", got {along!r}')
        super().__init__(axes, label)
        for low, high in bounds or ():
            if not low <= high:
                raise ValueError(f"bounds of {label} must be (low, high), got {(low, high)}")
        self.bounds = bounds
        self.along = along
        self.kind = "anywhere" if anywhere else "point"
        self.value = value

    @traitlets.validate("value")
    def _clip(self, proposal: Any) -> Pair:
        values = _two_numbers(self.label, proposal["value"])
        x, y = (
            float(min(max(part, low), high)) for part, (low, high) in zip(values, self._limits())
        )
        return x, y

    def _limits(self) -> tuple[Sequence[float], Sequence[float]]:
        return self.bounds or (sorted(self.axes.get_xlim()), sorted(self.axes.get_ylim()))

    def dot(self, color: str) -> Line2D:
        """Draw a round dot that stays where the point is."""
        x, y = self.value
        look = {"markersize": 11, "markeredgecolor": "white", "markeredgewidth": 1.5}
        (drawn,) = self.axes.plot([x], [y], "o", color=color, zorder=10, clip_on=False, **look)

        def follow(change: Any) -> None:
            x, y = change["new"]
            drawn.set_data([x], [y])

        self.observe(follow, "value")
        return drawn

    def position(self) -> Pair:
        """Where it is drawn, in fractions of the figure from the top left."""
        return self._to_figure(*self.value)

    def span(self) -> dict[str, float]:
        """Of what moves along one axis: where it is, and between which ends."""
        if self.along == "xy":
            return {}
        axis = "xy".index(self.along)
        low, high = self._limits()[axis]
        return {"now": self.value[axis], "min": float(low), "max": float(high)}

    def move(self, u: float, v: float) -> None:
        """It was dragged to this position, along the ways that it goes."""
        x, y = self._to_data(u, v)
        old_x, old_y = self.value
        self.value = (x if "x" in self.along else old_x, y if "y" in self.along else old_y)


class Clicks(Place):
    """Places that were clicked on the axes: `value` = ((x, y), …), oldest first.

    Set it to () to start again. Raises ValueError for a place with NaN.
    """

    kind = "clicks"
    value = traitlets.Tuple()

    @traitlets.validate("value")
    def _check(self, proposal: Any) -> tuple[Pair, ...]:
        return tuple(_two_numbers(self.label, place) for place in proposal["value"])

    def position(self) -> Pair:
        """Where the last one is; before there is one, the middle of the axes."""
        if self.value:
            return self._to_figure(*self.value[-1])
        left, top, right, bottom = self.box()
        return (left + right) / 2, (top + bottom) / 2

    def move(self, u: float, v: float) -> None:
        """It was clicked here: one place more, within the axes."""
        left, top, right, bottom = self.box()
        clicked = self._to_data(min(max(u, left), right), min(max(v, top), bottom))
        self.value = (*self.value, clicked)

    def words(self) -> str:
        """How many there are."""
        return f"{len(self.value)} clicked"


class View(Place):
    """The angles from which 3-D axes are seen: `value` = (elevation, azimuth) in degrees.

    The elevation is kept between 0 and 90, the azimuth between −180 and 180. Raises ValueError for
    NaN.
    """

    kind = "view"
    value = traitlets.Tuple(traitlets.Float(), traitlets.Float())

    def __init__(self, axes: Axes, value: Sequence[float], *, label: str) -> None:
        super().__init__(axes, label)
        self.value = value

    @traitlets.validate("value")
    def _clip(self, proposal: Any) -> Pair:
        elevation, azimuth = _two_numbers(self.label, proposal["value"])
        return min(max(elevation, 0.0), 90.0), (azimuth + 180) % 360 - 180

    def position(self) -> Pair:
        """The angles as a position: the whole picture is half a turn up and a turn across."""
        elevation, azimuth = self.value
        return -azimuth / 360, elevation / 180

    def move(self, u: float, v: float) -> None:
        """It was dragged, from its `position`, to this one."""
        self.value = (v * 180, -u * 360)

    def nudge(self, right: float, up: float) -> None:
        """An arrow key was pressed: so many steps to the right and up."""
        elevation, azimuth = self.value
        self.value = (elevation + KEY_TURN * up, azimuth - KEY_TURN * right)
