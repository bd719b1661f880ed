"""Lesson 00: the numbers it prints, and its two live figures."""

import importlib

import numpy as np
import pytest

from tests.support.lessons import run_lesson

start = importlib.import_module("helpers.explorers.start.blindfold")

GOAL = "Under the curtain, reach the lowest point in fewer probes than gradient descent"


@pytest.fixture
def blindfold():
    live = start.blindfold()
    yield live
    live.close()


def probe(live, *positions):
    live.controls["probes"].value = tuple((w, 3.0) for w in positions)


def test_the_loop_of_the_lesson_arrives_where_least_squares_does():
    lesson = run_lesson("00")
    least_squares = np.linalg.lstsq(lesson["X"][:, None], lesson["y"], rcond=None)[0][0]
    assert lesson["exact"] == pytest.approx(least_squares)
    assert lesson["w"] == pytest.approx(least_squares, abs=3e-4)


def test_the_gradient_of_the_lesson_is_the_one_felt_by_nudging():
    lesson = run_lesson("00")
    assert lesson["worked_out"] == pytest.approx(lesson["felt"], rel=1e-6)


def test_halving_beats_gradient_descent_in_the_game_played_in_the_lesson():
    played = run_lesson("00")["played"]
    assert (
        "Probe 5 found the lowest point; gradient descent with lr 0.5 needs 14." in played.summary
    )
    assert played.goals == {GOAL: True}


def test_the_loop_explorer_takes_the_steps_of_the_lesson():
    lesson = run_lesson("00")
    live = start.loop(lesson["X"], lesson["y"])
    for turn in (0, 1, 7):
        live.controls["turn"].value = turn
        w, after = lesson["path"][turn : turn + 2]
        assert live.summary.startswith(
            f"Turn {turn}: with w = {w:.2f} the loss is {lesson['loss'](w):.2f}."
        )
        assert f"takes w to {after:.2f}" in live.summary
    live.close()


def test_the_loop_explorer_says_which_way_the_loss_falls():
    above, below = start.loop(w=20.0), start.loop(w=5.0)
    assert "falls when w shrinks" in above.summary
    assert "falls when w grows" in below.summary
    above.close()
    below.close()


def test_the_loop_explorer_names_shapes_that_do_not_match():
    with pytest.raises(ValueError, match=r"\(3,\) and \(2,\)"):
        start.loop([1, 2, 3], [1, 2])


def test_a_probe_tells_the_height_and_a_slope_that_nudging_confirms(blindfold):
    scene = start._scene(4, 0, start.SGD(lr=0.5))
    nudge = 1e-5
    for w in (0.5, 3.0, 8.2):
        probe(blindfold, w)
        low, height, high = start._height(scene, [w - nudge, w, w + nudge])
        told = f"height {height:.2f} at {w:.2f}, slope {(high - low) / (2 * nudge):.2f}".replace(
            "-", "−"
        )
        assert told in blindfold.summary


def test_the_goal_needs_the_lowest_point_and_fewer_probes(blindfold):
    probe(blindfold, 2.0, 9.0)
    assert "found" not in blindfold.summary
    assert blindfold.goals == {GOAL: False}
    probe(blindfold, *np.linspace(1, 3, 13), 6.4)  # the fourteenth: no better than gradient descent
    assert (
        "Probe 14 found the lowest point; gradient descent with lr 0.5 needs 14."
        in blindfold.summary
    )
    assert blindfold.goals == {GOAL: False}
    probe(blindfold, *np.linspace(1, 3, 12), 6.4)
    assert blindfold.goals == {GOAL: True}


def test_the_goal_is_not_reached_by_looking_under_the_curtain(blindfold):
    lift = blindfold.controls["lift_the_curtain"]
    lift.value = True
    probe(blindfold, 6.4)
    assert "Probe 1 found the lowest point" in blindfold.summary
    lift.value = False
    assert blindfold.goals == {GOAL: False}
    blindfold.reset()
    probe(blindfold, 6.4)
    assert blindfold.goals == {GOAL: True}


def test_that_gradient_descent_arrived_is_said_once(blindfold):
    blindfold.controls["steps"].value = 20
    assert blindfold.summary.count("14") == 1
    probe(blindfold, 6.4)
    assert blindfold.summary.count("14") == 1


def test_gradient_descent_finds_the_first_valley_with_its_fourteenth_probe(blindfold):
    blindfold.controls["steps"].value = 13
    assert "found" not in blindfold.summary
    blindfold.controls["steps"].value = 14
    assert blindfold.summary.endswith("it found the lowest point with probe 14.")


def test_gradient_descent_can_end_in_a_valley_that_is_not_the_lowest(blindfold):
    for _ in range(2):
        blindfold.controls["new_landscape"].click()
    blindfold.controls["steps"].value = 40
    assert "it rests in a valley that is not the lowest" in blindfold.summary


def test_a_rate_too_high_leaves_the_landscape():
    live = start.blindfold(lr=20.0)
    for steps in (1, 40):
        live.controls["steps"].value = steps
        assert live.summary.endswith("it has left the landscape, for the rate is too high.")
    live.close()


def test_a_negative_rate_is_refused():
    with pytest.raises(ValueError, match="-0.1"):
        start.blindfold(lr=-0.1)


def test_a_new_landscape_starts_afresh_and_reset_brings_the_first_one_back(blindfold):
    first = blindfold.summary
    probe(blindfold, 4.0)
    blindfold.controls["steps"].value = 7
    blindfold.controls["new_landscape"].click()
    assert blindfold.controls["probes"].value == ()
    assert blindfold.controls["steps"].value == 0
    assert blindfold.summary.startswith("Start of both")
    assert blindfold.summary != first
    blindfold.reset()
    assert blindfold.summary == first


def test_the_curtain_hides_the_landscape_until_it_is_lifted(blindfold):
    hidden = blindfold.frame()
    blindfold.controls["lift_the_curtain"].value = True
    lifted = blindfold.frame()
    blindfold.controls["lift_the_curtain"].value = False
    assert (hidden != lifted).any(axis=-1).mean() > 0.5
    np.testing.assert_array_equal(blindfold.frame(), hidden)


def test_on_every_landscape_the_lowest_point_lies_inside_and_is_seen():
    x = np.linspace(0, start.WIDTH, 501)
    for number in range(40):
        scene = start._scene(4, number, start.SGD(lr=0.5))
        heights = start._height(scene, x)
        assert 0 < heights.min() <= heights.max() < start.WIDTH
        assert start._height(scene, scene.lowest) == pytest.approx(heights.min(), abs=0.01)
        assert 1 < scene.lowest < start.WIDTH - 1
        assert start._arrival(scene.lowest, scene.walk[:1]) is None
