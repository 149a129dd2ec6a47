"""Inputs that use up the work of an input: the architectures whose units cost the most, the largest
models of a federated round, and data that is taken whole."""

import numpy as np
from deml_peer.architecture import I8, Architecture, Head, dense, parse_architecture
from deml_peer.blobs import ROW_LIMIT, canonical_weights, encode_dataset
from deml_peer.hashing import raw_cid
from deml_peer.meter import INPUT_BUDGET

from .jobs import FEDERATED, POSTED, Job
from .pieces import wide
from .run import SOURCES
from .states import builder

WORK = SOURCES / "worst-work.txt"
# Bytes of data of one job here.
MOST_DATA = 12_000_000


def weights(arch, bits, seed):
    """Drawn numbers below 2^bits, or below what the load proof allows."""
    chance = np.random.default_rng(seed)
    longest = max((tensor.row for tensor in arch.tensors), default=0) or 1
    most = max(1, min(1 << bits, ROW_LIMIT // longest))
    tensors = [chance.integers(-most + 1, most, t.shape, dtype=np.int64) for t in arch.tensors]
    return canonical_weights(arch, tensors)


def data_of(arch, samples, seed, exponent):
    chance = np.random.default_rng(seed)
    x = chance.integers(-127, 128, (samples, arch.features), dtype=np.int8)
    if arch.head == Head.IDENTITY:
        y = chance.integers(-(1 << 20), 1 << 20, (samples, arch.target_width), dtype=np.int32)
    else:
        y = chance.integers(0, arch.classes, samples)
    return encode_dataset(x, y, I8, exponent)


@builder(line=(0, 29), share=(50, 100))
def dear_units(world, line, share):
    """The base model of an architecture of the list is scored as far as the budget goes."""
    lines = WORK.read_text().splitlines()
    blob, _, _, exponent, bits, seed = lines[line % len(lines)].split()
    arch = parse_architecture(bytes.fromhex(blob))
    sample = arch.dataset_size(100, I8) // 100
    most = min(1 << 20, INPUT_BUDGET // arch.units_per_sample + 2, MOST_DATA // (sample + 1) + 1)
    samples = max(1, most * share // 100)
    data = data_of(arch, samples, int(seed), int(exponent))
    job = Job(world, POSTED, sealed=False, slots=1, arch=arch, data=data)
    job.base = weights(arch, int(bits), int(seed))
    job.terms = job.terms.changed(base_model_cid=raw_cid(job.base))
    job.post().deliver().carry_on(2)


@builder(parameters=(1_000, 262_144), slots=(1, 8), samples=(1, 40))
def federated_work(world, parameters, slots, samples):
    """A federated round of large models, from the first sum to the new global model."""
    arch = wide(parameters // 2 * 2)
    data = data_of(arch, samples, 5, 0)
    job = Job(world, FEDERATED, slots=slots, arch=arch, data=data)
    job.models = {n: weights(arch, 12, n) for n in range(slots)}
    job.post().fill().accept().commit().reveal().submit().carry_on(20 + 4 * slots)


@builder(features=(1, 4_000), samples=(1, 1 << 20))
def taking(world, features, samples):
    """Data that is parsed, and ranked, in the input in which it is whole."""
    samples = min(samples, MOST_DATA // (features + 4))
    arch = Architecture((features,), (dense(1, 0),), Head.SIGMOID)
    data = data_of(arch, samples, 3, 0)
    Job(world, POSTED, sealed=False, slots=1, arch=arch, data=data).post().deliver()
