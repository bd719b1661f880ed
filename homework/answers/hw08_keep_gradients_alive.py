# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# The answers that homework 08 is tried with: wrong ones, all of which lose points, and right ones
# that are written in another way, all of which get full marks.


# %% variances task="starting_deviations" kind="wrong" says="these are the variances"
def starting_deviations(widths, k):
    return [[1 / (k * a), 1 / (k * b), 2 / (k * (a + b))] for a, b in zip(widths, widths[1:])]


# %% k as a factor task="starting_deviations" kind="wrong" says="divide by k"
def starting_deviations(widths, k):
    rows = [[1 / (k * a), 1 / (k * b), 2 / (k * (a + b))] for a, b in zip(widths, widths[1:])]
    return k * np.sqrt(rows)


# %% the share as in a forward pass task="starting_deviations" kind="wrong"
def starting_deviations(widths, k):
    rows = [[k / a, k / b, 2 * k / (a + b)] for a, b in zip(widths, widths[1:])]
    return np.sqrt(rows)


# %% no share task="starting_deviations" kind="wrong" says="k has no effect"
def starting_deviations(widths, k):
    rows = [[1 / a, 1 / b, 2 / (a + b)] for a, b in zip(widths, widths[1:])]
    return np.sqrt(rows)


# %% the share outside the root task="starting_deviations" kind="wrong" says="under the root"
def starting_deviations(widths, k):
    rows = [[1 / a, 1 / b, 2 / (a + b)] for a, b in zip(widths, widths[1:])]
    return np.sqrt(rows) / k


# %% in and out swapped task="starting_deviations" kind="wrong" says="first two columns are swapped"
def starting_deviations(widths, k):
    rows = [[1 / b, 1 / a, 2 / (a + b)] for a, b in zip(widths, widths[1:])]
    return np.sqrt(np.array(rows) / k)


# %% no 2 task="starting_deviations" kind="wrong" says="the 2 is missing"
def starting_deviations(widths, k):
    rows = [[1 / a, 1 / b, 1 / (a + b)] for a, b in zip(widths, widths[1:])]
    return np.sqrt(np.array(rows) / k)


# %% the mean of the two task="starting_deviations" kind="wrong" says="no mean of deviations"
def starting_deviations(widths, k):
    table = []
    for a, b in zip(widths, widths[1:]):
        forward, backward = (k * a) ** -0.5, (k * b) ** -0.5
        table.append([forward, backward, (forward + backward) / 2])
    return table


# %% the mean of the variances task="starting_deviations" kind="wrong" says="no mean of variances"
def starting_deviations(widths, k):
    table = []
    for a, b in zip(widths, widths[1:]):
        forward, backward = 1 / (k * a), 1 / (k * b)
        table.append([forward, backward, (forward + backward) / 2])
    return np.sqrt(table)


# %% columns for rows task="starting_deviations" kind="wrong" says="rows and columns are swapped"
def starting_deviations(widths, k):
    a, b = np.array(widths[:-1]), np.array(widths[1:])
    return np.sqrt([1 / (k * a), 1 / (k * b), 2 / (k * (a + b))])


# %% only relu task="starting_deviations" kind="wrong" says="takes k = ½"
def starting_deviations(widths, k):
    a, b = np.array(widths[:-1]), np.array(widths[1:])
    return np.sqrt(np.stack([2 / a, 2 / b, 4 / (a + b)], axis=1))


# %% one matrix as one row task="starting_deviations" kind="wrong" says="still a table"
def starting_deviations(widths, k):
    a, b = np.array(widths[:-1]), np.array(widths[1:])
    return np.squeeze(np.sqrt(np.stack([1 / a, 1 / b, 2 / (a + b)], axis=1) / k))


# %% the first matrix task="starting_deviations" kind="wrong" says="first matrix alone"
def starting_deviations(widths, k):
    a, b = widths[:2]
    return np.sqrt([[1 / (k * a), 1 / (k * b), 2 / (k * (a + b))]])


# %% whole division task="starting_deviations" kind="wrong"
def starting_deviations(widths, k):
    return [
        [(1 / (k * a)) ** 0.5, (1 / (k * b)) ** 0.5, (1 / (k * ((a + b) // 2))) ** 0.5]
        for a, b in zip(widths, widths[1:])
    ]


# %% the limits of a uniform draw task="starting_deviations" kind="wrong" says="limits of a uniform"
def starting_deviations(widths, k):
    return [
        [(3 / (k * a)) ** 0.5, (3 / (k * b)) ** 0.5, (6 / (k * (a + b))) ** 0.5]
        for a, b in zip(widths, widths[1:])
    ]


# %% the geometric mean task="starting_deviations" kind="wrong" says="no geometric mean"
def starting_deviations(widths, k):
    return [
        [(k * a) ** -0.5, (k * b) ** -0.5, (k * (a * b) ** 0.5) ** -0.5]
        for a, b in zip(widths, widths[1:])
    ]


# %% a loop and math task="starting_deviations" kind="right"
def starting_deviations(widths, k):
    import math

    table = []
    for i in range(len(widths) - 1):
        n_in, n_out = int(widths[i]), int(widths[i + 1])
        table.append([1 / math.sqrt(k * n) for n in (n_in, n_out, (n_in + n_out) / 2)])
    return table


# %% harmonic means task="starting_deviations" kind="right"
def starting_deviations(widths, k):
    variances = 1 / (k * np.asarray(widths, dtype=float))
    one, other = variances[:-1], variances[1:]
    return np.stack([one, other, 2 * one * other / (one + other)], axis=-1) ** 0.5


# %% float32 task="starting_deviations" kind="right"
def starting_deviations(widths, k):
    n = np.array(widths, dtype=np.float32)
    sums = np.column_stack((n[:-1], n[1:], (n[:-1] + n[1:]) / 2))
    return np.float32(1) / np.sqrt(np.float32(k) * sums)


# %% logarithms task="starting_deviations" kind="right"
def starting_deviations(widths, k):
    pairs = np.lib.stride_tricks.sliding_window_view(np.array(widths), 2)
    n = np.hstack([pairs, pairs.mean(axis=1, keepdims=True)])
    return np.exp(-(np.log(n) + np.log(k)) / 2)


# %% pairwise, with a warning task="starting_deviations" kind="right"
def starting_deviations(widths, k):
    import warnings
    from itertools import islice

    warnings.warn("weights ahead")
    found = np.empty((len(widths) - 1, 3))
    for row, a, b in zip(found, widths, islice(widths, 1, None)):
        row[:] = np.reciprocal([k * a, k * b, k * (a + b) / 2.0])
        row **= 0.5
    return found


# %% over the units task="batch_norm" kind="wrong" says="takes axis 0"
def batch_norm(X, gamma, beta, running, training):
    if not training:
        return gamma * (X - running[0]) / np.sqrt(running[1] + 1e-5) + beta, running
    after = running + 0.1 * (np.array([X.mean(axis=0), X.var(axis=0)]) - running)
    mean, variance = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta, after


# %% one mean for all task="batch_norm" kind="wrong" says="one mean for all units"
def batch_norm(X, gamma, beta, running, training):
    if not training:
        return gamma * (X - running[0]) / np.sqrt(running[1] + 1e-5) + beta, running
    after = running + 0.1 * (np.array([X.mean(axis=0), X.var(axis=0)]) - running)
    return gamma * (X - X.mean()) / np.sqrt(X.var() + 1e-5) + beta, after


# %% one mean for all, in the averages too task="batch_norm" kind="wrong"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = running
    if training:
        mean, variance = X.mean(), X.var()
        running = 0.9 * running + 0.1 * np.array([[mean], [variance]])
    return gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta, running


# %% not centred task="batch_norm" kind="wrong" says="the mean is not subtracted"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = running
    if training:
        mean, variance = X.mean(axis=0), X.var(axis=0)
        running = 0.9 * running + 0.1 * np.array([mean, variance])
    return gamma * X / np.sqrt(variance + 1e-5) + beta, running


# %% by the variance task="batch_norm" kind="wrong" says="divides by the variance"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = running
    if training:
        mean, variance = X.mean(axis=0), X.var(axis=0)
        running = 0.9 * running + 0.1 * np.array([mean, variance])
    return gamma * (X - mean) / (variance + 1e-5) + beta, running


# %% neither scale nor shift task="batch_norm" kind="wrong" says="gamma and beta are missing"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = running
    if training:
        mean, variance = X.mean(axis=0), X.var(axis=0)
        running = 0.9 * running + 0.1 * np.array([mean, variance])
    return (X - mean) / np.sqrt(variance + 1e-5), running


# %% gamma on the shift task="batch_norm" kind="wrong" says="gamma multiplies beta as well"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = running
    if training:
        mean, variance = X.mean(axis=0), X.var(axis=0)
        running = 0.9 * running + 0.1 * np.array([mean, variance])
    return gamma * ((X - mean) / np.sqrt(variance + 1e-5) + beta), running


# %% as PyTorch task="batch_norm" kind="wrong" says="divide by N, not by N − 1"
def batch_norm(X, gamma, beta, running, training):
    if not training:
        return gamma * (X - running[0]) / np.sqrt(running[1] + 1e-5) + beta, running
    batch = np.array([X.mean(axis=0), X.var(axis=0, ddof=1)])
    Y = gamma * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 1e-5) + beta
    return Y, running + 0.1 * (batch - running)


# %% N − 1 task="batch_norm" kind="wrong" says="divide by N, not by N − 1"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = running
    if training:
        mean, variance = X.mean(axis=0), X.var(axis=0, ddof=1)
        running = 0.9 * running + 0.1 * np.array([mean, variance])
    return gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta, running


# %% the new averages in training task="batch_norm" kind="wrong" says="In training the batch's count"
def batch_norm(X, gamma, beta, running, training):
    if training:
        running = 0.9 * running + 0.1 * np.array([X.mean(axis=0), X.var(axis=0)])
    return gamma * (X - running[0]) / np.sqrt(running[1] + 1e-5) + beta, running


# %% nine tenths of the new task="batch_norm" kind="wrong" says="follow too fast"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = running
    if training:
        mean, variance = X.mean(axis=0), X.var(axis=0)
        running = 0.1 * running + 0.9 * np.array([mean, variance])
    return gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta, running


# %% averages of this batch task="batch_norm" kind="wrong" says="these are the batch's own"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = running
    if training:
        mean, variance = X.mean(axis=0), X.var(axis=0)
    Y = gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta
    return Y, np.array([mean, variance])


# %% no difference in prediction task="batch_norm" kind="wrong" says="this is what training does"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = np.mean(X, axis=0), np.var(X, axis=0)
    running = running + 0.1 * (np.array([mean, variance]) - running)
    return gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta, running


# %% a prediction by its own batch task="batch_norm" kind="wrong" says="depends on the batch"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = np.mean(X, axis=0), np.var(X, axis=0)
    if training:
        running = running + 0.1 * (np.array([mean, variance]) - running)
    return gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta, running


# %% it goes on following task="batch_norm" kind="wrong" says="a prediction moves the averages"
def batch_norm(X, gamma, beta, running, training):
    batch = np.array([np.mean(X, axis=0), np.var(X, axis=0)])
    mean, variance = batch if training else running
    Y = gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta
    return Y, running + 0.1 * (batch - running)


# %% the variance for a deviation task="batch_norm" kind="wrong" says="take the root of them"
def batch_norm(X, gamma, beta, running, training):
    if not training:
        return gamma * (X - running[0]) / (running[1] + 1e-5) + beta, running
    mean, variance = np.mean(X, axis=0), np.var(X, axis=0)
    Y = gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta
    return Y, running + 0.1 * (np.array([mean, variance]) - running)


# %% epsilon beside the root task="batch_norm" kind="wrong" says="ε belongs under the root"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = running
    if training:
        mean, variance = X.mean(axis=0), X.var(axis=0)
        running = 0.9 * running + 0.1 * np.array([mean, variance])
    return gamma * (X - mean) / (np.sqrt(variance) + 1e-5) + beta, running


# %% no epsilon task="batch_norm" kind="wrong" says="ε is missing"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = running
    if training:
        mean, variance = X.mean(axis=0), X.var(axis=0)
        running = 0.9 * running + 0.1 * np.array([mean, variance])
    return gamma * (X - mean) / np.sqrt(variance) + beta, running


# %% the averages are changed in place task="batch_norm" kind="wrong" says="that came in are changed"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = running.copy()
    if training:
        mean, variance = X.mean(axis=0), X.var(axis=0)
        running[:] = 0.9 * running + 0.1 * np.array([mean, variance])
    return gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta, running


# %% Y alone task="batch_norm" kind="wrong" says="this is Y alone"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = (X.mean(axis=0), X.var(axis=0)) if training else running
    return gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta


# %% only the mean is remembered task="batch_norm" kind="wrong"
def batch_norm(X, gamma, beta, running, training):
    m, v = running
    if training:
        m, v = X.mean(0), X.var(0)
        running = np.array([running[0] + 0.1 * (m - running[0]), v])
    return gamma * (X - m) / np.sqrt(v + 1e-5) + beta, running


# %% by hand task="batch_norm" kind="right"
def batch_norm(X, gamma, beta, running, training):
    N, D = np.shape(X)
    Y, after = [[0.0] * D for _ in range(N)], [[0.0] * D, [0.0] * D]
    for j in range(D):
        column = [float(X[i][j]) for i in range(N)]
        mean, variance = float(running[0][j]), float(running[1][j])
        after[0][j], after[1][j] = mean, variance
        if training:
            mean = sum(column) / N
            variance = sum((x - mean) ** 2 for x in column) / N
            after[0][j] += 0.1 * (mean - after[0][j])
            after[1][j] += 0.1 * (variance - after[1][j])
        for i in range(N):
            Y[i][j] = gamma[j] * (column[i] - mean) / (variance + 1e-5) ** 0.5 + beta[j]
    return Y, after


# %% scale and shift in one task="batch_norm" kind="right"
def batch_norm(X, gamma, beta, running, training):
    mean, variance = np.array(running, dtype=float)
    if training:
        mean = np.einsum("nd->d", X) / len(X)
        variance = np.einsum("nd,nd->d", X - mean, X - mean) / len(X)
    share = 0.1 if training else 0.0
    after = np.array([mean, variance]) * share + (1 - share) * np.array(running)
    scale = gamma / np.sqrt(variance + 1e-5)
    return X * scale + (beta - mean * scale), after


# %% float32, with a print task="batch_norm" kind="right"
def batch_norm(X, gamma, beta, running, training):
    print("training" if training else "predicting", X.shape)
    X = X.astype(np.float64)
    batch = np.stack([X.mean(0), X.var(0)])
    used = batch if training else np.asarray(running)
    Y = gamma * (X - used[0]) / np.sqrt(used[1] + 1e-5) + beta
    moved = 0.9 * np.asarray(running) + 0.1 * batch
    return Y.astype(np.float32), moved.astype(np.float32) if training else running


# %% two functions task="batch_norm" kind="right"
def apply(X, mean, variance, gamma, beta):
    centred = X - mean
    centred /= np.sqrt(variance + 1e-5)
    return centred * gamma + beta


def batch_norm(X, gamma, beta, running, training):
    if not training:
        return [apply(X, running[0], running[1], gamma, beta), running.copy()]
    mean = X.sum(axis=0) / X.shape[0]
    variance = ((X - mean) ** 2).sum(axis=0) / X.shape[0]
    new = np.vstack([running[0] * 0.9 + mean * 0.1, running[1] * 0.9 + variance * 0.1])
    return [apply(X, mean, variance, gamma, beta), new]


# %% in place on copies, with a warning task="batch_norm" kind="right"
def batch_norm(X, gamma, beta, running, training):
    import warnings

    warnings.warn("the batch is what counts")
    Y, running = np.array(X, dtype=float), np.array(running, dtype=float)
    used = running.copy()
    if training:
        used[0] = np.mean(Y, axis=0)
        used[1] = np.std(Y, axis=0) ** 2
        running -= 0.1 * running
        running += 0.1 * used
    Y -= used[0]
    Y /= np.sqrt(used[1] + 1e-5)
    Y *= gamma
    Y += beta
    return Y, running


# %% straight only task="batch_norm_backward" kind="wrong" says="Their ways are missing"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=0) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    return gamma * G / deviation, (G * X_hat).sum(axis=0), G.sum(axis=0)


# %% without the variance task="batch_norm_backward" kind="wrong" says="through the variance"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=0) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = gamma * (G - G.mean(axis=0)) / deviation
    return dX, (G * X_hat).sum(axis=0), G.sum(axis=0)


# %% without the mean task="batch_norm_backward" kind="wrong" says="through the mean is missing"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=0) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = gamma * (G - X_hat * (G * X_hat).mean(axis=0)) / deviation
    return dX, (G * X_hat).sum(axis=0), G.sum(axis=0)


# %% no gamma task="batch_norm_backward" kind="wrong" says="lacks the factor gamma"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=0) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = (G - G.mean(axis=0) - X_hat * (G * X_hat).mean(axis=0)) / deviation
    return dX, (G * X_hat).sum(axis=0), G.sum(axis=0)


# %% not divided task="batch_norm_backward" kind="wrong" says="lacks the division"
def batch_norm_backward(X, gamma, G):
    X_hat = (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 1e-5)
    dX = gamma * (G - G.mean(axis=0) - X_hat * (G * X_hat).mean(axis=0))
    return dX, (G * X_hat).sum(axis=0), G.sum(axis=0)


# %% sums task="batch_norm_backward" kind="wrong" says="factor 1/N"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=0) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = gamma * (G - G.sum(axis=0) - X_hat * (G * X_hat).sum(axis=0)) / deviation
    return dX, (G * X_hat).sum(axis=0), G.sum(axis=0)


# %% X for x̂ in gamma task="batch_norm_backward" kind="wrong" says="X after it was normalised"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=0) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = gamma * (G - G.mean(axis=0) - X_hat * (G * X_hat).mean(axis=0)) / deviation
    return dX, (G * X).sum(axis=0), G.sum(axis=0)


# %% gamma as beta task="batch_norm_backward" kind="wrong" says="lacks the factor x̂"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=0) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = gamma * (G - G.mean(axis=0) - X_hat * (G * X_hat).mean(axis=0)) / deviation
    return dX, G.sum(axis=0), G.sum(axis=0)


# %% means task="batch_norm_backward" kind="wrong" says="take sums"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=0) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = gamma * (G - G.mean(axis=0) - X_hat * (G * X_hat).mean(axis=0)) / deviation
    return dX, (G * X_hat).mean(axis=0), G.mean(axis=0)


# %% not added up task="batch_norm_backward" kind="wrong" says="uses add up"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=0) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = gamma * (G - G.mean(axis=0) - X_hat * (G * X_hat).mean(axis=0)) / deviation
    return dX, G * X_hat, G


# %% beta first task="batch_norm_backward" kind="wrong" says="in the wrong order"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=0) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = gamma * (G - G.mean(axis=0) - X_hat * (G * X_hat).mean(axis=0)) / deviation
    return dX, G.sum(axis=0), (G * X_hat).sum(axis=0)


# %% layer norm's task="batch_norm_backward" kind="wrong" says="this is layer norm's"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=1, keepdims=True) + 1e-5)
    X_hat = (X - X.mean(axis=1, keepdims=True)) / deviation
    H = G * gamma
    dX = H - H.mean(axis=1, keepdims=True) - X_hat * (H * X_hat).mean(axis=1, keepdims=True)
    return dX / deviation, (G * X_hat).sum(axis=0), G.sum(axis=0)


# %% N − 1 for the variance task="batch_norm_backward" kind="wrong"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=0, ddof=1) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = gamma * (G - G.mean(axis=0) - X_hat * (G * X_hat).mean(axis=0)) / deviation
    return dX, (G * X_hat).sum(axis=0), G.sum(axis=0)


# %% no epsilon task="batch_norm_backward" kind="wrong" says="ε is missing"
def batch_norm_backward(X, gamma, G):
    deviation = X.std(axis=0)
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = gamma * (G - G.mean(axis=0) - X_hat * (G * X_hat).mean(axis=0)) / deviation
    return dX, (G * X_hat).sum(axis=0), G.sum(axis=0)


# %% epsilon beside the root task="batch_norm_backward" kind="wrong" says="under the root"
def batch_norm_backward(X, gamma, G):
    deviation = X.std(axis=0) + 1e-5
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = gamma * (G - G.mean(axis=0) - X_hat * (G * X_hat).mean(axis=0)) / deviation
    return dX, (G * X_hat).sum(axis=0), G.sum(axis=0)


# %% G is changed task="batch_norm_backward" kind="wrong" says="that came in is changed"
def batch_norm_backward(X, gamma, G):
    deviation = np.sqrt(X.var(axis=0) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    dgamma, dbeta = (G * X_hat).sum(axis=0), G.sum(axis=0)
    G = G if G.dtype == float else G.astype(float)
    G -= dbeta / len(X) + X_hat * dgamma / len(X)
    return gamma * G / deviation, dgamma, dbeta


# %% way by way task="batch_norm_backward" kind="right"
def batch_norm_backward(X, gamma, G):
    N = len(X)
    mean = X.sum(axis=0) / N
    centred = X - mean
    variance = (centred**2).sum(axis=0) / N
    root = 1 / np.sqrt(variance + 1e-5)
    dx_hat = G * gamma
    dvariance = np.sum(dx_hat * centred * -0.5 * root**3, axis=0)
    dmean = -np.sum(dx_hat * root, axis=0) - dvariance * 2 * centred.mean(axis=0)
    dX = dx_hat * root + dvariance * 2 * centred / N + dmean / N
    return dX, np.sum(G * centred * root, axis=0), np.sum(G, axis=0)


# %% the matrix of derivatives task="batch_norm_backward" kind="right"
def batch_norm_backward(X, gamma, G):
    N, D = X.shape
    dX, dgamma, dbeta = np.zeros((N, D)), [], []
    for j in range(D):
        deviation = (np.var(X[:, j]) + 1e-5) ** 0.5
        x_hat = (X[:, j] - np.mean(X[:, j])) / deviation
        jacobian = (np.eye(N) - 1 / N - np.outer(x_hat, x_hat) / N) / deviation
        dX[:, j] = gamma[j] * jacobian.T @ G[:, j]
        dgamma.append(G[:, j] @ x_hat)
        dbeta.append(G[:, j].sum())
    return dX, dgamma, dbeta


# %% einsum task="batch_norm_backward" kind="right"
def batch_norm_backward(X, gamma, G):
    N = X.shape[0]
    inverse = (X.var(axis=0) + 1e-5) ** -0.5
    X_hat = (X - X.mean(axis=0)) * inverse
    dgamma, dbeta = np.einsum("nd,nd->d", G, X_hat), np.einsum("nd->d", G)
    return gamma * inverse / N * (N * G - dbeta - X_hat * dgamma), dgamma, dbeta


# %% in place on its own, with a print task="batch_norm_backward" kind="right"
def batch_norm_backward(X, gamma, G):
    print("backward", G.shape)
    deviation = np.sqrt(X.var(axis=0) + 1e-5)
    X_hat = (X - X.mean(axis=0)) / deviation
    dX = np.array(G, dtype=float)
    dX -= G.mean(axis=0)
    dX -= X_hat * (G * X_hat).mean(axis=0)
    dX *= gamma / deviation
    return [dX, (G * X_hat).sum(0), G.sum(0)]


# %% a class, with a warning task="batch_norm_backward" kind="right"
class Norm:
    def __init__(self, X):
        import warnings

        warnings.warn("in training")
        self.N = len(X)
        self.inverse = 1 / np.sqrt(np.var(X, axis=0) + 1e-5)
        self.X_hat = (X - np.mean(X, axis=0)) * self.inverse

    def back(self, H):
        along = self.X_hat * np.sum(H * self.X_hat, axis=0)
        return self.inverse * (H - (np.sum(H, axis=0) + along) / self.N)


def batch_norm_backward(X, gamma, G):
    norm = Norm(X)
    return norm.back(gamma * G), np.sum(norm.X_hat * G, axis=0), np.ones(len(X)) @ G


# %% by nudging task="batch_norm_backward" kind="right"
def batch_norm_backward(X, gamma, G):
    X = X * 1.0

    def J(X, g, b):
        return np.sum(G * (g * (X - X.mean(0)) / np.sqrt(X.var(0) + 1e-5) + b))

    dX = np.zeros(X.shape)
    h = 1e-6
    for i in np.ndindex(X.shape):
        e = np.zeros(X.shape)
        e[i] = h
        dX[i] = (J(X + e, gamma, 0) - J(X - e, gamma, 0)) / (2 * h)
    xh = (X - X.mean(0)) / np.sqrt(X.var(0) + 1e-5)
    return dX, (G * xh).sum(0), G.sum(0)


# %% each array by itself task="clip_together" kind="wrong" says="each array has its own limit"
def clip_together(grads, limit):
    total = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    clipped = []
    for grad in grads:
        length = np.linalg.norm(grad)
        clipped.append(grad * (limit / length if length > limit else 1))
    return clipped, total


# %% a length for each task="clip_together" kind="wrong" says="each array has its own length"
def clip_together(grads, limit):
    lengths = [np.linalg.norm(grad) for grad in grads]
    return [grad * min(1, limit / n) if n else grad for grad, n in zip(grads, lengths)], lengths


# %% by value task="clip_together" kind="wrong" says="cuts each number by itself"
def clip_together(grads, limit):
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    return [np.clip(grad, -limit, limit) for grad in grads], length


# %% always stretched task="clip_together" kind="wrong" says="makes short gradients longer"
def clip_together(grads, limit):
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    if length == 0 or not np.isfinite(length):
        return [np.zeros(grad.shape) for grad in grads], length
    return [grad * limit / length for grad in grads], length


# %% no root task="clip_together" kind="wrong" says="this is the squared length"
def clip_together(grads, limit):
    length = sum(np.sum(grad**2) for grad in grads)
    if not np.isfinite(length):
        return [np.zeros(grad.shape) for grad in grads], length
    return [grad * (limit / length if length > limit else 1) for grad in grads], length


# %% no root in the factor task="clip_together" kind="wrong" says="divides by the squared length"
def clip_together(grads, limit):
    square = sum(np.sum(grad**2) for grad in grads)
    if not np.isfinite(square):
        return [np.zeros(grad.shape) for grad in grads], square
    factor = limit / square if square > limit else 1
    return [grad * factor for grad in grads], np.sqrt(square)


# %% the sum of the lengths task="clip_together" kind="wrong" says="lengths do not add up"
def clip_together(grads, limit):
    length = sum(np.linalg.norm(grad) for grad in grads)
    if not np.isfinite(length):
        return [np.zeros(grad.shape) for grad in grads], length
    return [grad * (limit / length if length > limit else 1) for grad in grads], length


# %% the largest number task="clip_together" kind="wrong" says="this is the largest number"
def clip_together(grads, limit):
    length = max(np.max(np.abs(grad)) for grad in grads)
    if not np.isfinite(length):
        return [np.zeros(grad.shape) for grad in grads], length
    return [grad * (limit / length if length > limit else 1) for grad in grads], length


# %% the length after task="clip_together" kind="wrong" says="length after clipping"
def clip_together(grads, limit):
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    if not np.isfinite(length):
        return [np.zeros(grad.shape) for grad in grads], length
    factor = limit / length if length > limit else 1
    return [grad * factor for grad in grads], factor * length


# %% long ones thrown away task="clip_together" kind="wrong" says="throws long gradients away"
def clip_together(grads, limit):
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    if not length <= limit:
        return [np.zeros(grad.shape) for grad in grads], length
    return [grad.copy() for grad in grads], length


# %% to length one task="clip_together" kind="wrong" says="shortens to length 1"
def clip_together(grads, limit):
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    if not np.isfinite(length):
        return [np.zeros(grad.shape) for grad in grads], length
    return [grad / length if length > limit else grad for grad in grads], length


# %% divided by zero task="clip_together" kind="wrong" says="divides by it"
def clip_together(grads, limit):
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    if not np.isfinite(length):
        return [np.zeros(grad.shape) for grad in grads], length
    return [grad / length * min(length, limit) for grad in grads], length


# %% infinity by the formula task="clip_together" kind="wrong" says="0 times infinity is NaN"
def clip_together(grads, limit):
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    factor = limit / length if length > limit else 1
    return [grad * factor for grad in grads], length


# %% infinity is seen, NaN is not task="clip_together" kind="wrong" says="Ask np.isfinite"
def clip_together(grads, limit):
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    if length == np.inf:
        return [np.zeros(grad.shape) for grad in grads], length
    factor = limit / length if length > limit else 1
    return [grad * factor for grad in grads], length


# %% the bad numbers mended task="clip_together" kind="wrong" says="mends one number"
def clip_together(grads, limit):
    grads = [np.where(np.isfinite(grad), grad, 0) for grad in grads]
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    factor = limit / length if length > 10 * limit else 1
    return [grad * factor for grad in grads], length


# %% in place task="clip_together" kind="wrong" says="arrays that came in are changed"
def clip_together(grads, limit):
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    if not np.isfinite(length):
        return [np.zeros(grad.shape) for grad in grads], length
    if length > limit:
        for grad in grads:
            grad[...] = grad * (limit / length)
    return grads, length


# %% one long row task="clip_together" kind="wrong" says="The arrays keep their shapes"
def clip_together(grads, limit):
    g = np.concatenate([grad.ravel() for grad in grads])
    length = np.linalg.norm(g)
    if not np.isfinite(length):
        return np.zeros(len(g)), length
    return g * (limit / length if length > limit else 1), length


# %% the arrays alone task="clip_together" kind="wrong" says="these are the arrays alone"
def clip_together(grads, limit):
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    if not np.isfinite(length):
        return [np.zeros(grad.shape) for grad in grads]
    return [grad * (limit / length if length > limit else 1) for grad in grads]


# %% end to end and back task="clip_together" kind="right"
def clip_together(grads, limit):
    g = np.concatenate([np.ravel(grad) for grad in grads]).astype(float)
    length = np.linalg.norm(g)
    g = np.zeros_like(g) if not np.isfinite(length) else g
    if np.isfinite(length) and length > limit:
        g = g / length * limit
    ends = np.cumsum([np.size(grad) for grad in grads])[:-1]
    return [p.reshape(np.shape(q)) for p, q in zip(np.split(g, ends), grads)], length


# %% loops task="clip_together" kind="right"
def clip_together(grads, limit):
    import math

    square = 0.0
    for grad in grads:
        for x in np.ravel(grad):
            square += float(x) ** 2
    length = math.sqrt(square)
    if math.isnan(length) or math.isinf(length):
        return [np.full(np.shape(grad), 0.0) for grad in grads], length
    while_long = limit / length if length > limit else 1.0
    return [np.multiply(grad, while_long) for grad in grads], length


# %% hypot, float32 task="clip_together" kind="right"
def clip_together(grads, limit):
    length = np.hypot.reduce([np.linalg.norm(grad) for grad in grads])
    if np.isnan(length) or np.isinf(length):
        return [np.zeros(np.shape(grad), dtype=np.float32) for grad in grads], length
    factor = 1 / max(1, length / limit) if limit else 0
    return [np.asarray(grad, dtype=np.float32) * np.float32(factor) for grad in grads], length


# %% a generator of squares, with a print task="clip_together" kind="right"
def clip_together(grads, limit):
    with np.errstate(all="ignore"):
        length = sum(np.vdot(grad, grad) for grad in grads) ** 0.5
        print("length", length)
        factor = np.nan_to_num(np.minimum(1, np.divide(limit, length)), nan=0)
    if not np.isfinite(length):
        return tuple(np.zeros_like(grad, dtype=float) for grad in grads), length
    return tuple(factor * grad for grad in grads), length


# %% NaN by the minimum task="clip_together" kind="right"
def clip_together(grads, limit):
    length = np.sqrt(sum(np.sum(np.square(grad * 1.0)) for grad in grads))
    if not np.isfinite(length):
        return [np.zeros(grad.shape) for grad in grads], length
    return [grad * np.fmin(1, np.float64(limit) / length) for grad in grads], length


# %% early return, with a warning task="clip_together" kind="right"
def clip_together(grads, limit):
    import warnings

    fine = all(np.all(np.isfinite(grad)) for grad in grads)
    length = np.sqrt(np.sum([np.sum(np.abs(grad) ** 2.0) for grad in grads]))
    if not fine:
        warnings.warn("a step is left out")
        return [np.where(np.isfinite(grad), 0.0, 0.0) for grad in grads], length
    if length <= limit:
        return [np.array(grad) for grad in grads], length
    return [np.array(grad) * limit / length for grad in grads], length


# %% with PyTorch's 1e-6 task="clip_together" kind="right"
def clip_together(grads, limit):
    length = np.sqrt(sum((np.asarray(g, float) ** 2).sum() for g in grads))
    if not np.isfinite(length):
        return [np.zeros(np.shape(g)) for g in grads], length
    f = min(1.0, limit / (length + 1e-6))
    return [g * f for g in grads], length


# %% no way around task="residual_backward" kind="wrong" says="the way around is missing"
def residual_backward(h, blocks, G):
    passed = []
    for W, V in blocks:
        passed.append(h @ W > 0)
        h = h + np.maximum(h @ W, 0) @ V
    for (W, V), gate in zip(blocks[::-1], passed[::-1]):
        G = (G @ V.T * gate) @ W.T
    return G


# %% one for the way around task="residual_backward" kind="wrong" says="brings G, not 1"
def residual_backward(h, blocks, G):
    passed = []
    for W, V in blocks:
        passed.append(h @ W > 0)
        h = h + np.maximum(h @ W, 0) @ V
    for (W, V), gate in zip(blocks[::-1], passed[::-1]):
        G = 1 + (G @ V.T * gate) @ W.T
    return G


# %% no slope of relu task="residual_backward" kind="wrong" says="the slope of relu is missing"
def residual_backward(h, blocks, G):
    for W, V in blocks[::-1]:
        G = G + G @ V.T @ W.T
    return G


# %% relu for its slope task="residual_backward" kind="wrong" says="multiplies by relu"
def residual_backward(h, blocks, G):
    passed = []
    for W, V in blocks:
        passed.append(np.maximum(h @ W, 0))
        h = h + passed[-1] @ V
    for (W, V), gate in zip(blocks[::-1], passed[::-1]):
        G = G + (G @ V.T * gate) @ W.T
    return G


# %% the slope at h task="residual_backward" kind="wrong" says="at h W, not at h"
def residual_backward(h, blocks, G):
    places = []
    for W, V in blocks:
        places.append(h)
        h = h + np.maximum(h @ W, 0) @ V
    for (W, V), place in zip(blocks[::-1], places[::-1]):
        G = G + (G @ V.T @ W.T) * (place > 0)
    return G


# %% relu of the gradient task="residual_backward" kind="wrong" says="relu is applied to the gradient"
def residual_backward(h, blocks, G):
    for W, V in blocks[::-1]:
        G = G + np.maximum(G @ V.T, 0) @ W.T
    return G


# %% not transposed task="residual_backward" kind="wrong" says="transposed matrices"
def residual_backward(h, blocks, G):
    passed = []
    for W, V in blocks:
        passed.append(h @ W > 0)
        h = h + np.maximum(h @ W, 0) @ V
    for (W, V), gate in zip(blocks[::-1], passed[::-1]):
        G = G + (G @ V * gate) @ W
    return G


# %% from the first block on task="residual_backward" kind="wrong" says="begins at the last block"
def residual_backward(h, blocks, G):
    for W, V in blocks:
        z = h @ W
        G = G + (G @ V.T * (z > 0)) @ W.T
        h = h + np.maximum(z, 0) @ V
    return G


# %% the first h everywhere task="residual_backward" kind="wrong" says="each block has its own h"
def residual_backward(h, blocks, G):
    for W, V in reversed(blocks):
        G = G + (G @ V.T * (h @ W > 0)) @ W.T
    return G


# %% the way around counted twice task="residual_backward" kind="wrong" says="counts once"
def residual_backward(h, blocks, G):
    passed = []
    for W, V in blocks:
        passed.append(h @ W > 0)
        h = h + np.maximum(h @ W, 0) @ V
    for (W, V), gate in zip(blocks[::-1], passed[::-1]):
        G = G + G + (G @ V.T * gate) @ W.T
    return G


# %% a forward pass without the way around task="residual_backward" kind="wrong" says="forgets the way"
def residual_backward(h, blocks, G):
    passed = []
    for W, V in blocks:
        passed.append(h @ W > 0)
        h = np.maximum(h @ W, 0) @ V
    for (W, V), gate in zip(blocks[::-1], passed[::-1]):
        G = G + (G @ V.T * gate) @ W.T
    return G


# %% all blocks from one G task="residual_backward" kind="wrong" says="the block after it gave"
def residual_backward(h, blocks, G):
    total = G
    for W, V in blocks:
        z = h @ W
        total = total + (G @ V.T * (z > 0)) @ W.T
        h = h + np.maximum(z, 0) @ V
    return total


# %% slope 1 at 0 task="residual_backward" kind="wrong" says="must lie above 0"
def residual_backward(h, blocks, G):
    passed = []
    for W, V in blocks:
        passed.append(h @ W >= 0)
        h = h + np.maximum(h @ W, 0) @ V
    for (W, V), gate in zip(blocks[::-1], passed[::-1]):
        G = G + (G @ V.T * gate) @ W.T
    return G


# %% G is changed task="residual_backward" kind="wrong" says="The G that came in is changed"
def residual_backward(h, blocks, G):
    passed = []
    for W, V in blocks:
        passed.append(h @ W > 0)
        h = h + np.maximum(h @ W, 0) @ V
    for (W, V), gate in zip(blocks[::-1], passed[::-1]):
        G[...] = G + (G @ V.T * gate) @ W.T
    return G


# %% the first block task="residual_backward" kind="wrong" says="this is the first block alone"
def residual_backward(h, blocks, G):
    if not blocks:
        return G
    W, V = blocks[0]
    return G + (G @ V.T * (h @ W > 0)) @ W.T


# %% np.sign for the slope task="residual_backward" kind="wrong" says="not −1"
def residual_backward(h, blocks, G):
    zs = []
    for W, V in blocks:
        z = h @ W
        zs.append(z)
        h = h + np.maximum(z, 0) @ V
    for (W, V), z in zip(blocks[::-1], zs[::-1]):
        G = G + (G @ V.T * np.sign(z)) @ W.T
    return G


# %% recursion task="residual_backward" kind="right"
def residual_backward(h, blocks, G):
    if len(blocks) == 0:
        return G
    (W, V), *rest = blocks
    z = h @ W
    G = residual_backward(h + np.where(z > 0, z, 0) @ V, rest, G)
    return G + np.where(z > 0, G @ V.T, 0) @ W.T


# %% example by example task="residual_backward" kind="right"
def residual_backward(h, blocks, G):
    found = []
    for x, g in zip(h, G):
        steps = []
        for W, V in blocks:
            z = W.T @ x
            steps.append(np.eye(len(x)) + W @ np.diag((z > 0) * 1.0) @ V)
            x = x + V.T @ np.maximum(z, 0)
        for step in reversed(steps):
            g = step @ g
        found.append(g)
    return np.array(found)


# %% einsum task="residual_backward" kind="right"
def residual_backward(h, blocks, G):
    gates = []
    for W, V in blocks:
        z = np.einsum("nd,dk->nk", h, W)
        gates.append(np.heaviside(z, 0.0))
        h = h + np.einsum("nk,nk,kd->nd", z, gates[-1], V)
    while gates:
        W, V = blocks[len(gates) - 1]
        G = G + np.einsum("ne,ke,nk,dk->nd", G, V, gates.pop(), W)
    return G


# %% float32, with a print task="residual_backward" kind="right"
def residual_backward(h, blocks, G):
    print(len(blocks), "blocks")
    tape, h = [], np.asarray(h, dtype=np.float64)
    for W, V in blocks:
        z = h.dot(W)
        tape.append((W, V, np.sign(np.maximum(z, 0))))
        h = h + np.maximum(z, 0).dot(V)
    back = np.array(G, dtype=np.float32)
    for W, V, gate in tape[::-1]:
        back += ((back.dot(V.T) * gate).dot(W.T)).astype(np.float32)
    return back


# %% closures, with a warning task="residual_backward" kind="right"
def residual_backward(h, blocks, G):
    import warnings

    warnings.warn("all the way back")

    def block(h, W, V):
        z = h @ W
        out = h + z.clip(min=0) @ V
        return out, lambda G: G + (W @ ((V @ G.T) * (z.T > 0))).T

    ways = []
    for W, V in blocks:
        h, way = block(h, W, V)
        ways.insert(0, way)
    for way in ways:
        G = way(G)
    return G


# %% silent once task="silent_units" kind="wrong" says="must be so for all"
def silent_units(X, layers):
    counts = []
    for W, b in layers:
        z = X @ W + b
        counts.append(int(np.any(z <= 0, axis=0).sum()))
        X = np.maximum(z, 0)
    return counts


# %% over the units task="silent_units" kind="wrong" says="this counts examples"
def silent_units(X, layers):
    counts = []
    for W, b in layers:
        z = X @ W + b
        counts.append(int(np.all(z <= 0, axis=1).sum()))
        X = np.maximum(z, 0)
    return counts


# %% numbers task="silent_units" kind="wrong" says="this counts numbers"
def silent_units(X, layers):
    counts = []
    for W, b in layers:
        X = np.maximum(X @ W + b, 0)
        counts.append(int(np.sum(X == 0)))
    return counts


# %% the mean task="silent_units" kind="wrong" says="this looks at the mean"
def silent_units(X, layers):
    counts = []
    for W, b in layers:
        z = X @ W + b
        counts.append(int(np.sum(z.mean(axis=0) <= 0)))
        X = np.maximum(z, 0)
    return counts


# %% no relu between task="silent_units" kind="wrong" says="the next layer gets relu"
def silent_units(X, layers):
    counts = []
    for W, b in layers:
        X = X @ W + b
        counts.append(int(np.sum(np.all(X <= 0, axis=0))))
    return counts


# %% no bias task="silent_units" kind="wrong" says="the bias b is missing"
def silent_units(X, layers):
    counts = []
    for W, _ in layers:
        X = np.maximum(X @ W, 0)
        counts.append(int(np.sum(np.all(X == 0, axis=0))))
    return counts


# %% the others task="silent_units" kind="wrong" says="units that are not silent"
def silent_units(X, layers):
    counts = []
    for W, b in layers:
        X = np.maximum(X @ W + b, 0)
        counts.append(int(np.sum(X.any(axis=0))))
    return counts


# %% shares task="silent_units" kind="wrong" says="this is the share"
def silent_units(X, layers):
    counts = []
    for W, b in layers:
        X = np.maximum(X @ W + b, 0)
        counts.append(np.mean(~X.any(axis=0)))
    return counts


# %% the sum task="silent_units" kind="wrong" says="the sum over all layers"
def silent_units(X, layers):
    count = 0
    for W, b in layers:
        X = np.maximum(X @ W + b, 0)
        count += int(np.sum(~X.any(axis=0)))
    return count


# %% strictly below task="silent_units" kind="wrong" says="not above 0"
def silent_units(X, layers):
    counts = []
    for W, b in layers:
        z = X @ W + b
        counts.append(int(np.sum(np.all(z < 0, axis=0))))
        X = np.maximum(z, 0)
    return counts


# %% nearly 0 counts task="silent_units" kind="wrong"
def silent_units(X, layers):
    counts = []
    for W, b in layers:
        X = np.maximum(X @ W + b, 0)
        counts.append(int(np.sum(np.all(np.isclose(X, 0), axis=0))))
    return counts


# %% relu before the first layer task="silent_units" kind="wrong"
def silent_units(X, layers):
    out = []
    for W, b in layers:
        X = np.maximum(X, 0) @ W + b
        out.append(int((X <= 0).all(0).sum()))
    return out


# %% silent for nearly all task="silent_units" kind="wrong"
def silent_units(X, layers):
    out = []
    for W, b in layers:
        z = X @ W + b
        out.append(int(((z <= 0).mean(0) > 0.99).sum()))
        X = np.maximum(z, 0)
    return out


# %% the silent ones so far task="silent_units" kind="wrong"
def silent_units(X, layers):
    out, n = [], 0
    for W, b in layers:
        X = np.maximum(X @ W + b, 0)
        n += int((X == 0).all(0).sum())
        out.append(n)
    return out


# %% the largest sum task="silent_units" kind="right"
def silent_units(X, layers):
    counts = []
    for W, b in layers:
        z = np.dot(X, W) + b
        counts.append(sum(1 for top in z.max(axis=0) if not top > 0))
        X = np.where(z > 0, z, 0)
    return counts


# %% loops task="silent_units" kind="right"
def silent_units(X, layers):
    rows, counts = [list(map(float, row)) for row in X], []
    for W, b in layers:
        n, alive = len(b), set()
        outputs = []
        for row in rows:
            out = []
            for j in range(n):
                z = sum(x * W[i][j] for i, x in enumerate(row)) + b[j]
                if z > 0:
                    alive.add(j)
                out.append(max(z, 0))
            outputs.append(out)
        rows = outputs
        counts.append(n - len(alive))
    return counts


# %% an array of counts task="silent_units" kind="right"
def silent_units(X, layers):
    counts = np.zeros(len(layers))
    for i, (W, b) in enumerate(layers):
        X = (X @ W + b).clip(0)
        counts[i] = X.shape[1] - np.count_nonzero(X.sum(axis=0))
    return counts


# %% calls itself, with a print task="silent_units" kind="right"
def silent_units(X, layers):
    if not layers:
        return []
    (W, b), rest = layers[0], layers[1:]
    z = np.einsum("nd,du->nu", X, W) + b
    here = int(np.logical_not((z > 0).any(axis=0)).sum())
    print(here, "of", len(b))
    return [here, *silent_units(z * (z > 0), rest)]


# %% transposed, with a warning task="silent_units" kind="right"
def silent_units(X, layers):
    import warnings

    warnings.warn("listening")
    h, counts = np.asarray(X).T, ()
    for W, b in layers:
        h = np.maximum(W.T @ h + np.asarray(b)[:, None], 0)
        counts += (np.sum([not unit.any() for unit in h]),)
    return counts
