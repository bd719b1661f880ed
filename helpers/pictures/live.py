"""A figure that answers while you drag: controls, a picture, and a sentence that says what is seen.

What stands still is drawn once, what was given to `animated` in every frame.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import ipywidgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from traitlets import TraitError

from helpers.checks import positive
from helpers.pictures import panel, style, styled
from helpers.pictures.canvas import Canvas
from helpers.pictures.cells import belongs_to_this_cell
from helpers.pictures.computing import Computing
from helpers.pictures.errors import explain
from helpers.pictures.frames import DRAWING, STILL_RATIO, Frames, still, to_jpeg, to_png
from helpers.pictures.interrupts import heed_the_stop_button, take
from helpers.pictures.places import Clicks, Place, Point, View
from helpers.pictures.refining import Compute, Refining
from helpers.pictures.says import unbroken
from helpers.pictures.updates import Goal, Seen, When

Array = np.ndarray
Control = TypeVar("Control")
Summary = Callable[..., "str | Seen"]  # of the values of the controls, by name

DPI = 100  # a figure of width 9 is 900 CSS pixels wide


class LiveFigure:
    """A picture of `width` × `height` inches (100 CSS pixels each) that follows its controls.

    `about` says in one sentence what the picture shows; the function given to `update` returns what
    is seen right now. Together they are the picture's text alternative. Every control is in
    `controls` under its name and can be set from code: `live.controls["lr"].value = 2.5`. A figure
    that nobody looks at computes at once and sends nothing. `layout` is matplotlib's. Raises
    ValueError for a width or height that is not above 0.

    The picture is drawn in the style of the course, whatever the learner has set in matplotlib. An
    artist made by hand, such as a `Patch` for a legend, is made in it `with style.context():`.

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
        positive("width", width, hint="it is in inches, as in 9")
        positive("height", height, hint="it is in inches, as in 4")
        self.figure = styled.figure(width, height, dpi=DPI, layout=layout)
        self.about = about
        self.controls: dict[str, Any] = {}  # widgets, and places on the picture
        self.lock = threading.RLock()  # held whenever the figure is read or changed
        self._computing = Computing(self.controls)
        self._closed = False
        self._at_first: dict[str, Any] = {}
        self._beneath: dict[str, Axes] = {}
        self._refining: list[Refining] = []
        self._frames = Frames(self.figure)
        self._canvas = Canvas(round(width * DPI), round(height * DPI), self)
        self._box: ipywidgets.Widget | None = None
        belongs_to_this_cell(self)
        heed_the_stop_button()

    # ---- what the picture is made of

    def subplots(self, rows: int = 1, columns: int = 1, **options: Any) -> Any:
        """Axes in a grid, as `Figure.subplots` gives them."""
        return self.figure.subplots(rows, columns, **options)

    def animated(self, artists: Any, when: str = "always") -> Any:
        """Redraw this artist, or these, in every frame, and hand back what was given.

        With `when` "moving" they are seen only while the picture moves, with "resting" only when it
        rests. Raises TypeError for what is no artist; ValueError for another `when`, and for an
        artist that is not in this figure.
        """
        for artist in [artists] if isinstance(artists, Artist) else artists:
            self._frames.add(artist, when)
        return artists

    def draggable(
        self,
        axes: Axes,
        name: str,
        xy: tuple[float, float],
        *,
        color: str = style.INK,
        **options: Any,
    ) -> Point:
        """A round handle at `xy`, dragged with mouse, touch or arrow keys.

        options are those of `places.Point`: label, bounds, along, anywhere. Raises ValueError if
        `xy` holds NaN, or if there is a control of that name already.
        """
        point = Point(axes, xy, **{"label": name.replace("_", " "), **options})
        self.animated(point.dot(color))
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

    def refining(self, compute: Compute, levels: Sequence[Any]) -> Refining:
        """What an update function may ask: answered coarsely at once, then finer on a thread.

        `compute(level, *question, wanted=…)` and its `levels` are those of `Refining`. The update
        function runs again for each finer answer.
        """
        self._refining.append(Refining(compute, levels, finer=lambda: self._moved(None)))
        return self._refining[-1]

    def wait(self) -> None:
        """Until all that is being refined is as fine as it gets."""
        for refining in self._refining:
            refining.wait()

    def beneath(self, axes: Axes, name: str) -> None:
        """Lay the slider `name` directly under the picture, in line with the x-axis of `axes`.

        Raises ValueError if there is no such control: here, or in `update`, if that comes later.
        """
        self._beneath[name] = axes
        if self._computing.update is not None:
            self._check_names()

    def goal(self, text: str, predicate: Callable[[Seen], bool]) -> None:
        """Show `text` as a goal, ticked for good once `predicate(seen)` is true at rest.

        `seen` is what the update function returned: a goal reads its facts, never its words. While
        somebody drags it is not asked, for what is only passed by is not reached.
        """
        goal = Goal(text, predicate)
        self._computing.goals.append(goal)
        if self._computing.update is not None:
            goal.check(self._computing.seen)

    def when(self, *names: str) -> Callable[[Callable[..., Any]], When]:
        """Decorate what depends on these controls only: it runs before the update, if one changed.

        It may draw what stands still, set other controls, and return what takes long to compute:
        the update function finds that as `.value` of the decorated name. Raises ValueError after
        the update function, TypeError for a function that takes other arguments.
        """
        if self._computing.update is not None:
            raise ValueError("what depends on a few controls must stand before the update function")

        def decorate(function: Callable[..., Any]) -> When:
            when = When(function, names)
            self._computing.whens.append(when)
            return when

        return decorate

    def update(self, **controls: ipywidgets.Widget) -> Callable[[Summary], Summary]:
        """Decorate the function that moves the animated artists and returns the summary.

        It is called with the values of all controls, by name: the widgets given here and the places
        made before. A `Button` counts how often it was pressed. The function runs once at once, and
        then whenever a control moves. It returns words, or words with facts: `Seen(words, …)`.

        A function with a parameter `moving` is told whether the picture moves or rests, and runs
        once more when it comes to rest: so it can compute coarsely in between.

        Raises TypeError for a control that is no widget, and for a function that asks for what is
        no control or leaves one out; ValueError for names that `beneath` or `when` gave and no
        control has.
        """
        for name, widget in controls.items():
            self._register(name, panel.dress(name, widget))

        def decorate(function: Summary) -> Summary:
            self._check_names()
            self._at_first = self._computing.values()
            self._computing.begin(function)
            return function

        return decorate

    def _register(self, name: str, control: Control) -> Control:
        if self._computing.update is not None:
            raise ValueError(
                f"the control {name!r} must be made before the update function that uses it"
            )
        if name in self.controls:
            raise ValueError(f"there is a control {name!r} already")
        if name == "moving":
            raise ValueError(
                'no control can be called "moving": so an update is told that the picture moves'
            )
        control.observe(self._moved, "value")
        self.controls[name] = control
        return control

    def _check_names(self) -> None:
        """See that `when` and `beneath` name controls that there are."""
        asked = {name: "when() follows" for when in self._computing.whens for name in when.names}
        asked |= {name: "beneath() names" for name in self._beneath}
        for name in asked.keys() - self.controls.keys():
            known = ", ".join(self.controls) or "none"
            raise ValueError(f"{asked[name]} {name!r}, which is no control; there are {known}")

    # ---- what it shows

    @property
    def seen(self) -> Seen:
        """What is seen right now: words, and the facts that goals and tests read."""
        with self.lock:
            return self._computing.look()

    @property
    def summary(self) -> str:
        """What is seen right now, in words."""
        return self.seen.words

    @property
    def goals(self) -> dict[str, bool]:
        """Each goal, and whether it was reached."""
        with self.lock:
            self._computing.look()
            return self._goals_now()

    def frame(self, *, moving: bool = False) -> Array:
        """The picture now, (height, width, 3) uint8: as it rests, or as it looks while it moves."""
        with self.lock:  # until it is copied: the next frame is drawn into the same memory
            return self._pixels(1.0, moving)[..., :3].copy()

    def reset(self) -> None:
        """Put every control back to where it was at first, and answer once."""
        with self.lock:
            self._computing.put(self._at_first)
            self._answer()

    def close(self) -> None:
        """Close the figure with all its widgets and forget its pixels; the last summary stays.

        What it still computes on another thread is interrupted. If that is in vain, its widgets are
        closed all the same, and the rest is left to that thread.
        """
        is_held = take(self.lock, self._computing)
        try:
            if self._closed:
                return
            self._closed = True
            for refining in self._refining:
                refining.stop()
            for widget in panel.tree(self._box or self._canvas, *self.controls.values()):
                widget.close()
            if is_held:
                self._forget()
        finally:
            if is_held:
                self.lock.release()

    def _forget(self) -> None:
        """Let go of all that was drawn: a notebook's Out[n] keeps this object, but not that."""
        with DRAWING:
            self._frames.drop()
            for axes in self.figure.axes:
                # matplotlib 3.10.0 warns when it clears log scales that axes share
                axes.set(xscale="linear", yscale="linear")
            self.figure.clear()
            self._frames = Frames(self.figure)
            self._beneath.clear()
            self._at_first.clear()
            for name in [name for name, one in self.controls.items() if isinstance(one, Place)]:
                del self.controls[name]
            self._computing.end()

    def _goals_now(self) -> dict[str, bool]:
        return {goal.text: goal.reached for goal in self._computing.goals}

    def _pixels(self, ratio: float, moving: bool) -> Array:
        with self.lock:
            self._computing.look(moving=moving)
            try:
                with np.errstate(all="ignore"):
                    return self._frames.draw(ratio, moving=moving)
            finally:
                if not self._canvas.seen:
                    self._frames.drop()

    # ---- what the canvas asks (canvas.Drawn)

    def _moved(self, _change: Any) -> None:
        """A control moved: by its widget, by code, by a handle, or by the update function."""
        with self.lock:
            if self._computing.moved() and not self._closed:
                self._answer()

    def _answer(self) -> None:
        self._canvas.answer()
        if not self._canvas.seen:
            self._computing.look()

    @property
    def behind(self) -> bool:
        """Did a control move since the last time the update function ran?"""
        return self._computing.behind

    def act(self, message: dict[str, Any]) -> None:
        """What the learner did on the picture: moved a handle, pressed a key on it, or reset."""
        try:
            if message["kind"] == "reset":
                self.reset()
            elif message["kind"] == "key":
                self.controls[message["name"]].nudge(message["right"], message["up"])
            else:
                self.controls[message["name"]].move(message["u"], message["v"])
        except (ValueError, KeyError, TraitError) as error:
            self._computing.seen = Seen(explain(error))

    def encode(self, ratio: float, *, sharp: bool) -> tuple[bytes, dict[str, Any]]:
        """A frame for the wire, its words and its places; what can't be drawn is said in words."""
        try:
            pixels = self._pixels(ratio, moving=not sharp)
            picture = to_png(pixels) if sharp else to_jpeg(pixels)
        except Exception as error:
            picture = b""
            self._computing.seen = Seen(explain(error))
        places = {
            name: place.describe()
            for name, place in self.controls.items()
            if isinstance(place, Place)
        }
        words = {"about": self.about, "summary": unbroken(self._computing.seen.words)}
        return picture, words | {"places": places, "goals": list(self._goals_now().items())}

    def unseen(self) -> None:
        """Keep no pixels while nobody looks."""
        self._frames.drop()

    # ---- what a notebook keeps

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict, dict]:
        """The live widget, and beside it the picture and the sentence for where no kernel runs."""
        with self.lock:
            try:
                pixels = self._pixels(STILL_RATIO, moving=False)
            except Exception as error:
                # The words and the controls still come, and the next change may be drawn.
                pixels = None
                self._computing.seen = Seen(explain(error))
            if self._box is None:
                self._at_first = self._computing.values()  # Reset goes back to what was shown
                # after the first draw, which finds the places of the axes
                controls, goals = self.controls, len(self._computing.goals)
                self._box = panel.build(self._canvas, controls, self._beneath, goals)
                panel.answers_beside_cells(self._box)
            sentence = " ".join(part for part in (self.about, self.summary) if part)
            if pixels is None:
                kept, words = {"text/plain": sentence}, {}
            else:
                kept, words = still(pixels, sentence)
        data, metadata = panel.view(self._canvas, self._box)
        return data | kept, metadata | words
