"""Jobs of random shape that are made to hold as much as they can."""

import numpy as np
from deml_peer import dag
from deml_peer.architecture import I8, I16, I32, U8, Architecture, Head, Kind, Layer, dense
from deml_peer.blobs import encode_dataset, encode_weights
from deml_peer.costs import admitted_units
from deml_peer.protocol import JobTerms

from . import dags
from .jobs import BEST, FEDERATED, POSTED, PROPORTIONAL, Job
from .world import account

PAYOUTS = {
    "open": POSTED,
    "posted": POSTED,
    "best": BEST,
    "proportional": PROPORTIONAL,
    "federated": FEDERATED,
}
# Bytes of files that a drawn job may have, so that it is grown in a second or two.
MOST_BYTES = 3_000_000
# Units of work of a job.
JOB_BUDGET = 10**11


def between(chance, least, most):
    """As many below as above the geometric middle."""
    return round(least * (most / least) ** chance.random())


def drawn(chance):
    """A shape: kind, slots, rounds, widths of layers, head, samples, types of numbers."""
    while True:
        depth = between(chance, 1, 64)
        widths = [between(chance, 1, 200) for _ in range(depth + 1)]
        head = chance.choice((Head.SIGMOID, Head.SOFTMAX, Head.IDENTITY))
        if head == Head.SIGMOID:
            widths[-1] = 1
        elif head == Head.SOFTMAX:
            widths[-1] = between(chance, 2, 1_000)
        shape = {
            "kind": chance.choice(tuple(PAYOUTS)),
            "slots": between(chance, 1, 64),
            "rounds": between(chance, 1, 100),
            "widths": tuple(widths),
            "head": head,
            "relus": chance.random() < 0.3,
            "bias": chance.randrange(2),
            "samples": between(chance, 1, 20_000),
            "x": chance.choice((I8, I16, I32, U8)),
            "model": chance.choice((I8, I16, I32)),
        }
        arch = architecture(shape)
        if arch is None:
            continue
        files = arch.weights_size(I32) + shape["slots"] * arch.weights_size(shape["model"])
        if files + data_size(arch, shape) < MOST_BYTES and work(arch, shape) <= JOB_BUDGET:
            return shape


def work(arch, shape):
    terms = JobTerms(
        payout=PAYOUTS[shape["kind"]],
        sealed=shape["kind"] != "open",
        slots=shape["slots"],
        rounds=shape["rounds"],
        samples=shape["samples"],
        x_dtype=shape["x"],
        y_kind=arch.y_kind,
        model_dtype=shape["model"],
    )
    return admitted_units(arch, terms)


def data_size(arch, shape):
    return arch.dataset_size(shape["samples"], shape["x"])


def architecture(shape):
    """Dense layers of these widths; None beyond the limits."""
    widths, layers = shape["widths"], []
    for width in widths[1:]:
        layers.append(dense(width, shape["bias"]))
        if shape["relus"]:
            layers.append(Layer(Kind.RELU))
    if len(layers) > 64:
        return None
    arch = Architecture(widths[:1], tuple(layers), shape["head"])
    return arch if arch.parameters <= 100_000 else None


def data_of(arch, shape):
    count = shape["samples"]
    x = np.zeros((count, arch.features), dtype=np.int64)
    if arch.head == Head.IDENTITY:
        # Not what a model without weights says: then there is a loss to improve on.
        y = np.full((count, arch.target_width), 1 << 16, dtype=np.int64)
    else:
        y = np.arange(count) % arch.classes
    return encode_dataset(x, y, shape["x"])


def model_of(arch, shape, number):
    """No two alike, so that none are stored once for several."""
    tensors = [np.zeros(tensor.shape, dtype=np.int64) for tensor in arch.tensors]
    flat = tensors[0].reshape(-1)
    flat[0] = number % 100
    if len(flat) > 1:
        flat[1] = number // 100
    return encode_weights(arch, shape["model"], [0] * len(tensors), tensors)


class Grown(Job):
    """A job of a shape; `budget` is what makes an evaluation take several inputs."""

    def __init__(self, world, shape, arch):
        federated = shape["kind"] == "federated"
        super().__init__(
            world,
            PAYOUTS[shape["kind"]],
            shape["kind"] != "open",
            shape["slots"],
            rounds=shape["rounds"] if federated else 1,
            arch=arch,
            data=data_of(arch, shape),
            sponsor=50,
            model_dtype=shape["model"],
            min_improvement_ppm=10**6,
            allow_list=64,
        )
        evaluation = shape["samples"] * arch.units_per_sample + 16 * arch.parameters
        self.budget = max(1, evaluation // 2)
        self.shape = shape

    def model_of(self, number):
        if number not in self.models:
            self.models[number] = model_of(self.arch, self.shape, number)
        return self.models[number]

    def attempt(self, turn):
        """Every slot commits to a new model."""
        self.models = {n: model_of(self.arch, self.shape, n + 64 * turn) for n in range(self.slots)}
        self.commit()

    def show(self, number):
        self.submit(number + 1, number)

    def stream_models(self, first=1):
        """Models on their way, with nodes as large as they may be beside the whole file."""
        for number in range(first, self.slots):
            cid, stream = stretched(self.models[number])
            self.world.upload_part(self.id, self.clients[number], stream, cid, 64_000)

    def talk(self):
        for number in range(32):
            client = self.clients[number % self.slots]
            self.world.send(client, "sendMessage", self.id, self.sponsor, bytes(512))


def stretched(blob):
    """A stream of all but the last byte, with as many links as fit; and its root."""
    room = len(blob) // 16 + 1_024 - 60
    count = max(1, min(len(blob), room // 46))
    size = -(-(len(blob) - 1) // count) or 1
    leaves = dags.leaves_of(blob[:-1], size, "raw") + dags.leaves_of(blob[-1:], 1, "raw")
    root = dags.least_node(leaves)
    return root.cid, dag.car(root)[:-1]


def scored(job, count):
    """An `advance` a sample is enough, however small the budget is."""
    job.carry_on(count)
    # What began with the last score is over by then.
    job.closes = job.world.now + 86_400


def warmed(world):
    """Whatever the program makes once, it has made: a job of each kind has come and gone."""
    for number, (payout, sealed) in enumerate(
        ((POSTED, False), (PROPORTIONAL, True), (FEDERATED, True))
    ):
        job = Job(world, payout, sealed, slots=2, sponsor=60 + number, first_client=3_000)
        job.post().fill().accept().commit()
        if not sealed:
            world.now += 600
        else:
            job.reveal()
            scored(job, 70)
            if payout != FEDERATED:
                job.claim().open_reveal()
        job.submit()
        scored(job, 200)
        world.until(world.now + 40 * 86_400)
        world.send(job.sponsor, "advance", job.id)


def grown(world, shape):
    """Sends all that brings a job of this shape to its worst moments."""
    arch = architecture(shape)
    for number in range(64):
        world.fund(account(1_000 + number))
    world.fund(account(50))
    warmed(world)
    job = Grown(world, shape, arch)
    job.post()
    world.inspect("audit")
    job.accept().talk()
    job.fill()
    if shape["kind"] == "open":
        grow_open(job)
    else:
        grow_sealed(job)
    return job


def grow_open(job):
    world = job.world
    job.carry_on(4)
    for turn in range(2):
        job.attempt(turn)
        world.now += 600
        job.submit().carry_on(4 * job.slots)
    job.attempt(2)
    world.now += 600
    job.stream_models()
    for number in range(job.slots):
        job.show(number)
        job.carry_on(2 if number == 0 else 0)


def grow_sealed(job):
    world = job.world
    job.attempt(0)
    job.reveal()
    if job.payout != FEDERATED:
        job.carry_on(6)
        job.closes = world.now + job.windows[3]
        for client in job.clients:
            world.send(client, "claim", job.id, 0)
        job.end("CLAIM ends")
    job.stream_models(1 if job.payout != FEDERATED else 0)
    if job.payout in (BEST, PROPORTIONAL):
        # One is due, and the files of the others are whole beside it.
        for number in range(1, job.slots):
            world.upload(job.id, job.clients[number], job.models[number])
        job.show(0)
        job.carry_on(2)
        return
    for number in range(job.slots):
        job.show(number)
        if job.payout == POSTED:
            job.carry_on(2 if number == 0 else 0)
    job.carry_on(min(150, 3 * job.slots + 30) if job.payout == FEDERATED else 1)
