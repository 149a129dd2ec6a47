"""The learning tasks of the stories: public evaluation data, private shards, initial models."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from deml_peer.architecture import Architecture
from deml_peer.blobs import canonical_weights, parse_weights
from deml_peer.export import dataset_blob, to_raw, weights_blob
from sklearn import datasets

from . import trainer


@dataclass(frozen=True)
class Task:
    """A bundled data set, shuffled once: the first part is public, the shards share nothing."""

    public_rows: np.ndarray
    public_x: np.ndarray
    public_y: np.ndarray
    shards: list[tuple[np.ndarray, np.ndarray]]

    def evaluation(self, arch: Architecture, dtype: int) -> bytes:
        return dataset_blob(arch, self.public_x, self.public_y, dtype)


def breast_cancer(public: int, shards: int, seed: int) -> Task:
    """Standardised by the statistics of the public part, which everybody knows."""
    bunch = datasets.load_breast_cancer()
    order = np.random.default_rng(seed).permutation(len(bunch.data))
    x, y = bunch.data[order], bunch.target[order]
    x = (x - x[:public].mean(axis=0)) / x[:public].std(axis=0)
    return divided(order, x, y, public, shards)


def digits(public: int, shards: int, seed: int) -> Task:
    """Pixels as fractions of 16."""
    bunch = datasets.load_digits()
    order = np.random.default_rng(seed).permutation(len(bunch.data))
    return divided(order, bunch.data[order] / 16, bunch.target[order], public, shards)


def divided(order, x, y, public: int, shards: int) -> Task:
    pieces = zip(np.array_split(x[public:], shards), np.array_split(y[public:], shards))
    return Task(order[:public], x[:public], y[:public], list(pieces))


def initial_model(arch: Architecture, seed: int) -> bytes:
    """Random weights of deviation 1/√inputs, biases zero: the base of a fresh job."""
    source = random.Random(seed)
    tensors = []
    for tensor in arch.tensors:
        deviation = tensor.row**-0.5 if tensor.row else 0.0
        values = [source.gauss(0, 1) * deviation for _ in range(tensor.count)]
        tensors.append(to_raw(np.array(values).reshape(tensor.shape)))
    return canonical_weights(arch, tensors)


def train(arch: Architecture, start: bytes, shard, seed: int, epochs: int, rate: float):
    """What a client does at home, with the very trainer that the job names: raw parameters."""
    data = dataset_blob(arch, *shard)
    _, flat = trainer.train(arch.blob, start, data, epochs=epochs, rate=rate, seed=seed)
    return [
        np.array(values, dtype=np.int64).reshape(tensor.shape)
        for values, tensor in zip(flat, arch.tensors)
    ]


def noisy(arch: Architecture, start: bytes, seed: int, deviation: float):
    """What a free-rider does instead: a known model plus noise, no data, no training."""
    source = random.Random(seed)
    raw = parse_weights(start, arch)
    return [
        tensor
        + to_raw([source.gauss(0, deviation) for _ in range(tensor.size)]).reshape(tensor.shape)
        for tensor in raw
    ]


def delta_blob(arch: Architecture, raw, base: bytes, dtype: int) -> bytes:
    return weights_blob(arch, raw, dtype, parse_weights(base, arch))


def wine(held: int, shards: int, seed: int) -> Task:
    """Thirteen measurements, standardised by the statistics of everything that is not held back.

    In a sealed job the first part is the sponsor's secret until clients have committed.
    """
    bunch = datasets.load_wine()
    order = np.random.default_rng(seed).permutation(len(bunch.data))
    x, y = bunch.data[order], bunch.target[order]
    mean, deviation = x[held:].mean(axis=0).round(4), x[held:].std(axis=0).round(4)
    return divided(order, (x - mean) / deviation, y, held, shards)
