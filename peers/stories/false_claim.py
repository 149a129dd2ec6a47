"""Claims that are not the loss: too good, too poor, one unit off; and the poor claim that is fine.

A pool in a token is shared by what each claim adds to those before it, in the order of the
commitments. Ada's claim is true. Bob claims half of his loss: too good. With that claim standing,
nobody after him would add anything, except Gus, who claims no loss at all.

So Ada, Bob and Gus are due. Ada shows her model and holds. Bob and Gus show theirs and lose their
bonds; without their claims Cyn, Dee and Eve are due, and REVEAL opens again for them. Cyn's claim is
true. Dee claims one unit less than the loss, Eve one unit more: a claim is exact or it is false, even
when the model is better than claimed. Who was due once is not due again, whether it held or fell.

Fox declines: the claim is the worst loss there is, though the model would have earned a share; the
model stays secret and the bond returns. At the end Ada and Cyn share the pool as if the others had
not come; the bonds of the four who failed are burned.

In job 1 a false claim is the only one. Nobody is paid, and the bond is burned all the same.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer import payouts
from deml_peer.protocol import ETHER, TOKEN
from deml_peer.sealed_books import SealedJob

from .cellar import Cellar
from .sealed_scenario import SealedScenario

POOL, BOND = 1_000_003, 50_001
# In the order of the commitments: which shard, for how long it trains.
TRAINING = {
    "Ada": (2, 2),
    "Bob": (0, 3),
    "Cyn": (0, 4),
    "Dee": (5, 6),
    "Eve": (2, 8),
    "Fox": (4, 12),
    "Gus": (1, 20),
}


def make(root: Path) -> None:
    title = "False claims: too good, too poor, one unit off"
    s = SealedScenario(root, "false-claim", title, __doc__)
    cellar, vintner = Cellar(s.store), s.actor("Vintner")
    people = {name: s.actor(name) for name in TRAINING}
    s.deposit_ether(vintner, ETHER // 100)
    s.deposit_token(vintner, 3 * POOL)
    for person in people.values():
        s.deposit_token(person, 2 * BOND, f"deposits {2 * BOND:,} units")
    job = committed(s, cellar, vintner, people, "posts job 0: a pool of 1,000,003 units")
    claims(s, job, people)
    windows(s, job, people)
    alone(s, cellar, vintner, people["Bob"])
    for person in (vintner, people["Ada"], people["Cyn"]):
        s.withdraw(person, TOKEN)
    s.close()


def committed(s: SealedScenario, cellar: Cellar, vintner: bytes, people, note: str) -> SealedJob:
    fields = {"payout": payouts.PROPORTIONAL, "token": TOKEN, "reward": POOL}
    fields |= {"client_bond": BOND, "sponsor_bond": BOND}
    return cellar.committed(s, "false-claim", vintner, people, TRAINING, note, **fields)


def claims(s: SealedScenario, job: SealedJob, people) -> None:
    true = {name: job.measured(job.models[people[name]]).loss for name in people}
    s.claim(job, people["Ada"])
    s.claim(job, people["Bob"], true["Bob"] // 2, "claims half of the loss")
    s.claim(job, people["Cyn"])
    s.claim(job, people["Dee"], true["Dee"] - 1, "claims one unit less than the loss")
    s.claim(job, people["Eve"], true["Eve"] + 1, "claims one unit more than the loss")
    worst = job.terms.samples << 34
    s.claim(job, people["Fox"], worst, "declines with the worst loss there is")
    s.claim(job, people["Gus"], 0, "claims that the model is never wrong")
    s.inspect("jobs/0/leaderboard")


def windows(s: SealedScenario, job: SealedJob, people) -> None:
    s.close_claims(job, people["Ada"])
    ada, bob, cyn = people["Ada"], people["Bob"], people["Cyn"]
    assert job.due == {ada, bob, people["Gus"]}
    s.send_submit(job, cyn, "is not due while Bob's claim stands", "notDue")
    s.show(job, ada)
    s.send_submit(job, ada, "shows the model that was seen already", "notDue")
    s.show(job, bob)
    s.show(job, people["Gus"])
    assert job.due == {cyn, people["Dee"], people["Eve"]}

    s.send_submit(job, bob, "would like another try", "notDue")
    s.refused(bob, "wrongPhase", "would like to claim the truth now", "claim", job.id, 1)
    s.inspect("jobs/0/submissions")
    s.show(job, people["Eve"])
    s.show(job, people["Dee"])
    s.show(job, people["Cyn"])
    assert job.phase == "ended"
    assert [name for name in people if job.slots[people[name]].is_paid] == ["Ada", "Cyn"]


def alone(s: SealedScenario, cellar: Cellar, vintner: bytes, bob: bytes) -> None:
    job = committed(s, cellar, vintner, {"Bob": bob}, "posts job 1: the same pool, one slot")
    s.claim(job, bob, 1, "claims next to nothing")
    s.close_claims(job, vintner)
    s.show(job, bob)
    assert job.phase == "ended" and not job.slots[bob].is_paid
