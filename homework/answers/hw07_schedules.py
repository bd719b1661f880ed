# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# The answers that homework 07 is tried with: wrong ones, all of which lose points, and right ones
# that are written in another way, all of which get full marks.


# %% ramp times cosine task="ramp_then_cosine" kind="wrong" says="the product of ramp and cosine"
def ramp_then_cosine(t, T, k, lr, lr_min):
    cosine = lr_min + (lr - lr_min) * (1 + np.cos(np.pi * t / T)) / 2
    return cosine * min(1, (t + 1) / k) if k else cosine


# %% the cosine is not shifted task="ramp_then_cosine" kind="wrong" says="begins at step 0"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t < k:
        return lr * (t + 1) / k
    return lr_min + (lr - lr_min) * (1 + np.cos(np.pi * t / T)) / 2


# %% the first step wasted task="ramp_then_cosine" kind="wrong" says="is wasted"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t < k:
        return lr * t / k
    return lr_min + (lr - lr_min) * (1 + np.cos(np.pi * (t - k) / (T - k))) / 2


# %% down to 0 task="ramp_then_cosine" kind="wrong" says="falls to 0"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t < k:
        return lr * (t + 1) / k
    return lr * (1 + np.cos(np.pi * (t - k) / (T - k))) / 2


# %% shifted, but as long as all steps task="ramp_then_cosine" kind="wrong" says="only T − k steps"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t < k:
        return lr * (t + 1) / k
    return lr_min + (lr - lr_min) * (1 + np.cos(np.pi * (t - k) / T)) / 2


# %% a straight line task="ramp_then_cosine" kind="wrong" says="a straight line"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t < k:
        return lr * (t + 1) / k
    return lr + (lr_min - lr) * (t - k) / (T - k)


# %% a cosine that rises task="ramp_then_cosine" kind="wrong" says="rises from lr_min"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t < k:
        return lr * (t + 1) / k
    return lr_min + (lr - lr_min) * (1 - np.cos(np.pi * (t - k) / (T - k))) / 2


# %% the ramp from lr_min task="ramp_then_cosine" kind="wrong" says="the ramp begins at lr_min"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t < k:
        return lr_min + (lr - lr_min) * (t + 1) / k
    return lr_min + (lr - lr_min) * (1 + np.cos(np.pi * (t - k) / (T - k))) / 2


# %% not halved task="ramp_then_cosine" kind="wrong" says="half of it is needed"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t < k:
        return lr * (t + 1) / k
    return lr_min + (lr - lr_min) * (1 + np.cos(np.pi * (t - k) / (T - k)))


# %% from lr plus lr_min task="ramp_then_cosine" kind="wrong" says="What falls is the difference"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t < k:
        return lr * (t + 1) / k
    return lr_min + lr * (1 + np.cos(np.pi * (t - k) / (T - k))) / 2


# %% one step late task="ramp_then_cosine" kind="wrong" says="one step too late"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t <= k:
        return lr * min(1, (t + 1) / k)
    return lr_min + (lr - lr_min) * (1 + np.cos(np.pi * (t - 1 - k) / (T - k))) / 2


# %% in degrees task="ramp_then_cosine" kind="wrong"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t < k:
        return lr * (t + 1) / k
    return lr_min + (lr - lr_min) * (1 + np.cos(180 * (t - k) / (T - k))) / 2


# %% no ramp is an error task="ramp_then_cosine" kind="wrong"
def ramp_then_cosine(t, T, k, lr, lr_min):
    ramp = lr * (t + 1) / k
    done = (t - k) / (T - k)
    return ramp if t < k else lr_min + (lr - lr_min) * (1 + np.cos(np.pi * done)) / 2


# %% a cosine for the ramp as well task="ramp_then_cosine" kind="wrong"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t < k:
        return lr / 2 * (1 - np.cos(np.pi * (t + 1) / k))
    return lr_min + (lr - lr_min) / 2 * (1 + np.cos(np.pi * (t - k) / (T - k)))


# %% the floor as the larger of two task="ramp_then_cosine" kind="wrong"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t < k:
        return lr * (t + 1) / k
    return max(lr_min, lr / 2 * (1 + np.cos(np.pi * (t - k) / (T - k))))


# %% by the square of a cosine task="ramp_then_cosine" kind="right"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if t >= k:
        half = np.cos(0.5 * np.pi * (t - k) / (T - k)) ** 2
        return half * lr + (1 - half) * lr_min
    return (1 + t) * (lr / k)


# %% with math task="ramp_then_cosine" kind="right"
import math


def ramp_then_cosine(t, T, k, lr, lr_min):
    left = T - k
    falling = lr_min + 0.5 * (lr - lr_min) * (1 + math.cos(math.pi * (t - k) / left))
    return falling if t >= k else (t + 1) / k * lr


# %% the sine task="ramp_then_cosine" kind="right"
def ramp_then_cosine(t, T, k, lr, lr_min):
    if k and t + 1 <= k:
        return lr - lr * (k - 1 - t) / k
    x = (t - k) / (T - k)
    return (lr + lr_min) / 2 - (lr - lr_min) / 2 * np.sin(np.pi * (x - 0.5))


# %% all rates, then one of them, with a print task="ramp_then_cosine" kind="right"
def ramp_then_cosine(t, T, k, lr, lr_min):
    up = lr * np.arange(1, k + 1) / max(k, 1)
    angle = np.linspace(0, np.pi, T - k + 1)
    rates = np.append(up, lr_min + (lr - lr_min) * (1 + np.cos(angle)) / 2)
    print(len(rates), "rates")
    return rates[t]


# %% float32, with a warning task="ramp_then_cosine" kind="right"
import warnings


def ramp_then_cosine(t, T, k, lr, lr_min):
    warnings.warn("float32")
    if t < k:
        return np.float32(lr * (t + 1) / k)
    angle = np.float32(np.pi) * np.float32((t - k) / (T - k))
    return np.float32(lr_min) + np.float32(lr - lr_min) * (1 + np.cos(angle)) / 2


# %% no floor task="stairs" kind="wrong" says="the floor is missing"
def stairs(lr, gamma, every, lr_min):
    return lambda t: lr * gamma ** (t // every)


# %% falls at every step task="stairs" kind="wrong" says="On a stair the rate stays"
def stairs(lr, gamma, every, lr_min):
    return lambda t: max(lr * gamma ** (t / every), lr_min)


# %% min in place of max task="stairs" kind="wrong" says="needs max, not min"
def stairs(lr, gamma, every, lr_min):
    return lambda t: min(lr * gamma ** (t // every), lr_min)


# %% counted from 1 task="stairs" kind="wrong" says="one step too early"
def stairs(lr, gamma, every, lr_min):
    return lambda t: max(lr * gamma ** ((t + 1) // every), lr_min)


# %% a stair too many task="stairs" kind="wrong" says="the first stair has the full rate"
def stairs(lr, gamma, every, lr_min):
    return lambda t: max(lr * gamma ** (t // every + 1), lr_min)


# %% the floor is added task="stairs" kind="wrong" says="the floor is added"
def stairs(lr, gamma, every, lr_min):
    return lambda t: lr_min + lr * gamma ** (t // every)


# %% falls towards the floor task="stairs" kind="wrong" says="the floor is added"
def stairs(lr, gamma, every, lr_min):
    return lambda t: lr_min + (lr - lr_min) * gamma ** (t // every)


# %% a step late task="stairs" kind="wrong" says="one step too late"
def stairs(lr, gamma, every, lr_min):
    return lambda t: max(lr * gamma ** (max(t - 1, 0) // every), lr_min)


# %% gamma taken away task="stairs" kind="wrong"
def stairs(lr, gamma, every, lr_min):
    return lambda t: max(lr - gamma * (t // every), lr_min)


# %% rounded task="stairs" kind="wrong"
def stairs(lr, gamma, every, lr_min):
    return lambda t: max(lr * gamma ** round(t / every), lr_min)


# %% counts its calls task="stairs" kind="wrong" says="this counts the calls"
def stairs(lr, gamma, every, lr_min):
    calls = [-1]

    def schedule(t):
        calls[0] += 1
        return max(lr * gamma ** (calls[0] // every), lr_min)

    return schedule


# %% falls as it is called task="stairs" kind="wrong"
def stairs(lr, gamma, every, lr_min):
    state = {"lr": lr}

    def schedule(t):
        if t > 0 and t % every == 0:
            state["lr"] *= gamma
        return max(state["lr"], lr_min)

    return schedule


# %% shared by all schedules task="stairs" kind="wrong"
def stairs(*arguments):
    global _given
    _given = arguments

    def schedule(t):
        lr, gamma, every, lr_min = _given
        return max(lr * gamma ** (t // every), lr_min)

    return schedule


# %% a rate in place of a function task="stairs" kind="wrong"
def stairs(lr, gamma, every, lr_min):
    return max(lr * gamma**every, lr_min)


# %% stops on the last stair above the floor task="stairs" kind="wrong" says="stops above the floor"
def stairs(lr, gamma, every, lr_min):
    def schedule(t):
        rate = lr
        for _ in range(t // every):
            if rate * gamma >= lr_min:
                rate *= gamma
        return rate

    return schedule


# %% a loop over the stairs task="stairs" kind="right"
def stairs(lr, gamma, every, lr_min):
    def schedule(t):
        rate = lr
        while t >= every:
            rate, t = rate * gamma, t - every
        return rate if rate > lr_min else lr_min

    return schedule


# %% an object that can be called task="stairs" kind="right"
class Stairs:
    def __init__(self, *given):
        self.lr, self.gamma, self.every, self.lr_min = given

    def __call__(self, t):
        return np.maximum(self.lr * self.gamma ** np.floor(t / self.every), self.lr_min)


def stairs(lr, gamma, every, lr_min):
    return Stairs(lr, gamma, every, lr_min)


# %% functools.partial task="stairs" kind="right"
from functools import partial


def rate(lr, gamma, every, lr_min, t):
    print("step", t)
    return np.clip(lr * gamma ** int(t / every), lr_min, None)


def stairs(lr, gamma, every, lr_min):
    return partial(rate, lr, gamma, every, lr_min)


# %% through logarithms, with a warning task="stairs" kind="right"
import warnings


def stairs(lr, gamma, every, lr_min):
    warnings.warn("stairs")

    def schedule(t):
        stair = np.exp(np.log(lr) + (t - t % every) / every * np.log(gamma))
        return float(max(stair, lr_min))

    return schedule


# %% float32, a lambda task="stairs" kind="right"
def stairs(lr, gamma, every, lr_min):
    lr, gamma, lr_min = np.float32([lr, gamma, lr_min])
    return lambda t: max(lr_min, lr * gamma ** np.float32(t // every))


# %% the lowest loss task="steepest_rate" kind="wrong" says="there the loss is lowest"
def steepest_rate(rates, losses):
    return rates[np.nanargmin(losses)]


# %% the place of the rate task="steepest_rate" kind="wrong" says="The rate itself"
def steepest_rate(rates, losses):
    slopes = (losses[2:] - losses[:-2]) / np.log(rates[2:] / rates[:-2])
    return 1 + np.argmin(slopes)


# %% the place of the slope task="steepest_rate" kind="wrong" says="Return the rate"
def steepest_rate(rates, losses):
    return np.argmin((losses[2:] - losses[:-2]) / np.log(rates[2:] / rates[:-2]))


# %% one place off task="steepest_rate" kind="wrong" says="one place off"
def steepest_rate(rates, losses):
    return rates[np.argmin((losses[2:] - losses[:-2]) / np.log(rates[2:] / rates[:-2]))]


# %% the steepest way up task="steepest_rate" kind="wrong"
def steepest_rate(rates, losses):
    slopes = (losses[2:] - losses[:-2]) / np.log(rates[2:] / rates[:-2])
    return rates[1:-1][np.argmax(slopes)]


# %% up or down task="steepest_rate" kind="wrong"
def steepest_rate(rates, losses):
    slopes = (losses[2:] - losses[:-2]) / np.log(rates[2:] / rates[:-2])
    return rates[1:-1][np.argmax(np.abs(slopes))]


# %% over the rate task="steepest_rate" kind="wrong"
def steepest_rate(rates, losses):
    slopes = (losses[2:] - losses[:-2]) / (rates[2:] - rates[:-2])
    return rates[1:-1][np.argmin(slopes)]


# %% not divided task="steepest_rate" kind="wrong"
def steepest_rate(rates, losses):
    return rates[1:-1][np.argmin(losses[2:] - losses[:-2])]


# %% to one side only task="steepest_rate" kind="wrong"
def steepest_rate(rates, losses):
    return rates[np.argmin(np.diff(losses) / np.diff(np.log(rates)))]


# %% np.gradient task="steepest_rate" kind="wrong"
def steepest_rate(rates, losses):
    return rates[np.nanargmin(np.gradient(losses, np.log(rates)))]


# %% NaN is not left out task="steepest_rate" kind="wrong" says="beside a NaN"
def steepest_rate(rates, losses):
    slopes = (losses[2:] - losses[:-2]) / np.log(rates[2:] / rates[:-2])
    return rates[1:-1][np.argmin(slopes)]


# %% infinity is not left out task="steepest_rate" kind="wrong" says="beside an infinite loss"
def steepest_rate(rates, losses):
    slopes = (losses[2:] - losses[:-2]) / np.log(rates[2:] / rates[:-2])
    return rates[1:-1][np.nanargmin(slopes)]


# %% rows that are not finite are dropped first task="steepest_rate" kind="wrong"
def steepest_rate(rates, losses):
    kept = np.isfinite(losses)
    rates, losses = rates[kept], losses[kept]
    slopes = (losses[2:] - losses[:-2]) / np.log(rates[2:] / rates[:-2])
    return rates[1:-1][np.argmin(slopes)]


# %% a tenth of the best task="steepest_rate" kind="wrong"
def steepest_rate(rates, losses):
    return rates[np.nanargmin(losses)] / 10


# %% 0 in place of NaN task="steepest_rate" kind="wrong"
def steepest_rate(rates, losses):
    l = np.nan_to_num(losses, nan=0.0, posinf=0.0)
    s = (l[2:] - l[:-2]) / np.log(rates[2:] / rates[:-2])
    return rates[1 + np.argmin(s)]


# %% a loop task="steepest_rate" kind="right"
import math


def steepest_rate(rates, losses):
    best, lowest = None, math.inf
    for i in range(1, len(rates) - 1):
        rise = losses[i + 1] - losses[i - 1]
        if math.isfinite(losses[i + 1]) and math.isfinite(losses[i - 1]):
            slope = rise / (math.log(rates[i + 1]) - math.log(rates[i - 1]))
            if slope < lowest:
                best, lowest = float(rates[i]), slope
    return best


# %% in decades, and nanargmin task="steepest_rate" kind="right"
def steepest_rate(rates, losses):
    losses = np.where(np.isfinite(losses), losses, np.nan)
    x = np.log10(rates)
    slopes = np.full(len(rates), np.nan)
    slopes[1:-1] = (losses[2:] - losses[:-2]) / (x[2:] - x[:-2])
    return rates[np.nanargmin(slopes)]


# %% sorted pairs task="steepest_rate" kind="right"
def steepest_rate(rates, losses):
    pairs = []
    for i in range(1, len(rates) - 1):
        slope = (losses[i + 1] - losses[i - 1]) / np.log(rates[i + 1] / rates[i - 1])
        if np.isfinite(slope):
            pairs.append((slope, i))
    print(len(pairs), "places")
    return rates[min(pairs)[1]]


# %% a masked array task="steepest_rate" kind="right"
def steepest_rate(rates, losses):
    with np.errstate(all="ignore"):
        slopes = (losses[2:] - losses[:-2]) / (np.log(rates[2:]) - np.log(rates[:-2]))
    slopes = np.ma.masked_invalid(slopes)
    return rates[1 + int(slopes.argmin())]


# %% float32, with a warning task="steepest_rate" kind="right"
import warnings


def steepest_rate(rates, losses):
    warnings.warn("in float32")
    x, J = np.log(np.float32(rates)), np.float32(losses)
    slopes = (J[2:] - J[:-2]) / (x[2:] - x[:-2])
    slopes[~np.isfinite(slopes)] = np.inf
    return np.float32(rates)[1:-1][slopes.argmin()]


# %% begins at 0 task="running_average" kind="wrong" says="it begins at 0"
def running_average(points, beta):
    m, averages = np.zeros(points.shape[1]), []
    for theta in points:
        m = beta * m + (1 - beta) * theta
        averages.append(m)
    return np.array(averages)


# %% betas swapped task="running_average" kind="wrong" says="changed places"
def running_average(points, beta):
    averages = points.astype(float)
    for t in range(1, len(points)):
        averages[t] = (1 - beta) * averages[t - 1] + beta * points[t]
    return averages


# %% the mean so far task="running_average" kind="wrong" says="the mean of all places"
def running_average(points, beta):
    return np.cumsum(points, axis=0) / np.arange(1, len(points) + 1)[:, None]


# %% the last one alone task="running_average" kind="wrong" says="the last average"
def running_average(points, beta):
    m = points[0]
    for theta in points[1:]:
        m = beta * m + (1 - beta) * theta
    return m


# %% without the first row task="running_average" kind="wrong" says="the first row is missing"
def running_average(points, beta):
    m, averages = points[0], []
    for theta in points[1:]:
        m = beta * m + (1 - beta) * theta
        averages.append(m)
    return np.array(averages)


# %% not weighted task="running_average" kind="wrong" says="not multiplied by 1 − β"
def running_average(points, beta):
    averages = [points[0]]
    for theta in points[1:]:
        averages.append(beta * averages[-1] + theta)
    return np.array(averages)


# %% of two places task="running_average" kind="wrong" says="not the place before"
def running_average(points, beta):
    averages = points.astype(float)
    averages[1:] = beta * points[:-1] + (1 - beta) * points[1:]
    return averages


# %% corrected as Adam does task="running_average" kind="wrong" says="as Adam does"
def running_average(points, beta):
    m, averages = np.zeros(points.shape[1]), []
    for t, theta in enumerate(points):
        m = beta * m + (1 - beta) * theta
        averages.append(m / (1 - beta ** (t + 1)) if beta < 1 else points[0])
    return np.array(averages)


# %% cut to whole numbers task="running_average" kind="wrong" says="cut to whole numbers"
def running_average(points, beta):
    averages = points.copy()
    for t in range(1, len(points)):
        averages[t] = beta * averages[t - 1] + (1 - beta) * points[t]
    return averages


# %% in place task="running_average" kind="wrong" says="the table that came in is changed"
def running_average(points, beta):
    points = np.asarray(points, dtype=float)
    for t in range(1, len(points)):
        points[t] = beta * points[t - 1] + (1 - beta) * points[t]
    return points


# %% along the rows task="running_average" kind="wrong"
def running_average(points, beta):
    averages = points.astype(float)
    for d in range(1, points.shape[1]):
        averages[:, d] = beta * averages[:, d - 1] + (1 - beta) * points[:, d]
    return averages


# %% the same array in every row task="running_average" kind="wrong"
def running_average(points, beta):
    m = points[0].astype(float)
    averages = [m]
    for theta in points[1:]:
        m *= beta
        m += (1 - beta) * theta
        averages.append(m)
    return np.array(averages)


# %% a list of rows task="running_average" kind="right"
def running_average(points, beta):
    averages = [[float(w) for w in points[0]]]
    for theta in points[1:]:
        averages.append([beta * m + (1 - beta) * w for m, w in zip(averages[-1], theta)])
    return averages


# %% a part of the way to the place task="running_average" kind="right"
def running_average(points, beta):
    m = points[0] * 1.0
    averages = np.empty(points.shape)
    for t, theta in enumerate(points):
        m += (1 - beta) * (theta - m)
        averages[t] = m
    return averages


# %% as one matrix task="running_average" kind="right"
def running_average(points, beta):
    T = len(points)
    age = np.arange(T)[:, None] - np.arange(T)
    weights = np.where(age >= 0, (1 - beta) * beta ** np.maximum(age, 0.0), 0.0)
    weights[:, 0] = beta ** np.arange(T)
    return np.einsum("ts,sd->td", weights, points)


# %% accumulate, with a print task="running_average" kind="right"
from itertools import accumulate


def running_average(points, beta):
    rows = list(accumulate(points, lambda m, theta: beta * m + (1 - beta) * theta))
    print(len(rows), "averages")
    return np.array(rows)


# %% float32, with a warning task="running_average" kind="right"
import warnings


def running_average(points, beta):
    warnings.warn("in float32")
    averages = np.array(points, dtype=np.float32)
    beta = np.float32(beta)
    for t in range(1, len(averages)):
        averages[t] *= 1 - beta
        averages[t] += beta * averages[t - 1]
    return averages


# %% the mean over the directions task="noise_floor" kind="wrong" says="the mean over the directions"
def noise_floor(lr, curvatures, sigma, batch):
    room = 2 - lr * curvatures
    return np.inf if np.any(room <= 0) else np.mean(lr * sigma**2 / batch / (2 * room))


# %% each direction task="noise_floor" kind="wrong" says="Add them up"
def noise_floor(lr, curvatures, sigma, batch):
    room = 2 - lr * curvatures
    return np.where(room <= 0, np.inf, lr * sigma**2 / batch / (2 * room))


# %% no batch task="noise_floor" kind="wrong" says="the batch is forgotten"
def noise_floor(lr, curvatures, sigma, batch):
    room = 2 - lr * curvatures
    return np.inf if np.any(room <= 0) else np.sum(lr * sigma**2 / (2 * room))


# %% the root of the batch task="noise_floor" kind="wrong" says="not by its root"
def noise_floor(lr, curvatures, sigma, batch):
    room = 2 - lr * curvatures
    return np.inf if np.any(room <= 0) else np.sum(lr * sigma**2 / np.sqrt(batch) / (2 * room))


# %% the batch twice task="noise_floor" kind="wrong" says="divides by B twice"
def noise_floor(lr, curvatures, sigma, batch):
    room = 2 - lr * curvatures
    return np.inf if np.any(room <= 0) else np.sum(lr * (sigma / batch) ** 2 / (2 * room))


# %% sigma without the square task="noise_floor" kind="wrong" says="The square of it counts"
def noise_floor(lr, curvatures, sigma, batch):
    room = 2 - lr * curvatures
    return np.inf if np.any(room <= 0) else np.sum(lr * sigma / batch / (2 * room))


# %% for tiny rates task="noise_floor" kind="wrong" says="only for tiny"
def noise_floor(lr, curvatures, sigma, batch):
    if np.any(lr * curvatures >= 2):
        return np.inf
    return len(curvatures) * lr * sigma**2 / batch / 4


# %% not halved task="noise_floor" kind="wrong" says="the ½ of the loss"
def noise_floor(lr, curvatures, sigma, batch):
    room = 2 - lr * curvatures
    return np.inf if np.any(room <= 0) else np.sum(lr * sigma**2 / batch / room)


# %% the rate squared task="noise_floor" kind="wrong" says="One factor cancels"
def noise_floor(lr, curvatures, sigma, batch):
    room = 2 - lr * curvatures
    return np.inf if np.any(room <= 0) else np.sum(lr**2 * sigma**2 / batch / (2 * room))


# %% the mean square task="noise_floor" kind="wrong" says="this is E[w²]"
def noise_floor(lr, curvatures, sigma, batch):
    factor = (1 - lr * curvatures) ** 2
    return np.inf if np.any(factor >= 1) else np.sum(lr**2 * sigma**2 / batch / (1 - factor))


# %% the steepest direction task="noise_floor" kind="wrong" says="the steepest direction alone"
def noise_floor(lr, curvatures, sigma, batch):
    room = 2 - lr * np.max(curvatures)
    return np.inf if room <= 0 else lr * sigma**2 / batch / (2 * room)


# %% a floor below 0 task="noise_floor" kind="wrong" says="never below 0"
def noise_floor(lr, curvatures, sigma, batch):
    return np.sum(lr * sigma**2 / batch / (2 * (2 - lr * curvatures)))


# %% what explodes is left out task="noise_floor" kind="wrong"
def noise_floor(lr, curvatures, sigma, batch):
    room = 2 - lr * curvatures
    settled = room[room > 0]
    return np.sum(lr * sigma**2 / batch / (2 * settled)) if len(settled) else np.inf


# %% the border itself is left in task="noise_floor" kind="wrong"
def noise_floor(lr, curvatures, sigma, batch):
    room = 2 - lr * curvatures
    if np.any(room < 0):
        return np.inf
    return np.sum(lr * sigma**2 / batch / (2 * np.maximum(room, 1e-12)))


# %% the border itself has no floor task="noise_floor" kind="wrong" says="return np.inf"
def noise_floor(lr, curvatures, sigma, batch):
    c = np.asarray(curvatures, float)
    if (lr * c > 2).any():
        return np.inf
    with np.errstate(all="ignore"):
        return np.nansum(np.where(lr * c < 2, lr * sigma**2 / batch / (2 * (2 - lr * c)), 0))


# %% by the recursion task="noise_floor" kind="right"
def noise_floor(lr, curvatures, sigma, batch):
    factor = (1 - lr * curvatures) ** 2
    if (factor >= 1).any():
        return np.inf
    q = lr**2 * sigma**2 / batch / (1 - factor)
    return 0.5 * curvatures @ q


# %% a loop task="noise_floor" kind="right"
def noise_floor(lr, curvatures, sigma, batch):
    total = 0.0
    for curvature in curvatures:
        if lr * curvature >= 2:
            return float("inf")
        total += lr * sigma * sigma / (2 * batch * (2 - lr * curvature))
    return total


# %% infinite by direction, then added task="noise_floor" kind="right"
def noise_floor(lr, curvatures, sigma, batch):
    room = np.array([2 - lr * curvature for curvature in curvatures])
    with np.errstate(divide="ignore"):
        each = np.where(room > 0, 1 / (2 * room), np.inf)
    return np.inf if np.isinf(each).any() else lr * sigma**2 / batch * each.sum()


# %% float32, with a warning task="noise_floor" kind="right"
import warnings


def noise_floor(lr, curvatures, sigma, batch):
    warnings.warn("in float32")
    if max(curvatures) * lr >= 2:
        return np.float32(np.inf)
    room = np.float32(2) - np.float32(lr) * np.asarray(curvatures, dtype=np.float32)
    return np.sum(np.float32(lr * sigma**2 / batch / 2) / room)


# %% einsum, with a print task="noise_floor" kind="right"
def noise_floor(lr, curvatures, sigma, batch):
    print("border", 2 / np.max(curvatures))
    if not np.all(lr * curvatures < 2):
        return np.inf
    variance = np.full(len(curvatures), sigma**2 / batch)
    return lr / 2 * np.einsum("d,d->", variance, 1 / (2 - lr * curvatures))
