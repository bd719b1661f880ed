"""What runs when a control has moved: the update, what follows a few controls, facts, goals."""

import copy
import pickle

import ipywidgets
import pytest

from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen


@pytest.fixture
def figure():
    live = LiveFigure(2, 1)
    yield live
    live.close()


def sliders(*names):
    return {name: ipywidgets.FloatSlider(min=0, max=10, value=1) for name in names}


def test_what_depends_on_one_control_runs_only_when_that_one_changed(figure):
    calls = []

    @figure.when("surface")
    def doubled(surface):
        calls.append(surface)
        return 2 * surface

    @figure.update(**sliders("surface", "lr"))
    def _(lr):
        return f"{doubled.value:g} at {lr:g}"

    figure.controls["lr"].value = 5
    figure.controls["lr"].value = 6
    assert (figure.summary, calls) == ("2 at 6", [1])
    figure.controls["surface"].value = 3
    assert (figure.summary, calls) == ("6 at 6", [1, 3])


def test_it_may_set_other_controls_and_the_update_sees_them_at_once(figure):
    seen = []

    @figure.when("surface")
    def _suit(surface):
        figure.controls["lr"].value = surface + 1

    @figure.when("lr")
    def squared(lr):
        return lr**2

    @figure.update(**sliders("surface", "lr"))
    def _(lr):
        seen.append((lr, squared.value))
        return "seen"

    figure.controls["surface"].value = 4
    assert seen == [(2, 4), (5, 25)]


def test_what_was_coarse_while_the_picture_moved_is_computed_again_when_it_rests(figure):
    calls = []

    @figure.when("x")
    def sweep(x, moving):
        calls.append(moving)
        return "coarse" if moving else "fine"

    @figure.update(**sliders("x"))
    def _():
        return sweep.value

    figure.controls["x"].value = 2
    figure._canvas._ratios["view"] = 1.0  # somebody looks: the picture moves first, and rests later
    figure.controls["x"].value = 3
    figure.frame(moving=True)
    assert figure._computing.seen.words == "coarse"
    assert figure.summary == "fine"
    figure.frame(moving=True)
    assert calls == [False, False, True, False]


def test_a_slip_in_what_depends_on_a_control_is_said_and_tried_again(figure):
    @figure.when("x")
    def inverse(x):
        return 1 / x

    @figure.update(**sliders("x", "y"))
    def _(y):
        return f"{inverse.value:g}"

    figure.controls["x"].value = 0
    assert "ZeroDivisionError" in figure.summary
    figure.controls["y"].value = 2
    assert "ZeroDivisionError" in figure.summary
    figure.controls["x"].value = 2
    assert figure.summary == "0.5"


@pytest.mark.parametrize(
    ("update", "message"),
    [
        (lambda: "", r"controls x, but it leaves out \['x'\]"),
        (lambda x, y: "", r"controls x, but it asks for \['y'\]"),
    ],
)
def test_a_control_that_nothing_follows_or_that_is_none_is_named(figure, update, message):
    with pytest.raises(TypeError, match=message):
        figure.update(**sliders("x"))(update)


def test_when_names_what_is_no_control_and_takes_just_its_own(figure):
    with pytest.raises(TypeError, match="it takes y"):
        figure.when("x")(lambda y: None)
    figure.when("nothing")(lambda nothing: None)
    with pytest.raises(
        ValueError, match="when\\(\\) follows 'nothing', which is no control; there are x"
    ):
        figure.update(**sliders("x"))(lambda x: "")


def test_what_depends_on_a_few_controls_stands_before_the_update(figure):
    figure.update(**sliders("x"))(lambda x: "")
    with pytest.raises(ValueError, match="must stand before the update function"):
        figure.when("x")


def test_goals_read_facts(figure):
    figure.goal("Under ten steps", lambda seen: seen.steps < 10)

    @figure.update(**sliders("x"))
    def _(x):
        return Seen("It arrives.", steps=20 - 4 * x)

    assert figure.seen.steps == 16
    assert figure.goals == {"Under ten steps": False}
    figure.controls["x"].value = 3
    assert figure.goals == {"Under ten steps": True}


def test_a_fact_that_was_not_told_is_named_with_those_that_were():
    seen = Seen("words", steps=3)
    with pytest.raises(AttributeError, match="says nothing of 'loss'; it tells steps"):
        _ = seen.loss
    assert copy.deepcopy(seen).steps == pickle.loads(pickle.dumps(seen)).steps == 3
