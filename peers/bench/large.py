"""Requests of a job whose evaluation data is as large as the capacity admits: 125.8 MB.

A million samples of 16 numbers and 14 targets, four bytes each. One pass over it is more than the
work of one input, so the requests show both the memory and the price of the largest file there is.
"""

import numpy as np
from deml_peer.architecture import I32, Architecture, Head, dense
from deml_peer.blobs import encode_dataset

from .jobs import POSTED, Job
from .world import SCORING, World

FEATURES, TARGETS, SAMPLES = 16, 14, 1 << 20


def requests(samples=SAMPLES):
    """The world of the job, and the size of its data."""
    world = World()
    arch = Architecture((FEATURES,), (dense(TARGETS, 0),), Head.IDENTITY)
    chance = np.random.default_rng(1)
    x = chance.integers(-1000, 1000, (samples, FEATURES), dtype=np.int32)
    y = chance.integers(-1000, 1000, (samples, TARGETS), dtype=np.int32)
    data = encode_dataset(x, y, I32, 3)
    job = Job(world, POSTED, sealed=False, slots=1, arch=arch, data=data)
    job.post()
    world.inspect("audit")
    # The last piece makes the data whole, has it parsed, and begins to score.
    job.deliver(SCORING).carry_on(4)
    return world, len(data)
