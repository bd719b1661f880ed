# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# The answers that homework 04 is tried with: wrong ones, all of which lose points, and right ones
# that are written in another way, all of which get full marks.

# %% the sign of dB turned round task="divide_backward" kind="wrong" says="sign of dJ/dB"
def divide_backward(A, B, G):
    return G / B, G * A / B**2


# %% the local derivatives alone task="divide_backward" kind="wrong" says="G is missing"
def divide_backward(A, B, G):
    return 1 / B, -A / B**2


# %% no square task="divide_backward" kind="wrong" says="has a square in it"
def divide_backward(A, B, G):
    Z = A / B
    return G / B, -G * Z


# %% A forgotten task="divide_backward" kind="wrong" says="lacks the factor A"
def divide_backward(A, B, G):
    return G / B, -G / B**2


# %% in the wrong order task="divide_backward" kind="wrong" says="in the wrong order"
def divide_backward(A, B, G):
    dB = -G * A / B**2
    dA = G / B
    return dB, dA


# %% that of a product task="divide_backward" kind="wrong" says="backward of a product"
def divide_backward(A, B, G):
    return G * B, G * A


# %% times B task="divide_backward" kind="wrong" says="is not G · B"
def divide_backward(A, B, G):
    return G * B, -G * A / B**2


# %% added up task="divide_backward" kind="wrong" says="added up"
def divide_backward(A, B, G):
    return np.sum(G / B), np.sum(-G * A / B**2)


# %% a mean task="divide_backward" kind="wrong" says="divides by the number of entries"
def divide_backward(A, B, G):
    return G / B / A.size, -G * A / B**2 / A.size


# %% the value task="divide_backward" kind="wrong" says="this is the value"
def divide_backward(A, B, G):
    return A / B


# %% divides G itself task="divide_backward" kind="wrong" says="must stay as they are"
def divide_backward(A, B, G):
    dB = -G * A / B**2
    G /= B
    return G, dB


# %% squares B itself task="divide_backward" kind="wrong" says="must stay as they are"
def divide_backward(A, B, G):
    dA = G / B
    B **= 2
    return dA, -G * A / B


# %% one axis only task="divide_backward" kind="wrong"
def divide_backward(A, B, G):
    dA, dB = np.zeros(len(A)), np.zeros(len(A))
    for i in range(len(A)):
        dA[i] = G[i] / B[i]
        dB[i] = -G[i] * A[i] / B[i] ** 2
    return dA, dB


# %% the example's numbers task="divide_backward" kind="wrong"
def divide_backward(A, B, G):
    return G * 0.5, G * -1.5


# %% divisors without their sign task="divide_backward" kind="wrong" says="keeps its sign"
def divide_backward(A, B, G):
    return G / np.abs(B), -G * A / B**2


# %% whole numbers divided as such task="divide_backward" kind="wrong"
def divide_backward(A, B, G):
    dA, dB = np.zeros_like(A), np.zeros_like(B)
    dA[...] = G / B
    dB[...] = -G * A / B**2
    return dA, dB


# %% by the value task="divide_backward" kind="right"
def divide_backward(A, B, G):
    Z = A / B
    dA = G / B
    return dA, -dA * Z


# %% a loop over all entries task="divide_backward" kind="right"
def divide_backward(A, B, G):
    dA, dB = np.empty(A.shape), np.empty(A.shape)
    for i in np.ndindex(A.shape):
        dA[i] = G[i] / B[i]
        dB[i] = -G[i] * A[i] / B[i] ** 2
    return dA, dB


# %% einsum task="divide_backward" kind="right"
def divide_backward(A, B, G):
    inverse = 1.0 / B
    dA = np.einsum("...,...->...", G, inverse)
    return dA, -np.einsum("...,...,...->...", dA, A, inverse)


# %% in float32 task="divide_backward" kind="right"
def divide_backward(A, B, G):
    A, B, G = (part.astype(np.float32) for part in (A, B, G))
    return G / B, -G * A / (B * B)


# %% in place on its own copies task="divide_backward" kind="right"
def divide_backward(A, B, G):
    G = G.astype(float)
    G /= B
    second = G.copy()
    second *= -A
    second /= B
    return [G, second]


# %% lists, with a word task="divide_backward" kind="right"
def divide_backward(A, B, G):
    import warnings

    print("dividing", A.shape)
    warnings.warn("slow")
    dA = np.true_divide(G, B)
    return dA.tolist(), np.negative(dA * np.true_divide(A, B)).tolist()


# %% a mean over the rows task="sum_to_shape" kind="wrong" says="a mean"
def sum_to_shape(G, shape):
    while G.ndim > len(shape):
        G = G.mean(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            G = G.mean(axis=i, keepdims=True)
    return G


# %% without keepdims task="sum_to_shape" kind="wrong" says="keepdims=True"
def sum_to_shape(G, shape):
    G = G.sum(axis=tuple(range(G.ndim - len(shape))))
    return G.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1))


# %% the first use alone task="sum_to_shape" kind="wrong" says="first use alone"
def sum_to_shape(G, shape):
    while G.ndim > len(shape):
        G = G[0]
    for i, n in enumerate(shape):
        if n == 1:
            G = np.take(G, [0], axis=i)
    return G


# %% only missing axes task="sum_to_shape" kind="wrong" says="those of length 1 are not"
def sum_to_shape(G, shape):
    return G.sum(axis=tuple(range(G.ndim - len(shape))))


# %% only axes of length 1 task="sum_to_shape" kind="wrong" says="nothing is added up yet"
def sum_to_shape(G, shape):
    for i, n in enumerate(shape):
        if n == 1:
            G = G.sum(axis=i, keepdims=True)
    return G


# %% everything task="sum_to_shape" kind="wrong" says="adds up everything"
def sum_to_shape(G, shape):
    return np.sum(G)


# %% always the rows task="sum_to_shape" kind="wrong" says="this adds up the rows"
def sum_to_shape(G, shape):
    return G.sum(axis=0)


# %% always the rows, kept as asked task="sum_to_shape" kind="wrong" says="this adds up the rows"
def sum_to_shape(G, shape):
    return G.sum(axis=0, keepdims=len(shape) == G.ndim)


# %% axes put in on the right task="sum_to_shape" kind="wrong" says="on the left, not on the right"
def sum_to_shape(G, shape):
    while G.ndim > len(shape):
        G = G.sum(axis=-1)
    for i, n in enumerate(shape):
        if n == 1:
            G = G.sum(axis=i, keepdims=True)
    return G


# %% compares lengths from the left task="sum_to_shape" kind="wrong"
def sum_to_shape(G, shape):
    for i, n in enumerate(G.shape):
        if i >= len(shape) or shape[i] != n:
            return G.sum(axis=i).reshape(shape)
    return G


# %% one stretched axis only task="sum_to_shape" kind="wrong" says="more than one axis may be missing"
def sum_to_shape(G, shape):
    if G.ndim > len(shape):
        return G.sum(axis=0)
    if 1 in shape:
        return G.sum(axis=shape.index(1), keepdims=True)
    return G


# %% cut to shape task="sum_to_shape" kind="wrong" says="first use alone"
def sum_to_shape(G, shape):
    return np.resize(G, shape)


# %% the largest use task="sum_to_shape" kind="wrong" says="largest"
def sum_to_shape(G, shape):
    axes = tuple(range(G.ndim - len(shape)))
    G = G.max(axis=axes) if axes else G
    for i, n in enumerate(shape):
        if n == 1:
            G = G.max(axis=i, keepdims=True)
    return G


# %% G is G task="sum_to_shape" kind="wrong" says="nothing is added up yet"
def sum_to_shape(G, shape):
    return G


# %% one missing axis at most task="sum_to_shape" kind="wrong" says="more than one axis may be missing"
def sum_to_shape(G, shape):
    if G.ndim > len(shape):
        G = G.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            G = G.sum(axis=i, keepdims=True)
    return G


# %% adds into a row of G task="sum_to_shape" kind="wrong" says="adds into a row of G"
def sum_to_shape(G, shape):
    while G.ndim > len(shape):
        total = G[0]
        for part in G[1:]:
            total += part
        G = total
    for i, n in enumerate(shape):
        if n == 1:
            G = G.sum(axis=i, keepdims=True)
    return G


# %% axis by axis task="sum_to_shape" kind="right"
def sum_to_shape(G, shape):
    while G.ndim > len(shape):
        G = G.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1 and G.shape[i] != 1:
            G = G.sum(axis=i, keepdims=True)
    return G


# %% every entry to where it came from task="sum_to_shape" kind="right"
def sum_to_shape(G, shape):
    total = np.zeros(shape)
    for place in np.ndindex(G.shape):
        source = place[G.ndim - len(shape) :]
        source = tuple(i if n > 1 else 0 for i, n in zip(source, shape))
        total[source] += G[place]
    return total


# %% padded from the left task="sum_to_shape" kind="right"
def sum_to_shape(G, shape):
    padded = [1] * (G.ndim - len(shape)) + list(shape)
    axes = [i for i, (n, m) in enumerate(zip(padded, G.shape)) if n != m]
    return np.reshape(np.add.reduce(G, axis=tuple(axes), keepdims=True), shape)


# %% einsum task="sum_to_shape" kind="right"
def sum_to_shape(G, shape):
    letters = "abcdefgh"[: G.ndim]
    lead = G.ndim - len(shape)
    kept = "".join(c for c, n in zip(letters[lead:], shape) if n != 1)
    return np.einsum(f"{letters}->{kept}", G).reshape(shape)


# %% indices stretched as the array was task="sum_to_shape" kind="right"
def sum_to_shape(G, shape):
    places = np.arange(int(np.prod(shape))).reshape(shape)
    places = np.broadcast_to(places, G.shape)
    sums = np.bincount(places.ravel(), G.ravel(), minlength=int(np.prod(shape)))
    return sums.reshape(shape)


# %% in float32, as a list task="sum_to_shape" kind="right"
def sum_to_shape(G, shape):
    total = G.astype(np.float32)
    total = total.sum(axis=tuple(range(G.ndim - len(shape))))
    for i in range(len(shape)):
        if shape[i] == 1:
            total = total.sum(axis=i, keepdims=True)
    print(total.shape)
    return total.tolist()


# %% nudges one way task="gradient_error" kind="wrong" says="one way only"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        moved = theta.astype(float)
        moved[i] += h
        n[i] = (f(moved) - f(theta)) / h
    lengths = np.linalg.norm(n.ravel()) + np.linalg.norm(gradient.ravel())
    return np.linalg.norm((n - gradient).ravel()) / lengths if lengths else 0.0


# %% divided by h task="gradient_error" kind="wrong" says="a way of 2h"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / h
    lengths = np.linalg.norm(n.ravel()) + np.linalg.norm(gradient.ravel())
    return np.linalg.norm((n - gradient).ravel()) / lengths if lengths else 0.0


# %% an absolute difference task="gradient_error" kind="wrong" says="absolute difference"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    return np.linalg.norm((n - gradient).ravel())


# %% relative to the nudges task="gradient_error" kind="wrong" says="|n| alone"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    return np.linalg.norm((n - gradient).ravel()) / np.linalg.norm(n.ravel())


# %% relative to the longer one task="gradient_error" kind="wrong" says="the larger one"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    longer = max(np.linalg.norm(n.ravel()), np.linalg.norm(gradient.ravel()), 1e-12)
    return np.linalg.norm((n - gradient).ravel()) / longer


# %% the length of the sum task="gradient_error" kind="wrong" says="not the sum of the lengths"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    return np.linalg.norm((n - gradient).ravel()) / np.linalg.norm((n + gradient).ravel())


# %% squares without their root task="gradient_error" kind="wrong" says="root of the sum of squares"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    total = np.sum(n**2) + np.sum(gradient**2)
    return np.sum((n - gradient) ** 2) / total if total else 0.0


# %% the mean error of an entry task="gradient_error" kind="wrong" says="entry by entry"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    return np.mean(np.abs(n - gradient) / (np.abs(n) + np.abs(gradient) + 1e-12))


# %% the largest entry task="gradient_error" kind="wrong" says="not the largest entry"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    size = np.max(np.abs(n)) + np.max(np.abs(gradient))
    return np.max(np.abs(n - gradient)) / size if size else 0.0


# %% sizes added up task="gradient_error" kind="wrong" says="not the sum of the sizes"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    size = np.sum(np.abs(n)) + np.sum(np.abs(gradient))
    return np.sum(np.abs(n - gradient)) / size if size else 0.0


# %% the difference of the lengths task="gradient_error" kind="wrong" says="point elsewhere"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    one, other = np.linalg.norm(n.ravel()), np.linalg.norm(gradient.ravel())
    return abs(one - other) / (one + other) if one + other else 0.0


# %% nudges that pile up task="gradient_error" kind="wrong" says="must be the same afterwards"
def gradient_error(f, gradient, theta, h=1e-5):
    theta = theta if theta.dtype == float else theta.astype(float)
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        theta[i] += h
        above = f(theta)
        theta[i] -= 2 * h
        n[i] = (above - f(theta)) / (2 * h)
    lengths = np.linalg.norm(n.ravel()) + np.linalg.norm(gradient.ravel())
    return np.linalg.norm((n - gradient).ravel()) / lengths if lengths else 0.0


# %% all entries nudged together task="gradient_error" kind="wrong"
def gradient_error(f, gradient, theta, h=1e-5):
    n = (f(theta + h) - f(theta - h)) / (2 * h)
    g = np.sum(gradient)
    return abs(n - g) / (abs(n) + abs(g)) if n or g else 0.0


# %% whole numbers cannot be nudged task="gradient_error" kind="wrong" says="cannot be moved by h"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros_like(theta)
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    lengths = np.linalg.norm(n.ravel()) + np.linalg.norm(gradient.ravel())
    return np.linalg.norm((n - gradient).ravel()) / lengths if lengths else 0.0


# %% one axis only task="gradient_error" kind="wrong"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(len(theta))
    for i in range(len(theta)):
        e = np.zeros(len(theta))
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    lengths = np.linalg.norm(n) + np.linalg.norm(gradient)
    return np.linalg.norm(n - gradient) / lengths if lengths else 0.0


# %% 0 by 0 task="gradient_error" kind="wrong" says="0 / 0 is not a number"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[i] = h
        n[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    lengths = np.linalg.norm(n.ravel()) + np.linalg.norm(gradient.ravel())
    return np.linalg.norm((n - gradient).ravel()) / lengths


# %% nudges with a step of their own task="gradient_error" kind="wrong"
def gradient_error(f, gradient, theta, h=1e-5):
    n = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[i] = 1e-6
        n[i] = (f(theta + e) - f(theta - e)) / 2e-6
    lengths = np.linalg.norm(n.ravel()) + np.linalg.norm(gradient.ravel())
    return np.linalg.norm((n - gradient).ravel()) / lengths if lengths else 0.0


# %% put back after each nudge task="gradient_error" kind="right"
def gradient_error(f, gradient, theta, h=1e-5):
    place = np.array(theta, dtype=float)
    n = np.empty_like(place)
    for i, value in np.ndenumerate(theta):
        place[i] = value + h
        above = f(place)
        place[i] = value - h
        n[i] = (above - f(place)) / (2 * h)
        place[i] = value
    lengths = np.sqrt((n**2).sum()) + np.sqrt((gradient**2).sum())
    return float(np.sqrt(((n - gradient) ** 2).sum()) / lengths) if lengths > 0 else 0.0


# %% on theta itself, and put back task="gradient_error" kind="right"
def gradient_error(f, gradient, theta, h=1e-5):
    n = []
    if theta.dtype.kind != "f":
        theta = theta.astype(float)
    for i in np.ndindex(theta.shape):
        before = theta[i]
        theta[i] = before + h
        above = f(theta)
        theta[i] = before - h
        below = f(theta)
        theta[i] = before
        n.append((above - below) / (2 * h))
    n, g = np.array(n), gradient.ravel()
    lengths = np.linalg.norm(n) + np.linalg.norm(g)
    return 0 if lengths == 0 else np.linalg.norm(n - g) / lengths


# %% rows of an identity task="gradient_error" kind="right"
def gradient_error(f, gradient, theta, h=1e-5):
    ways = h * np.eye(theta.size).reshape((theta.size,) + theta.shape)
    n = np.array([f(theta + way) - f(theta - way) for way in ways]) / (2 * h)
    g = np.asarray(gradient, float).reshape(-1)
    below = np.sqrt(n @ n) + np.sqrt(g @ g)
    print("lengths together", below)
    return np.sqrt((n - g) @ (n - g)) / below if below else 0.0


# %% with math and a warning task="gradient_error" kind="right"
def gradient_error(f, gradient, theta, h=1e-5):
    import math
    import warnings

    warnings.warn("nudging takes two calls for each entry")
    shape, flat = theta.shape, [float(v) for v in theta.ravel()]
    difference = size_n = size_g = 0.0
    for i, g in enumerate(float(v) for v in np.ravel(gradient)):
        above = flat[:i] + [flat[i] + h] + flat[i + 1 :]
        below = flat[:i] + [flat[i] - h] + flat[i + 1 :]
        n = (f(np.reshape(above, shape)) - f(np.reshape(below, shape))) / (2 * h)
        difference, size_n, size_g = difference + (n - g) ** 2, size_n + n * n, size_g + g * g
    if size_n == size_g == 0:
        return 0.0
    return math.sqrt(difference) / (math.sqrt(size_n) + math.sqrt(size_g))


# %% with a guard below, in float32 at the end task="gradient_error" kind="right"
def gradient_error(f, gradient, theta, h=1e-5):
    def nudge(i):
        e = np.zeros(theta.size)
        e[i] = h
        return (f(theta + e.reshape(theta.shape)) - f(theta - e.reshape(theta.shape))) / (2 * h)

    n = np.array([nudge(i) for i in range(theta.size)])
    g = gradient.flatten()
    lengths = np.linalg.norm(n) + np.linalg.norm(g)
    return np.float32(np.linalg.norm(n - g) / max(lengths, 1e-300))


# %% no mean task="network_gradients" kind="wrong" says="mean over the N examples"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = E / E.sum(axis=1, keepdims=True)
    G2[np.arange(len(X)), y] -= 1
    G1 = G2 @ W2.T * (1 - H**2)
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% a mean over all entries task="network_gradients" kind="wrong" says="mean over the N examples"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = (E / E.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / S.size
    G1 = G2 @ W2.T * (1 - H**2)
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% a mean in each layer task="network_gradients" kind="wrong" says="once"
def network_gradients(X, y, W1, b1, W2, b2):
    N = len(X)
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = (E / E.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / N
    G1 = G2 @ W2.T * (1 - H**2)
    return X.T @ G1 / N, G1.sum(axis=0) / N, H.T @ G2, G2.sum(axis=0)


# %% the sign turned round task="network_gradients" kind="wrong" says="sign is turned round"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = (np.eye(len(b2))[y] - E / E.sum(axis=1, keepdims=True)) / len(X)
    G1 = G2 @ W2.T * (1 - H**2)
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% tanh left out task="network_gradients" kind="wrong" says="slope of tanh"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = (E / E.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(X)
    G1 = G2 @ W2.T
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% the slope with Z task="network_gradients" kind="wrong" says="slope of tanh"
def network_gradients(X, y, W1, b1, W2, b2):
    Z = X @ W1 + b1
    H = np.tanh(Z)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = (E / E.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(X)
    G1 = G2 @ W2.T * (1 - Z**2)
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% the slope of relu task="network_gradients" kind="wrong" says="slope of tanh"
def network_gradients(X, y, W1, b1, W2, b2):
    Z = X @ W1 + b1
    H = np.tanh(Z)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = (E / E.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(X)
    G1 = G2 @ W2.T * (Z > 0)
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% not transposed where it fits task="network_gradients" kind="wrong" says="without being transposed"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = (E / E.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(X)
    G1 = G2 @ (W2 if len(W2) == len(b2) else W2.T) * (1 - H**2)
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% a mean for the biases task="network_gradients" kind="wrong" says="uses add up"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = (E / E.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(X)
    G1 = G2 @ W2.T * (1 - H**2)
    return X.T @ G1, G1.mean(axis=0), H.T @ G2, G2.mean(axis=0)


# %% exp of large scores task="network_gradients" kind="wrong" says="exp(2000) is infinite"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    E = np.exp(H @ W2 + b2)
    G2 = (E / E.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(X)
    G1 = G2 @ W2.T * (1 - H**2)
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% softmax along the columns task="network_gradients" kind="wrong"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=0))
    G2 = (E / E.sum(axis=0) - np.eye(len(b2))[y]) / len(X)
    G1 = G2 @ W2.T * (1 - H**2)
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% the class subtracted as a number task="network_gradients" kind="wrong"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = (E / E.sum(axis=1, keepdims=True) - y[:, None]) / len(X)
    G1 = G2 @ W2.T * (1 - H**2)
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% the second layer fed with Z task="network_gradients" kind="wrong"
def network_gradients(X, y, W1, b1, W2, b2):
    Z = X @ W1 + b1
    H = np.tanh(Z)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = (E / E.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(X)
    G1 = G2 @ W2.T * (1 - H**2)
    return X.T @ G1, G1.sum(axis=0), Z.T @ G2, G2.sum(axis=0)


# %% as if the error were squared task="network_gradients" kind="wrong" says="mean over the N examples"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    G2 = 2 * (P - np.eye(len(b2))[y])
    G2 = G2 / len(X) / len(b2) ** 2
    G1 = G2 @ W2.T * (1 - H**2)
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% as many classes as turn up task="network_gradients" kind="wrong"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = (E / E.sum(axis=1, keepdims=True) - np.eye(y.max() + 1)[y]) / len(X)
    G1 = G2 @ W2.T * (1 - H**2)
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% the second layer alone task="network_gradients" kind="wrong"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = (E / E.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(X)
    return np.zeros(W1.shape), np.zeros(b1.shape), H.T @ G2, G2.sum(axis=0)


# %% example by example task="network_gradients" kind="right"
def network_gradients(X, y, W1, b1, W2, b2):
    sums = [np.zeros(w.shape) for w in (W1, b1, W2, b2)]
    for x, label in zip(X, y):
        h = np.tanh(x @ W1 + b1)
        s = h @ W2 + b2
        p = np.exp(s - s.max())
        p /= p.sum()
        p[label] -= 1
        back = (W2 @ p) * (1 - h * h)
        for total, part in zip(sums, (np.outer(x, back), back, np.outer(h, p), p)):
            total += part / len(X)
    return sums


# %% einsum task="network_gradients" kind="right"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(np.einsum("nd,dm->nm", X, W1) + b1)
    S = np.einsum("nm,mk->nk", H, W2) + b2
    log_p = S - np.max(S, axis=1)[:, None]
    log_p = log_p - np.log(np.exp(log_p).sum(axis=1))[:, None]
    G2 = (np.exp(log_p) - (np.arange(len(b2)) == y[:, None])) / len(X)
    G1 = np.einsum("nk,mk,nm->nm", G2, W2, 1 - H * H)
    return (
        np.einsum("nd,nm->dm", X, G1),
        np.einsum("nm->m", G1),
        np.einsum("nm,nk->mk", H, G2),
        np.einsum("nk->k", G2),
    )


# %% the mean at the end task="network_gradients" kind="right"
def network_gradients(X, y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    P = H @ W2 + b2
    P -= P.max(axis=1, keepdims=True)
    P = np.exp(P)
    P /= P.sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1.0
    back = (P @ W2.T) * (1 - H) * (1 + H)
    found = X.T @ back, back.sum(0), H.T @ P, P.sum(0)
    return tuple(part / len(X) for part in found)


# %% in float32 task="network_gradients" kind="right"
def network_gradients(X, y, W1, b1, W2, b2):
    X, W1, b1, W2, b2 = (np.asarray(part, np.float32) for part in (X, W1, b1, W2, b2))
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    G2 = E / E.sum(axis=1, keepdims=True)
    G2[np.arange(len(X)), y] -= 1
    G2 /= np.float32(len(X))
    G1 = G2 @ W2.T * (1 - H**2)
    return X.T @ G1, G1.sum(axis=0), H.T @ G2, G2.sum(axis=0)


# %% biases as a column of ones, and prints task="network_gradients" kind="right"
def network_gradients(X, y, W1, b1, W2, b2):
    ones = np.ones((len(X), 1))
    inputs = np.hstack([X, ones])
    Z = inputs @ np.vstack([W1, b1])
    H = np.hstack([np.tanh(Z), ones])
    S = H @ np.vstack([W2, b2])
    S = S - S.max(axis=1, keepdims=True)
    P = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
    G2 = (P - np.identity(P.shape[1])[y]) / P.shape[0]
    G1 = np.dot(G2, np.transpose(W2)) * (1 - np.tanh(Z) ** 2)
    first, second = inputs.T @ G1, H.T @ G2
    print("loss", -np.mean(np.log(P[np.arange(len(y)), y] + 1e-300)))
    return [first[:-1].tolist(), first[-1].tolist(), second[:-1].tolist(), second[-1].tolist()]


# %% twice the forward task="multiplications" kind="wrong" says="hands nothing on"
def multiplications(sizes, N, trained):
    forward = N * sum(a * b for a, b in zip(sizes[:-1], sizes[1:]))
    return forward, 2 * forward


# %% a backward as long as a forward task="multiplications" kind="wrong" says="two products, not one"
def multiplications(sizes, N, trained):
    forward = N * sum(a * b for a, b in zip(sizes[:-1], sizes[1:]))
    return forward, forward if trained else 0


# %% the last layer saved task="multiplications" kind="wrong" says="not the last"
def multiplications(sizes, N, trained):
    layers = [N * a * b for a, b in zip(sizes[:-1], sizes[1:])]
    changed = layers[len(layers) - trained :]
    return sum(layers), sum(changed) + sum(changed[:-1])


# %% biases counted task="multiplications" kind="wrong" says="a bias is added"
def multiplications(sizes, N, trained):
    layers = [N * (a + 1) * b for a, b in zip(sizes[:-1], sizes[1:])]
    changed = layers[len(layers) - trained :]
    return sum(layers), sum(changed) + sum(changed[1:])


# %% everything trained task="multiplications" kind="wrong" says="frozen ones cost nothing"
def multiplications(sizes, N, trained):
    layers = [N * a * b for a, b in zip(sizes[:-1], sizes[1:])]
    return sum(layers), 2 * sum(layers) - layers[0]


# %% the first layers trained task="multiplications" kind="wrong" says="trained are the last ones"
def multiplications(sizes, N, trained):
    layers = [N * a * b for a, b in zip(sizes[:-1], sizes[1:])]
    changed = layers[:trained]
    return sum(layers), sum(changed) + sum(changed[1:])


# %% the first layer of all saved task="multiplications" kind="wrong" says="nothing is handed on"
def multiplications(sizes, N, trained):
    layers = [N * a * b for a, b in zip(sizes[:-1], sizes[1:])]
    changed = layers[len(layers) - trained :]
    return sum(layers), 2 * sum(changed) - (layers[0] if trained == len(layers) else 0)


# %% handed on through frozen layers task="multiplications" kind="wrong" says="nothing is handed on"
def multiplications(sizes, N, trained):
    layers = [N * a * b for a, b in zip(sizes[:-1], sizes[1:])]
    changed = layers[len(layers) - trained :]
    return sum(layers), sum(changed) + sum(layers[1:])


# %% one example task="multiplications" kind="wrong" says="this is one example"
def multiplications(sizes, N, trained):
    layers = [a * b for a, b in zip(sizes[:-1], sizes[1:])]
    changed = layers[len(layers) - trained :]
    return sum(layers), sum(changed) + sum(changed[1:])


# %% frozen layers skipped forwards task="multiplications" kind="wrong" says="are computed as well"
def multiplications(sizes, N, trained):
    layers = [N * a * b for a, b in zip(sizes[:-1], sizes[1:])]
    changed = layers[len(layers) - trained :]
    return sum(changed), sum(changed) + sum(changed[1:])


# %% none taken for all task="multiplications" kind="wrong" says="nothing is trained here"
def multiplications(sizes, N, trained):
    layers = [N * a * b for a, b in zip(sizes[:-1], sizes[1:])]
    changed = layers[-trained:]
    return sum(layers), sum(changed) + sum(changed[1:])


# %% the first of none task="multiplications" kind="wrong"
def multiplications(sizes, N, trained):
    layers = [N * a * b for a, b in zip(sizes[:-1], sizes[1:])]
    changed = layers[len(layers) - trained :]
    return sum(layers), 2 * sum(changed) - changed[0]


# %% the sum task="multiplications" kind="wrong" says="return the pair"
def multiplications(sizes, N, trained):
    layers = [N * a * b for a, b in zip(sizes[:-1], sizes[1:])]
    changed = layers[len(layers) - trained :]
    return sum(layers) + sum(changed) + sum(changed[1:])


# %% the weights counted task="multiplications" kind="wrong" says="a bias is added"
def multiplications(sizes, N, trained):
    layers = [a * b + b for a, b in zip(sizes[:-1], sizes[1:])]
    changed = layers[len(layers) - trained :]
    return sum(layers), sum(changed) + sum(changed[1:])


# %% the example's numbers task="multiplications" kind="wrong"
def multiplications(sizes, N, trained):
    return 2368 * N, {0: 0, 1: 320, 2: 2688}[trained] * N


# %% in whole numbers of 32 bits task="multiplications" kind="wrong"
def multiplications(sizes, N, trained):
    sizes = np.array(sizes, dtype=np.int32)
    layers = np.int32(N) * sizes[:-1] * sizes[1:]
    changed = layers[len(layers) - trained :]
    forward, backward = np.sum(layers, dtype=np.int32), np.sum(changed, dtype=np.int32)
    return forward, backward + np.sum(changed[1:], dtype=np.int32)


# %% walking back task="multiplications" kind="right"
def multiplications(sizes, N, trained):
    forward = backward = 0
    last = len(sizes) - 1
    for layer in range(last, 0, -1):
        product = N * int(sizes[layer - 1]) * int(sizes[layer])
        forward += product
        if layer > last - trained:
            backward += product
        if layer > last - trained + 1:
            backward += product
    return forward, backward


# %% with numpy, in floats task="multiplications" kind="right"
def multiplications(sizes, N, trained):
    widths = np.asarray(sizes, dtype=float)
    layers = N * widths[:-1] * widths[1:]
    first = len(layers) - trained
    return layers.sum(), layers[first:].sum() + layers[first + 1 :].sum()


# %% recursion task="multiplications" kind="right"
def multiplications(sizes, N, trained):
    sizes = [int(n) for n in sizes]
    if len(sizes) < 2:
        return 0, 0
    forward, backward = multiplications(sizes[:-1], N, max(trained - 1, 0))
    product = N * sizes[-1] * sizes[-2]
    times = 0 if trained == 0 else 1 if trained == 1 else 2
    return forward + product, backward + times * product


# %% a list, with a word task="multiplications" kind="right"
def multiplications(sizes, N, trained):
    print("sizes", sizes)
    forward = sum(N * sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1))
    changed = sizes[len(sizes) - trained - 1 :]
    backward = 2 * sum(N * changed[i] * changed[i + 1] for i in range(len(changed) - 1))
    if trained > 0:
        backward -= N * changed[0] * changed[1]
    return [forward, backward]


# %% with a product of matrices task="multiplications" kind="right"
def multiplications(sizes, N, trained):
    widths = np.array(sizes, dtype=np.int64)
    forward = N * int(np.dot(widths[:-1], widths[1:]))
    if not trained:
        return forward, 0
    kept = widths[-(trained + 1) :]
    return forward, N * int(2 * np.dot(kept[:-1], kept[1:]) - kept[0] * kept[1])
