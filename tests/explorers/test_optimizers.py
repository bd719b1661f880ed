"""Lesson 06: what its three live figures compute, show and say, a learner's own rule included."""

import types
import warnings

import numpy as np
import pytest

from helpers.descent import descend, settle
from helpers.explorers import optimizers as explore
from helpers.explorers.optimizers.anatomy import dissect
from helpers.explorers.optimizers.convergence import (
    LOST,
    NOT_YET,
    best_pair,
    border,
    critical_rates,
    damping,
    steps_needed,
    walk,
)
from helpers.explorers.optimizers.race import Sliders
from helpers.explorers.optimizers.rules import KEEPS_VELOCITY, RULES, as_rule, with_memory
from helpers.explorers.optimizers.runs import (
    MEMORIES,
    RUNNERS,
    Results,
    Sweep,
    gap_quartiles,
    gaps,
    starts_on,
    sweep_rates,
    track_of,
)
from helpers.optim import SGD, Adam
from helpers.pictures import plots, style
from helpers.surfaces import bowl, himmelblau, saddle
from tests.support.figures import Browser, show


def momentum(theta, grad, memory, lr, beta=0.9):
    memory["v"] = beta * memory["v"] + grad
    return theta - lr * memory["v"]


def built(rule, lr, beta):
    """The optimizer of this name, whose velocity, if it has one, survives with a share of beta."""
    return with_memory(rule, lr, beta) if rule in KEEPS_VELOCITY else RULES[rule](lr)


@pytest.fixture
def anatomy():
    live = explore.anatomy()
    yield live
    live.close()


@pytest.fixture
def race():
    live = explore.race()
    yield live
    live.close()


@pytest.fixture
def convergence():
    live = explore.convergence()
    yield live
    live.close()


# ---- anatomy: what it computes


@pytest.mark.parametrize("rule", RULES)
def test_an_optimizer_as_a_rule_walks_as_the_optimizer_does(rule):
    found = dissect(as_rule(RULES[rule]), bowl(10), (-1.6, 0.9), lr=0.1, steps=30)
    path = descend(bowl(10), (-1.6, 0.9), RULES[rule](lr=0.1), 30)
    np.testing.assert_array_equal(found.path.points, path.points)


def test_an_optimizer_as_a_rule_steps_one_array_whatever_it_is_given():
    stepped = []

    class Noting(SGD):
        def step(self, theta, grad):
            stepped.append(theta)
            return super().step(theta, grad)

    dissect(as_rule(Noting), bowl(10), (1.0, 1.0), lr=0.1, steps=5)
    assert len(stepped) == 5
    assert all(theta is stepped[0] for theta in stepped)


@pytest.mark.parametrize("rule", RULES)
def test_every_memory_that_a_rule_is_said_to_keep_is_found(rule):
    found = dissect(as_rule(RULES[rule]), bowl(10), (-1.6, 0.9), lr=0.1, steps=3)
    has_velocity = rule in ("Momentum", "Nesterov", "Adam", "AdamW", "NAdam")
    has_squares = rule not in ("SGD", "Momentum", "Nesterov")
    assert np.isfinite(found.velocities).all() == has_velocity
    assert np.isfinite(found.squares).all() == has_squares


def test_a_rule_that_changes_its_memory_in_place_is_shown_as_it_was_at_each_step():
    def in_place(theta, grad, memory, lr):
        memory["v"] *= 0.9
        memory["v"] += grad
        return theta - lr * memory["v"]

    one, other = (dissect(rule, bowl(10), (1.0, 1.0), 0.1, 20) for rule in (in_place, momentum))
    np.testing.assert_array_equal(one.path.points, other.path.points)
    np.testing.assert_array_equal(one.velocities, other.velocities)


def test_a_rule_that_changes_the_gradient_in_place_is_shown_with_the_one_it_was_given():
    def clipping(theta, grad, memory, lr):
        np.clip(grad, -0.1, 0.1, out=grad)
        return theta - lr * grad

    found = dissect(clipping, bowl(10), (1.0, 1.0), 0.1, steps=1)
    assert found.grads[0] == pytest.approx([1.0, 10.0])


# ---- anatomy: the figure


@pytest.mark.parametrize("rule", RULES)
def test_anatomy_shows_the_step_that_the_optimizer_takes(anatomy, rule):
    show(anatomy, rule=rule, step=8, lr=0.1, beta=0.3)
    start = anatomy.controls["start"].value
    path = descend(bowl(20), start, built(rule, 0.1, 0.3), 8)
    assert anatomy.seen.step.change == pytest.approx(path.points[8] - path.points[7])
    assert anatomy.seen.step.loss == pytest.approx(path.losses[7])


def test_the_learners_memory_is_drawn_as_that_of_the_finished_rule(anatomy):
    mine = explore.anatomy(update=momentum)
    for step, beta in ((1, 0.5), (6, 0.5), (31, 0.8)):
        words = show(mine, step=step, beta=beta)
        finished = show(anatomy, rule="Momentum", step=step, beta=beta)
        assert words == finished.replace("Momentum", "your rule")
        np.testing.assert_array_equal(mine.frame(), anatomy.frame())
        arrow = mine.figure.axes[1].collections[1]
        drawn = np.ravel([arrow.U, arrow.V])
        change = mine.seen.step.change  # −α v
        assert drawn / np.linalg.norm(drawn) == pytest.approx(change / np.linalg.norm(change))
    mine.close()


def test_a_rule_without_memory_is_drawn_without_one(anatomy):
    forgetful = explore.anatomy(update=lambda theta, grad, memory, lr, beta: theta - lr * grad)
    show(forgetful, step=31)
    show(anatomy, rule="Momentum", step=31)
    assert np.isnan(forgetful.seen.step.velocity).all()
    assert (forgetful.frame() != anatomy.frame()).any()
    forgetful.close()


def test_the_ellipse_is_the_memory_of_squares_and_the_square_what_division_makes_of_it(anatomy):
    show(anatomy, rule="AdaGrad", step=1)
    _, memory, result = anatomy.figure.axes
    slope = bowl(20).gradient(anatomy.controls["start"].value)
    ellipse, square = memory.lines[-1].get_xydata(), result.lines[-1].get_xydata()
    assert ellipse.max(axis=0) == pytest.approx(abs(slope) / abs(slope).max(), rel=1e-3)
    step = result.collections[0]
    assert np.round([step.U[0], step.V[0]], 6).tolist() in square.tolist()  # its end is a corner
    assert abs(square).max() == abs(square).min() == pytest.approx(1)
    show(anatomy, rule="Momentum")
    assert not np.isfinite(memory.lines[-1].get_xydata()).any()


def test_adams_first_step_has_the_same_length_along_both_weights_from_every_start(anatomy):
    show(anatomy, rule="Adam", lr=0.1, step=1)
    for start in ((1.5, 0.2), (-0.3, -1.9), (0.01, 1.0)):
        show(anatomy, start=start)
        assert abs(anatomy.seen.step.change) == pytest.approx([0.1, 0.1], rel=1e-5)


def test_play_and_the_slider_are_the_same_step_and_nothing_else_advances_it(anatomy):
    def number(**values):
        show(anatomy, **values)
        seen = anatomy.seen.number
        assert anatomy.controls["step"].value == anatomy.controls["play"].value == seen
        return seen

    assert number(play=anatomy.controls["play"].value + 1) == 8
    assert number(lr=0.05) == 8
    assert number(step=41) == 41
    assert number(play=42) == 42
    assert number(play=anatomy.controls["play"].min) == 1
    assert number(step=anatomy.controls["step"].max) == 100
    assert anatomy.summary.startswith("Momentum, bowl, α = 0.05, β = 0.50, step 100: ")


def test_the_last_step_says_that_it_is_the_last_and_how_to_go_on(anatomy):
    assert "press stop, then play" not in show(anatomy, play=99)
    assert show(anatomy, play=100).endswith("press stop, then play, to see them again.")


def test_choosing_a_surface_takes_rate_and_start_to_where_plain_descent_does_not_diverge(anatomy):
    starts = set()
    for surface in anatomy.controls["surface"].options:
        words = show(anatomy, rule="SGD", surface=surface, step=100)
        assert anatomy.seen.diverged_at == -1
        assert surface in words
        starts.add(anatomy.controls["start"].value)
    assert len(starts) == 6


def test_a_descent_that_diverges_is_said_with_its_step(anatomy):
    words = show(anatomy, surface="Rosenbrock", lr=0.1, step=100)
    assert anatomy.seen.diverged_at > 0
    assert f"the descent diverged at step {anatomy.seen.diverged_at}" in words


def test_a_rule_that_returns_nan_is_said_with_the_step_and_one_that_raises_with_its_line():
    slips = {"allowed": True}

    def rule(theta, grad, memory, lr, beta):
        if slips["allowed"]:
            return theta * np.nan
        raise ZeroDivisionError("my mistake")

    live = explore.anatomy(update=rule)
    show(live, step=1)
    assert "diverged at step 1" in live.summary
    slips["allowed"] = False
    words = show(live, start=(0.7, 0.7))
    assert "ZeroDivisionError: my mistake" in words
    assert 'raise ZeroDivisionError("my mistake")' in words
    assert "my mistake" not in show(live, rule="Adam")
    slips["allowed"] = True
    assert "diverged at step 1" in show(live, rule="your rule", start=(0.5, 0.5))
    live.close()


def test_himmelblau_from_the_learners_rule_follows_the_learners_rule():
    live = explore.anatomy(update=momentum)
    show(live, surface="Himmelblau", step=51)
    start, lr = live.controls["start"].value, live.controls["lr"].value
    path = descend(himmelblau(), start, SGD(lr, 0.5), 50)
    assert live.seen.step.loss == pytest.approx(path.losses[50])
    live.close()


def test_at_first_sight_momentum_is_where_plain_descent_is_not(anatomy):
    """The velocity points along the valley, the gradient across; twenty steps leave far less."""
    assert abs(anatomy.seen.step.velocity[0]) > 2 * abs(anatomy.seen.step.grad[0])
    assert abs(anatomy.seen.step.velocity[1]) < 0.5 * abs(anatomy.seen.step.grad[1])
    show(anatomy, step=21)
    left = anatomy.seen.step.loss
    show(anatomy, rule="SGD")
    assert anatomy.seen.step.loss > 1_000 * left


def test_beta_is_the_learners_too_and_what_a_rule_without_velocity_does_not_ask_for(anatomy):
    mine = explore.anatomy(update=lambda theta, grad, memory, lr, beta: theta - beta)
    show(mine, beta=0.25)
    assert mine.seen.step.change == pytest.approx([-0.25, -0.25])
    mine.close()
    before = show(anatomy, rule="RMSProp")
    assert show(anatomy, beta=0.8) == before
    assert "β" not in before


# ---- the race: what it computes


def test_the_gap_is_the_loss_above_the_lowest_one():
    start = (0.5, 0.3)  # the saddle's lowest losses are not 0
    gap = gaps(saddle(), "SGD", 0.1, start)
    path = descend(saddle(), start, SGD(0.1), 100)
    lowest = saddle().value(saddle().minima).min()
    assert gap == pytest.approx(np.maximum(path.losses - lowest, 1e-300))
    assert lowest != 0


def test_the_gap_of_a_descent_that_diverged_is_infinite():
    gap = gaps(bowl(50), "SGD", np.array([[0.01], [1.0]]), np.ones((2, 2)))
    assert np.isfinite(gap[:, 0]).all()
    assert np.isinf(gap[-1, 1])


def test_the_median_over_starts_may_be_infinite_but_is_never_no_number():
    low, median, high = gap_quartiles(bowl(50), "SGD", 0.0401)  # the border is 0.04
    assert (low <= median).all() and (median <= high).all()
    assert np.isinf(gap_quartiles(bowl(50), "SGD", 1.0)[1][-1])


def test_the_best_of_a_sweep_ends_lowest_and_of_what_the_picture_cannot_tell_apart_is_the_fastest():
    curves = np.array([[9.0] * 4, [9.0, 3.0, 1e-3, np.inf], [1.0, 1e-9, 1e-12, np.inf]])
    sweep = Sweep(np.array([0.01, 0.1, 1.0, 10.0]), curves, memory=0.9)
    assert (sweep.best(lowest=1e-8), sweep.best(lowest=1e-15), sweep.best(lowest=2.0)) == (2, 2, 2)
    slower = sweep._replace(curves=curves[:, [0, 2, 1, 3]])
    assert (slower.best(lowest=1e-8), slower.best(lowest=1e-15)) == (1, 1)
    assert sweep.score(lowest=1e-8)[0] == 1e-8


@pytest.mark.parametrize("angle", [0, 45])
def test_the_best_rate_of_plain_descent_is_the_one_of_theory(angle):
    sweep = sweep_rates(track_of("bowl", angle), "SGD")
    best = sweep.rates[sweep.best(lowest=1e-8)]
    assert 0.8 * 2 / 51 < best < 2 / 50


def test_a_sweep_is_coarse_while_something_moves_unless_the_fine_one_is_known():
    results, track = Results(), track_of("bowl")
    for runner in ("SGD", "Momentum"):
        assert len(results.sweep(track, runner, tuned=True, moving=True).rates) == 25
        fine = results.sweep(track, runner, tuned=True, moving=False)
        assert len(fine.rates) == 49
        assert results.sweep(track, runner, tuned=True, moving=True) is fine


def test_the_memory_of_a_tuned_sweep_is_near_that_of_theory_and_otherwise_the_customary_one():
    track = track_of("bowl", 30)
    _, beta = best_pair(50, nesterov=False)
    assert sweep_rates(track, "Momentum", tuned=True).memory == pytest.approx(beta, abs=0.02)
    assert sweep_rates(track, "Momentum").memory == 0.9
    assert sweep_rates(track, "RMSProp").memory == 0.99


@pytest.mark.parametrize("runner", MEMORIES)
def test_the_customary_memory_is_that_of_the_lessons_rules(runner):
    customary = gaps(bowl(50), runner, 0.01, (1.0, 1.0))
    assert (customary == gaps(bowl(50), runner, 0.01, (1.0, 1.0), MEMORIES[runner][0])).all()
    path = descend(bowl(50), (1.0, 1.0), RULES[runner](0.01), 100)
    assert customary == pytest.approx(np.maximum(path.losses, 1e-300))


# ---- the race: whose hand moved a slider


def sliders():
    """Sliders and their controls, which begin at the shared rate."""
    controls = {name: types.SimpleNamespace(value=0.01) for name in RUNNERS}
    controls |= {name: types.SimpleNamespace(value=None) for name in ("runners", "best_rates")}
    return Sliders(controls), controls, dict.fromkeys(RUNNERS, 0.01)


def test_the_last_three_places_of_a_slider_are_echoes_and_an_older_one_is_a_move():
    made, controls, rates = sliders()
    for place in (0.1, 1.0, 10.0):
        made.rates(rates | {"Adam": place}, {}, hold=False, moving=False)
    for place in (0.1, 1.0, 10.0):
        assert made.admit(("SGD",), rates | {"Adam": place * 1.001}) == ("SGD",)
    assert made.admit(("SGD",), rates | {"Adam": 0.05}) == ("SGD", "Adam")
    assert controls["runners"].value == ("SGD", "Adam")


def test_best_rates_set_the_sliders_when_the_picture_rests():
    made, controls, rates = sliders()
    assert made.rates(rates, {"SGD": 0.03}, hold=True, moving=True)["SGD"] == 0.03
    assert controls["SGD"].value == 0.01
    assert made.rates(rates, {"SGD": 0.03}, hold=True, moving=False)["SGD"] == 0.03
    assert controls["SGD"].value == 0.03
    assert controls["best_rates"].value is None  # nobody let go


# ---- the race: the figure


def at_their_best(live):
    """The sliders of the runners, which must stand at the best rates."""
    assert live.controls["best_rates"].value is True
    for name, run in live.seen.runs.items():
        assert run.lr == run.best == pytest.approx(live.controls[name].value, rel=5e-3), name
    return {name: live.controls[name].value for name in live.seen.runs}


def echo(live, name, value=None):
    """The browser repeats the place of its slider, a power of ten that is off in the last digit."""
    exponent = np.log10(value or live.controls[name].value)
    live.controls[name].value = 10 ** (exponent + 4e-16)


def test_the_race_tells_the_median_over_64_starts_and_names_the_lowest_first(race):
    show(race, best_memories=False, runners=("SGD", "Adam"))
    words = show(race, angle=30, SGD=0.02, Adam=0.3)
    starts = np.random.default_rng(0).uniform(-2, 2, (64, 2))
    for name, make, lr in (("SGD", SGD, 0.02), ("Adam", Adam, 0.3)):
        losses = np.sort(descend(bowl(50, 30), starts, make(lr), 100).losses[-10:].max(axis=0))
        assert race.seen.runs[name].median == pytest.approx(losses[32])
    medians = [race.seen.runs[name].median for name in race.seen.order]
    assert medians == sorted(medians)
    first, second = race.seen.order
    assert words.index(f" {first} ") < words.index(f" {second} ")


def test_who_swings_is_held_to_the_worst_of_ten_steps_and_not_to_a_lucky_one():
    _, median, _ = gap_quartiles(bowl(50, 30), "Momentum", 0.00562)
    plain = np.median(gaps(bowl(50, 30), "Momentum", 0.00562, starts_on(bowl(50, 30), 64)), axis=1)
    assert plain[-1] < 1e-5 < 1e-4 < median[-1]
    later = median[20:]
    assert (np.diff(np.log10(later)) < 0.1).all()  # no ripples


def test_every_line_has_its_name_at_its_end_and_no_two_names_overlap(race):
    def named():
        """The names that are seen, from the lowest to the highest, and their heights in pixels."""
        ax = race.figure.axes[1]
        seen = sorted(
            (t for t in ax.texts if t.get_visible()), key=lambda text: text.get_position()[1]
        )
        heights = [ax.transData.transform(text.get_position())[1] for text in seen]
        return [text.get_text() for text in seen], np.array(heights), ax.bbox

    for values in ({}, {"angle": 30}, {"runners": RUNNERS}, {"best_memories": False}):
        show(race, **values)
        names, heights, box = named()
        assert names == race.seen.order
        assert (np.diff(heights) > 14).all()  # a line of text
        assert box.y0 < heights.min() and heights.max() < box.y1
    show(race, runners=("Adam",))
    assert named()[0] == ["Adam"]
    show(race, runners=())
    assert named()[0] == []


def test_the_start_moves_the_paths_and_not_the_medians(race):
    before = race.seen.runs
    path = race.figure.axes[0].lines[1].get_xydata().copy()
    show(race, start=(0.5, -1.0))
    for name, run in race.seen.runs.items():
        assert run.median == before[name].median
        assert run.best == before[name].best
    assert (race.figure.axes[0].lines[1].get_xydata() != path).any()


def test_a_start_outside_of_the_surface_that_is_chosen_comes_back_into_the_picture(race):
    show(race, surface="Himmelblau", start=(5.0, 5.0))
    show(race, surface="bowl")
    assert race.controls["start"].value == (2.0, 2.0)
    assert all(0 <= share <= 1 for share in race.controls["start"].position())


def test_best_rates_hold_the_best_while_the_bowl_turns_and_a_moved_slider_lets_go(race):
    for angle in (0, 30, 77):
        show(race, best_rates=True, angle=angle)
        assert all(run.lr == run.best for run in race.seen.runs.values())
    show(race, Adam=0.05)
    assert race.controls["best_rates"].value is False
    assert race.seen.runs["Adam"].lr == 0.05


def test_what_the_browser_repeats_late_and_rounded_does_not_let_go_of_the_best_rates(race):
    show(race, runners=("SGD", "Momentum", "RMSProp", "Adam"), best_memories=False)
    first = at_their_best(race)
    for name in first:
        echo(race, name)
        at_their_best(race)
    show(race, angle=30)
    second = at_their_best(race)
    assert second["Adam"] > 2 * first["Adam"]
    for name in first:
        echo(race, name, first[name])  # where the slider was before the bowl was turned
        assert at_their_best(race) == pytest.approx(second)


def test_best_rates_are_held_while_runners_angle_and_surface_change_before_a_browser(race):
    browser = Browser(race)
    for name, value in [
        ("best_rates", True),
        ("runners", RUNNERS),
        *[("angle", angle) for angle in (3, 9, 16, 24, 30)],
        ("surface", "Rosenbrock"),
        ("surface", "saddle"),
    ]:
        before = {runner: race.controls[runner].value for runner in RUNNERS}
        race.controls[name].value = value  # the frame that moves is on the wire
        if name == "angle":  # the sliders follow when it rests
            assert {runner: race.controls[runner].value for runner in RUNNERS} == before
            continue
        browser.got()
        browser.say("rest", got=browser.last["frame"])
        for runner in RUNNERS:
            echo(race, runner)
            echo(race, runner, before[runner])
        browser.got()
        browser.say("rest", got=browser.last["frame"])
        at_their_best(race)
    assert len(race.seen.runs) == 6


def test_a_runner_that_was_sent_off_is_not_called_back_by_the_browsers_rounding(race):
    show(race, best_rates=True, runners=("SGD", "Adam"))
    echo(race, "RMSProp")
    echo(race, "Momentum", 0.01)
    assert set(race.seen.runs) == {"SGD", "Adam"}


def test_a_sweep_that_is_known_stays_fine_while_the_start_is_dragged(race):
    browser = Browser(race)
    browser.got()
    race.controls["start"].value = (0.3, 0.3)
    assert len(race.figure.axes[2].lines[0].get_xdata()) == 49


def test_the_sweep_is_coarse_while_the_bowl_turns_and_fine_when_it_rests(race):
    sweep, browser = race.figure.axes[2], Browser(race)
    browser.got()
    race.controls["angle"].value = 20
    assert len(sweep.lines[0].get_xdata()) == 25
    browser.say("rest", got=browser.last["frame"])
    assert len(sweep.lines[0].get_xdata()) == 49


def test_plain_descent_wins_no_race_against_nobody(race):
    (goal,) = race.goals
    for runners in (("SGD",), ("SGD", "Adam", "RMSProp")):
        show(race, runners=runners, Adam=0.0001, RMSProp=0.0001)
        assert race.seen.order[0] == "SGD"
        assert race.goals == {goal: False}
    show(race, runners=("SGD", "Momentum", "Adam", "RMSProp"), Momentum=1.0)
    assert race.goals == {goal: True}


def test_turning_the_bowl_takes_the_lead_from_those_with_a_rate_for_each_weight(race):
    show(race, runners=RUNNERS)
    assert set(race.seen.order[:2]) == {"AdaGrad", "RMSProp"}
    show(race, angle=30)
    assert set(race.seen.order[:2]) == {"Momentum", "Nesterov"}
    assert race.seen.order[2] == "Adam"
    assert all(race.seen.runs[name].median > 1e-4 for name in race.seen.order[3:])


def test_with_the_customary_memories_nobody_but_the_first_is_far_ahead_of_plain_descent(race):
    show(race, best_memories=False, angle=30, runners=("SGD", "Momentum", "AdaGrad", "Adam"))
    medians = [run.median for run in race.seen.runs.values()]
    assert max(medians) < 3 * min(medians)


def test_who_is_not_in_the_race_enters_it_by_the_slider(race):
    assert "RMSProp" not in race.seen.runs
    assert "RMSProp" in show(race, RMSProp=0.5)
    assert "RMSProp" in race.controls["runners"].value
    assert "RMSProp" not in show(race, runners=("SGD",))


def test_without_runners_the_race_says_what_to_do(race):
    assert show(race, runners=()) == "Nobody runs: choose one or more runners."
    assert race.seen.order == []


def test_plain_descent_can_win(race):
    show(race, surface="Himmelblau", best_rates=True)
    assert race.seen.order[0] == "SGD"


def test_a_gap_is_said_as_far_as_the_picture_shows_it(race):
    words = show(race, runners=("SGD", "RMSProp"), SGD=100.0, RMSProp=0.0316)
    assert "SGD diverged at" in words
    assert "RMSProp below 1·10⁻⁸ at" in words


# ---- rate against momentum: what it computes


@pytest.mark.parametrize("nesterov", [False, True])
def test_nothing_converges_beyond_the_border_of_theory_and_all_does_well_within_it(nesterov):
    steps = steps_needed(4.0, nesterov, size=256)
    beta = (np.arange(256) + 0.5) / 256
    rates, limit = beta * 4.2, border(beta, nesterov)[:, None]
    beyond = rates > limit
    assert (steps[beyond] >= NOT_YET).all()
    assert (steps[rates > 1.2 * limit] == LOST).all()
    within = (rates < 0.9 * limit) & (rates > 0.6) & (beta[:, None] < 0.8)
    assert (steps[within] < NOT_YET).all()


def test_a_walk_has_converged_where_it_stays_close():
    for rate, beta in ((1.9, 0.2), (0.8, 0.6), (2.6, 0.4)):
        found = walk(20.0, False, rate, beta)
        assert (found.distances[found.converged_at :] < 0.01).all()
        assert found.distances[found.converged_at - 1] >= 0.01


def test_a_walk_that_is_late_or_lost_has_converged_at_no_step():
    assert walk(20.0, False, 0.05, 0.1).converged_at == np.inf
    lost = walk(20.0, False, 3.0, 0.1)
    assert lost.converged_at == np.inf
    assert lost.diverged_at > 0


def test_a_pixel_is_the_walk_of_its_pair():
    for rate, beta in ((1.9, 0.2), (0.8, 0.6), (2.6, 0.4)):
        found = walk(20.0, False, rate, beta)
        optimizer = SGD(rate / 20.0, beta)
        coarse = settle(bowl(20.0), [[1.0, 1.0]], optimizer, 200).steps[0]  # looks at each fifth
        assert found.converged_at <= coarse < found.converged_at + 5


@pytest.mark.parametrize(("nesterov", "condition"), [(False, 100), (True, 100), (False, 10)])
def test_the_star_is_hardly_slower_than_the_fastest_pair(nesterov, condition):
    needed = walk(condition, nesterov, *best_pair(condition, nesterov)).converged_at
    n = np.arange(1, 100)
    rates, momenta = n[:, None, None] / 24 / condition, n[None, :, None] / 100
    grid = SGD(rates, momenta, nesterov)
    ends = settle(bowl(condition), np.ones((99, 99, 2)), grid, 200, every=1)
    assert needed < 1.6 * ends.steps[ends.where >= 0].min()


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9, 1.1, 1.9])
@pytest.mark.parametrize("beta", [0.0, 0.2, 0.5, 0.8])
def test_a_direction_is_said_to_move_as_the_roots_of_its_quadratic_say(nesterov, rate, beta):
    middle, last = (1 + beta - rate, beta)
    if nesterov:
        middle, last = (1 + beta) * (1 - rate), beta * (1 - rate)
    larger = max(np.roots([1, -middle, last]), key=abs)
    way = "rings" if abs(larger.imag) > 1e-9 else "creeps" if larger.real >= 0 else "flips"
    assert damping(rate, beta, nesterov) == way


@pytest.mark.parametrize("condition", [4.0, 20.0, 500.0])
def test_at_the_star_of_the_heavy_ball_both_ends_are_critically_damped(condition):
    rate, beta = best_pair(condition, nesterov=False)
    assert critical_rates(beta, condition) == pytest.approx((rate, rate))
    for own, ways in ((rate / condition, ("creeps", "rings")), (rate, ("rings", "flips"))):
        assert tuple(damping(own * nudge, beta, False) for nudge in (0.99, 1.01)) == ways


# ---- rate against momentum: the figure


def pixels(live):
    """Of the map: momenta by rates, in colours."""
    return live.figure.axes[0].images[0].get_array()


def test_the_map_is_green_where_the_steps_are_counted_and_shows_both_ends_otherwise(convergence):
    show(convergence, condition=4.0)
    steps, colors = steps_needed(4.0, False, 256), pixels(convergence).astype(int)
    green = (colors[..., 1] > colors[..., 0]) & (colors[..., 1] > colors[..., 2])
    assert green[steps < 150].all()
    assert not green[steps >= NOT_YET].any()
    assert len(np.unique(colors[steps == LOST], axis=0)) == 1
    assert len(np.unique(colors[steps == NOT_YET], axis=0)) == 1


@pytest.mark.parametrize("method", ["heavy ball", "Nesterov"])
def test_border_and_star_are_drawn_where_theory_has_them(convergence, method):
    show(convergence, method=method, condition=100.0)
    line, star = convergence.figure.axes[0].lines[:2]
    rates, momenta = line.get_data()
    assert rates == pytest.approx(border(momenta, method == "Nesterov"))
    assert star.get_xydata()[0] == pytest.approx(best_pair(100.0, method == "Nesterov"))


def test_the_goal_of_the_map_is_beyond_the_star_and_can_be_reached(convergence):
    (goal,) = convergence.goals
    show(convergence, at=best_pair(convergence.controls["condition"].value, False))
    assert convergence.seen.steps == 18
    show(convergence, condition=1.0, at=(1.0, 0.0))
    assert convergence.seen.steps < 10
    assert convergence.goals == {goal: False}
    convergence.reset()
    show(convergence, at=(2.65, 0.45))
    assert convergence.goals == {goal: True}


def test_the_map_says_what_diverges_what_arrives_and_what_is_late(convergence):
    words = show(convergence, at=(3.0, 0.1))
    assert f"diverges: at step {convergence.seen.diverged_at} it is lost" in words
    words = show(convergence, at=(2.0, 0.3))
    assert f"is there for good after {convergence.seen.steps} steps" in words
    assert "is not there after 200 steps" in show(convergence, at=(0.05, 0.1))
    assert convergence.seen.steps == np.inf


def test_the_map_tells_the_rate_that_theory_allows(convergence):
    show(convergence, at=(1.0, 0.1), method="Nesterov")
    assert convergence.seen.allowed == pytest.approx(2 * 1.1 / 1.2)


def test_the_map_is_rough_while_the_bowl_changes_and_fine_when_it_rests(convergence):
    browser = Browser(convergence)
    browser.got()
    convergence.controls["condition"].value = 50
    assert pixels(convergence).shape[:2] == (80, 80)
    browser.say("rest", got=browser.last["frame"])
    assert pixels(convergence).shape[:2] == (256, 256)


def test_the_map_stays_fine_while_only_the_cross_hair_is_dragged(convergence):
    browser = Browser(convergence)
    browser.got()
    convergence.controls["at"].value = (1.0, 0.5)
    assert pixels(convergence).shape[:2] == (256, 256)


# ---- both


@pytest.mark.parametrize("explorer", [explore.race, explore.convergence])
def test_a_change_is_computed_once_although_there_is_a_goal(explorer, monkeypatch):
    live, computed = explorer(), []
    assert live.goals
    update = live._computing.update

    def counted(*values, **how):
        computed.append(1)
        return update(*values, **how)

    counted.tells_moving = True
    monkeypatch.setattr(live._computing, "update", counted)
    live.controls["start" if "start" in live.controls else "at"].value = (0.5, 0.5)
    assert len(computed) == 1
    live.close()


def test_a_path_is_drawn_in_the_style_of_its_optimizer():
    _, ax = plots.figure()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = plots.descent(ax, [(0, 0), (1, 1)], **style.OPTIMIZERS["Nesterov"])
    assert (path.get_linestyle(), path.get_marker(), path.get_color()) == ("--", "o", style.ORANGE)


def test_every_rule_has_a_look_of_its_own_in_the_pictures():
    assert set(RULES) <= set(style.OPTIMIZERS)
    looks = [tuple(sorted(style.OPTIMIZERS[name].items())) for name in RULES]
    assert len(set(looks)) == len(looks)
