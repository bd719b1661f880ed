"""Lesson 00: what its two live figures compute, show and say."""

import numpy as np
import pytest

from helpers.explorers import start as explore
from helpers.explorers.start.blindfold import Curtain, Game, tangents
from helpers.explorers.start.hidden import CLOSE, WIDTH, hidden, play
from helpers.explorers.start.loop import TURNS, OneWeight

X, Y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([13.0, 22.0, 39.0, 50.0])


@pytest.fixture
def blindfold():
    live = explore.blindfold()
    yield live
    live.close()


def probe(live, *positions):
    live.controls["probes"].value = tuple((w, 3.0) for w in positions)


def won(live):
    (reached,) = live.goals.values()
    return reached


# The loop


def test_the_best_weight_is_that_of_least_squares():
    (least_squares,) = np.linalg.lstsq(X[:, None], Y, rcond=None)[0]
    assert OneWeight(X, Y).best == pytest.approx(least_squares)


def test_the_gradient_of_the_loop_is_the_one_felt_by_nudging():
    model, w, nudge = OneWeight(X, Y), 5.0, 1e-5
    felt = (model.loss(w + nudge) - model.loss(w - nudge)) / (2 * nudge)
    assert model.turn(w, lr=0.02).grad == pytest.approx(felt, rel=1e-6)


def test_each_turn_begins_where_the_step_before_led():
    turns = OneWeight(X, Y).turns(5.0, lr=0.02)
    assert len(turns) == TURNS + 1
    for before, after in zip(turns, turns[1:]):
        assert after.w == before.next_w == before.w - 0.02 * before.grad
        assert after.loss == before.next_loss < before.loss


def test_the_loop_shows_the_turn_that_was_asked_for():
    live = explore.loop(X, Y)
    turns = OneWeight(X, Y).turns(5.0, lr=0.02)
    for number in (0, 1, 7):
        live.controls["turn"].value = number
        assert live.seen.w == turns[number].w
        assert live.seen.next_w == turns[number].next_w
        assert f"Turn {number}: with w = {turns[number].w:.2f} the loss is" in live.summary
    live.close()


@pytest.mark.parametrize(
    ("w", "said"),
    [(20.0, "falls when w shrinks"), (5.0, "falls when w grows"), (12.0, "is as low as it gets")],
)
def test_the_loop_says_which_way_the_loss_falls(w, said):
    live = explore.loop([1, 2], [12, 24], w=w)
    assert said in live.summary
    live.close()


def test_examples_left_of_the_origin_are_in_the_picture():
    live = explore.loop([-2, 1], [-20, 11])
    for ax in live.figure.axes[:3]:
        assert ax.get_xlim()[0] < -2
        assert ax.get_ylim()[0] < -20
    live.close()


@pytest.mark.parametrize("lr", [1e6, 1e60])
def test_a_rate_far_too_high_is_survived_and_its_numbers_stay_short(lr):
    live = explore.loop(lr=lr)
    for turn in (0, TURNS):
        live.controls["turn"].value = turn
        live.frame()
        assert len(live.summary) < 250
    live.close()


def test_a_loss_beyond_all_numbers_is_said():
    live = explore.loop(lr=1e60)
    live.controls["turn"].value = TURNS
    assert "The rate lr is too high." in live.summary
    live.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"X": [1, 2, 3], "y": [1, 2]}, r"\(3,\) and \(2,\)"),
        ({"X": [], "y": []}, r"\(0,\)"),
        ({"X": [0, 0], "y": [1, 2]}, "other than 0"),
        ({"X": [1, np.nan], "y": [1, 2]}, "X must be finite, got nan"),
        ({"X": [1, 2], "y": [1, np.inf]}, "y must be finite, got inf"),
        ({"w": np.nan}, "w must be a finite number, got nan"),
        ({"lr": -0.1}, "lr must be ≥ 0, got -0.1"),
    ],
)
def test_the_loop_refuses_what_has_no_picture(arguments, said):
    with pytest.raises(ValueError, match=said):
        explore.loop(**arguments)


# The hidden landscapes


def test_on_every_landscape_the_lowest_point_lies_inside_and_is_in_the_picture():
    w = np.linspace(0, WIDTH, 501)
    for number in range(40):
        scene = play(4, number, lr=0.5)
        height = scene.height(w)
        assert 0 < height.min() <= height.max() < WIDTH
        assert scene.height(scene.lowest) == pytest.approx(height.min(), abs=0.01)
        assert 1 < scene.lowest < WIDTH - 1


def test_no_walk_starts_at_the_lowest_point():
    for number in range(40):
        assert play(4, number, lr=0.5).arrival(hidden(4, number)[1]) is None


def test_the_slope_of_a_landscape_is_the_one_felt_by_nudging():
    scene, nudge = play(4, 0, lr=0.5), 1e-5
    for w in (0.5, 3.0, 8.2):
        low, high = scene.height([w - nudge, w + nudge])
        assert scene.slope(w) == pytest.approx((high - low) / (2 * nudge), abs=1e-6)


def test_the_first_probe_that_is_close_enough_arrives():
    scene = play(4, 0, lr=0.5)
    near = scene.lowest + 0.9 * CLOSE
    assert scene.arrival(np.array([1.0, near, scene.lowest])) == 2
    assert scene.arrival(np.array([1.0, scene.lowest + 1.1 * CLOSE])) is None
    assert scene.arrival(np.array([])) is None


def test_strokes_are_tangents_equally_long_to_the_eye():
    scene, w = play(4, 0, lr=0.5), np.array([1.0, 4.0, 9.0])
    x, y = (part.reshape(3, 3) for part in tangents(scene, w))
    across, up = x[:, 1] - x[:, 0], y[:, 1] - y[:, 0]
    assert up / across == pytest.approx(scene.slope(w))
    assert np.hypot(across, 0.4 * up) == pytest.approx(0.6)


# The game


def test_a_game_is_won_only_with_fewer_probes_than_gradient_descent_needs():
    scene = play(4, 0, lr=0.5)
    assert scene.needed == 14
    for probes, ahead in ((13, True), (14, False)):
        yours = np.append(np.full(probes - 1, 1.0), scene.lowest)
        assert Game(scene, yours, steps=0).beats_descent is ahead
    assert not Game(scene, np.array([1.0]), steps=0).beats_descent


def test_finding_what_gradient_descent_never_finds_wins():
    scene = play(4, 0, lr=0.0)
    assert scene.needed is None
    assert Game(scene, np.array([scene.lowest]), steps=0).beats_descent


def test_who_has_looked_is_forgiven_when_a_game_begins_without_a_probe():
    curtain = Curtain()
    for lifted, probes, peeked in (
        (False, 1, False),
        (True, 1, True),
        (False, 1, True),
        (False, 2, True),
        (False, 0, False),
        (False, 1, False),
    ):
        curtain.look(lifted, probes)
        assert curtain.peeked is peeked


def test_a_probe_tells_its_height_and_its_slope(blindfold):
    scene = play(4, 0, lr=0.5)
    for w in (0.5, 3.0, 8.2):
        probe(blindfold, w)
        height, slope = scene.height(w)[0], scene.slope(w)[0]
        told = f"height {height:.2f} at {w:.2f}, slope {slope:.2f}".replace("-", "−")
        assert told in blindfold.summary


def test_the_goal_needs_the_lowest_point_and_fewer_probes(blindfold):
    probe(blindfold, 2.0, 9.0)
    assert blindfold.seen.arrived is None
    assert not won(blindfold)
    probe(blindfold, *np.linspace(1, 3, 13), 6.4)  # as many as gradient descent
    assert blindfold.seen.arrived == blindfold.seen.needed == 14
    assert not won(blindfold)
    probe(blindfold, *np.linspace(1, 3, 12), 6.4)
    assert won(blindfold)


def test_the_goal_is_not_reached_by_looking_under_the_curtain(blindfold):
    lift = blindfold.controls["lift_the_curtain"]
    lift.value = True
    probe(blindfold, 6.4)
    assert blindfold.seen.arrived == 1
    lift.value = False
    assert not won(blindfold)
    blindfold.reset()
    probe(blindfold, 6.4)
    assert won(blindfold)


def test_that_gradient_descent_arrived_is_said_once(blindfold):
    blindfold.controls["steps"].value = 20
    assert blindfold.summary.count("14") == 1
    probe(blindfold, 6.4)
    assert blindfold.summary.count("14") == 1


def test_a_find_says_how_near_it_is(blindfold):
    probe(blindfold, 6.26)
    assert f"Probe 1 found the lowest point, to within {CLOSE};" in blindfold.summary


def test_gradient_descent_finds_the_first_valley_with_its_fourteenth_probe(blindfold):
    blindfold.controls["steps"].value = 13
    assert "found" not in blindfold.summary
    blindfold.controls["steps"].value = 14
    assert blindfold.summary.endswith("it found the lowest point with probe 14.")


def test_gradient_descent_can_end_in_a_valley_that_is_not_the_lowest(blindfold):
    for _ in range(2):
        blindfold.controls["new_landscape"].click()
    blindfold.controls["steps"].value = 40
    assert blindfold.seen.needed is None
    assert "it rests in a valley that is not the lowest" in blindfold.summary


@pytest.mark.parametrize("steps", [1, 40])
def test_a_rate_too_high_leaves_the_landscape(steps):
    live = explore.blindfold(lr=20.0)
    live.controls["steps"].value = steps
    assert live.summary.endswith("it has left the landscape, for the rate is too high.")
    live.close()


@pytest.mark.parametrize(("lr", "seed", "said"), [(-0.1, 4, "-0.1"), (0.5, -1, "-1")])
def test_blindfold_refuses_a_negative_rate_and_a_negative_seed(lr, seed, said):
    with pytest.raises(ValueError, match=said):
        explore.blindfold(lr=lr, seed=seed)


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
    hidden_frame = blindfold.frame()
    blindfold.controls["lift_the_curtain"].value = True
    lifted = blindfold.frame()
    blindfold.controls["lift_the_curtain"].value = False
    assert (hidden_frame != lifted).any(axis=-1).mean() > 0.5
    np.testing.assert_array_equal(blindfold.frame(), hidden_frame)
