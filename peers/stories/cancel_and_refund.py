"""Every way in which a job ends without a score, and that all the money is still there.

Six jobs end without a score. Sofia cancels job 0 while it fills and job 1 while clients could
commit: all bonds return. Job 2 never gets its base model; her next message to it comes too late, is
refused, and cancels it all the same, since what time does stands whatever a message says. In job 3
nobody commits: it settles with a refund, and who held a slot for nothing loses the bond. In job 4
there is a commitment, so Sofia cannot cancel any more; Tom never opens it, and loses the bond, too:
a commitment alone costs the sponsor a slot. Job 5 is never filled and nobody asks for it: a message
that has nothing to do with it ends it.

A lost bond is nobody's, not even Sofia's: it is burned, as is what scoring would have cost. At the
end everybody withdraws, and nothing else is left.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer.hashing import raw_cid
from deml_peer.job_book import ENDED
from deml_peer.open_books import JobBook
from deml_peer.protocol import ETHER, NOBODY
from deml_peer.sealed_books import SealedJob

from .cellar import Cellar
from .scenario import salt_of
from .sealed_scenario import DAY, SealedScenario


def make(root: Path) -> None:
    title = "Cancelled, empty and unopened: six refunds"
    s = SealedScenario(root, "cancel-and-refund", title, __doc__)
    cellar = Cellar(s.store)
    sofia, people = s.actor("Sofia"), {name: s.actor(name) for name in ("Tom", "Uma")}
    s.deposit_ether(sofia, ETHER)
    s.deposit_each(people.values(), ETHER // 20)
    cancelled(s, cellar, sofia, people)
    empty(s, cellar, sofia, people)
    unopened_and_forgotten(s, cellar, sofia, people)
    s.close(sofia, *people.values(), show=("jobs?phase=cancelled", "jobs?phase=settled"))
    assert not any(s.books.balances.values())


def posted(s: SealedScenario, cellar: Cellar, sofia: bytes, note: str) -> JobBook:
    terms = cellar.terms(job_salt=salt_of(f"refund {len(s.books.jobs)}"))
    return s.post(sofia, terms, *cellar.content, note)


def sealed(s: SealedScenario, cellar: Cellar, sofia: bytes) -> SealedJob:
    number = len(s.books.jobs)
    terms = cellar.sealed_terms(sofia, f"refund {number}", [salt_of("refund data")])
    job = s.announce(sofia, terms, *cellar.content, f"posts job {number}, with sealed data")
    s.begin(job)
    return job


def cancelled(s: SealedScenario, cellar: Cellar, sofia: bytes, people) -> None:
    job = posted(s, cellar, sofia, "posts job 0")
    for person in people.values():
        s.accept(job, person)
    s.upload(job, sofia, cellar.base, 1, "the base model")
    s.refused(people["Tom"], "notSponsor", "wants to cancel the job of another", "cancelJob", 0)
    s.cancel(job, "changes her mind while the job fills")
    s.refused(sofia, "wrongPhase", "cancels it again", "cancelJob", 0)
    s.refused(people["Tom"], "wrongPhase", "commits to it", "commit", 0, bytes(32))
    s.refused(sofia, "unknownJob", "cancels a job that was never posted", "cancelJob", 1)

    job = sealed(s, cellar, sofia)
    for person in people.values():
        s.accept(job, person)
    s.cancel(job, "cancels job 1 before anybody has committed")


def empty(s: SealedScenario, cellar: Cellar, sofia: bytes, people) -> None:
    job = posted(s, cellar, sofia, "posts job 2")
    s.accept(job, people["Uma"])
    s.upload(job, sofia, cellar.data, 1, "the evaluation data, but no base model")
    s.until(job.closes)
    cid = raw_cid(cellar.base)
    late = ("uploads the base model too late", "upload", 2, cid, len(cellar.base), 0, cellar.base)
    s.refused(sofia, "wrongPhase", *late)
    assert job.phase == ENDED

    job = sealed(s, cellar, sofia)
    s.accept(job, people["Uma"])
    s.turn(job, people["Tom"], "nothing is due yet")
    s.until(job.closes)
    s.refused(sofia, "wrongPhase", "cancels job 3 when COMMIT is over", "cancelJob", 3)
    assert job.phase == ENDED


def unopened_and_forgotten(s: SealedScenario, cellar: Cellar, sofia: bytes, people) -> None:
    job = posted(s, cellar, sofia, "posts job 4")
    s.fill(job, 1, 1)
    s.accept(job, people["Tom"], NOBODY)
    s.commit(job, people["Tom"], cellar.model(0, 3), salt_of("refund Tom"))
    s.refused(sofia, "wrongPhase", "cannot cancel any more: Tom has committed", "cancelJob", 4)
    s.settle(job, sofia)

    job = posted(s, cellar, sofia, "posts job 5, and forgets it")
    s.accept(job, people["Uma"])
    s.wait(2 * DAY)
    s.deposit_ether(people["Tom"], 1, "deposits one wei, two days later")
    assert job.phase == ENDED
