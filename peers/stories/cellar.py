"""The smallest job that learns something, for stories about money: three growers' wines."""

from __future__ import annotations

from deml_peer.architecture import I16, I32, Architecture, Head, dense
from deml_peer.export import BlobStore
from deml_peer.protocol import ETHER
from deml_peer.sealed_books import SealedJob

from . import tasks
from .scenario import salt_of
from .sealed_scenario import SealedScenario
from .subject import Subject

HELD, SHARDS = 48, 6
METADATA = {
    "task": "Tell three growers apart by thirteen measurements of a wine.",
    "scaling": "(value - mean) / deviation",
}


class Cellar(Subject):
    """A linear model of 13 measurements, shards for six clients, and data to judge them."""

    def __init__(self, store: BlobStore, rounds: int = 1):
        self.task = tasks.wine(HELD * rounds, SHARDS, seed=3)
        arch = Architecture((13,), (dense(3),), Head.SOFTMAX)
        x, y = self.task.public_x, self.task.public_y
        parts = [
            tasks.Task(None, x[at : at + HELD], y[at : at + HELD], []).evaluation(arch, I16)
            for at in range(0, HELD * rounds, HELD)
        ]
        prices = {"reward": ETHER // 10, "slots": 2, "client_bond": ETHER // 100}
        prices["min_improvement_ppm"] = 50_000
        super().__init__(store, arch, 8, parts[0], I32, METADATA, **prices)
        self.parts = parts

    def raw(self, number: int, epochs: int, start: bytes | None = None):
        """What client `number` trains at home."""
        shard = self.task.shards[number]
        return tasks.train(self.arch, start or self.base, shard, number, epochs, 0.02)

    def model(self, number: int, epochs: int, start: bytes | None = None) -> bytes:
        return self.full(self.raw(number, epochs, start))

    def committed(
        self, s: SealedScenario, story: str, sponsor: bytes, people, training, note, **fields
    ) -> SealedJob:
        """A job whose slots `people` take; those with a training commit, and the data is revealed."""
        number, secret = len(s.books.jobs), salt_of(f"{story} data {len(s.books.jobs)}")
        fields["slots"] = len(people)
        terms = self.sealed_terms(sponsor, f"{story} {number}", [secret], **fields)
        job = s.announce(sponsor, terms, *self.content, note)
        s.begin(job)
        for name, person in people.items():
            s.accept(job, person)
            if name in training:
                salt = salt_of(f"{story} {number} {name}")
                s.promise(job, person, self.model(*training[name]), salt)
        s.reveal_data(job, secret)
        return job
