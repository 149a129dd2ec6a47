"""The data of one seed: bundled digits, shuffled and shared out; initial models; the seeds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from deml_peer.architecture import U8, Architecture, Head, Kind, Layer, dense
from deml_peer.blobs import parse_dataset, parse_weights
from deml_peer.export import dataset_blob, weights_blob
from sklearn import datasets
from stories import tasks
from stories.federated_digits import shards

from . import training
from .jobs import Contest

# Fixed in advance. The first is that of the story federated-digits: its order of the images and
# its initial model.
SEEDS = (31, *range(101, 120))
STORY_SEED, STORY_MODEL = 31, 17

ROUNDS, ROUND_SAMPLES = 6, 100
JUDGED, TESTED = ROUNDS * ROUND_SAMPLES, 297
CONTEST_SAMPLES = 200
ARCH = Architecture((64,), (dense(24), Layer(Kind.RELU), dense(10)), Head.SOFTMAX)


@dataclass(frozen=True)
class World:
    """1,797 images in an order of this seed: 600 judge, 297 test, 900 are the clients'."""

    seed: int

    @cached_property
    def images(self) -> tuple[np.ndarray, np.ndarray]:
        bunch = datasets.load_digits()
        order = np.random.default_rng(self.seed).permutation(len(bunch.data))
        return bunch.data[order] / 16, bunch.target[order]

    @cached_property
    def initial(self) -> bytes:
        seed = STORY_MODEL if self.seed == STORY_SEED else self.seed
        return tasks.initial_model(ARCH, seed)

    def blob(self, start: int, stop: int) -> bytes:
        x, y = self.images
        return dataset_blob(ARCH, x[start:stop], y[start:stop], U8)

    @cached_property
    def test(self):
        """Images that neither judge nor train: what the model is worth in the end."""
        return parse_dataset(self.blob(JUDGED, JUDGED + TESTED), ARCH)

    @cached_property
    def local(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = self.images
        return x[JUDGED + TESTED :], y[JUDGED + TESTED :]

    def shards(self, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Of few digits each, as in the story."""
        return shards(*self.local, count)

    def pure_shards(self, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Of one or two digits each, and nothing else."""
        x, y = self.local
        order = np.argsort(y, kind="stable")
        return [(x[rows], y[rows]) for rows in np.array_split(order, count)]

    def uneven_shards(self, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """A third of the images for the last client, the others' shares are equal."""
        x, y = self.local
        cut = len(x) // 3
        parts = zip(np.array_split(x[cut:], count - 1), np.array_split(y[cut:], count - 1))
        return [*parts, (x[:cut], y[:cut])]

    def mixed_shards(self, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
        x, y = self.local
        return list(zip(np.array_split(x, count), np.array_split(y, count)))

    # --- jobs of this world ---

    def federation(self, rounds: int = ROUNDS) -> Contest:
        size = ROUND_SAMPLES
        data = [self.blob(i * size, (i + 1) * size) for i in range(rounds)]
        return Contest(ARCH, self.initial, tuple(data))

    @cached_property
    def judged(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = self.images
        return x[:CONTEST_SAMPLES], y[:CONTEST_SAMPLES]

    @cached_property
    def contest(self) -> Contest:
        """One evaluation of 200 images, and a base that had some training already: 60 images of
        those that test, which the clients do not have."""
        x, y = self.images
        known = slice(JUDGED, JUDGED + 60)
        raw = parse_weights(self.initial, ARCH)
        raw = training.train(raw, x[known], y[known], self.seed, epochs=4)
        base = weights_blob(ARCH, raw)
        return Contest(ARCH, base, (self.blob(0, CONTEST_SAMPLES),))
