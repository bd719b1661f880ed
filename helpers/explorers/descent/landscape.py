"""Landscapes that are not convex: a walk on them from any start, and a map of where every start ends."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from helpers import surfaces
from helpers.descent import DIVERGED, Path, descend, settle
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

    The height drawn is √(1 + J − lowest J): valleys and walls fit into one picture, and round valleys stay round.
    Choosing a surface takes the start, the rate and the view to values that suit it.

    >>> live = landscape()
    >>> live.controls["surface"].value = "saddle"
    >>> print(live.summary)
    saddle at α = 0.1000 from (-1.50, 0.00): after 200 steps it rests where the slope is 0, but at no minimum. ...
    >>> live.close()
    """
    shown = [
        (surfaces.himmelblau(), 0.01, (-0.5, -1.0), (40, -60)),
        (surfaces.rosenbrock(), 0.001, (-1.2, 1.0), (40, -60)),
        (surfaces.saddle(), 0.1, (-1.5, 0.0), (40, -60)),
        (surfaces.plateau(), 1.0, (-2.0, 1.5), (40, -60)),
        (surfaces.cliff(), 0.1, (1.6, 2.0), (40, -120)),  # from here one sees the wall
    ]
    shown = {surface.name: (surface, *suits) for surface, *suits in shown}
    about = "Gradient descent on a surface, from above and in three dimensions; its height is √(1 + J − lowest J)."
    live, steps = LiveFigure(9, 4.4, about=about), 200
    above = live.figure.add_subplot(1, 2, 1)
    solid = live.figure.add_subplot(1, 2, 2, projection="3d", computed_zorder=False)
    solid.set_axis_off()
    above.locator_params(nbins=6, integer=True)  # short numbers: the layout is found only once
    path, stars = live.animated([plots.descent(above), plots.minima(above, shown["Himmelblau"][0])])
    (climb,) = solid.plot([], [], [], "-o", color=style.DOWNHILL, ms=3, lw=1.5, zorder=6)
    (pits,) = solid.plot([], [], [], "*", color=style.MINIMUM, ms=12, mec="white", zorder=5)
    meshes = {
        n: solid.add_collection3d(Poly3DCollection([np.zeros((4, 3))], edgecolors=style.GREY))
        for n in (17, 49)
    }
    live.turnable(solid, "view", (40, -60))
    live.animated(meshes[17], when="moving")
    live.animated(meshes[49], when="resting")
    live.draggable(above, "start", shown["Himmelblau"][2], anywhere=True)
    now = []

    def height(surface: Surface, points: Array) -> Array:
        return np.sqrt(1 + surface.value(points) - surface.value(surface.minima).min())

    def show(surface: Surface) -> None:
        """Everything that only changes with the surface."""
        for drawn in list(above.collections):
            drawn.remove()
        plots.contours(
            above, surface, np.linspace(0, 1, 13) if surface.name == "plateau" else 18
        )  # flat stays empty
        stars.set_data(*surface.minima.T)
        pits.set_data_3d(*surface.minima.T, height(surface, surface.minima))
        for n, mesh in meshes.items():
            grid = surface.grid(n)
            corners = np.concatenate([grid, height(surface, grid)[..., None]], axis=-1)
            quads = np.stack(
                [corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:]], axis=2
            )
            quads = quads.reshape(-1, 4, 3)
            mesh.set_verts(quads)
            mesh.set_facecolors(
                style.SURFACE((quads[..., 2].mean(axis=1) - 1) / (quads[..., 2].max() - 1))
            )
            mesh.set_linewidths(0.3 if n > 20 else 0.5)
        solid.set(xlim=surface.domain[0], ylim=surface.domain[1], zlim=(1, corners[..., 2].max()))

    @live.update(
        surface=Dropdown(options=list(shown)),
        lr=FloatLogSlider(
            value=shown["Himmelblau"][1], min=-4, max=1, step=0.02, readout_format=".4f"
        ),
    )
    def _(surface, lr, start, view):
        name, (surface, its_lr, its_start, its_view) = surface, shown[surface]
        if now != [name]:
            show(surface)
            if now:
                live.controls["lr"].value, live.controls["start"].value = lr, start = (
                    its_lr,
                    its_start,
                )
                live.controls["view"].value = its_view
            now[:] = [name]
        walked = descend(surface, start, lambda theta, grad: update(theta, grad, lr), steps)
        path.set_data(*walked.points.T)
        low, high = np.transpose(surface.domain)
        seen = ((walked.points >= low) & (walked.points <= high)).all(axis=-1)
        climb.set_data_3d(
            *np.where(seen, np.stack([*walked.points.T, height(surface, walked.points)]), np.nan)
        )
        for line in (path, climb):
            line.set_color(style.DOWNHILL if walked.diverged_at < 0 else style.DIVERGENCE)
        return f"{name} at α = {lr:.4f} from ({start[0]:.2f}, {start[1]:.2f}): {_ending(surface, walked)}"

    return live


def _ending(surface: Surface, walked: Path) -> str:
    """Where a walk came to, in words."""
    steps, step, loss = (
        len(walked.losses) - 1,
        int(walked.diverged_at),
        f"The loss is {walked.losses[-1]:.2g}.",
    )
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
        "Himmelblau": (surfaces.himmelblau(), "ABCD", 0.01, -1),
        "wells, the narrow one deeper": (
            surfaces.wells(wide=1.0, narrow=1.3),
            ("A wide", "B narrow"),
            0.1,
            0.7,
        ),
        "wells, the wide one deeper": (
            surfaces.wells(wide=1.3, narrow=1.0),
            ("A wide", "B narrow"),
            0.1,
            0.7,
        ),
    }  # the surface, the names of its minima, a rate that suits it, log₁₀ of the largest
    colors = plots.ENDS(np.arange(6), bytes=True)  # RGBA: drawn in a third of the time of RGB
    live, steps = (
        LiveFigure(9, 4.8, about="Every start has the colour of the valley in which it ends."),
        400,
    )
    ax, bars = live.subplots(1, 2, width_ratios=[1.6, 1])
    picture = live.animated(
        ax.imshow(np.zeros((2, 2, 4), np.uint8), origin="lower", interpolation="nearest")
    )
    ax.set(xlabel="$w_1$ at the start", ylabel="$w_2$ at the start")
    ax.locator_params(nbins=6, integer=True)
    look = {"color": style.INK, "markersize": 10, "zorder": 5}
    letters = live.animated([ax.plot(0, 0, marker=f"${name}$", **look)[0] for name in "ABCD"])
    path = live.animated(plots.descent(ax, markersize=3, linewidth=1))
    rows = live.animated(list(bars.barh(range(6), [0] * 6, color=colors[[2, 3, 4, 5, 1, 0]] / 255)))
    bars.set(xlim=(0, 100), ylim=(5.6, -0.6), xlabel="% of the starts")
    start = live.draggable(ax, "start", (0.3, 0.3), anywhere=True, bounds=((-5, 5), (-5, 5)))
    now = []

    @lru_cache(maxsize=4)
    def ends(name: str, lr: float, momentum: float, size: int) -> Array:
        """For each of size² starts the colour of its end: 0 diverged, 1 still moving, from 2 on the minima."""
        surface = shown[name][0]
        optimizer = SGD(lr=lr, momentum=momentum)
        return (
            settle(surface, surface.grid(size, np.float32), optimizer, steps, ARRIVED).where
            - DIVERGED
        )

    def show(surface: Surface, names: Sequence[str]) -> None:
        """Everything that only changes with the surface."""
        (left, right), (low, high) = start.bounds = surface.domain
        picture.set_extent((left, right, low, high))
        ax.set(xlim=(left, right), ylim=(low, high))
        for letter, place in zip(letters, [*surface.minima, *[(np.nan, np.nan)] * 4]):
            letter.set_data(*np.reshape(place, (2, 1)))
        for row in rows[2:4]:
            row.set_visible(len(names) > 2)
        for y, row in enumerate([*rows[: len(names)], *rows[4:]]):
            row.set_y(y - row.get_height() / 2)
        bars.set_yticks(range(len(names) + 2), [*names, "still\nmoving", "diverged"])

    @live.update(
        surface=Dropdown(options=list(shown)),
        lr=FloatLogSlider(value=0.01, min=-3, max=-1, step=0.01, readout_format=".4f"),
        momentum=FloatSlider(value=0, min=0, max=0.95, step=0.01),
    )
    def _(surface, lr, momentum, start, moving):
        name, (surface, names, its_lr, top) = surface, shown[surface]
        if now != [name]:
            show(surface, names)
            if now:
                live.controls["lr"].value = lr = its_lr
                live.controls["lr"].max = top
            now[:] = [name]
        where = ends(name, lr, momentum, 96 if moving else 256)
        picture.set_data(colors[where])
        diverged, still, *shares = 100 * np.bincount(where.ravel(), minlength=6) / where.size
        for row, share in zip(rows, [*shares, still, diverged]):
            row.set_width(share)
        walked = descend(surface, start, SGD(lr=lr, momentum=momentum), steps)
        path.set_data(*walked.points.T)
        valleys = ", ".join(f"{share:.0f} % {valley}" for share, valley in zip(shares, names))
        return (
            f"{name} at α = {lr:.4f}, momentum {momentum:.2f}, {steps} steps: {valleys}, "
            f"{still:.0f} % still moving, {diverged:.0f} % diverged. "
            f"The start ({start[0]:.2f}, {start[1]:.2f}) {_ending(surface, walked)}"
        )

    return live
