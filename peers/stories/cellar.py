"""The smallest job that learns something, for stories about money: three growers' wines."""

from __future__ import annotations

import json
from pathlib import Path

from deml_peer.architecture import I16, I32, Architecture, Head, dense
from deml_peer.export import BlobStore
from deml_peer.hashing import raw_cid, sha256
from deml_peer.protocol import ETHER, JobTerms, data_commitment

from . import tasks, trainer
from .scenario import salt_of
from .sealed_scenario import DAY, HOUR

HELD, SHARDS = 48, 6
METADATA = {
    "task": "Tell three growers apart by thirteen measurements of a wine.",
    "scaling": "(value - mean) / deviation",
}


class Cellar:
    """A linear model of 13 measurements, shards for six clients, and data to judge them."""

    def __init__(self, store: BlobStore, rounds: int = 1):
        self.task = tasks.wine(HELD * rounds, SHARDS, seed=3)
        self.arch = Architecture((13,), (dense(3),), Head.SOFTMAX)
        self.base = tasks.initial_model(self.arch, 8)
        x, y = self.task.public_x, self.task.public_y
        self.parts = [
            tasks.Task(None, x[at : at + HELD], y[at : at + HELD], []).evaluation(self.arch, I16)
            for at in range(0, HELD * rounds, HELD)
        ]
        self.data = self.parts[0]
        self.trainer = Path(trainer.__file__).read_bytes()
        self.metadata = json.dumps(METADATA, indent=1).encode() + b"\n"
        for blob in (self.trainer, self.metadata):
            store.put(blob)

    def terms(self, **fields) -> JobTerms:
        """An unsealed job for two, unless the fields say otherwise."""
        common = JobTerms(
            reward=ETHER // 10,
            slots=2,
            client_bond=ETHER // 100,
            min_improvement_ppm=50_000,
            arch=self.arch.blob,
            base_model_cid=raw_cid(self.base),
            samples=HELD,
            x_dtype=I16,
            model_dtype=I32,
            trainer_cid=raw_cid(self.trainer),
            metadata_cid=raw_cid(self.metadata),
            evaluation=(sha256(self.data),),
        )
        return common.changed(**fields)

    def sealed_terms(self, sponsor: bytes, name: str, salts: list[bytes], **fields) -> JobTerms:
        """Sealed POSTED, unless the fields say otherwise; one salt for each round."""
        job_salt = salt_of(name)
        promises = tuple(
            data_commitment(sponsor, job_salt, part, salt, number)
            for number, (part, salt) in enumerate(zip(self.parts, salts, strict=True))
        )
        sealed = {
            "sealed": True,
            "sponsor_bond": ETHER // 50,
            "evaluation": promises,
            "job_salt": job_salt,
            "windows": (DAY, DAY, 12 * HOUR, DAY, DAY),
        }
        return self.terms(**(sealed | fields))

    def raw(self, number: int, epochs: int, start: bytes | None = None):
        """What client `number` trains at home."""
        return tasks.train(
            self.arch, start or self.base, self.task.shards[number], number, epochs, 0.02
        )

    def model(self, number: int, epochs: int, start: bytes | None = None) -> bytes:
        return tasks.full_blob(self.arch, self.raw(number, epochs, start), I32)
