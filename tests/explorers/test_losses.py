"""Lesson 02: what its six live figures compute, show and say."""

import numpy as np
import pytest

from helpers import losses
from helpers.explorers import losses as explore
from helpers.explorers.losses.divergence import OUTCOMES, Pair, bell
from helpers.explorers.losses.likelihood import BELL, PLACES, TENT, WAGES, Belief
from helpers.explorers.losses.line import Verdict, areas, points, through
from helpers.explorers.losses.rooms import BEST, LOSSES, ROOMS
from helpers.explorers.losses.softmax import answer
from helpers.explorers.losses.surface import MAP, heights, landscape
from helpers.explorers.losses.tail import (
    SCORES,
    VALUES,
    cross_entropy_slope,
    descend,
    squared_slope,
)


@pytest.fixture
def shown():
    """Open a figure for one test, and close it afterwards."""
    opened = []

    def show(figure, *arguments):
        opened.append(figure(*arguments))
        return opened[-1]

    yield show
    for live in opened:
        live.close()


def move(live, **values):
    """Set the controls, and read what is seen."""
    for name, value in values.items():
        live.controls[name].value = value
    return live.seen


# Line: what it computes


def area(polygon):
    """Of a polygon (n, 2), by the shoelace formula."""
    x, y = polygon.T
    return abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2


@pytest.mark.parametrize("far", [7.0, 14.0])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_shaded_areas_are_the_losses_and_stay_in_the_picture(loss, far):
    x, y = (np.array(part) for part in ROOMS)
    x[2], y[2] = far, 0.4
    found = Verdict(loss, x, y, np.array([2.5 / 8, 4.0]))
    polygons = areas(found)
    expected = LOSSES[loss].each(found.y_hat, y)
    assert [area(polygon) for polygon in polygons] == pytest.approx(expected)
    assert 0 <= polygons[..., 0].min() <= polygons[..., 0].max() <= 14


@pytest.mark.parametrize("slope", [0.8, -0.8])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_line_crosses_no_shaded_area(loss, slope):
    x, y = np.array([5.0, 6.0, 7.0]), np.array([6.0, 4.0, 5.5])  # with room to both sides
    theta = np.array([slope, 5.0 - 6.0 * slope])
    found = Verdict(loss, x, y, theta)
    for polygon, above in zip(areas(found), y > found.y_hat):
        over_line = polygon[:, 1] - (theta[0] * polygon[:, 0] + theta[1])
        assert (over_line if above else -over_line).min() > -1e-9


def test_the_line_goes_through_both_of_its_ends():
    slope, intercept = through((1.0, 2.0), (7.0, 5.0))
    assert slope * 1.0 + intercept == pytest.approx(2.0)
    assert slope * 7.0 + intercept == pytest.approx(5.0)


def test_no_line_is_below_the_lowest_loss():
    rng = np.random.default_rng(0)
    for loss in LOSSES:
        for theta in BEST[loss](*ROOMS) + rng.normal(0, 0.1, (50, 2)):
            found = Verdict(loss, *ROOMS, theta)
            assert found.errors[loss] >= found.lowest


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (np.arange(11.0), np.arange(11.0), "at most 10 points .* got 11"),
        ([1, 2, 3], [1, 2], r"\(3,\) and \(2,\)"),
        ([], [], r"\(0,\)"),
        ([1, 15], [1, 2], r"the point \(15, 2\)"),
        ([1, 2], [1, -3], r"the point \(2, -3\)"),
        ([1, 2], [1, np.nan], r"the point \(2, nan\)"),
    ],
)
def test_points_that_cannot_be_dragged_are_refused(x, y, said):
    with pytest.raises(ValueError, match=said):
        points(x, y)


# Line: what it shows


def test_the_squares_are_squares_on_the_screen(shown):
    live = shown(explore.line)
    live.frame()
    ax = live.figure.axes[0]
    (drawn,) = ax.collections
    for path in drawn.get_paths():
        width, height = np.ptp(ax.transData.transform(path.vertices), axis=0)
        assert width == pytest.approx(height, rel=1e-6)


def test_an_outlier_in_the_figure_takes_most_of_the_mse_and_less_of_the_mae(shown):
    live = shown(explore.line)
    assert move(live, point_8=(5.0, 0.5)).share == pytest.approx(0.70, abs=0.005)
    assert "the point at x = 5.0 makes 70 % of yours" in live.summary
    assert move(live, loss="MAE").share == pytest.approx(0.41, abs=0.005)


def test_points_on_the_line_are_all_met(shown):
    live = shown(explore.line, [1.0, 2.0, 3.0], [5.0, 5.0, 5.0])
    seen = move(live, left_end=(0.0, 5.0), right_end=(8.0, 5.0))
    assert seen.errors == {"MSE": 0, "MAE": 0, "Huber": 0}
    assert seen.share == 0
    assert "none is missed" in live.summary
    assert all(live.goals.values())


def test_a_cost_beyond_the_picture_is_marked_as_such(shown):
    live = shown(explore.line)
    costs, beyond = live.figure.axes[1].lines[-2:]
    assert (len(costs.get_xdata()), len(beyond.get_xdata())) == (8, 0)
    move(live, point_8=(13.0, 0.0))  # missed by 8: costs 65
    assert len(costs.get_xdata()) == 7
    assert beyond.get_ydata() == [20]


def test_the_best_line_is_reached_where_the_rooms_are(shown):
    live = shown(explore.line)
    assert move(live, left_end=(0.0, 1.2), right_end=(6.0, 8.0)).apart < 0.2  # but 0.6 at x = 14
    assert all(live.goals.values())


# Softmax


def test_a_temperature_divides_the_scores():
    z = np.array([2.0, 1.0, -1.0])
    found = answer(z, 0.5, "dog")
    assert found.p == pytest.approx(np.exp(2 * z) / np.exp(2 * z).sum())
    assert found.loss == pytest.approx(-np.log(found.p[1]))


def test_scores_of_ln_9_and_0_make_ninety_per_cent(shown):
    live = shown(explore.softmax)
    assert not any(live.goals.values())
    seen = move(live, cat=2.2, dog=0.0, bird=-10.0)
    assert seen.p["cat"] == pytest.approx(0.9, abs=0.001)
    assert seen.loss == pytest.approx(0.105, abs=0.0005)
    assert "cat 90.0 %, dog 10.0 %" in live.summary
    assert all(live.goals.values())
    assert move(live, truth="dog").loss == pytest.approx(2.305, abs=0.0005)  # 2.303 at ln 9 = 2.197


def test_the_slider_of_the_cat_alone_can_make_ninety_per_cent(shown):
    live = shown(explore.softmax)
    for score in (3.2, 3.3):
        assert not any(live.goals.values())
        move(live, cat=score)
    assert all(live.goals.values())


def test_adding_the_same_to_all_scores_changes_no_probability(shown):
    live = shown(explore.softmax)
    words, picture = live.summary, live.frame()
    move(live, add_to_all=5)
    assert live.summary == words
    assert (live.frame() != picture).any()


def test_a_cold_softmax_that_is_wrong_costs_more_than_the_picture_shows(shown):
    live = shown(explore.softmax)
    assert move(live, bird=10.0, temperature=0.1).loss == pytest.approx(80)
    assert "beyond the picture" in live.summary


# Divergence


def test_a_bell_is_a_distribution_as_high_as_its_top():
    p = bell((8.0, 0.3))
    assert p.sum() == pytest.approx(1)
    assert p[8] == p.max() == pytest.approx(0.3, rel=1e-4)
    assert (p * OUTCOMES).sum() == pytest.approx(8.0)


def test_the_terms_add_up_to_the_divergence_and_it_to_the_cross_entropy():
    found = Pair(bell((8.0, 0.3)), bell((11.0, 0.2)))
    assert found.terms.sum() == pytest.approx(found.divergences[0])
    surprises = [-found.p @ np.log(found.q), -found.q @ np.log(found.p)]
    assert found.cross_entropies == pytest.approx(surprises)


def test_divergence_is_zero_only_for_the_same_distribution_and_not_symmetric(shown):
    live = shown(explore.divergence)
    assert live.seen.forth == pytest.approx(1.15, abs=0.005)
    assert live.seen.back == pytest.approx(3.40, abs=0.005)
    assert move(live, q=live.controls["p"].value).forth == 0
    assert "p and q are the same" in live.summary


def test_bars_that_are_cut_are_named_and_marked(shown):
    live = shown(explore.divergence)
    marks = [ax.lines[-1] for ax in live.figure.axes[1:]]
    assert "Cut" not in live.summary
    assert [len(mark.get_xdata()) for mark in marks] == [0, 0]
    move(live, p=(6.0, 0.13), q=(14.0, 0.5))
    assert "the largest part (8.23) at outcome 4" in live.summary
    assert live.summary.endswith("Cut at 8: the bar of H(p, q).")
    assert [list(mark.get_xdata()) for mark in marks] == [[1, 2, 3, 4, 5, 6, 7], [0]]


def test_shifting_one_bell_makes_both_divergences_the_same(shown):
    live = shown(explore.divergence)
    assert not any(live.goals.values())
    move(live, p=(8.0, 0.3), q=(12.0, 0.3))
    assert all(live.goals.values())


# Tail


@pytest.mark.parametrize(
    ("slope", "name"), [(squared_slope, "squared error"), (cross_entropy_slope, "cross-entropy")]
)
def test_the_slopes_are_those_of_the_losses_that_are_drawn(slope, name):
    felt = np.gradient(VALUES[name], SCORES, edge_order=2)
    assert slope(SCORES) == pytest.approx(felt, abs=2e-3)


def test_a_descent_takes_steps_of_rate_one():
    found = descend("cross-entropy", cross_entropy_slope, -8.0, steps=2)
    first = -8.0 - cross_entropy_slope(-8.0)
    assert found.path == [-8.0, first, first - cross_entropy_slope(first)]
    assert found.first == cross_entropy_slope(-8.0)


def test_twelve_steps_leave_the_tail_with_cross_entropy_only(shown):
    live = shown(explore.tail)
    assert live.seen.ends["squared error"] == pytest.approx(-8.0, abs=0.05)
    assert live.seen.ends["cross-entropy"] == pytest.approx(1.3, abs=0.05)
    assert "Squared error: score −8.0, p 0.03 %, slope at the start −0.0007." in live.summary


def test_a_learners_slope_that_fails_is_said_and_the_figure_goes_on(shown):
    def from_zero_on(z):
        if np.ndim(z) == 0 and z < 0:
            raise RuntimeError("not yet written")
        return 0 * z

    live = shown(explore.tail, from_zero_on)
    assert "not yet written" in live.summary
    assert move(live, score=(2.0, 0.0)).ends["squared error"] == 2.0


@pytest.mark.parametrize(
    ("slope", "said"),
    [
        (lambda z: z * np.nan, "the slope of squared error is not a number"),
        (lambda z: z[..., None], r"got \(201, 1\)"),
        (lambda z: None, r"got \(\)"),
    ],
)
def test_a_slope_that_is_not_one_is_refused(slope, said):
    with pytest.raises(ValueError, match=said):
        descend("squared error", slope, -8.0, steps=2)


# Surface: what it computes


def capped(y_hat, y):
    return np.mean(np.minimum(np.abs(y_hat - y), 0.5))


@pytest.mark.parametrize("loss", [losses.mse, capped])
def test_the_height_of_a_line_is_its_loss(loss):
    x, y = ROOMS
    theta = np.array([[0.2, 6.0], [1.2, 1.0]])
    assert heights(loss, theta) == pytest.approx([loss(a * x + b, y) for a, b in theta])


@pytest.mark.parametrize("loss", LOSSES)
def test_the_lowest_place_of_a_landscape_is_the_best_line(loss):
    found = landscape(LOSSES[loss])
    assert found.place == pytest.approx(BEST[loss](*ROOMS), abs=2e-3)
    assert found.lowest <= found.heights.min()
    assert (found.heights <= found.near).mean() == pytest.approx(0.002, abs=1e-4)


def test_a_landscape_lies_over_the_whole_map():
    theta = landscape(losses.mse).theta
    (left, right), (bottom, top) = MAP
    assert theta[0, 0].tolist() == [left, bottom]
    assert theta[0, -1].tolist() == [right, bottom]
    assert theta[-1, -1].tolist() == [right, top]


def test_the_numbers_on_the_contours_have_one_digit_and_lie_within_the_landscape():
    found = landscape(losses.mse)
    assert len(found.levels) == 3
    for level in found.levels:
        assert found.heights.min() < level < found.heights.max()
        assert level == float(f"{level:.0e}")


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (lambda y_hat, y: np.nan, "not a number anywhere on this map"),
        (lambda y_hat, y: 0.0, "the same everywhere on this map"),
        (lambda y_hat, y: (y_hat - y) ** 2, r"one number, got an array of shape \(8,\)"),
        (lambda y_hat, y: None, "one number, got None"),
    ],
)
def test_a_learners_loss_that_has_no_landscape_is_refused(loss, said):
    with pytest.raises(ValueError, match=said):
        landscape(loss)


# Surface: what it shows


def star(live):
    (found,) = (line for line in live.figure.axes[0].lines if line.get_marker() == "*")
    return [*found.get_xdata(), *found.get_ydata()]


@pytest.mark.parametrize("loss", LOSSES)
def test_the_map_hides_the_best_line_until_one_is_near(shown, loss):
    live = shown(explore.surface)
    best = BEST[loss](*ROOMS)
    assert not move(live, loss=loss, theta=tuple(best + [0.3, 0.3])).found
    assert star(live) == []
    assert not any(live.goals.values())
    assert move(live, theta=tuple(best + [0.01, -0.03])).found
    assert star(live) == pytest.approx(best, abs=2e-3)
    assert all(live.goals.values())


def test_nobody_gets_below_the_lowest_place_of_the_capped_loss(shown):
    live = shown(explore.surface, capped)
    assert move(live, theta=(1.1, 1.3)).height == pytest.approx(0.24, abs=0.005)
    assert star(live) == pytest.approx([1.1, 1.3], abs=2e-3)
    assert "your loss 0.24. The star marks the lowest place: 0.24" in live.summary


def test_each_landscape_replaces_the_one_before_with_its_numbers(shown):
    live = shown(explore.surface)
    ax, drawn = live.figure.axes[0], {}
    for loss in ("MSE", "MAE", "Huber", "MSE", "MAE"):
        move(live, loss=loss)
        now = len(ax.collections), {text.get_text() for text in ax.texts}
        assert now[1]
        assert drawn.setdefault(loss, now) == now


def test_a_line_out_of_the_picture_is_said(shown):
    live = shown(explore.surface)
    assert "runs" not in live.summary
    move(live, theta=(-1.0, -4.0))
    assert "The line runs below the picture." in live.summary
    move(live, theta=(3.0, 8.0))
    assert "runs" not in live.summary  # it starts below the upper edge


def test_a_learners_loss_is_mapped_first(shown):
    live = shown(explore.surface, lambda y_hat, y: np.max(np.abs(y_hat - y)))
    assert "your loss" in live.summary


def test_a_learners_loss_may_fail_and_the_line_still_follows(shown):
    live = shown(explore.surface, lambda y_hat, y: np.nan)
    line = live.figure.axes[1].lines[1]
    assert "not a number anywhere on this map" in live.summary
    move(live, theta=(1.0, 2.0))
    assert list(line.get_ydata()) == [2.0, 8.0]
    assert move(live, loss="MSE", theta=(0.2, 6.0)).height == pytest.approx(6.03, abs=0.005)


# Likelihood


@pytest.mark.parametrize("power", [TENT, 1.3, BELL])
def test_the_density_has_an_area_of_one(power):
    y = np.linspace(-30, 40, 700_001)
    assert np.sum(Belief(5.0, power, WAGES).density(y)) * 1e-4 == pytest.approx(1, abs=1e-6)


def test_the_bell_is_the_normal_density_and_the_tent_is_laplaces():
    stats = pytest.importorskip("scipy.stats")
    y = np.linspace(0, 10, 41)
    normal = stats.norm(3.0, 1.5 / np.sqrt(2)).pdf(y)
    assert Belief(3.0, BELL, WAGES).density(y) == pytest.approx(normal)
    laplace = stats.laplace(3.0, 1.5).pdf(y)
    assert Belief(3.0, TENT, WAGES).density(y) == pytest.approx(laplace)


def test_least_surprise_is_at_the_mean_under_a_bell_and_at_the_median_under_a_tent():
    assert Belief(5.0, BELL, WAGES).best == pytest.approx(WAGES.mean(), abs=0.011)
    assert Belief(5.0, TENT, WAGES).best == pytest.approx(np.median(WAGES))


@pytest.mark.parametrize(("power", "loss"), [(BELL, losses.mse), (TENT, losses.mae)])
def test_the_surprise_is_the_loss_but_for_a_factor_and_a_constant(power, loss):
    totals = Belief(5.0, power, WAGES).totals
    plain = np.array([loss(np.full(WAGES.shape, c), WAGES) for c in PLACES])
    assert np.corrcoef(totals, plain)[0, 1] == pytest.approx(1)
    _, scaled = Belief(5.0, power, WAGES).loss
    assert scaled == pytest.approx(totals)


def test_the_likelihood_says_where_the_best_centre_is(shown):
    live = shown(explore.likelihood)
    assert move(live, centre=(3.3, 0.0)).total == pytest.approx(
        Belief(3.3, BELL, WAGES).totals.min()
    )
    assert "3.30, the mean" in live.summary
    assert move(live, power=1.0).best == pytest.approx(2.4)
    assert "2.40, the median" in live.summary
    move(live, power=1.5)
    assert "N ·" not in live.summary


@pytest.mark.parametrize("values", [[], [[1.0]], [1.0, 11.0], [-1.0]])
def test_the_likelihood_names_values_that_it_cannot_show(values):
    with pytest.raises(ValueError, match="from 0 to 10"):
        explore.likelihood(np.array(values))
