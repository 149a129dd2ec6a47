"""Ways to make one model of many updates, offline in exact integers: the engine's own rule, those
it is compared with, and what else was considered. Updates are raw changes to the global model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from deml_peer import dml1
from deml_peer.architecture import Refused
from deml_peer.blobs import Dataset, prove_rows
from deml_peer.federated_books import mean

from . import training
from .world import ARCH


def loss_of(raw, data: Dataset) -> int:
    """The exact loss; the largest there is when the model fails the load proof."""
    try:
        prove_rows(ARCH, raw)
    except Refused:
        return data.samples * dml1.LOSS_LIMIT
    return dml1.evaluate(ARCH, raw, data).loss


def mean_loss(raw, data: Dataset) -> float:
    """In nats a sample."""
    return loss_of(raw, data) / (data.samples << 30)


def accuracy(raw, data: Dataset) -> float:
    """In percent."""
    return 100 * dml1.evaluate(ARCH, raw, data).correct / data.samples


@dataclass(frozen=True)
class Verdict:
    """The next global model, and what each update gained; a void round keeps the model."""

    model: list
    gains: list[int]
    is_void: bool


def leave_one_out(raw, changes, data: Dataset) -> Verdict:
    """The engine's rule: the mean of the updates without which the mean of all loses."""
    of_all = loss_of(mean(raw, changes), data)
    rest = [[c for j, c in enumerate(changes) if j != i] for i in range(len(changes))]
    gains = [loss_of(mean(raw, others), data) - of_all for others in rest]
    helping = [change for change, gain in zip(changes, gains) if gain > 0]
    candidate = mean(raw, helping)
    if loss_of(candidate, data) < loss_of(raw, data):
        return Verdict(candidate, gains, False)
    return Verdict(raw, gains, True)


def plain(raw, changes, _: Dataset):
    """FedAvg of all."""
    return mean(raw, changes)


def median(raw, changes, _: Dataset):
    """The median of each parameter."""
    middle = [np.median(np.stack(c), axis=0) for c in zip(*changes)]
    return [b + np.rint(m).astype(np.int64) for b, m in zip(raw, middle)]


def trimmed(raw, changes, _: Dataset, cut: int = 2):
    """The mean of each parameter without its two largest and two smallest values."""
    kept = [np.sort(np.stack(c), axis=0)[cut:-cut].mean(axis=0) for c in zip(*changes)]
    return [b + np.rint(k).astype(np.int64) for b, k in zip(raw, kept)]


def clipped(raw, changes, _: Dataset):
    """FedAvg of updates no longer than the median."""
    limit = float(np.median([training.norm(change) for change in changes]))
    factors = [min(1.0, limit / max(1.0, training.norm(change))) for change in changes]
    return mean(raw, [training.scaled(c, f) for c, f in zip(changes, factors)])


def weighted_gains(raw, changes, data: Dataset) -> list[int]:
    """What each update gains alone, with the weight that it has in the mean of all."""
    base, count = loss_of(raw, data), len(changes)
    steps = [[(tensor + count // 2) // count for tensor in change] for change in changes]
    return [base - loss_of(training.plus(raw, step), data) for step in steps]
