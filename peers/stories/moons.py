"""A network that is small to send and dear to run, for stories about the budget of an input."""

from __future__ import annotations

import json
from pathlib import Path

from deml_peer.architecture import I8, Architecture, Head, Kind, Layer, dense
from deml_peer.export import BlobStore, dataset_blob
from deml_peer.hashing import raw_cid, sha256
from deml_peer.meter import Meter
from deml_peer.protocol import ETHER, JobTerms
from sklearn import datasets

from . import tasks, trainer

SAMPLES, SHARD, PEOPLE = 2_900, 60, ("Mira", "Noor", "Pim")
LAYERS = (dense(256), *[Layer(Kind.TANH)] * 16, dense(2))
METADATA = {"task": "Tell the upper half-moon from the lower one.", "features": "x and y"}


class Moons:
    """Two half-moons of points: the public ones, and a shard for each of three people."""

    def __init__(self, store: BlobStore):
        self.arch = Architecture((2,), LAYERS, Head.SOFTMAX)
        x, y = datasets.make_moons(SAMPLES + 3 * SHARD, noise=0.15, random_state=5)
        self.data = dataset_blob(self.arch, x[:SAMPLES], y[:SAMPLES], I8)
        parts = [slice(SAMPLES + i * SHARD, SAMPLES + (i + 1) * SHARD) for i in range(3)]
        self.shards = {name: (x[part], y[part]) for name, part in zip(PEOPLE, parts, strict=True)}
        self.base = tasks.initial_model(self.arch, 6)
        self.program = Path(trainer.__file__).read_bytes()
        self.metadata = json.dumps(METADATA, indent=1).encode() + b"\n"
        for blob in (self.program, self.metadata):
            store.put(blob)

    def model(self, name: str, epochs: int) -> bytes:
        raw = tasks.train(self.arch, self.base, self.shards[name], len(name), epochs, 0.01)
        return tasks.full_blob(self.arch, raw, I8)

    def terms(self, **fields) -> JobTerms:
        """An unsealed job for three, unless the fields say otherwise."""
        common = JobTerms(
            reward=ETHER // 10,
            slots=3,
            client_bond=ETHER // 100,
            min_improvement_ppm=20_000,
            arch=self.arch.blob,
            base_model_cid=raw_cid(self.base),
            samples=SAMPLES,
            x_dtype=I8,
            model_dtype=I8,
            trainer_cid=raw_cid(self.program),
            metadata_cid=raw_cid(self.metadata),
            evaluation=(sha256(self.data),),
        )
        return common.changed(**fields)

    def meter(self, terms: JobTerms) -> Meter:
        return Meter(self.arch, terms)
