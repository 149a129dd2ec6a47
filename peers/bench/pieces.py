"""Files on their way in, in pieces of every size."""

from functools import lru_cache

from deml_peer.architecture import MAX_ELEMENTS, Architecture, Head, dense

from . import dags
from .jobs import POSTED, Job
from .states import builder
from .world import PIECE


@lru_cache
def wide(parameters):
    if parameters <= MAX_ELEMENTS:
        return Architecture((parameters,), (dense(1, 0),), Head.SIGMOID)
    return Architecture((parameters // 2,), (dense(2, 0),), Head.SOFTMAX)


def receiving(world, parameters, clients=1):
    """An unsealed job whose clients have committed, on a network of so many parameters."""
    arch, sponsor = wide(parameters), world.jobs
    job = Job(world, POSTED, False, clients, samples=1, arch=arch, sponsor=sponsor)
    return job.post().fill().accept().commit()


@builder(parameters=(1, 65_536), cut=(1_000, 64_000))
def raw_model(world, parameters, cut):
    job = receiving(world, parameters)
    world.upload(job.id, job.clients[0], job.model_of(0), size=cut, label="a raw model")


@builder(
    parameters=(1, 65_536),
    empties=(0, 6_000),
    kind=dags.KINDS,
    leaf=(1, 60_000),
    leaf_kind=("raw", "node", "inline"),
    width=(2, 3_000),
    first=(False, True),
    cut=(30, 64_000),
)
def dag_model(world, parameters, empties, kind, leaf, leaf_kind, width, first, cut):
    job = receiving(world, parameters)
    blob = job.model_of(0)
    if leaf_kind == "inline":
        leaf = min(leaf, 128)
    leaf = max(leaf, len(blob) // 20_000)
    cid, stream = dags.stream_of(blob, empties, kind, leaf, leaf_kind, width, first)
    stream = stream[: 40 * max(cut, 2_000)]
    world.upload_part(job.id, job.clients[0], stream, cid, cut)


@builder(
    levels=(1, 15),
    bytes_each=(10_000, 1_000_000),
    kind=("inline raw", "inline node"),
    leaves=(1, 800),
)
def inline_burst(world, levels, bytes_each, kind, leaves):
    """Nodes full of blocks inside of their CIDs, behind leaves that all come in one piece."""
    job = receiving(world, 262_144)
    cid, stream, head = dags.burst(len(job.base), levels, bytes_each, kind, leaves)
    world.upload_part(job.id, job.clients[0], stream, cid, PIECE, first=head)
