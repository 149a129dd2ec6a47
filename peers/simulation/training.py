"""What clients do at home, honest or not: training, noise, wrong labels, harm."""

from __future__ import annotations

import random

import numpy as np
from deml_peer.architecture import I8, Architecture
from deml_peer.export import to_raw, weights_blob

# The rates of the fixture trainer.
DECAY = 0.0001


def floats(raw) -> list[np.ndarray]:
    return [tensor / 65536 for tensor in raw]


def train(raw, x, y, seed: int, epochs: int = 2, rate: float = 0.03):
    """One client's raw parameters after training from `raw` on its own data."""
    return train_all(raw, [(x, y)], [seed], epochs, rate)[0]


def train_all(raw, shards, seeds, epochs: int = 2, rate: float = 0.03) -> list:
    """The stochastic gradient descent of `fixtures/trainer.py` for a network with one hidden layer
    of ReLU: the same order, the same steps. Clients are apart, and only computed side by side."""
    weights = [np.repeat(tensor[None], len(shards), axis=0) for tensor in floats(raw)]
    orders, sizes = [list(range(len(y))) for _, y in shards], [len(y) for _, y in shards]
    sources = [random.Random(seed) for seed in seeds]
    for epoch in range(epochs):
        for source, order in zip(sources, orders):
            source.shuffle(order)
        step = rate / (1 + epoch / 4)
        for at in range(max(sizes)):
            rows = [i for i, size in enumerate(sizes) if at < size]
            v = np.stack([shards[i][0][orders[i][at]] for i in rows])
            labels = np.array([shards[i][1][orders[i][at]] for i in rows])
            if len(rows) == len(shards):
                descend(weights, v, labels, step)
            else:
                some = [tensor[rows] for tensor in weights]
                descend(some, v, labels, step)
                for tensor, new in zip(weights, some):
                    tensor[rows] = new
    return [[to_raw(tensor[i]) for tensor in weights] for i in range(len(shards))]


def descend(weights: list[np.ndarray], v: np.ndarray, labels: np.ndarray, step: float) -> None:
    """One sample for each client: [clients][out][in] weights, [clients][out] biases, in place."""
    w1, b1, w2, b2 = weights
    h = np.maximum((w1 @ v[:, :, None])[:, :, 0] + b1, 0.0)
    z = (w2 @ h[:, :, None])[:, :, 0] + b2
    g = np.exp(z - z.max(axis=1, keepdims=True))
    g /= g.sum(axis=1, keepdims=True)
    g[np.arange(len(labels)), labels] -= 1
    back = (g[:, None, :] @ w2)[:, 0, :] * (h > 0)
    keep = 1 - step * DECAY
    for tensor, bias, out, into in ((w1, b1, back, v), (w2, b2, g, h)):
        tensor *= keep
        tensor -= (step * out)[:, :, None] * into[:, None, :]
        bias -= step * out


def changes(raw, shards, seed: int, number: int, **steps):
    """What honest clients with these shards make of the global model in round `number`."""
    seeds = [1_000 * seed + 100 * number + i for i in range(len(shards))]
    return [difference(new, raw) for new in train_all(raw, shards, seeds, **steps)]


def gradient(raw, x, y) -> list[np.ndarray]:
    """Of the mean cross-entropy, by parameter."""
    w1, b1, w2, b2 = floats(raw)
    a = x @ w1.T + b1
    h = np.maximum(a, 0.0)
    z = h @ w2.T + b2
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    p /= len(y)
    back = (p @ w2) * (a > 0)
    return [back.T @ x, back.sum(axis=0), p.T @ h, p.sum(axis=0)]


def difference(new, old):
    return [a - b for a, b in zip(new, old)]


def plus(raw, change):
    return [a + b for a, b in zip(raw, change)]


def scaled(change, factor: float):
    return [np.rint(tensor * factor).astype(np.int64) for tensor in change]


def norm(change) -> float:
    """Euclidean, over all parameters, in the unit of the change."""
    return float(np.sqrt(sum(float((t.astype(np.float64) ** 2).sum()) for t in change)))


def of_norm(change, length: float):
    """The change made as long as `length`, but for a hair."""
    return scaled(change, 0.999 * length / norm(change))


def noise(raw, seed: int, deviation: float):
    """A change of normal noise, `deviation` in units of one."""
    source = np.random.default_rng(seed)
    return [to_raw(source.normal(0, deviation, tensor.shape)) for tensor in raw]


def harm(raw, x, y, radius: float, weight: float, steps: int = 30):
    """The change within `radius` that, averaged in with `weight`, loses most on the attacker's own
    data: projected gradient ascent. `radius` is raw."""
    start = [g * 1e6 for g in gradient(raw, x, y)]
    change = of_norm(start, radius)
    for _ in range(steps):
        moved = plus(raw, scaled(change, weight))
        uphill = gradient(moved, x, y)
        length = norm(uphill)
        if length == 0:
            break
        step = [g * (0.3 * radius / length) for g in uphill]
        change = of_norm(plus([t.astype(np.float64) for t in change], step), radius)
    return change


def delta(arch: Architecture, change, base_raw) -> bytes:
    """An int8 delta blob; `change` is raw."""
    return weights_blob(arch, plus(base_raw, change), I8, base_raw)
