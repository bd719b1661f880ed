# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# The answers that homework 06 is tried with: wrong ones, all of which lose points, and right ones
# that are written in another way, all of which get full marks.

# %% the velocity begins anew at each call task="heavy_ball" kind="wrong" says="forgotten between two calls"
def heavy_ball(lr, beta=0.9):
    def step(theta, grad):
        v = 0.0
        v = beta * v + grad
        return theta - lr * v

    return step


# %% an average task="heavy_ball" kind="wrong" says="a factor 1 − β"
def heavy_ball(lr, beta=0.9):
    v = 0.0

    def step(theta, grad):
        nonlocal v
        v = beta * v + (1 - beta) * grad
        return theta - lr * v

    return step


# %% uphill task="heavy_ball" kind="wrong" says="uphill"
def heavy_ball(lr, beta=0.9):
    v = 0.0

    def step(theta, grad):
        nonlocal v
        v = beta * v + grad
        return theta + lr * v

    return step


# %% no rate task="heavy_ball" kind="wrong" says="lacks the learning rate"
def heavy_ball(lr, beta=0.9):
    v = 0.0

    def step(theta, grad):
        nonlocal v
        v = beta * v + grad
        return theta - v

    return step


# %% beta at the slope task="heavy_ball" kind="wrong" says="β belongs to the old velocity"
def heavy_ball(lr, beta=0.9):
    v = 0.0

    def step(theta, grad):
        nonlocal v
        v = v + beta * grad
        return theta - lr * v

    return step


# %% nothing fades task="heavy_ball" kind="wrong" says="β is missing"
def heavy_ball(lr, beta=0.9):
    v = 0.0

    def step(theta, grad):
        nonlocal v
        v = v + grad
        return theta - lr * v

    return step


# %% Nesterov task="heavy_ball" kind="wrong" says="Nesterov"
def heavy_ball(lr, beta=0.9):
    v = 0.0

    def step(theta, grad):
        nonlocal v
        v = beta * v + grad
        return theta - lr * (grad + beta * v)

    return step


# %% the old velocity steps task="heavy_ball" kind="wrong" says="the old velocity: first v"
def heavy_ball(lr, beta=0.9):
    v = 0.0

    def step(theta, grad):
        nonlocal v
        theta = theta - lr * v
        v = beta * v + grad
        return theta

    return step


# %% one velocity for all balls task="heavy_ball" kind="wrong" says="share one velocity"
def heavy_ball(lr, beta=0.9, memory={"v": 0.0}):
    def step(theta, grad):
        memory["v"] = beta * memory["v"] + grad
        return theta - lr * memory["v"]

    return step


# %% a global velocity task="heavy_ball" kind="wrong" says="share one velocity"
velocity = 0.0


def heavy_ball(lr, beta=0.9):
    def step(theta, grad):
        global velocity
        velocity = beta * velocity + grad
        return theta - lr * velocity

    return step


# %% changes theta itself task="heavy_ball" kind="wrong" says="in place"
def heavy_ball(lr, beta=0.9):
    v = 0.0

    def step(theta, grad):
        nonlocal v
        v = beta * v + grad
        theta -= lr * v
        return theta

    return step


# %% changes the gradient task="heavy_ball" kind="wrong" says="changes the gradient in place"
def heavy_ball(lr, beta=0.9):
    v = 0.0

    def step(theta, grad):
        nonlocal v
        grad += beta * v
        v = grad.copy()
        return theta - lr * v

    return step


# %% a velocity of whole numbers task="heavy_ball" kind="wrong"
def heavy_ball(lr, beta=0.9):
    v = None

    def step(theta, grad):
        nonlocal v
        v = np.zeros_like(theta) if v is None else v
        v[...] = beta * v + grad
        return theta - lr * v

    return step


# %% returns nothing task="heavy_ball" kind="wrong"
def heavy_ball(lr, beta=0.9):
    v = 0.0

    def step(theta, grad):
        nonlocal v
        v = beta * v + grad
        theta = theta - lr * v

    return step


# %% one number for all weights task="heavy_ball" kind="wrong"
def heavy_ball(lr, beta=0.9):
    v = 0.0

    def step(theta, grad):
        nonlocal v
        v = beta * v + np.mean(grad)
        return theta - lr * v

    return step


# %% a class that can be called task="heavy_ball" kind="right"
class heavy_ball:
    """The heavy ball, as an object."""

    def __init__(self, lr, beta=0.9):
        self.lr, self.beta, self.v = lr, beta, 0.0

    def __call__(self, theta, grad):
        self.v = self.beta * self.v + grad
        return theta - self.lr * self.v


# %% the rate inside of the velocity task="heavy_ball" kind="right"
def heavy_ball(lr, beta=0.9):
    memory = []

    def step(theta, grad):
        v = -lr * np.asarray(grad, dtype=float)
        if memory:
            v += beta * memory.pop()
        memory.append(v)
        return theta + v

    return step


# %% all slopes kept task="heavy_ball" kind="right"
def heavy_ball(lr, beta=0.9):
    slopes = []

    def step(theta, grad):
        slopes.append(np.array(grad, dtype=float))
        n = len(slopes)
        v = sum(beta ** (n - 1 - i) * g for i, g in enumerate(slopes))
        print("velocity", v)
        return theta - lr * v

    return step


# %% by the last move task="heavy_ball" kind="right"
def heavy_ball(lr, beta=0.9):
    import warnings

    last_move = None

    def step(theta, grad):
        nonlocal last_move
        warnings.warn("a step")
        move = -lr * grad if last_move is None else beta * last_move - lr * grad
        last_move = move
        return (theta + move).tolist()

    return step


# %% in place on its own arrays, in float32 task="heavy_ball" kind="right"
def heavy_ball(lr, beta=0.9):
    v = None

    def step(theta, grad):
        nonlocal v
        if v is None:
            v = np.zeros(np.shape(theta), dtype=np.float32)
        v *= beta
        v += grad
        new = np.array(theta, dtype=np.float64)
        new -= lr * v
        return new

    return step


# %% by the last two places of theta task="heavy_ball" kind="right"
def heavy_ball(lr, beta=0.9):
    before = None

    def step(theta, grad):
        nonlocal before
        theta = np.asarray(theta, dtype=float)
        move = 0 if before is None else beta * (theta - before)
        before = theta
        return theta - lr * grad + move

    return step


# %% a generator task="heavy_ball" kind="right"
def heavy_ball(lr, beta=0.9):
    def velocities():
        v = 0.0
        while True:
            grad = yield v
            v = beta * v + grad

    ball = velocities()
    next(ball)
    return lambda theta, grad: theta - lr * ball.send(grad)


# %% a new theta instead of a changed one task="RMSRule" kind="wrong" says="θ has not changed"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        self.s = self.rho * self.s + (1 - self.rho) * grad**2
        theta = theta - lr * grad / (np.sqrt(self.s) + self.eps)


# %% returned and not changed task="RMSRule" kind="wrong" says="θ has not changed"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        self.s = self.rho * self.s + (1 - self.rho) * grad**2
        return theta - lr * grad / (np.sqrt(self.s) + self.eps)


# %% epsilon under the root task="RMSRule" kind="wrong" says="ε stands behind the root"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        self.s = self.rho * self.s + (1 - self.rho) * grad**2
        theta -= lr * grad / np.sqrt(self.s + self.eps)


# %% no root task="RMSRule" kind="wrong" says="the root is missing"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        self.s = self.rho * self.s + (1 - self.rho) * grad**2
        theta -= lr * grad / (self.s + self.eps)


# %% divided by the old average task="RMSRule" kind="wrong" says="first s, then θ"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        theta -= lr * grad / (np.sqrt(self.s) + self.eps)
        self.s = self.rho * self.s + (1 - self.rho) * grad**2


# %% AdaGrad task="RMSRule" kind="wrong" says="AdaGrad"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        self.s = self.s + grad**2
        theta -= lr * grad / (np.sqrt(self.s) + self.eps)


# %% no share for the new square task="RMSRule" kind="wrong" says="1 − ρ is missing"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        self.s = self.rho * self.s + grad**2
        theta -= lr * grad / (np.sqrt(self.s) + self.eps)


# %% shares swapped task="RMSRule" kind="wrong" says="swapped"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        self.s = (1 - self.rho) * self.s + self.rho * grad**2
        theta -= lr * grad / (np.sqrt(self.s) + self.eps)


# %% with bias correction task="RMSRule" kind="wrong" says="no bias correction"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s, self.t = 0.0, 0

    def step(self, theta, grad, lr):
        self.t += 1
        self.s = self.rho * self.s + (1 - self.rho) * grad**2
        theta -= lr * grad / (np.sqrt(self.s / (1 - self.rho**self.t)) + self.eps)


# %% sizes averaged task="RMSRule" kind="wrong" says="averages the sizes"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        self.s = self.rho * self.s + (1 - self.rho) * np.abs(grad)
        theta -= lr * grad / (self.s + self.eps)


# %% no memory task="RMSRule" kind="wrong" says="forgotten between two steps"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        s = self.rho * self.s + (1 - self.rho) * grad**2
        theta -= lr * grad / (np.sqrt(s) + self.eps)


# %% uphill task="RMSRule" kind="wrong" says="uphill"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        self.s = self.rho * self.s + (1 - self.rho) * grad**2
        theta += lr * grad / (np.sqrt(self.s) + self.eps)


# %% one average for all rules task="RMSRule" kind="wrong" says="share one s"
class RMSRule:
    """RMSProp."""

    memory = {"s": 0.0}

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps

    def step(self, theta, grad, lr):
        self.memory["s"] = self.rho * self.memory["s"] + (1 - self.rho) * grad**2
        theta -= lr * grad / (np.sqrt(self.memory["s"]) + self.eps)


# %% one average for all weights task="RMSRule" kind="wrong" says="one s for all weights"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        self.s = self.rho * self.s + (1 - self.rho) * np.mean(grad**2)
        theta -= lr * grad / (np.sqrt(self.s) + self.eps)


# %% squares the gradient itself task="RMSRule" kind="wrong" says="the gradient was changed"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        old = grad.copy()
        grad *= grad
        self.s = self.rho * self.s + (1 - self.rho) * grad
        theta -= lr * old / (np.sqrt(self.s) + self.eps)


# %% the first rate for ever task="RMSRule" kind="wrong" says="each step has its own"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s, self.lr = 0.0, None

    def step(self, theta, grad, lr):
        self.lr = self.lr or lr
        self.s = self.rho * self.s + (1 - self.rho) * grad**2
        theta -= self.lr * grad / (np.sqrt(self.s) + self.eps)


# %% an array of its own task="RMSRule" kind="right"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = None

    def step(self, theta, grad, lr):
        if self.s is None:
            self.s = np.zeros(theta.shape)
        self.s *= self.rho
        self.s += (1 - self.rho) * np.square(grad)
        theta[...] = theta - lr * grad / (np.sqrt(self.s) + self.eps)


# %% weight by weight task="RMSRule" kind="right"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = {}

    def step(self, theta, grad, lr):
        for i in np.ndindex(theta.shape):
            g = float(grad[i])
            self.s[i] = self.rho * self.s.get(i, 0.0) + (1 - self.rho) * g * g
            theta[i] -= lr * g / (self.s[i] ** 0.5 + self.eps)


# %% an average moved towards the square task="RMSRule" kind="right"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = 0.0

    def step(self, theta, grad, lr):
        self.s = self.s + (1 - self.rho) * (np.multiply(grad, grad) - self.s)
        np.subtract(theta, lr * grad / (self.s**0.5 + self.eps), out=theta, casting="same_kind")
        print(theta)
        return theta


# %% in float32, with a warning task="RMSRule" kind="right"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.rho, self.eps = rho, eps
        self.s = np.float32(0)

    def step(self, theta, grad, lr):
        import warnings

        warnings.warn("float32")
        g = np.asarray(grad, dtype=np.float32)
        self.s = (self.rho * self.s + (1 - self.rho) * g**2).astype(np.float32)
        theta -= (lr * g / (np.sqrt(self.s) + self.eps)).astype(np.float32)


# %% the root mean square in a method task="RMSRule" kind="right"
class RMSRule:
    """RMSProp."""

    def __init__(self, rho=0.99, eps=1e-8):
        self.numbers = rho, eps
        self.squares = []

    def size(self):
        """The root of the average, from all squares."""
        rho, n = self.numbers[0], len(self.squares)
        return np.sqrt(sum((1 - rho) * rho ** (n - 1 - i) * q for i, q in enumerate(self.squares)))

    def step(self, theta, grad, lr):
        self.squares.append(np.asarray(grad, float) ** 2)
        theta -= lr * grad / (self.size() + self.numbers[1])


# %% no correction task="make_adam" kind="wrong" says="there is no bias correction"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = s = 0.0

    def step(theta, grad):
        nonlocal m, s
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        return theta - lr * m / (np.sqrt(s) + eps)

    return step


# %% only m corrected task="make_adam" kind="wrong" says="s is not"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        return theta - lr * m / (1 - beta1**t) / (np.sqrt(s) + eps)

    return step


# %% only s corrected task="make_adam" kind="wrong" says="m is not"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        return theta - lr * m / (np.sqrt(s / (1 - beta2**t)) + eps)

    return step


# %% t from 0 task="make_adam" kind="wrong" says="t begins at 0"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 0

    def step(theta, grad):
        nonlocal m, s, t
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        m_hat, s_hat = m / np.float64(1 - beta1**t), s / np.float64(1 - beta2**t)
        t += 1
        return theta - lr * m_hat / (np.sqrt(s_hat) + eps)

    return step


# %% t stands still task="make_adam" kind="wrong" says="t grows with every call"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s = 0.0, 0.0

    def step(theta, grad):
        nonlocal m, s
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        return theta - lr * m / (1 - beta1) / (np.sqrt(s / (1 - beta2)) + eps)

    return step


# %% t one too large task="make_adam" kind="wrong" says="one too large"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 1

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        return theta - lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)

    return step


# %% epsilon under the root task="make_adam" kind="wrong" says="ε stands behind the root"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        return theta - lr * m / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t) + eps)

    return step


# %% no root task="make_adam" kind="wrong" says="the root is missing"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        return theta - lr * m / (1 - beta1**t) / (s / (1 - beta2**t) + eps)

    return step


# %% uphill task="make_adam" kind="wrong" says="uphill"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        return theta + lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)

    return step


# %% corrected averages stored task="make_adam" kind="wrong" says="goes on uncorrected"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        m = (beta1 * m + (1 - beta1) * grad) / (1 - beta1**t)
        s = (beta2 * s + (1 - beta2) * grad**2) / (1 - beta2**t)
        return theta - lr * m / (np.sqrt(s) + eps)

    return step


# %% betas swapped task="make_adam" kind="wrong" says="swapped"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        m = beta2 * m + (1 - beta2) * grad
        s = beta1 * s + (1 - beta1) * grad**2
        return theta - lr * m / (1 - beta2**t) / (np.sqrt(s / (1 - beta1**t)) + eps)

    return step


# %% epsilon corrected as well task="make_adam" kind="wrong" says="ε is corrected as well"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        return theta - rate * m / (np.sqrt(s) + eps)

    return step


# %% one memory for all rules task="make_adam" kind="wrong" says="they share m, s or t"
memory = {"m": 0.0, "s": 0.0, "t": 0}


def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    def step(theta, grad):
        memory["t"] += 1
        memory["m"] = beta1 * memory["m"] + (1 - beta1) * grad
        memory["s"] = beta2 * memory["s"] + (1 - beta2) * grad**2
        m = memory["m"] / (1 - beta1 ** memory["t"])
        s = memory["s"] / (1 - beta2 ** memory["t"])
        return theta - lr * m / (np.sqrt(s) + eps)

    return step


# %% one count for all rules task="make_adam" kind="wrong" says="they share m, s or t"
count = [0]


def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s = 0.0, 0.0

    def step(theta, grad):
        nonlocal m, s
        count[0] += 1
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        s_hat = s / (1 - beta2 ** count[0])
        return theta - lr * m / (1 - beta1 ** count[0]) / (np.sqrt(s_hat) + eps)

    return step


# %% no epsilon task="make_adam" kind="wrong" says="ε is left out"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        return theta - lr * m / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t))

    return step


# %% a memory of whole numbers task="make_adam" kind="wrong" says="whole numbers"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = None, None, 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        if m is None:
            m, s = np.zeros_like(grad), np.zeros_like(grad)
        m[...] = beta1 * m + (1 - beta1) * grad
        s[...] = beta2 * s + (1 - beta2) * grad**2
        return theta - lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)

    return step


# %% changes theta itself task="make_adam" kind="wrong"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        theta -= lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)
        return theta

    return step


# %% the size of the whole slope task="make_adam" kind="wrong"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = 0.0, 0.0, 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * np.sum(grad**2)
        return theta - lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)

    return step


# %% a class that can be called task="make_adam" kind="right"
class make_adam:
    """Adam, as an object."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.betas, self.eps = lr, (beta1, beta2), eps
        self.t, self.averages = 0, [0.0, 0.0]

    def __call__(self, theta, grad):
        self.t += 1
        hats = []
        for k, (beta, value) in enumerate(zip(self.betas, (grad, np.square(grad)))):
            self.averages[k] = beta * self.averages[k] + (1 - beta) * value
            hats.append(self.averages[k] / (1 - beta**self.t))
        return theta - self.lr * hats[0] / (np.sqrt(hats[1]) + self.eps)


# %% as PyTorch computes it task="make_adam" kind="right"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    import math

    memory = {"step": 0}

    def step(theta, grad):
        if not memory["step"]:
            memory["exp_avg"] = np.zeros(np.shape(theta))
            memory["exp_avg_sq"] = np.zeros(np.shape(theta))
        memory["step"] += 1
        memory["exp_avg"] += (1 - beta1) * (grad - memory["exp_avg"])
        memory["exp_avg_sq"] *= beta2
        memory["exp_avg_sq"] += (1 - beta2) * grad * grad
        step_size = lr / (1 - beta1 ** memory["step"])
        size = np.sqrt(memory["exp_avg_sq"]) / math.sqrt(1 - beta2 ** memory["step"])
        return theta - step_size * memory["exp_avg"] / (size + eps)

    return step


# %% powers kept as products task="make_adam" kind="right"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = [0.0, 0.0, 1.0, 1.0]

    def step(theta, grad):
        m, s, power1, power2 = state
        grad = np.asarray(grad, dtype=float)
        state[:] = (
            m * beta1 + grad - beta1 * grad,
            s * beta2 + (1 - beta2) * grad * grad,
            power1 * beta1,
            power2 * beta2,
        )
        m, s, power1, power2 = state
        print("step", power1)
        return np.asarray(theta) - lr * (m / (1 - power1)) / ((s / (1 - power2)) ** 0.5 + eps)

    return step


# %% from all slopes task="make_adam" kind="right"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    slopes = []

    def mean(values, beta):
        weights = beta ** np.arange(len(values) - 1, -1, -1.0)
        return np.tensordot(weights / weights.sum(), np.array(values), axes=1)

    def step(theta, grad):
        slopes.append(np.array(grad, dtype=float))
        squares = [g**2 for g in slopes]
        return theta - lr * mean(slopes, beta1) / (np.sqrt(mean(squares, beta2)) + eps)

    return step


# %% weight by weight, with a warning task="make_adam" kind="right"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    import warnings

    memory, t = {}, 0

    def step(theta, grad):
        nonlocal t
        t += 1
        warnings.warn(f"step {t}")
        new = np.array(theta, dtype=float)
        for i in np.ndindex(new.shape):
            g = float(grad[i])
            m, s = memory.get(i, (0.0, 0.0))
            memory[i] = m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g
            new[i] -= lr * m / (1 - beta1**t) / ((s / (1 - beta2**t)) ** 0.5 + eps)
        return new.tolist()

    return step


# %% in float32 task="make_adam" kind="right"
def make_adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = s = np.float32(0)
    t = 0

    def step(theta, grad):
        nonlocal m, s, t
        t += 1
        g = np.asarray(grad, dtype=np.float32)
        m = (beta1 * m + (1 - beta1) * g).astype(np.float32)
        s = (beta2 * s + (1 - beta2) * g * g).astype(np.float32)
        move = lr * (m / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + eps)
        return (theta - move).astype(np.float32)

    return step


# %% the L2 penalty task="with_decay" kind="wrong" says="L2 penalty"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        return rule(theta, grad + weight_decay * np.where(decays, theta, 0))

    return step


# %% no rate task="with_decay" kind="wrong" says="the share is αλ"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        return rule(np.where(decays, (1 - weight_decay) * theta, theta), grad)

    return step


# %% shrinks afterwards task="with_decay" kind="wrong" says="shrink before it"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        return rule(theta, grad) * np.where(decays, 1 - lr * weight_decay, 1)

    return step


# %% the weights grow task="with_decay" kind="wrong" says="the weights grow"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        return rule(np.where(decays, (1 + lr * weight_decay) * theta, theta), grad)

    return step


# %% what goes instead of what stays task="with_decay" kind="wrong" says="the share that goes"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        return rule(np.where(decays, lr * weight_decay * theta, theta), grad)

    return step


# %% shrinks by the rate task="with_decay" kind="wrong" says="shrinks by α"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        return rule(np.where(decays, (1 - lr) * theta, theta), grad)

    return step


# %% the same from each weight task="with_decay" kind="wrong" says="the same from each weight"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        shrunk = theta - lr * weight_decay * np.sign(theta)
        return rule(np.where(decays, shrunk, theta), grad)

    return step


# %% decays not looked at task="with_decay" kind="wrong" says="is not looked at"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        return rule((1 - lr * weight_decay) * theta, grad)

    return step


# %% decays turned round task="with_decay" kind="wrong" says="is turned round"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        if decays is True:
            return rule((1 - lr * weight_decay) * theta, grad)
        return rule(np.where(decays, theta, (1 - lr * weight_decay) * theta), grad)

    return step


# %% the others set to 0 task="with_decay" kind="wrong" says="set to 0"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        return rule((1 - lr * weight_decay) * theta * decays, grad)

    return step


# %% the others do not step task="with_decay" kind="wrong" says="takes the rule's step"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        return np.where(decays, rule((1 - lr * weight_decay) * theta, grad), theta)

    return step


# %% the rule called twice task="with_decay" kind="wrong"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        shrunk = rule((1 - lr * weight_decay) * theta, grad)
        return np.where(decays, shrunk, rule(theta, grad))

    return step


# %% shrinks theta itself task="with_decay" kind="wrong" says="in place"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        theta *= np.where(decays, 1 - lr * weight_decay, 1)
        return rule(theta, grad)

    return step


# %% no step task="with_decay" kind="wrong" says="the rule's step is missing"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        return np.where(decays, (1 - lr * weight_decay) * theta, theta)

    return step


# %% nothing shrinks task="with_decay" kind="wrong" says="nothing has shrunk"
def with_decay(rule, lr, weight_decay, decays=True):
    return rule


# %% only where an array is given task="with_decay" kind="wrong"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        theta = theta.copy()
        theta[decays] = theta[decays] * (1 - lr * weight_decay)
        return rule(theta, grad)

    return step


# %% two decays, one after the other task="with_decay" kind="wrong"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        share = np.where(decays, 1 - lr * weight_decay, 1)
        return rule(share * theta, grad) * share

    return step


# %% a factor for each weight task="with_decay" kind="right"
def with_decay(rule, lr, weight_decay, decays=True):
    factor = 1 - lr * weight_decay * np.asarray(decays, dtype=float)
    return lambda theta, grad: rule(factor * theta, grad)


# %% in place on a copy task="with_decay" kind="right"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        theta = np.array(theta, dtype=float)
        mask = np.broadcast_to(decays, theta.shape)
        theta[mask] *= 1 - lr * weight_decay
        return rule(theta, grad)

    return step


# %% weight by weight, with a word task="with_decay" kind="right"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        mask, new = np.broadcast_to(decays, theta.shape), np.empty(theta.shape)
        for i in np.ndindex(theta.shape):
            new[i] = theta[i] - (lr * weight_decay * theta[i] if mask[i] else 0)
        print("shrunk to", new)
        return rule(new, grad).tolist()

    return step


# %% a class that can be called task="with_decay" kind="right"
class with_decay:
    """A rule with decay beside it."""

    def __init__(self, rule, lr, weight_decay, decays=True):
        self.rule, self.share, self.decays = rule, lr * weight_decay, decays

    def __call__(self, theta, grad):
        import warnings

        warnings.warn("decay")
        return self.rule(theta - self.share * np.where(self.decays, theta, 0.0), grad)


# %% in float32 task="with_decay" kind="right"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        theta = np.asarray(theta, dtype=np.float32)
        shrunk = np.float32(1 - lr * weight_decay) * theta
        return rule(np.choose(np.asarray(decays, dtype=int), [theta, shrunk]), grad)

    return step


# %% the decay taken off after the rule's step task="with_decay" kind="right"
def with_decay(rule, lr, weight_decay, decays=True):
    def step(theta, grad):
        taken = lr * weight_decay * np.where(decays, theta, 0)
        return rule(np.asarray(theta) - taken, grad)

    return step


# %% the distance task="loss_factor" kind="wrong" says="the factor of the distance"
def loss_factor(lr, beta, curvatures):
    return max(max(abs(np.roots([1, -(1 + beta - lr * L), beta]))) for L in curvatures)


# %% the steepest direction task="loss_factor" kind="wrong" says="settles sooner"
def loss_factor(lr, beta, curvatures):
    r = np.roots([1, -(1 + beta - lr * max(curvatures)), beta])
    return max(abs(r)) ** 2


# %% the flattest direction task="loss_factor" kind="wrong" says="the flattest direction"
def loss_factor(lr, beta, curvatures):
    r = np.roots([1, -(1 + beta - lr * min(curvatures)), beta])
    return max(abs(r)) ** 2


# %% the first direction task="loss_factor" kind="wrong"
def loss_factor(lr, beta, curvatures):
    r = np.roots([1, -(1 + beta - lr * curvatures[0]), beta])
    return max(abs(r)) ** 2


# %% the first and the last direction task="loss_factor" kind="wrong" says="look at all"
def loss_factor(lr, beta, curvatures):
    ends = curvatures[0], curvatures[-1]
    return max(max(abs(np.roots([1, -(1 + beta - lr * L), beta]))) for L in ends) ** 2


# %% a mean over the directions task="loss_factor" kind="wrong" says="this is a mean"
def loss_factor(lr, beta, curvatures):
    return np.mean([max(abs(np.roots([1, -(1 + beta - lr * L), beta]))) ** 2 for L in curvatures])


# %% the real part task="loss_factor" kind="wrong" says="counts with its size"
def loss_factor(lr, beta, curvatures):
    parts = [abs(np.roots([1, -(1 + beta - lr * L), beta]).real).max() for L in curvatures]
    return max(parts) ** 2


# %% always beta task="loss_factor" kind="wrong" says="settles sooner"
def loss_factor(lr, beta, curvatures):
    return beta


# %% plain descent task="loss_factor" kind="wrong" says="plain descent"
def loss_factor(lr, beta, curvatures):
    return max(abs(1 - lr * np.array(curvatures))) ** 2


# %% the smaller solution task="loss_factor" kind="wrong" says="smaller solution"
def loss_factor(lr, beta, curvatures):
    return max(min(abs(np.roots([1, -(1 + beta - lr * L), beta]))) for L in curvatures) ** 2


# %% one number for each direction task="loss_factor" kind="wrong" says="one number for the bowl"
def loss_factor(lr, beta, curvatures):
    return [max(abs(np.roots([1, -(1 + beta - lr * L), beta]))) ** 2 for L in curvatures]


# %% the last term with a minus task="loss_factor" kind="wrong"
def loss_factor(lr, beta, curvatures):
    return max(max(abs(np.roots([1, -(1 + beta - lr * L), -beta]))) for L in curvatures) ** 2


# %% only the larger of two real solutions task="loss_factor" kind="wrong" says="the larger one in size"
def loss_factor(lr, beta, curvatures):
    largest = 0.0
    for L in curvatures:
        b = 1 + beta - lr * L
        inside = b * b - 4 * beta
        largest = max(largest, abs(b + inside**0.5) / 2)
    return largest**2


# %% no real solution, no factor task="loss_factor" kind="wrong" says="counts with its size"
def loss_factor(lr, beta, curvatures):
    b = 1 + beta - lr * np.array(curvatures)
    inside = np.maximum(b**2 - 4 * beta, 0)
    return np.max(np.abs([b + np.sqrt(inside), b - np.sqrt(inside)])) ** 2 / 4


# %% no more than 1 task="loss_factor" kind="wrong"
def loss_factor(lr, beta, curvatures):
    r = [max(abs(np.roots([1, -(1 + beta - lr * L), beta]))) for L in curvatures]
    return min(max(r) ** 2, 1.0)


# %% beta forgotten in the middle task="loss_factor" kind="wrong"
def loss_factor(lr, beta, curvatures):
    return max(max(abs(np.roots([1, -(1 - lr * L), beta]))) for L in curvatures) ** 2


# %% all solutions multiplied task="loss_factor" kind="wrong" says="this is a product"
def loss_factor(lr, beta, curvatures):
    return np.prod([max(abs(np.roots([1, -(1 + beta - lr * L), beta]))) for L in curvatures]) ** 2


# %% the three cases task="loss_factor" kind="right"
def loss_factor(lr, beta, curvatures):
    import math

    slowest = 0.0
    for L in curvatures:
        b = 1 + beta - lr * L
        inside = b**2 - 4 * beta
        size = math.sqrt(beta) if inside <= 0 else (abs(b) + math.sqrt(inside)) / 2
        slowest = max(slowest, size)
    return slowest * slowest


# %% eigenvalues of the step task="loss_factor" kind="right"
def loss_factor(lr, beta, curvatures):
    slowest = 0
    for L in curvatures:
        step = np.array([[1 + beta - lr * L, -beta], [1.0, 0.0]])
        slowest = max(slowest, np.abs(np.linalg.eigvals(step)).max() ** 2)
    return slowest


# %% complex numbers in one array task="loss_factor" kind="right"
def loss_factor(lr, beta, curvatures):
    b = 1 + beta - lr * np.asarray(curvatures, dtype=float)
    root = np.sqrt(b**2 - 4 * beta + 0j)
    print(b, root)
    return np.max(np.abs(np.concatenate([b + root, b - root]) / 2) ** 2)


# %% one matrix for the whole bowl task="loss_factor" kind="right"
def loss_factor(lr, beta, curvatures):
    import warnings

    warnings.warn("one matrix")
    L, n = np.diag(np.asarray(curvatures, dtype=float)), len(curvatures)
    one = np.eye(n)
    step = np.block([[(1 + beta) * one - lr * L, -beta * one], [one, 0 * one]])
    return float(max(abs(np.linalg.eigvals(step))) ** 2)


# %% in float32 task="loss_factor" kind="right"
def loss_factor(lr, beta, curvatures):
    b = np.float32(1 + beta) - np.float32(lr) * np.array(curvatures, dtype=np.float32)
    inside = b * b - np.float32(4 * beta)
    large = (np.abs(b) + np.sqrt(np.maximum(inside, 0))) / 2
    return np.where(inside < 0, np.float32(beta), large**2).max()


# %% the exercise of the lesson, squared task="loss_factor" kind="right"
def loss_factor(lr, beta, curvatures):
    def slowest(beta, alpha_lambda):
        r = np.roots([1, -(1 + beta - alpha_lambda), beta])
        return max(abs(r))

    return np.array([slowest(beta, lr * L) ** 2 for L in curvatures]).max()
