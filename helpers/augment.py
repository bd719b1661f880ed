"""Examples in other words: a layer that shows a network its pictures moved, turned and dirtied."""

import math

import numpy as np

from helpers.autograd import Tensor
from helpers.checks import Array, as_floats, generator, non_negative, whole
from helpers.module import Module


class Augment(Module):
    """In training every picture is turned, moved and dirtied a little, another way each time.

    x: (..., side²), square pictures row by row, in which 0 is empty paper; so it stands first, on
    pixels, and scaling comes after it. Each picture is turned about its middle by an angle from
    −turn to turn degrees, moved by −shift to shift whole pixels down and right, and gets normal
    noise of standard deviation `noise`, in the unit of the pixels. Ink that leaves the picture is
    gone, and what comes in is empty. In evaluation nothing changes. Raises ValueError for a shift
    that is no whole number ≥ 0, a turn that is not from 0 to 180, and a noise below 0.

    Simard, Steinkraus and Platt (2003), Best practices for convolutional neural networks.

    >>> layer = Augment(shift=1, turn=0, noise=0.0, rng=np.random.default_rng(0))
    >>> layer(np.array([0.0, 0, 0, 0, 7, 0, 0, 0, 0])).data.reshape(3, 3)
    array([[0., 0., 0.],
           [7., 0., 0.],
           [0., 0., 0.]], dtype=float32)
    """

    def __init__(
        self, shift: int = 0, turn: float = 0.0, noise: float = 0.0, *, rng: np.random.Generator
    ):
        self.shift = whole("shift", shift, low=0, hint="it counts pixels")
        if not 0 <= turn <= 180:
            raise ValueError(f"turn must be from 0 to 180 degrees, got {turn}; try 15")
        self.turn = float(turn)
        self.noise = float(non_negative("noise", noise, hint="it is a standard deviation"))
        self.rng = generator(rng)
        super().__init__()

    def __repr__(self) -> str:
        return f"Augment(shift={self.shift}, turn={self.turn:g}, noise={self.noise:g})"

    def forward(self, x: Tensor) -> Tensor:
        """The pictures, changed at random. Raises ValueError where x holds no square pictures.

        Also where x asks for a gradient, which ends here: the layer belongs before all weights.
        """
        side = math.isqrt(x.shape[-1]) if x.shape else 0
        if side == 0 or side**2 != x.shape[-1]:
            raise ValueError(f"{self} needs square pictures, x of shape (..., 64), got {x.shape}")
        if self.shift >= side:
            raise ValueError(f"{self} moves pictures of {side} × {side} pixels out of sight")
        if x.requires_grad:
            raise ValueError(f"{self} passes no gradient on; put it before the first weights")
        if not self.training:
            return x
        X = as_floats(x.data, self.dtype)
        changed = self.moved(X.reshape(-1, side, side)).reshape(X.shape)
        if self.noise > 0:
            changed = changed + self.rng.normal(0, self.noise, X.shape)
        return Tensor(changed.astype(X.dtype, copy=False))

    def moved(self, pictures: Array) -> Array:
        """Each picture (n, side, side) turned and moved by its own angle and way."""
        n = len(pictures)
        angles = np.radians(self.rng.uniform(-self.turn, self.turn, n))
        ways = self.rng.integers(-self.shift, self.shift, (n, 2), endpoint=True)
        if self.turn == 0 and self.shift == 0:
            return pictures
        return move(pictures, angles, ways)


def move(pictures: Array, angles: Array, ways: Array) -> Array:
    """Pictures (n, H, W) turned by `angles` (n,), then moved by `ways` (n, 2) down and right.

    A pixel gets the ink of the place that it comes from, mixed of the four pixels around that place
    by their nearness (bilinear); beyond the picture there is none. Angles in radians,
    counterclockwise as one sees it.

    >>> move(np.array([[[0.0, 5.0], [0.0, 0.0]]]), np.array([np.pi / 2]), np.zeros((1, 2))).round()
    array([[[5., 0.],
            [0., 0.]]])
    """
    n, height, width = pictures.shape
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    down, right = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    down = down - middle[0] - np.reshape(ways[:, 0], (n, 1, 1))
    right = right - middle[1] - np.reshape(ways[:, 1], (n, 1, 1))
    cos, sin = np.cos(angles)[:, None, None], np.sin(angles)[:, None, None]
    # where each pixel was before: turned back about the middle
    row = cos * down + sin * right + middle[0]
    column = cos * right - sin * down + middle[1]
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))  # a rim of empty paper
    row, column = np.clip(row + 1, 0, height + 1), np.clip(column + 1, 0, width + 1)
    top = np.minimum(row.astype(int), height)
    left = np.minimum(column.astype(int), width)
    below, beside = row - top, column - left  # how near to the next pixel, 0 to 1
    one = np.arange(n)[:, None, None]
    upper = (1 - beside) * padded[one, top, left] + beside * padded[one, top, left + 1]
    lower = (1 - beside) * padded[one, top + 1, left] + beside * padded[one, top + 1, left + 1]
    return ((1 - below) * upper + below * lower).astype(pictures.dtype, copy=False)
