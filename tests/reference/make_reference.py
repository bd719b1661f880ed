"""Writes losses.json and sgd.json: the numbers of PyTorch that test_losses.py and test_optim.py compare with.

    pip install torch numpy, then: python tests/reference/make_reference.py

Everything is float64. Each file says which version of PyTorch made it.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
HERE = Path(__file__).parent
START = [[0.0, 0.5], [-4.0, 4.0], [4.5, -3.0]]
STEPS = 100


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
        "kl_divergence": F.kl_div(torch.tensor(q).log(), torch.tensor(p), reduction="none").sum(-1).tolist(),
    }


def himmelblau(theta: torch.Tensor) -> torch.Tensor:
    x, y = theta[:, 0], theta[:, 1]
    return ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2).sum()


def sgd(factors: list[float] | None = None, **options) -> dict:
    """theta after every tenth of 100 steps on Himmelblau's surface; factors multiply the rate step by step."""
    theta = torch.tensor(START, requires_grad=True)
    optimizer = torch.optim.SGD([theta], **options)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, (lambda t: factors[t]) if factors else (lambda t: 1.0))
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


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    save("losses.json", losses(rng))
    save(
        "sgd.json",
        {
            "start": START,
            "plain": sgd(lr=0.005),
            "momentum": sgd(lr=0.003, momentum=0.9),
            "nesterov": sgd(lr=0.003, momentum=0.9, nesterov=True),
            "weight decay": sgd(lr=0.005, weight_decay=0.5),
            "all": sgd(lr=0.003, momentum=0.8, nesterov=True, weight_decay=0.1),
            "schedule": sgd(factors=[round(1 / (1 + t / 20), 6) for t in range(STEPS)], lr=0.008, momentum=0.5),
            "clipping": clipped(2 * rng.normal(size=(3, 4))),
        },
    )
