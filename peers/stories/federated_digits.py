"""FEDERATED: three rounds, ten clients with shards of their own kind, and four that do not help.

A school wants a reader of digits that nobody could train alone: ten clients hold images of mostly
two digits each, and share nothing but updates to the global model, as int8 deltas with one exponent
per tensor. In each of three rounds they commit, the school reveals 200 images of its own, all show
their updates, and each is paid by what the mean of all loses without it. The next global model is
the mean of the updates that help.

Gus and Hal have every label wrong (9 - label), Rex adds noise to the global model. Ida commits in
the second round and shows nothing, which costs her bond and slot; Kay asks for it too early, while the
scores of the round are waited for, and takes it in the next COMMIT. Rex skips the second round, which
is free, and the third, which is not. In the third round Gus shouts: his update
is twenty times as large, beyond normBound, so it does not count.

In a score, `loss` is that of the mean without the update and `baseLoss` that of the mean of all.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deml_peer import payouts
from deml_peer.architecture import I8, U8, Architecture, Head, Kind, Layer, dense
from deml_peer.export import dataset_blob
from deml_peer.federated_books import FederatedJob
from deml_peer.hashing import cid_text, raw_cid
from deml_peer.protocol import ETHER, NOBODY, JobTerms, message
from sklearn import datasets

from . import tasks
from .scenario import salt_of
from .sealed_scenario import DAY, SealedScenario
from .subject import Subject

ROUNDS, SAMPLES = 3, 200
HONEST = ("Anna", "Bela", "Carl", "Dina", "Emil", "Fay", "Ida")
FLIPPERS = ("Gus", "Hal")
TEN = (*HONEST, *FLIPPERS, "Rex")
EPOCHS, RATE = 2, 0.03
NORM_BOUND = 4 * 65_536

METADATA = {
    "task": "Read handwritten digits, together.",
    "classes": [str(digit) for digit in range(10)],
    "features": "8 x 8 pixels, row by row, each the ink in 4 x 4 dots divided by 16",
}


def shards(x: np.ndarray, y: np.ndarray, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Half of the images sorted by digit, so that most of a shard is of few digits; half not."""
    middle = len(x) // 2
    order = np.argsort(y[:middle], kind="stable")
    pieces = zip(
        np.array_split(order, count), np.array_split(np.arange(middle, len(x)), count), strict=True
    )
    rows = [np.concatenate(pair) for pair in pieces]
    return [(x[row], y[row]) for row in rows]


class School(Subject):
    """The cast, their data, and what each would send from the global model of the round."""

    def __init__(self, root: Path):
        title = "Federated digits: ten clients, three rounds"
        self.s = SealedScenario(root, "federated-digits", title, __doc__)
        self.sponsor = self.s.actor("School")
        self.people = {name: self.s.actor(name) for name in (*TEN, "Kay")}
        bunch = datasets.load_digits()
        order = np.random.default_rng(31).permutation(len(bunch.data))
        x, y = bunch.data[order] / 16, bunch.target[order]
        arch = Architecture((64,), (dense(24), Layer(Kind.RELU), dense(10)), Head.SOFTMAX)
        held = [slice(i * SAMPLES, (i + 1) * SAMPLES) for i in range(ROUNDS)]
        parts = [dataset_blob(arch, x[part], y[part], U8) for part in held]
        super().__init__(self.s.store, arch, 17, parts[0], I8, METADATA)
        self.parts = parts
        rest = ROUNDS * SAMPLES
        names = [name for name in (*TEN, "Kay") if name != "Rex"]
        self.shards = dict(zip(names, shards(x[rest:], y[rest:], len(names))))
        self.salts = [salt_of(f"federated data {i}") for i in range(ROUNDS)]

    def offer(self) -> JobTerms:
        return self.sealed_terms(
            self.sponsor,
            "federated-digits",
            self.salts,
            payout=payouts.FEDERATED,
            reward=ETHER + 1,
            slots=10,
            rounds=ROUNDS,
            client_bond=ETHER // 20 + 1,
            sponsor_bond=ETHER // 20 + 1,
            norm_bound=NORM_BOUND,
            windows=(DAY, DAY, DAY, 0, DAY),
        )

    def update(self, job: FederatedJob, name: str) -> bytes:
        """What `name` makes of the global model at home."""
        seed = 100 * job.round + len(name)
        if name == "Rex":
            raw = tasks.noisy(self.arch, job.base, seed, 0.02)
            return self.delta(raw, job.base)
        x, y = self.shards[name]
        shard = (x, 9 - y) if name in FLIPPERS else (x, y)
        raw = tasks.train(self.arch, job.base, shard, seed, EPOCHS, RATE)
        if name == "Gus" and job.round == 2:
            raw = [old + 20 * (new - old) for new, old in zip(raw, job.base_raw)]
        return self.delta(raw, job.base)


def make(root: Path) -> None:
    school = School(root)
    s, people = school.s, school.people
    job = posted(school)
    play_round(school, job, TEN)
    play_round(school, job, [name for name in TEN if name != "Rex"], silent="Ida")
    s.accept(job, people["Kay"])
    play_round(school, job, [n for n in TEN if n not in ("Rex", "Ida")] + ["Kay"], loud="Gus")
    assert job.phase == "ended"
    s.withdraw(people["Bela"])
    s.withdraw(school.sponsor)
    s.inspect("jobs/0")
    cid = cid_text(raw_cid(job.base))
    s.store.put(job.base)
    s.inspect(f"content/{cid}", "inspect the last global model, which stays")
    s.close(show=(f"content/{cid}/bytes?offset=0&length=512",))


def posted(school: School) -> FederatedJob:
    s, terms = school.s, school.offer()
    s.deposit_ether(school.sponsor, 2 * ETHER)
    s.deposit_each(school.people.values(), ETHER // 10)
    data, note = school.parts, "posts job 0: one Ether and one wei for three rounds"
    job = s.announce(school.sponsor, terms, school.arch, school.base, data, note, FederatedJob)
    for name in TEN:
        s.accept(job, school.people[name], NOBODY if name == "Bela" else None)
    full = message("acceptJob", 0, terms.hash, NOBODY, [])
    s.advance(school.people["Kay"], full, "finds no free slot", "noFreeSlot")
    s.begin(job)
    return job


def play_round(school: School, job: FederatedJob, names, silent="", loud="") -> None:
    s, people, number = school.s, school.people, job.round
    for name in names:
        note, salt = (
            f"commits to an update in round {number}",
            salt_of(f"federated {number} {name}"),
        )
        s.promise(job, people[name], school.update(job, name), salt, note)
    s.reveal_data(job, school.salts[number])
    s.inspect("jobs/0")
    for name in names:
        if name != silent:
            s.show(job, people[name])
    if silent:
        # Time ends REVEAL in whatever input comes; a refused message scores nothing.
        s.until(job.closes)
        slot = ("acceptJob", job.id, job.terms.hash, people["Kay"], [])
        s.refused(people["Kay"], "scoring", "asks for a slot when REVEAL is over", *slot)
        early = ("commit", job.id, bytes(32))
        s.refused(people["Anna"], "scoring", "commits for the next round, too early", *early)
        s.inspect("jobs/0")
        s.turn(job, people["Anna"], "the round is scored")
    if loud:
        s.reported("invalidModel")
    assert job.number > number or job.phase == "ended"
