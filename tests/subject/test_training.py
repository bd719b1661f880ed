"""fit(): PyTorch's θ after 200 steps, each way to stop, memory that stays flat, errors in words."""

import copy
import importlib
import multiprocessing
import pickle
import pkgutil
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
import pytest

import helpers
from helpers import losses
from helpers.autograd import Tensor
from helpers.data import train_val_test_split
from helpers.datasets import load_digits, make_moons
from helpers.exercises import Wrong
from helpers.losses import binary_cross_entropy, cross_entropy, mse
from helpers.marking.exercise import Verdict
from helpers.metrics import accuracy, f1, precision
from helpers.module import Module
from helpers.nn import MLP, BatchNorm, Dropout, Linear, Sequential, tanh
from helpers.optim import SGD, Adam
from helpers.schedules import ReduceOnPlateau, constant, warmup
from helpers.trainability import Cancelled
from helpers.training import Diverged, EarlyStopping, History, fit
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


def test_an_optimizers_own_rate_is_back_after_a_run_with_a_schedule(moons):
    schedule = constant(0.25)
    optimizer = SGD(schedule)
    run(moons.train, optimizer=optimizer, schedule=constant(0.1))
    assert optimizer.lr is schedule


# ── curves and metrics ───────────────────────────────────────────────────────────────────────────


def test_a_run_without_a_validation_part_says_that_it_has_no_validation_loss(moons):
    _, history = run(moons.train, metrics=[accuracy])
    with pytest.raises(
        ValueError, match="no validation part, only the curves loss, accuracy; give"
    ):
        history.val_loss  # noqa: B018


def test_every_curve_is_there_before_the_first_epoch_is_over(moons):
    how = {"metrics": [accuracy], "optimizer": interrupting(2)}
    _, history = run(moons.train, moons.val, **how)
    assert history.curves == {"loss": [], "val_loss": [], "accuracy": []}
    assert history.val_loss == []


def test_metrics_may_be_given_names(moons):
    metrics = {
        "macro": partial(f1, average="macro"),
        "binary": partial(f1, average="binary"),
        "share of ones": lambda y_hat, y: y.mean(),
    }
    model, history = run(moons.train, moons.val, metrics=metrics)
    assert list(history.curves) == ["loss", "val_loss", "macro", "binary", "share of ones"]
    y_hat, y = model(moons.val.X).data, moons.val.y
    assert history.curves["macro"][-1] == f1(y_hat, y, average="macro")
    assert history.curves["binary"][-1] == f1(y_hat, y, average="binary")
    assert history.curves["share of ones"] == [y.mean()] * 3


def test_losses_and_partials_and_objects_are_metrics_too(moons):
    class Half:
        def __call__(self, y_hat, y):
            return 0.5

    X, y = moons.train.X, moons.train.X[:, :1]
    model = MLP((2, 1), rng=np.random.default_rng(0))
    metrics = [losses.mae, partial(losses.mse), Half()]
    _, history = run((X, y), model=model, loss=mse, metrics=metrics)
    assert list(history.curves) == ["loss", "MAE", "MSE", "Half"]
    assert history.curves["MAE"][-1] == losses.mae(model(X).data, y)


def loss(y_hat, y):
    return 1.0


@pytest.mark.parametrize(
    "metrics, name",
    [
        ([partial(f1, average="macro"), partial(f1, average="binary")], "f1"),
        ([lambda y_hat, y: 1.0, lambda y_hat, y: 2.0], "<lambda>"),
        ([loss], "loss"),
        ({"val_loss": accuracy}, "val_loss"),
    ],
)
def test_two_curves_of_one_name_are_refused(moons, metrics, name):
    with pytest.raises(ValueError, match=f"two curves would be called '{name}'.*metrics={{'my own"):
        run(moons.train, metrics=metrics)


@pytest.mark.parametrize(
    "metrics, message",
    [
        (accuracy, r"metrics must be a list or a dictionary, got <function accuracy.*\[metric\]"),
        (["accuracy"], r"a metric must be a function of \(y_hat, y\), got 'accuracy'"),
        ({"accuracy": 0.9}, r"a metric must be a function of \(y_hat, y\), got 0.9"),
    ],
)
def test_what_is_no_metric_is_refused_before_the_first_step(moons, metrics, message):
    model = MLP((2, 8, 2), rng=np.random.default_rng(0))
    before = model.theta.tolist()
    with pytest.raises(TypeError, match=message):
        run(moons.train, model=model, metrics=metrics)
    assert model.theta.tolist() == before


@pytest.mark.parametrize(
    "metric, returned", [(partial(precision, average=None), r"array\("), (lambda *_: None, "None")]
)
def test_a_metric_that_returns_no_number_is_named(moons, metric, returned):
    with pytest.raises(ValueError, match=f"metric 'mine' returned {returned}.*expected one number"):
        run(moons.train, metrics={"mine": metric})


# ── what could never be trained ──────────────────────────────────────────────────────────────────


def test_a_weight_that_is_used_but_not_in_theta_is_named_at_the_first_step(moons):
    rng = np.random.default_rng(0)
    outside = Linear(2, 3, rng=rng)
    model = Sequential(lambda x: outside(x), Linear(3, 2, rng=rng))
    before = model.theta.tolist()
    with pytest.raises(ValueError, match=r"weight of shape \(2, 3\).*not in theta.*super\(\)"):
        run(moons.train, model=model)
    assert model.theta.tolist() == before


def normalised(*layers):
    rng = np.random.default_rng(0)
    return Sequential(Linear(2, 4, rng=rng), BatchNorm(4), *layers, Linear(4, 2, rng=rng))


@pytest.mark.parametrize("n, batch_size", [(21, 20), (41, 20), (5, 1), (1, 20), (1, 1)])
@pytest.mark.parametrize("validated", [False, True])
def test_batchnorm_and_a_batch_of_one_are_refused_before_the_first_step(
    moons, n, batch_size, validated
):
    model = normalised(Dropout(0.5, rng=np.random.default_rng(0)))
    before, train = model.state, (moons.train.X[:n], moons.train.y[:n])
    noise = model.layers[2].rng.bit_generator.state
    message = f"{n} examples in batches of {batch_size} leave a batch of 1, but BatchNorm.*two"
    with pytest.raises(ValueError, match=message):
        run(train, moons.val if validated else None, model=model, batch_size=batch_size)
    for array, kept in zip(model.state, before):
        np.testing.assert_array_equal(array, kept)
    assert model.layers[2].rng.bit_generator.state == noise


@pytest.mark.parametrize("n, batch_size", [(22, 20), (40, 20), (20, 20), (2, 20)])
def test_batchnorm_trains_where_every_batch_has_two(moons, n, batch_size):
    train = moons.train.X[:n], moons.train.y[:n]
    assert run(train, model=normalised(), batch_size=batch_size)[1].stopped == "all 3 epochs done"


def test_batchnorm_over_a_sequence_trains_on_a_batch_of_one(moons):
    """Each position counts, so one example is enough."""
    sequences, targets = moons.train.X[:84].reshape(21, 4, 2), moons.train.y[:84].reshape(21, 4)
    _, history = run((sequences, targets), model=normalised(), batch_size=20)
    assert history.stopped == "all 3 epochs done"


def test_a_batch_of_one_trains_without_batchnorm(moons):
    train = moons.train.X[:21], moons.train.y[:21]
    assert run(train, batch_size=20)[1].stopped == "all 3 epochs done"


def test_a_number_for_a_schedule_is_refused(moons):
    with pytest.raises(TypeError, match=r"schedule must be a function.*got 0.1; try .*constant\(0"):
        run(moons.train, schedule=0.1)


def test_a_loss_that_gives_no_tensor_is_refused(moons):
    with pytest.raises(TypeError, match="the loss of a Tensor must be a Tensor.*returned float"):
        run(moons.train, loss=loss)


def test_a_loss_of_ones_own_trains(moons):
    def own(y_hat, y):
        error = y_hat - y[:, None]
        mean = (error * error).mean()
        return mean if isinstance(mean, Tensor) else float(mean)

    _, history = run(moons.train, moons.val, loss=own)
    assert history.loss[-1] < history.loss[0] and len(history.val_loss) == 3


# ── interrupted, diverged ────────────────────────────────────────────────────────────────────────


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


def test_the_rate_of_a_schedule_is_named_where_training_diverges(moons):
    rates = [0.1] * 5 + [1e30] * 100
    with pytest.raises(Diverged, match=r"at step 7, .*Try a smaller lr \(now 1e\+30\)"):
        run(moons.train, optimizer=SGD(0.1), schedule=rates.__getitem__)


def test_a_run_that_diverges_at_the_end_of_its_schedule_says_so(moons):
    """And asks the schedule for no step beyond its total."""
    X, y = moons.train.X, 1e3 * moons.train.X[:, :1]
    model = MLP((2, 8, 1), rng=np.random.default_rng(0))
    for how in ({"optimizer": SGD([1e38].__getitem__)}, {"schedule": [1e38].__getitem__}):
        with pytest.raises(Diverged, match=r"after step 1, where the weights .*lr \(now 1e\+38"):
            how = {"optimizer": SGD(0.1), "model": copy.deepcopy(model), "loss": mse, **how}
            run((X, y), epochs=1, batch_size=len(X), **how)


def exceptions_of_the_course():
    for info in pkgutil.walk_packages(helpers.__path__, "helpers."):
        importlib.import_module(info.name)
    waiting = [Exception]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("helpers."):
                yield kind


ONE_OF_EACH = {
    Diverged: lambda: Diverged(History(step_losses=[1.0, np.nan], stopped="the loss became nan")),
    Cancelled: lambda: Cancelled("nobody asks any longer"),
    Wrong: lambda: Wrong(Verdict("", False, "this is the square of x.", known=True)),
}


def test_every_exception_of_the_course_is_among_those_tried_below():
    assert set(exceptions_of_the_course()) == set(ONE_OF_EACH)


@pytest.mark.parametrize("kind", ONE_OF_EACH)
@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_every_exception_of_the_course_survives_copy_and_pickle(kind, again):
    error = ONE_OF_EACH[kind]()
    error.where = "written beside it"
    other = again(error)
    assert type(other) is kind and str(other) == str(error)
    assert vars(other).keys() == vars(error).keys()
    assert str(vars(other)) == str(vars(error))


def test_a_run_that_diverges_in_another_process_says_so_here_and_leaves_the_pool_whole(moons):
    how = {"epochs": 2, "batch_size": 20, "progress": False}
    tried = {}
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        for lr in (1e25, 0.1):
            rng = np.random.default_rng(0)
            model = MLP((2, 8, 2), rng=rng)
            tried[lr] = pool.submit(fit, model, cross_entropy, SGD(lr), moons.train, rng=rng, **how)
        with pytest.raises(Diverged, match="Try a smaller lr") as caught:
            tried[1e25].result(timeout=60)
        assert tried[0.1].result(timeout=60).stopped == "all 2 epochs done"
    assert caught.value.history.stopped == str(caught.value)


# ── memory, progress, words ──────────────────────────────────────────────────────────────────────


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
        ({"epochs": -1}, "epochs must be a whole number ≥ 0, got -1"),
        ({"epochs": 2.5}, "epochs must be a whole number ≥ 0, got 2.5"),
        ({"batch_size": 0}, r"batch_size must be .*got 0; for all at once use len\(X\)"),
        ({"clip_norm": -1}, "clip_norm must be ≥ 0, got -1"),
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


@pytest.mark.parametrize("ramp", [None, 1, 3])
@pytest.mark.parametrize("as_the_optimizers_own", [False, True])
def test_fit_reports_each_epoch_to_a_plateau_however_it_is_given(
    moons, ramp, as_the_optimizers_own
):
    plateau = ReduceOnPlateau(1e-9, factor=0.5, patience=1)  # moves nothing: no loss ever falls
    schedule = plateau if ramp is None else warmup(plateau, ramp)
    how = {"optimizer": SGD(1.0), "schedule": schedule}
    if as_the_optimizers_own:
        how = {"optimizer": SGD(schedule)}
    _, history = run(moons.train, moons.val, epochs=5, **how)
    assert plateau.lr == 1e-9 / 4 and plateau.best == history.val_loss[0]


def test_a_plateau_that_is_not_in_force_is_told_nothing(moons):
    plateau = ReduceOnPlateau(0.1)
    run(moons.train, moons.val, optimizer=SGD(plateau), schedule=constant(0.1))
    assert plateau.best == np.inf


def test_without_a_validation_part_a_plateau_is_told_the_training_loss(moons):
    plateau = ReduceOnPlateau(0.01)
    _, history = run(moons.train, optimizer=SGD(plateau))
    assert plateau.best == min(history.loss)
