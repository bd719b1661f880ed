"""A transformer, small enough to be read: words look at one another, block after block.

A sentence is a row of word numbers, filled up with PADDING. Each word becomes a row of D numbers,
its embedding plus that of its place. In every block each word takes a weighted mean of what the
words hold, with weights that depend on both (attention), and then passes through an MLP of its own.
What is made of the words in the end is in `helpers.heads`.

Vaswani et al. (2017), Attention is all you need. Numbers are PyTorch's.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from helpers.autograd import Tensor
from helpers.checks import Array, whole
from helpers.engine import node
from helpers.module import Module
from helpers.nn import MLP, Activation, Dropout, Embedding, LayerNorm, Linear
from helpers.vocabulary import PADDING


def attend(qkv: Tensor, heads: int, mask: Any = 0.0) -> tuple[Tensor, Array]:
    """Each word takes a mean of the values v of all words, by how its query q fits their keys k.

        P = softmax(Q Kᵀ / √d + mask)        Y = P V                    in each head
        ∂J/∂V = Pᵀ G      ∂J/∂P = G Vᵀ      ∂J/∂S = P ∘ (∂J/∂P − rows' sums of ∂J/∂P ∘ P)
        ∂J/∂Q = ∂J/∂S K / √d      ∂J/∂K = (∂J/∂S)ᵀ Q / √d               S the scores, G = ∂J/∂Y

    qkv: (N, T, 3 D), the q, k and v of each word side by side, D = heads · d columns each. mask: 0
    where a word (row) may look at another (column) and −∞ where not, of a shape that broadcasts to
    (N, heads, T, T). Returns Y (N, T, D), one node of the graph, and the weights P, of shape
    (N, heads, T, T). A word that may look nowhere gets zeros.
    """
    N, T, columns = qkv.shape
    d = columns // (3 * heads)
    Q, K, V = qkv.data.reshape(N, T, 3, heads, d).transpose(2, 0, 3, 1, 4)
    scale = d**-0.5
    P = _shares(Q @ K.swapaxes(-1, -2) * scale + mask)
    Y = (P @ V).swapaxes(1, 2).reshape(N, T, heads * d)

    def by_qkv(g: Array) -> Array:
        G = g.reshape(N, T, heads, d).swapaxes(1, 2)
        by_P = G @ V.swapaxes(-1, -2)
        by_S = P * (by_P - (by_P * P).sum(-1, keepdims=True)) * scale
        gradient = np.empty((N, T, 3, heads, d), P.dtype)
        by_Q, by_K, by_V = gradient.transpose(2, 0, 3, 1, 4)
        by_Q[...] = by_S @ K
        by_K[...] = by_S.swapaxes(-1, -2) @ Q
        by_V[...] = P.swapaxes(-1, -2) @ G
        return gradient.reshape(N, T, columns)

    return node("attention", Y, (qkv, by_qkv)), P


def _shares(scores: Array) -> Array:
    """Softmax of each row, in which a row of nothing but −∞ becomes zeros."""
    lowest = np.finfo(scores.dtype).min  # −∞ − (−∞) would be no number
    with np.errstate(under="ignore"):
        P = np.exp(scores - np.maximum(scores.max(-1, keepdims=True), lowest))
    return P / np.maximum(P.sum(-1, keepdims=True), 1)  # where one may look, the sum is 1 or more


class Attention(Module):
    """Several heads that attend side by side: (N, T, D) → (N, T, D).

    One layer makes all queries, keys and values, `qkv`, and `out` mixes what the heads bring.
    Raises ValueError where the heads cannot share the width D.
    """

    def __init__(
        self, width: int, heads: int, *, rng: np.random.Generator, dtype: Any = np.float32
    ):
        self.heads = whole("heads", heads)
        if width % heads:
            raise ValueError(f"width must be a multiple of heads, got {width} and {heads}")
        self.qkv = Linear(width, 3 * width, init="xavier", rng=rng, dtype=dtype)
        self.out = Linear(width, width, init="xavier", rng=rng, dtype=dtype)
        super().__init__(self.qkv, self.out)

    def forward(self, x: Tensor, mask: Any = 0.0, maps: list[Array] | None = None) -> Tensor:
        """What the words bring home. Their weights (N, heads, T, T) are appended to `maps`."""
        y, weights = attend(self.qkv(x), self.heads, mask)
        if maps is not None:
            maps.append(weights)
        return self.out(y)


class Block(Module):
    """Attention, then an MLP for each word; each of them is added to what was there.

        norm="pre":   x ← x + layer(LayerNorm(x))        easy to train (Xiong et al., 2020)
        norm="post":  x ← LayerNorm(x + layer(x))        as in Vaswani et al. (2017)

    The MLP is four times as wide within. In training a share `dropout` of what a layer adds is left
    out. Raises ValueError for another norm.
    """

    def __init__(
        self,
        width: int,
        heads: int,
        *,
        norm: str = "pre",
        activation: str | Activation = "relu",
        dropout: float = 0.0,
        rng: np.random.Generator,
        dtype: Any = np.float32,
    ):
        if norm not in ("pre", "post"):
            raise ValueError(f"norm must be 'pre' or 'post', got {norm!r}")
        self.is_pre = norm == "pre"
        self.norms = [LayerNorm(width, dtype=dtype) for _ in range(2)]
        self.attention = Attention(width, heads, rng=rng, dtype=dtype)
        self.mlp = MLP((width, 4 * width, width), activation, rng=rng, dtype=dtype)
        self.dropout = Dropout(dropout, rng=rng)
        first, second = self.norms
        super().__init__(first, self.attention, second, self.mlp, self.dropout)

    def forward(self, x: Tensor, mask: Any = 0.0, maps: list[Array] | None = None) -> Tensor:
        """The words after attention and MLP, (N, T, D)."""
        attention = partial(self.attention, mask=mask, maps=maps)
        layers: tuple[Callable[[Tensor], Tensor], ...] = (attention, self.mlp)
        for norm, layer in zip(self.norms, layers):
            if self.is_pre:
                x = x + self.dropout(layer(norm(x)))
            else:
                x = norm(x + self.dropout(layer(x)))
        return x


class Transformer(Module):
    """Word numbers (N, T) → what is known of each word in its sentence, (N, T, D).

    n_words: the size of the vocabulary. length: the number of places, so T ≤ length. width: D.
    causal: a word sees only itself and those before it. Words are never looked at where they are
    PADDING. Other options as in `Block`. Raises ValueError for what is no table of word numbers,
    for a sentence longer than the places, and for edges that do not fit.

    >>> model = Transformer(50, length=12, rng=np.random.default_rng(0))
    >>> model(np.array([[7, 3, 9, 0], [8, 2, 0, 0]])).shape
    (2, 4, 32)
    """

    def __init__(
        self,
        n_words: int,
        *,
        length: int,
        width: int = 32,
        heads: int = 4,
        blocks: int = 1,
        causal: bool = False,
        norm: str = "pre",
        activation: str | Activation = "relu",
        dropout: float = 0.0,
        rng: np.random.Generator,
        dtype: Any = np.float32,
    ):
        self.words = Embedding(n_words, width, scale=0.02, rng=rng, dtype=dtype)
        self.places = Embedding(whole("length", length), width, scale=0.02, rng=rng, dtype=dtype)
        self.dropout = Dropout(dropout, rng=rng)
        more: dict[str, Any] = {"norm": norm, "activation": activation, "dropout": dropout}
        more |= {"rng": rng, "dtype": dtype}
        self.blocks = [Block(width, heads, **more) for _ in range(whole("blocks", blocks))]
        # in pre-norm nothing has normalised what the last block has added
        self.last = [LayerNorm(width, dtype=dtype)] if norm == "pre" else []
        self.causal = causal
        super().__init__(self.words, self.places, self.dropout, *self.blocks, *self.last)

    def forward(self, x: Tensor, edges: Any = 0.0, maps: list[Array] | None = None) -> Tensor:
        """What is known of each word, (N, T, D).

        edges: what is added to the scores of attention, 0 where word i may look at word j and −∞
        where not: (T, T), or a shape that broadcasts to (N, heads, T, T), in every block. maps: a
        list to which each block appends its weights of attention (N, heads, T, T).
        """
        tokens = self.checked(x.data)
        mask = self.mask(tokens, edges)
        x = self.dropout(self.words(x) + self.places.weight[: tokens.shape[1]])
        for block in self.blocks:
            x = block(x, mask=mask, maps=maps)
        for norm in self.last:
            x = norm(x)
        return x

    def mask(self, tokens: Array, edges: Any = 0.0) -> Array:
        """0 where a word may look and −∞ where not, broadcasting to (N, heads, T, T).

        Raises ValueError where edges do not fit.
        """
        N, T = tokens.shape
        forbidden = (tokens == PADDING)[:, None, None, :]
        if self.causal:
            forbidden = forbidden | ~np.tri(T, dtype=bool)
        mask = np.where(forbidden, -np.inf, 0).astype(self.dtype)
        try:
            mask = mask + np.asarray(edges, self.dtype)
            np.broadcast_to(mask, (N, self.blocks[0].attention.heads, T, T))
        except ValueError:
            raise ValueError(
                f"edges of shape {np.shape(edges)} do not fit {N} sentences of {T} words; "
                f"expected ({T}, {T}), or (N, heads, {T}, {T})"
            ) from None
        return mask

    def checked(self, tokens: Array) -> Array:
        """The tokens themselves. Raises ValueError where they are no table, or are too long."""
        places = len(self.places.weight)
        if tokens.ndim != 2 or tokens.shape[1] == 0:
            raise ValueError(
                f"tokens must be (N, T), a row of word numbers a sentence, got {tokens.shape}; "
                "for one sentence try tokens[None]"
            )
        if tokens.shape[1] > places:
            raise ValueError(
                f"sentences of {tokens.shape[1]} words, but the model has {places} places; "
                f"try encode(…, length={places}), which cuts, or a larger length"
            )
        return tokens
