"""what its two live figures compute, show and say, with a student's engine or network."""

import importlib

import numpy as np
import pytest

from helpers.autograd import Tensor
from helpers.explorers import graph as explore
from helpers.explorers.graph.approximate import (
    FIRST,
    HOME,
    WIDE,
    Fit,
    X,
    bends,
    in_words,
    one_hidden_layer,
    stroke,
)
from helpers.explorers.graph.steps import (
    BACKWARD,
    DIFFERENTIATED,
    FORWARD,
    INPUTS,
    LAST,
    OPERATIONS,
    STEPS,
    TURN,
    Passes,
    compute,
    effect,
    local_derivative,
    weight,
)
from helpers.nn import MLP
from helpers.pictures import graph
from helpers.pictures.readouts import Readouts
from tests.support.figures import Browser, show
from tests.support.lessons import run_lesson

picture = importlib.import_module("helpers.explorers.graph.neuron")  # the file, not the figure
AT_FIRST = [1.5, 1.25, -1.0, 0.5, -0.375, -2.5]


# ---- the neuron: what it computes


def test_the_forward_pass_of_the_neuron():
    values = Passes(weight, AT_FIRST).values
    results = {name: values[name] for name in FORWARD}
    assert results == {
        "p₁": 1.875,
        "p₂": -0.5,
        "s": 1.375,
        "z": 1.0,
        "a": 1.0,
        "e": -1.5,
        "J": 2.25,
    }


@pytest.mark.parametrize("seed", range(3))
def test_every_derivative_is_confirmed_by_a_nudge(seed):
    chosen = np.random.default_rng(seed).integers(-24, 25, 6) / 8
    gradients = Passes(weight, chosen).gradients
    for nudge, name in zip(1e-6 * np.eye(6), INPUTS, strict=True):
        high = compute(Tensor, chosen + nudge)["J"].item()
        low = compute(Tensor, chosen - nudge)["J"].item()
        assert gradients[name] == pytest.approx((high - low) / 2e-6, rel=1e-6, abs=1e-6)


def test_every_edge_multiplies_by_its_local_derivative():
    passes = Passes(weight, AT_FIRST)
    for source, result in BACKWARD:
        product = passes.gradients[result] * passes.local(source, result)
        assert passes.gradients[source] == pytest.approx(product)
    assert passes.local("w₁", "p₁") == 1.5
    assert passes.local("e", "J") == -3


def test_the_steps_go_forward_through_the_results_and_backward_through_the_edges():
    assert [step.nodes for step in STEPS[1:TURN]] == [[name] for name in FORWARD]
    assert [step.nodes for step in STEPS[TURN:]] == [[name] for name in DIFFERENTIATED]
    assert [step.edges for step in STEPS[TURN + 1 :]] == [[edge] for edge in BACKWARD]
    assert len(STEPS) == LAST + 1 == 21
    assert sorted(DIFFERENTIATED) == sorted([*INPUTS, *FORWARD])


def test_only_steps_backward_multiply_by_a_local_derivative():
    passes = Passes(weight, AT_FIRST)
    factors = [local_derivative(step, passes) for step in range(LAST + 1)]
    assert factors[: TURN + 1] == [None] * (TURN + 1)
    assert factors[TURN + 1 :] == [-3, 1, 1, 1, 1, 1, 1, 1, 0.5, -1, 1.25, 1.5]


@pytest.mark.parametrize("k", range(-8, 9))
def test_a_sum_that_cancels_is_exactly_0(k):
    passes = Passes(weight, [1.5, k / 4, -2.0, k * 3 / 16, 0.0, 0.0])
    assert passes.values["z"] == 0


@pytest.mark.parametrize(
    ("source", "grad", "local", "z", "end"),
    [
        ("w₁", 2.0, 1.5, 1.0, "J rises."),
        ("w₁", -2.0, 1.5, 1.0, "J falls."),
        ("w₁", 0.0, 1.5, -1.0, "J does not move: relu lets nothing through."),
        ("w₁", 0.0, 0.0, 1.0, "J does not move."),
        ("w₁", 0.0, 0.0, 0.0, "J does not move."),
        ("w₁", 0.0, 1.5, 0.0, "relu has a corner, and its slope there is taken as 0."),
        ("z", 0.0, 0.0, 0.0, "relu has a corner, and its slope there is taken as 0."),
        ("w₁", 0.0, 1.5, 1.0, "J hardly moves."),
        ("e", 0.0, 0.0, -1.0, "J hardly moves."),
    ],
)
def test_a_derivative_is_told_as_what_a_little_more_does(source, grad, local, z, end):
    assert effect(source, grad, local, z).endswith(end)


# ---- the neuron: what it shows and says


@pytest.fixture
def neuron():
    live = explore.neuron()
    yield live
    live.close()


def texts(live):
    """What stands in the boxes: all values, all gradients."""
    artists = live.figure.axes[0].artists
    values, gradients = (artist.texts for artist in artists if isinstance(artist, Readouts))
    names = list(live.seen.values)
    return dict(zip(names, values, strict=True)), dict(zip(names, gradients, strict=True))


def test_values_appear_forwards_and_derivatives_backwards_one_at_a_step(neuron):
    counts = []
    for step in range(LAST + 1):
        show(neuron, step=step)
        counts.append(tuple(sum(map(bool, part.values())) for part in texts(neuron)))
    assert counts == [(6 + min(k, 7), max(k - 7, 0)) for k in range(LAST + 1)]


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
        (18, "∂J/∂w₂ = −3 · (−1) = 3: what came from p₂, times x₂. Raise w₂ a little, and J ri"),
        (20, "∂J/∂w₁ = −3 · 1.5 = −4.5: what came from p₁, times x₁."),
    ],
)
def test_every_step_says_which_number_comes_from_which(neuron, step, words):
    assert words in show(neuron, step=step)


def test_the_neuron_opens_with_all_values_and_no_derivative_yet(neuron):
    values, gradients = texts(neuron)
    assert all(values.values())
    assert not any(gradients.values())


def test_the_boxes_hold_what_was_computed(neuron):
    show(neuron, step=LAST)
    values, gradients = texts(neuron)
    assert [values[name] for name in FORWARD] == [
        "1.875",
        "−0.5",
        "1.375",
        "1",
        "1",
        "−1.5",
        "2.25",
    ]
    assert [gradients[name] for name in INPUTS] == ["−3.75", "−4.5", "−1.5", "3", "−3", "−3"]


def test_everything_follows_an_input(neuron):
    show(neuron, x1=(-0.5, 0), step=20)
    seen = neuron.seen
    assert (seen.values["x₁"], seen.values["p₁"], seen.values["z"]) == (-0.5, -0.625, -1.5)
    assert seen.values["a"] == seen.gradients["z"] == seen.gradients["w₁"] == 0
    assert neuron.summary.endswith("J does not move: relu lets nothing through.")
    values, gradients = texts(neuron)
    assert (values["x₁"], values["p₁"], values["z"]) == ("−0.5", "−0.625", "−1.5")
    assert values["a"] == gradients["z"] == gradients["w₁"] == "0"


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
        ({"minus_y": (-1.0, 0)}, 20, "Raise w₁ a little, and J hardly moves."),  # a = y
        ({"minus_y": (-1.0, 0)}, 9, "Raise e a little, and J hardly moves."),
        ({"x1": (0.0, 0), "b": (1.0, 0)}, 20, "Raise w₁ a little, and J does not move."),
        ({"b": (-3.0, 0)}, 12, "Raise z a little, and J does not move: relu lets nothing through."),
        ({"b": (-3.0, 0)}, 10, "Raise a a little, and J falls."),
    ],
)
def test_a_derivative_of_0_has_its_reason(neuron, inputs, step, words):
    assert show(neuron, **inputs, step=step).endswith(words)


def test_sums_of_rounded_numbers_are_not_called_equal(neuron):
    show(neuron, **{name: (2.875, 0) for name in ("x1", "w1", "w2")}, x2=(0.875, 0), b=(0.125, 0))
    assert "s = p₁ + p₂ ≈ 8.266 + 2.516 ≈ 10.78." in show(neuron, step=3)
    assert "z = s + b ≈ 10.78 + 0.125 ≈ 10.91." in show(neuron, step=4)
    show(neuron, x1=(3.0, 0), w1=(3.0, 0), x2=(0.875, 0), w2=(3.0, 0))
    assert "s = p₁ + p₂ = 9 + 2.625 ≈ 11.62." in show(neuron, step=3)


def test_an_arrow_key_is_one_eighth_and_none_is_skipped(neuron):
    handle = neuron.controls["w1"]
    handle.value = (-picture.REACH, 0)
    seen = []
    for _ in range(51):
        seen.append(neuron.seen.values["w₁"])
        handle.nudge(1, 0)
    assert seen == [k / 8 for k in range(-25, 26)]


def boxes_of(live):
    """The boxes of the nodes in pixels, by name: (left, bottom, right, top)."""
    ax = live.figure.axes[0]
    half = np.array(graph.BOX) / 2 * live.figure.dpi / 72
    names = list(live.seen.values)  # in the order of the graph
    inputs = [name for name in names if name not in OPERATIONS]
    results = [name for name in names if name in OPERATIONS]
    centres = np.concatenate([ax.transData.transform(line.get_xydata()) for line in ax.lines[:2]])
    return {
        name: (*(centre - half), *(centre + half))
        for name, centre in zip(inputs + results, centres, strict=True)
    }


def test_the_ring_around_a_focused_handle_hides_no_number_and_no_other_box(neuron):
    ring = 17  # pixels
    height = neuron.figure.bbox.height
    points = neuron.figure.dpi / 72  # in pixels
    found = boxes_of(neuron)
    for control, name in picture.HANDLES.items():
        y = height * (1 - neuron.controls[control].position()[1])
        left, bottom, _, top = found[name]
        last_line = (bottom + top) / 2 - (8 + 4) * points  # it stands 8 points below the middle
        assert y + ring < last_line
        below = [box for box in found.values() if box[3] < bottom]
        assert all(y - ring > box[3] for box in below if box[0] == left)


def badge(live):
    """The factor on the edge in use."""
    (found,) = (text for text in live.figure.axes[0].texts if text.get_animated())
    return found


@pytest.mark.parametrize(("source", "result"), BACKWARD)
def test_the_factor_on_an_edge_hides_neither_of_its_two_boxes(neuron, source, result):
    step = TURN + DIFFERENTIATED.index(source)
    longest = {control: (-picture.REACH, 0.0) for control in picture.HANDLES}
    show(neuron, **longest, step=step)
    neuron.frame()
    area = badge(neuron).get_bbox_patch().get_window_extent()
    found = boxes_of(neuron)
    if source not in ("b", "−y"):  # their edges are long
        assert area.x0 > found[source][2] - 4
    assert area.x1 < found[result][0] + 4


def test_the_edge_in_use_is_marked_with_its_local_derivative(neuron):
    show(neuron, step=LAST)
    assert neuron.seen.local == 1.5
    assert badge(neuron).get_text() == "×1.5"
    (used,) = [c for c in neuron.figure.axes[0].collections if c.get_animated()]
    assert len(used.get_segments()) == 1
    show(neuron, step=4)
    assert len(used.get_segments()) == 2
    assert badge(neuron).get_text() == ""


def test_the_turn_has_no_factor(neuron):
    show(neuron, step=TURN)
    assert neuron.seen.local is None
    assert badge(neuron).get_text() == ""


def test_the_slider_is_named_where_it_lies(neuron):
    assert "step" in [text.get_text() for text in neuron.figure.axes[1].texts]


def test_the_neuron_has_two_goals_that_can_be_reached(neuron):
    assert list(neuron.goals.values()) == [False, False]
    show(neuron, b=(-2.5, 0))
    assert list(neuron.goals.values()) == [True, False]
    show(neuron, b=(1.125, 0))
    assert list(neuron.goals.values()) == [True, True]


def test_the_neuron_runs_on_the_students_engine():
    own = explore.neuron(run_lesson("04")["Tensor"])
    reference = explore.neuron()
    for step in range(LAST + 1):
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


# ---- a curve drawn by hand: what it computes


FLAT = np.zeros(101, np.float32)


def between(low, high):
    """Which of the 101 places lie in this interval."""
    return (X > low - 0.001) & (X < high + 0.001)


@pytest.mark.parametrize("backwards", [False, True])
def test_the_pen_draws_a_line_between_two_places_and_leaves_the_rest(backwards):
    places = [(0.0, 1.0), (0.16, -1.0)]
    old, new = reversed(places) if backwards else places
    drawn = stroke(FLAT, old, new, reach=0.2)
    inside = between(0, 0.16)
    assert drawn[inside] == pytest.approx(np.interp(X[inside], (0, 0.16), (1, -1)), abs=1e-5)
    assert (drawn[~between(-0.02, 0.18)] == 0).all()


def test_a_pen_that_comes_from_further_than_it_reaches_only_touches():
    drawn = stroke(FLAT, (-0.5, 1.0), (0.0, 1.0), reach=0.2)
    assert np.flatnonzero(drawn).tolist() == [50]


def test_a_pen_that_goes_straight_up_takes_the_curve_with_it():
    drawn = stroke(FLAT, (1.0, 0.9), (1.0, -0.9), reach=0.2)
    assert drawn[-1] == pytest.approx(-0.9)
    assert (drawn[:-1] == 0).all()


def test_a_pen_that_moves_draws_further_than_one_that_stood_still():
    changed = {}
    for moving in (False, True):
        fit = Fit(one_hidden_layer)
        fit.draw((-0.5, 1.4), moving=moving)
        fit.draw((0.0, 1.4), moving=moving)
        changed[moving] = np.count_nonzero(fit.curve == np.float32(1.4))
    assert changed == {False: 2, True: 26}


def test_a_pen_that_comes_home_begins_with_the_first_curve_again():
    fit = Fit(one_hidden_layer)
    fit.draw((0.3, 1.0), moving=False)
    assert fit.train(16, "relu", tick=0).redrawn > 0
    fit.draw(HOME, moving=False)
    assert fit.train(16, "relu", tick=0).redrawn == 0


def test_a_tick_is_20_steps_and_waiting_is_none():
    fit = Fit(one_hidden_layer)
    assert [fit.train(16, "relu", tick).steps for tick in (0, 1, 1, 2)] == [0, 20, 20, 40]


@pytest.mark.parametrize(
    ("units", "activation", "tick"), [(16, "relu", 0), (17, "relu", 2), (16, "tanh", 2)]
)
def test_an_earlier_tick_or_another_network_begins_afresh(units, activation, tick):
    fit = Fit(one_hidden_layer)
    fit.train(16, "relu", tick=0)
    fit.train(16, "relu", tick=1)
    found = fit.train(units, activation, tick)
    assert (found.steps, [step for step, _ in found.errors]) == (0, [0])
    assert fit.train(units, activation, tick + 1).steps == 20


def test_the_error_is_a_root_mean_square_over_the_curve():
    fit = Fit(one_hidden_layer)
    found = fit.train(8, "tanh", tick=0)
    distances = one_hidden_layer(8, "tanh")(X[:, None]).data[:, 0] - FIRST
    assert found.error == pytest.approx(np.sqrt(np.mean(distances**2)), rel=1e-5)
    assert found.worst == pytest.approx(np.abs(distances).max(), rel=1e-5)
    assert found.errors == [(0, found.error)]


def test_the_units_of_the_first_network_bend_inside_the_interval():
    places = bends(one_hidden_layer(64, "relu"))
    assert len(places) == 64
    assert np.abs(places).max() <= 1 + 1e-6


def test_a_bend_out_of_sight_is_not_marked():
    model = one_hidden_layer(3, "relu")
    w, b = model.parameters()[:2]
    b.data[:] = -w.data[0] * [0.5, 1.5, 1.7]
    assert sorted(bends(model)) == pytest.approx([0.5, 1.5])


@pytest.mark.parametrize(
    ("units", "tick", "start"),
    [
        (1, 0, "1 relu unit, not trained yet: the error is 0."),
        (1, 1, "1 relu unit after 20 steps misses the curve by 0."),
        (2, 1, "2 relu units after 20 steps miss the curve by 0."),
    ],
)
def test_one_unit_is_singular(units, tick, start):
    fit = Fit(one_hidden_layer)
    fit.train(units, "relu", tick=0)
    assert in_words(fit.train(units, "relu", tick)).startswith(start)


# ---- a curve drawn by hand: what it shows and says


@pytest.fixture
def canvas():
    live = explore.approximate()
    yield live
    live.close()


def play(live, ticks):
    for _ in range(ticks):
        live.controls["train"].value += 1
    return live.seen


def curve(live):
    return live.figure.axes[0].lines[0].get_ydata().copy()


def network(live):
    return live.figure.axes[0].lines[1].get_ydata()


def marks(live):
    """Where bends are marked."""
    return live.figure.axes[0].lines[2].get_xdata()


def test_playing_makes_the_fit_better_and_waiting_does_not(canvas):
    at_first = canvas.seen.error
    assert "not trained yet" in canvas.summary
    seen = play(canvas, 60)
    assert "16 relu units after 1,200 steps" in seen.words
    assert seen.error < 0.15 * at_first
    canvas.controls["train"].notify_change(
        {"name": "value", "type": "change", "old": 60, "new": 60, "owner": None}
    )
    assert (canvas.seen.words, canvas.seen.facts) == (seen.words, seen.facts)


def test_more_units_fit_better_and_none_but_a_line_without_activation(canvas):
    found = {}
    for units, activation in ((1, "relu"), (64, "relu"), (64, "identity")):
        show(canvas, train=0, units=units, activation=activation)
        found[units, activation] = play(canvas, 100).error
    assert found[64, "relu"] < 0.03 < 0.3 < found[1, "relu"]
    assert found[64, "identity"] > 0.4
    assert np.abs(np.diff(network(canvas), n=2)).max() < 1e-4


def test_stop_and_another_number_of_units_begin_afresh(canvas):
    untrained = canvas.summary
    play(canvas, 5)
    assert show(canvas, train=0) == untrained
    play(canvas, 5)
    assert "not trained yet" in show(canvas, units=17)
    assert (play(canvas, 1).steps, canvas.seen.units) == (20, 17)


def test_the_past_is_drawn_step_by_step(canvas):
    errors = [canvas.seen.error, play(canvas, 1).error, play(canvas, 1).error]
    (past,) = canvas.figure.axes[1].lines
    steps, drawn = past.get_data()
    assert list(steps) == [0, 20, 40]
    assert list(drawn) == errors


def test_the_axis_of_the_errors_grows_with_a_training_that_goes_on(canvas):
    reach = canvas.figure.axes[1].get_xlim
    play(canvas, 200)
    assert reach() == (0, 4000)
    play(canvas, 1)
    assert reach() == (0, 8000)
    show(canvas, units=3)
    assert reach() == (0, 4000)


@pytest.mark.parametrize("up", [-1, 1])
def test_an_arrow_key_up_or_down_takes_the_curve_with_it(canvas, up):
    show(canvas, pen=(0.0, 0.0))
    for _ in range(5):
        canvas.controls["pen"].nudge(0, up)
        assert curve(canvas)[50] == pytest.approx(canvas.controls["pen"].value[1], abs=1e-6)


def test_a_press_far_away_draws_no_line_to_there(canvas):
    show(canvas, pen=(0.6, 1.4))  # it stood at the left end
    assert ((curve(canvas) != FIRST) == (np.abs(X - 0.6) < 0.011)).all()


def test_nor_does_a_press_while_it_plays():
    live = explore.approximate()
    browser = Browser(live)
    browser.got()
    for _ in range(3):  # the picture has no time to come to rest, but the pen stands still
        live.controls["train"].value += 1
        browser.got()
    live.controls["pen"].value = (-0.4, 1.4)
    browser.got()
    assert ((curve(live) != FIRST) == (np.abs(X + 0.4) < 0.011)).all()
    live.close()


def test_a_fast_stroke_leaves_no_gap():
    live = explore.approximate()
    browser = Browser(live)
    browser.got()
    for x in (-0.5, 0.2):  # far apart, but the picture has not come to rest in between
        live.controls["pen"].value = (x, 1.2)
        browser.got()
    drawn = curve(live)[(X > -0.49) & (X < 0.19)]
    assert drawn == pytest.approx(np.full(len(drawn), 1.2))
    live.close()


def test_the_keyboard_draws_without_gaps(canvas):
    pen = canvas.controls["pen"]
    before = curve(canvas)
    pen.value = (-0.5, 1.0)
    for _ in range(5):
        pen.nudge(1, 0)
    changed = curve(canvas) != before
    first, last = np.flatnonzero(changed)[[0, -1]]
    assert changed[first : last + 1].all()
    assert last - first >= 15


def test_reset_restores_the_first_curve_and_the_first_network(canvas):
    before = curve(canvas)
    words = canvas.summary
    show(canvas, pen=(0.3, 1.0))
    play(canvas, 3)
    canvas.reset()
    assert (curve(canvas) == before).all()
    assert canvas.summary == words


def test_the_fit_follows_a_curve_that_is_drawn_while_it_trains(canvas):
    play(canvas, 60)
    for x in np.arange(-0.6, 0.61, 0.1):
        show(canvas, pen=(x, 1.2 - abs(x)))
    broken = canvas.seen.error
    assert play(canvas, 120).error < 0.2 * broken


def test_the_goal_asks_for_a_curve_of_ones_own(canvas):
    assert play(canvas, 100).error < 0.05
    assert not any(canvas.goals.values())
    canvas.controls["train"].value = 0
    for x in np.arange(-1.0, 1.01, 0.1):
        show(canvas, pen=(x, 0.5 * x))
    assert not any(canvas.goals.values())
    play(canvas, 100)
    assert all(canvas.goals.values())


def test_triangles_mark_where_the_units_bend(canvas):
    assert len(marks(canvas)) == 16
    bent = WIDE[1:-1][np.abs(np.diff(network(canvas), n=2)) > 1e-4]
    assert len(bent) > 8
    assert all(np.abs(marks(canvas) - place).min() < 0.011 for place in bent)


def test_units_without_activation_have_no_bend_to_be_marked(canvas):
    (key,) = (text for text in canvas.figure.axes[0].texts if text.get_text().startswith("▲"))
    assert key.get_visible()
    show(canvas, activation="identity")
    assert len(marks(canvas)) == 0
    assert not key.get_visible()
    show(canvas, activation="tanh")
    assert len(marks(canvas)) == 16
    assert key.get_visible()


def test_the_students_network_is_the_one_that_learns():
    live = explore.approximate(run_lesson("04")["network"])
    reference = explore.approximate(
        lambda units, activation: MLP((1, 3, 1), rng=np.random.default_rng(1))
    )
    assert play(live, 60).error < play(reference, 60).error
    assert len(marks(reference)) <= 3
    for figure in (live, reference):
        figure.close()


def test_a_network_that_cannot_be_made_is_told_and_the_next_one_is_tried():
    def only_small_ones(units, activation):
        if units > 16:
            raise ValueError(f"{units} units are too many for me")
        return one_hidden_layer(units, activation)

    live = explore.approximate(only_small_ones)
    assert "17 units are too many for me" in show(live, units=17)
    assert show(live, units=8).startswith("8 relu units, not trained yet")
    live.close()
