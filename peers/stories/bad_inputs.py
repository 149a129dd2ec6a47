"""Everything that should not work, around a live job that goes on as if nothing had happened.

A small job stays open while everything arrives that should not: bytes that are no message, ABI
encodings that lie, terms beyond each limit, pieces that do not fit, files that do not hash, models
and data that are none, deposits with garbage, senders without a right. Every refused line leaves the
state as it was and one error report with the code in the last column; deposits are credited all the
same. Valid messages in between show that the job is intact, and at the end the honest client is
paid, and Alice, whose three models were none, has her bond back.

A job of 64 MiB shows what room costs: beyond the first half of the machine there is a rent, which is
not more than the sponsor said it would pay, and is not returned.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deml_peer.architecture import I16, I32, Architecture, Head, dense
from deml_peer.blobs import canonical_weights, encode_dataset, encode_weights
from deml_peer.hashing import cid_text, keccak256, raw_cid, sha256
from deml_peer.job_book import ENDED
from deml_peer.open_books import JobBook
from deml_peer.protocol import APP, CHAIN_ID, ETHER, NOBODY, V2_1, JobTerms, message, post_job, word

from . import hostile
from .bad_money import LYING_TOKEN, bad_deposits, bad_metadata, bad_withdrawals
from .scenario import Scenario, salt_of
from .sealed_scenario import DAY

ONE = 65536


class Stage:
    """A tiny three-feature job and its cast."""

    def __init__(self, root: Path):
        title = "Bad inputs: nothing breaks, nothing is lost"
        self.s = Scenario(root, "bad-inputs", title, __doc__)
        self.sponsor, self.mallory = self.s.actor("Sponsor"), self.s.actor("Mallory")
        self.alice, self.bob = self.s.actor("Alice"), self.s.actor("Bob")
        self.arch = Architecture((3,), (dense(2),), Head.SOFTMAX)
        self.base = canonical_weights(self.arch, [np.zeros((2, 3)), np.zeros(2)])
        x = np.array([[1, 0, 2], [0, 3, 1], [2, 1, 0], [0, 2, 2]]) * 8192
        self.x, self.labels = x, [0, 1, 0, 1]
        self.data = encode_dataset(x, self.labels, I16, 3)
        self.terms = self.offer(self.base, self.data)

    def offer(self, base: bytes, data: bytes, **fields) -> JobTerms:
        given = {
            "reward": ETHER // 100,
            "slots": 2,
            "client_bond": ETHER // 2000,
            "sponsor_bond": ETHER // 1000,
            "min_improvement_ppm": 10_000,
            "arch": self.arch.blob,
            "base_model_cid": raw_cid(base),
            "samples": 4,
            "x_dtype": I16,
            "evaluation": (sha256(data),),
        }
        return JobTerms(**(given | fields))

    def good_model(self) -> bytes:
        weight = np.array([[2, -2, 0], [-2, 2, 0]]) * ONE
        return canonical_weights(self.arch, [weight, np.zeros(2)])


def make(root: Path) -> None:
    stage = Stage(root)
    s = stage.s
    job = live_job(stage)
    for note, payload in hostile.unknown_messages():
        s.advance(stage.mallory, payload, note, "unknownMessage")
    for note, payload in hostile.malformed_messages(stage.terms, raw_cid(stage.data)):
        s.advance(stage.mallory, payload, note, "malformedMessage")
    s.inspect("jobs/0", "the job is as it was")
    bad_terms(stage)
    bad_acceptance(stage, job)
    bad_content(stage, job)
    bad_submissions(stage, job)
    bad_models(stage, job)
    cancelled_jobs(stage)
    bad_deposits(s, stage.mallory, stage.alice, post_job(stage.terms))
    bad_withdrawals(s, stage.mallory, stage.alice)
    sealed = post_job(stage.terms.changed(sealed=True))
    s.advance(
        stage.sponsor, sealed, "posts a sealed job without its windows and bond", "invalidTerms"
    )
    bad_metadata(s, stage.alice)
    cids = cid_text(raw_cid(stage.data)), cid_text(raw_cid(b"nowhere"))
    for note, query, code in hostile.queries(*cids):
        s.inspect(query, note, code)
    happy_end(stage, job)


def live_job(stage: Stage) -> JobBook:
    s = stage.s
    s.inspect("audit", "nothing has happened yet")
    s.advance(stage.alice, message("advance", 0), "advances a job that is not there", "unknownJob")
    post = post_job(stage.terms)
    s.advance(stage.sponsor, post, "posts a job without money", "insufficientBalance")
    s.deposit_ether(stage.sponsor, ETHER)
    s.deposit_ether(stage.alice, ETHER // 100)
    s.deposit_ether(stage.bob, ETHER // 100)
    job = s.post(stage.sponsor, stage.terms, stage.arch, stage.base, stage.data, "posts job 0")
    s.accept(job, stage.alice)
    s.fill(job, base_pieces=1, data_pieces=1)
    return job


def bad_terms(stage: Stage) -> None:
    s = stage.s
    busy = Architecture((3,), (dense(64), dense(2)), Head.SOFTMAX).blob
    for what, terms, code in hostile.refused_terms(stage.terms, stage.arch.blob, busy):
        s.advance(stage.sponsor, post_job(terms), f"posts {what}", code)
    promise, windows = (keccak256(b"a promise"),), (DAY, DAY, DAY, DAY, DAY)
    sealed = stage.terms.changed(sealed=True, evaluation=promise, windows=windows)
    for what, terms in hostile.refused_sealed_terms(sealed):
        s.advance(stage.sponsor, post_job(terms), f"posts {what}", "invalidTerms")
    rich = stage.terms.changed(reward=ETHER, client_bond=ETHER // 20)
    s.advance(stage.sponsor, post_job(rich), "posts more than there is", "insufficientBalance")
    paid_in_token = stage.terms.changed(token=LYING_TOKEN)
    note = "posts a reward in a token of which there is none"
    s.advance(stage.sponsor, post_job(paid_in_token), note, "insufficientBalance")
    note = "posts, and would not pay for the scoring"
    s.advance(stage.sponsor, post_job(stage.terms, 0), note, "rentTooHigh")
    room(stage)


def room(stage: Stage) -> None:
    s = stage.s
    huge_arch = Architecture((1024,), (dense(2),), Head.SOFTMAX)
    huge = stage.terms.changed(
        arch=huge_arch.blob,
        samples=1 << 14,
        x_dtype=I32,
        base_model_cid=raw_cid(b"a base that never comes"),
        evaluation=(sha256(b"data that never come"),),
    )
    price = sum(s.books.price(huge_arch, huge))
    note = "reserves 64 MiB for job 1, and would pay one wei less than it costs"
    s.advance(stage.sponsor, post_job(huge, price - 1), note, "rentTooHigh")
    note = "reserves 64 MiB for job 1, which is allowed"
    job = s.post(stage.sponsor, huge, huge_arch, stage.base, stage.data, note, price)
    note = "reserves another 64 MiB, which is too much for the machine"
    s.advance(stage.sponsor, post_job(huge), note, "capacity")
    cancel = message("cancelJob", job.id)
    s.advance(stage.mallory, cancel, "cancels the job of another", "notSponsor")
    s.cancel(job, "cancels job 1: bonds return, the rent does not")
    late = message("acceptJob", job.id, huge.hash, NOBODY, [])
    s.advance(stage.bob, late, "takes a slot of a cancelled job", "wrongPhase")


def bad_acceptance(stage: Stage, job: JobBook) -> None:
    s, terms_hash = stage.s, job.terms.hash

    def accept(sender, note, code, job_id=0, promise=terms_hash, payout=None):
        payout = sender if payout is None else payout
        s.advance(sender, message("acceptJob", job_id, promise, payout, []), note, code)

    accept(stage.bob, "takes a slot of job 7", "unknownJob", job_id=7)
    accept(stage.bob, "takes a slot of job 2^256 - 1", "unknownJob", job_id=(1 << 256) - 1)
    accept(stage.bob, "accepts other terms", "termsMismatch", promise=keccak256(b"other terms"))
    accept(stage.bob, "wants to be paid at the application", "invalidPayout", payout=APP)
    accept(stage.bob, "wants to be paid at a portal", "invalidPayout", payout=V2_1.erc20)
    accept(stage.sponsor, "takes a slot of its own job", "sponsorSlot")
    accept(stage.mallory, "takes a slot without a bond", "insufficientBalance")
    accept(stage.alice, "takes a second slot", "alreadyAccepted")
    s.accept(job, stage.bob, NOBODY)
    accept(stage.mallory, "wants a slot when all are taken", "noFreeSlot")


def bad_content(stage: Stage, job: JobBook) -> None:
    s, alice = stage.s, stage.alice
    model = stage.good_model()
    cid, size = raw_cid(model), len(model)
    sha512 = bytes([1, 0x55, 0x13, 0x40]) + bytes(64)
    cbor = bytes([1, 0x71, 0x12, 0x20]) + sha256(model)

    def sent(note, code, name=cid, number=0):
        payload = message("upload", number, name, size, 0, model)
        s.advance(alice, payload, note, code)

    def upload(note, code="ok", sender=alice, total=size, offset=0, chunk=model):
        s.upload_piece(job, sender, cid, total, offset, chunk, note, code)

    sent("uploads to job 12", "unknownJob", number=12)
    upload("uploads without a slot", "notSlotHolder", sender=stage.mallory)
    upload("uploads without a commitment", "wrongPhase")
    upload("uploads when the content is whole", "wrongPhase", sender=stage.sponsor)
    s.commit(job, alice, model, salt_of("bad inputs: Alice"))
    sent("uploads under a CID of sha2-512", "invalidCid", name=sha512)
    sent("uploads under a CID of dag-cbor", "unsupported", name=cbor)
    sent("uploads under a CID of 0 bytes", "invalidCid", name=b"")
    sent("uploads under a text that is no CID", "invalidCid", name=b"bafy-not-base32!")
    upload("uploads an empty chunk", "chunkOutOfRange", chunk=b"")
    upload("uploads a blob of size 0", "chunkOutOfRange", total=0)
    upload("uploads behind the end", "chunkOutOfRange", offset=1)
    upload("uploads at offset 2^32 - 1", "chunkOutOfRange", offset=(1 << 32) - 1)
    upload("declares a model one byte larger than it can be", "wrongSize", total=size + 1)
    upload("declares 2^32 - 1 bytes", "wrongSize", total=(1 << 32) - 1)
    upload("begins in the middle", "outOfOrder", offset=4, chunk=model[4:])
    upload("begins", chunk=model[:8])
    upload("leaves a gap", "outOfOrder", offset=12, chunk=model[12:])
    upload("sends the same again, which does not begin", "outOfOrder", offset=4, chunk=model[4:8])
    upload("uploads bytes that do not hash to the CID", chunk=bytes([model[0] ^ 1]) + model[1:])
    s.reported("wrongBlock")
    s.inspect(f"content/{cid_text(cid)}", "what did not hash is not there", "notFound")


def bad_submissions(stage: Stage, job: JobBook) -> None:
    s, bob = stage.s, stage.bob
    model, salt = stage.good_model(), salt_of("bad inputs: Bob")
    submit = message("submit", 0, raw_cid(model), raw_cid(stage.data), salt)
    s.advance(stage.mallory, submit, "submits without a slot", "notSlotHolder")
    s.advance(bob, submit, "submits without a commitment", "notCommitted")
    commit = message("commit", 0, bytes(32))
    s.advance(stage.mallory, commit, "commits without a slot", "notSlotHolder")
    s.advance(stage.sponsor, message("commit", 5, bytes(32)), "commits to job 5", "unknownJob")
    s.commit(job, bob, model, salt)
    s.advance(bob, submit, "submits 12 seconds after the commitment", "tooEarly")
    s.refused(stage.sponsor, "wrongPhase", "cancels after a client has committed", "cancelJob", 0)
    s.wait(600)

    right_name, right_data = raw_cid(model), raw_cid(stage.data)

    def again(note, code, name=right_name, data=right_data, secret=salt):
        s.advance(bob, message("submit", 0, name, data, secret), note, code)

    again("submits what is not there", "notWhole")
    s.upload(job, bob, model, 1, "the model")
    again("submits with another salt", "wrongCommitment", secret=salt_of("other"))
    again("submits another model", "notWhole", name=raw_cid(stage.base))
    again("submits for other data", "wrongData", data=raw_cid(stage.base))
    again("submits a model CID of one byte", "invalidCid", name=b"\x01")
    again("submits a data CID in an unknown base", "invalidCid", data=b"mAXASIA")


def bad_models(stage: Stage, job: JobBook) -> None:
    """Alice's three attempts: each is whole and hashes, and none is a model of this job."""
    s, alice, arch = stage.s, stage.alice, stage.arch
    other = Architecture((3,), (dense(2), dense(2, 0)), Head.SOFTMAX)
    stranger = bytearray(stage.good_model())
    stranger[8:24] = other.id[:16]
    nan = 0x7FC00000  # a float32 NaN, read as a raw weight of 2^31 - 2^22
    checkpoint = encode_weights(arch, I32, [0, 0], [np.full((2, 3), nan), np.full(2, nan)])
    extremes = encode_weights(
        arch, I32, [15, 15], [np.full((2, 3), -(1 << 31)), np.full(2, (1 << 31) - 1)]
    )
    models = (
        ("a model of another architecture", bytes(stranger)),
        ("a float32 checkpoint full of NaNs", checkpoint),
        ("weights whose rows could overflow", extremes),
    )
    for attempt, (what, model) in enumerate(models):
        salt = salt_of(f"bad inputs: Alice {attempt}")
        s.commit_and_submit(job, alice, model, salt, what, note=f"commits to {what}")
        s.reported("invalidModel")
    commit = message("commit", 0, bytes(32))
    s.advance(alice, commit, "commits after three attempts", "attemptsExhausted")
    s.inspect("jobs/0/submissions")


def cancelled_jobs(stage: Stage) -> None:
    s, sponsor = stage.s, stage.sponsor
    labels = encode_dataset(stage.x, [0, 1, 2, 1], I16, 3)
    base = canonical_weights(stage.arch, [np.zeros((2, 3)), np.array([0, ONE])])
    delta = bytearray(base)
    delta[5] = 1
    data = encode_dataset(stage.x, [1, 0, 1, 0], I16, 3)
    cases = (
        ("whose data have a label of 2 for 2 classes", base, labels, "invalidData"),
        ("whose base model is a delta", bytes(delta), data, "invalidModel"),
    )
    for what, base, data, code in cases:
        terms = stage.offer(base, data, job_salt=keccak256(what.encode()))
        job = s.post(sponsor, terms, stage.arch, base, data, f"posts a job {what}")
        late = message("commit", job.id, bytes(32))
        s.accept(job, stage.bob)
        s.advance(stage.bob, late, "commits while the job is filling", "wrongPhase")
        if not job.has_whole("base"):
            s.upload(job, sponsor, base, 1, "the base model")
        s.upload(job, sponsor, data, 1, "the evaluation data")
        s.reported(code)
        assert job.phase == ENDED
        s.advance(stage.bob, late, "commits to a cancelled job", "wrongPhase")


def happy_end(stage: Stage, job: JobBook) -> None:
    s, bob = stage.s, stage.bob
    assert s.submit_message(job, bob, "an honest model")["accepted"]
    commit = message("commit", 0, word(1))
    s.advance(bob, commit, "wants to be paid twice", "alreadyPaid")
    s.at(job.closes - 588)
    s.advance(stage.alice, message("advance", 0), "advance: the window is still open")
    s.settle(job, stage.mallory)
    s.advance(bob, commit, "commits to a settled job", "wrongPhase")
    assert s.requests[-1]["data"]["metadata"]["chain_id"] == CHAIN_ID
    s.close(bob, stage.alice, stage.sponsor, show=("jobs?phase=cancelled",))
