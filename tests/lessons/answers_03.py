"""Wrong answers to the exercises of lesson 03, each with words of the message that it gets."""

import numpy as np

WRONG = {
    "03-1": [
        (lambda w, slope, lr: w + lr * slope, "goes uphill"),
        (lambda w, slope, lr: -lr * slope, "the move alone"),
        (lambda w, slope, lr: w - slope, "forgets the rate"),
        (lambda w, slope, lr: w - lr * np.sign(slope), "Take the rate times the slope away"),
        (lambda w, slope, lr: None, "Is its `return` missing"),
    ],
    "03-2": [
        (lambda lr, curvature: 1 - lr * curvature, "absolute value"),
        (lambda lr, curvature: lr * curvature, "the share that the step removes"),
        (lambda lr, curvature: max(0.0, 1 - lr * curvature), "other side of the minimum"),
        (lambda lr, curvature: abs(1 - lr), "A distance has no sign"),
    ],
    "03-3": [
        (lambda curvatures: 2 / max(curvatures), "this is the border"),
        (lambda curvatures: 1 / max(curvatures), "the flattest one crawls"),
        (lambda curvatures: 2 / sum(curvatures), "those between shrink faster"),
        (lambda curvatures: 2 / (curvatures[0] + curvatures[-1]), "may come in any order"),
        (lambda curvatures: 0.04, r"Set 1 − lr · \(the smallest\)"),
    ],
    "03-4": [
        (lambda theta, X, y: X.T @ (y - X @ theta) / len(y), "prediction minus target"),
        (lambda theta, X, y: X.T @ (X @ theta - y), "divide by their number"),
        (lambda theta, X, y: 2 * X.T @ (X @ theta - y) / len(y), "twice as much"),
        (lambda theta, X, y: (X @ theta - y) / len(y), "times its own column"),
        (lambda theta, X, y: X.T @ (X @ theta) / len(y), "Xᵀ times the errors"),
    ],
}
