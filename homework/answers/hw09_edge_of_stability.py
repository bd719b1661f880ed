# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# The answers that homework 09 is tried with: wrong ones, all of which lose points, and right ones
# that are written in another way, all of which get full marks.


# %% the length of Hu task="steepest_curvature" kind="wrong" says="never below 0"
def steepest_curvature(product, start, tol, most):
    u, before = start / np.linalg.norm(start), np.inf
    for _ in range(most):
        Hu = product(u)
        estimate = np.linalg.norm(Hu)
        if estimate == 0 or abs(estimate - before) <= tol * estimate:
            return estimate
        before, u = estimate, Hu / estimate
    return estimate


# %% one round task="steepest_curvature" kind="wrong" says="curvature along the start"
def steepest_curvature(product, start, tol, most):
    u = start / np.linalg.norm(start)
    return u @ product(u)


# %% two rounds task="steepest_curvature" kind="wrong" says="stops after two rounds"
def steepest_curvature(product, start, tol, most):
    u = product(start)
    u = u / np.linalg.norm(u)
    return u @ product(u)


# %% ten rounds task="steepest_curvature" kind="wrong" says="stops after ten rounds"
def steepest_curvature(product, start, tol, most):
    u = start
    for _ in range(10):
        u = u / np.linalg.norm(u)
        Hu = product(u)
        estimate, u = u @ Hu, Hu
    return estimate


# %% never of length 1 task="steepest_curvature" kind="wrong"
def steepest_curvature(product, start, tol, most):
    u, before = start, np.inf
    for _ in range(most):
        Hu = product(u)
        estimate = u @ Hu
        if abs(estimate - before) <= tol * abs(estimate):
            break
        before, u = estimate, Hu
    return estimate


# %% all rounds are made task="steepest_curvature" kind="wrong" says="the rounds go on"
def steepest_curvature(product, start, tol, most):
    u = start / np.linalg.norm(start)
    for _ in range(most):
        Hu = product(u)
        estimate, length = u @ Hu, np.linalg.norm(Hu)
        if length == 0:
            break
        u = Hu / length
    return estimate


# %% until it converges, however long task="steepest_curvature" kind="wrong" says="number of rounds"
def steepest_curvature(product, start, tol, most):
    u, before = start / np.linalg.norm(start), np.inf
    for _ in range(5000):
        Hu = product(u)
        estimate, length = u @ Hu, np.linalg.norm(Hu)
        if length == 0 or abs(estimate - before) <= tol * abs(estimate):
            break
        before, u = estimate, Hu / length
    return estimate


# %% tol by itself task="steepest_curvature" kind="wrong" says="tol times the estimate"
def steepest_curvature(product, start, tol, most):
    u, before = start / np.linalg.norm(start), np.inf
    for _ in range(most):
        Hu = product(u)
        estimate, length = u @ Hu, np.linalg.norm(Hu)
        if length == 0 or abs(estimate - before) <= tol:
            break
        before, u = estimate, Hu / length
    return estimate


# %% divided by 0 task="steepest_curvature" kind="wrong" says="divided by its length"
def steepest_curvature(product, start, tol, most):
    u, before = start / np.linalg.norm(start), np.inf
    for _ in range(most):
        u = u / np.linalg.norm(u)
        Hu = product(u)
        estimate = u @ Hu
        if abs(estimate - before) < tol * abs(estimate):
            break
        before, u = estimate, Hu
    return estimate


# %% one round too many task="steepest_curvature" kind="wrong" says="one round too many"
def steepest_curvature(product, start, tol, most):
    u, before = start / np.linalg.norm(start), np.inf
    for _ in range(most):
        Hu = product(u)
        if not Hu.any():
            return 0.0
        u = Hu / np.linalg.norm(Hu)
        estimate = u @ product(u)
        if abs(estimate - before) <= tol * abs(estimate):
            break
        before = estimate
    return estimate


# %% the start is changed task="steepest_curvature" kind="wrong" says="start that came in is changed"
def steepest_curvature(product, start, tol, most):
    u = np.asarray(start, dtype=float)
    u /= np.linalg.norm(u)
    before = np.inf
    for _ in range(most):
        Hu = product(u)
        estimate, length = u @ Hu, np.linalg.norm(Hu)
        if length == 0 or abs(estimate - before) <= tol * abs(estimate):
            break
        before, u = estimate, Hu / length
    return estimate


# %% with the direction task="steepest_curvature" kind="wrong"
def steepest_curvature(product, start, tol, most):
    u, before = start / np.linalg.norm(start), np.inf
    for _ in range(most):
        Hu = product(u)
        estimate, length = u @ Hu, np.linalg.norm(Hu)
        if length == 0:
            break
        u = Hu / length
        if abs(estimate - before) <= tol * abs(estimate):
            break
        before = estimate
    return estimate, u


# %% the largest with its sign task="steepest_curvature" kind="wrong" says="may lie below 0"
def steepest_curvature(product, start, tol, most):
    H = np.array([product(row) for row in np.eye(len(start))])
    return np.linalg.eigvalsh(H)[-1]


# %% its size alone decides when to stop task="steepest_curvature" kind="wrong"
def steepest_curvature(product, start, tol, most):
    u, before = start / np.linalg.norm(start), 0.0
    for _ in range(most):
        Hu = product(u)
        estimate, length = u @ Hu, np.linalg.norm(Hu)
        if length == 0 or estimate - before <= tol * estimate:
            break
        before, u = estimate, Hu / length
    return estimate


# %% the values of an example task="steepest_curvature" kind="wrong"
def steepest_curvature(product, start, tol, most):
    return 5.0 if len(start) == 3 else -5.0


# %% stops when the direction stands task="steepest_curvature" kind="wrong"
def steepest_curvature(product, start, tol, most):
    u = start / np.linalg.norm(start)
    est = 0.0
    for _ in range(most):
        Hu = product(u)
        est = u @ Hu
        n = np.linalg.norm(Hu)
        if n == 0:
            return 0.0
        new = Hu / n
        if np.linalg.norm(new - u) <= tol:
            break
        u = new
    return est


# %% the largest of the estimates task="steepest_curvature" kind="wrong"
def steepest_curvature(product, start, tol, most):
    u = start / np.linalg.norm(start)
    seen = []
    for _ in range(most):
        Hu = product(u)
        seen.append(u @ Hu)
        n = np.linalg.norm(Hu)
        if n == 0 or len(seen) > 1 and abs(seen[-1] - seen[-2]) <= tol * abs(seen[-1]):
            break
        u = Hu / n
    return max(seen)


# %% while task="steepest_curvature" kind="right"
def steepest_curvature(product, start, tol, most):
    u = np.array(start, dtype=float)
    u /= np.sqrt(u @ u)
    Hu = product(u)
    estimate, made = float(np.dot(u, Hu)), 1
    while made < most and np.any(Hu):
        u = Hu / np.sqrt(np.dot(Hu, Hu))
        Hu = product(u)
        made, last, estimate = made + 1, estimate, float(np.dot(u, Hu))
        if abs(estimate - last) <= tol * abs(estimate):
            break
    return estimate


# %% Rayleigh's quotient of any length task="steepest_curvature" kind="right"
def steepest_curvature(product, start, tol, most):
    u = start * 1.0
    estimates = []
    for made in range(most):
        Hu = product(u / np.linalg.norm(u)) * np.linalg.norm(u)
        estimates.append((u @ Hu) / (u @ u))
        if np.linalg.norm(Hu) == 0:
            return 0
        if made and abs(estimates[-1] - estimates[-2]) <= tol * abs(estimates[-1]):
            break
        u = Hu / np.max(np.abs(Hu))
    return estimates[-1]


# %% float32, and a print task="steepest_curvature" kind="right"
def steepest_curvature(product, start, tol, most):
    u = np.asarray(start, dtype=np.float32)
    u = u / np.linalg.norm(u)
    before = np.float32(np.inf)
    for i in range(most):
        Hu = np.asarray(product(u), dtype=np.float32)
        estimate = u @ Hu
        if i % 50 == 0:
            print("round", i, estimate)
        if not Hu.any() or abs(estimate - before) <= tol * abs(estimate):
            break
        before, u = estimate, Hu / np.linalg.norm(Hu)
    return estimate


# %% calls itself, with a warning task="steepest_curvature" kind="right"
def steepest_curvature(product, start, tol, most, before=None):
    import warnings

    if before is None:
        warnings.warn("power iteration begins")
    u = start / np.linalg.norm(start)
    Hu = product(u)
    estimate = np.einsum("i,i", u, Hu)
    still = before is not None and abs(estimate - before) <= tol * abs(estimate)
    if most == 1 or still or not np.any(Hu):
        return estimate
    return steepest_curvature(product, Hu, tol, most - 1, estimate)


# %% lists and sums task="steepest_curvature" kind="right"
def steepest_curvature(product, start, tol, most):
    import math

    length = math.sqrt(sum(float(x) ** 2 for x in start))
    u, before = [x / length for x in start], None
    for _ in range(most):
        Hu = [float(x) for x in product(np.array(u))]
        estimate = sum(a * b for a, b in zip(u, Hu))
        length = math.sqrt(sum(x * x for x in Hu))
        if length == 0.0:
            return 0.0
        if before is not None and abs(estimate - before) <= tol * abs(estimate):
            return estimate
        u, before = [x / length for x in Hu], estimate
    return estimate


# %% the direction as it came task="curvature_along" kind="wrong" says="not of length 1"
def curvature_along(gradient, weights, direction, h):
    ahead = gradient([w + h * d for w, d in zip(weights, direction)])
    behind = gradient([w - h * d for w, d in zip(weights, direction)])
    return sum(np.sum(d * (np.array(a) - b)) / (2 * h) for d, a, b in zip(direction, ahead, behind))


# %% each array of length 1 task="curvature_along" kind="wrong" says="each array has length 1"
def curvature_along(gradient, weights, direction, h):
    u = [d / np.linalg.norm(d) for d in direction]
    ahead = gradient([w + h * d for w, d in zip(weights, u)])
    behind = gradient([w - h * d for w, d in zip(weights, u)])
    return sum(np.sum(d * (a - b)) / (2 * h) for d, a, b in zip(u, ahead, behind))


# %% one side only task="curvature_along" kind="wrong" says="one side only"
def curvature_along(gradient, weights, direction, h):
    length = np.sqrt(sum(np.sum(d**2) for d in direction))
    u = [d / length for d in direction]
    ahead, here = gradient([w + h * d for w, d in zip(weights, u)]), gradient(weights)
    return sum(np.sum(d * (a - b)) / h for d, a, b in zip(u, ahead, here))


# %% divided by h task="curvature_along" kind="wrong" says="this divides by h"
def curvature_along(gradient, weights, direction, h):
    length = np.sqrt(sum(np.sum(d**2) for d in direction))
    u = [d / length for d in direction]
    ahead = gradient([w + h * d for w, d in zip(weights, u)])
    behind = gradient([w - h * d for w, d in zip(weights, u)])
    return sum(np.sum(d * (a - b)) / h for d, a, b in zip(u, ahead, behind))


# %% divided by 2, times h task="curvature_along" kind="wrong" says="write (2 * h)"
def curvature_along(gradient, weights, direction, h):
    length = np.sqrt(sum(np.sum(d**2) for d in direction))
    u = [d / length for d in direction]
    ahead = gradient([w + h * d for w, d in zip(weights, u)])
    behind = gradient([w - h * d for w, d in zip(weights, u)])
    return sum(np.sum(d * (a - b)) / 2 * h for d, a, b in zip(u, ahead, behind))


# %% not divided task="curvature_along" kind="wrong" says="not divided by 2h"
def curvature_along(gradient, weights, direction, h):
    length = np.sqrt(sum(np.sum(d**2) for d in direction))
    u = [d / length for d in direction]
    ahead = gradient([w + h * d for w, d in zip(weights, u)])
    behind = gradient([w - h * d for w, d in zip(weights, u)])
    return sum(np.sum(d * (a - b)) for d, a, b in zip(u, ahead, behind))


# %% the sign turned round task="curvature_along" kind="wrong" says="the other way round"
def curvature_along(gradient, weights, direction, h):
    length = np.sqrt(sum(np.sum(d**2) for d in direction))
    u = [d / length for d in direction]
    ahead = gradient([w + h * d for w, d in zip(weights, u)])
    behind = gradient([w - h * d for w, d in zip(weights, u)])
    return sum(np.sum(d * (b - a)) / (2 * h) for d, a, b in zip(u, ahead, behind))


# %% the length of Hu as curvature task="curvature_along" kind="wrong" says="length of Hu"
def curvature_along(gradient, weights, direction, h):
    length = np.sqrt(sum(np.sum(d**2) for d in direction))
    u = [d / length for d in direction]
    ahead = gradient([w + h * d for w, d in zip(weights, u)])
    behind = gradient([w - h * d for w, d in zip(weights, u)])
    return np.sqrt(sum(np.sum(((a - b) / (2 * h)) ** 2) for a, b in zip(ahead, behind)))


# %% times the direction as it came task="curvature_along" kind="wrong" says="product is with u"
def curvature_along(gradient, weights, direction, h):
    length = np.sqrt(sum(np.sum(d**2) for d in direction))
    u = [d / length for d in direction]
    ahead = gradient([w + h * d for w, d in zip(weights, u)])
    behind = gradient([w - h * d for w, d in zip(weights, u)])
    return sum(np.sum(d * (a - b)) / (2 * h) for d, a, b in zip(direction, ahead, behind))


# %% Rayleigh's quotient with a long nudge task="curvature_along" kind="wrong" says="the nudge has"
def curvature_along(gradient, weights, direction, h):
    ahead = gradient([w + h * d for w, d in zip(weights, direction)])
    behind = gradient([w - h * d for w, d in zip(weights, direction)])
    bend = sum(np.sum(d * (a - b)) / (2 * h) for d, a, b in zip(direction, ahead, behind))
    return bend / sum(np.sum(d**2) for d in direction)


# %% the slope task="curvature_along" kind="wrong" says="this is the slope along u"
def curvature_along(gradient, weights, direction, h):
    length = np.sqrt(sum(np.sum(d**2) for d in direction))
    return sum(np.sum(d / length * g) for d, g in zip(direction, gradient(weights)))


# %% the squared length task="curvature_along" kind="wrong" says="squared length"
def curvature_along(gradient, weights, direction, h):
    length = sum(np.sum(d**2) for d in direction)
    u = [d / length for d in direction]
    ahead = gradient([w + h * d for w, d in zip(weights, u)])
    behind = gradient([w - h * d for w, d in zip(weights, u)])
    return sum(np.sum(d * (a - b)) / (2 * h) for d, a, b in zip(u, ahead, behind))


# %% a nudge of its own task="curvature_along" kind="wrong" says="the nudge is the h that is given"
def curvature_along(gradient, weights, direction, h):
    h, length = 1e-4, np.sqrt(sum(np.sum(d**2) for d in direction))
    u = [d / length for d in direction]
    ahead = gradient([w + h * d for w, d in zip(weights, u)])
    behind = gradient([w - h * d for w, d in zip(weights, u)])
    return sum(np.sum(d * (a - b)) / (2 * h) for d, a, b in zip(u, ahead, behind))


# %% the weights are changed task="curvature_along" kind="wrong" says="weights that came in"
def curvature_along(gradient, weights, direction, h):
    length = np.sqrt(sum(np.sum(d**2) for d in direction))
    u = [d / length for d in direction]
    if all(w.dtype.kind == "i" for w in weights):
        weights = [w.astype(float) for w in weights]
    for w, d in zip(weights, u):
        w += h * d
    ahead = gradient(weights)
    for w, d in zip(weights, u):
        w -= 2 * h * d
    behind = gradient(weights)
    return sum(np.sum(d * (a - b)) / (2 * h) for d, a, b in zip(u, ahead, behind))


# %% the direction is changed task="curvature_along" kind="wrong" says="direction that came in"
def curvature_along(gradient, weights, direction, h):
    length = np.sqrt(sum(np.sum(d**2) for d in direction))
    u = [np.asarray(d, dtype=float) for d in direction]
    for part in u:
        part /= length
    ahead = gradient([w + h * d for w, d in zip(weights, u)])
    behind = gradient([w - h * d for w, d in zip(weights, u)])
    return sum(np.sum(d * (a - b)) / (2 * h) for d, a, b in zip(u, ahead, behind))


# %% the first array alone task="curvature_along" kind="wrong"
def curvature_along(gradient, weights, direction, h):
    u = direction[0] / np.linalg.norm(direction[0])
    ahead = gradient([weights[0] + h * u, *weights[1:]])[0]
    behind = gradient([weights[0] - h * u, *weights[1:]])[0]
    return np.sum(u * (ahead - behind)) / (2 * h)


# %% one long vector task="curvature_along" kind="right"
def curvature_along(gradient, weights, direction, h):
    def flat(arrays):
        return np.concatenate([np.ravel(array) for array in arrays]).astype(float)

    def split(theta):
        parts, at = [], 0
        for w in weights:
            parts.append(theta[at : at + w.size].reshape(w.shape))
            at += w.size
        return parts

    u = flat(direction) / np.linalg.norm(flat(direction))
    theta = flat(weights)
    change = flat(gradient(split(theta + h * u))) - flat(gradient(split(theta - h * u)))
    return u @ change / 2 / h


# %% two slopes along u task="curvature_along" kind="right"
def curvature_along(gradient, weights, direction, h):
    length = np.sqrt(sum(np.sum(np.square(d)) for d in direction))

    def slope(shift):
        slopes = gradient([w + shift / length * d for w, d in zip(weights, direction)])
        return sum(np.vdot(d, g) for d, g in zip(direction, slopes)) / length

    return (slope(h) - slope(-h)) / (2 * h)


# %% Rayleigh's quotient, the nudge shortened task="curvature_along" kind="right"
def curvature_along(gradient, weights, direction, h):
    square = sum(float(np.sum(d * d)) for d in direction)
    short = h / square**0.5
    ahead = gradient([w + short * d for w, d in zip(weights, direction)])
    behind = gradient([w - short * d for w, d in zip(weights, direction)])
    total = 0.0
    for d, a, b in zip(direction, ahead, behind):
        total += np.sum(d * (np.asarray(a) - np.asarray(b)))
    print("curvature", total)
    return total / (2 * short) / square


# %% in place on copies, with a warning task="curvature_along" kind="right"
def curvature_along(gradient, weights, direction, h):
    import warnings

    warnings.warn("two gradients")
    u = [np.array(d, dtype=float) for d in direction]
    length = np.linalg.norm([np.linalg.norm(d) for d in u])
    for part in u:
        part /= length
    moved = [np.array(w, dtype=float) for w in weights]
    for w, part in zip(moved, u):
        w += h * part
    ahead = [np.array(g) for g in gradient(moved)]
    for w, part in zip(moved, u):
        w -= 2 * h * part
    return sum((p * (a - b)).sum() for p, a, b in zip(u, ahead, gradient(moved))) / (2 * h)


# %% float32, entry by entry task="curvature_along" kind="right"
def curvature_along(gradient, weights, direction, h):
    length = sum(float(x) ** 2 for d in direction for x in np.ravel(d)) ** 0.5
    u = [np.asarray(d / length, dtype=np.float32) for d in direction]
    weights = [np.asarray(w, dtype=np.float64) for w in weights]
    ahead = gradient([w + h * p for w, p in zip(weights, u)])
    behind = gradient([w - h * p for w, p in zip(weights, u)])
    total = 0.0
    for part, a, b in zip(u, ahead, behind):
        for x, y, z in zip(np.ravel(part), np.ravel(a), np.ravel(b)):
            total += x * (y - z) / (2 * h)
    return np.float32(total)


# %% no momentum task="border_rate" kind="wrong" says="border without momentum"
def border_rate(curvatures, beta):
    return 2 / np.max(curvatures) if np.max(curvatures) > 0 else np.inf


# %% one minus beta task="border_rate" kind="wrong" says="momentum moves the border outwards"
def border_rate(curvatures, beta):
    return 2 * (1 - beta) / np.max(curvatures) if np.max(curvatures) > 0 else np.inf


# %% Adam's border task="border_rate" kind="wrong" says="Adam's velocity"
def border_rate(curvatures, beta):
    steepest = max(curvatures)
    return 2 / steepest * (1 + beta) / (1 - beta) if steepest > 0 else np.inf


# %% divided by one plus beta task="border_rate" kind="wrong" says="divides by 1 + β"
def border_rate(curvatures, beta):
    return 2 / (1 + beta) / np.max(curvatures) if np.max(curvatures) > 0 else np.inf


# %% divided by one minus beta task="border_rate" kind="wrong" says="divides by 1 − β"
def border_rate(curvatures, beta):
    return 2 / (1 - beta) / np.max(curvatures) if np.max(curvatures) > 0 else np.inf


# %% half of it task="border_rate" kind="wrong" says="half of it"
def border_rate(curvatures, beta):
    return (1 + beta) / np.max(curvatures) if np.max(curvatures) > 0 else np.inf


# %% the flattest task="border_rate" kind="wrong" says="flattest direction"
def border_rate(curvatures, beta):
    up = [c for c in curvatures if c > 0]
    return 2 * (1 + beta) / min(up) if up else np.inf


# %% the largest in size task="border_rate" kind="wrong" says="however large it is in size"
def border_rate(curvatures, beta):
    return 2 * (1 + beta) / np.max(np.abs(curvatures))


# %% a border below 0 task="border_rate" kind="wrong" says="there is no border"
def border_rate(curvatures, beta):
    return 2 * (1 + beta) / np.max(curvatures)


# %% no border is 0 task="border_rate" kind="wrong" says="no border is np.inf"
def border_rate(curvatures, beta):
    return 2 * (1 + beta) / np.max(curvatures) if np.max(curvatures) > 0 else 0.0


# %% no border is nothing task="border_rate" kind="wrong"
def border_rate(curvatures, beta):
    if np.max(curvatures) > 0:
        return 2 * (1 + beta) / np.max(curvatures)


# %% the mean of all task="border_rate" kind="wrong" says="mean of the curvatures"
def border_rate(curvatures, beta):
    return 2 * (1 + beta) / np.mean(curvatures)


# %% a border for each task="border_rate" kind="wrong" says="borders of all directions"
def border_rate(curvatures, beta):
    return 2 * (1 + beta) / curvatures


# %% the first is taken for the steepest task="border_rate" kind="wrong" says="first curvature"
def border_rate(curvatures, beta):
    return 2 * (1 + beta) / curvatures[0] if curvatures[0] > 0 else np.inf


# %% upside down task="border_rate" kind="wrong" says="one divided by the border"
def border_rate(curvatures, beta):
    return np.max(curvatures) / (2 * (1 + beta))


# %% where the roots become real task="border_rate" kind="wrong" says="stop being complex"
def border_rate(curvatures, beta):
    return (1 + np.sqrt(beta)) ** 2 / np.max(curvatures) if np.max(curvatures) > 0 else np.inf


# %% the border of Adam task="border_rate" kind="wrong" says="Adam's velocity"
def border_rate(curvatures, beta):
    c = np.max(curvatures)
    return 2 * (1 + beta) / ((1 - beta) * c) if c > 0 else np.inf


# %% a loop over directions task="border_rate" kind="right"
def border_rate(curvatures, beta):
    border = float("inf")
    for curvature in curvatures:
        if curvature > 0:
            border = min(border, 2 * (1 + beta) / curvature)
    return border


# %% sorted task="border_rate" kind="right"
def border_rate(curvatures, beta):
    steepest = sorted(curvatures)[-1]
    if steepest <= 0:
        return np.inf
    return (2 + 2 * beta) / steepest


# %% np.where task="border_rate" kind="right"
def border_rate(curvatures, beta):
    curvatures = np.asarray(curvatures, dtype=float)
    borders = np.where(curvatures > 0, 2 * (1 + beta) / curvatures, np.inf)
    return borders.min()


# %% float32, with a warning task="border_rate" kind="right"
def border_rate(curvatures, beta):
    import warnings

    warnings.warn("momentum moves the border")
    up = np.asarray(curvatures, dtype=np.float32)
    up = up[up > 0]
    return np.float32(2) * np.float32(1 + beta) / up.max() if up.size else np.float32("inf")


# %% by bisection on the roots task="border_rate" kind="right"
def border_rate(curvatures, beta):
    steepest = float(np.max(curvatures))
    if steepest <= 0:
        return np.inf
    low, high = 0.0, 5.0 / steepest
    for _ in range(60):
        middle = (low + high) / 2
        at_minus_one = 1 + (1 + beta - middle * steepest) + beta
        low, high = (middle, high) if at_minus_one > 0 else (low, middle)
    print(low)
    return low


# %% the measurement after task="first_crossing" kind="wrong" says="first measurement beyond"
def first_crossing(steps, sharpness, lr):
    reached = np.flatnonzero(sharpness >= 2 / lr)
    return steps[reached[0]] if len(reached) else np.inf


# %% the measurement before task="first_crossing" kind="wrong" says="last measurement below"
def first_crossing(steps, sharpness, lr):
    reached = np.flatnonzero(sharpness >= 2 / lr)
    return steps[max(reached[0] - 1, 0)] if len(reached) else np.inf


# %% the place task="first_crossing" kind="wrong" says="a place in the list"
def first_crossing(steps, sharpness, lr):
    reached = np.flatnonzero(sharpness >= 2 / lr)
    return reached[0] if len(reached) else np.inf


# %% argmax without a look task="first_crossing" kind="wrong" says="so the answer is np.inf"
def first_crossing(steps, sharpness, lr):
    i = np.argmax(sharpness >= 2 / lr)
    if i == 0:
        return steps[0]
    share = (2 / lr - sharpness[i - 1]) / (sharpness[i] - sharpness[i - 1])
    return steps[i - 1] + share * (steps[i] - steps[i - 1])


# %% the place before the first is the last task="first_crossing" kind="wrong" says="its step"
def first_crossing(steps, sharpness, lr):
    reached = np.flatnonzero(sharpness >= 2 / lr)
    if len(reached) == 0:
        return np.inf
    i = reached[0]
    share = (2 / lr - sharpness[i - 1]) / (sharpness[i] - sharpness[i - 1])
    return steps[i - 1] + share * (steps[i] - steps[i - 1])


# %% the last time task="first_crossing" kind="wrong" says="the last time that it climbs"
def first_crossing(steps, sharpness, lr):
    found = np.inf
    for i in range(1, len(steps)):
        if sharpness[i - 1] < 2 / lr <= sharpness[i]:
            share = (2 / lr - sharpness[i - 1]) / (sharpness[i] - sharpness[i - 1])
            found = steps[i - 1] + share * (steps[i] - steps[i - 1])
    return found


# %% only where it climbs task="first_crossing" kind="wrong" says="its step"
def first_crossing(steps, sharpness, lr):
    for i in range(1, len(steps)):
        if sharpness[i - 1] < 2 / lr <= sharpness[i]:
            share = (2 / lr - sharpness[i - 1]) / (sharpness[i] - sharpness[i - 1])
            return steps[i - 1] + share * (steps[i] - steps[i - 1])
    return np.inf


# %% one by the rate task="first_crossing" kind="wrong" says="This is 1/α"
def first_crossing(steps, sharpness, lr):
    border = 1 / lr
    if sharpness[0] >= border:
        return steps[0]
    for i in range(1, len(steps)):
        if sharpness[i] >= border:
            share = (border - sharpness[i - 1]) / (sharpness[i] - sharpness[i - 1])
            return steps[i - 1] + share * (steps[i] - steps[i - 1])
    return np.inf


# %% the share from the wrong end task="first_crossing" kind="wrong" says="wrong end of the line"
def first_crossing(steps, sharpness, lr):
    border = 2 / lr
    if sharpness[0] >= border:
        return steps[0]
    for i in range(1, len(steps)):
        if sharpness[i] >= border:
            share = (sharpness[i] - border) / (sharpness[i] - sharpness[i - 1])
            return steps[i - 1] + share * (steps[i] - steps[i - 1])
    return np.inf


# %% halfway task="first_crossing" kind="wrong" says="halfway between"
def first_crossing(steps, sharpness, lr):
    reached = np.flatnonzero(sharpness >= 2 / lr)
    if len(reached) == 0:
        return np.inf
    i = reached[0]
    return (steps[i - 1] + steps[i]) / 2 if i else steps[0]


# %% equal gaps task="first_crossing" kind="wrong" says="counts measurements"
def first_crossing(steps, sharpness, lr):
    reached = np.flatnonzero(sharpness >= 2 / lr)
    if len(reached) == 0:
        return np.inf
    i = reached[0]
    if i == 0:
        return steps[0]
    return i - 1 + (2 / lr - sharpness[i - 1]) / (sharpness[i] - sharpness[i - 1])


# %% np.interp the other way round task="first_crossing" kind="wrong"
def first_crossing(steps, sharpness, lr):
    return np.interp(2 / lr, sharpness, steps, right=np.inf)


# %% rounded up task="first_crossing" kind="wrong" says="need not be a whole number"
def first_crossing(steps, sharpness, lr):
    reached = np.flatnonzero(sharpness >= 2 / lr)
    if len(reached) == 0:
        return np.inf
    i = reached[0]
    if i == 0:
        return steps[0]
    share = (2 / lr - sharpness[i - 1]) / (sharpness[i] - sharpness[i - 1])
    return np.ceil(steps[i - 1] + share * (steps[i] - steps[i - 1]))


# %% must be beyond task="first_crossing" kind="wrong" says="that equals the border has reached it"
def first_crossing(steps, sharpness, lr):
    border = 2 / lr
    if sharpness[0] > border:
        return steps[0]
    for i in range(1, len(steps)):
        if sharpness[i] > border:
            share = (border - sharpness[i - 1]) / (sharpness[i] - sharpness[i - 1])
            return steps[i - 1] + share * (steps[i] - steps[i - 1])
    return np.inf


# %% the nearest measurement task="first_crossing" kind="wrong" says="closest to the border"
def first_crossing(steps, sharpness, lr):
    return steps[np.argmin(abs(sharpness - 2 / lr))]


# %% a crossing from above counts task="first_crossing" kind="wrong"
def first_crossing(steps, sharpness, lr):
    b = 2 / lr
    for i in range(1, len(steps)):
        lo, hi = sorted((sharpness[i - 1], sharpness[i]))
        if lo <= b <= hi and lo < hi:
            return steps[i - 1] + (b - sharpness[i - 1]) / (sharpness[i] - sharpness[i - 1]) * (
                steps[i] - steps[i - 1]
            )
    return np.inf


# %% a loop over pairs task="first_crossing" kind="right"
def first_crossing(steps, sharpness, lr):
    border = 2 / lr
    if sharpness[0] >= border:
        return steps[0]
    pairs = list(zip(steps, sharpness))
    for (t0, s0), (t1, s1) in zip(pairs, pairs[1:]):
        if s1 >= border:
            return float(t0 + (t1 - t0) * (border - s0) / (s1 - s0))
    return float("inf")


# %% np.interp on one line task="first_crossing" kind="right"
def first_crossing(steps, sharpness, lr):
    above = np.asarray(sharpness) >= 2 / lr
    if not above.any():
        return np.inf
    i = int(above.argmax())
    first = max(i - 1, 0)
    return np.interp(2 / lr, sharpness[first : i + 1], steps[first : i + 1])


# %% the running maximum task="first_crossing" kind="right"
def first_crossing(steps, sharpness, lr):
    highest = np.maximum.accumulate(np.asarray(sharpness, dtype=float))
    i = np.searchsorted(highest, 2 / lr)
    if i == len(steps):
        return np.inf
    if i == 0:
        return steps[0]
    slope = (steps[i] - steps[i - 1]) / (sharpness[i] - sharpness[i - 1])
    print("between", steps[i - 1], "and", steps[i])
    return steps[i] - (sharpness[i] - 2 / lr) * slope


# %% the product of rate and sharpness task="first_crossing" kind="right"
def first_crossing(steps, sharpness, lr):
    import warnings

    warnings.warn("looking for 2")
    products = [lr * float(s) for s in sharpness]
    for i, now in enumerate(products):
        if now >= 2 * (1 - 1e-12):
            if i == 0:
                return int(steps[0])
            share = (2 - products[i - 1]) / (now - products[i - 1])
            return (1 - share) * steps[i - 1] + share * steps[i]
    return np.inf


# %% float32 task="first_crossing" kind="right"
def first_crossing(steps, sharpness, lr):
    steps = np.asarray(steps, dtype=np.float32)
    over = np.asarray(sharpness, dtype=np.float32) - np.float32(2 / lr)
    reached = np.nonzero(over >= 0)[0]
    if reached.size == 0:
        return np.float32(np.inf)
    i = reached.min()
    if i == 0:
        return steps[0]
    return np.float32((steps[i - 1] * over[i] - steps[i] * over[i - 1]) / (over[i] - over[i - 1]))


# %% transposed task="loss_on_plane" kind="wrong" says="rows and columns are swapped"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.asarray(corners, dtype=float)
    return np.array([[loss(o + s * (p - o) + t * (q - o)) for t in b] for s in a])


# %% no differences task="loss_on_plane" kind="wrong" says="take θ₁ − θ₀"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.asarray(corners, dtype=float)
    return np.array([[loss(o + s * p + t * q) for s in a] for t in b])


# %% through zero task="loss_on_plane" kind="wrong" says="goes through 0"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.asarray(corners, dtype=float)
    return np.array([[loss(s * (p - o) + t * (q - o)) for s in a] for t in b])


# %% a sum from zero task="loss_on_plane" kind="wrong" says="goes through 0"
def loss_on_plane(loss, corners, a, b):
    _, p, q = np.asarray(corners, dtype=float)
    return np.array([[loss(s * p + t * q) for s in a] for t in b])


# %% ways of length 1 task="loss_on_plane" kind="wrong" says="the ways have length 1"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.asarray(corners, dtype=float)
    one, other = (p - o) / np.linalg.norm(p - o), (q - o) / np.linalg.norm(q - o)
    return np.array([[loss(o + s * one + t * other) for s in a] for t in b])


# %% ways turned round task="loss_on_plane" kind="wrong" says="turned round"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.asarray(corners, dtype=float)
    return np.array([[loss(o + s * (o - p) + t * (o - q)) for s in a] for t in b])


# %% the corners swapped task="loss_on_plane" kind="wrong" says="a goes with the second corner"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.asarray(corners, dtype=float)
    return np.array([[loss(o + s * (q - o) + t * (p - o)) for s in a] for t in b])


# %% from the second to the third task="loss_on_plane" kind="wrong" says="not from θ₁"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.asarray(corners, dtype=float)
    return np.array([[loss(o + s * (p - o) + t * (q - p)) for s in a] for t in b])


# %% square to each other task="loss_on_plane" kind="wrong" says="second way is turned"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.asarray(corners, dtype=float)
    one, other = p - o, q - o
    other = other - (other @ one) / (one @ one) * one
    return np.array([[loss(o + s * one + t * other) for s in a] for t in b])


# %% between the losses of the corners task="loss_on_plane" kind="wrong" says="ask for it at each"
def loss_on_plane(loss, corners, a, b):
    zero, one, other = [loss(np.asarray(corner, dtype=float)) for corner in corners]
    return np.array([[zero + s * (one - zero) + t * (other - zero) for s in a] for t in b])


# %% in step task="loss_on_plane" kind="wrong"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.asarray(corners, dtype=float)
    return np.array([loss(o + s * (p - o) + t * (q - o)) for s, t in zip(a, b)])


# %% one row task="loss_on_plane" kind="wrong" says="one long row"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.asarray(corners, dtype=float)
    return np.array([loss(o + s * (p - o) + t * (q - o)) for t in b for s in a])


# %% b from above task="loss_on_plane" kind="wrong" says="opposite order"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.asarray(corners, dtype=float)
    return np.array([[loss(o + s * (p - o) + t * (q - o)) for s in a] for t in b[::-1]])


# %% walks on from the last point task="loss_on_plane" kind="wrong" says="where the last one was"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.array(corners, dtype=float)
    theta, table = o.copy(), np.zeros((len(b), len(a)))
    for j, t in enumerate(b):
        for i, s in enumerate(a):
            theta += s * (p - o) + t * (q - o)
            table[j, i] = loss(theta)
    return table


# %% cut to whole numbers task="loss_on_plane" kind="wrong" says="cut to whole numbers"
def loss_on_plane(loss, corners, a, b):
    o, theta = corners[0], np.empty_like(corners[0])
    table = np.zeros((len(b), len(a)))
    for j, t in enumerate(b):
        for i, s in enumerate(a):
            theta[:] = o + s * (corners[1] - o) + t * (corners[2] - o)
            table[j, i] = loss(theta)
    return table


# %% the corners are changed task="loss_on_plane" kind="wrong" says="corners that came in are changed"
def loss_on_plane(loss, corners, a, b):
    corners = np.asarray(corners, dtype=float)
    corners[1:] -= corners[0]
    o, one, other = corners
    return np.array([[loss(o + s * one + t * other) for s in a] for t in b])


# %% a mesh with indexing ij task="loss_on_plane" kind="wrong"
def loss_on_plane(loss, corners, a, b):
    o, p, q = np.array(corners, float)
    A, B = np.meshgrid(a, b, indexing="ij")
    return np.array(
        [loss(o + s * (p - o) + t * (q - o)) for s, t in zip(A.ravel(), B.ravel())]
    ).reshape(len(b), len(a))


# %% the corners weighted task="loss_on_plane" kind="right"
def loss_on_plane(loss, corners, a, b):
    rows = []
    for t in b:
        rows.append([])
        for s in a:
            rows[-1].append(float(loss(np.dot([1 - s - t, s, t], corners))))
    return rows


# %% meshgrid task="loss_on_plane" kind="right"
def loss_on_plane(loss, corners, a, b):
    A, B = np.meshgrid(a, b)
    shares = np.stack([1 - A - B, A, B], axis=-1)
    points = np.einsum("bak,kd->bad", shares, corners)
    return np.apply_along_axis(loss, -1, points)


# %% broadcasting task="loss_on_plane" kind="right"
def loss_on_plane(loss, corners, a, b):
    o = corners[0] * 1.0
    points = o + np.asarray(a)[None, :, None] * (corners[1] - o)
    points = points + np.asarray(b)[:, None, None] * (corners[2] - o)
    flat = [loss(point) for point in points.reshape(-1, len(o))]
    return np.array(flat).reshape(len(b), len(a))


# %% columns first, then turned task="loss_on_plane" kind="right"
def loss_on_plane(loss, corners, a, b):
    print(f"{len(a) * len(b)} points")
    ways = np.diff(np.asarray(corners, dtype=np.float64)[[0, 1]], axis=0)[0]
    up = corners[2] - np.asarray(corners[0], dtype=float)
    columns = []
    for s in a:
        foot = corners[0] + s * ways
        columns.append([loss(foot + t * up) for t in b])
    return np.array(columns).T


# %% in place on its own copy, with a warning task="loss_on_plane" kind="right"
def loss_on_plane(loss, corners, a, b):
    import warnings

    warnings.warn("many losses")
    mine = np.array(corners, dtype=float)
    mine[1] -= mine[0]
    mine[2] -= mine[0]
    table = np.empty((len(b), len(a)), dtype=np.float32)
    for place in np.ndindex(table.shape):
        theta = mine[0].copy()
        theta += a[place[1]] * mine[1]
        theta += b[place[0]] * mine[2]
        table[place] = loss(theta)
    return table
