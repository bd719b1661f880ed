"""What is made of words that a transformer has read: a class, a tag for each, or a missing word.

Each task is a model and, where labels are not at hand, what makes them of the text itself:

    a class of the sentence    Classifier(Transformer(…), Linear(32, 2)), or BagOfWords(…)
    a tag for each word        Sequential(Transformer(…), Linear(32, 7)), and token_cross_entropy
    the next word              LanguageModel(Transformer(…, causal=True)), and next_words
    words that are hidden      LanguageModel(Transformer(…)), and hide
"""

from typing import Any

import numpy as np

from helpers.autograd import Tensor, embedding
from helpers.checks import Array, generator
from helpers.datasets import Part
from helpers.losses import token_cross_entropy
from helpers.module import Module
from helpers.transformer import Transformer
from helpers.vocabulary import FIRST_WORD, HIDDEN, PADDING


class Classifier(Module):
    """One answer for a sentence: the mean over its words of what `body` knows of each, then `head`.

    body: a module that turns word numbers (N, T) into (N, T, D), such as a `Transformer`, or an
    `Embedding`, which knows nothing of order. head: a module (N, D) → (N, K).

    >>> from helpers.nn import Linear
    >>> rng = np.random.default_rng(0)
    >>> model = Classifier(Transformer(50, length=12, rng=rng), Linear(32, 2, rng=rng))
    >>> model(np.array([[7, 3, 9, 0], [8, 2, 0, 0]])).shape
    (2, 2)
    """

    def __init__(self, body: Module, head: Module):
        self.body = body
        self.head = head
        super().__init__(body, head)

    def forward(self, x: Tensor, **options: Any) -> Tensor:
        """Logits (N, K). Options such as edges and maps go on to the body."""
        return self.head(mean_of_words(self.body(x, **options), x.data))


class BagOfWords(Module):
    """Logistic regression on counts, which knows nothing of order: z = Σ W[word] + b.

    Word numbers (N, T) → logits (N, K). Counting how often each of n words occurs in a sentence and
    multiplying by W (n, K) is the sum of the rows of W that belong to its words; so pairs and
    triples of words, of which there are thousands, cost no more. Padding does not count.

    >>> BagOfWords(50, 2)(np.array([[7, 3, 7, 0], [8, 2, 0, 0]])).shape
    (2, 2)
    """

    def __init__(self, n: int, classes: int, *, dtype: Any = np.float32):
        self.weight = Tensor(np.zeros((n, classes), dtype), requires_grad=True)
        self.bias = Tensor(np.zeros(classes, dtype), requires_grad=True)
        super().__init__(self.weight, self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """The sum over the words of each sentence, and the bias."""
        are_words = (x.data != PADDING)[..., None].astype(self.dtype)
        return (embedding(self.weight, x.data) * are_words).sum(1) + self.bias


def mean_of_words(states: Tensor, tokens: Array) -> Tensor:
    """The mean of states (N, T, D) over the words, (N, D): padding does not count.

    A sentence without words has a mean of 0.

    >>> mean_of_words(Tensor([[[1.0], [3.0], [9.0]]]), np.array([[5, 7, PADDING]])).data
    array([[2.]])
    """
    are_words = tokens != PADDING
    shares = are_words / np.maximum(are_words.sum(1, keepdims=True), 1)
    return (states * shares[:, :, None].astype(states.dtype)).sum(1)


class LanguageModel(Module):
    """Which word stands there: a score for each word of the vocabulary, z = h Eᵀ + b.

    body: a `Transformer`; E (V, D) is its own table of words, so a word that is expected is one
    whose embedding looks like h. With a causal body it is asked for the next word
    (`next_words`), otherwise for words that are hidden (`hide`). Press and Wolf (2017).

    >>> model = LanguageModel(Transformer(50, length=12, rng=np.random.default_rng(0)))
    >>> model(np.array([[7, 3, 9, 0], [8, 2, 0, 0]])).shape
    (2, 4, 50)
    """

    def __init__(self, body: Transformer):
        self.body = body
        self.bias = Tensor(np.zeros(len(body.words.weight), body.dtype), requires_grad=True)
        super().__init__(body, self.bias)

    def forward(self, x: Tensor, at: Array | None = None, **options: Any) -> Tensor:
        """Logits (N, T, V), or only those at the M places where `at` (N, T) is true, (M, V)."""
        states = self.body(x, **options)
        shape = (*states.shape[:-1], self.bias.size)
        states = states.reshape(-1, states.shape[-1])
        if at is not None:
            chosen = np.flatnonzero(at)
            shape = (len(chosen), self.bias.size)
            states = states[chosen]
        logits = states @ self.body.words.weight.T + self.bias
        return logits.reshape(shape)


def next_words(tokens: Array) -> Part:
    """Sentences (N, T) without their last place, and for each place the word after it, (N, T − 1).

    Where that is padding, the target is −100, which `token_cross_entropy` leaves out. Raises
    ValueError for sentences of fewer than two places.

    >>> next_words(np.array([[7, 3, 9, 0]])).y.tolist()
    [[3, 9, -100]]
    """
    tokens = np.asarray(tokens)
    if tokens.ndim != 2 or tokens.shape[1] < 2:
        raise ValueError(f"tokens must be (N, T) with T ≥ 2, got {tokens.shape}")
    after = tokens[:, 1:]
    return Part(tokens[:, :-1], np.where(after == PADDING, token_cross_entropy.ignored, after))


def hide(
    tokens: Array, n_words: int, *, share: float = 0.2, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Sentences (N, T) in which some words are hidden, and where: a task without labels.

    Of all words a share is chosen, one at least. Of the chosen ones 80 % become HIDDEN, 10 % a word
    drawn from all n_words, and 10 % stay, so that no word in the sentence can be trusted. Returns
    the new tokens and the places (N, T), true where a word was chosen. Raises ValueError for a
    share outside 0 to 1, and where there is no word. Devlin, Chang, Lee and Toutanova (2019), BERT.

    >>> tokens = np.array([[7, 3, 9, 8, 4, 0]])
    >>> hidden, at = hide(tokens, 50, rng=np.random.default_rng(3))
    >>> hidden.tolist(), tokens[at].tolist()
    ([[2, 3, 9, 8, 2, 0]], [7, 4])
    """
    tokens = np.asarray(tokens)
    are_words = tokens != PADDING
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, got {share}; try 0.2")
    if not are_words.any():
        raise ValueError(f"there is no word to hide: {tokens.shape} tokens, and all are padding")
    draws = generator(rng).random(tokens.shape)
    at = are_words & (draws <= max(share, draws[are_words].min()))
    fate = rng.random(tokens.shape)
    others = rng.integers(FIRST_WORD, n_words, tokens.shape)
    hidden = np.where(fate < 0.8, HIDDEN, np.where(fate < 0.9, others, tokens))
    return np.where(at, hidden, tokens), at
