"""The remedies of lesson 10: the same start for all, the digits dealt fairly, and the stored table,
of which some rows are run again.
"""

import numpy as np
import pytest

from helpers.remedies import MENUS, TYPICAL, Ends, Recipe, deal, measured, mistaken, network, trial
from tools.remedies import NAMES, STAGES


def test_a_deal_keeps_its_three_parts_apart_and_repeats_itself():
    one, other = deal(300, 0.2, seed=4), deal(300, 0.2, seed=4)
    for part, again in zip(one[:3], other[:3]):
        np.testing.assert_array_equal(part.X, again.X)
        np.testing.assert_array_equal(part.y, again.y)
    rows = np.concatenate([part.X for part in deal(1000, 0.0, seed=4)[:3]])
    assert len(rows) == 1797
    assert rows.max() == 1
    assert (deal(300, 0.2, seed=5).train.X != one.train.X).any()


def test_fewer_labels_are_the_first_of_more():
    few, many = deal(50, 0.2, seed=1).train, deal(1000, 0.2, seed=1).train
    np.testing.assert_array_equal(many.X[:50], few.X)
    np.testing.assert_array_equal(many.y[:50], few.y)


@pytest.mark.parametrize("labels", [50, 100, 300, 1000])
def test_just_the_share_of_training_labels_is_wrong_and_none_of_those_that_judge(labels):
    clean, wrong = deal(labels, 0.0, seed=2), deal(labels, 0.2, seed=2)
    assert np.mean(clean.train.y != wrong.train.y) == pytest.approx(0.2)
    np.testing.assert_array_equal(clean.val.y, wrong.val.y)
    np.testing.assert_array_equal(clean.test.y, wrong.test.y)
    assert np.mean(wrong.wrong != wrong.val.y) == pytest.approx(0.2)


def test_a_wrong_label_is_any_other_class():
    y = np.arange(10).repeat(300)
    given = mistaken(y, 0.4, np.random.default_rng(0))
    changed = given[given != y]
    assert len(changed) == 1200
    assert (np.bincount(changed) > 80).all()


def test_all_recipes_begin_with_the_same_weights():
    start = network(Recipe(), np.random.default_rng(3)).theta
    for recipe in TYPICAL.values():
        np.testing.assert_array_equal(network(recipe, np.random.default_rng(3)).theta, start)


def test_the_same_trial_ends_the_same():
    dealt, recipe = deal(60, 0.2, seed=0), Recipe(dropout=0.5, turn=15, noise=0.2)
    assert trial(recipe, dealt, 1, steps=40) == trial(recipe, dealt, 1, steps=40)


def test_early_stopping_ends_with_a_better_loss_than_the_last_epoch():
    dealt = deal(100, 0.2, seed=0)
    assert trial(Recipe(early=True), dealt, 0, 300).test_loss < trial(Recipe(), dealt, 0).test_loss


def test_smoothing_lowers_how_sure_the_network_is():
    dealt = deal(100, 0.0, seed=0)
    sure, soft = (trial(Recipe(smoothing=s), dealt, 0, steps=400) for s in (0.0, 0.4))
    assert soft.train == sure.train == 1.0
    assert soft.test_loss > sure.test_loss


@pytest.mark.parametrize(("labels", "wrong"), [(0, 0.2), (1001, 0.2), (300, 1.0), (300, -0.1)])
def test_a_deal_that_cannot_be_made_is_refused(labels, wrong):
    with pytest.raises(ValueError, match="labels must be|wrong must be"):
        deal(labels, wrong, seed=0)


def test_the_stored_table_holds_each_run_of_each_stage_once():
    expected = [
        (stage.labels, stage.wrong, stage.steps, remedy, setting, seed)
        for stage in STAGES
        for seed in range(stage.seeds)
        for remedy, setting, _ in stage.recipes()
    ]
    rows = measured()
    found = [tuple(row[name] for name in NAMES[:6]) for row in rows]
    assert sorted(map(str, found)) == sorted(
        str((float(n), w, float(s), r, float(p) if p.isdigit() else p, float(seed)))
        for n, w, s, r, p, seed in expected
    )
    for row in rows:
        assert all(0 <= row[name] <= 1 for name in Ends._fields[:4])


@pytest.mark.parametrize(
    ("remedy", "setting"), [("smaller rate", 1), ("L2", 3), ("augmentation", 3)]
)
def test_a_row_that_is_run_again_comes_out_as_it_is_stored(remedy, setting):
    ends = trial(MENUS[remedy][setting], deal(300, 0.2, seed=0), seed=0)
    (stored,) = [
        row
        for row in measured()
        if (row["labels"], row["wrong"], row["steps"], row["seed"]) == (300, 0.2, 1500, 0)
        and (row["remedy"], row["setting"]) == (remedy, setting)
    ]
    for name in Ends._fields[:4]:
        # another processor rounds otherwise, and 1,500 steps make more of it
        assert getattr(ends, name) == pytest.approx(stored[name], abs=0.03)
