"""What the jobs of a story are about: a network, its first model, data, and what clients are told."""

from __future__ import annotations

import json
from pathlib import Path

from deml_peer.architecture import Architecture
from deml_peer.blobs import parse_dataset
from deml_peer.export import BlobStore, weights_blob
from deml_peer.hashing import raw_cid, sha256
from deml_peer.protocol import ETHER, JobTerms, data_commitment

from . import tasks, trainer
from .scenario import salt_of
from .sealed_scenario import DAY, HOUR


class Subject:
    """`seed` is that of the base model; `common` are terms that all of its jobs have.

    With metadata the terms name these and the trainer, and both are put into the store.
    """

    def __init__(
        self,
        store: BlobStore,
        arch: Architecture,
        seed: int,
        data: bytes,
        model_dtype: int,
        metadata: dict | None = None,
        **common,
    ):
        self.arch, self.base, self.data = arch, tasks.initial_model(arch, seed), data
        self.parts, self.model_dtype = [data], model_dtype
        given = parse_dataset(data, arch)
        self.common = {"samples": given.samples, "x_dtype": given.x_dtype, **common}
        if metadata:
            told = json.dumps(metadata, indent=1).encode() + b"\n"
            source = Path(trainer.__file__).read_bytes()
            for name, blob in (("trainer_cid", source), ("metadata_cid", told)):
                store.put(blob)
                self.common[name] = raw_cid(blob)

    @property
    def content(self) -> tuple[Architecture, bytes, bytes]:
        return self.arch, self.base, self.data

    def terms(self, **fields) -> JobTerms:
        """Of an unsealed job, unless the fields say otherwise."""
        own = {
            "arch": self.arch.blob,
            "base_model_cid": raw_cid(self.base),
            "model_dtype": self.model_dtype,
            "evaluation": (sha256(self.data),),
        }
        return JobTerms(**(own | self.common | fields))

    def sealed_terms(
        self, sponsor: bytes, name: str, salts: list[bytes], parts=None, **fields
    ) -> JobTerms:
        """Sealed POSTED, unless the fields say otherwise; one part of data and one salt a round."""
        job_salt, pairs = salt_of(name), zip(parts or self.parts, salts, strict=True)
        sealed = {
            "sealed": True,
            "sponsor_bond": ETHER // 50,
            "evaluation": tuple(
                data_commitment(sponsor, job_salt, part, salt, number)
                for number, (part, salt) in enumerate(pairs)
            ),
            "job_salt": job_salt,
            "windows": (DAY, DAY, 12 * HOUR, DAY, DAY),
        }
        return self.terms(**(sealed | fields))

    def full(self, raw) -> bytes:
        return weights_blob(self.arch, raw, self.model_dtype)

    def delta(self, raw, base: bytes) -> bytes:
        return tasks.delta_blob(self.arch, raw, base, self.model_dtype)
