# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# The answers that homework 05 is tried with: wrong ones, all of which lose points, and right ones
# that are written in another way, all of which get full marks.

# %% whole batches only task="one_epoch" kind="wrong" says="the last short batch is lost"
def one_epoch(X, y, size, rng):
    order = rng.permutation(len(X))
    batches = []
    for i in range(len(X) // size):
        rows = order[i * size : (i + 1) * size]
        batches.append((X[rows], y[rows]))
    return batches


# %% the last batch filled up task="one_epoch" kind="wrong" says="filled up"
def one_epoch(X, y, size, rng):
    order = rng.permutation(len(X))
    batches = []
    for start in range(0, len(X), size):
        rows = np.take(order, range(start, start + size), mode="wrap")
        batches.append((X[rows], y[rows]))
    return batches


# %% drawn with replacement task="one_epoch" kind="wrong" says="some examples come twice"
def one_epoch(X, y, size, rng):
    order = rng.integers(len(X), size=len(X))
    return [(X[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(X), size)]


# %% each batch drawn by itself task="one_epoch" kind="wrong" says="some examples come twice"
def one_epoch(X, y, size, rng):
    batches = []
    for start in range(0, len(X), size):
        rows = rng.choice(len(X), min(size, len(X) - start), replace=False)
        batches.append((X[rows], y[rows]))
    return batches


# %% X and y each in an order of its own task="one_epoch" kind="wrong" says="lost its own label"
def one_epoch(X, y, size, rng):
    X, y = rng.permutation(X), rng.permutation(y)
    return [(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size)]


# %% only X shuffled task="one_epoch" kind="wrong" says="lost its own label"
def one_epoch(X, y, size, rng):
    order = rng.permutation(len(X))
    return [(X[order[i : i + size]], y[i : i + size]) for i in range(0, len(X), size)]


# %% not shuffled task="one_epoch" kind="wrong" says="still that of the data"
def one_epoch(X, y, size, rng):
    return [(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size)]


# %% the same order in every epoch task="one_epoch" kind="wrong" says="does not depend on rng"
def one_epoch(X, y, size, rng):
    order = np.random.default_rng(42).permutation(len(X))
    return [(X[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(X), size)]


# %% a random start only task="one_epoch" kind="wrong" says="only the start is random"
def one_epoch(X, y, size, rng):
    order = np.roll(np.arange(len(X)), rng.integers(1, len(X)) if len(X) > 1 else 0)
    return [(X[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(X), size)]


# %% the last example stays task="one_epoch" kind="wrong" says="a fixed place"
def one_epoch(X, y, size, rng):
    order = np.append(rng.permutation(len(X) - 1), len(X) - 1)
    return [(X[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(X), size)]


# %% only the batches shuffled task="one_epoch" kind="wrong" says="shuffle"
def one_epoch(X, y, size, rng):
    starts = np.arange(0, len(X), size)
    short = starts[-1]
    starts = [*rng.permutation(starts[:-1]), short]
    return [(X[i : i + size], y[i : i + size]) for i in starts]


# %% shuffled within each batch task="one_epoch" kind="wrong" says="holds the same examples"
def one_epoch(X, y, size, rng):
    batches = []
    for start in range(0, len(X), size):
        rows = start + rng.permutation(min(size, len(X) - start))
        batches.append((X[rows], y[rows]))
    return batches


# %% shuffles the caller's data task="one_epoch" kind="wrong" says="X and y themselves were shuffled"
def one_epoch(X, y, size, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return [(X[i : i + size].copy(), y[i : i + size].copy()) for i in range(0, len(X), size)]


# %% as many batches as size says task="one_epoch" kind="wrong" says="not of batches"
def one_epoch(X, y, size, rng):
    order = rng.permutation(len(X))
    return [(X[rows], y[rows]) for rows in np.array_split(order, size)]


# %% an empty batch at the end task="one_epoch" kind="wrong" says="the last batch is empty"
def one_epoch(X, y, size, rng):
    order = rng.permutation(len(X))
    return [(X[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(X) + 1, size)]


# %% nearly equal batches task="one_epoch" kind="wrong"
def one_epoch(X, y, size, rng):
    order = rng.permutation(len(X))
    parts = np.array_split(order, -(-len(X) // size))
    return [(X[rows], y[rows]) for rows in parts]


# %% returns after the first batch task="one_epoch" kind="wrong"
def one_epoch(X, y, size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        return [(X[rows], y[rows])]


# %% labels as a column beside X task="one_epoch" kind="wrong"
def one_epoch(X, y, size, rng):
    both = rng.permutation(np.column_stack([X, y]))
    return [(b[:, :-1], b[:, -1].astype(int)) for b in np.split(both, range(size, len(X), size))]


# %% a generator task="one_epoch" kind="right"
def one_epoch(X, y, size, rng):
    order = np.arange(len(y))
    rng.shuffle(order)
    while len(order):
        now, order = order[:size], order[size:]
        yield X[now], y[now]


# %% split at the borders task="one_epoch" kind="right"
def one_epoch(X, y, size, rng):
    order = rng.permutation(len(X))
    return [(X[rows], y[rows]) for rows in np.split(order, range(size, len(X), size))]


# %% sorted by random numbers task="one_epoch" kind="right"
def one_epoch(X, y, size, rng):
    order = np.argsort(rng.random(len(X)))
    print("order", order)
    batches = []
    for number in range(int(np.ceil(len(X) / size))):
        rows = order[number * size : min((number + 1) * size, len(X))]
        batches.append([X[rows].tolist(), y[rows].tolist()])
    return batches


# %% copies that are shuffled alike task="one_epoch" kind="right"
def one_epoch(X, y, size, rng):
    order = rng.permutation(X.shape[0])
    X, y = np.take(X, order, axis=0), np.take(y, order, axis=0)
    return zip(
        [X[i : i + size] for i in range(0, len(X), size)],
        [y[i : i + size] for i in range(0, len(X), size)],
    )


# %% one example after the other task="one_epoch" kind="right"
def one_epoch(X, y, size, rng):
    import warnings

    warnings.warn("one example after the other")
    left, batches, rows, labels = list(range(len(X))), [], [], []
    while left:
        i = left.pop(int(rng.integers(len(left))))
        rows.append(X[i])
        labels.append(y[i])
        if len(rows) == size or not left:
            batches.append((np.array(rows), np.array(labels)))
            rows, labels = [], []
    return batches


# %% in float32 task="one_epoch" kind="right"
def one_epoch(X, y, size, rng):
    order = rng.choice(len(X), size=len(X), replace=False)
    return tuple(
        (X[order[i : i + size]].astype(np.float32), y[order[i : i + size]])
        for i in range(0, len(X), size)
    )


# %% the last theta task="train_until" kind="wrong" says="this is the last θ"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, best_epoch = [], 0
    for epoch in range(most):
        theta = theta - lr * gradient(theta)
        losses.append(val_loss(theta))
        if losses[epoch] < losses[best_epoch]:
            best_epoch = epoch
        if epoch - best_epoch == patience:
            break
    return theta, losses


# %% the best is the same array task="train_until" kind="wrong" says="keep a copy"
def train_until(theta, gradient, val_loss, lr, patience, most):
    theta = np.array(theta, dtype=float)
    losses, lowest, since, best = [], np.inf, 0, theta
    for epoch in range(most):
        theta -= lr * gradient(theta)
        losses.append(val_loss(theta))
        since += 1
        if losses[-1] < lowest:
            lowest, best, since = losses[-1], theta, 0
        if since == patience:
            break
    return best, losses


# %% steps on the caller's theta task="train_until" kind="wrong" says="the caller's θ was changed"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, lowest, since, best = [], np.inf, 0, None
    for epoch in range(most):
        theta -= lr * gradient(theta)
        losses.append(val_loss(theta))
        since += 1
        if losses[-1] < lowest:
            lowest, best, since = losses[-1], theta.copy(), 0
        if since == patience:
            break
    return best, losses


# %% waits one epoch too long task="train_until" kind="wrong" says="waits one epoch too long"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, lowest, since, best = [], np.inf, 0, theta
    for epoch in range(most):
        theta = theta - lr * gradient(theta)
        losses.append(val_loss(theta))
        if losses[-1] < lowest:
            lowest, best, since = losses[-1], theta, 0
        else:
            since += 1
        if since > patience:
            break
    return best, losses


# %% stops at the first rise task="train_until" kind="wrong" says="without patience"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, best = [], theta
    for epoch in range(most):
        theta = theta - lr * gradient(theta)
        losses.append(val_loss(theta))
        if epoch > 0 and losses[-1] >= losses[-2]:
            break
        best = theta
    return best, losses


# %% the waiting is never reset task="train_until" kind="wrong" says="begins anew"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, lowest, rises, best = [], np.inf, 0, theta
    for epoch in range(most):
        theta = theta - lr * gradient(theta)
        losses.append(val_loss(theta))
        if losses[-1] < lowest:
            lowest, best = losses[-1], theta
        else:
            rises += 1
        if rises == patience:
            break
    return best, losses


# %% an equal loss counts as better task="train_until" kind="wrong" says="an equal loss is no better"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, lowest, since, best = [], np.inf, 0, theta
    for epoch in range(most):
        theta = theta - lr * gradient(theta)
        losses.append(val_loss(theta))
        since += 1
        if losses[-1] <= lowest:
            lowest, best, since = losses[-1], theta, 0
        if since == patience:
            break
    return best, losses


# %% uphill task="train_until" kind="wrong" says="uphill"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, lowest, since, best = [], np.inf, 0, theta
    for epoch in range(most):
        theta = theta + lr * gradient(theta)
        losses.append(val_loss(theta))
        since += 1
        if losses[-1] < lowest:
            lowest, best, since = losses[-1], theta, 0
        if since == patience:
            break
    return best, losses


# %% the loss before the step task="train_until" kind="wrong" says="the start is no epoch"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, lowest, since, best = [], np.inf, 0, theta
    for epoch in range(most):
        losses.append(val_loss(theta))
        since += 1
        if losses[-1] < lowest:
            lowest, best, since = losses[-1], theta, 0
        theta = theta - lr * gradient(theta)
        if since == patience:
            break
    return best, losses


# %% the loss of the start in the list task="train_until" kind="wrong" says="the start is no epoch"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, since, best = [val_loss(theta)], 0, theta
    for epoch in range(most):
        theta = theta - lr * gradient(theta)
        loss = val_loss(theta)
        since += 1
        if loss < min(losses):
            best, since = theta, 0
        losses.append(loss)
        if since == patience:
            break
    return best, losses


# %% no end before most task="train_until" kind="wrong"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, thetas = [], []
    for epoch in range(most):
        theta = theta - lr * gradient(theta)
        thetas.append(theta)
        losses.append(val_loss(theta))
    return thetas[int(np.argmin(losses))], losses


# %% no end at most task="train_until" kind="wrong"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, lowest, since, best = [], np.inf, 0, theta
    while since < patience and len(losses) < 1000:
        theta = theta - lr * gradient(theta)
        losses.append(val_loss(theta))
        since += 1
        if losses[-1] < lowest:
            lowest, best, since = losses[-1], theta, 0
    return best, losses


# %% losses up to the best only task="train_until" kind="wrong" says="all epochs that were run"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, since, best, kept = [], 0, theta, 0
    for epoch in range(most):
        theta = theta - lr * gradient(theta)
        losses.append(val_loss(theta))
        since += 1
        if losses[-1] <= min(losses) and losses.count(losses[-1]) == 1:
            best, since, kept = theta, 0, epoch
        if since == patience:
            break
    return best, losses[: kept + 1]


# %% the number of the epoch task="train_until" kind="wrong" says="not the number of the epoch"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, best = [], 0
    for epoch in range(most):
        theta = theta - lr * gradient(theta)
        losses.append(val_loss(theta))
        if losses[epoch] < losses[best]:
            best = epoch
        if epoch - best == patience:
            break
    return best + 1, losses


# %% compared with the epoch before task="train_until" kind="wrong"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, since, best = [], 0, theta
    for epoch in range(most):
        theta = theta - lr * gradient(theta)
        losses.append(val_loss(theta))
        since += 1
        if epoch == 0 or losses[-1] < losses[-2]:
            best, since = theta, 0
        if since == patience:
            break
    return best, losses


# %% no rate task="train_until" kind="wrong" says="lacks the learning rate"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, lowest, since, best = [], np.inf, 0, theta
    for epoch in range(most):
        theta = theta - gradient(theta)
        losses.append(val_loss(theta))
        since += 1
        if losses[-1] < lowest:
            lowest, best, since = losses[-1], theta, 0
        if since == patience:
            break
    return best, losses


# %% NaN counts as better task="train_until" kind="wrong"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, lowest, since, best = [], np.inf, 0, theta
    for epoch in range(most):
        theta = theta - lr * gradient(theta)
        losses.append(val_loss(theta))
        if losses[-1] >= lowest:
            since += 1
        else:
            lowest, best, since = losses[-1], theta, 0
        if since == patience:
            break
    return best, losses


# %% in place on a copy task="train_until" kind="right"
def train_until(theta, gradient, val_loss, lr, patience, most):
    theta = np.array(theta, dtype=float, copy=True)
    best, lowest, waited, losses = theta.copy(), float("inf"), 0, []
    while len(losses) < most and waited < patience:
        theta -= lr * np.asarray(gradient(theta))
        loss = float(val_loss(theta))
        losses.append(loss)
        if loss < lowest:
            best[...] = theta
            lowest, waited = loss, 0
        else:
            waited += 1
    return best, losses


# %% all thetas kept task="train_until" kind="right"
def train_until(theta, gradient, val_loss, lr, patience, most):
    thetas, losses = [], []
    for epoch in range(most):
        theta = theta - lr * gradient(theta)
        thetas.append(theta)
        losses.append(val_loss(theta))
        best = int(np.nanargmin(losses))
        if len(losses) - 1 - best >= patience:
            break
    return thetas[best], np.array(losses)


# %% recursion task="train_until" kind="right"
def train_until(theta, gradient, val_loss, lr, patience, most):
    def go_on(theta, best, best_epoch, losses):
        epoch = len(losses)
        if epoch == most or epoch - best_epoch == patience:
            return best, losses
        theta = theta - lr * gradient(theta)
        loss = val_loss(theta)
        is_best = all(loss < other or other != other for other in losses) and loss == loss
        if is_best:
            best, best_epoch = theta, epoch + 1
        return go_on(theta, best, best_epoch, losses + [loss])

    return go_on(theta, theta, 0, [])


# %% in float32, with a word task="train_until" kind="right"
def train_until(theta, gradient, val_loss, lr, patience, most):
    import warnings

    warnings.warn("float32")
    theta = np.asarray(theta, dtype=np.float32)
    losses, best = [], (np.inf, theta, -1)
    for epoch in range(most):
        theta = (theta - lr * gradient(theta)).astype(np.float32)
        losses.append(val_loss(theta))
        print(epoch, losses[-1])
        if losses[-1] < best[0]:
            best = losses[-1], theta, epoch
        if epoch - best[2] >= patience:
            break
    return [best[1].tolist(), losses]


# %% an end that moves along task="train_until" kind="right"
def train_until(theta, gradient, val_loss, lr, patience, most):
    losses, end, epoch, best = [], patience, 0, None
    record = None
    while epoch < min(end, most):
        epoch += 1
        step = np.multiply(lr, gradient(theta))
        theta = np.subtract(theta, step)
        losses += [val_loss(theta)]
        if record is None or losses[-1] < record:
            record, best, end = losses[-1], theta, epoch + patience
    return best, losses


# %% largest score of each column task="accuracy_with_error" kind="wrong"
def accuracy_with_error(scores, y):
    guesses = np.argmax(scores, axis=0)
    p = np.mean(np.resize(guesses, len(y)) == y)
    return p, np.sqrt(p * (1 - p) / len(y))


# %% percent task="accuracy_with_error" kind="wrong" says="percent"
def accuracy_with_error(scores, y):
    p = np.mean(np.argmax(scores, axis=1) == y)
    return 100 * p, 100 * np.sqrt(p * (1 - p) / len(y))


# %% the variance task="accuracy_with_error" kind="wrong" says="variance"
def accuracy_with_error(scores, y):
    p = np.mean(np.argmax(scores, axis=1) == y)
    return p, p * (1 - p) / len(y)


# %% the spread of one guess task="accuracy_with_error" kind="wrong" says="spread of one guess"
def accuracy_with_error(scores, y):
    hits = np.argmax(scores, axis=1) == y
    return hits.mean(), hits.std()


# %% divided by N task="accuracy_with_error" kind="wrong" says="root of N"
def accuracy_with_error(scores, y):
    hits = np.argmax(scores, axis=1) == y
    return hits.mean(), hits.std() / len(y)


# %% by N minus 1 task="accuracy_with_error" kind="wrong" says="divides by N − 1"
def accuracy_with_error(scores, y):
    hits = np.argmax(scores, axis=1) == y
    return hits.mean(), hits.std(ddof=1) / np.sqrt(len(y))


# %% a count task="accuracy_with_error" kind="wrong" says="counts the right guesses"
def accuracy_with_error(scores, y):
    right = np.sum(np.argmax(scores, axis=1) == y)
    p = right / len(y)
    return right, np.sqrt(p * (1 - p) / len(y))


# %% no factor for the wrong ones task="accuracy_with_error" kind="wrong" says="1 − p is missing"
def accuracy_with_error(scores, y):
    p = np.mean(np.argmax(scores, axis=1) == y)
    return p, np.sqrt(p / len(y))


# %% all scores counted task="accuracy_with_error" kind="wrong" says="not of scores"
def accuracy_with_error(scores, y):
    p = np.mean(np.argmax(scores, axis=1) == y)
    return p, np.sqrt(p * (1 - p) / scores.size)


# %% the share alone task="accuracy_with_error" kind="wrong" says="the standard error is missing"
def accuracy_with_error(scores, y):
    return np.mean(np.argmax(scores, axis=1) == y)


# %% the share of wrong guesses task="accuracy_with_error" kind="wrong" says="wrong guesses"
def accuracy_with_error(scores, y):
    p = np.mean(np.argmax(scores, axis=1) != y)
    return p, np.sqrt(p * (1 - p) / len(y))


# %% the largest error there can be task="accuracy_with_error" kind="wrong" says="largest error"
def accuracy_with_error(scores, y):
    p = np.mean(np.argmax(scores, axis=1) == y)
    return p, 0.5 / np.sqrt(len(y))


# %% a tie counts as right task="accuracy_with_error" kind="wrong" says="the first counts"
def accuracy_with_error(scores, y):
    p = np.mean(scores[np.arange(len(y)), y] == scores.max(axis=1))
    return p, np.sqrt(p * (1 - p) / len(y))


# %% scores above a half task="accuracy_with_error" kind="wrong"
def accuracy_with_error(scores, y):
    p = np.mean(scores[np.arange(len(y)), y] > 0.5)
    return p, np.sqrt(p * (1 - p) / len(y))


# %% by probabilities that overflow task="accuracy_with_error" kind="wrong"
def accuracy_with_error(scores, y):
    exps = np.exp(scores)
    probabilities = exps / exps.sum(axis=1, keepdims=True)
    p = np.mean(np.argmax(probabilities, axis=1) == y)
    return p, np.sqrt(p * (1 - p) / len(y))


# %% two classes only task="accuracy_with_error" kind="wrong"
def accuracy_with_error(scores, y):
    guesses = scores[:, -1] > scores[:, 0]
    p = np.mean(guesses == y)
    return p, np.sqrt(p * (1 - p) / len(y))


# %% the mean over one-hot entries task="accuracy_with_error" kind="wrong"
def accuracy_with_error(scores, y):
    K = scores.shape[1]
    p = np.mean(np.eye(K)[scores.argmax(axis=1)] == np.eye(K)[y])
    return p, np.sqrt(p * (1 - p) / len(y))


# %% standard deviation of the hits task="accuracy_with_error" kind="right"
def accuracy_with_error(scores, y):
    hits = (scores.argmax(-1) == y).astype(float)
    return hits.mean(), hits.std() / np.sqrt(hits.size)


# %% counted in a loop task="accuracy_with_error" kind="right"
def accuracy_with_error(scores, y):
    right = 0
    for row, label in zip(scores.tolist(), y.tolist()):
        right += row.index(max(row)) == label
    p = right / len(y)
    return [p, (p * (1 - p) / len(y)) ** 0.5]


# %% by the counts task="accuracy_with_error" kind="right"
def accuracy_with_error(scores, y):
    import math
    import warnings

    warnings.warn("counting")
    right = int(np.count_nonzero(np.argmax(scores, 1) == y))
    wrong = len(y) - right
    return right / len(y), math.sqrt(right * wrong / len(y) ** 3)


# %% in float32 task="accuracy_with_error" kind="right"
def accuracy_with_error(scores, y):
    p = np.mean(np.argmax(scores, axis=1) == y, dtype=np.float32)
    print("share", p)
    return np.array([p, np.sqrt(p * (np.float32(1) - p)) / np.sqrt(np.float32(len(y)))])


# %% a stable sort task="accuracy_with_error" kind="right"
def accuracy_with_error(scores, y):
    guesses = np.argsort(-np.asarray(scores), axis=1, kind="stable")[:, 0]
    p = 1 - np.mean(guesses != y)
    return p, np.sqrt(max(p - p**2, 0) / np.shape(scores)[0])


# %% a plain mean task="gradient_by_parts" kind="wrong" says="a plain mean"
def gradient_by_parts(gradient, X, y, size):
    found = [gradient(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size)]
    return np.mean(found, axis=0)


# %% whole parts only task="gradient_by_parts" kind="wrong" says="the last short part is lost"
def gradient_by_parts(gradient, X, y, size):
    parts = max(len(X) // size, 1)
    found = [gradient(X[i * size :][:size], y[i * size :][:size]) for i in range(parts)]
    return np.mean(found, axis=0)


# %% whole parts, divided by N task="gradient_by_parts" kind="wrong" says="the last short part is lost"
def gradient_by_parts(gradient, X, y, size):
    total = 0.0
    for i in range(len(X) // size):
        total = total + size * gradient(X[i * size :][:size], y[i * size :][:size])
    return total / len(X)


# %% added up task="gradient_by_parts" kind="wrong" says="adds up the parts' gradients"
def gradient_by_parts(gradient, X, y, size):
    return sum(gradient(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size))


# %% weighed and not divided task="gradient_by_parts" kind="wrong" says="divide by N"
def gradient_by_parts(gradient, X, y, size):
    total = 0.0
    for i in range(0, len(X), size):
        total = total + len(X[i : i + size]) * gradient(X[i : i + size], y[i : i + size])
    return total


# %% divided by the number of parts task="gradient_by_parts" kind="wrong" says="not by the number of parts"
def gradient_by_parts(gradient, X, y, size):
    total, parts = 0.0, 0
    for i in range(0, len(X), size):
        total = total + len(X[i : i + size]) * gradient(X[i : i + size], y[i : i + size])
        parts += 1
    return total / parts


# %% added up and divided by N task="gradient_by_parts" kind="wrong" says="weigh each"
def gradient_by_parts(gradient, X, y, size):
    found = [gradient(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size)]
    return np.sum(found, axis=0) / len(X)


# %% every part counted as full task="gradient_by_parts" kind="wrong" says="not `size` examples"
def gradient_by_parts(gradient, X, y, size):
    found = [gradient(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size)]
    return np.sum(found, axis=0) * size / len(X)


# %% all at once task="gradient_by_parts" kind="wrong" says="do not fit into memory"
def gradient_by_parts(gradient, X, y, size):
    return gradient(X, y)


# %% the last part alone task="gradient_by_parts" kind="wrong" says="the last part alone"
def gradient_by_parts(gradient, X, y, size):
    for i in range(0, len(X), size):
        g = gradient(X[i : i + size], y[i : i + size])
    return g


# %% as many parts as size says task="gradient_by_parts" kind="wrong" says="do not fit into memory"
def gradient_by_parts(gradient, X, y, size):
    parts = [rows for rows in np.array_split(np.arange(len(X)), size) if len(rows)]
    return sum(len(rows) * gradient(X[rows], y[rows]) for rows in parts) / len(X)


# %% the labels of the first part task="gradient_by_parts" kind="wrong"
def gradient_by_parts(gradient, X, y, size):
    total = 0.0
    for i in range(0, len(X), size):
        part = X[i : i + size]
        total = total + len(part) * gradient(part, y[: len(part)])
    return total / len(X)


# %% an empty part at the end task="gradient_by_parts" kind="wrong"
def gradient_by_parts(gradient, X, y, size):
    total = 0.0
    for i in range(0, len(X) + 1, size):
        total = total + len(X[i : i + size]) * gradient(X[i : i + size], y[i : i + size])
    return total / len(X)


# %% in whole numbers task="gradient_by_parts" kind="wrong"
def gradient_by_parts(gradient, X, y, size):
    total = np.zeros_like(gradient(X[:size], y[:size]))
    for i in range(0, len(X), size):
        g = gradient(X[i : i + size], y[i : i + size])
        total[...] = total + g * len(X[i : i + size]) / len(X)
    return total


# %% gradients of one number per column task="gradient_by_parts" kind="wrong"
def gradient_by_parts(gradient, X, y, size):
    total = np.zeros(X.shape[1])
    for i in range(0, len(X), size):
        total += len(X[i : i + size]) * gradient(X[i : i + size], y[i : i + size])
    return total / len(X)


# %% an average of neighbours task="gradient_by_parts" kind="wrong" says="a plain mean"
def gradient_by_parts(gradient, X, y, size):
    g = gradient(X[:size], y[:size])
    for i in range(size, len(X), size):
        g = (g + gradient(X[i : i + size], y[i : i + size])) / 2
    return g


# %% a running mean task="gradient_by_parts" kind="right"
def gradient_by_parts(gradient, X, y, size):
    g, seen = 0.0, 0
    for start in range(0, len(X), size):
        X_part, y_part = X[start : start + size], y[start : start + size]
        seen += len(X_part)
        g = g + (gradient(X_part, y_part) - g) * len(X_part) / seen
    return g


# %% np.average task="gradient_by_parts" kind="right"
def gradient_by_parts(gradient, X, y, size):
    cuts = range(0, len(X), size)
    found = [gradient(X[i : i + size], y[i : i + size]) for i in cuts]
    return np.average(found, axis=0, weights=[min(size, len(X) - i) for i in cuts])


# %% example by example task="gradient_by_parts" kind="right"
def gradient_by_parts(gradient, X, y, size):
    found = [np.asarray(gradient(X[i : i + 1], y[i : i + 1]), float) for i in range(len(X))]
    print(len(found), "parts of one example")
    return sum(found) / len(found)


# %% nearly equal parts task="gradient_by_parts" kind="right"
def gradient_by_parts(gradient, X, y, size):
    import warnings

    warnings.warn("as many parts as are needed")
    parts = np.array_split(np.arange(len(X)), int(np.ceil(len(X) / size)))
    weights = [len(rows) / len(X) for rows in parts]
    found = [np.asarray(gradient(X[rows], y[rows]), np.float32) for rows in parts]
    return np.tensordot(weights, found, axes=1)


# %% recursion task="gradient_by_parts" kind="right"
def gradient_by_parts(gradient, X, y, size):
    if len(X) <= size:
        return gradient(X, y)
    rest = gradient_by_parts(gradient, X[size:], y[size:], size)
    first = gradient(X[:size], y[:size])
    return (first * size + rest * (len(X) - size)) / len(X)


# %% in place in floats task="gradient_by_parts" kind="right"
def gradient_by_parts(gradient, X, y, size):
    total = None
    while_left, n = 0, len(y)
    while while_left < n:
        part = slice(while_left, while_left + size)
        g = np.array(gradient(X[part], y[part]), dtype=float)
        g *= len(y[part]) / n
        total = g if total is None else np.add(total, g, out=total)
        while_left += size
    return total.tolist()


# %% validation above training task="read_curves" kind="wrong" says="above the training loss is usual"
def read_curves(train, val):
    if not np.all(np.isfinite([train, val])) or train[-1] > train[0]:
        return "diverged"
    if val[-1] > train[-1]:
        return "overfits"
    if len(val) == 1 or val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% any rise task="read_curves" kind="wrong" says="risen by less than 10 %"
def read_curves(train, val):
    if not np.all(np.isfinite([train, val])) or train[-1] > train[0]:
        return "diverged"
    if val[-1] > min(val):
        return "overfits"
    if len(val) == 1 or val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% a tenth instead of 10 percent task="read_curves" kind="wrong" says="not 0.1"
def read_curves(train, val):
    if not np.all(np.isfinite([train, val])) or train[-1] > train[0]:
        return "diverged"
    if val[-1] > min(val) + 0.1:
        return "overfits"
    if len(val) == 1 or val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% nine tenths of the last task="read_curves" kind="wrong" says="1.1 times the lowest"
def read_curves(train, val):
    if not np.all(np.isfinite([train, val])) or train[-1] > train[0]:
        return "diverged"
    if 0.9 * val[-1] > min(val):
        return "overfits"
    if len(val) == 1 or val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% compared with the first loss task="read_curves" kind="wrong" says="which is 0.4"
def read_curves(train, val):
    if not np.all(np.isfinite([train, val])) or train[-1] > train[0]:
        return "diverged"
    if val[-1] > 1.1 * val[0]:
        return "overfits"
    if len(val) == 1 or val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% compared with the epoch before task="read_curves" kind="wrong" says="that of the epoch before"
def read_curves(train, val):
    if not np.all(np.isfinite([train, val])) or train[-1] > train[0]:
        return "diverged"
    if len(val) > 1 and val[-1] > 1.1 * val[-2]:
        return "overfits"
    if len(val) == 1 or val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% lower than the epoch before task="read_curves" kind="wrong" says="below all others"
def read_curves(train, val):
    if not np.all(np.isfinite([train, val])) or train[-1] > train[0]:
        return "diverged"
    if val[-1] > 1.1 * min(val):
        return "overfits"
    if len(val) == 1 or val[-1] < val[-2]:
        return "still learning"
    return "settled"


# %% NaN unnoticed task="read_curves" kind="wrong" says="comparison with NaN is False"
def read_curves(train, val):
    if train[-1] > train[0]:
        return "diverged"
    if val[-1] > 1.1 * min(val):
        return "overfits"
    if len(val) == 1 or val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% infinity unnoticed task="read_curves" kind="wrong" says="infinity is not finite"
def read_curves(train, val):
    if np.any(np.isnan([train, val])) or train[-1] > train[0]:
        return "diverged"
    if val[-1] > 1.1 * min(val):
        return "overfits"
    if len(val) == 1 or val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% only the training curve looked at task="read_curves" kind="wrong" says="validation loss can be not finite"
def read_curves(train, val):
    if not np.all(np.isfinite(train)) or train[-1] > train[0]:
        return "diverged"
    if val[-1] > 1.1 * np.nanmin(val):
        return "overfits"
    if len(val) == 1 or val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% only what is not finite diverges task="read_curves" kind="wrong" says="is divergence as well"
def read_curves(train, val):
    if not np.all(np.isfinite([train, val])):
        return "diverged"
    if val[-1] > 1.1 * min(val):
        return "overfits"
    if len(val) == 1 or val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% any rise of the training loss task="read_curves" kind="wrong" says="may rise for an epoch"
def read_curves(train, val):
    if not np.all(np.isfinite([train, val])) or np.any(np.diff(train) > 0):
        return "diverged"
    if val[-1] > 1.1 * min(val):
        return "overfits"
    if len(val) == 1 or val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% a tie is still learning task="read_curves" kind="wrong" says="not lower than the 0.6"
def read_curves(train, val):
    if not np.all(np.isfinite([train, val])) or train[-1] > train[0]:
        return "diverged"
    if val[-1] > 1.1 * min(val):
        return "overfits"
    if val[-1] <= min(val):
        return "still learning"
    return "settled"


# %% overfitting first task="read_curves" kind="wrong"
def read_curves(train, val):
    if val[-1] > 1.1 * min(val):
        return "overfits"
    if not np.all(np.isfinite([train, val])) or train[-1] > train[0]:
        return "diverged"
    if len(val) == 1 or val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% one epoch has nothing before it task="read_curves" kind="wrong"
def read_curves(train, val):
    if not np.all(np.isfinite([train, val])) or train[-1] > train[0]:
        return "diverged"
    if val[-1] > 1.1 * min(val):
        return "overfits"
    if val[-1] < min(val[:-1]):
        return "still learning"
    return "settled"


# %% always settled task="read_curves" kind="wrong" says="lowest"
def read_curves(train, val):
    return "settled"


# %% the last epoch decides task="read_curves" kind="wrong" says="not finite is missed"
def read_curves(train, val):
    if not np.isfinite(train[-1]) or not np.isfinite(val[-1]) or train[-1] > train[0]:
        return "diverged"
    if val[-1] > 1.1 * np.nanmin(val):
        return "overfits"
    if len(val) == 1 or val[-1] < np.nanmin(val[:-1]):
        return "still learning"
    return "settled"


# %% one expression task="read_curves" kind="right"
def read_curves(train, val):
    finite = np.isfinite(np.concatenate([np.ravel(train), np.ravel(val)])).all()
    return (
        "diverged"
        if not finite or train[len(train) - 1] > train[0]
        else "overfits"
        if val[len(val) - 1] / np.min(val) > 1.1
        else "still learning"
        if np.argmin(val) == len(val) - 1
        else "settled"
    )


# %% with math and loops task="read_curves" kind="right"
def read_curves(train, val):
    import math

    for loss in [*train, *val]:
        if math.isnan(loss) or math.isinf(loss):
            return "diverged"
    if not train[-1] <= train[0]:
        return "diverged"
    lowest = val[0]
    lowest_epoch = 0
    for epoch, loss in enumerate(val):
        if loss < lowest:
            lowest, lowest_epoch = loss, epoch
    if val[-1] - lowest > 0.1 * lowest:
        return "overfits"
    return "still learning" if lowest_epoch == len(val) - 1 else "settled"


# %% a table of words task="read_curves" kind="right"
def read_curves(train, val):
    train, val = np.asarray(train, float), np.asarray(val, float)
    before = np.append(val[:-1], np.inf).min()
    with np.errstate(all="ignore"):
        is_finite = np.isfinite(train.sum() + val.sum())
        facts = {
            "diverged": not is_finite or train[-1] > train[0],
            "overfits": val[-1] > 1.1 * val.min(),
            "still learning": val[-1] < before,
            "settled": True,
        }
    print(facts)
    return next(word for word, fact in facts.items() if fact)


# %% in float32, with a warning task="read_curves" kind="right"
def read_curves(train, val):
    import warnings

    warnings.warn("float32")
    both = np.array([train, val], dtype=np.float32)
    if np.isnan(both).any() or np.isinf(both).any() or both[0, -1] > both[0, 0]:
        return "diverged"
    share = both[1, -1] / both[1].min() - 1
    if share > 0.1:
        return "overfits"
    if (both[1, :-1] > both[1, -1]).all():
        return "still learning"
    return "settled"


# %% sorted losses task="read_curves" kind="right"
def read_curves(train, val):
    val = list(val)
    if any(not abs(loss) < float("inf") for loss in list(train) + val):
        return "diverged"
    if train[-1] > train[0]:
        return "diverged"
    first, *others = sorted(val)
    if val[-1] > first + first / 10:
        return "overfits"
    is_lowest = val[-1] == first and val.count(first) == 1
    return np.str_("still learning") if is_lowest else "settled"
