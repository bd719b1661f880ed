"""Lesson 03: gradient descent."""

from __future__ import annotations

from helpers.marking.exercise import Exercise, Known


def step(w: float, slope: float, lr: float) -> float:
    """One step downhill."""
    return w - lr * slope


EXERCISES = {
    "1": Exercise(
        step,
        cases=[(1.0, 4.0, 0.1), (-2.0, -3.0, 0.5), (0.0, 1.0, 2.0), (3.0, 0.0, 0.1)],
        hint="Take the rate times the slope away from w.",
        known=[
            Known(
                lambda w, slope, lr: w + lr * slope,
                "this step goes uphill. The slope points up, so the step needs a minus.",
            ),
        ],
    ),
}
