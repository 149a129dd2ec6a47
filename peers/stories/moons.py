"""A network that is small to send and dear to run, for stories about the budget of an input."""

from __future__ import annotations

from deml_peer.architecture import I8, Architecture, Head, Kind, Layer, dense
from deml_peer.export import BlobStore, dataset_blob
from deml_peer.protocol import ETHER
from sklearn import datasets

from . import tasks
from .sealed_scenario import SealedScenario
from .subject import Subject

SAMPLES, SHARD, PEOPLE = 2_900, 60, ("Mira", "Noor", "Pim")
LAYERS = (dense(256), *[Layer(Kind.TANH)] * 16, dense(2))
METADATA = {"task": "Tell the upper half-moon from the lower one.", "features": "x and y"}


class Moons(Subject):
    """Two half-moons of points: the public ones, and a shard for each of three people."""

    def __init__(self, store: BlobStore):
        arch = Architecture((2,), LAYERS, Head.SOFTMAX)
        x, y = datasets.make_moons(SAMPLES + 3 * SHARD, noise=0.15, random_state=5)
        data = dataset_blob(arch, x[:SAMPLES], y[:SAMPLES], I8)
        parts = [slice(SAMPLES + i * SHARD, SAMPLES + (i + 1) * SHARD) for i in range(3)]
        self.shards = {name: (x[part], y[part]) for name, part in zip(PEOPLE, parts, strict=True)}
        prices = {"reward": ETHER // 10, "slots": 3, "client_bond": ETHER // 100}
        prices["min_improvement_ppm"] = 20_000
        super().__init__(store, arch, 6, data, I8, METADATA, **prices)

    def model(self, name: str, epochs: int) -> bytes:
        shard = self.shards[name]
        return self.full(tasks.train(self.arch, self.base, shard, len(name), epochs, 0.01))


class Observatory:
    """Who posts jobs about the moons, and the three people who work on them."""

    def __init__(self, s: SealedScenario):
        self.s, self.sponsor = s, s.actor("Observatory")
        self.people = {name: s.actor(name) for name in PEOPLE}
        self.moons = Moons(s.store)
        s.deposit_ether(self.sponsor, ETHER)
        s.deposit_each(self.people.values(), ETHER // 50)
