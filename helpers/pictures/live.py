"""A figure that answers while you drag: controls, a picture, and a sentence that says what is seen.

live = LiveFigure(width=9, height=4)
left, right = live.subplots(1, 2)
left.contourf(...)                                   # drawn once
path, = live.animated(left.plot([], [], "-o"))       # redrawn each frame
live.draggable(left, "start", (1.0, 2.0))            # a handle on the picture
@live.update(lr=FloatLogSlider(...))                 # controls are ipywidgets
def _(start, lr):
    path.set_data(...)
    return "lr 1.05: diverged at step 12"            # the caption, and the picture's text alternative
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from traitlets import TraitError

from helpers.pictures import panel, style
from helpers.pictures.canvas import Canvas
from helpers.pictures.cells import belongs_to_this_cell
from helpers.pictures.frames import DRAWING, STILL_RATIO, Frames, still, to_jpeg, to_png
from helpers.pictures.places import Clicks, Place, Point, View
from helpers.pictures.updates import Goal, Seen, Update, When
from helpers.pictures.words import explain

Array = np.ndarray
ROUNDS = 3  # an update may set controls and so call for another one, but not for ever
DPI = 100  # a figure of width 9 is 900 CSS pixels wide


class LiveFigure:
    """A picture of `width` × `height` inches (100 CSS pixels each) that follows its controls.

    `about` says in one sentence what the picture shows; the function given to `update` returns what is seen right now.
    Together they are the picture's text alternative. Every control is in `controls` under its name and can be set from
    code: `live.controls["lr"].value = 2.5`. A figure that nobody looks at computes at once and sends nothing.

    Example:
        >>> live = LiveFigure(width=3, height=2, about="A dot on a line.")
        >>> ax = live.subplots()
        >>> (dot,) = live.animated(ax.plot([0], [0], "o"))
        >>> @live.update(x=ipywidgets.FloatSlider(min=0, max=2, value=1))
        ... def _(x):
        ...     dot.set_data([x], [0])
        ...     return f"The dot is at {x:.1f}."
        >>> live.controls["x"].value = 1.5
        >>> live.summary
        'The dot is at 1.5.'
        >>> live.frame().shape
        (200, 300, 3)
        >>> live.close()
    """

    def __init__(
        self, width: float = 9, height: float = 4, *, about: str = "", layout: str = "constrained"
    ) -> None:
        style.apply()
        self.figure = Figure(figsize=(width, height), dpi=DPI, layout=layout)
        FigureCanvasAgg(self.figure)
        self.about = about
        self.controls: dict[str, ipywidgets.Widget | Place] = {}
        self._frames = Frames(self.figure)
        self.lock = threading.RLock()
        self._update: Update | None = None
        self._whens: list[When] = []
        self._at_first: dict[str, Any] = {}
        self._goals: list[Goal] = []
        self._beneath: dict[str, Axes] = {}
        self._seen = Seen("")
        self.behind = False  # did a control move since the last time the update ran?
        self._coarse = False  # was the update function told that the picture moves?
        self._computing = self._set_by_update = False
        self._closed = False
        self._box: ipywidgets.Widget | None = None
        self._canvas = Canvas(round(width * DPI), round(height * DPI), self)
        belongs_to_this_cell(self)

    # ---- what the picture is made of

    def subplots(self, rows: int = 1, columns: int = 1, **options: Any) -> Any:
        """Axes in a grid, as `Figure.subplots` gives them."""
        return self.figure.subplots(rows, columns, **options)

    def animated(self, artists: Artist | Iterable[Artist], when: str = "always") -> Any:
        """Redraw these artists in every frame (`when` "moving" or "resting": only then), and hand them back."""
        for artist in [artists] if isinstance(artists, Artist) else artists:
            self._frames.add(artist, when)
        return artists

    def draggable(
        self, axes: Axes, name: str, xy: tuple, *, color: str = style.INK, **options: Any
    ) -> Point:
        """A round handle at `xy`, dragged with mouse, touch or arrow keys; options as in `points.Point`."""
        point = Point(axes, xy, **{"label": name.replace("_", " "), **options})
        look = {
            "markersize": 11,
            "color": color,
            "mec": "white",
            "mew": 1.5,
            "zorder": 10,
            "clip_on": False,
        }
        (dot,) = self.animated(axes.plot(*point.value, "o", **look))
        point.observe(lambda change: dot.set_data(*([part] for part in change["new"])), "value")
        return self._register(name, point)

    def clickable(self, axes: Axes, name: str, *, label: str) -> Clicks:
        """Collect the places clicked on the axes (arrow keys move a cross-hair, Enter clicks)."""
        return self._register(name, Clicks(axes, label))

    def turnable(
        self, axes: Axes, name: str, view: tuple[float, float], *, label: str = "viewing angle"
    ) -> View:
        """Turn 3-D axes by dragging them; `view` is (elevation, azimuth) in degrees."""
        self.animated(axes)
        turn = View(axes, view, label=label)
        axes.view_init(*turn.value)
        turn.observe(lambda change: axes.view_init(*change["new"]), "value")
        return self._register(name, turn)

    def beneath(self, axes: Axes, name: str) -> None:
        """Lay the slider `name` directly under the picture, as long as the x-axis of `axes` and in line with it."""
        self._beneath[name] = axes

    def goal(self, text: str, predicate: Callable[[Seen], bool]) -> None:
        """Show `text` as a goal, ticked for good once `predicate(seen)` is true after an update.

        `seen` is what the update function returned: a goal reads its facts, never its words.
        """
        self._goals.append(Goal(text, predicate))
        if self._update is not None:
            self._goals[-1].check(self._seen)

    def when(self, *names: str) -> Callable[[Callable[..., Any]], When]:
        """Decorate what depends on these controls only: it runs before the update, when one changed.

        It may draw what stands still, set other controls, and return what takes long to compute:
        the update function finds that as `.value` of the decorated name.
        """
        if self._update is not None:
            raise ValueError("what depends on a few controls must stand before the update function")

        def decorate(function: Callable[..., Any]) -> When:
            self._whens.append(When(function, names))
            return self._whens[-1]

        return decorate

    def update(
        self, **controls: ipywidgets.Widget
    ) -> Callable[[Callable[..., str | Seen]], Callable[..., str | Seen]]:
        """Decorate the function that moves the animated artists and returns the summary.

        It is called with the values of all controls, by name: the widgets given here and the places made before. A
        `Button` counts how often it was pressed. The function runs once at once, and then whenever a control moves.

        A function with a parameter `moving` is told whether the picture moves or rests, and runs once more when it
        comes to rest: so it can compute coarsely in between.
        """
        for name, widget in controls.items():
            self._register(name, panel.dress(name, widget))

        def decorate(function: Callable[..., str | Seen]) -> Callable[..., str | Seen]:
            followed = {name for when in self._whens for name in when.names}
            if followed - self.controls.keys():
                strange = ", ".join(followed - self.controls.keys())
                raise ValueError(f"when() follows {strange}, which is no control")
            self._update = Update(function, self.controls, followed)
            self._at_first = self._values()
            self._compute()
            return function

        return decorate

    def _register(self, name: str, control: Any) -> Any:
        if self._update is not None:
            raise ValueError(
                f"the control {name!r} must be made before the update function that uses it"
            )
        if name in self.controls:
            raise ValueError(f"there is a control {name!r} already")
        control.observe(self._moved, "value")
        self.controls[name] = control
        return control

    # ---- what it shows

    @property
    def seen(self) -> Seen:
        """What is seen right now: words, and the facts that goals and tests read."""
        with self.lock:
            if (self.behind or self._coarse) and not self._computing:  # a goal may read it
                self._compute()
            return self._seen

    @property
    def summary(self) -> str:
        """What is seen right now, in words."""
        return self.seen.words

    @property
    def goals(self) -> dict[str, bool]:
        """Each goal, and whether it was reached."""
        with self.lock:
            if self.behind and not self._computing:
                self._compute()
            return {goal.text: goal.reached for goal in self._goals}

    def frame(self, *, moving: bool = False) -> Array:
        """The picture now: (height, width, 3) uint8, as it rests or as it is drawn while something moves."""
        with self.lock:  # until it is copied: the next frame is drawn into the same memory
            return self._pixels(1.0, moving)[..., :3].copy()

    def reset(self) -> None:
        """Put every control back to where it was at first, and answer once."""
        with self.lock:
            self._computing = True
            try:
                for name, value in self._at_first.items():
                    self.controls[name].value = value
            finally:
                self._computing = False
            self._answer()

    def close(self) -> None:
        """Close the figure with all its widgets and forget its pixels. The last summary can still be read."""
        with self.lock, DRAWING:
            if self._closed:
                return
            self._closed = True
            for widget in panel.tree(self._box or self._canvas, *self.controls.values()):
                widget.close()
            self._frames.drop()
            for axes in (
                self.figure.axes
            ):  # matplotlib 3.10.0 warns when it clears log scales that axes share
                axes.set(xscale="linear", yscale="linear")
            self.figure.clear()
            # A notebook's Out[n] keeps this object: what its functions and artists hold on to must not stay with it.
            self._frames, self._update = Frames(self.figure), None
            self._whens, self._goals = [], []

    def _values(self) -> dict[str, Any]:
        return {name: control.value for name, control in self.controls.items()}

    def _compute(self, *, moving: bool = False) -> None:
        """Run the update function, and again while it sets other controls itself."""
        if self._update is None or self._closed:
            self.behind = False
            return
        followers = [self._update, *self._whens]
        self._coarse = moving and any(follower.tells_moving for follower in followers)
        self._computing = self.behind = True  # and so it stays, if the kernel is interrupted
        try:
            try:
                self._seen = self._look(moving)
                for goal in self._goals:
                    goal.check(self._seen)
            except Exception as error:
                self._seen = Seen(explain(error))
            self.behind = False
        finally:
            self._computing = False

    def _look(self, moving: bool) -> Seen:
        """Run the update function, and again while it sets other controls itself."""
        seen = Seen("")
        for _ in range(ROUNDS):
            self._follow(moving)
            self._set_by_update = False
            seen = self._update(self._values(), moving=moving)
            if not self._set_by_update:
                break
        return seen

    def _follow(self, moving: bool) -> None:
        """Run what depends on the controls that changed, and again while that sets other ones."""
        for _ in range(ROUNDS):
            if not any([when.follow(self._values(), moving=moving) for when in self._whens]):
                break

    def _pixels(self, ratio: float, moving: bool) -> Array:
        with self.lock:
            if self.behind or (self._coarse and not moving):
                self._compute(moving=moving)
            try:
                with np.errstate(all="ignore"):
                    pixels = self._frames.draw(ratio, moving=moving)
            finally:
                if not self._canvas.seen:
                    self._frames.drop()
            return pixels

    # ---- what the canvas asks (canvas.Drawn)

    def _moved(self, _change: Any) -> None:
        """A control moved: by its widget, by code, by a handle on the picture, or by the update function itself."""
        with self.lock:
            if self._computing:
                self._set_by_update = True
            elif not self._closed:
                self._answer()

    def _answer(self) -> None:
        self.behind = True
        self._canvas.answer()
        if not self._canvas.seen:
            self._compute()

    def act(self, message: dict) -> None:
        """What the learner did on the picture itself: moved a handle, pressed a key on one, or asked for a reset."""
        try:
            if message["kind"] == "reset":
                self.reset()
            elif message["kind"] == "key":
                self.controls[message["name"]].nudge(message["right"], message["up"])
            else:
                self.controls[message["name"]].move(message["u"], message["v"])
        except (ValueError, KeyError, TraitError) as error:
            self._seen = Seen(explain(error))

    def encode(self, ratio: float, *, sharp: bool) -> tuple[bytes, dict]:
        """A frame for the wire, and its words and places. A picture that can't be drawn is said in words."""
        try:
            pixels = self._pixels(ratio, moving=not sharp)
            picture = to_png(pixels) if sharp else to_jpeg(pixels)
        except Exception as error:
            self._seen, picture = Seen(explain(error)), b""
        places = {
            name: place.describe()
            for name, place in self.controls.items()
            if isinstance(place, Place)
        }
        return picture, {
            "about": self.about,
            "summary": self._seen.words,
            "places": places,
            "goals": list(self.goals.items()),
        }

    def unseen(self) -> None:
        """Keep no pixels while nobody looks."""
        self._frames.drop()

    # ---- what a notebook keeps

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict, dict]:
        """The live widget, and beside it the picture and the sentence for where no kernel runs."""
        with self.lock:
            try:
                pixels = self._pixels(STILL_RATIO, moving=False)
            except (
                Exception
            ) as error:  # the words and the controls still come, and the next change may be drawn
                self._seen, pixels = Seen(explain(error)), None
            if self._box is None:  # after the first draw, which finds the places of the axes
                self._box = panel.build(self._canvas, self.controls, self._beneath)
            sentence = " ".join(part for part in (self.about, self.summary) if part)
            kept, words = (
                still(pixels, sentence) if pixels is not None else ({"text/plain": sentence}, {})
            )
        data, metadata = panel.view(self._canvas, self._box)
        return data | kept, metadata | words
