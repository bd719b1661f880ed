"""The angle between two directions, which figures tell in degrees."""

import numpy as np

Array = np.ndarray


def angle_between(one: Array, other: Array) -> float:
    """Degrees from 0 to 180 between two directions (n,), NaN where one of them has no length.

    cos φ = a · b / (‖a‖ ‖b‖)

    >>> round(angle_between(np.array([1.0, 0.0]), np.array([1.0, 1.0])), 6)
    45.0
    """
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    if not lengths > 0:
        return np.nan
    return float(np.degrees(np.arccos(np.clip(one @ other / lengths, -1, 1))))
