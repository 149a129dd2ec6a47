"""Handwritten digits: int8 deltas, blobs larger than one input, uploads that interleave.

A post office wants digits read by a small network, 64-32-10. The evaluation data, 1000 images of 64
bytes, are larger than one input takes; five carriers hold disjoint shards of the rest. Models
travel as int8 deltas to the base model with one exponent per tensor, a quarter of the bytes of
the weights, and each starts from the best one published before. A file comes in pieces from the
first byte to the last: what is out of order is refused and says which offset is due, a piece at
offset 0 starts anew, and the uploads of others go on beside it. A sixth client submits the base
model itself.

Losses are exact integers: the sum over the samples in units of 2^-30; a submission is accepted when
it lowers the loss to beat by at least 30,000 parts per million (3 %).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deml_peer.architecture import I8, U8, Architecture, Head, Kind, Layer, dense
from deml_peer.blobs import canonical_weights, parse_weights
from deml_peer.hashing import checksum_address, raw_cid
from deml_peer.open_books import JobBook
from deml_peer.protocol import ETHER, NOBODY, message, post_job

from . import tasks
from .amounts import amount_text
from .scenario import Scenario, salt_of
from .subject import Subject

PUBLIC = 1000
CARRIERS = ("Lina", "Marco", "Nadia", "Omar", "Pia")

METADATA = {
    "task": "Read handwritten digits.",
    "classes": [str(digit) for digit in range(10)],
    "features": "8 x 8 pixels, row by row, each the ink in 4 x 4 dots divided by 16",
}


class Office(Subject):
    """The cast and the best model that everybody knows."""

    def __init__(self, root: Path):
        self.s = Scenario(root, "digits", "Digits: int8 deltas in many pieces", __doc__)
        self.task = tasks.digits(PUBLIC, len(CARRIERS), seed=64)
        self.sponsor = self.s.actor("Post office")
        self.people = {name: self.s.actor(name) for name in (*CARRIERS, "Quentin")}
        arch = Architecture((64,), (dense(32), Layer(Kind.RELU), dense(10)), Head.SOFTMAX)
        data = self.task.evaluation(arch, U8)
        prices = {"reward": ETHER // 50, "slots": 6, "client_bond": ETHER // 1000}
        prices |= {"min_improvement_ppm": 30_000, "job_salt": salt_of("digits")}
        super().__init__(self.s.store, arch, 9, data, I8, METADATA, **prices)
        self.best = self.base

    def trained(self, name: str) -> bytes:
        """The delta that `name` makes on its own shard, from the best public model."""
        number = CARRIERS.index(name)
        raw = tasks.train(self.arch, self.best, self.task.shards[number], number, 4, 0.03)
        return self.delta(raw, self.base)

    def published(self, job: JobBook, delta: bytes) -> None:
        self.best = canonical_weights(self.arch, parse_weights(delta, self.arch, job.base_raw))


def make(root: Path) -> None:
    office = Office(root)
    job = posted_job(office)
    for name in ("Lina", "Marco"):
        turn(office, job, name)
    quentin(office, job)
    interleaved(office, job)
    turn(office, job, "Pia")
    s = office.s
    s.inspect("jobs/0/leaderboard")
    s.settle(job, office.people["Quentin"])
    late = message("acceptJob", 0, job.terms.hash, NOBODY, [])
    s.advance(office.people["Quentin"], late, "takes a slot of a settled job", "wrongPhase")
    s.close(office.people["Nadia"], office.sponsor)


def posted_job(office: Office) -> JobBook:
    s, terms = office.s, office.terms()
    s.deposit_each(office.people.values(), ETHER // 500)
    money = amount_text(NOBODY, ETHER)
    note = f"deposits {money} and posts job 0 with it: six rewards of 0.02 ETH"
    s.deposit_ether(office.sponsor, ETHER, note, post_job(terms))
    job = s.posted(JobBook, office.sponsor, terms, *office.content)
    for name in CARRIERS:
        s.accept(job, office.people[name], NOBODY if name == "Nadia" else None)
    s.upload(job, office.sponsor, office.base, 1, "the base model")
    data_in_order(office, job)
    s.accept(job, office.people["Quentin"])
    s.inspect("jobs/0")
    return job


def data_in_order(office: Office, job: JobBook) -> None:
    """The data in three pieces: each has to be at the offset that is due; the first starts anew."""
    s, data, size = office.s, office.data, len(office.data)
    cid = raw_cid(data)

    def piece(offset, chunk, note="", expect="ok", total=size):
        note = note or f"uploads the evaluation data, {len(chunk)} bytes at {offset} of {size}"
        s.upload_piece(job, office.sponsor, cid, total, offset, chunk, note, expect)

    piece(40_000, data[40_000:], "begins with the last piece: offset 0 is due", "outOfOrder")
    piece(0, bytes(30_000), f"uploads 30000 zeros by mistake at 0 of {size}")
    piece(45_000, data[45_000:], "uploads the third piece: offset 30000 is due", "outOfOrder")
    piece(0, data[:25_000], f"starts anew with 25000 bytes at 0 of {size}")
    piece(20_000, data[20_000:45_000], "goes back by 5000 bytes: offset 25000 is due", "outOfOrder")
    piece(25_000, data[25_000:45_000])
    piece(45_000, data[45_000:], "declares a size of another file", "wrongSize", size + 1)
    s.inspect("jobs/0/files", "inspect `jobs/0/files`: offset 45000 is due")
    piece(45_000, data[45_000:])
    s.opened(job)


def turn(office: Office, job: JobBook, name: str) -> None:
    s, client, salt = office.s, office.people[name], salt_of(f"digits {name}")
    delta = office.trained(name)
    assert s.commit_and_submit(job, client, delta, salt, f"{name}'s delta", uploads=2)["accepted"]
    office.published(job, delta)


def quentin(office: Office, job: JobBook) -> None:
    """No work at all: a delta of zeros is the base model."""
    s, client, salt = office.s, office.people["Quentin"], salt_of("digits Quentin")
    zeros = [np.zeros(tensor.shape, dtype=np.int64) for tensor in office.arch.tensors]
    raw = [base + zero for base, zero in zip(parse_weights(office.base, office.arch), zeros)]
    delta = office.delta(raw, office.base)
    score = s.commit_and_submit(job, client, delta, salt, "a delta of zeros")
    assert int(score["loss"]) == job.base_metrics.loss and not score["accepted"]
    s.inspect("jobs/0/submissions?offset=0&limit=3")


def interleaved(office: Office, job: JobBook) -> None:
    """Nadia and Omar upload at the same time; Omar starts with a file that is out of date."""
    s, nadia, omar = office.s, office.people["Nadia"], office.people["Omar"]
    first, outdated = office.trained("Nadia"), office.trained("Omar")
    salt, half = salt_of("digits Nadia"), len(first) // 2

    s.piece(job, nadia, first, "uploads a model before any commitment", 0, half, "wrongPhase")
    s.commit(job, nadia, first, salt)
    s.commit(job, omar, outdated, salt_of("digits Omar, outdated"))
    s.wait(600)
    s.piece(job, nadia, first, "uploads the first half", 0, half)
    s.piece(job, omar, outdated, "uploads half of a model that starts from Marco's", 0, half)
    s.piece(job, nadia, first, "uploads the second half", half)
    s.store.put(first)
    assert s.submit_message(job, nadia, "Nadia's delta")["accepted"]
    office.published(job, first)

    second, salt = office.trained("Omar"), salt_of("digits Omar")
    s.commit(job, omar, second, salt, "trains again, from Nadia's model, and commits to that")
    s.wait(600)
    s.send_submit(job, omar, "submits his delta before its bytes are there", "notWhole")
    s.piece(job, omar, second, "goes on with the new file", half, expect="outOfOrder")
    s.piece(job, omar, second, "starts with the new file, which drops the old one", 0, half)
    s.piece(job, omar, second, "uploads the rest", half)
    s.store.put(second)
    assert s.submit_message(job, omar, "Omar's delta")["accepted"]
    office.published(job, second)
    s.inspect(f"accounts/{checksum_address(nadia)}")
