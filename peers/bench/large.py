"""What is as large as can be: a job whose evaluation data fill the capacity, and a full ledger.

The data are a million samples of 16 numbers and 14 targets, four bytes each: 125.8 MB. One pass over
them is more than the work of one input, so the requests show both the memory and the price of the
largest file there is.
"""

import numpy as np
from deml_peer import protocol
from deml_peer.architecture import I32, Architecture, Head, dense
from deml_peer.blobs import encode_dataset

from .jobs import POSTED, Job
from .messages import ids_of
from .states import TOKEN
from .world import SCORING, World, account

FEATURES, TARGETS, SAMPLES = 16, 14, 1 << 20
# Of a deposit, and of a ledger.
IDS, ROOM = 1_014, 262_144


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


def full_ledger():
    """Token ids in no order until there is no room for more, and one deposit beyond that."""
    world = World()
    ids = ids_of((ROOM // IDS + 2) * IDS, "hashed")
    for at in range(0, len(ids), IDS):
        payload = protocol.erc1155_batch_deposit(TOKEN, account(1), ids[at : at + IDS], [1] * IDS)
        world.advance(protocol.V2_1.erc1155_batch, payload, "a deposit of ids", may_fail=True)
    return world.requests
