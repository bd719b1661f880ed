"""Lesson 04: its two live figures, what they say, and how they take the student's own engine and network."""

import importlib
import re

import numpy as np
import pytest

from helpers.autograd import Tensor
from helpers.nn import MLP
from helpers.pictures import graph
from helpers.pictures.readouts import Readouts
from tests.support.figures import Browser, show
from tests.support.lessons import run_lesson

explore = importlib.import_module("helpers.explorers.graph.neuron")


def play(live, ticks):
    for _ in range(ticks):
        live.controls["train"].value += 1
    return live.summary


def error(words):
    return float(re.search(r"(?:by|is) ([\d.]+) \(root", words)[1])


# ---- the neuron


@pytest.fixture
def neuron():
    live = explore.neuron()
    yield live
    live.close()


def texts(live):
    """What stands in the boxes: all values, all gradients."""
    values, gradients = (
        artist.texts for artist in live.figure.axes[0].artists if isinstance(artist, Readouts)
    )
    return dict(zip(explore.NAMES, values)), dict(zip(explore.NAMES, gradients))


def test_values_appear_forwards_and_derivatives_backwards_one_at_a_step(neuron):
    counts = []
    for step in range(21):
        show(neuron, step=step)
        counts.append(tuple(sum(map(bool, part.values())) for part in texts(neuron)))
    assert counts == [(6 + min(k, 7), max(k - 7, 0)) for k in range(21)]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (0, "only the inputs are known"),
        (1, "forward: p₁ = x₁ · w₁ = 1.5 · 1.25 = 1.875."),
        (3, "forward: s = p₁ + p₂ = 1.875 + (−0.5) = 1.375."),
        (6, "forward: e = a + (−y) = 1 + (−2.5) = −1.5."),
        (7, "forward: J = e² = (−1.5)² = 2.25."),
        (8, "with ∂J/∂J = 1."),
        (9, "∂J/∂e = 1 · (−3) = −3: what came from J, times 2e. Raise e a little, and J falls."),
        (
            18,
            "∂J/∂w₂ = −3 · (−1) = 3: what came from p₂, times x₂. Raise w₂ a little, and J rises.",
        ),
        (20, "∂J/∂w₁ = −3 · 1.5 = −4.5: what came from p₁, times x₁."),
    ],
)
def test_every_step_says_which_number_comes_from_which(neuron, step, words):
    assert words in show(neuron, step=step)


def test_everything_follows_an_input(neuron):
    show(neuron, x1=(-0.5, 0), step=20)
    values, gradients = texts(neuron)
    assert (values["x₁"], values["p₁"], values["z"]) == ("−0.5", "−0.625", "−1.5")
    assert values["a"] == gradients["z"] == gradients["w₁"] == "0"  # relu lets nothing through
    assert neuron.summary.endswith(
        "Raise w₁ a little, and J does not move: relu lets nothing through."
    )


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (4, "z = s + b = 0.375 + (−0.375) = 0."),
        (10, "Raise a a little, and J falls."),
        (12, "∂J/∂z = −5 · 0 = 0: what came from a, times the slope of relu"),
        (12, "At z = 0 relu has a corner, and its slope there is taken as 0."),
        (20, "At z = 0 relu has a corner"),
    ],
)
def test_at_the_corner_of_relu_no_slope_is_claimed(neuron, step, words):
    show(neuron, w1=(0.25, 0), w2=(0, 0))
    assert words in show(neuron, step=step)
    assert texts(neuron)[0]["z"] == "0"


@pytest.mark.parametrize(
    ("inputs", "step", "words"),
    [
        (
            {"minus_y": (-1.0, 0)},
            20,
            "Raise w₁ a little, and J hardly moves.",
        ),  # the target is hit: e² is at its lowest
        ({"minus_y": (-1.0, 0)}, 9, "Raise e a little, and J hardly moves."),
        ({"x1": (0.0, 0), "b": (1.0, 0)}, 20, "Raise w₁ a little, and J does not move."),  # times 0
        ({"b": (-3.0, 0)}, 12, "Raise z a little, and J does not move: relu lets nothing through."),
        ({"b": (-3.0, 0)}, 10, "Raise a a little, and J falls."),
    ],
)
def test_a_derivative_of_0_has_its_reason(neuron, inputs, step, words):
    assert show(neuron, **inputs, step=step).endswith(words)


@pytest.mark.parametrize("k", range(-8, 9))
def test_a_sum_that_cancels_is_exactly_0(neuron, k):
    words = show(neuron, w1=(k / 4, 0), w2=(k / 8, 0), x2=(-2.0, 0), b=(-k / 8, 0), step=12)
    assert texts(neuron)[0]["z"] == "0"
    assert "At z = 0 relu has a corner" in words


def test_sums_of_rounded_numbers_are_not_called_equal(neuron):
    show(neuron, **{name: (2.875, 0) for name in ("x1", "w1", "w2")}, x2=(0.875, 0), b=(0.125, 0))
    assert "s = p₁ + p₂ ≈ 8.266 + 2.516 ≈ 10.78." in show(neuron, step=3)
    assert "z = s + b ≈ 10.78 + 0.125 ≈ 10.91." in show(neuron, step=4)
    show(neuron, x1=(3.0, 0), w1=(3.0, 0), x2=(0.875, 0), w2=(3.0, 0))
    assert "s = p₁ + p₂ = 9 + 2.625 ≈ 11.62." in show(neuron, step=3)


def test_an_arrow_key_is_one_eighth_and_none_is_skipped(neuron):
    handle, seen = neuron.controls["w1"], []
    handle.value = (-explore.REACH, 0)
    for _ in range(51):
        seen.append(float(texts(neuron)[0]["w₁"].replace("−", "-")))
        handle.nudge(1, 0)
    assert seen == [k / 8 for k in range(-25, 26)]


def boxes_of(live):
    """The boxes of the nodes in pixels, by name: (left, bottom, right, top)."""
    ax, half = live.figure.axes[0], np.array(graph.BOX) / 2 * live.figure.dpi / 72
    results = [name for name in explore.NAMES if name in explore.MADE]
    inputs = [name for name in explore.NAMES if name not in explore.MADE]
    centres = np.concatenate([ax.transData.transform(line.get_xydata()) for line in ax.lines[:2]])
    return {
        name: (*(centre - half), *(centre + half))
        for name, centre in zip(inputs + results, centres, strict=True)
    }


def test_the_ring_around_a_focused_handle_hides_no_number_and_no_other_box(neuron):
    ring, height = 17, neuron.figure.bbox.height  # pixels
    found = boxes_of(neuron)
    for control, name in explore.HANDLES.items():
        y = height * (1 - neuron.controls[control].position()[1])
        _, bottom, _, top = found[name]
        last_line = (bottom + top) / 2 - (
            8 + 4
        ) * neuron.figure.dpi / 72  # it stands 8 points below the middle
        assert y + ring < last_line
        below = [box for box in found.values() if box[3] < bottom]
        assert all(y - ring > box[3] for box in below if box[0] == found[name][0])


@pytest.mark.parametrize("name", explore.SLOPE_AT)
def test_the_factor_on_an_edge_hides_neither_of_its_two_boxes(neuron, name):
    show(
        neuron,
        **{handle: (-explore.REACH, 0.0) for handle in explore.HANDLES},
        step=explore.SLOPE_AT[name],
    )
    neuron.frame()
    (badge,) = (text for text in neuron.figure.axes[0].texts if text.get_animated())
    if name == "J":
        assert badge.get_text() == ""
        return
    area, found = badge.get_bbox_patch().get_window_extent(), boxes_of(neuron)
    (target,) = (result for result in explore.FORWARD if name in explore.MADE[result][1])
    if name not in ("b", "−y"):  # their edges are long
        assert area.x0 > found[name][2] - 4
    assert area.x1 < found[target][0] + 4


def test_the_slider_is_named_where_it_lies(neuron):
    assert "step" in [text.get_text() for text in neuron.figure.axes[1].texts]


@pytest.mark.parametrize("seed", range(3))
def test_every_derivative_shown_is_confirmed_by_a_nudge(neuron, seed):
    rng = np.random.default_rng(seed)
    chosen = rng.integers(-24, 25, 6) / 8
    show(neuron, **{name: (value, 0.0) for name, value in zip(explore.HANDLES, chosen)})
    for k, name in enumerate(explore.HANDLES.values()):
        nudged = [chosen + sign * 1e-6 * np.eye(6)[k] for sign in (1, -1)]
        high, low = (explore._compute(Tensor, *inputs)[-1].item() for inputs in nudged)
        shown = float(texts(neuron)[1][name].replace("−", "-"))
        assert shown == pytest.approx((high - low) / 2e-6, rel=0.01, abs=6e-4)


def test_the_edge_in_use_is_marked_with_its_local_derivative(neuron):
    marks = [text.get_text() for text in neuron.figure.axes[0].texts if text.get_animated()]
    assert marks == ["×1.5"]
    (used,) = [c for c in neuron.figure.axes[0].collections if c.get_animated()]
    assert len(used.get_segments()) == 1
    show(neuron, step=4)
    assert len(used.get_segments()) == 2


def test_the_neuron_has_two_goals_that_can_be_reached(neuron):
    assert list(neuron.goals.values()) == [False, False]
    show(neuron, b=(-2.5, 0))
    assert list(neuron.goals.values()) == [True, False]
    show(neuron, b=(1.125, 0))
    assert list(neuron.goals.values()) == [True, True]


def test_the_neuron_runs_on_the_students_engine():
    own = explore.neuron(run_lesson("04")["Tensor"])
    reference = explore.neuron()
    for step in range(21):
        assert show(own, step=step) == show(reference, step=step)
        assert texts(own) == texts(reference)
    for live in (own, reference):
        live.close()


def test_an_engine_that_loses_what_comes_back_is_contradicted():
    class Forgetful(Tensor):
        __slots__ = ()

        def backward(self):
            super().backward()
            self.graph()[0].grad = np.array(7.0)

    live = explore.neuron(lambda value: Forgetful(value, requires_grad=True))
    assert ".grad" not in live.summary
    assert "∂J/∂x₁ = −3 · 1.25 = −3.75, but .grad holds 7." in show(live, step=19)
    live.close()


# ---- a curve drawn by hand


@pytest.fixture
def canvas():
    live = explore.approximate()
    yield live
    live.close()


def curve(live):
    return live.figure.axes[0].lines[0].get_ydata().copy()


def test_playing_makes_the_fit_better_and_waiting_does_not(canvas):
    at_first = error(canvas.summary)
    assert "not trained yet" in canvas.summary
    words = play(canvas, 60)
    assert "16 relu units after 1,200 steps" in words
    assert error(words) < 0.15 * at_first
    canvas.controls["train"].notify_change(
        {"name": "value", "type": "change", "old": 60, "new": 60, "owner": None}
    )
    assert canvas.summary == words


def test_more_units_fit_better_and_none_but_a_line_without_activation(canvas):
    found = {}
    for units, activation in ((1, "relu"), (64, "relu"), (64, "identity")):
        show(canvas, train=0, units=units, activation=activation)
        found[units, activation] = error(play(canvas, 100))
    assert found[64, "relu"] < 0.03 < 0.3 < found[1, "relu"]
    assert found[64, "identity"] > 0.4
    fit = canvas.figure.axes[0].lines[1].get_ydata()
    assert np.abs(np.diff(fit.ravel(), n=2)).max() < 1e-4


def test_stop_and_another_number_of_units_begin_afresh(canvas):
    untrained = canvas.summary
    play(canvas, 5)
    assert show(canvas, train=0) == untrained
    play(canvas, 5)
    assert "not trained yet" in show(canvas, units=17)
    assert "17 relu units after 20 steps" in play(canvas, 1)


def test_one_unit_is_singular(canvas):
    assert show(canvas, units=1).startswith("1 relu unit, not")
    assert play(canvas, 1).startswith("1 relu unit after 20 steps misses")


def test_the_pen_draws_a_line_between_two_positions_and_leaves_the_rest(canvas):
    before, x = curve(canvas), np.linspace(-1, 1, 101)
    show(canvas, pen=(0.0, 1.0))
    show(canvas, pen=(0.16, -1.0))
    after = curve(canvas)
    between = (x > -0.001) & (x < 0.161)
    assert after[between] == pytest.approx(np.interp(x[between], (0, 0.16), (1, -1)), abs=1e-5)
    away = (x < -0.02) | (x > 0.18)
    assert (after[away] == before[away]).all()


def test_the_pen_draws_backwards_too(canvas):
    show(canvas, pen=(0.16, -1.0))
    show(canvas, pen=(0.0, 1.0))
    x = np.linspace(-1, 1, 101)
    between = (x > -0.001) & (x < 0.161)
    assert curve(canvas)[between] == pytest.approx(
        np.interp(x[between], (0, 0.16), (1, -1)), abs=1e-5
    )


@pytest.mark.parametrize("up", [-1, 1])
def test_a_pen_that_goes_straight_up_or_down_takes_the_curve_with_it(canvas, up):
    show(canvas, pen=(0.0, 0.0))
    for _ in range(5):
        canvas.controls["pen"].nudge(0, up)
        assert curve(canvas)[50] == pytest.approx(canvas.controls["pen"].value[1], abs=1e-6)
    show(canvas, pen=(1.0, 0.9))
    show(canvas, pen=(1.0, 0.9 * up))
    assert curve(canvas)[-1] == pytest.approx(0.9 * up)


def test_a_press_far_away_draws_no_line_to_there(canvas):
    before, x = curve(canvas), np.linspace(-1, 1, 101)
    show(canvas, pen=(0.6, 1.4))  # it stood at the left end
    assert ((curve(canvas) != before) == (np.abs(x - 0.6) < 0.011)).all()


def test_a_fast_stroke_leaves_no_gap():
    live = explore.approximate()
    browser = Browser(live)
    browser.got()
    for x in (-0.5, 0.2):  # far apart, but the picture has not come to rest in between
        live.controls["pen"].value = (x, 1.2)
        browser.got()
    places = np.linspace(-1, 1, 101)
    drawn = curve(live)[(places > -0.49) & (places < 0.19)]
    assert drawn == pytest.approx(np.full(len(drawn), 1.2))
    live.close()


def test_the_keyboard_draws_without_gaps(canvas):
    pen, before = canvas.controls["pen"], curve(canvas)
    pen.value = (-0.5, 1.0)
    for _ in range(5):
        pen.nudge(1, 0)
    changed = curve(canvas) != before
    first, last = np.flatnonzero(changed)[[0, -1]]
    assert changed[first : last + 1].all()
    assert last - first >= 15


def test_reset_restores_the_first_curve_and_the_first_network(canvas):
    before, words = curve(canvas), canvas.summary
    show(canvas, pen=(0.3, 1.0))
    play(canvas, 3)
    canvas.reset()
    assert (curve(canvas) == before).all()
    assert canvas.summary == words


def test_the_fit_follows_a_curve_that_is_drawn_while_it_trains(canvas):
    play(canvas, 60)
    for x in np.arange(-0.6, 0.61, 0.1):
        show(canvas, pen=(x, 1.2 - abs(x)))
    broken = error(canvas.summary)
    assert error(play(canvas, 120)) < 0.2 * broken


def test_the_goal_asks_for_a_curve_of_ones_own(canvas):
    play(canvas, 100)
    assert error(canvas.summary) < 0.05
    assert not any(canvas.goals.values())
    canvas.controls["train"].value = 0
    for x in np.arange(-1.0, 1.01, 0.1):
        show(canvas, pen=(x, 0.5 * x))
    assert not any(canvas.goals.values())
    play(canvas, 100)
    assert all(canvas.goals.values())


def test_triangles_mark_where_the_units_bend(canvas):
    bends = canvas.figure.axes[0].lines[2].get_xdata()
    assert len(bends) == 16
    fit, x = canvas.figure.axes[0].lines[1].get_ydata().ravel(), np.linspace(-1.6, 1.6, 321)
    bent = x[1:-1][np.abs(np.diff(fit, n=2)) > 1e-4]
    assert all(np.abs(bends - place).min() < 0.011 for place in bent)


def test_units_without_activation_have_no_bend_to_be_marked(canvas):
    (key,) = (text for text in canvas.figure.axes[0].texts if text.get_text().startswith("▲"))
    assert key.get_visible()
    show(canvas, activation="identity")
    assert len(canvas.figure.axes[0].lines[2].get_xdata()) == 0
    assert not key.get_visible()
    show(canvas, activation="tanh")
    assert len(canvas.figure.axes[0].lines[2].get_xdata()) == 16
    assert key.get_visible()


def test_the_students_network_is_the_one_that_learns():
    live = explore.approximate(run_lesson("04")["network"])
    reference = explore.approximate(
        lambda units, activation: MLP((1, 3, 1), rng=np.random.default_rng(1))
    )
    assert error(play(live, 60)) < error(play(reference, 60))
    assert len(reference.figure.axes[0].lines[2].get_xdata()) <= 3
    for figure in (live, reference):
        figure.close()
