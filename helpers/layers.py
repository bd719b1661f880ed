"""Layers that keep signals alive in deep networks: normalisation and residual connections; and dropout."""

import numpy as np

from helpers.autograd import Tensor, node
from helpers.nn import Module, Sequential
from helpers.numerical import as_floats
from helpers.optim import checked


class _Norm(Module):
    """y = weight · x̂ + bias with x̂ = (x − mean) / √(variance + eps), as one node. x: (..., n)."""

    def __init__(self, n: int, eps: float = 1e-5, *, dtype=np.float32):
        self.weight = Tensor(np.ones(n, dtype), requires_grad=True)
        self.bias = Tensor(np.zeros(n, dtype), requires_grad=True)
        self.eps = checked("eps", eps)
        super().__init__(self.weight, self.bias)

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != self.weight.shape:
            raise ValueError(f"{self} needs x of shape (..., {self.weight.size}), got {x.shape}")
        X = as_floats(x.data, self.dtype)
        mean, variance, axes = self.statistics(X)
        weight, deviation = self.weight.data, np.sqrt(variance + self.eps)
        x_hat = (X - mean) / deviation

        def by_x(g):
            g = g * weight / deviation
            if axes is not None:  # mean and deviation were made of x
                g = g - g.mean(axes, keepdims=True) - x_hat * (g * x_hat).mean(axes, keepdims=True)
            return g

        by_weights = (self.weight, lambda g: g * x_hat), (self.bias, lambda g: g)
        return node(type(self).__name__.lower(), weight * x_hat + self.bias.data, (x, by_x), *by_weights)


class BatchNorm(_Norm):
    """Every unit with mean 0 and variance 1 over the batch, before weight and bias (Ioffe, Szegedy, 2015). x: (..., n).
    In training by the batch's own mean and variance; the running ones follow, r ← r + momentum · (the batch's − r), and
    count in evaluation: there no prediction depends on another example. The running variance is the unbiased one.
    >>> layer = BatchNorm(1)
    >>> layer(np.array([[1.0], [3.0]])).data.ravel().round(3), layer.running_mean, layer.running_var
    (array([-1.,  1.], dtype=float32), array([0.2], dtype=float32), array([1.1], dtype=float32))
    """

    def __init__(self, n: int, eps: float = 1e-5, momentum: float = 0.1, *, dtype=np.float32):
        super().__init__(n, eps, dtype=dtype)
        self.momentum = checked("momentum", momentum)
        self.running_mean, self.running_var = self.buffers = np.zeros(n, dtype), np.ones(n, dtype)

    def statistics(self, x):
        if not self.training:
            return self.running_mean, self.running_var, None
        axes, n = tuple(range(x.ndim - 1)), x[..., 0].size
        if n < 2:
            raise ValueError(f"{self} needs two examples to train, got shape {x.shape}; try another batch_size")
        mean, variance = x.mean(axes), x.var(axes)
        for running, new in zip(self.buffers, (mean, variance * (n / (n - 1)))):
            running += self.momentum * (new - running)
        return mean, variance, axes


class LayerNorm(_Norm):
    """Every example with mean 0 and variance 1 over its own n units. Ba, Kiros and Hinton (2016). x: (..., n).
    >>> LayerNorm(3)(np.array([[1.0, 2.0, 3.0]])).data.round(3)
    array([[-1.225,  0.   ,  1.225]], dtype=float32)
    """

    def statistics(self, x):
        return x.mean(-1, keepdims=True), x.var(-1, keepdims=True), -1


class Dropout(Module):
    """In training every number becomes 0 with probability p, the others grow by 1 / (1 − p). Srivastava et al. (2014).
    >>> Dropout(0.5, rng=np.random.default_rng(0))(np.ones(4)).data
    array([2., 0., 0., 0.], dtype=float32)
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator):
        self.p, self.rng = checked("p", p, below=1), rng
        super().__init__()

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        X = as_floats(x.data, self.dtype)
        factor = ((self.rng.random(x.shape) >= self.p) / (1 - self.p)).astype(X.dtype)
        return node("dropout", X * factor, (x, lambda g: g * factor))


class Residual(Sequential):
    """x + layers(x): the gradient finds a way past the layers, which must keep the shape. He et al. (2016).
    >>> Residual(LayerNorm(2))(np.array([1.0, 3.0])).data.round(2)
    array([0., 4.], dtype=float32)
    """

    def forward(self, x: Tensor) -> Tensor:
        y = super().forward(x)
        if y.shape != x.shape:
            raise ValueError(f"{self} must keep the shape, but made {y.shape} of {x.shape}")
        return x + y
