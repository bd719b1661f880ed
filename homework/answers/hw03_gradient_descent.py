# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# The answers that homework 03 is tried with: wrong ones, all of which lose points, and right ones
# that are written in another way, all of which get full marks.


# %% uphill task="walk" kind="wrong" says="goes uphill"
def walk(gradient, start, lr, steps):
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        points.append(points[-1] + lr * gradient(points[-1]))
    return np.array(points)


# %% without the start task="walk" kind="wrong" says="the start is missing"
def walk(gradient, start, lr, steps):
    theta, points = np.array(start, dtype=float), []
    for _ in range(steps):
        theta = theta - lr * gradient(theta)
        points.append(theta)
    return np.array(points)


# %% a step too few task="walk" kind="wrong" says="one step too few"
def walk(gradient, start, lr, steps):
    points = [np.array(start, dtype=float)]
    for _ in range(1, steps):
        points.append(points[-1] - lr * gradient(points[-1]))
    return np.array(points)


# %% a step too many task="walk" kind="wrong" says="one step too many"
def walk(gradient, start, lr, steps):
    points = [np.array(start, dtype=float)]
    for _ in range(steps + 1):
        points.append(points[-1] - lr * gradient(points[-1]))
    return np.array(points)


# %% the end alone task="walk" kind="wrong" says="the end alone"
def walk(gradient, start, lr, steps):
    theta = np.array(start, dtype=float)
    for _ in range(steps):
        theta = theta - lr * gradient(theta)
    return theta


# %% the same array in every row task="walk" kind="wrong" says="the same array"
def walk(gradient, start, lr, steps):
    theta = np.array(start, dtype=float)
    points = [theta]
    for _ in range(steps):
        theta -= lr * gradient(theta)
        points.append(theta)
    return np.array(points)


# %% the start is changed in place task="walk" kind="wrong" says="start that came in is changed"
def walk(gradient, start, lr, steps):
    theta = np.asarray(start, dtype=float)
    points = [theta.copy()]
    for _ in range(steps):
        theta -= lr * gradient(theta)
        points.append(theta.copy())
    return np.array(points)


# %% whole numbers stay whole task="walk" kind="wrong" says="cut to whole numbers"
def walk(gradient, start, lr, steps):
    points = np.empty((steps + 1, len(start)), dtype=start.dtype)
    points[0] = start
    for step in range(steps):
        points[step + 1] = points[step] - lr * gradient(points[step])
    return points


# %% no rate task="walk" kind="wrong" says="forget the rate"
def walk(gradient, start, lr, steps):
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        points.append(points[-1] - gradient(points[-1]))
    return np.array(points)


# %% the slope of the start all the way task="walk" kind="wrong" says="always that of the start"
def walk(gradient, start, lr, steps):
    slope, points = gradient(start), [start]
    for _ in range(steps):
        points.append(points[-1] - lr * slope)
    return np.array(points)


# %% steps of one length task="walk" kind="wrong" says="scaled to length 1"
def walk(gradient, start, lr, steps):
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        slope = gradient(points[-1])
        points.append(points[-1] - lr * slope / np.linalg.norm(slope))
    return np.array(points)


# %% the moves alone task="walk" kind="wrong" says="the moves alone"
def walk(gradient, start, lr, steps):
    theta, points = np.array(start, dtype=float), [start]
    for _ in range(steps):
        move = -lr * gradient(theta)
        theta = theta + move
        points.append(move)
    return np.array(points)


# %% a column for each step task="walk" kind="wrong" says="rows and columns are swapped"
def walk(gradient, start, lr, steps):
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        points.append(points[-1] - lr * gradient(points[-1]))
    return np.stack(points, axis=1)


# %% stops where the slope is small task="walk" kind="wrong"
def walk(gradient, start, lr, steps):
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        slope = gradient(points[-1])
        if np.linalg.norm(slope) < 1:
            break
        points.append(points[-1] - lr * slope)
    return np.array(points)


# %% a bowl is taken for granted task="walk" kind="wrong"
def walk(gradient, start, lr, steps):
    curvatures = gradient(np.ones(len(start)))
    return start * (1 - lr * curvatures) ** np.arange(steps + 1)[:, None]


# %% stops when it hardly moves task="walk" kind="wrong" says="Every step gives a row"
def walk(gradient, start, lr, steps):
    p = [np.array(start, float)]
    for _ in range(steps):
        g = gradient(p[-1])
        if np.linalg.norm(g) < 1e-3:
            break
        p.append(p[-1] - lr * g)
    return np.array(p)


# %% the gradient where the step would lead task="walk" kind="wrong"
def walk(gradient, start, lr, steps):
    p = [np.array(start, float)]
    for _ in range(steps):
        ahead = p[-1] - lr * gradient(p[-1])
        p.append(p[-1] - lr * gradient(ahead))
    return np.array(p)


# %% into a table of zeros task="walk" kind="right"
def walk(gradient, start, lr, steps):
    points = np.zeros((steps + 1, len(start)))
    points[0] = start
    for step in range(steps):
        points[step + 1] = points[step] - lr * gradient(points[step])
    return points


# %% lists of numbers task="walk" kind="right"
def walk(gradient, start, lr, steps):
    rows = [[float(w) for w in start]]
    for _ in range(steps):
        slopes = gradient(np.array(rows[-1]))
        rows.append([w - lr * s for w, s in zip(rows[-1], slopes)])
    return rows


# %% in place on its own copy task="walk" kind="right"
def walk(gradient, start, lr, steps):
    theta = np.array(start, dtype=np.float64, copy=True)
    history = [theta.copy()]
    for _ in range(steps):
        theta -= lr * gradient(theta)
        history.append(theta.copy())
    return np.vstack(history)


# %% calls itself task="walk" kind="right"
def walk(gradient, start, lr, steps):
    start = np.asarray(start) * 1.0
    if steps == 0:
        return start[None, :]
    rest = walk(gradient, start - lr * gradient(start), lr, steps - 1)
    return np.concatenate([start[None, :], rest])


# %% float32, and a print task="walk" kind="right"
def walk(gradient, start, lr, steps):
    points = [np.array(start, dtype=np.float32)]
    while len(points) <= steps:
        slope = np.asarray(gradient(points[-1]), dtype=np.float32)
        points.append(points[-1] - np.float32(lr) * slope)
        print("step", len(points) - 1)
    return np.stack(points)


# %% a generator, with a warning task="walk" kind="right"
def walk(gradient, start, lr, steps):
    import warnings

    warnings.warn("walking")

    def places():
        theta = start + 0.0
        yield theta
        for _ in range(steps):
            theta = theta - np.multiply(lr, gradient(theta))
            yield theta

    return np.array(list(places()))


# %% one by the curvature task="largest_rate" kind="wrong" says="arrives at once"
def largest_rate(X):
    return 1 / np.linalg.eigvalsh(X.T @ X / len(X)).max()


# %% not divided by N task="largest_rate" kind="wrong" says="forgets the division by N"
def largest_rate(X):
    return 2 / np.linalg.eigvalsh(X.T @ X).max()


# %% singular values of X task="largest_rate" kind="wrong" says="singular values of X"
def largest_rate(X):
    return 2 / np.linalg.svd(X)[1].max()


# %% singular values of X, by N task="largest_rate" kind="wrong" says="are not squared"
def largest_rate(X):
    return 2 / (np.linalg.svd(X)[1].max() / len(X))


# %% the flattest direction task="largest_rate" kind="wrong" says="the flattest direction"
def largest_rate(X):
    return 2 / np.linalg.eigvalsh(X.T @ X / len(X)).min()


# %% the best rate task="largest_rate" kind="wrong" says="the best rate"
def largest_rate(X):
    lam = np.linalg.eigvalsh(X.T @ X / len(X))
    return 2 / (lam.min() + lam.max())


# %% the trace task="largest_rate" kind="wrong" says="the sum of the curvatures"
def largest_rate(X):
    return 2 / np.trace(X.T @ X / len(X))


# %% each column by itself task="largest_rate" kind="wrong" says="each column is taken by itself"
def largest_rate(X):
    return 2 / np.max(np.mean(X**2, axis=0))


# %% rows with rows task="largest_rate" kind="wrong" says="number of columns"
def largest_rate(X):
    return 2 / np.linalg.eigvalsh(X @ X.T / X.shape[1]).max()


# %% np.cov task="largest_rate" kind="wrong"
def largest_rate(X):
    return 2 / np.linalg.eigvalsh(np.atleast_2d(np.cov(X.T))).max()


# %% centred task="largest_rate" kind="wrong" says="centred first"
def largest_rate(X):
    X = X - X.mean(axis=0)
    return 2 / np.linalg.eigvalsh(X.T @ X / len(X)).max()


# %% the largest entry task="largest_rate" kind="wrong" says="each column is taken by itself"
def largest_rate(X):
    return 2 / (X.T @ X / len(X)).max()


# %% the curvature task="largest_rate" kind="wrong" says="the largest curvature"
def largest_rate(X):
    return np.linalg.eigvalsh(X.T @ X / len(X)).max()


# %% the Frobenius norm task="largest_rate" kind="wrong" says="the sum of the curvatures"
def largest_rate(X):
    return 2 * len(X) / np.linalg.norm(X) ** 2


# %% the loss without its half task="largest_rate" kind="wrong" says="arrives at once"
def largest_rate(X):
    hessian = 2 * X.T @ X / len(X)
    return 2 / np.linalg.eigvalsh(hessian)[-1]


# %% the sums of the rows task="largest_rate" kind="wrong"
def largest_rate(X):
    return 2 / np.abs(X.T @ X / len(X)).sum(axis=1).max()


# %% twenty rounds of power iteration task="largest_rate" kind="wrong"
def largest_rate(X):
    H = X.T @ X / len(X)
    v = np.ones(len(H))
    for _ in range(20):
        v = H @ v
        v = v / np.linalg.norm(v)
    return 2 / (v @ H @ v)


# %% singular values, squared task="largest_rate" kind="right"
def largest_rate(X):
    return 2 * len(X) / np.linalg.svd(X, compute_uv=False)[0] ** 2


# %% the spectral norm task="largest_rate" kind="right"
def largest_rate(X):
    return 2.0 / (np.linalg.norm(X, ord=2) ** 2 / X.shape[0])


# %% rows with rows, by N task="largest_rate" kind="right"
def largest_rate(X):
    return 2 / max(np.linalg.eigvalsh(X @ X.T / len(X)))


# %% power iteration task="largest_rate" kind="right"
def largest_rate(X):
    H = np.einsum("ni,nj->ij", X, X) / len(X)
    v = np.random.default_rng(0).normal(size=len(H))
    for _ in range(3000):
        v = H @ v
        v = v / np.linalg.norm(v)
    return 2 / (v @ H @ v)


# %% general eigenvalues task="largest_rate" kind="right"
def largest_rate(X):
    values = np.linalg.eigvals(X.T @ X / len(X))
    print(values)
    return float(2 / np.max(values.real))


# %% float32 task="largest_rate" kind="right"
def largest_rate(X):
    X = np.asarray(X, dtype=np.float32)
    return np.float32(2) / np.linalg.eigvalsh(X.T @ X / np.float32(len(X)))[-1]


# %% the border task="best_rate_of" kind="wrong" says="this is the border"
def best_rate_of(H):
    return 2 / np.linalg.eigvalsh(H).max()


# %% for the steepest direction alone task="best_rate_of" kind="wrong" says="the steepest direction alone"
def best_rate_of(H):
    return 1 / np.linalg.eigvalsh(H).max()


# %% the diagonal task="best_rate_of" kind="wrong" says="the diagonal of H"
def best_rate_of(H):
    lam = np.diag(H)
    lam = lam[lam > 1e-6 * lam.max()]
    return 2 / (lam.min() + lam.max())


# %% the sum of all task="best_rate_of" kind="wrong" says="leave out the others"
def best_rate_of(H):
    return 2 / np.sum(np.linalg.eigvalsh(H))


# %% half of it task="best_rate_of" kind="wrong" says="a 2 stands above"
def best_rate_of(H):
    lam = np.linalg.eigvalsh(H)
    lam = lam[lam > 1e-6 * lam.max()]
    return 1 / (lam.min() + lam.max())


# %% upside down task="best_rate_of" kind="wrong" says="one divided by the rate"
def best_rate_of(H):
    lam = np.linalg.eigvalsh(H)
    lam = lam[lam > 1e-6 * lam.max()]
    return (lam.min() + lam.max()) / 2


# %% by the condition task="best_rate_of" kind="wrong" says="only where λmin is 1"
def best_rate_of(H):
    return 2 / (1 + np.linalg.cond(H))


# %% flat directions count task="best_rate_of" kind="wrong" says="the flat direction counts"
def best_rate_of(H):
    lam = np.linalg.eigvalsh(H)
    return 2 / (lam[0] + lam[-1])


# %% always without the smallest task="best_rate_of" kind="wrong"
def best_rate_of(H):
    lam = np.linalg.eigvalsh(H)[1:]
    return 2 / (lam[0] + lam[-1])


# %% exactly 0 is left out task="best_rate_of" kind="wrong"
def best_rate_of(H):
    lam = np.linalg.eigvalsh(H)
    lam = lam[lam != 0]
    return 2 / (lam.min() + lam.max())


# %% an absolute bound task="best_rate_of" kind="wrong"
def best_rate_of(H):
    lam = np.linalg.eigvalsh(H)
    lam = lam[lam > 1e-2]
    return 2 / (lam.min() + lam.max())


# %% whole numbers only task="best_rate_of" kind="wrong"
def best_rate_of(H):
    lam = np.linalg.eigvalsh(H).round()
    lam = lam[lam > 0]
    return 2 / (lam.min() + lam.max())


# %% what a step leaves task="best_rate_of" kind="wrong" says="this is what a step leaves"
def best_rate_of(H):
    lam = np.linalg.eigvalsh(H)
    lam = lam[lam > 1e-6 * lam.max()]
    kappa = lam.max() / lam.min()
    return (kappa - 1) / (kappa + 1)


# %% the flattest direction alone task="best_rate_of" kind="wrong" says="suits the flattest direction"
def best_rate_of(H):
    lam = np.linalg.eigvalsh(H)
    return 1 / lam[lam > 1e-6 * lam.max()].min()


# %% curvatures above a millionth task="best_rate_of" kind="wrong"
def best_rate_of(H):
    e = np.linalg.eigvalsh(H)
    e = e[e > 1e-6]
    return 2 / (e.min() + e.max())


# %% a loop over the eigenvalues task="best_rate_of" kind="right"
def best_rate_of(H):
    values = np.linalg.eigvalsh(H)
    top = max(values)
    low = top
    for value in values:
        if value >= 1e-6 * top and value < low:
            low = value
    return 2 / (low + top)


# %% general eigenvalues, in any order task="best_rate_of" kind="right"
def best_rate_of(H):
    values = np.linalg.eigvals(H).real
    counted = [v for v in values if v / max(values) > 1e-6]
    return 2.0 / (min(counted) + max(counted))


# %% singular values task="best_rate_of" kind="right"
def best_rate_of(H):
    s = np.linalg.svd(H, compute_uv=False)
    s = s[s > s[0] * 1e-6]
    return 2 / (s[0] + s[-1])


# %% where the two factors meet task="best_rate_of" kind="right"
def best_rate_of(H):
    lam = np.linalg.eigvalsh(H)
    lam = lam[lam > 1e-6 * lam[-1]]
    low, high = 0.0, 2 / lam[-1]
    for _ in range(200):
        middle = (low + high) / 2
        if 1 - middle * lam[0] > middle * lam[-1] - 1:
            low = middle
        else:
            high = middle
    return middle


# %% float32, and a warning task="best_rate_of" kind="right"
import warnings


def best_rate_of(H):
    warnings.warn("in float32")
    lam = np.linalg.eigh(H.astype(np.float32))[0]
    lam = np.where(lam > np.float32(1e-6) * lam[-1], lam, np.inf)
    return 2 / (lam.min() + lam[np.isfinite(lam)].max())


# %% through kappa task="best_rate_of" kind="right"
def best_rate_of(H):
    lam = np.sort(np.linalg.eigvalsh(np.array(H, dtype=float)))
    lowest = lam[np.argmax(lam > 1e-6 * lam[-1])]
    kappa = lam[-1] / lowest
    print("condition", kappa)
    return 2 / (lowest * (1 + kappa))


# %% the friend's own task="repaired_step" kind="wrong" says="the friend's step"
def repaired_step(theta, X, y, lr, decay):
    delta = y - X @ theta
    grad = X.T @ delta / len(y) + decay * theta
    return theta - lr * grad


# %% plus in the last line task="repaired_step" kind="wrong" says="also turns the penalty"
def repaired_step(theta, X, y, lr, decay):
    delta = y - X @ theta
    grad = X.T @ delta / len(y) + decay * theta
    return theta + lr * grad


# %% both uphill task="repaired_step" kind="wrong" says="both parts go uphill"
def repaired_step(theta, X, y, lr, decay):
    delta = X @ theta - y
    grad = X.T @ delta / len(y) + decay * theta
    return theta + lr * grad


# %% minus the penalty task="repaired_step" kind="wrong" says="both parts go uphill"
def repaired_step(theta, X, y, lr, decay):
    delta = y - X @ theta
    grad = X.T @ delta / len(y) - decay * theta
    return theta - lr * grad


# %% the penalty subtracted from the gradient task="repaired_step" kind="wrong" says="also turns the penalty"
def repaired_step(theta, X, y, lr, decay):
    grad = X.T @ (X @ theta - y) / len(y) - decay * theta
    return theta - lr * grad


# %% no penalty task="repaired_step" kind="wrong" says="the penalty is gone"
def repaired_step(theta, X, y, lr, decay):
    return theta - lr * X.T @ (X @ theta - y) / len(y)


# %% the sum over the examples task="repaired_step" kind="wrong" says="the sum over the examples"
def repaired_step(theta, X, y, lr, decay):
    return theta - lr * (X.T @ (X @ theta - y) + decay * theta)


# %% twice the gradient task="repaired_step" kind="wrong" says="twice the gradients"
def repaired_step(theta, X, y, lr, decay):
    return theta - 2 * lr * (X.T @ (X @ theta - y) / len(y) + decay * theta)


# %% the move alone task="repaired_step" kind="wrong" says="the move alone"
def repaired_step(theta, X, y, lr, decay):
    return -lr * (X.T @ (X @ theta - y) / len(y) + decay * theta)


# %% no rate task="repaired_step" kind="wrong" says="forgets the rate"
def repaired_step(theta, X, y, lr, decay):
    return theta - (X.T @ (X @ theta - y) / len(y) + decay * theta)


# %% the penalty without the rate task="repaired_step" kind="wrong" says="not multiplied by the rate"
def repaired_step(theta, X, y, lr, decay):
    return theta - lr * X.T @ (X @ theta - y) / len(y) - decay * theta


# %% half the penalty task="repaired_step" kind="wrong" says="the penalty is halved"
def repaired_step(theta, X, y, lr, decay):
    return theta - lr * (X.T @ (X @ theta - y) / len(y) + decay / 2 * theta)


# %% the penalty divided by N task="repaired_step" kind="wrong" says="the penalty is"
def repaired_step(theta, X, y, lr, decay):
    return theta - lr * (X.T @ (X @ theta - y) + decay * theta) / len(y)


# %% the gradient task="repaired_step" kind="wrong" says="this is the gradient"
def repaired_step(theta, X, y, lr, decay):
    return X.T @ (X @ theta - y) / len(y) + decay * theta


# %% in place task="repaired_step" kind="wrong" says="weights that came in are changed"
def repaired_step(theta, X, y, lr, decay):
    theta -= lr * (X.T @ (X @ theta - y) / len(y) + decay * theta)
    return theta


# %% the sign of the weights task="repaired_step" kind="wrong" says="derivative of |θ|"
def repaired_step(theta, X, y, lr, decay):
    return theta - lr * (X.T @ (X @ theta - y) / len(y) + decay * np.sign(theta))


# %% the decay after the step task="repaired_step" kind="wrong"
def repaired_step(theta, X, y, lr, decay):
    new = theta - lr * X.T @ (X @ theta - y) / len(y)
    return new * (1 - lr * decay)


# %% plus the delta, minus the penalty task="repaired_step" kind="right"
def repaired_step(theta, X, y, lr, decay):
    delta = y - X @ theta
    return theta + lr * (X.T @ delta / len(y) - decay * theta)


# %% loops task="repaired_step" kind="right"
def repaired_step(theta, X, y, lr, decay):
    new = []
    for j in range(len(theta)):
        slope = decay * theta[j]
        for i in range(len(y)):
            error = sum(X[i, k] * theta[k] for k in range(len(theta))) - y[i]
            slope += error * X[i, j] / len(y)
        new.append(theta[j] - lr * slope)
    return new


# %% weights shrink first task="repaired_step" kind="right"
def repaired_step(theta, X, y, lr, decay):
    shrunk = (1 - lr * decay) * theta
    return shrunk - lr * np.mean((X @ theta - y)[:, None] * X, axis=0)


# %% by the matrix of second derivatives task="repaired_step" kind="right"
def repaired_step(theta, X, y, lr, decay):
    H = X.T @ X / len(y) + decay * np.eye(len(theta))
    return theta - lr * (H @ theta - X.T @ y / len(y))


# %% float32 and einsum task="repaired_step" kind="right"
def repaired_step(theta, X, y, lr, decay):
    theta, X, y = (np.asarray(a, dtype=np.float32) for a in (theta, X, y))
    error = np.einsum("nd,d->n", X, theta) - y
    return theta - np.float32(lr) * (np.einsum("nd,n->d", X, error) / len(y) + decay * theta)


# %% in place on its own copy, and a warning task="repaired_step" kind="right"
import warnings


def repaired_step(theta, X, y, lr, decay):
    warnings.warn("one step")
    new = np.array(theta, dtype=float)
    new -= lr * (X.T.dot(X.dot(theta) - y) / X.shape[0])
    new -= lr * decay * theta
    print(new)
    return new


# %% by nudging the loss task="repaired_step" kind="right"
def repaired_step(theta, X, y, lr, decay):
    def loss(w):
        return np.sum((X @ w - y) ** 2) / (2 * len(y)) + decay / 2 * (w @ w)

    h = 1e-3
    nudges = h * np.eye(len(theta))
    slopes = [(loss(theta + n) - loss(theta - n)) / (2 * h) for n in nudges]
    return theta - lr * np.array(slopes)


# %% to the right only task="slopes_by_nudging" kind="wrong" says="one side only"
def slopes_by_nudging(f, theta, h):
    nudges = h * np.eye(len(theta))
    return np.array([(f(theta + n) - f(theta)) / h for n in nudges])


# %% to the left only task="slopes_by_nudging" kind="wrong" says="one side only"
def slopes_by_nudging(f, theta, h):
    nudges = h * np.eye(len(theta))
    return np.array([(f(theta) - f(theta - n)) / h for n in nudges])


# %% divided by h task="slopes_by_nudging" kind="wrong" says="2h apart"
def slopes_by_nudging(f, theta, h):
    nudges = h * np.eye(len(theta))
    return np.array([(f(theta + n) - f(theta - n)) / h for n in nudges])


# %% brackets forgotten task="slopes_by_nudging" kind="wrong" says="write (2 * h)"
def slopes_by_nudging(f, theta, h):
    nudges = h * np.eye(len(theta))
    return np.array([(f(theta + n) - f(theta - n)) / 2 * h for n in nudges])


# %% not divided task="slopes_by_nudging" kind="wrong" says="is not divided by 2h"
def slopes_by_nudging(f, theta, h):
    nudges = h * np.eye(len(theta))
    return np.array([f(theta + n) - f(theta - n) for n in nudges])


# %% all at once, one number task="slopes_by_nudging" kind="wrong" says="nudged at once"
def slopes_by_nudging(f, theta, h):
    return (f(theta + h) - f(theta - h)) / (2 * h)


# %% all at once, for each weight task="slopes_by_nudging" kind="wrong" says="nudged at once"
def slopes_by_nudging(f, theta, h):
    return np.array([(f(theta + h) - f(theta - h)) / (2 * h) for _ in theta])


# %% the sign task="slopes_by_nudging" kind="wrong" says="the other way round"
def slopes_by_nudging(f, theta, h):
    nudges = h * np.eye(len(theta))
    return np.array([(f(theta - n) - f(theta + n)) / (2 * h) for n in nudges])


# %% whole numbers stay whole task="slopes_by_nudging" kind="wrong" says="whole number"
def slopes_by_nudging(f, theta, h):
    slopes = []
    for j in range(len(theta)):
        high, low = theta.copy(), theta.copy()
        high[j] += h if theta.dtype.kind == "f" else int(h)
        low[j] -= h if theta.dtype.kind == "f" else int(h)
        slopes.append((f(high) - f(low)) / (2 * h))
    return slopes


# %% nudges cut by assignment task="slopes_by_nudging" kind="wrong" says="whole number"
def slopes_by_nudging(f, theta, h):
    slopes = []
    for j in range(len(theta)):
        high, low = theta.copy(), theta.copy()
        high[j] = theta[j] + h
        low[j] = theta[j] - h
        slopes.append((f(high) - f(low)) / (2 * h))
    return slopes


# %% nudges that are not taken back task="slopes_by_nudging" kind="wrong" says="not taken back"
def slopes_by_nudging(f, theta, h):
    theta, slopes = theta.astype(float), []
    for j in range(len(theta)):
        theta[j] += h
        high = f(theta)
        theta[j] -= 2 * h
        slopes.append((high - f(theta)) / (2 * h))
    return slopes


# %% changes the weights that came in task="slopes_by_nudging" kind="wrong" says="weights that came in"
def slopes_by_nudging(f, theta, h):
    theta = np.asarray(theta, dtype=float)
    slopes = []
    for j in range(len(theta)):
        old = theta[j]
        theta[j] = old + h
        high = f(theta)
        theta[j] = old - h
        slopes.append((high - f(theta)) / (2 * h))
        theta[j] = old
    theta -= h
    return slopes


# %% a nudge in proportion task="slopes_by_nudging" kind="wrong"
def slopes_by_nudging(f, theta, h):
    slopes = []
    for j in range(len(theta)):
        nudge = np.zeros(len(theta))
        nudge[j] = h * theta[j]
        slopes.append((f(theta + nudge) - f(theta - nudge)) / (2 * nudge[j]))
    return np.array(slopes)


# %% its own small nudge task="slopes_by_nudging" kind="wrong" says="exact slopes"
def slopes_by_nudging(f, theta, h):
    h = 1e-5
    nudges = h * np.eye(len(theta))
    return np.array([(f(theta + n) - f(theta - n)) / (2 * h) for n in nudges])


# %% half a nudge to each side task="slopes_by_nudging" kind="wrong" says="not h / 2"
def slopes_by_nudging(f, theta, h):
    nudges = h / 2 * np.eye(len(theta))
    return np.array([(f(theta + n) - f(theta - n)) / h for n in nudges])


# %% two weights only task="slopes_by_nudging" kind="wrong"
def slopes_by_nudging(f, theta, h):
    a, b = np.array([h, 0.0]), np.array([0.0, h])
    return np.array([f(theta + a) - f(theta - a), f(theta + b) - f(theta - b)]) / (2 * h)


# %% the second derivative task="slopes_by_nudging" kind="wrong" says="second derivative"
def slopes_by_nudging(f, theta, h):
    nudges = h * np.eye(len(theta))
    return np.array([(f(theta + n) - 2 * f(theta) + f(theta - n)) / h**2 for n in nudges])


# %% better than asked for task="slopes_by_nudging" kind="wrong" says="these are the exact slopes"
def slopes_by_nudging(f, theta, h):
    def d(k):
        return np.array(
            [(f(theta + k * e) - f(theta - k * e)) / (2 * k) for e in np.eye(len(theta))]
        )

    return (4 * d(h / 2) - d(h)) / 3


# %% copies, one by one task="slopes_by_nudging" kind="right"
def slopes_by_nudging(f, theta, h):
    slopes = np.zeros(len(theta))
    for j in range(len(theta)):
        high = np.array(theta, dtype=float)
        low = high.copy()
        high[j] += h
        low[j] -= h
        slopes[j] = (f(high) - f(low)) / (2 * h)
    return slopes


# %% nudged and taken back, in its own copy task="slopes_by_nudging" kind="right"
def slopes_by_nudging(f, theta, h):
    theta, slopes = 1.0 * theta, []
    for j, old in enumerate(theta.tolist()):
        theta[j] = old + h
        high = f(theta)
        theta[j] = old - h
        low = f(theta)
        theta[j] = old
        slopes.append((high - low) / h / 2)
    return slopes


# %% the mean of both sides task="slopes_by_nudging" kind="right"
def slopes_by_nudging(f, theta, h):
    here, unit = f(theta), np.eye(len(theta))
    right = np.array([f(theta + h * e) - here for e in unit]) / h
    left = np.array([here - f(theta - h * e) for e in unit]) / h
    return (right + left) / 2


# %% lists of numbers task="slopes_by_nudging" kind="right"
def slopes_by_nudging(f, theta, h):
    def at(j, move):
        return f(np.array([w + move * (i == j) for i, w in enumerate(theta)]))

    return [(at(j, h) - at(j, -h)) / (2 * h) for j in range(len(theta))]


# %% float32 task="slopes_by_nudging" kind="right"
def slopes_by_nudging(f, theta, h):
    nudges = np.float32(h) * np.eye(len(theta), dtype=np.float32)
    theta = np.asarray(theta, dtype=np.float32)
    rises = [f(theta + n) - f(theta - n) for n in nudges]
    return np.array(rises, dtype=np.float32) / np.float32(2 * h)


# %% apply_along_axis, with a print task="slopes_by_nudging" kind="right"
def slopes_by_nudging(f, theta, h):
    print("nudging", len(theta), "weights")
    table = theta + h * np.eye(len(theta))
    opposite = theta - h * np.eye(len(theta))
    rise = np.apply_along_axis(f, 1, table) - np.apply_along_axis(f, 1, opposite)
    return rise / (2 * h)
