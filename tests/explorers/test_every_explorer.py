"""What holds for every explorer: at every end of every control, and of every two of them, it shows
and tells.

Found by introspection: each public function of each module in helpers/explorers, called without
arguments. What an explorer shows of its subject is asserted in the test of its lesson.
"""

from __future__ import annotations

import gc
import itertools
import re
import typing
import weakref
from collections.abc import Callable
from typing import NamedTuple

import ipywidgets
import numpy as np
import pytest

from helpers.pictures.live import LiveFigure
from helpers.pictures.places import Clicks, Place, Point
from helpers.pictures.saved import WIDGET
from tests.support.controls import (
    EXPLORERS,
    STRANGE,
    ends,
    places,
    said,
    survives_every_end,
    two_ends,
)


class Shared(NamedTuple):
    live: LiveFigure
    goals_at_first: dict[str, bool]
    widgets_before: set[str]


def open_widgets() -> set[str]:
    module = ipywidgets.widgets.widget
    return set(
        module._instances if hasattr(module, "_instances") else ipywidgets.Widget.widgets
    )  # ipywidgets 8, 7


@pytest.fixture(scope="module", params=EXPLORERS)
def shared(request):
    """One figure for all tests of an explorer, open in a view: it keeps its background, and draws
    ten times as fast.
    """
    widgets = open_widgets()
    live = EXPLORERS[request.param]()
    goals = live.goals
    live._canvas._handle_custom_msg({"kind": "open", "view": "test", "ratio": 1.0}, [])
    yield Shared(live, goals, widgets)
    live.close()


@pytest.fixture
def live(shared):
    shared.live.reset()
    return shared.live


def test_every_lesson_module_has_explorers():
    modules = {name.split(".")[0] for name in EXPLORERS}
    assert {"start", "descent"} <= modules
    assert len(EXPLORERS) >= 10


def test_explorer_shows_a_picture_and_says_what_it_is(shared, live):
    assert isinstance(live, LiveFigure)
    assert live.about.endswith(".") and not re.search(STRANGE, live.about)
    said(live)
    colours = np.unique(live.frame() @ [65536, 256, 1])
    assert len(colours) > 20
    assert not any(shared.goals_at_first.values()), (
        "a goal that is reached before anything was done is none"
    )


def test_explorer_survives_every_end_of_every_control(live):
    survives_every_end(live)


def test_explorer_survives_every_pair_of_ends(live):
    for one, other in itertools.combinations(live.controls, 2):
        for value, another in itertools.product(
            two_ends(live.controls[one]), two_ends(live.controls[other])
        ):
            live.controls[one].value, live.controls[other].value = value, another
            live.frame(moving=True)
            said(live)
        live.reset()


def test_reset_brings_the_first_picture_and_its_words_back(live):
    frame, words = live.frame(), live.summary
    for control in live.controls.values():
        control.value = ends(control)[-1]
    live.reset()
    assert live.summary == words
    np.testing.assert_array_equal(live.frame(), frame)


def test_a_place_is_never_not_a_number(live):
    for control in live.controls.values():
        if isinstance(control, Place):
            before = control.value
            nowhere = (np.nan, 0.0)
            with pytest.raises(ValueError, match="number"):
                control.value = (nowhere,) if isinstance(control, Clicks) else nowhere
            assert control.value == before


def test_a_handle_stays_on_the_picture(live):
    for control in live.controls.values():
        if isinstance(control, Point):
            for value in places(control):
                control.value = value
                assert all(-0.01 <= part <= 1.01 for part in control.position())


def test_a_saved_explorer_keeps_its_picture_and_its_words(live):
    data, metadata = live._repr_mimebundle_()
    assert {"image/png", "text/plain", WIDGET} <= set(data)
    assert data["text/plain"] == f"{live.about} {live.summary}" == metadata["image/png"]["alt"]


def test_a_closed_explorer_leaves_no_widget_and_nothing_drawn_behind(shared):
    shared.live._repr_mimebundle_()
    assert open_widgets() > shared.widgets_before
    drawn = weakref.WeakSet(shared.live.figure.axes)
    shared.live.close()  # the last test of the figure that all of them share
    assert open_widgets() == shared.widgets_before
    gc.collect()
    assert not list(drawn), "Out[n] keeps the closed figure, and must not keep what it drew"


def functions(make: Callable) -> list[str]:
    """The parameters of an explorer that take a function of the learner's."""
    return [
        name
        for name, hint in typing.get_type_hints(make).items()
        if "Callable" in str(hint) and name != "return"
    ]


class Learners:
    """A function of the learner's, also in the shape of a loss, that answers everything with
    `answer`.
    """

    def __init__(self, answer: Callable) -> None:
        self.gradient = self.answer = answer

    def __call__(self, *arguments, **named):
        return self.answer(*arguments, **named)


def raising(*arguments, **named):
    raise RuntimeError("a slip of the pen")


BROKEN = {
    "raises": raising,
    "returns NaN": lambda first, *rest, **named: np.full_like(np.asarray(first, float), np.nan),
    "returns None": lambda *arguments, **named: None,
    "returns another shape": lambda *arguments, **named: np.zeros((7, 5, 3)),
}


@pytest.mark.parametrize("slip", BROKEN)
@pytest.mark.parametrize(
    ("name", "parameter"),
    [(name, parameter) for name, make in EXPLORERS.items() for parameter in functions(make)],
)
def test_a_slip_in_the_learners_function_is_said_and_the_explorer_goes_on(name, parameter, slip):
    live = EXPLORERS[name](**{parameter: Learners(BROKEN[slip])})
    said_so = "a slip of the pen" in live.summary
    for control in live.controls.values():
        for value in two_ends(control):
            control.value = value
            assert live.summary
            said_so |= "a slip of the pen" in live.summary
    assert said_so == (slip == "raises")
    live.frame()
    live.reset()
    live.close()
