"""A walk on a landscape that is not convex, from above and in three dimensions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from helpers import surfaces
from helpers.descent import Path
from helpers.explorers.descent.endings import Ending, ending, place
from helpers.explorers.descent.rule import Update, downhill, walk
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import fixed
from helpers.pictures.updates import Seen
from helpers.surfaces import Surface

Array = np.ndarray

STEPS = 200
ROUGH, FINE = 17, 49  # points along a side of the mesh, while the picture moves and when it rests


# ---- what is computed


class Scene(NamedTuple):
    """A surface, and what suits it: a rate, a start, a view (elevation, azimuth) in degrees."""

    surface: Surface
    lr: float
    start: tuple[float, float]
    view: tuple[float, float] = (40, -60)


SCENES = {
    scene.surface.name: scene
    for scene in (
        Scene(surfaces.himmelblau(), 0.01, (-0.5, -1.0)),
        Scene(surfaces.rosenbrock(), 0.001, (-1.2, 1.0)),
        Scene(surfaces.saddle(), 0.1, (-1.5, 0.0)),
    )
}
FIRST = "Himmelblau"


class Found(NamedTuple):
    """A walk, its height in the picture (T+1,), and where it ended."""

    path: Path
    height: Array
    ending: Ending


def descent(surface: Surface, start: Array, update: Update, lr: float) -> Found:
    """Walk from `start` (2,) by the rule."""
    path = walk(surface, start, update, lr, STEPS)
    low, high = np.transpose(surface.domain)
    is_inside = ((path.points >= low) & (path.points <= high)).all(axis=-1)
    height = np.where(is_inside, height_of(surface, path.points), np.nan)
    return Found(path, height, ending(surface, path))


def height_of(surface: Surface, points: Array) -> Array:
    """√(1 + J − lowest J) at points (..., 2): valleys and walls fit into one picture.

    >>> height_of(surfaces.himmelblau(), np.array([[3.0, 2.0], [0.0, 0.0]])).round(1).tolist()
    [1.0, 13.1]
    """
    return np.sqrt(1 + surface.value(points) - surface.value(surface.minima).min())


def mesh(surface: Surface, n: int) -> Array:
    """The surface as (n − 1)² quadrilaterals with four corners in three dimensions: (…, 4, 3)."""
    grid = surface.grid(n)
    corners = np.concatenate([grid, height_of(surface, grid)[..., None]], axis=-1)
    around = [corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:]]
    return np.stack(around, axis=2).reshape(-1, 4, 3)


# ---- what is drawn


class Drawing:
    """The surface from above with a handle on the start, and beside it in three dimensions."""

    def __init__(self, live: LiveFigure) -> None:
        self.above = live.figure.add_subplot(1, 2, 1)
        self.solid = live.figure.add_subplot(1, 2, 2, projection="3d", computed_zorder=False)
        first = SCENES[FIRST]
        self.above.locator_params(nbins=6, integer=True)  # short numbers: the layout is found once
        self.path, self.stars = live.animated(
            [plots.descent(self.above), plots.minima(self.above, first.surface)]
        )
        self.draw_solid()
        live.turnable(self.solid, "view", first.view)  # before the meshes, which turn with it
        live.animated(self.meshes[ROUGH], when="moving")
        live.animated(self.meshes[FINE], when="resting")
        live.draggable(self.above, "start", first.start, anywhere=True)

    @style.context()  # the meshes are made by hand
    def draw_solid(self) -> None:
        """Empty artists in three dimensions: the walk, the minima, and a rough and a fine mesh."""
        self.solid.set_axis_off()
        (self.climb,) = self.solid.plot(
            [], [], [], "-o", color=style.DOWNHILL, ms=3, lw=1.5, zorder=6
        )
        (self.pits,) = self.solid.plot(
            [], [], [], "*", color=style.MINIMUM, ms=12, mec="white", zorder=5
        )
        self.meshes = {}
        for n, lw in ((ROUGH, 0.5), (FINE, 0.3)):
            empty = Poly3DCollection([np.zeros((4, 3))], edgecolors=style.GREY, linewidths=lw)
            self.meshes[n] = self.solid.add_collection3d(empty)

    def stand(self, surface: Surface) -> None:
        """Draw everything that only changes with the surface."""
        for old in list(self.above.collections):
            old.remove()
        plots.contours(self.above, surface)
        self.stars.set_data(*surface.minima.T)
        self.pits.set_data_3d(*surface.minima.T, height_of(surface, surface.minima))
        for n, drawn in self.meshes.items():
            corners = mesh(surface, n)
            height = corners[..., 2]
            top = height.max()
            drawn.set_verts(corners)
            drawn.set_facecolors(style.SURFACE((height.mean(axis=1) - 1) / (top - 1)))
        self.solid.set(xlim=surface.domain[0], ylim=surface.domain[1], zlim=(1, top))

    def show(self, found: Found) -> None:
        """Move to this walk."""
        self.path.set_data(*found.path.points.T)
        is_seen = np.isfinite(found.height)
        self.climb.set_data_3d(*np.where(is_seen, found.path.points.T, np.nan), found.height)
        color = style.DIVERGENCE if found.ending.kind == "diverged" else style.DOWNHILL
        for line in (self.path, self.climb):
            line.set_color(color)


# ---- the figure


def landscape(update: Update = downhill) -> LiveFigure:
    """Choose a surface, drag the start and the rate: the walk from above, and on the surface.

    The height drawn is √(1 + J − lowest J): valleys and walls fit into one picture, and round
    valleys stay round. `update(theta, grad, lr)` gets arrays (2,) and a number, and returns the new
    theta.

    Controls: `surface`, which takes the others to values that suit it; `lr` from 0.0001 to 10;
    `start`; and `view`, the angles (elevation, azimuth) in degrees from which the right picture is
    seen.

    >>> live = landscape()
    >>> live.controls["surface"].value = "saddle"
    >>> print(live.summary)
    saddle at α = 0.1000 from (−1.50, 0.00): after 200 steps it rests where the slope is 0, ...
    >>> live.close()
    """
    shown = "from above and in three dimensions; its height is √(1 + J − lowest J)"
    live = LiveFigure(9, 4.4, about=f"Gradient descent on a surface, {shown}.")
    drawing = Drawing(live)

    @live.when("surface")
    def choose(surface: str) -> None:
        scene = SCENES[surface]
        drawing.stand(scene.surface)
        for name in ("lr", "start", "view"):
            live.controls[name].value = getattr(scene, name)

    @live.update(
        surface=Dropdown(options=list(SCENES)),
        lr=FloatLogSlider(value=0.01, min=-4, max=1, step=0.02, readout_format=".4f"),
    )
    def _(surface: str, lr: float, start: tuple[float, float], view: tuple) -> Seen:
        found = descent(SCENES[surface].surface, np.array(start), update, lr)
        drawing.show(found)
        words = f"{surface} at α = {fixed(lr, 4)} from {place(start)}: {found.ending.words()}"
        return Seen(words, ending=found.ending)

    return live
