"""fit(): PyTorch's θ after 200 steps, stopping in every way, memory that stays flat, errors in words."""

import tracemalloc

import numpy as np
import pytest

from helpers.data import train_val_test_split
from helpers.datasets import load_digits, make_moons
from helpers.losses import binary_cross_entropy, cross_entropy, mse
from helpers.metrics import accuracy
from helpers.module import Module
from helpers.nn import MLP, Linear, Sequential, tanh
from helpers.optim import SGD, Adam
from helpers.schedules import ReduceOnPlateau
from helpers.training import Diverged, EarlyStopping, fit
from tests.support.reference import reference

TORCH = reference("networks")


@pytest.fixture
def moons():
    rng = np.random.default_rng(0)
    X, y = make_moons(300, noise=0.2, rng=rng)[:2]
    return train_val_test_split(X, y, rng=rng)


def run(
    train, val=None, *, model=None, loss=cross_entropy, optimizer=None, epochs=3, seed=0, **options
):
    rng = np.random.default_rng(seed)
    model = model or MLP((2, 8, 2), rng=rng)
    options = {"epochs": epochs, "batch_size": 20, "rng": rng, "progress": False, **options}
    return model, fit(model, loss, optimizer or Adam(0.01), train, val, **options)


def test_200_steps_of_adam_on_digits_match_pytorch():
    digits, reference = load_digits(), TORCH["200 steps of Adam"]
    X, y, optimizer = digits.X / 16, digits.y, Adam(0.003)
    model = MLP((64, 16, 10), rng=np.random.default_rng(0), dtype=np.float64)
    model.theta[:] = np.sin(np.arange(model.size) + 1) / 4
    for step in range(200):
        rows = np.arange(32 * step, 32 * (step + 1)) % len(X)
        model.zero_grad()
        loss = cross_entropy(model(X[rows]), y[rows])
        loss.backward()
        optimizer.step(model.theta, model.grad)
    np.testing.assert_allclose(model.theta, reference["theta"], rtol=0, atol=1e-8)
    assert loss.item() == pytest.approx(reference["loss"], abs=1e-8)


def test_digits_that_were_never_looked_at_are_read_96_times_in_100():
    digits, rng = load_digits(), np.random.default_rng(0)
    split = train_val_test_split(digits.X / 16, digits.y, rng=rng)
    model = MLP((64, 128, 10), rng=rng)
    options = {
        "epochs": 100,
        "batch_size": 32,
        "early_stopping": EarlyStopping(patience=15),
        "progress": False,
    }
    history = fit(
        model,
        cross_entropy,
        Adam(0.003),
        split.train,
        split.val,
        rng=rng,
        metrics=[accuracy],
        **options,
    )
    assert history.curves["accuracy"][history.best_epoch - 1] == accuracy(
        model(split.val.X).data, split.val.y
    )
    assert accuracy(model(split.test.X).data, split.test.y) > 0.96
    assert history.best_epoch < len(history.loss) < 100


def test_history_holds_each_epoch_and_each_step(moons):
    model, history = run(moons.train, moons.val, metrics=[accuracy])
    assert len(history.loss) == len(history.val_loss) == len(history.curves["accuracy"]) == 3
    assert len(history.step_losses) == 3 * 9
    assert history.loss[0] == pytest.approx(np.mean(history.step_losses[:9]))
    assert history.val_loss[-1] == pytest.approx(
        cross_entropy(model(moons.val.X).data, moons.val.y)
    )
    assert history.curves["accuracy"][-1] == accuracy(model(moons.val.X).data, moons.val.y)
    assert list(history.curves) == ["loss", "val_loss", "accuracy"]
    assert history.stopped == "all 3 epochs done" and history.best_epoch is None


def test_a_short_last_batch_counts_for_less(moons):
    X, y = moons.train.X[:25], moons.train.y[:25]
    _, history = run((X, y), epochs=1)
    assert history.loss[0] == pytest.approx(
        (20 * history.step_losses[0] + 5 * history.step_losses[1]) / 25
    )


def test_without_a_validation_part_metrics_are_of_the_training_part(moons):
    model, history = run(moons.train, metrics=[accuracy])
    assert list(history.curves) == ["loss", "accuracy"]
    assert history.curves["accuracy"][-1] == accuracy(model(moons.train.X).data, moons.train.y)


def test_the_same_rng_gives_the_same_run(moons):
    assert run(moons.train)[1] == run(moons.train)[1] != run(moons.train, seed=1)[1]


def test_a_model_is_in_training_while_it_learns_and_not_while_it_is_measured(moons):
    seen = []
    rng = np.random.default_rng(0)
    model = Sequential(lambda x: seen.append((model.training, len(x))) or x, Linear(2, 2, rng=rng))
    run(moons.train, moons.val, model=model, epochs=1)
    assert seen == [(True, 20)] * 9 + [(False, 60)]
    assert not model.training


def test_early_stopping_brings_back_the_best_weights(moons):
    early = EarlyStopping(patience=3)
    noisy = Adam(0.3)
    model, history = run(moons.train, moons.val, optimizer=noisy, epochs=100, early_stopping=early)
    best = int(np.argmin(history.val_loss))
    assert history.best_epoch == best + 1 and len(history.loss) == best + 4
    assert cross_entropy(model(moons.val.X).data, moons.val.y) == pytest.approx(
        min(history.val_loss)
    )
    assert (
        history.stopped
        == f"stopped early at epoch {best + 4}: no better validation loss for 3 epochs"
    )


def test_early_stopping_brings_back_running_averages_too(moons):
    class Last(Module):
        """Passes x on, and remembers in training how often it was called."""

        def __init__(self):
            (self.calls,) = self.buffers = (np.zeros(()),)
            super().__init__()

        def forward(self, x):
            self.calls += self.training
            return x

    last = Last()
    model = Sequential(last, MLP((2, 8, 2), rng=np.random.default_rng(0)))
    options = {"optimizer": Adam(0.3), "epochs": 100, "early_stopping": EarlyStopping(patience=3)}
    _, history = run(moons.train, moons.val, model=model, **options)
    assert last.calls == 9 * history.best_epoch < len(history.step_losses)


def test_the_best_weights_come_back_when_the_epochs_run_out_too(moons):
    model, history = run(
        moons.train, moons.val, optimizer=Adam(0.3), epochs=8, early_stopping=EarlyStopping(100)
    )
    assert cross_entropy(model(moons.val.X).data, moons.val.y) == pytest.approx(
        min(history.val_loss)
    )


def test_early_stopping_asks_for_an_improvement_of_min_delta():
    early, theta = EarlyStopping(patience=2, min_delta=0.5), np.zeros(1)
    assert [early.watch(loss, theta) for loss in (3.0, 2.8, 2.0, 1.9, 1.8)] == [
        False,
        False,
        False,
        False,
        True,
    ]
    assert (early.best, early.best_epoch) == (2.0, 3)


def test_early_stopping_is_ready_for_another_run(moons):
    early = EarlyStopping(patience=2)
    first = run(moons.train, moons.val, early_stopping=early)[1]
    assert run(moons.train, moons.val, early_stopping=early)[1] == first


def test_a_schedule_counts_the_steps_of_this_run_and_leaves_the_rate_as_it_was(moons):
    asked, optimizer = [], SGD(0.5)
    model = MLP((2, 8, 2), rng=np.random.default_rng(0))
    how = {"model": model, "optimizer": optimizer, "epochs": 2}
    for _ in range(2):
        run(moons.train, schedule=lambda t: asked.append(t) or 0.0, **how)
    assert asked == [*range(18), *range(18)]
    assert optimizer.lr == 0.5 and optimizer.t == 36


def test_a_rate_of_zero_moves_nothing(moons):
    model = MLP((2, 8, 2), rng=np.random.default_rng(0))
    before = model.theta.tolist()
    run(moons.train, model=model, optimizer=SGD(0.0))
    assert model.theta.tolist() == before


def test_clipping_bounds_each_step(moons):
    lengths, rng = [], np.random.default_rng(0)
    model = MLP((2, 8, 2), rng=rng)

    class Watched(SGD):
        def step(self, theta, grad):
            lengths.append(np.linalg.norm(grad))
            super().step(theta, grad)

    run(moons.train, model=model, optimizer=Watched(0.1), clip_norm=0.05)
    assert max(lengths) == pytest.approx(0.05, rel=1e-3)


def test_regression_trains_with_another_loss():
    X = np.linspace(-1, 1, 100)[:, None]
    line = {"model": MLP((1, 1), rng=np.random.default_rng(0)), "optimizer": SGD(0.2)}
    _, history = run((X, 2 * X + 1), loss=mse, epochs=60, **line)
    assert history.loss[-1] < 1e-6


# ── interrupted, diverged ────────────────────────────────────────────────────────────────────────────────────────────


def interrupting(step, error=KeyboardInterrupt):
    class Interrupted(Adam):
        def step(self, theta, grad):
            if self.t == step:
                raise error
            super().step(theta, grad)

    return Interrupted(0.01)


def test_an_interrupt_keeps_the_history_and_a_usable_model(moons):
    model, history = run(moons.train, moons.val, optimizer=interrupting(12), epochs=50)
    assert history.stopped == "interrupted in epoch 2, after 13 steps"
    assert len(history.loss) == len(history.val_loss) == 1 and len(history.step_losses) == 13
    assert np.isfinite(model(moons.val.X).data).all() and not model.training
    model, history = run(moons.train, moons.val, model=model, epochs=1)
    assert history.stopped == "all 1 epochs done"


def test_an_interrupt_brings_back_the_best_weights(moons):
    model, history = run(
        moons.train,
        moons.val,
        optimizer=interrupting(40),
        epochs=50,
        early_stopping=EarlyStopping(),
    )
    assert cross_entropy(model(moons.val.X).data, moons.val.y) == pytest.approx(
        min(history.val_loss)
    )


def test_any_other_error_is_passed_on_and_the_rate_restored(moons):
    optimizer = interrupting(5, ZeroDivisionError)
    with pytest.raises(ZeroDivisionError):
        run(moons.train, optimizer=optimizer, schedule=lambda t: 0.1)
    assert optimizer.lr == 0.01


def test_a_loss_that_is_no_number_stops_with_step_layer_and_advice(moons):
    with pytest.raises(Diverged) as caught:
        run(
            moons.train,
            optimizer=SGD(1e25),
            model=MLP((2, 8, 8, 2), rng=np.random.default_rng(0)),
            epochs=20,
        )
    history = caught.value.history
    message = str(caught.value)
    assert f"at step {len(history.step_losses)}" in message and not np.isfinite(
        history.step_losses[-1]
    )
    assert "of layer 2, Linear(8, 8) broke first" in message
    assert "Try a smaller lr (now 1e+25), clip_norm=1.0" in message
    assert history.stopped == message


def test_weights_that_are_no_numbers_are_named(moons):
    model = MLP((2, 8, 8, 2), rng=np.random.default_rng(0))
    model.parameters()[4].data[0] = np.inf
    with pytest.raises(
        Diverged, match=r"at step 1, where the weights of layer 3, Linear\(8, 2\) broke first"
    ):
        run(moons.train, model=model)


def test_data_that_are_no_numbers_are_named(moons):
    X = moons.train.X.copy()
    X[:] = np.nan
    with pytest.raises(Diverged, match="the loss became nan at step 1: X itself holds nan or inf"):
        run((X, moons.train.y))
    regression = {"model": MLP((2, 1), rng=np.random.default_rng(0)), "loss": mse}
    with pytest.raises(Diverged, match="the loss became nan at step 1: y itself holds nan or inf"):
        run((moons.train.X, X[:, :1]), **regression)
    with pytest.raises(
        Diverged, match="the validation loss became nan after step 9: X itself holds nan"
    ):
        run((moons.train.X, np.zeros((180, 1))), (X, np.zeros((180, 1))), **regression)


def test_a_loss_that_overflows_though_no_output_does_blames_no_layer():
    model = MLP((1, 1), rng=np.random.default_rng(0))
    model.theta = 1e30
    with pytest.raises(Diverged, match="where the loss itself, of finite outputs, broke first"):
        run((np.ones((4, 1)), np.zeros((4, 1))), model=model, loss=mse)


@pytest.mark.parametrize("validated", [False, True])
def test_a_run_that_diverges_in_its_very_last_step_is_no_success(moons, validated):
    X, y = moons.train.X, 1e3 * moons.train.X[:, :1]
    model, options = (
        MLP((2, 8, 1), rng=np.random.default_rng(0)),
        {"epochs": 1, "batch_size": len(X)},
    )
    with pytest.raises(
        Diverged, match=r"after step 1, where the weights of layer 1, Linear\(2, 8\) broke first"
    ):
        run(
            (X, y),
            (X, y) if validated else None,
            model=model,
            loss=mse,
            optimizer=SGD(1e38),
            **options,
        )


def test_early_stopping_does_not_wait_for_a_validation_loss_that_is_no_number(moons):
    val = (np.where(moons.val.X > 1, np.nan, moons.val.X), moons.val.y)
    with pytest.raises(Diverged, match="the validation loss became nan after step 9") as caught:
        run(moons.train, val, epochs=50, early_stopping=EarlyStopping(3), metrics=[accuracy])
    assert len(caught.value.history.step_losses) == 9


def test_an_optimizer_that_trains_a_second_model_begins_afresh(moons):
    optimizer = Adam(0.05)
    first, _ = run(moons.train, optimizer=optimizer)
    fresh = run(moons.train, optimizer=Adam(0.05))[1]
    assert run(moons.train, optimizer=optimizer)[1] == fresh
    assert optimizer.t == 27
    run(moons.train, model=first, optimizer=optimizer)
    assert optimizer.t == 54  # the first one goes on where it was


def test_metrics_of_yes_or_no_follow_a_network_of_one_output(moons):
    model = MLP((2, 16, 1), rng=np.random.default_rng(0))
    part = (moons.train.X, moons.train.y[:, None])
    _, history = run(part, model=model, loss=binary_cross_entropy, metrics=[accuracy], epochs=20)
    assert history.curves["accuracy"][-1] == np.mean((model(part[0]).data > 0) == part[1]) > 0.8


def test_a_whole_dataset_is_a_part_too():
    digits = load_digits()
    _, history = run(digits, model=MLP((64, 10), rng=np.random.default_rng(0)), epochs=1)
    assert history.stopped == "all 1 epochs done"


def test_a_diverged_run_with_early_stopping_keeps_the_best_weights(moons):
    model = MLP((2, 8, 2), rng=np.random.default_rng(0))
    with pytest.raises(Diverged):
        schedule = {False: 0.1, True: 1e30}
        options = {"schedule": lambda t: schedule[t > 30], "early_stopping": EarlyStopping()}
        run(moons.train, moons.val, model=model, optimizer=SGD(0.1), epochs=20, **options)
    assert np.isfinite(model.theta).all() and np.abs(model.theta).max() < 10


# ── memory, progress, words ──────────────────────────────────────────────────────────────────────────────────────────


def test_memory_stays_flat_over_10_000_steps(moons):
    model, optimizer = MLP((2, 8, 2), rng=np.random.default_rng(0)), Adam()
    X, y = moons.train.X[:8].astype(np.float32), moons.train.y[:8]

    def steps(n):
        for _ in range(n):
            model.zero_grad()
            loss = cross_entropy(model(X), y)
            loss.backward()
            optimizer.step(model.theta, model.grad)

    steps(10)
    tracemalloc.start()
    try:
        steps(10)
        before, _ = tracemalloc.get_traced_memory()
        steps(10_000)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 4_000 and peak - before < 60_000


def test_progress_shows_epochs_and_losses(moons, capsys):
    rng = np.random.default_rng(0)
    options = {"epochs": 3, "batch_size": 20, "rng": rng}
    fit(MLP((2, 8, 2), rng=rng), cross_entropy, Adam(), moons.train, moons.val, **options)
    shown = capsys.readouterr().err
    assert "3/3" in shown and "val_loss=" in shown
    run(moons.train)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "options, message",
    [
        ({"epochs": -1}, "epochs must be ≥ 0, got -1"),
        (
            {"model": Sequential(tanh)},
            r"Sequential\(tanh\) has no weights to train: hand its layers to super",
        ),
        ({"early_stopping": EarlyStopping()}, "give fit a val part"),
        ({"val": (np.zeros((0, 2)), np.zeros(0))}, r"there are no examples: X has shape \(0, 2\)"),
        ({"val": (np.zeros((3, 2)), np.zeros(4))}, "3.*4|4.*3"),
    ],
)
def test_what_cannot_be_trained_is_named(moons, options, message):
    with pytest.raises(ValueError, match=message):
        run(moons.train, **options)


@pytest.mark.parametrize(
    "options", [{"patience": 0}, {"patience": np.nan}, {"min_delta": -1}, {"min_delta": np.nan}]
)
def test_early_stopping_refuses_numbers_out_of_range(options):
    with pytest.raises(ValueError, match="patience must be ≥ 1 and min_delta ≥ 0"):
        EarlyStopping(**options)


def test_fit_reports_each_epoch_to_reduce_on_plateau():
    rng = np.random.default_rng(0)
    train, val = make_moons(64, noise=0.1, rng=rng), make_moons(32, noise=0.1, rng=rng)
    schedule = ReduceOnPlateau(
        1e-9, factor=0.5, patience=1
    )  # too small to move anything: the loss never falls
    fit_quietly = dict(epochs=5, batch_size=32, rng=rng, progress=False)
    history = fit(
        MLP((2, 4, 2), rng=rng),
        cross_entropy,
        SGD(1.0),
        train,
        val,
        schedule=schedule,
        **fit_quietly,
    )
    assert schedule.lr == 1e-9 / 4 and schedule.best == min(history.val_loss)
