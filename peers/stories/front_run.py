"""Unsealed: who sees an upload is too late, unless the client uploads too early.

The evaluation data of this job is public and so is every upload, but a commitment has to be 600
seconds old when it is opened. Nina uploads her model when her commitment is nearly old enough. Hugo
sees the first half and sends it as his own with an end that he made up: his file is dropped, hers is
not touched. He also commits to the digest in the CID, which is all that he knows of the rest; a
commitment is to the client's address and all the bytes, so that one can never be opened. One second
early Nina is refused, to the second she is scored and paid; when Hugo has the whole model and has
waited ten minutes of his own, his copy does not beat her loss.

Hugo also opens a commitment with somebody else's model, which is not what it is to. Olga uploads
right after her commitment, and then sleeps: Hugo, who commits to her model as soon as he sees it,
wakes up first, and is paid for it. Her bond returns. Upload last.

Ida holds an aged commitment back. When Otto has uploaded a slightly better model, she opens hers
first: she is paid, and Otto's improvement on hers is too small to be paid. So it goes with public
data; sealed jobs have no such thing. Otto trains on from her model, and commits in the last second
in which that is possible; the submission comes in the last second of the window.

A slot is not sold, and not committed for at first, when there is not time enough left to use it:
twenty minutes before the end it is too late. Rhea bought one and never used it: her bond is burned.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer.books import LATE_MARGIN, MIN_COMMIT_AGE
from deml_peer.hashing import raw_cid, sha256
from deml_peer.open_books import JobBook
from deml_peer.protocol import ETHER, commitment_to, message

from .cellar import Cellar
from .scenario import salt_of
from .sealed_scenario import SealedScenario


class Market:
    """The job, and the clock to the second."""

    def __init__(self, root: Path):
        title = "Front-running: copies, early uploads, a commitment held back"
        self.s = SealedScenario(root, "front-run", title, __doc__)
        self.cellar, self.vintner = Cellar(self.s.store), self.s.actor("Vintner")
        names = ("Nina", "Hugo", "Olga", "Ida", "Otto", "Rhea", "Zeno")
        self.people = {name: self.s.actor(name) for name in names}

    def committed(self, job: JobBook, name: str, model: bytes, salt: str, note: str = "") -> int:
        """When it was."""
        self.s.commit(job, self.people[name], model, salt_of(salt), note)
        return self.s.now

    def submitted(self, job: JobBook, name: str, what: str) -> dict:
        return self.s.submit_message(job, self.people[name], what)

    def refused(self, job: JobBook, name: str, model: bytes, salt: str, note: str, code: str):
        self.s.send_submit(job, self.people[name], note, code, model, salt_of(salt))


def make(root: Path) -> None:
    market = Market(root)
    s, people = market.s, market.people
    s.deposit_ether(market.vintner, ETHER)
    s.deposit_each(people.values(), ETHER // 100)
    cellar = market.cellar
    terms = cellar.terms(slots=7, job_salt=salt_of("front-run"))
    note = "posts job 0: a tenth of an Ether for each of seven"
    job = s.post(market.vintner, terms, *cellar.content, note)
    s.fill(job, 1, 1)
    for name in ("Nina", "Hugo", "Olga", "Ida", "Otto", "Rhea"):
        s.accept(job, people[name])
    best = nina_and_the_copier(market, job)
    best = olga_uploads_too_early(market, job, best)
    best = ida_holds_back(market, job, best)
    last_second(market, job, best)
    assert job.has_ended
    s.close(market.vintner, people["Hugo"], people["Otto"])


def nina_and_the_copier(market: Market, job: JobBook) -> bytes:
    s, people = market.s, market.people
    nina, hugo, model = people["Nina"], people["Hugo"], market.cellar.model(0, 1)
    mine = market.committed(job, "Nina", model, "front-run Nina")
    s.at(mine + MIN_COMMIT_AGE - 80)
    size, half = len(model), len(model) // 2
    s.piece(job, nina, model, "uploads the first half of her model, which everybody sees", end=half)
    promise = commitment_to(job.id, hugo, sha256(model), salt_of("front-run digest"))
    note = "commits to the digest in her CID, without the bytes"
    s.advance(hugo, message("commit", job.id, promise), note)
    job.commit(hugo, s.now)
    s.piece(job, hugo, model, "sends her first half as his own", end=half)
    note = "makes up the second half, so that the file does not hash"
    s.upload_piece(job, hugo, raw_cid(model), size, half, bytes(size - half), note)
    s.reported("wrongBlock")
    note = "uploads her second half: nothing of hers was touched"
    s.store.put(model)
    s.piece(job, nina, model, note, half)
    s.at(mine + MIN_COMMIT_AGE - 1)
    market.refused(job, "Nina", model, "front-run Nina", "submits one second early", "tooEarly")
    s.at(mine + MIN_COMMIT_AGE)
    assert market.submitted(job, "Nina", "her model")["accepted"]
    s.wait(MIN_COMMIT_AGE)
    s.upload(job, hugo, model, 1, "the same model, which he knows now")
    note = "opens his commitment to the digest"
    market.refused(job, "Hugo", model, "front-run digest", note, "wrongCommitment")
    note = "commits to the model in his own name"
    copy = market.committed(job, "Hugo", model, "front-run Hugo", note)
    market.refused(job, "Hugo", model, "front-run Hugo", "submits his copy at once", "tooEarly")
    s.at(copy + MIN_COMMIT_AGE)
    score = market.submitted(job, "Hugo", "the copy")
    assert not score["accepted"] and score["loss"] == score["lossToBeat"]
    return model


def olga_uploads_too_early(market: Market, job: JobBook, best: bytes) -> bytes:
    s, people = market.s, market.people
    model = market.cellar.model(1, 2, best)
    # To have it ready: his own noise, to open with whatever comes by.
    market.committed(job, "Hugo", market.cellar.base, "front-run bait", "commits to the base model")
    market.committed(job, "Olga", model, "front-run Olga")
    s.upload(job, people["Olga"], model, 1, "her model right away")
    s.wait(MIN_COMMIT_AGE)
    s.upload(job, people["Hugo"], model, 1, "her model as his own")
    note = "opens his aged commitment with Olga's model"
    market.refused(job, "Hugo", model, "front-run bait", note, "wrongCommitment")
    note = "commits to Olga's model in his own name, while she sleeps"
    market.committed(job, "Hugo", model, "front-run copy", note)
    s.wait(MIN_COMMIT_AGE)
    score = market.submitted(job, "Hugo", "Olga's model as his own")
    assert score["accepted"]
    score = market.submitted(job, "Olga", "her model when she wakes up")
    assert not score["accepted"] and score["loss"] == score["lossToBeat"]
    return model


def ida_holds_back(market: Market, job: JobBook, best: bytes) -> bytes:
    s, people = market.s, market.people
    held, better = market.cellar.model(2, 6, best), market.cellar.model(2, 7, best)
    market.committed(job, "Ida", held, "front-run Ida", "commits to a model and waits")
    market.committed(job, "Otto", better, "front-run Otto")
    s.wait(MIN_COMMIT_AGE)
    s.upload(job, people["Otto"], better, 1, "his model")
    s.upload(job, people["Ida"], held, 1, "hers, having seen his")
    assert market.submitted(job, "Ida", "her model, held back")["accepted"]
    score = market.submitted(job, "Otto", "his model, a little better")
    assert not score["accepted"] and int(score["loss"]) < int(score["lossToBeat"])
    s.inspect("jobs/0/submissions")
    return held


def last_second(market: Market, job: JobBook, best: bytes) -> None:
    s, people = market.s, market.people
    otto, rhea, zeno = people["Otto"], people["Rhea"], people["Zeno"]
    model, salt = market.cellar.model(0, 8, best), "front-run Otto again"
    late_model = market.cellar.model(1, 1)
    end, margin = job.closes, MIN_COMMIT_AGE + LATE_MARGIN
    s.at(end - margin - 2)
    s.accept(job, zeno)
    s.at(end - margin - 1)
    note = "commits in the last second in which a first commitment is taken"
    market.committed(job, "Zeno", late_model, "front-run Zeno", note)
    s.at(end - margin)
    first = message("commit", job.id, salt_of("Rhea"))
    s.advance(rhea, first, "commits for the first time one second later", "tooLate")
    accept = message("acceptJob", job.id, job.terms.hash, s.actor("Quirin"), [])
    s.advance(s.actor("Quirin"), accept, "wants a slot in the last twenty minutes", "tooLate")
    s.at(end - MIN_COMMIT_AGE - 1)
    market.committed(job, "Otto", model, salt, "commits in the last second that is left for it")
    s.at(end - MIN_COMMIT_AGE)
    late = message("commit", job.id, salt_of("Ida"))
    s.advance(people["Olga"], late, "commits one second later", "tooLate")
    s.upload(job, zeno, late_model, 1, "a model")
    assert not market.submitted(job, "Zeno", "it in time")["accepted"]
    s.at(end - 2)
    s.upload(job, otto, model, 1, "his model")
    s.at(end - 1)
    assert market.submitted(job, "Otto", "his model, in the last second")["accepted"]
    s.at(end)
    payload = message("upload", job.id, raw_cid(model), len(model), 0, model)
    s.advance(otto, payload, "uploads when the window is over", "wrongPhase")
