"""Writes the .json files beside it: the numbers of PyTorch that the tests compare with.

    pip install torch numpy, then: python tests/reference/make_reference.py

Everything is float64. Each file says which version of PyTorch made it.
"""

import json
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
HERE = Path(__file__).parent
START = [[0.0, 0.5], [-4.0, 4.0], [4.5, -3.0]]
STEPS = 100
FALLING = [round(1 / (1 + t / 20), 6) for t in range(STEPS)]


def save(name: str, content: dict) -> None:
    content = {"made by": f"torch {torch.__version__.split('+')[0]}, make_reference.py", **content}
    (HERE / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def case(f, y_hat, y) -> dict:
    """Inputs, value and gradient of one loss."""
    leaf = torch.tensor(np.asarray(y_hat, float), requires_grad=True)
    target = torch.tensor(np.asarray(y))
    value = f(leaf, target)
    value.backward()
    return {
        "y_hat": leaf.tolist(),
        "y": target.tolist(),
        "value": value.item(),
        "gradient": leaf.grad.tolist(),
    }


def losses(rng: np.random.Generator) -> dict:
    y_hat, y = 3 * rng.normal(size=(2, 4, 3))
    logits = 4 * rng.normal(size=(5, 4))
    extreme = np.array([[1e4, -1e4, 0.0, 0.0], [-1e4, 1e4, 1e4, 5.0]])
    p, q = rng.dirichlet(np.ones(4), size=(2, 5))
    p[0] = [0.0, 0.5, 0.5, 0.0]
    cases = {
        "mae": case(F.l1_loss, y_hat, y),
        "mse": case(F.mse_loss, y_hat, y),
        "mse of one axis": case(F.mse_loss, y_hat[0], y[0]),
        "huber": case(F.huber_loss, y_hat, y),
        "cross_entropy, indices": case(F.cross_entropy, logits, rng.integers(0, 4, 5)),
        "cross_entropy, probabilities": case(F.cross_entropy, logits, p),
        "cross_entropy, extreme": case(F.cross_entropy, extreme, np.array([1, 2])),
        "binary_cross_entropy": case(F.binary_cross_entropy_with_logits, logits, p),
        "binary_cross_entropy, extreme": case(
            F.binary_cross_entropy_with_logits, extreme, np.array([[0.0, 1, 1, 0], [0, 1, 0, 0.25]])
        ),
    }
    for delta in (0.1, 2.0, 5.0):
        cases[f"huber, {delta}"] = case(lambda a, b, d=delta: F.huber_loss(a, b, delta=d), y_hat, y)
    both = torch.tensor(np.concatenate([logits, extreme]))
    return {
        "losses": cases,
        "logits": both.tolist(),
        "softmax": F.softmax(both, dim=-1).tolist(),
        "log_softmax": F.log_softmax(both, dim=-1).tolist(),
        "p": p.tolist(),
        "q": q.tolist(),
        "entropy": torch.special.entr(torch.tensor(p)).sum(-1).tolist(),
        "kl_divergence": F.kl_div(torch.tensor(q).log(), torch.tensor(p), reduction="none")
        .sum(-1)
        .tolist(),
    }


def himmelblau(theta: torch.Tensor) -> torch.Tensor:
    x, y = theta[:, 0], theta[:, 1]
    return ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2).sum()


def descent(rule: type, factors: list[float] | None = None, start: list = START, **options) -> dict:
    """theta after every tenth of 100 steps on Himmelblau's surface; factors multiply the rate."""
    theta = torch.tensor(start, requires_grad=True)
    optimizer = rule([theta], **options)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, (lambda t: factors[t]) if factors else (lambda t: 1.0)
    )
    path = []
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        himmelblau(theta).backward()
        optimizer.step()
        if step < STEPS:
            schedule.step()
        if step % 10 == 0:
            path.append(theta.detach().tolist())
    return {"options": options, "factors": factors, "path": path}


def optimizers() -> dict:
    """Every other rule with each of its options, from one start."""
    cases = {
        "Adagrad": {
            "default": {},
            "eps": {"lr": 0.5, "eps": 0.1},
            "weight decay": {"lr": 0.3, "weight_decay": 0.5},
        },
        "Adadelta": {
            "default": {},
            "rho and eps": {"rho": 0.5, "eps": 1e-3},
            "rate and weight decay": {"lr": 3.0, "weight_decay": 0.5},
        },
        "RMSprop": {
            "default": {},
            "alpha and eps": {"lr": 0.02, "alpha": 0.9, "eps": 0.1},
            "momentum": {"lr": 0.003, "momentum": 0.9},
            "all": {"lr": 0.01, "alpha": 0.5, "momentum": 0.5, "weight_decay": 0.5},
        },
        "Adam": {"weight decay": {"lr": 0.1, "weight_decay": 0.5}},
        "AdamW": {
            "default": {},
            "betas, eps and weight decay": {
                "lr": 0.1,
                "betas": (0.5, 0.9),
                "eps": 0.1,
                "weight_decay": 0.5,
            },
        },
        "NAdam": {
            "default": {},
            "betas, eps and weight decay": {
                "lr": 0.05,
                "betas": (0.8, 0.99),
                "eps": 0.01,
                "weight_decay": 0.5,
            },
            "momentum decay": {"lr": 0.1, "momentum_decay": 0.5},
        },
    }
    paths = {
        name: {
            case: descent(getattr(torch.optim, name), start=START[:1], **options)
            for case, options in some.items()
        }
        for name, some in cases.items()
    }
    return {"start": START[:1], **paths}


def rates(make, steps: int = STEPS, lr: float = 0.4) -> list[float]:
    """The rate of every step under one of PyTorch's schedulers."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler, taken = make(optimizer), []
    for _ in range(steps):
        taken.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return taken


def on_plateau(losses: list[float], **options) -> list[float]:
    """The rate after each loss that was reported."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
    scheduler, taken = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options), []
    for loss in losses:
        scheduler.step(loss)
        taken.append(optimizer.param_groups[0]["lr"])
    return taken


def schedules() -> dict:
    """Each case: the arguments of ours in helpers/schedules.py, and PyTorch's 100 rates, lr 0.4."""
    s = torch.optim.lr_scheduler

    def warm_cosine(optimizer):
        ramp = s.LinearLR(optimizer, start_factor=1 / 8, total_iters=7)
        return s.ChainedScheduler([ramp, s.CosineAnnealingLR(optimizer, 100)])

    one = {"pct_start": 0.4, "div_factor": 10.0, "final_div_factor": 100.0}
    losses = (
        [round(1 / (1 + t) + 0.2 * (t % 3 == 0), 6) for t in range(25)] + [0.5] * 15 + [0.01] * 20
    )
    few = {"factor": 0.5, "patience": 2, "threshold": 0.1}
    return {
        "constant": [[{}, rates(lambda o: s.ConstantLR(o, factor=1.0))]],
        "step_decay": [[{"gamma": 0.3, "every": 7}, rates(lambda o: s.StepLR(o, 7, 0.3))]],
        "exponential_decay": [
            [{"gamma": g}, rates(lambda o, g=g: s.ExponentialLR(o, g))] for g in (0.95, 1.05)
        ],
        "cosine": [
            [{"total": 99}, rates(lambda o: s.CosineAnnealingLR(o, 99))],
            [{"total": 100, "lr_min": 0.03}, rates(lambda o: s.CosineAnnealingLR(o, 100, 0.03))],
        ],
        "cosine_restarts": [
            [{"period": 13}, rates(lambda o: s.CosineAnnealingWarmRestarts(o, 13))],
            [
                {"period": 5, "factor": 2, "lr_min": 0.03},
                rates(lambda o: s.CosineAnnealingWarmRestarts(o, 5, 2, 0.03)),
            ],
        ],
        "warmup of cosine, 8 of 100": rates(warm_cosine),
        "one_cycle": [
            [{"total": 100}, rates(lambda o: s.OneCycleLR(o, 0.4, 100))],
            [{"total": 100, **one}, rates(lambda o: s.OneCycleLR(o, 0.4, 100, **one))],
        ],
        "losses": losses,
        "ReduceOnPlateau": [
            [{}, on_plateau(losses)],
            [few, on_plateau(losses, **few)],
            [{**few, "lr_min": 0.15}, on_plateau(losses, **few, min_lr=0.15)],
        ],
    }


def clipped(grad: np.ndarray) -> dict:
    def leaf():
        parameter = torch.nn.Parameter(torch.zeros(grad.shape))
        parameter.grad = torch.tensor(grad)
        return parameter

    by_norm = []
    for max_norm in (0.0, 1.0, 1000.0):
        parameter = leaf()
        norm = torch.nn.utils.clip_grad_norm_([parameter], max_norm).item()
        by_norm.append({"max_norm": max_norm, "norm": norm, "clipped": parameter.grad.tolist()})
    parameter = leaf()
    torch.nn.utils.clip_grad_value_([parameter], 0.5)
    return {"grad": grad.tolist(), "by norm": by_norm, "by value 0.5": parameter.grad.tolist()}


def operation(f, rng: np.random.Generator, *shapes: tuple[int, ...], low: float = -3) -> dict:
    """An operation on inputs of these shapes: its value, and gradients of the sum of value · g."""
    inputs = [torch.tensor(rng.uniform(low, 3, shape), requires_grad=True) for shape in shapes]
    value = f(*inputs)
    g = torch.tensor(rng.normal(size=tuple(value.shape)))
    value.backward(g)
    gradients = [x.grad.tolist() for x in inputs]
    return {
        "inputs": [x.tolist() for x in inputs],
        "value": value.tolist(),
        "g": g.tolist(),
        "gradients": gradients,
    }


def operations(rng: np.random.Generator) -> dict:
    def case(f, *shapes, low=-3):
        return operation(f, rng, *shapes, low=low)

    matrix, positive = (3, 4), {"low": 0.1}
    return {
        "add": case(torch.add, matrix, (4,)),
        "subtract": case(torch.subtract, matrix, (3, 1)),
        "multiply": case(torch.multiply, (2, 3, 1), matrix),
        "divide": case(torch.divide, matrix, (), **positive),
        "power": case(torch.pow, matrix, (1, 4), **positive),
        "square": case(lambda x: x**2, matrix),
        "two to the power": case(lambda x: 2**x, matrix),
        "one minus": case(lambda x: 1 - x, matrix),
        "one over": case(lambda x: 1 / x, matrix, **positive),
        "matmul, vectors": case(torch.matmul, (3,), (3,)),
        "matmul, matrix and vector": case(torch.matmul, matrix, (4,)),
        "matmul, vector and stack": case(torch.matmul, (3,), (2, 3, 4)),
        "matmul, matrices": case(torch.matmul, matrix, (4, 2)),
        "matmul, stacks": case(torch.matmul, (2, 1, 3, 4), (3, 4, 2)),
        "neg": case(torch.neg, matrix),
        "exp": case(torch.exp, matrix),
        "log": case(torch.log, matrix, **positive),
        "sqrt": case(torch.sqrt, matrix, **positive),
        "abs": case(torch.abs, matrix),
        "tanh": case(torch.tanh, matrix),
        "relu": case(torch.relu, matrix),
        "sigmoid": case(torch.sigmoid, matrix),
        "gelu": case(partial(F.gelu, approximate="tanh"), matrix),
        "softmax": case(partial(F.softmax, dim=-1), (2, 3, 4)),
        "log_softmax": case(partial(F.log_softmax, dim=-1), (2, 3, 4)),
        "sum": case(torch.sum, matrix),
        "sum, axis 0": case(lambda x: x.sum(0), matrix),
        "sum, axes 0 and -1, keepdims": case(lambda x: x.sum((0, -1), keepdim=True), (2, 3, 4)),
        "mean, axis -1": case(lambda x: x.mean(-1), (2, 3, 4)),
        "max": case(torch.max, matrix),
        "max, axis 1": case(lambda x: x.amax(1), (2, 3, 4)),
        "max of equals": case(lambda x: torch.stack([x, x, x - 1]).amax(0), matrix),
        "reshape": case(lambda x: x.reshape(2, -1), matrix),
        "transpose": case(lambda x: x.permute(2, 0, 1), (2, 3, 4)),
        "T": case(lambda x: x.T, matrix),
        "index, row": case(lambda x: x[-1], matrix),
        "index, slices": case(lambda x: x[1:, ::2], matrix),
        "index, repeats": case(lambda x: x[[0, 2, 0, -1]], matrix),
        "index, pairs": case(lambda x: x[[0, 1, 0], [3, 3, 3]], matrix),
        "concatenate": case(lambda *xs: torch.cat(xs, 1), matrix, (3, 1), (3, 2)),
        "stack": case(lambda *xs: torch.stack(xs, -1), matrix, matrix),
        "maximum": case(torch.maximum, matrix, (4,)),
        "maximum of equals": case(lambda x: torch.maximum(x, x + 0), matrix),
        "where": case(
            lambda a, b: torch.where(torch.tensor([True, False, True, False]), a, b), matrix, (3, 1)
        ),
        "embedding": case(lambda w: F.embedding(torch.tensor([[0, 2], [2, 2]]), w), matrix),
        "used twice": case(lambda a, b: (a * b + a).tanh() * a, matrix, (4,)),
        "linear": case(lambda x, w, b: x @ w + b, (2, 3, 4), (4, 2), (2,)),
    }


SIZES = (64, 16, 10)


def network(activation: str) -> torch.nn.Sequential:
    """64-16-10 with the start of test_nn.py and test_training.py: theta[i] = sin(i + 1) / 4."""
    functions = {
        "relu": torch.nn.ReLU(),
        "tanh": torch.nn.Tanh(),
        "sigmoid": torch.nn.Sigmoid(),
        "gelu": torch.nn.GELU(approximate="tanh"),
        "identity": torch.nn.Identity(),
    }
    first, last = (torch.nn.Linear(*pair) for pair in zip(SIZES, SIZES[1:]))
    model = torch.nn.Sequential(first, functions[activation], last)
    start, stop = 0, 0
    with torch.no_grad():
        for layer in (first, last):
            for weight in (layer.weight.T, layer.bias):
                start, stop = stop, stop + weight.numel()
                weight.copy_(torch.sin(torch.arange(start, stop) + 1.0).reshape(weight.shape) / 4)
    return model


def flat(model: torch.nn.Sequential, read) -> list[float]:
    weights = (read(weight) for weight in model.parameters())
    return torch.cat(
        [(weight.T if weight.ndim == 2 else weight).ravel() for weight in weights]
    ).tolist()


def digits() -> tuple[torch.Tensor, torch.Tensor]:
    table = torch.tensor(
        np.loadtxt(HERE.parents[1] / "data" / "digits.csv", delimiter=",", skiprows=1)
    )
    return table[:, :-1] / 16, table[:, -1].long()


def networks() -> dict:
    """Logits, loss and gradient of 5 digits; theta after 200 steps of Adam on 32 digits each."""
    X, y = digits()
    cases = {}
    for activation in ("relu", "tanh", "sigmoid", "gelu", "identity"):
        model = network(activation)
        logits = model(X[:5])
        loss = F.cross_entropy(logits, y[:5])
        loss.backward()
        gradient = flat(model, lambda weight: weight.grad)[::7]
        cases[activation] = {
            "logits": logits.tolist(),
            "loss": loss.item(),
            "every 7th gradient": gradient,
        }
    model = network("relu")
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for step in range(200):
        rows = torch.arange(32 * step, 32 * (step + 1)) % len(X)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X[rows]), y[rows])
        loss.backward()
        optimizer.step()
    return {
        "networks": cases,
        "200 steps of Adam": {"theta": flat(model, torch.Tensor.detach), "loss": loss.item()},
    }


def layers(rng: np.random.Generator) -> dict:
    """Three batches in training, one in evaluation: output, gradients of the sum of output · g."""
    cases = {}
    for name, layer, shape in (
        ("BatchNorm", torch.nn.BatchNorm1d(3), (6, 3)),
        ("BatchNorm, momentum and eps", torch.nn.BatchNorm1d(3, eps=0.1, momentum=0.3), (6, 3)),
        ("LayerNorm", torch.nn.LayerNorm(3), (2, 2, 3)),
    ):
        with torch.no_grad():
            layer.weight.copy_(torch.tensor([0.5, 1.0, -2.0]))
            layer.bias.copy_(torch.tensor([0.0, 1.0, 3.0]))
        passes = []
        for training in (True, True, True, False):
            layer.train(training)
            layer.zero_grad()
            x, g = (
                torch.tensor(rng.normal(2, 3, shape), requires_grad=True),
                torch.tensor(rng.normal(size=shape)),
            )
            y = layer(x)
            y.backward(g)
            numbers = {"x": x, "g": g, "y": y, "by x": x.grad}
            numbers |= {"by weight": layer.weight.grad, "by bias": layer.bias.grad}
            numbers |= {
                buffer: value
                for buffer, value in layer.named_buffers()
                if buffer.startswith("running")
            }
            passes.append(
                {"training": training, **{what: value.tolist() for what, value in numbers.items()}}
            )
        cases[name] = passes
    return cases


TEXT = {"n_words": 11, "length": 6, "width": 8, "heads": 2}
TOKENS = [[3, 10, 4, 7, 5], [9, 4, 3, 0, 0], [6, 0, 0, 0, 0]]
TAGS = [[0, 1, 2, 0, 0], [2, 2, 1, -100, -100], [1, -100, -100, -100, -100]]
HEADS = {"classify": 2, "tag": 3, "next": 11, "masked": 11}


class Text(torch.nn.Module):
    """PyTorch's own encoder between tables of words and places and one of four heads."""

    def __init__(self, head: str, blocks: int, norm: str, activation: str):
        super().__init__()
        width, n_words = TEXT["width"], TEXT["n_words"]
        gelu = partial(F.gelu, approximate="tanh")
        options = {"dropout": 0.0, "batch_first": True, "norm_first": norm == "pre"}
        options["activation"] = {"relu": F.relu, "gelu": gelu}[activation]
        self.words = torch.nn.Embedding(n_words, width)
        self.places = torch.nn.Embedding(TEXT["length"], width)
        self.layers = torch.nn.ModuleList(
            torch.nn.TransformerEncoderLayer(width, TEXT["heads"], 4 * width, **options)
            for _ in range(blocks)
        )
        self.last = torch.nn.LayerNorm(width) if norm == "pre" else None
        self.head = head
        if head in ("classify", "tag"):
            self.linear = torch.nn.Linear(width, HEADS[head])
        else:
            self.bias = torch.nn.Parameter(torch.zeros(n_words))

    def in_our_order(self) -> list[tuple[torch.nn.Parameter, bool]]:
        """Every weight as it stands in our theta, and whether it lies the other way round."""
        weights = [(self.words.weight, False), (self.places.weight, False)]
        for layer in self.layers:
            attention = layer.self_attn
            weights += [(p, False) for p in layer.norm1.parameters()]
            weights += [(attention.in_proj_weight, True), (attention.in_proj_bias, False)]
            for linear in (attention.out_proj, layer.norm2, layer.linear1, layer.linear2):
                is_linear = isinstance(linear, torch.nn.Linear)
                weights += [(linear.weight, is_linear), (linear.bias, False)]
        if self.last is not None:
            weights += [(p, False) for p in self.last.parameters()]
        if self.head in ("classify", "tag"):
            return [*weights, (self.linear.weight, True), (self.linear.bias, False)]
        return [*weights, (self.bias, False)]

    def forward(self, tokens: torch.Tensor, causal: bool) -> torch.Tensor:
        T = tokens.shape[1]
        is_padding = tokens == 0
        ahead = torch.triu(torch.ones(T, T, dtype=torch.bool), 1) if causal else None
        x = self.words(tokens) + self.places(torch.arange(T))
        for layer in self.layers:
            x = layer(x, src_mask=ahead, src_key_padding_mask=is_padding)
        x = x if self.last is None else self.last(x)
        if self.head == "tag":
            return self.linear(x)
        if self.head == "classify":
            are_words = ~is_padding[:, :, None]
            return self.linear((x * are_words).sum(1) / are_words.sum(1))
        return x @ self.words.weight.T + self.bias


def transformer(head: str, blocks: int, causal: bool, norm: str, activation: str) -> dict:
    """Logits, loss and gradient of three sentences; theta[i] = sin(i + 1) / 4."""
    model = Text(head, blocks, norm, activation)
    start = 0
    with torch.no_grad():
        for weight, is_turned in model.in_our_order():
            there = weight.T if is_turned else weight
            numbers = torch.arange(start, start + weight.numel()) + 1.0
            there.copy_(torch.sin(numbers).reshape(there.shape) / 4)
            start += weight.numel()
    tokens, tags = torch.tensor(TOKENS), torch.tensor(TAGS)
    targets = {"classify": torch.tensor([1, 0, 1]), "tag": tags}
    after = tokens[:, 1:]
    targets["next"] = torch.where(after == 0, -100, after)
    targets["masked"] = torch.where(tags == 1, tokens, -100)
    logits = model(tokens[:, :-1] if head == "next" else tokens, causal)
    loss = F.cross_entropy(logits.flatten(0, -2), targets[head].flatten())
    loss.backward()
    grads = [weight.grad.T if turned else weight.grad for weight, turned in model.in_our_order()]
    options = {"blocks": blocks, "causal": causal, "norm": norm, "activation": activation}
    return {
        "head": head,
        "options": options,
        "logits": logits.tolist(),
        "loss": loss.item(),
        "every 7th gradient": torch.cat([grad.ravel() for grad in grads]).tolist()[::7],
    }


def transformers() -> dict:
    """Each head with each norm, with and without looking ahead, and both activations."""
    cases = [
        transformer(head, 1 + causal, causal, norm, activation)
        for head in HEADS
        for causal in (False, True)
        for norm, activation in (("pre", "relu"), ("post", "gelu"))
    ]
    targets = {"tokens": TOKENS, "tags": TAGS}
    return {"sizes": TEXT, **targets, "cases": cases}


if __name__ == "__main__":
    SGD, Adam = torch.optim.SGD, torch.optim.Adam
    rng = np.random.default_rng(0)
    save("losses.json", losses(rng))
    save(
        "sgd.json",
        {
            "start": START,
            "plain": descent(SGD, lr=0.005),
            "momentum": descent(SGD, lr=0.003, momentum=0.9),
            "nesterov": descent(SGD, lr=0.003, momentum=0.9, nesterov=True),
            "weight decay": descent(SGD, lr=0.005, weight_decay=0.5),
            "all": descent(SGD, lr=0.003, momentum=0.8, nesterov=True, weight_decay=0.1),
            "schedule": descent(SGD, factors=FALLING, lr=0.008, momentum=0.5),
            "clipping": clipped(2 * rng.normal(size=(3, 4))),
        },
    )
    save(
        "adam.json",
        {
            "start": START,
            "default": descent(Adam),
            "large": descent(Adam, lr=0.5),
            "betas and eps": descent(Adam, lr=0.1, betas=(0.5, 0.9), eps=0.1),
            "schedule": descent(Adam, factors=FALLING, lr=0.3),
        },
    )
    save("optimizers.json", optimizers())
    save("schedules.json", schedules())
    save("operations.json", operations(rng))
    save("networks.json", networks())
    save("layers.json", layers(rng))
    save("transformer.json", transformers())
