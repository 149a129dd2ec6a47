"""Jobs of every payout on the smallest networks, with clients as many as there are slots."""

import numpy as np
from deml_peer import protocol
from deml_peer.architecture import I8, Architecture, Head, Kind, Layer, dense
from deml_peer.blobs import canonical_weights, encode_dataset, parse_dataset, parse_weights
from deml_peer.dml1 import evaluate
from deml_peer.hashing import raw_cid, sha256
from deml_peer.merkle import AllowList
from deml_peer.protocol import NOBODY, JobTerms

from .world import PLAIN, SCORING, account

POSTED, BEST, PROPORTIONAL, FEDERATED = range(4)
SALT = bytes([7]) * 32
HOUR, DAY = 3_600, 86_400
ONE = 1 << 16


def network(features, layers=1):
    """A neuron on so many features, behind ReLUs without effect."""
    return Architecture(
        (features,), (dense(1, 0),) + (Layer(Kind.RELU),) * (layers - 1), Head.SIGMOID
    )


def samples_of(features, count):
    """Sample j is one in feature j mod features, class 1."""
    x = np.zeros((count, features), dtype=np.int64)
    x[np.arange(count), np.arange(count) % features] = 1
    return encode_dataset(x, np.ones(count, dtype=np.int64), I8, 15)


def model(arch, values):
    """The weights as whole numbers."""
    raw = [np.zeros(tensor.shape, dtype=np.int64) for tensor in arch.tensors]
    flat = raw[0].reshape(-1)
    flat[: len(values)] = values
    return canonical_weights(arch, raw)


def loss_of(arch, blob, data):
    return evaluate(arch, parse_weights(blob, arch), parse_dataset(data, arch)).loss


class Job:
    """A job of a world, at any time as far as its steps have brought it."""

    def __init__(
        self,
        world,
        payout=POSTED,
        sealed=True,
        slots=64,
        rounds=1,
        samples=64,
        token=None,
        layers=1,
        sponsor=0,
        first_client=1_000,
        paid_out=True,
        allow_list=0,
        arch=None,
        data=None,
        windows=None,
        **terms,
    ):
        self.world, self.sponsor, self.first = world, account(sponsor), first_client
        self.slots, self.rounds, self.payout, self.sealed = slots, rounds, payout, sealed
        self.clients = [account(first_client + n) for n in range(slots)]
        self.paid_out, self.token = paid_out, token
        self.arch = arch or network(64 if payout == FEDERATED else 1, layers)
        self.base = model(self.arch, [])
        self.data = data or samples_of(self.arch.features, samples)
        self.list = None
        if allow_list:
            others = [account(10**6 + n) for n in range(allow_list - slots)]
            self.list = AllowList(self.clients + others)
        answer = HOUR if self.list else DAY
        if windows is None:
            claim = 0 if payout == FEDERATED else answer
            windows = (HOUR, HOUR, HOUR, claim, answer) if sealed else (HOUR, 4 * HOUR, 0, 0, 0)
        self.windows = windows
        evaluation = (sha256(self.data),)
        if sealed:
            evaluation = tuple(
                protocol.data_commitment(self.sponsor, bytes(32), self.data, SALT, n)
                for n in range(rounds)
            )
        self.terms = JobTerms(
            payout=payout,
            sealed=sealed,
            token=token or NOBODY,
            reward=1_000_000,
            slots=slots,
            rounds=rounds,
            client_bond=50_000,
            sponsor_bond=60_000,
            norm_bound=1 << 62 if payout == FEDERATED else 0,
            arch=self.arch.blob,
            base_model_cid=raw_cid(self.base),
            samples=self.sample_count,
            x_dtype=self.data[5],
            y_kind=self.arch.y_kind,
            evaluation=evaluation,
            windows=windows,
            allow_list_root=self.list.root if self.list else bytes(32),
            **terms,
        )
        self.round = 0
        self.models = {}

    @property
    def sample_count(self):
        return int.from_bytes(self.data[8:12], "little")

    def post(self, label="postJob", kind=PLAIN, may_fail=False):
        world = self.world
        world.fund(self.sponsor)
        for client in self.clients:
            world.fund(client)
            if self.token:
                world.fund(client, token=self.token)
        if self.token:
            world.fund(self.sponsor, token=self.token)
        self.before = len(world.requests) - 1
        self.id = world.jobs
        world.jobs += 1
        world.advance(self.sponsor, protocol.post_job(self.terms, 1 << 255), label, kind, may_fail)
        self.posted = world.now
        return self

    def fill(self):
        """Opens OPEN or COMMIT."""
        self.world.upload(self.id, self.sponsor, self.base, kind=SCORING)
        if not self.sealed:
            self.world.upload(self.id, self.sponsor, self.data, kind=SCORING)
        self.closes = self.world.now + self.windows[1]
        return self

    def accept(self, count=None):
        for number, client in enumerate(self.clients[:count]):
            payout = account(5_000 + number) if self.paid_out else NOBODY
            proof = self.list.proof(client) if self.list else []
            self.world.send(client, "acceptJob", self.id, self.terms.hash, payout, proof)
        return self

    def model_of(self, number):
        """Federated: client n improves sample n alone. Others: the later, the better."""
        if number not in self.models:
            if self.payout == FEDERATED:
                values = [0] * 64
                values[number % 64] = ONE * 64
            else:
                values = [ONE // 16 * (number + 1)]
            self.models[number] = model(self.arch, values)
        return self.models[number]

    def commit(self, count=None):
        for number, client in enumerate(self.clients[:count]):
            promise = protocol.commitment(self.id, client, self.model_of(number), SALT, self.round)
            self.world.send(client, "commit", self.id, promise)
        return self

    def reveal(self):
        """Waits for DATA, and brings the data, which scores the base model."""
        self.world.until(self.closes)
        self.world.upload(self.id, self.sponsor, self.data)
        self.world.send(self.sponsor, "revealData", self.id, raw_cid(self.data), SALT, kind=SCORING)
        self.closes = self.world.now + self.windows[4 if self.payout == FEDERATED else 3]
        return self

    def claim(self, count=None):
        for number, client in enumerate(self.clients[:count]):
            self.world.send(
                client, "claim", self.id, loss_of(self.arch, self.model_of(number), self.data)
            )
        return self

    def open_reveal(self):
        self.world.until(self.closes)
        self.world.send(self.sponsor, "advance", self.id, label="CLAIM ends")
        self.closes = self.world.now + self.windows[4]
        return self

    def submit(self, count=None, first=0):
        for number in range(first, len(self.clients) if count is None else count):
            client, blob = self.clients[number], self.model_of(number)
            self.world.upload(self.id, client, blob)
            self.world.send(
                client, "submit", self.id, raw_cid(blob), raw_cid(self.data), SALT, kind=SCORING
            )
        return self

    def carry_on(self, count):
        """Messages that take the scoring on."""
        for _ in range(count):
            self.world.send(self.sponsor, "advance", self.id, kind=SCORING)
        return self

    def deliver(self, kind_of_base=None):
        """The base model and the public data; the last piece opens the job, and scores."""
        self.world.upload(self.id, self.sponsor, self.base, kind=kind_of_base)
        self.world.upload(self.id, self.sponsor, self.data)
        self.world.steps[-1].kind = SCORING
        return self

    def end(self, label, kind=PLAIN):
        """The window is over: `advance` does what time does."""
        self.world.until(self.closes)
        self.world.send(self.sponsor, "advance", self.id, label=label, kind=kind)
        return self

    def next_round(self):
        """After the last update of a federated round."""
        self.round += 1
        self.closes = self.world.now + self.windows[1]
        return self
