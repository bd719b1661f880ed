# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# The answers that homework 02 is tried with: wrong ones, all of which lose points, and right ones
# that are written in another way, all of which get full marks.

# %% signed errors cancel task="weighted_mae" kind="wrong" says="errors of both signs cancel"
def weighted_mae(y_hat, y, w):
    return np.sum(w * (y_hat - y)) / np.sum(w)


# %% the absolute value at the end task="weighted_mae" kind="wrong" says="of every error, and then the mean"
def weighted_mae(y_hat, y, w):
    return abs(np.sum(w * (y_hat - y)) / np.sum(w))


# %% squared errors task="weighted_mae" kind="wrong" says="squared errors"
def weighted_mae(y_hat, y, w):
    return np.sum(w * (y_hat - y) ** 2) / np.sum(w)


# %% divided by N task="weighted_mae" kind="wrong" says="not by the number of errors"
def weighted_mae(y_hat, y, w):
    return np.mean(w * np.abs(y_hat - y))


# %% weights not used task="weighted_mae" kind="wrong" says="the weights change nothing"
def weighted_mae(y_hat, y, w):
    return np.mean(np.abs(y_hat - y))


# %% the sum task="weighted_mae" kind="wrong" says="this is the"
def weighted_mae(y_hat, y, w):
    return np.sum(w * np.abs(y_hat - y))


# %% divided by the number of weights that count task="weighted_mae" kind="wrong" says="how many are not 0"
def weighted_mae(y_hat, y, w):
    return np.sum(w * np.abs(y_hat - y)) / np.count_nonzero(w)


# %% divided twice task="weighted_mae" kind="wrong" says="once too often"
def weighted_mae(y_hat, y, w):
    return np.mean(w * np.abs(y_hat - y)) / np.sum(w)


# %% weighted twice task="weighted_mae" kind="wrong" says="weighted twice"
def weighted_mae(y_hat, y, w):
    w = w / w.sum()
    return np.average(w * np.abs(y_hat - y), weights=w) / np.sum(w * w)


# %% the root of the mean square task="weighted_mae" kind="wrong" says="root of squares"
def weighted_mae(y_hat, y, w):
    return np.sqrt(np.average((y_hat - y) ** 2, weights=w))


# %% weights as divisors task="weighted_mae" kind="wrong"
def weighted_mae(y_hat, y, w):
    return np.sum(np.abs(y_hat - y) / w) / np.sum(1 / w)


# %% integer division task="weighted_mae" kind="wrong"
def weighted_mae(y_hat, y, w):
    return np.sum(w * np.abs(y_hat - y)) // np.sum(w)


# %% the example's numbers task="weighted_mae" kind="wrong"
def weighted_mae(y_hat, y, w):
    return 5 / 3 if len(set(w)) == 1 else 3.0


# %% nothing is returned task="weighted_mae" kind="wrong"
def weighted_mae(y_hat, y, w):
    print(np.sum(w * np.abs(y_hat - y)) / np.sum(w))


# %% weights cut to whole numbers, rows repeated task="weighted_mae" kind="wrong"
def weighted_mae(y_hat, y, w):
    return np.mean(np.repeat(np.abs(y_hat - y), w.astype(int)))


# %% numpy's average task="weighted_mae" kind="right"
def weighted_mae(y_hat, y, w):
    return np.average(np.abs(y - y_hat), weights=w)


# %% a loop task="weighted_mae" kind="right"
def weighted_mae(y_hat, y, w):
    total = counted = 0
    for guess, true, weight in zip(y_hat, y, w):
        total += weight * abs(guess - true)
        counted += weight
    return total / counted


# %% a scalar product, in float32 task="weighted_mae" kind="right"
def weighted_mae(y_hat, y, w):
    size = np.abs(np.asarray(y_hat, dtype=np.float32) - np.asarray(y, dtype=np.float32))
    return (w.astype(np.float32) @ size) / w.sum(dtype=np.float32)


# %% in place on its own copy task="weighted_mae" kind="right"
def weighted_mae(y_hat, y, w):
    r = np.array(y_hat, dtype=float)
    r -= y
    np.abs(r, out=r)
    r *= w / np.sum(w)
    return r.sum()


# %% einsum and the root of the square task="weighted_mae" kind="right"
def weighted_mae(y_hat, y, w):
    return np.einsum("i,i->", w / w.sum(), ((y_hat - y) ** 2.0) ** 0.5)


# %% warns and prints task="weighted_mae" kind="right"
import warnings


def weighted_mae(y_hat, y, w):
    warnings.warn("weights are used as they are")
    print("errors:", y_hat - y)
    return float(sum(w * np.maximum(y_hat - y, y - y_hat)) / sum(w))


# %% the root is missing task="rmse_of_columns" kind="wrong" says="the root is missing"
def rmse_of_columns(Y_hat, Y):
    return np.mean((Y_hat - Y) ** 2, axis=0)


# %% one number for the table task="rmse_of_columns" kind="wrong" says="one number for the whole table"
def rmse_of_columns(Y_hat, Y):
    return np.sqrt(np.mean((Y_hat - Y) ** 2))


# %% the wrong axis task="rmse_of_columns" kind="wrong" says="these are the rows"
def rmse_of_columns(Y_hat, Y):
    return np.sqrt(np.mean((Y_hat - Y) ** 2, axis=1))


# %% the root before the mean task="rmse_of_columns" kind="wrong" says="the root was taken before the mean"
def rmse_of_columns(Y_hat, Y):
    return np.mean(np.sqrt((Y_hat - Y) ** 2), axis=0)


# %% a norm, without the mean task="rmse_of_columns" kind="wrong" says="the mean is missing"
def rmse_of_columns(Y_hat, Y):
    return np.linalg.norm(Y_hat - Y, axis=0)


# %% N outside the root task="rmse_of_columns" kind="wrong" says="inside the root"
def rmse_of_columns(Y_hat, Y):
    return np.linalg.norm(Y_hat - Y, axis=0) / len(Y)


# %% divided by N - 1 task="rmse_of_columns" kind="wrong" says="N − 1"
def rmse_of_columns(Y_hat, Y):
    return np.sqrt(np.sum((Y_hat - Y) ** 2, axis=0) / (len(Y) - 1))


# %% the standard deviation of the errors task="rmse_of_columns" kind="wrong" says="around their mean"
def rmse_of_columns(Y_hat, Y):
    return (Y_hat - Y).std(axis=0)


# %% divided by the number of columns task="rmse_of_columns" kind="wrong" says="number of columns"
def rmse_of_columns(Y_hat, Y):
    return np.sqrt(np.sum((Y_hat - Y) ** 2, axis=0) / Y.shape[1])


# %% a row of numbers task="rmse_of_columns" kind="wrong" says="the shape should be (D,)"
def rmse_of_columns(Y_hat, Y):
    return np.sqrt(np.mean((Y_hat - Y) ** 2, axis=0, keepdims=True))


# %% half the squares task="rmse_of_columns" kind="wrong" says="belongs to another loss"
def rmse_of_columns(Y_hat, Y):
    return np.sqrt(np.mean(0.5 * (Y_hat - Y) ** 2, axis=0))


# %% averaged before squared task="rmse_of_columns" kind="wrong" says="so they cancel"
def rmse_of_columns(Y_hat, Y):
    return np.sqrt(np.mean(Y_hat - Y, axis=0) ** 2)


# %% squeezed task="rmse_of_columns" kind="wrong" says="into an array of shape (1,)"
def rmse_of_columns(Y_hat, Y):
    return np.squeeze(np.sqrt(np.mean((Y_hat - Y) ** 2, axis=0)))


# %% two columns only task="rmse_of_columns" kind="wrong"
def rmse_of_columns(Y_hat, Y):
    r = Y_hat - Y
    return np.array([np.sqrt(np.mean(r[:, 0] ** 2)), np.sqrt(np.mean(r[:, 1] ** 2))])


# %% whole numbers only task="rmse_of_columns" kind="wrong"
def rmse_of_columns(Y_hat, Y):
    out = np.zeros_like(Y[0])
    for d in range(Y.shape[1]):
        out[d] = np.sqrt(np.mean((Y_hat[:, d] - Y[:, d]) ** 2))
    return out


# %% two loops, a list task="rmse_of_columns" kind="right"
def rmse_of_columns(Y_hat, Y):
    answer = []
    for d in range(len(Y[0])):
        total = 0.0
        for i in range(len(Y)):
            total += (Y_hat[i][d] - Y[i][d]) ** 2
        answer.append((total / len(Y)) ** 0.5)
    return answer


# %% a norm divided by the root of N task="rmse_of_columns" kind="right"
def rmse_of_columns(Y_hat, Y):
    return np.linalg.norm(Y_hat - Y, axis=0) / np.sqrt(len(Y))


# %% einsum task="rmse_of_columns" kind="right"
def rmse_of_columns(Y_hat, Y):
    R = Y_hat - Y
    return np.sqrt(np.einsum("nd,nd->d", R, R) / R.shape[0])


# %% float32, transposed task="rmse_of_columns" kind="right"
def rmse_of_columns(Y_hat, Y):
    R = (Y_hat - Y).T.astype("float32")
    return np.sqrt((R * R).mean(axis=1))


# %% the diagonal of a product task="rmse_of_columns" kind="right"
def rmse_of_columns(Y_hat, Y):
    R = Y_hat - Y
    return np.diag(R.T @ R / len(R)) ** 0.5


# %% bias and scatter task="rmse_of_columns" kind="right"
def rmse_of_columns(Y_hat, Y):
    R = Y_hat - Y
    return np.hypot(R.mean(axis=0), R.std(axis=0))


# %% columns one by one, printing task="rmse_of_columns" kind="right"
def rmse_of_columns(Y_hat, Y):
    columns = [np.sqrt(np.mean(np.square(a - b))) for a, b in zip(Y_hat.T, Y.T)]
    print(columns)
    return np.array(columns)


# %% the minus is missing task="surprises" kind="wrong" says="The minus is missing"
def surprises(Z, labels):
    Z = Z - Z.max(axis=1, keepdims=True)
    return Z[np.arange(len(Z)), labels] - np.log(np.exp(Z).sum(axis=1))


# %% the mean task="surprises" kind="wrong" says="this is the mean"
def surprises(Z, labels):
    Z = Z - Z.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), labels])


# %% the probabilities task="surprises" kind="wrong" says="these are the probabilities"
def surprises(Z, labels):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e[np.arange(len(Z)), labels] / e.sum(axis=1)


# %% in bits task="surprises" kind="wrong" says="base 2"
def surprises(Z, labels):
    Z = Z - Z.max(axis=1, keepdims=True)
    return (np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), labels]) / np.log(2)


# %% softmax and logarithm task="surprises" kind="wrong" says="overflow"
def surprises(Z, labels):
    p = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(Z)), labels])


# %% log-sum-exp without the shift task="surprises" kind="wrong" says="overflows"
def surprises(Z, labels):
    return np.log(np.sum(np.exp(Z), axis=1)) - Z[np.arange(len(Z)), labels]


# %% a stable softmax, and its logarithm task="surprises" kind="wrong" says="rounded to 0"
def surprises(Z, labels):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[range(len(Z)), labels])


# %% one maximum for the whole table task="surprises" kind="wrong" says="for the whole table"
def surprises(Z, labels):
    Z = Z - Z.max()
    return np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), labels]


# %% a tiny number added task="surprises" kind="wrong" says="a tiny number"
def surprises(Z, labels):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(Z)), labels] + 1e-12)


# %% clipped probabilities task="surprises" kind="wrong" says="a tiny number"
def surprises(Z, labels):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    p = np.clip(e / e.sum(axis=1, keepdims=True), 1e-15, 1)
    return -np.log(p[np.arange(len(Z)), labels])


# %% clipped scores task="surprises" kind="wrong" says="cutting the scores"
def surprises(Z, labels):
    Z = np.clip(Z, -500, 500)
    return np.log(np.sum(np.exp(Z), axis=1)) - Z[np.arange(len(Z)), labels]


# %% softmax down the columns task="surprises" kind="wrong" says="along each row"
def surprises(Z, labels):
    e = np.exp(Z - Z.max(axis=0))
    p = e / e.sum(axis=0)
    return -np.log(p[np.arange(len(Z)), labels])


# %% the maximum given away task="surprises" kind="wrong" says="not given back"
def surprises(Z, labels):
    m = Z.max(axis=1, keepdims=True)
    return np.log(np.exp(Z - m).sum(axis=1)) - Z[np.arange(len(Z)), labels]


# %% every label in every row task="surprises" kind="wrong" says="Row i has the label i"
def surprises(Z, labels):
    m = Z.max(axis=1, keepdims=True)
    each = m + np.log(np.exp(Z - m).sum(axis=1, keepdims=True)) - Z
    return each[:, labels]


# %% at the largest score task="surprises" kind="wrong" says="at the largest score"
def surprises(Z, labels):
    m = Z.max(axis=1, keepdims=True)
    return np.log(np.exp(Z - m).sum(axis=1))


# %% changes the scores in place task="surprises" kind="wrong" says="scores that came in are changed"
def surprises(Z, labels):
    Z -= Z.max(axis=1, keepdims=True)
    return np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), labels]


# %% logaddexp task="surprises" kind="right"
def surprises(Z, labels):
    return np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(Z)), labels]


# %% row by row, a list task="surprises" kind="right"
import math


def surprises(Z, labels):
    answer = []
    for row, label in zip(Z, labels):
        top = max(row)
        answer.append(top + math.log(sum(math.exp(z - top) for z in row)) - row[label])
    return answer


# %% only differences from the true score task="surprises" kind="right"
def surprises(Z, labels):
    true = np.take_along_axis(Z, labels[:, None], axis=1)
    return np.logaddexp.reduce(Z - true, axis=1)


# %% one-hot and einsum task="surprises" kind="right"
def surprises(Z, labels):
    Y = np.eye(Z.shape[1])[labels]
    m = Z.max(axis=1)
    return m + np.log(np.exp(Z - m[:, None]).sum(axis=1)) - np.einsum("nk,nk->n", Z, Y)


# %% float32 task="surprises" kind="right"
def surprises(Z, labels):
    Z = np.array(Z, dtype=np.float32)
    Z -= Z.max(axis=1, keepdims=True)
    return np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), labels]


# %% with the warnings of an underflow task="surprises" kind="right"
import warnings


def surprises(Z, labels):
    warnings.warn("small exponentials are rounded to 0")
    e = Z - np.amax(Z, 1)[:, np.newaxis]
    print(e.min())
    return -(e[np.arange(len(Z)), labels] - np.log(np.sum(np.exp(e), 1)))


# %% logaddexp, pair by pair task="surprises" kind="right"
def surprises(Z, labels):
    out = []
    for z, l in zip(Z, labels):
        s = -np.inf
        for v in z:
            s = np.logaddexp(s, v)
        out.append(s - z[l])
    return out


# %% the other direction task="price" kind="wrong" says="the other direction"
def price(p, q):
    with np.errstate(all="ignore"):
        return np.sum(np.where(q > 0, q * np.log(q / p), 0), axis=-1)


# %% q above p task="price" kind="wrong" says="p stands above q"
def price(p, q):
    with np.errstate(all="ignore"):
        return np.sum(np.where(p > 0, p * np.log(q / p), 0), axis=-1)


# %% the cross-entropy task="price" kind="wrong" says="cross-entropy"
def price(p, q):
    with np.errstate(all="ignore"):
        return -np.sum(np.where(p > 0, p * np.log(q), 0), axis=-1)


# %% in bits task="price" kind="wrong" says="these are bits"
def price(p, q):
    with np.errstate(all="ignore"):
        return np.sum(np.where(p > 0, p * np.log2(p / q), 0), axis=-1)


# %% the mean of the terms task="price" kind="wrong" says="the mean of the terms"
def price(p, q):
    with np.errstate(all="ignore"):
        return np.mean(np.where(p > 0, p * np.log(p / q), 0), axis=-1)


# %% the formula as it stands task="price" kind="wrong" says="0 · ln 0"
def price(p, q):
    return np.sum(p * np.log(p / q), axis=-1)


# %% terms with q = 0 left out task="price" kind="wrong" says="left out"
def price(p, q):
    both = (p > 0) & (q > 0)
    return np.sum(
        np.where(both, p * np.log(np.where(both, p / np.where(both, q, 1), 1)), 0), axis=-1
    )


# %% a tiny number added task="price" kind="wrong" says="a tiny number"
def price(p, q):
    return np.sum(p * np.log((p + 1e-12) / (q + 1e-12)), axis=-1)


# %% clipped task="price" kind="wrong" says="a tiny number"
def price(p, q):
    p, q = np.maximum(p, 1e-10), np.maximum(q, 1e-10)
    return np.sum(p * np.log(p / q), axis=-1)


# %% nan and infinity to numbers task="price" kind="wrong" says="made finite"
def price(p, q):
    with np.errstate(all="ignore"):
        return np.sum(np.nan_to_num(p * np.log(p / q)), axis=-1)


# %% absolute logarithms task="price" kind="wrong" says="leave the signs"
def price(p, q):
    with np.errstate(all="ignore"):
        return np.sum(np.where(p > 0, p * np.abs(np.log(p / q)), 0), axis=-1)


# %% one number for all rows task="price" kind="wrong" says="the rows are added up"
def price(p, q):
    with np.errstate(all="ignore"):
        return np.sum(np.where(p > 0, p * np.log(p / q), 0))


# %% down the columns task="price" kind="wrong" says="along each row"
def price(p, q):
    with np.errstate(all="ignore"):
        return np.sum(np.where(p > 0, p * np.log(p / q), 0), axis=0)


# %% unweighted logarithms task="price" kind="wrong" says="counts with its p"
def price(p, q):
    with np.errstate(all="ignore"):
        return np.sum(np.where(p > 0, np.log(p / q), 0), axis=-1)


# %% infinite wherever q is 0 task="price" kind="wrong" says="q = 0 costs nothing where p is 0"
def price(p, q):
    with np.errstate(all="ignore"):
        sums = np.nansum(p * np.log(p / q), axis=-1)
    return np.where(np.any(q == 0, axis=-1), np.inf, sums)


# %% any impossible belief task="price" kind="wrong" says="costs nothing where p is 0"
def price(p, q):
    p, q = np.asarray(p, float), np.asarray(q, float)
    with np.errstate(all="ignore"):
        t = np.where(p > 0, p * np.log(p / q), 0).sum(axis=-1)
    return np.where((q == 0).any(axis=-1), np.inf, t)


# %% numpy's nansum, inf included task="price" kind="right"
def price(p, q):
    return np.nansum(p * np.log(p / q), axis=-1)


# %% loops task="price" kind="right"
import math


def price(p, q):
    if np.ndim(p) == 2:
        return [price(row, belief) for row, belief in zip(p, q)]
    total = 0.0
    for a, b in zip(p, q):
        if a > 0:
            if b == 0:
                return math.inf
            total += a * math.log(a / b)
    return total


# %% cross-entropy less entropy task="price" kind="right"
def price(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.sum(np.where(p > 0, p * np.log(p), 0), axis=-1)
        crossed = -np.sum(np.where(p > 0, p * np.log(q), 0), axis=-1)
    return crossed - entropy


# %% with `where` of the ufuncs task="price" kind="right"
def price(p, q):
    ratio = np.ones(np.shape(p))
    np.divide(p, q, out=ratio, where=p > 0)
    np.log(ratio, out=ratio)
    ratio *= p
    return ratio.sum(-1)


# %% float32, einsum task="price" kind="right"
def price(p, q):
    p, q = np.float32(p), np.float32(q)
    log = np.log(np.where(p > 0, p, np.float32(1))) - np.where(p > 0, np.log(q), np.float32(0))
    return np.einsum("...k,...k->...", p, log)


# %% rows always, then the one taken out task="price" kind="right"
def price(p, q):
    P, Q = np.atleast_2d(p), np.atleast_2d(q)
    answer = np.zeros(len(P))
    for i in range(len(P)):
        k = P[i] > 0
        print(k.sum(), "outcomes happen")
        answer[i] = (P[i][k] * np.log(P[i][k] / Q[i][k])).sum()
    return answer if np.ndim(p) == 2 else float(answer[0])


# %% np.nansum task="price" kind="right"
def price(p, q):
    with np.errstate(all="ignore"):
        t = np.asarray(p) * np.log(np.asarray(p) / np.asarray(q))
    return np.nansum(t, axis=-1)


# %% the log-likelihood task="bell_surprise" kind="wrong" says="log-likelihood"
def bell_surprise(y, y_hat, sigma):
    return -np.mean((y - y_hat) ** 2 / (2 * sigma**2) + np.log(sigma) + np.log(2 * np.pi) / 2)


# %% no constant task="bell_surprise" kind="wrong" says="½ ln 2π is missing"
def bell_surprise(y, y_hat, sigma):
    return np.mean((y - y_hat) ** 2 / (2 * sigma**2) + np.log(sigma))


# %% no ln sigma task="bell_surprise" kind="wrong" says="ln σ is missing"
def bell_surprise(y, y_hat, sigma):
    return np.mean((y - y_hat) ** 2 / (2 * sigma**2)) + np.log(np.sqrt(2 * np.pi))


# %% the squared error alone task="bell_surprise" kind="wrong" says="only the squared error"
def bell_surprise(y, y_hat, sigma):
    return np.mean((y - y_hat) ** 2 / (2 * sigma**2))


# %% the sum task="bell_surprise" kind="wrong" says="this is the sum"
def bell_surprise(y, y_hat, sigma):
    z = (y - y_hat) / sigma
    return np.sum(z**2 / 2 + np.log(sigma) + np.log(2 * np.pi) / 2)


# %% the half forgotten task="bell_surprise" kind="wrong" says="the 2 and the square count"
def bell_surprise(y, y_hat, sigma):
    return np.mean(((y - y_hat) / sigma) ** 2 + np.log(sigma) + np.log(2 * np.pi) / 2)


# %% ln of the variance task="bell_surprise" kind="wrong" says="ln σ², which is twice"
def bell_surprise(y, y_hat, sigma):
    return np.mean(((y - y_hat) / sigma) ** 2 / 2 + np.log(sigma**2) + np.log(2 * np.pi) / 2)


# %% minus ln sigma task="bell_surprise" kind="wrong" says="a wide bell is more surprised"
def bell_surprise(y, y_hat, sigma):
    return np.mean(((y - y_hat) / sigma) ** 2 / 2 - np.log(sigma) + np.log(2 * np.pi) / 2)


# %% sigma is not squared task="bell_surprise" kind="wrong" says="the 2 and the square count"
def bell_surprise(y, y_hat, sigma):
    return np.mean((y - y_hat) ** 2 / (2 * sigma) + np.log(sigma) + np.log(2 * np.pi) / 2)


# %% by the density task="bell_surprise" kind="wrong" says="rounded to 0"
def bell_surprise(y, y_hat, sigma):
    p = np.exp(-((y - y_hat) ** 2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
    return -np.mean(np.log(p))


# %% by the density and a tiny number task="bell_surprise" kind="wrong" says="a tiny number"
def bell_surprise(y, y_hat, sigma):
    p = np.exp(-((y - y_hat) ** 2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
    return -np.mean(np.log(p + 1e-12))


# %% the tent task="bell_surprise" kind="wrong" says="the tent"
def bell_surprise(y, y_hat, sigma):
    return np.mean(np.abs(y - y_hat) / sigma + np.log(2 * sigma))


# %% each surprise task="bell_surprise" kind="wrong" says="Take their mean"
def bell_surprise(y, y_hat, sigma):
    return ((y - y_hat) / sigma) ** 2 / 2 + np.log(sigma) + np.log(2 * np.pi) / 2


# %% the logarithm of the mean density task="bell_surprise" kind="wrong" says="take the logarithm first"
def bell_surprise(y, y_hat, sigma):
    p = np.exp(-((y - y_hat) ** 2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
    return -np.log(np.mean(p))


# %% never below 0 task="bell_surprise" kind="wrong" says="a surprise can be negative"
def bell_surprise(y, y_hat, sigma):
    z = (y - y_hat) / sigma
    return max(0, np.mean(z**2 / 2 + np.log(sigma) + np.log(2 * np.pi) / 2))


# %% ln 2 pi not halved task="bell_surprise" kind="wrong" says="half of it counts"
def bell_surprise(y, y_hat, sigma):
    return np.mean(((y - y_hat) / sigma) ** 2 / 2 + np.log(sigma) + np.log(2 * np.pi))


# %% the mean width task="bell_surprise" kind="wrong"
def bell_surprise(y, y_hat, sigma):
    s = np.mean(sigma)
    return np.mean((y - y_hat) ** 2 / (2 * s**2)) + np.log(s) + 0.5 * np.log(2 * np.pi)


# %% a loop task="bell_surprise" kind="right"
import math


def bell_surprise(y, y_hat, sigma):
    sigma = [sigma] * len(y) if np.ndim(sigma) == 0 else sigma
    total = 0
    for value, centre, width in zip(y, y_hat, sigma):
        total += 0.5 * ((value - centre) / width) ** 2 + math.log(width * math.sqrt(2 * math.pi))
    return total / len(y)


# %% by the variance task="bell_surprise" kind="right"
def bell_surprise(y, y_hat, sigma):
    variance = np.square(sigma, dtype=float)
    return 0.5 * np.mean((y_hat - y) ** 2 / variance + np.log(2 * np.pi * variance))


# %% float32 task="bell_surprise" kind="right"
def bell_surprise(y, y_hat, sigma):
    y, y_hat, sigma = np.float32(y), np.float32(y_hat), np.float32(sigma)
    return np.mean(((y - y_hat) / sigma) ** 2 / 2 + np.log(sigma * np.sqrt(np.float32(2 * np.pi))))


# %% three means task="bell_surprise" kind="right"
def bell_surprise(y, y_hat, sigma):
    z = (y - y_hat) / sigma
    return (z @ z) / len(z) / 2 + np.mean(np.log(sigma)) + np.log(np.sqrt(2 * np.pi))


# %% the logarithm of the density, by hand task="bell_surprise" kind="right"
import warnings


def bell_surprise(y, y_hat, sigma):
    warnings.warn("no density is computed")
    sigma = np.broadcast_to(sigma, np.shape(y))
    log_p = -((y - y_hat) ** 2) / (2.0 * sigma**2) - np.log(sigma) - 0.5 * np.log(2 * np.pi)
    print(log_p)
    return -log_p.mean()


# %% in place on its own copy task="bell_surprise" kind="right"
def bell_surprise(y, y_hat, sigma):
    s = np.array(y, dtype=float)
    s -= y_hat
    s /= sigma
    s **= 2
    s += np.log(2 * np.pi)
    s /= 2
    s += np.log(sigma)
    return np.sum(s) / s.size
