"""Landscapes that are not convex: a walk on them from any start, and a map of where every start ends."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider
from matplotlib.colors import to_rgba_array
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from helpers import surfaces
from helpers.descent import DIVERGED, STILL_MOVING, Path, descend, settle
from helpers.optim import SGD
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.surfaces import Surface

Array = np.ndarray
Update = Callable[[Array, Array, float], Array]
ARRIVED = 0.01  # a run this near to a minimum has reached it


def _downhill(theta: Array, grad: Array, lr: float) -> Array:
    """The rule of the course, θ ← θ − α∇J(θ): what an explorer follows where the lesson gives it no `update`."""
    return theta - lr * grad


def landscape(update: Update = _downhill) -> LiveFigure:
    """Choose a surface, drag the start and the rate: the walk from above and on the surface, which turns when dragged.

    The height drawn is ln(1 + J − lowest J): valleys and walls fit into one picture. Choosing a surface takes the start
    and the rate to values that suit it.

    >>> live = landscape()
    >>> live.controls["surface"].value = "saddle"
    >>> print(live.summary)
    saddle at α = 0.1000 from (-1.50, 0.00): after 200 steps it rests where the slope is 0, but at no minimum. ...
    >>> live.close()
    """
    shown = [
        (surfaces.himmelblau(), 0.01, (-0.5, -1.0)),
        (surfaces.rosenbrock(), 0.001, (-1.2, 1.0)),
        (surfaces.saddle(), 0.1, (-1.5, 0.0)),
        (surfaces.plateau(), 1.0, (-2.0, 1.5)),
        (surfaces.cliff(), 0.1, (1.6, 2.0)),
    ]
    shown = {surface.name: (surface, lr, start) for surface, lr, start in shown}
    live, steps = LiveFigure(9, 4.4, about="Gradient descent on a surface, from above and in three dimensions."), 200
    above = live.figure.add_subplot(1, 2, 1)
    solid = live.figure.add_subplot(1, 2, 2, projection="3d", computed_zorder=False)
    solid.set_axis_off()
    above.locator_params(nbins=6, integer=True)  # short numbers: the layout is found only once
    path, stars = live.animated([plots.descent(above), plots.minima(above, shown["Himmelblau"][0])])
    (climb,) = solid.plot([], [], [], "-o", color=style.DOWNHILL, ms=3, lw=1.5, zorder=6)
    meshes = {n: solid.add_collection3d(Poly3DCollection([np.zeros((4, 3))], edgecolors=style.GREY)) for n in (17, 49)}
    live.turnable(solid, "view", (40, -60))
    live.animated(meshes[17], when="moving")
    live.animated(meshes[49], when="resting")
    live.draggable(above, "start", shown["Himmelblau"][2], anywhere=True)
    now = []

    def height(surface: Surface, points: Array) -> Array:
        return np.log1p(surface.value(points) - surface.value(surface.minima).min())

    def show(surface: Surface) -> None:
        """Everything that only changes with the surface."""
        for drawn in list(above.collections):
            drawn.remove()
        plots.contours(above, surface)
        stars.set_data(*surface.minima.T)
        for n, mesh in meshes.items():
            grid = surface.grid(n)
            corners = np.concatenate([grid, height(surface, grid)[..., None]], axis=-1)
            quads = np.stack([corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:]], axis=2)
            quads = quads.reshape(-1, 4, 3)
            mesh.set_verts(quads)
            mesh.set_facecolors(style.SURFACE(quads[..., 2].mean(axis=1) / quads[..., 2].max()))
            mesh.set_linewidths(0.3 if n > 20 else 0.5)
        solid.set(xlim=surface.domain[0], ylim=surface.domain[1], zlim=(0, corners[..., 2].max()))

    @live.update(
        surface=Dropdown(options=list(shown)),
        lr=FloatLogSlider(value=shown["Himmelblau"][1], min=-4, max=1, step=0.02, readout_format=".4f"),
    )
    def _(surface, lr, start, view):
        name, (surface, its_lr, its_start) = surface, shown[surface]
        if now != [name]:
            show(surface)
            if now:
                live.controls["lr"].value, live.controls["start"].value = lr, start = its_lr, its_start
            now[:] = [name]
        walked = descend(surface, start, lambda theta, grad: update(theta, grad, lr), steps)
        path.set_data(*walked.points.T)
        low, high = np.transpose(surface.domain)
        seen = ((walked.points >= low) & (walked.points <= high)).all(axis=-1)
        climb.set_data_3d(*np.where(seen, np.stack([*walked.points.T, height(surface, walked.points)]), np.nan))
        for line in (path, climb):
            line.set_color(style.DOWNHILL if walked.diverged_at < 0 else style.DIVERGENCE)
        return f"{name} at α = {lr:.4f} from ({start[0]:.2f}, {start[1]:.2f}): {_ending(surface, walked)}"

    return live


def _ending(surface: Surface, walked: Path) -> str:
    """Where a walk came to, in words."""
    steps, step, loss = len(walked.losses) - 1, int(walked.diverged_at), f"The loss is {walked.losses[-1]:.2g}."
    if step >= 0:
        return f"diverged at step {step}."
    away = np.linalg.norm(walked.points[:, None] - surface.minima, axis=-1)  # (T+1, M)
    nearest = away[-1].argmin()
    if away[-1, nearest] < ARRIVED:
        x, y = surface.minima[nearest]
        arrived = steps + 1 - np.argmin((away[:, nearest] < ARRIVED)[::-1])
        return f"reaches the minimum ({x:.2f}, {y:.2f}) at step {arrived}."
    slope = np.linalg.norm(surface.gradient(walked.points[-1]))
    if slope < 1e-6:
        return f"after {steps} steps it rests where the slope is 0, but at no minimum. {loss}"
    if np.any(np.diff(walked.losses[-20:]) > 0):
        return f"after {steps} steps it still swings, uphill and downhill. {loss}"
    return f"after {steps} steps it is still on its way, on a slope of {slope:.2g}. {loss}"


def basins() -> LiveFigure:
    """Every start coloured by the valley in which it ends, for a rate and a momentum that can be dragged.

    A rough map while something moves, 256 × 256 starts when it rests; over it the path from the start that you drag.

    >>> live = basins()
    >>> live.controls["momentum"].value = 0.9
    >>> live.summary[:66]
    'Himmelblau at α = 0.0100, momentum 0.90, 400 steps: 23 % A, 27 % B'
    >>> live.close()
    """
    shown = {
        "Himmelblau": (surfaces.himmelblau(), 0.01),
        "wells, the narrow one deeper": (surfaces.wells(wide=1.0, narrow=1.3), 0.1),
        "wells, the wide one deeper": (surfaces.wells(wide=1.3, narrow=1.0), 0.1),
    }
    looks = {"A": "#A6C8E6", "B": "#F4C4A0", "C": "#A0D6C4", "D": "#DEB8D9"}
    looks |= {"still\nmoving": "#E2E5E9", "diverged": "#96283F"}
    colors = (255 * to_rgba_array(list(looks.values()))).astype(np.uint8)  # RGBA: drawn in a third of the time of RGB
    live, steps = LiveFigure(9, 4.8, about="Every start has the colour of the valley in which it ends."), 400
    ax, bars = live.subplots(1, 2, width_ratios=[1.6, 1])
    picture = live.animated(ax.imshow(np.zeros((2, 2, 4), np.uint8), origin="lower", interpolation="nearest"))
    ax.set(xlabel="$w_1$ at the start", ylabel="$w_2$ at the start")
    ax.locator_params(nbins=6, integer=True)
    look = {"color": style.INK, "markersize": 10, "zorder": 5}
    letters = live.animated([ax.plot(0, 0, marker=f"${name}$", **look)[0] for name in "ABCD"])
    path = live.animated(plots.descent(ax, markersize=3, linewidth=1))
    rows = live.animated(list(bars.barh(list(looks), [0] * 6, color=looks.values())))
    bars.set(xlim=(0, 100), ylim=(5.6, -0.6), xlabel="% of the starts")
    start = live.draggable(ax, "start", (0.3, 0.3), anywhere=True, bounds=((-5, 5), (-5, 5)))
    now = []

    @lru_cache(maxsize=4)
    def ends(name: str, lr: float, momentum: float, size: int) -> Array:
        """For each of size² starts the row of `looks` that it belongs to."""
        surface = shown[name][0]
        where = settle(surface, surface.grid(size, np.float32), SGD(lr=lr, momentum=momentum), steps, ARRIVED).where
        return np.select([where == STILL_MOVING, where == DIVERGED], [4, 5], where)

    def show(surface: Surface) -> None:
        """Everything that only changes with the surface."""
        (left, right), (low, high) = start.bounds = surface.domain
        picture.set_extent((left, right, low, high))
        ax.set(xlim=(left, right), ylim=(low, high))
        for letter, place in zip(letters, [*surface.minima, *[(np.nan, np.nan)] * 4]):
            letter.set_data(*np.reshape(place, (2, 1)))

    @live.update(
        surface=Dropdown(options=list(shown)),
        lr=FloatLogSlider(value=0.01, min=-3, max=0.7, step=0.01, readout_format=".4f"),
        momentum=FloatSlider(value=0, min=0, max=0.95, step=0.01),
    )
    def _(surface, lr, momentum, start, moving):
        name, (surface, its_lr) = surface, shown[surface]
        if now != [name]:
            show(surface)
            if now:
                live.controls["lr"].value = lr = its_lr
            now[:] = [name]
        where = ends(name, lr, momentum, 96 if moving else 256)
        picture.set_data(colors[where])
        shares = 100 * np.bincount(where.ravel(), minlength=6) / where.size
        for row, share in zip(rows, shares):
            row.set_width(share)
        walked = descend(surface, start, SGD(lr=lr, momentum=momentum), steps)
        path.set_data(*walked.points.T)
        valleys = ", ".join(f"{share:.0f} % {letter}" for letter, share in zip("ABCD", shares[: len(surface.minima)]))
        return (
            f"{name} at α = {lr:.4f}, momentum {momentum:.2f}, {steps} steps: {valleys}, "
            f"{shares[4]:.0f} % still moving, {shares[5]:.0f} % diverged. "
            f"The start ({start[0]:.2f}, {start[1]:.2f}) {_ending(surface, walked)}"
        )

    return live
