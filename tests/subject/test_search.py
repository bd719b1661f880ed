"""Searching: the same trials wherever they run, nothing that ended is lost, bad trials are kept."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from helpers.search import search
from helpers.spaces import Choice, Grid, Halving, Integer, LogUniform, Random, Uniform
from tests.support.objectives import DiesOnce, WaitsFor, bad, noisy, noisy_and_slow, trained
from tools.tracked import ROOT

SPACE = {"lr": LogUniform(1e-3, 10), "width": Integer(4, 64)}


def run(objective=noisy, budget=24, seed=0, space=SPACE, strategy=None, **options):
    rng = np.random.default_rng(seed)
    return search(objective, space, strategy or Random(), budget, rng, progress=False, **options)


def pool(method):
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method))


@pytest.fixture(scope="module")
def alone():
    return run()


def test_the_best_has_the_highest_value_and_all_are_in_order(alone):
    assert [trial.number for trial in alone.trials] == list(range(24))
    assert alone.best.value == max(trial.value for trial in alone.trials)
    assert str(alone).splitlines()[1].split()[0] == str(alone.best.number)


def test_each_trial_has_its_own_generator(alone):
    fewer = run(budget=24, space=SPACE)
    assert fewer.trials == alone.trials
    again = run(space={"lr": Choice(1.0), "width": Choice(4)})
    assert len({trial.value for trial in again.trials}) == 24


def test_another_seed_gives_other_trials(alone):
    assert all(a.value != b.value for a, b in zip(run(seed=1).trials, alone.trials))


def test_threads_give_the_same_trials_bit_for_bit(alone):
    with ThreadPoolExecutor(4) as executor:
        assert run(noisy_and_slow, executor=executor).trials == alone.trials


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_processes_give_the_same_trials_bit_for_bit(alone, method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system cannot begin processes by {method}")
    with pool(method) as executor:
        assert run(noisy_and_slow, executor=executor).trials == alone.trials


def test_halving_gives_the_best_more_epochs_and_is_the_same_in_threads():
    space, strategy = {"lr": Uniform(0, 2)}, Halving(most=27)
    serial = run(trained, 27, space=space, strategy=strategy)
    with ThreadPoolExecutor(3) as executor:
        assert run(trained, 27, space=space, strategy=strategy, executor=executor) == serial
    per_rung = [[t for t in serial.trials if t.epochs == epochs] for epochs in (1, 3, 9, 27)]
    assert [len(rung) for rung in per_rung] == [27, 9, 3, 1]
    for rung, following in zip(per_rung, per_rung[1:]):
        best = sorted(rung, key=lambda trial: -trial.value)[: len(following)]
        assert {trial.number for trial in best} == {trial.number for trial in following}
    assert serial.best == per_rung[-1][0]


def test_a_failed_trial_never_goes_on_to_the_next_rung():
    def fails(lr, epochs, rng):
        if lr < 1.5:
            raise ArithmeticError("no")
        return -lr

    found = run(fails, 9, space={"lr": Uniform(0, 2)}, strategy=Halving(most=9))
    assert all(trial.value is not None for trial in found.trials if trial.epochs > 1)


def test_bad_trials_are_kept_with_their_reason_and_the_others_go_on():
    found = run(bad, 8, space={"lr": Uniform(0, 1)}, strategy=Grid())
    reasons = [trial.reason for trial in found.trials]
    assert reasons[:2] == ["RuntimeError: no bread left"] * 2
    assert reasons[2:4] == ["diverged: the value is nan"] * 2
    assert reasons[4:6] == ["the objective returned 'high', and that is no number"] * 2
    assert found.best.config == {"lr": 0.9375} and not found.lost
    assert "no bread left" in str(found)


def test_a_search_without_any_value_says_why():
    with pytest.raises(ValueError, match="none of 2 trials has a value: RuntimeError: no bread"):
        assert run(bad, 2, space={"lr": Uniform(0, 0.1)}).best


def test_a_journal_is_not_run_again(tmp_path, alone):
    journal = tmp_path / "trials.jsonl"
    first = run(journal=journal)
    lines = journal.read_text().splitlines()
    assert first.trials == alone.trials and len(lines) == 24

    def must_not_run(lr, width, rng):
        raise AssertionError("it is in the journal")

    assert run(must_not_run, journal=journal).trials == alone.trials
    assert journal.read_text().splitlines() == lines


def test_half_a_last_line_is_cut_off(tmp_path, alone):
    journal = tmp_path / "trials.jsonl"
    run(journal=journal)
    whole = journal.read_text()
    for cut in (len(whole) - 20, len(whole) - 1, 30):
        journal.write_text(whole[:cut])
        assert run(journal=journal).trials == alone.trials
        numbers = [json.loads(line)["number"] for line in journal.read_text().splitlines()]
        assert sorted(numbers) == list(range(24))


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 1},
        {"space": {**SPACE, "lr": LogUniform(1e-3, 20)}},
        {"budget": 12},
        {"strategy": Grid(), "budget": 25},
    ],
)
def test_the_journal_of_another_search_is_refused_and_left_as_it_is(tmp_path, other):
    journal = tmp_path / "trials.jsonl"
    run(journal=journal)
    before = journal.read_text()
    with pytest.raises(ValueError, match="journal of another search"):
        run(journal=journal, **other)
    assert journal.read_text() == before


def test_a_grid_of_another_seed_is_another_search(tmp_path):
    journal = tmp_path / "trials.jsonl"
    run(journal=journal, strategy=Grid(), budget=25)
    with pytest.raises(ValueError, match="journal of another search"):
        run(journal=journal, strategy=Grid(), budget=25, seed=1)


def test_a_line_that_is_no_trial_is_named(tmp_path):
    journal = tmp_path / "trials.jsonl"
    run(journal=journal)
    lines = journal.read_text().splitlines()
    journal.write_text("\n".join([*lines[:3], "what is this", *lines[3:]]) + "\n")
    with pytest.raises(ValueError, match=r"line 4 of .*trials.jsonl is no trial"):
        run(journal=journal)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_broken_pool_loses_only_what_had_not_ended(tmp_path, alone):
    journal, objective = tmp_path / "trials.jsonl", DiesOnce(tmp_path / "died")
    with pool("fork") as executor:
        broken = run(objective, journal=journal, executor=executor)
    kept = journal.read_text().splitlines() if journal.exists() else []
    assert broken.lost and len(kept) + len(broken.lost) == 24
    assert "BrokenProcessPool" in broken.lost[0].reason
    with pool("fork") as executor:
        assert run(objective, journal=journal, executor=executor).trials == alone.trials


def test_a_trial_that_never_ends_is_given_up_and_the_others_are_kept(tmp_path, alone):
    journal, objective = tmp_path / "trials.jsonl", WaitsFor(tmp_path / "go")
    with ThreadPoolExecutor(24) as executor:
        found = run(objective, journal=journal, executor=executor, patience=1.0)
        objective.mark.touch()
    high = [trial.number for trial in alone.trials if trial.config["lr"] > 1]
    assert [trial.number for trial in found.lost] == high
    assert "no trial ended for 1 seconds" in found.lost[0].reason
    assert run(journal=journal).trials == alone.trials


SCRIPT = """
    import sys, time
    import numpy as np
    from helpers.search import search
    from helpers.spaces import Integer, LogUniform, Random
    from tests.support.objectives import noisy
    def slow(lr, width, rng):
        time.sleep(0.05)
        return noisy(lr, width, rng)
    space = {"lr": LogUniform(1e-3, 10), "width": Integer(4, 64)}
    search(slow, space, Random(), 24, np.random.default_rng(0), journal=sys.argv[1])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_kill_9_in_the_middle_and_called_again_equals_an_undisturbed_run(tmp_path, alone):
    journal = tmp_path / "trials.jsonl"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), str(journal)],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while not (journal.exists() and journal.read_text().count("\n") >= 3):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    before = journal.read_text().count("\n")
    assert 3 <= before < 24
    assert run(journal=journal).trials == alone.trials


@pytest.mark.parametrize(
    "objective",
    [lambda lr, rng: 0.0, lambda lr, wdth, rng: 0.0, lambda lr, width: 0.0, lambda: 0.0],
)
def test_an_objective_that_does_not_take_the_names_is_refused(objective):
    with pytest.raises(ValueError, match="called with lr, width, rng"):
        run(objective)


def test_halving_needs_an_objective_that_takes_epochs():
    with pytest.raises(ValueError, match="called with lr, width, rng, epochs"):
        run(noisy, strategy=Halving())


def test_an_objective_that_cannot_be_sent_is_refused_before_the_first_trial():
    with pool("spawn") as executor, pytest.raises(ValueError, match="cannot be sent"):
        run(lambda lr, width, rng: 0.0, executor=executor)


def test_an_objective_typed_into_a_cell_is_refused_under_spawn(monkeypatch):
    main = sys.modules["__main__"]
    monkeypatch.delattr(main, "__file__", raising=False)

    def typed(lr, width, rng):
        return 0.0

    typed.__module__, typed.__qualname__ = "__main__", "typed"
    monkeypatch.setattr(main, "typed", typed, raising=False)
    with pool("spawn") as executor, pytest.raises(ValueError, match="typed into a cell"):
        run(typed, executor=executor)


@pytest.mark.parametrize("kill", [False, True])
def test_a_cluster_gives_the_same_trials_and_loses_nothing_when_a_worker_is_killed(
    tmp_path, alone, kill
):
    distributed = pytest.importorskip("distributed")
    objective = DiesOnce(tmp_path / "died") if kill else noisy_and_slow
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert run(objective, executor=client.get_executor(pure=False)).trials == alone.trials
    assert not kill or objective.mark.exists()
