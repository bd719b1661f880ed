"""What a LiveFigure promises: frames, controls, words, goals, and that nothing breaks it."""

from __future__ import annotations

import ipywidgets
import numpy as np
import pytest
from matplotlib.lines import Line2D

from helpers.pictures.live import LiveFigure
from tests.support.figures import Browser, dot


def test_without_a_view_a_control_computes_at_once(live):
    live.controls["x"].value = 7
    assert live.calls[-1] == ((5.0, 5.0), 7.0)
    assert live.summary == "x 7 start 5.0 5.0"


def test_only_animated_artists_move_and_the_frame_equals_a_full_draw(live):
    before = live.frame()
    live.controls["x"].value = 8
    after = live.frame()
    assert before.shape == after.shape == (200, 300, 3) and before.dtype == np.uint8
    assert (before != after).any()
    browser = Browser(live)  # with a view the background is kept, and the frame must be the same
    live.controls["x"].value = 2
    browser.got()
    assert (live.frame() == before).all()


def test_static_artists_are_drawn_once_until_one_of_them_changes(live, browser):
    ax = live.figure.axes[0]
    draws = []
    ax.xaxis.draw = lambda renderer, draw=ax.xaxis.draw: (draws.append(1), draw(renderer))
    live.frame()  # the opening of the view has drawn the background already
    live.controls["x"].value = 3
    assert not draws
    ax.set_title("News")
    browser.got()
    live.controls["x"].value = 4
    assert len(draws) == 1


@pytest.mark.parametrize(
    "error", [ValueError("lr must be ≥ 0, got -1"), ZeroDivisionError("division by zero")]
)
def test_a_function_that_raises_is_said_in_words_and_the_figure_goes_on(error):
    def fails_beyond_four(x):
        if x > 4:
            raise error

    live = dot(fails_beyond_four)
    browser = Browser(live)
    browser.got()
    live.controls["x"].value = 6
    said = browser.last["summary"]
    assert (
        type(error).__name__ in said
        and str(error) in said
        and "raise error" in said
        and "fails_beyond_four" in said
    )
    browser.got()
    live.controls["x"].value = 3
    assert browser.last["summary"].startswith("x 3 ")
    live.close()


def test_warnings_of_the_numbers_do_not_spill(recwarn):
    live = dot(lambda x: np.log(np.zeros(2)) / np.zeros(2) + np.exp(np.float64(1e4)))
    live.controls["x"].value = 3
    live.close()
    assert not [warning for warning in recwarn if issubclass(warning.category, RuntimeWarning)]


def test_nan_and_infinity_can_be_drawn():
    live = LiveFigure(3, 2)
    (line,) = live.animated(live.subplots().plot([], []))

    @live.update(kind=ipywidgets.Dropdown(options=["nan", "inf", "1e308"]))
    def _(kind):
        line.set_data([0, float(kind), 1], [0, 1, float(kind)])
        return kind

    for kind in ("inf", "1e308", "nan"):
        live.controls["kind"].value = kind
        assert live.frame().shape == (200, 300, 3) and live.summary == kind
    live.close()


def test_update_function_must_take_the_controls_by_name():
    live = LiveFigure(3, 2)
    with pytest.raises(TypeError, match="must take the controls lr"):
        live.update(lr=ipywidgets.FloatSlider())(lambda rate: "")
    live.close()


def test_a_control_name_is_taken_once_and_before_the_update(live):
    with pytest.raises(ValueError, match="before the update"):
        live.draggable(live.figure.axes[0], "end", (1, 1))
    other = LiveFigure(3, 2)
    ax = other.subplots()
    other.draggable(ax, "start", (0.5, 0.5))
    with pytest.raises(ValueError, match="control 'start' already"):
        other.draggable(ax, "start", (0.2, 0.2))
    other.close()


def test_a_point_refuses_nan_and_keeps_its_value(live):
    with pytest.raises(ValueError, match="start must be two numbers"):
        live.controls["start"].value = (float("nan"), 1)
    assert live.controls["start"].value == (5, 5)


def test_clicks_are_collected_and_buttons_counted():
    live = LiveFigure(4, 2)
    ax = live.subplots()
    live.clickable(ax, "probes", label="probe")

    @live.update(again=ipywidgets.Button(description="Again"))
    def _(probes, again):
        return f"{len(probes)} probes, {again} presses"

    browser = Browser(live)
    left, top, right, bottom = browser.last["places"]["probes"]["box"]
    for _ in range(2):  # the same place twice is two clicks
        browser.say(
            "move",
            name="probes",
            u=(left + right) / 2,
            v=(top + bottom) / 2,
            got=browser.last["frame"],
        )
    live.controls["again"].click()
    browser.got()
    assert live.controls["probes"].value[1] == pytest.approx((0.5, 0.5))
    assert browser.last["summary"] == "2 probes, 1 presses"
    live.close()


def test_a_3d_view_turns_coarse_while_it_moves_and_fine_when_it_rests():
    live = LiveFigure(3, 3)
    ax = live.subplots(subplot_kw={"projection": "3d"})
    live.turnable(ax, "view", (30, -60))
    x, y = np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 1, 5))
    coarse = live.animated(ax.plot_surface(x, y, x * y, color="red"), when="moving")
    fine = live.animated(ax.plot_surface(x, y, x * y, color="blue"), when="resting")

    @live.update()
    def _(view):
        return f"seen from {view[0]:.0f}, {view[1]:.0f}"

    moving, resting = live.frame(moving=True).astype(int), live.frame().astype(int)
    assert (moving[..., 0] - moving[..., 2]).max() > 80 > (resting[..., 0] - resting[..., 2]).max()
    assert fine.get_visible() and not coarse.get_visible()
    browser = Browser(live)
    browser.say("move", name="view", u=60 / 360 + 0.1, v=30 / 180 + 0.1, got=1)
    assert live.controls["view"].value == pytest.approx((48, -96)) and ax.azim == pytest.approx(-96)
    assert (live.frame() != resting).any()
    live.close()


def test_an_update_that_asks_is_run_coarsely_while_moving_and_once_more_at_rest():
    live, told = LiveFigure(3, 2), []
    live.subplots()

    @live.update(x=ipywidgets.IntSlider())
    def _(x, moving):
        told.append((x, moving))
        return f"{x} {'coarse' if moving else 'fine'}"

    browser = Browser(live)
    browser.got()
    live.controls["x"].value = 1
    assert browser.last["summary"] == "1 coarse"
    browser.say("rest", ratio=1, got=browser.last["frame"])
    assert browser.last["summary"] == "1 fine" and told == [(0, False), (1, True), (1, False)]
    live.close()


def test_goals_stay_reached():
    live, reached = LiveFigure(3, 2), {}

    @live.update(x=ipywidgets.IntSlider(value=1, max=5))
    def _(x):
        reached["x"] = x
        return str(x)

    live.goal("Go to three", lambda seen: reached["x"] == 3)
    assert live.goals == {"Go to three": False}
    live.controls["x"].value = 3
    live.controls["x"].value = 4
    assert live.goals == {"Go to three": True}
    live.close()


def test_a_goal_that_is_only_passed_by_is_not_reached(live, browser):
    live.goal("Go to six", lambda seen: seen.words.startswith("x 6 "))

    def goals():
        return [is_reached for _, is_reached in browser.last["goals"]]

    for x in (5, 6, 7):
        browser.got()
        live.controls["x"].value = x
        assert goals() == [False]
    browser.say("rest", got=browser.last["frame"])
    assert goals() == [False]
    live.controls["x"].value = 6
    browser.got()
    assert goals() == [False]
    browser.say("rest", got=browser.last["frame"])
    assert browser.last["sharp"] and goals() == [True]
    assert live.calls[-1][1] == 6 and len(live.calls) == 5, "to rest computes nothing again"


def test_without_a_view_every_value_that_is_set_is_a_rest(live):
    live.goal("Go to six", lambda seen: seen.words.startswith("x 6 "))
    live.controls["x"].value = 6
    live.controls["x"].value = 7
    assert live.goals == {"Go to six": True}


def test_reset_goes_back_to_what_was_first_shown(live):
    live.controls["x"].value = 6
    live._repr_mimebundle_()
    live.controls["x"].value = 8
    live._repr_mimebundle_()
    live.controls["x"].value = 9
    live.reset()
    assert live.summary.startswith("x 6 ")


def test_an_update_may_set_another_control_and_is_run_again_with_it():
    live = LiveFigure(3, 2)

    @live.update(a=ipywidgets.IntSlider(max=10), b=ipywidgets.IntSlider(max=10))
    def _(a, b):
        live.controls["b"].value = a
        return f"{a} {b}"

    live.controls["a"].value = 7
    assert live.summary == "7 7" and live.controls["b"].value == 7
    live.close()


def test_an_update_must_return_words():
    live = LiveFigure(3, 2)
    live.update(x=ipywidgets.IntSlider())(lambda x: None)
    assert "must return words, or Seen(words, …) with facts, got None" in live.summary
    live.close()


def test_a_goal_that_raises_is_said_beside_it_and_the_others_are_asked():
    live = LiveFigure(3, 2)
    live.goal("Broken", lambda seen: 1 / 0)
    live.goal("Fine", lambda seen: True)
    live.update(x=ipywidgets.IntSlider())(lambda x: "seen")
    (broken, missed), (fine, reached) = live.goals.items()
    assert (
        live.summary == "seen"
        and broken.startswith("Broken (Stopped by ZeroDivisionError")
        and not missed
    )
    assert (fine, reached) == ("Fine", True)
    live.close()


def test_goals_are_current_even_while_a_frame_is_on_the_wire(live, browser):
    live.goal("Nine", lambda seen: live.calls[-1][1] == 9)
    live.controls["x"].value = 9
    assert live.goals == {"Nine": True}


def test_the_place_of_an_error_is_the_learners_line_not_the_librarys():
    live = dot(lambda x: np.linalg.inv(np.zeros((2, 2)) * x))
    live.controls["x"].value = 3
    assert "Singular matrix, in line" in live.summary and "np.linalg.inv(np.zeros" in live.summary
    live.close()


def test_what_helpers_refuse_is_said_without_a_line_of_theirs():
    live = LiveFigure(3, 2)
    from helpers.optim import SGD

    live.update(x=ipywidgets.IntSlider())(eval("lambda x: SGD(lr=-0.1)", {"SGD": SGD}))
    assert (
        live.summary.startswith("Stopped by ValueError: lr must be ≥ 0, got -0.1")
        and "_checked" not in live.summary
    )
    live.close()


def test_an_artist_that_was_removed_is_not_drawn_any_more():
    live = LiveFigure(3, 2)
    ax = live.subplots()
    (line,) = live.animated(ax.plot([0, 1], [0, 1], linewidth=20))
    with_line = live.frame()
    line.remove()
    assert (live.frame() != with_line).any() and not live._frames._artists
    live.close()


def test_layout_is_found_once_and_artists_are_drawn_by_zorder(live):
    live.frame()
    before = live.figure.axes[0].get_position().extents
    live.figure.axes[0].set_title("A title\nof two lines")
    live.frame()
    assert (live.figure.axes[0].get_position().extents == before).all()
    assert [artist.get_zorder() for artist in live._frames._artists] == [2, 10]


def test_a_goal_may_read_the_summary_without_a_second_update(live):
    live.goal("Go to nine", lambda seen: "x 9" in live.summary and live.goals)
    live.calls.clear()
    live.controls["x"].value = 9
    assert live.goals == {"Go to nine": True}
    assert len(live.calls) == 1


# ---- what would be wrong in silence


@pytest.mark.parametrize("wrong", [0.1, ipywidgets.HBox, ipywidgets.FloatSlider])
def test_a_control_must_be_a_widget_with_a_value(wrong):
    live = LiveFigure(2, 1)
    with pytest.raises(TypeError, match="the control lr must be a widget with a value, such as"):
        live.update(lr=wrong() if wrong is ipywidgets.HBox else wrong)
    live.close()


def test_no_control_can_be_called_moving():
    live = LiveFigure(2, 1)
    with pytest.raises(ValueError, match='no control can be called "moving"'):
        live.update(moving=ipywidgets.Checkbox())
    live.close()


def test_a_figure_has_one_update_function(live):
    with pytest.raises(ValueError, match="has an update function already"):
        live.update()(lambda start, x: "")


@pytest.mark.parametrize(("size", "name"), [((0, 4), "width"), ((9, -1), "height")])
def test_a_figure_has_a_size(size, name):
    with pytest.raises(ValueError, match=f"{name} must be a number above 0, got .*; it is in inch"):
        LiveFigure(*size)


@pytest.mark.parametrize("bounds", [((0, 1), (1, 0)), ((0, float("nan")), (0, 1))])
def test_bounds_of_a_handle_are_from_low_to_high(bounds):
    live = LiveFigure(2, 1)
    with pytest.raises(ValueError, match=r"bounds of start must be \(low, high\), got"):
        live.draggable(live.subplots(), "start", (0, 0), bounds=bounds)
    live.close()


def test_what_is_no_artist_of_the_figure_cannot_be_animated(live):
    with pytest.raises(TypeError, match="only artists can be animated"):
        live.animated(["line"])
    with pytest.raises(ValueError, match="in no figure yet"):
        live.animated(Line2D([], []))
