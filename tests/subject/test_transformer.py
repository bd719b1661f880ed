"""A transformer: PyTorch's numbers, exact gradients, padding that changes nothing, a future that
does not leak.
"""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.autograd import Tensor
from helpers.derivatives import gradcheck
from helpers.engine import no_grad
from helpers.heads import Classifier, LanguageModel, hide, mean_of_words, next_words
from helpers.losses import cross_entropy, token_cross_entropy
from helpers.nn import MLP, Embedding, Linear, Sequential
from helpers.optim import Adam
from helpers.training import fit
from helpers.transformer import Attention, Block, Transformer, attend
from helpers.vocabulary import FIRST_WORD, HIDDEN, PADDING
from tests.support.reference import reference

TORCH = reference("transformer")
SIZES, TOKENS, TAGS = TORCH["sizes"], np.array(TORCH["tokens"]), np.array(TORCH["tags"])
HEADS = ("classify", "tag", "next", "masked")


def make(head="tag", *, seed=0, dtype=np.float64, **options):
    rng = np.random.default_rng(seed)
    body = Transformer(**SIZES, **options, rng=rng, dtype=dtype)
    if head == "classify":
        return Classifier(body, Linear(SIZES["width"], 2, rng=rng, dtype=dtype))
    if head == "tag":
        return Sequential(body, Linear(SIZES["width"], 3, rng=rng, dtype=dtype))
    return LanguageModel(body)


def body(seed=0, **options):
    return make(seed=seed, **options).layers[0]


def task(head):
    """Inputs, and targets of which padding is left out."""
    if head == "classify":
        return TOKENS, np.array([1, 0, 1])
    if head == "next":
        return next_words(TOKENS)
    return TOKENS, TAGS if head == "tag" else np.where(TAGS == 1, TOKENS, -100)


def sentences(rng, n, length, shortest=1):
    """Random sentences of different lengths, filled up with padding; one fills its row."""
    tokens = rng.integers(FIRST_WORD, SIZES["n_words"], (n, length))
    ends = rng.integers(shortest, length + 1, n)
    ends[0] = length
    tokens[np.arange(length) >= ends[:, None]] = PADDING
    return tokens


# PyTorch's numbers


def name(case):
    return " ".join([case["head"], *map(str, case["options"].values())])


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-6)])
@pytest.mark.parametrize("case", TORCH["cases"], ids=name)
def test_every_head_norm_and_mask_matches_pytorch_forward_and_backward(case, dtype, tolerance):
    model = make(case["head"], dtype=dtype, **case["options"])
    model.theta[:] = np.sin(np.arange(model.size) + 1) / 4
    X, y = task(case["head"])
    logits = model(X)
    loss = token_cross_entropy(logits, y)
    loss.backward()
    np.testing.assert_allclose(logits.data, case["logits"], rtol=0, atol=tolerance)
    assert loss.item() == pytest.approx(case["loss"], abs=tolerance)
    gradient = case["every 7th gradient"]
    np.testing.assert_allclose(model.grad[::7], gradient, rtol=0, atol=tolerance)


def test_the_cases_cover_every_head_with_both_norms_and_masks():
    cases = {(c["head"], c["options"]["norm"], c["options"]["causal"]) for c in TORCH["cases"]}
    assert len(cases) == len(HEADS) * 2 * 2


# Gradients


@settings(max_examples=30, deadline=None)
@given(
    n=st.integers(0, 3),
    length=st.integers(1, 4),
    heads=st.integers(1, 3),
    d=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_the_gradient_of_attention_is_exact_for_any_shape_and_mask(n, length, heads, d, seed):
    rng = np.random.default_rng(seed)
    qkv = Tensor(rng.normal(size=(n, length, 3 * heads * d)), requires_grad=True)
    mask = np.where(rng.random((n, heads, length, length)) < 0.3, -np.inf, 0)  # whole rows as well
    g = rng.normal(size=(n, length, heads * d))
    assert gradcheck(lambda x: (attend(x, heads, mask)[0] * g).sum(), qkv).difference < 1e-7


@settings(max_examples=12, deadline=None)
@given(
    head=st.sampled_from(HEADS),
    norm=st.sampled_from(["pre", "post"]),
    causal=st.booleans(),
    n=st.integers(1, 2),
    length=st.integers(2, 4),
    seed=st.integers(0, 99),
)
def test_gradients_of_all_weights_are_exact(head, norm, causal, n, length, seed):
    rng = np.random.default_rng(seed)
    model = make(head, norm=norm, causal=causal, activation="gelu")
    model.theta += 0.3 * rng.normal(size=model.size)
    X = sentences(rng, n, length, shortest=2)
    g = rng.normal(size=model(X).shape)
    weights = model.parameters()
    report = gradcheck(lambda *_: (model(X) * g).sum(), *weights)
    assert report.difference < 1e-6


def test_attention_is_what_its_equation_says_written_with_loops():
    rng = np.random.default_rng(0)
    qkv = rng.normal(size=(2, 3, 3 * 4))
    mask = np.where(np.tri(3), 0, -np.inf)
    y, weights = attend(Tensor(qkv), 2, mask)
    for n in range(2):
        for h in range(2):
            q, k, v = (qkv[n, :, 4 * i + 2 * h : 4 * i + 2 * h + 2] for i in range(3))
            for t in range(3):
                shares = np.exp([q[t] @ k[s] / 2**0.5 + mask[t, s] for s in range(3)])
                shares /= shares.sum()
                np.testing.assert_allclose(weights[n, h, t], shares, rtol=1e-12)
                np.testing.assert_allclose(y.data[n, t, 2 * h : 2 * h + 2], shares @ v, rtol=1e-12)


def test_a_word_that_may_look_nowhere_gets_zeros_and_passes_nothing_back():
    qkv = Tensor(np.random.default_rng(0).normal(size=(1, 3, 6)), requires_grad=True)
    y, weights = attend(qkv, 1, np.full((3, 3), -np.inf))
    y.sum().backward()
    assert not y.data.any() and not weights.any() and not qkv.grad.any()


def test_large_scores_stay_numbers():
    y, weights = attend(Tensor(np.full((1, 2, 6), 1e4, np.float32)), 2)
    assert np.isfinite(y.data).all() and weights.sum() == 4 and y.dtype == np.float32


# Padding


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("head", HEADS)
def test_padding_never_changes_a_result(head, causal, norm):
    rng = np.random.default_rng(1)
    model = make(head, causal=causal, norm=norm, blocks=2)
    model.theta += 0.2 * rng.normal(size=model.size)
    short = sentences(rng, 4, 4)
    long = np.pad(short, ((0, 0), (0, 2)))
    alone = [model(row[row != PADDING][None]).data[0] for row in short]
    for X in (short, long):
        for row, y, expected in zip(X, model(X).data, alone):
            kept = y if head == "classify" else y[row != PADDING]
            np.testing.assert_allclose(kept, expected, rtol=0, atol=1e-14)


def test_padding_never_changes_a_gradient():
    rng = np.random.default_rng(2)
    model = make("tag", blocks=2)
    tokens = sentences(rng, 4, 4)
    tags = np.where(tokens == PADDING, -100, tokens % 3)
    gradients = []
    for wider in (0, 2):
        model.zero_grad()
        X = np.pad(tokens, ((0, 0), (0, wider)))
        y = np.pad(tags, ((0, 0), (0, wider)), constant_values=-100)
        token_cross_entropy(model(X), y).backward()
        gradients.append(model.grad.copy())
    np.testing.assert_allclose(gradients[0], gradients[1], rtol=0, atol=1e-15)
    # the embedding of padding itself is never moved
    assert not model.layers[0].words.weight.grad[PADDING].any()


def test_a_sentence_without_words_is_answered_and_harms_no_other():
    model = make("classify", blocks=2)
    X = np.array([[0, 0, 0], [5, 4, 0]])
    logits = model(X)
    cross_entropy(logits, [0, 1]).backward()
    np.testing.assert_array_equal(logits.data[0], model.head.bias.data)
    np.testing.assert_allclose(logits.data[1], model(X[1:]).data[0], atol=1e-14)
    assert np.isfinite(model.grad).all()


def test_the_mean_of_words_leaves_padding_out():
    rng = np.random.default_rng(0)
    tokens = sentences(rng, 5, 4)
    states = rng.normal(size=(5, 4, 3))
    expected = [s[t != PADDING].mean(0) for s, t in zip(states, tokens)]
    np.testing.assert_allclose(mean_of_words(Tensor(states), tokens).data, expected, rtol=1e-12)


# The future


def influence(model, X, place):
    """How much the output at a place depends on the word at each place: sums of |gradients|."""
    words = model.words(X) + model.places.weight[: X.shape[1]]
    x = y = Tensor(words.data.copy(), requires_grad=True)
    for block in model.blocks:
        y = block(y, mask=model.mask(X))
    (y[:, place] ** 2).sum().backward()  # the plain sum of a layer norm is 0 whatever goes in
    return np.abs(x.grad).sum((0, 2))


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_the_future_does_not_leak_through_a_causal_mask(norm):
    rng = np.random.default_rng(0)
    model = body(causal=True, blocks=2, norm=norm)
    model.theta += 0.3 * rng.normal(size=model.size)
    X = sentences(rng, 3, 6, shortest=6)
    for place in range(6):
        felt = influence(model, X, place)
        assert (felt[: place + 1] > 1e-6).all(), "what is past is seen"
        assert not felt[place + 1 :].any(), "not by a single bit"


def test_without_the_causal_mask_every_word_is_seen_by_every_other():
    model = body(blocks=1)
    model.theta += 0.3 * np.random.default_rng(0).normal(size=model.size)
    assert (influence(model, sentences(np.random.default_rng(1), 3, 6, shortest=6), 0) > 1e-6).all()


def test_a_changed_later_word_changes_no_earlier_logit_of_a_causal_model():
    model = make("next", causal=True, blocks=2)
    one, other = np.array([[5, 4, 7, 9]]), np.array([[5, 4, 8, 3]])
    first, second = model(one).data[0], model(other).data[0]
    np.testing.assert_array_equal(first[:2], second[:2])
    assert np.abs(first[2:] - second[2:]).max() > 1e-3


# Looking, and forbidding to look


def test_the_weights_of_attention_are_read_without_changing_the_answer():
    model = make("classify", blocks=2)
    maps = []
    logits = model(TOKENS, maps=maps).data
    np.testing.assert_array_equal(logits, model(TOKENS).data)
    assert [weights.shape for weights in maps] == [(3, 2, 5, 5)] * 2
    for weights in maps:
        np.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-12)
        assert not weights[1, :, :, 3:].any(), "nobody looks at padding"


def test_an_edge_that_is_cut_is_not_looked_along_in_any_block_or_head():
    model = make("classify", blocks=2)
    edges = np.zeros((5, 5))
    edges[0, 3] = edges[2, 2] = -np.inf
    maps = []
    cut = model(TOKENS[:1], edges=edges, maps=maps).data
    for weights in maps:
        assert not weights[0, :, 0, 3].any() and not weights[0, :, 2, 2].any()
        assert (weights[0, :, 0, :3] > 0).all()
    assert np.abs(cut - model(TOKENS[:1]).data).max() > 1e-6


def test_a_word_that_nobody_may_look_at_is_felt_at_its_own_place_only():
    model = body()
    edges = np.zeros((5, 5))
    edges[:, 1] = -np.inf
    changed = TOKENS[:1].copy()
    changed[0, 1] = 9
    one, other = (model(tokens, edges=edges).data[0] for tokens in (TOKENS[:1], changed))
    np.testing.assert_array_equal(np.delete(one, 1, 0), np.delete(other, 1, 0))
    assert np.abs(one[1] - other[1]).max() > 1e-6


def test_edges_may_differ_from_sentence_to_sentence_and_from_head_to_head():
    model = body()
    edges = np.zeros((3, 2, 5, 5))
    edges[0, 1, 0, 1] = -np.inf
    maps = []
    model(TOKENS, edges=edges, maps=maps)
    assert maps[0][0, 1, 0, 1] == 0 < maps[0][0, 0, 0, 1]
    assert maps[0][1, 1, 0, 1] > 0


# Parts


def test_a_body_moves_from_one_head_to_another_with_what_it_has_learnt():
    rng = np.random.default_rng(0)
    pretrained = make("masked", blocks=2)
    tagger = Sequential(copy.deepcopy(pretrained.body), Linear(8, 3, rng=rng, dtype=np.float64))
    np.testing.assert_array_equal(tagger.layers[0](TOKENS).data, pretrained.body(TOKENS).data)
    frozen = np.zeros(tagger.size)
    frozen[pretrained.body.size :] = 0.01  # a rate for each weight: the body stands still
    before = tagger.theta.copy()
    options = {"epochs": 2, "batch_size": 2, "rng": rng, "progress": False}
    fit(tagger, token_cross_entropy, Adam(lr=frozen), (TOKENS, TAGS), **options)
    moved = np.abs(tagger.theta - before)
    assert not moved[: pretrained.body.size].any() and moved[pretrained.body.size :].all()


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_a_small_transformer_learns_what_no_bag_of_words_can(norm):
    """Whether one word comes before another: the same words are in both classes."""
    rng = np.random.default_rng(0)
    X = rng.integers(5, SIZES["n_words"], (400, 6))
    places = np.array([rng.permutation(6)[:2] for _ in X])
    X[np.arange(400), places[:, 0]], X[np.arange(400), places[:, 1]] = 3, 4
    y = (places[:, 0] < places[:, 1]).astype(int)
    scores = []
    for body in (
        Transformer(**SIZES, norm=norm, rng=rng),
        Embedding(SIZES["n_words"], SIZES["width"], rng=rng),
    ):
        model = Classifier(body, MLP((8, 16, 2), rng=rng))
        options = {"epochs": 20, "batch_size": 20, "rng": rng, "progress": False}
        fit(model, cross_entropy, Adam(0.01), (X[:300], y[:300]), **options)
        scores.append(np.mean(model(X[300:]).data.argmax(1) == y[300:]))
    assert scores[0] > 0.97 and scores[1] < 0.65


def test_dropout_acts_in_training_only():
    model = make("tag", dropout=0.5)
    assert np.abs(model(TOKENS).data - model(TOKENS).data).max() > 1e-3
    model.eval()
    np.testing.assert_array_equal(model(TOKENS).data, model(TOKENS).data)


def test_attention_and_linear_are_single_nodes():
    model = make("tag", blocks=1)
    ops = [t.op for t in model(TOKENS).graph() if t.op]
    assert ops.count("attention") == 1 and ops.count("linear") == 5 and len(ops) < 20


@pytest.mark.parametrize("head", HEADS)
def test_float32_stays_float32(head):
    model = make(head, dtype=np.float32, causal=True, dropout=0.1)
    X, y = task(head)
    logits = model(X)
    token_cross_entropy(logits, y).backward()
    assert logits.dtype == model.grad.dtype == np.float32
    with no_grad():
        assert model(X).edges == ()


# The tasks without labels


@given(n=st.integers(1, 5), length=st.integers(1, 6), seed=st.integers(0, 99))
def test_only_words_are_hidden_and_what_is_not_chosen_stays(n, length, seed):
    rng = np.random.default_rng(seed)
    tokens = sentences(rng, n, length)
    hidden, at = hide(tokens, SIZES["n_words"], rng=rng)
    assert at.any() and not at[tokens == PADDING].any()
    np.testing.assert_array_equal(hidden[~at], tokens[~at])
    assert ((hidden[at] == HIDDEN) | (hidden[at] >= FIRST_WORD)).all()


def test_a_fifth_is_hidden_and_a_fifth_of_that_is_not_marked():
    rng = np.random.default_rng(0)
    tokens = rng.integers(FIRST_WORD, 1000, (500, 20))
    hidden, at = hide(tokens, 1000, rng=rng)
    assert at.mean() == pytest.approx(0.2, abs=0.01)
    assert np.mean(hidden[at] == HIDDEN) == pytest.approx(0.8, abs=0.03)
    assert np.mean(hidden[at] == tokens[at]) == pytest.approx(0.1, abs=0.03)


def test_logits_at_chosen_places_are_those_of_all_places_and_so_are_gradients():
    model = make("masked", blocks=2)
    at = TAGS == 1
    everywhere, here = model(TOKENS), model(TOKENS, at=at)
    np.testing.assert_allclose(here.data, everywhere.data[at], atol=1e-15)
    gradients = []
    for loss in (
        token_cross_entropy(everywhere, np.where(at, TOKENS, -100)),
        cross_entropy(here, TOKENS[at]),
    ):
        model.zero_grad()
        loss.backward()
        gradients.append(model.grad.copy())
    np.testing.assert_allclose(gradients[0], gradients[1], atol=1e-15)


def test_the_next_word_of_padding_does_not_count():
    inputs, targets = next_words(TOKENS)
    np.testing.assert_array_equal(inputs, TOKENS[:, :-1])
    assert targets[1].tolist() == [4, 3, -100, -100] and (targets[2] == -100).all()


# Bad input


@pytest.mark.parametrize(
    "make, message",
    [
        (
            lambda: body()(TOKENS[0]),
            r"tokens must be \(N, T\), .* got \(5,\); for one sentence try",
        ),
        (lambda: body()(TOKENS[:, :0]), r"tokens must be \(N, T\).* got \(3, 0\)"),
        (lambda: body()(np.ones((1, 7), int)), "sentences of 7 words, but the model has 6 places"),
        (lambda: body()(np.array([[5, 11]])), "whole numbers from 0 to 10, got 11"),
        (lambda: body()(np.array([[5, -1]])), "whole numbers from 0 to 10, got -1"),
        (lambda: body()(np.array([[0.5]])), "whole numbers from 0 to 10, got 0.5"),
        (
            lambda: body()(TOKENS, edges=np.zeros((4, 4))),
            r"edges of shape \(4, 4\) do not fit 3 sentences of 5 words; expected \(5, 5\)",
        ),
        (lambda: body(causal=True)(TOKENS, edges=np.zeros((3, 4, 5, 5))), "do not fit"),
        (lambda: body(norm="both"), "norm must be 'pre' or 'post', got 'both'"),
        (lambda: body(activation="sine"), "unknown activation 'sine'"),
        (lambda: body(dropout=1.0), "p must be at least 0 and below 1, got 1"),
        (lambda: body(blocks=0), "blocks must be a whole number ≥ 1, got 0"),
        (
            lambda: Attention(32, 5, rng=np.random.default_rng(0)),
            "width must be a multiple of heads, got 32 and 5",
        ),
        (
            lambda: Block(8, 0, rng=np.random.default_rng(0)),
            "heads must be a whole number ≥ 1, got 0",
        ),
        (lambda: Embedding(0, 3, rng=np.random.default_rng(0)), r"got Embedding\(0, 3\)"),
        (lambda: next_words(TOKENS[:, :1]), r"\(N, T\) with T ≥ 2, got \(3, 1\)"),
        (lambda: hide(TOKENS, 11, share=0, rng=None), "share must be above 0 and at most 1, got 0"),
        (lambda: hide(0 * TOKENS, 11, rng=None), "no word to hide"),
    ],
)
def test_wrong_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
