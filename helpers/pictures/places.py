"""What can be dragged on the picture itself: each is a control with a `.value`, like a slider.

A `Place` translates between its value and a position on the figure, given as fractions of its width and height from the
*top left* corner, which is how a browser counts. It knows nothing of browsers or kernels.
"""

from __future__ import annotations

import traitlets
from matplotlib.axes import Axes

KEY_STEP = 0.02  # an arrow key moves by this share of the axes; with Shift by five times as much


def _numbers(label: str, values) -> tuple[float, float]:
    """Two numbers, neither of them NaN."""
    if len(values) != 2 or any(part != part for part in values):
        raise ValueError(f"{label} must be two numbers, got {tuple(values)}")
    return float(values[0]), float(values[1])


class Place(traitlets.HasTraits):
    """A control that lives on `axes`; `kind` tells the browser how it is handled."""

    kind = "point"
    along = "xy"

    def __init__(self, axes: Axes, label: str) -> None:
        super().__init__()
        self.axes, self.label = axes, label

    def box(self) -> list[float]:
        """The axes as [left, top, right, bottom], in fractions of the figure."""
        frame = self.axes.bbox.transformed(
            self.axes.figure.transFigure.inverted()
        )  # get_position() would mark them as stale
        x0, y0, x1, y1 = frame.extents
        return [float(x0), float(1 - y1), float(x1), float(1 - y0)]

    def _to_figure(self, x: float, y: float) -> tuple[float, float]:
        figure = self.axes.figure
        u, v = figure.transFigure.inverted().transform(self.axes.transData.transform((x, y)))
        return float(u), float(1 - v)

    def _to_data(self, u: float, v: float) -> tuple[float, float]:
        figure = self.axes.figure
        x, y = self.axes.transData.inverted().transform(figure.transFigure.transform((u, 1 - v)))
        return float(x), float(y)

    def position(self) -> tuple[float, float]:
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

    def describe(self) -> dict:
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
    """A handle at `value` = (x, y), kept within `bounds` = ((x_low, x_high), (y_low, y_high)): by default, the axes.

    `along` "x" or "y" lets it move in that direction only. With `anywhere` a press anywhere on the axes takes it there.
    """

    value = traitlets.Tuple(traitlets.Float(), traitlets.Float())

    def __init__(
        self,
        axes: Axes,
        value,
        *,
        label: str,
        bounds=None,
        along: str = "xy",
        anywhere: bool = False,
    ) -> None:
        if along not in ("x", "y", "xy"):
            raise ValueError(f'along must be "x", "y" or "xy", got {along!r}')
        super().__init__(axes, label)
        self.bounds, self.along = bounds, along
        self.kind = "anywhere" if anywhere else "point"
        self.value = value

    @traitlets.validate("value")
    def _clip(self, proposal) -> tuple[float, float]:
        bounds = self._limits()
        values = _numbers(self.label, proposal["value"])
        return tuple(
            float(min(max(part, low), high))
            for part, (low, high) in zip(values, bounds, strict=True)
        )

    def _limits(self) -> tuple:
        return self.bounds or (sorted(self.axes.get_xlim()), sorted(self.axes.get_ylim()))

    def position(self) -> tuple[float, float]:
        return self._to_figure(*self.value)

    def span(self) -> dict[str, float]:
        if self.along == "xy":
            return {}
        axis = "xy".index(self.along)
        low, high = self._limits()[axis]
        return {"now": self.value[axis], "min": float(low), "max": float(high)}

    def move(self, u: float, v: float) -> None:
        x, y = self._to_data(u, v)
        self.value = (
            x if "x" in self.along else self.value[0],
            y if "y" in self.along else self.value[1],
        )


class Clicks(Place):
    """Places that were clicked on the axes: `value` = ((x, y), …), oldest first. Set it to () to start again."""

    kind = "clicks"
    value = traitlets.Tuple()

    @traitlets.validate("value")
    def _check(self, proposal) -> tuple[tuple[float, float], ...]:
        return tuple(_numbers(self.label, place) for place in proposal["value"])

    def position(self) -> tuple[float, float]:
        if self.value:
            return self._to_figure(*self.value[-1])
        left, top, right, bottom = self.box()
        return (left + right) / 2, (top + bottom) / 2

    def move(self, u: float, v: float) -> None:
        left, top, right, bottom = self.box()
        self.value = (
            *self.value,
            self._to_data(min(max(u, left), right), min(max(v, top), bottom)),
        )

    def words(self) -> str:
        return f"{len(self.value)} clicked"


class View(Place):
    """The angles from which 3-D axes are seen: `value` = (elevation, azimuth) in degrees; dragging turns them."""

    kind = "view"
    value = traitlets.Tuple(traitlets.Float(), traitlets.Float())

    def __init__(self, axes: Axes, value, *, label: str) -> None:
        super().__init__(axes, label)
        self.value = value

    @traitlets.validate("value")
    def _clip(self, proposal) -> tuple[float, float]:
        elevation, azimuth = _numbers(self.label, proposal["value"])
        return min(max(elevation, 0.0), 90.0), (azimuth + 180) % 360 - 180

    def position(self) -> tuple[float, float]:
        elevation, azimuth = self.value
        return -azimuth / 360, elevation / 180

    def move(self, u: float, v: float) -> None:
        self.value = (v * 180, -u * 360)

    def nudge(self, right: float, up: float) -> None:
        elevation, azimuth = self.value
        self.value = (elevation + 5 * up, azimuth - 5 * right)
