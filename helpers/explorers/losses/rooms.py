"""What the lines of lesson 02 are about: the rents of eight rooms, and three losses."""

from __future__ import annotations

import numpy as np

from helpers.losses import huber, mae, mse
from helpers.pictures import style
from helpers.regression import least_absolute, least_huber, least_squares

ROOMS = (
    np.array([1.0, 1.5, 2.0, 2.6, 3.2, 3.8, 4.4, 5.0]),  # x: size in 10 m²
    np.array([2.4, 2.5, 3.6, 3.9, 5.2, 5.2, 6.6, 6.8]),  # y: rent in 100 €
)
AXES = {"xlabel": "size / 10 m²", "ylabel": "rent / 100 €"}
LOSSES = {"MSE": mse, "MAE": mae, "Huber": huber}
BEST = {"MSE": least_squares, "MAE": least_absolute, "Huber": least_huber}  # (x, y) → best line
LOOK = {
    "MSE": {"color": style.PURPLE, "linestyle": "-"},
    "MAE": {"color": style.GREEN, "linestyle": "--"},
    "Huber": {"color": style.AMBER, "linestyle": "-."},
}
