"""A training step of a small transformer beside PyTorch's own encoder, and beside the same one with
its fused Adam.

Two blocks of width 32 with 4 heads, 32 sentences of 16 words, a tag for each word. One thread and
float32 for all, measured in one process of its own, in turn.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable

from tests.benchmarks.networks import ONE_THREAD, REPOSITORY, in_turn

WORDS, LENGTH, WIDTH, HEADS, BLOCKS, BATCH, TAGS = 400, 16, 32, 4, 2, 32, 7
BUDGET = 1.2  # times quicker than PyTorch's with its default Adam
# glibc may give the top of its memory back after each step and fetch it anew for the next: that
# would say nothing about the step. It reads these when the process starts.
KEEP_MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": str(256 * 2**20),
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
}


def our_step(X, y) -> Callable[[], None]:
    """Forward, backward and a step of Adam."""
    import numpy as np

    from helpers.losses import token_cross_entropy
    from helpers.nn import Linear, Sequential
    from helpers.optim import Adam
    from helpers.transformer import Transformer

    rng = np.random.default_rng(0)
    sizes = {"length": LENGTH, "width": WIDTH, "heads": HEADS, "blocks": BLOCKS}
    model = Sequential(Transformer(WORDS, **sizes, rng=rng), Linear(WIDTH, TAGS, rng=rng))
    optimizer = Adam()

    def step():
        model.zero_grad()
        token_cross_entropy(model(X), y).backward()
        optimizer.step(model.theta, model.grad)

    return step


def pytorch_step(X, y, **options) -> Callable[[], None]:
    """The same with nn.TransformerEncoder; options go to Adam."""
    import torch

    torch.set_num_threads(1)

    class Tagger(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.words = torch.nn.Embedding(WORDS, WIDTH)
            self.places = torch.nn.Parameter(torch.zeros(LENGTH, WIDTH))
            layer = torch.nn.TransformerEncoderLayer(
                WIDTH, HEADS, 4 * WIDTH, dropout=0.0, batch_first=True, norm_first=True
            )
            self.encoder = torch.nn.TransformerEncoder(
                layer, BLOCKS, torch.nn.LayerNorm(WIDTH), enable_nested_tensor=False
            )
            self.head = torch.nn.Linear(WIDTH, TAGS)

        def forward(self, tokens):
            x = self.words(tokens) + self.places
            return self.head(self.encoder(x, src_key_padding_mask=tokens == 0))

    model = Tagger()
    optimizer = torch.optim.Adam(model.parameters(), **options)
    loss = torch.nn.CrossEntropyLoss()
    X, y = torch.tensor(X), torch.tensor(y)

    def step():
        optimizer.zero_grad()
        loss(model(X).flatten(0, 1), y.flatten()).backward()
        optimizer.step()

    return step


def measure() -> None:
    """In the process of one thread: print the seconds of each step, as JSON."""
    import numpy as np

    rng = np.random.default_rng(0)
    X = rng.integers(3, WORDS, (BATCH, LENGTH))
    y = rng.integers(0, TAGS, X.shape)
    is_padding = np.arange(LENGTH) >= rng.integers(5, LENGTH + 1, BATCH)[:, None]
    X[is_padding], y[is_padding] = 0, -100
    runs = {"ours": our_step(X, y)}
    if importlib.util.find_spec("torch"):
        runs |= {"PyTorch": pytorch_step(X, y), "fused": pytorch_step(X, y, fused=True)}
    print(json.dumps(in_turn(runs, rounds=31)))


def rows(Row):
    run = [sys.executable, "-m", "tests.benchmarks.transformers"]
    environment = {**os.environ, **ONE_THREAD, **KEEP_MEMORY}
    options = {"cwd": REPOSITORY, "env": environment, "stdout": subprocess.PIPE, "check": True}
    taken = json.loads(subprocess.run(run, **options).stdout)
    ours = taken["ours"]
    name = f"a step of a transformer, {BLOCKS} blocks, width {WIDTH}, batch {BATCH}"
    figure = f"{1e3 * ours:.2f} ms"
    if torch := taken.get("PyTorch"):
        beside = f"PyTorch {1e3 * torch:.2f} ms: {torch / ours:.2f}×"
        yield Row(name, figure, beside, f"≥ {BUDGET}×", torch / ours >= BUDGET)
        fused = taken["fused"]
        yield Row("", "", f"with fused Adam {1e3 * fused:.2f} ms: {fused / ours:.2f}×")
    else:
        yield Row(name, figure, "PyTorch is not installed: pip install torch", f"≥ {BUDGET}×")


if __name__ == "__main__":
    measure()
