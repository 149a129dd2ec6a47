"""Clients who stop half-way: each silence costs one bond, and says who is due next.

Each bond is burned at the end of the window in which its client owed something. Nobody gains from
it: not the sponsor, not who is paid.

Job 0 is PROPORTIONAL. Anton takes a slot and never commits; Berta commits to the best model of all
and never claims. By the claims only Cyril, the first of those who claim, has something to show, since
everybody after him has a higher loss. He shows nothing, so Doris is due next; she is silent as well.
Then Emil is due, and Fritz would be by nothing: Emil shows what he claimed and gets his share.
Fritz, who was never due, has his bond back, like Emil.

Job 1 is POSTED, and nobody is paid in it: Anton never commits, Berta never claims, Cyril is due and
silent, and the sponsor has the whole pool back. In job 2 nobody claims at all, so there is no
REVEAL: the job settles when CLAIM is over.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer import payouts
from deml_peer.protocol import ETHER, message

from .cellar import Cellar
from .sealed_scenario import SealedScenario

BOND = ETHER // 100
# Client: which shard, for how long it trains.
TRAINING = {
    "Berta": (0, 20),
    "Cyril": (2, 12),
    "Doris": (2, 6),
    "Emil": (5, 4),
    "Fritz": (3, 2),
}


def make(root: Path) -> None:
    title = "Silent clients: one bond each, and who is due next"
    s = SealedScenario(root, "client-silent", title, __doc__)
    cellar, vintner = Cellar(s.store), s.actor("Vintner")
    people = {name: s.actor(name) for name in ("Anton", *TRAINING)}
    s.deposit_ether(vintner, 2 * ETHER)
    s.deposit_each(people.values(), 3 * BOND)
    cascade(s, cellar, vintner, people)
    nobody_is_paid_nobody_claims(s, cellar, vintner, people)
    s.close(vintner, people["Emil"], people["Fritz"], show=("jobs?phase=settled",))


def committed(s: SealedScenario, cellar: Cellar, vintner: bytes, people, note: str, **fields):
    return cellar.committed(s, "client-silent", vintner, people, TRAINING, note, **fields)


def cascade(s: SealedScenario, cellar: Cellar, vintner: bytes, people) -> None:
    note = "posts job 0: a tenth of an Ether, shared by what each adds"
    job = committed(s, cellar, vintner, people, note, payout=payouts.PROPORTIONAL)
    anton, cyril = people["Anton"], people["Cyril"]
    s.refused(anton, "notCommitted", "claims without a model", "claim", 0, 1)
    for name in ("Fritz", "Cyril", "Emil", "Doris"):
        s.claim(job, people[name])
    s.close_claims(job, vintner)
    assert job.due == {cyril}
    late = ("claims when CLAIM is over", "claim", 0, 1)
    s.refused(people["Berta"], "wrongPhase", *late)
    s.send_submit(job, people["Berta"], "shows the best model, which was never claimed", "notDue")
    s.inspect("jobs/0/submissions")
    s.lapse(job, people["Emil"])
    assert job.due == {people["Doris"]}
    s.send_submit(job, cyril, "shows the model when it is too late", "notDue")
    s.lapse(job, people["Emil"])
    assert job.due == {people["Emil"]}
    s.show(job, people["Emil"])
    assert job.phase == "ended" and job.slots[people["Emil"]].is_paid


def nobody_is_paid_nobody_claims(s: SealedScenario, cellar: Cellar, vintner: bytes, people) -> None:
    three = {name: people[name] for name in ("Anton", "Berta", "Cyril")}
    job = committed(s, cellar, vintner, three, "posts job 1: a tenth of an Ether for each of three")
    s.claim(job, people["Cyril"])
    s.close_claims(job, vintner)
    s.lapse(job, vintner)
    assert job.phase == "ended" and not any(slot.is_paid for slot in job.slots.values())

    two = {name: people[name] for name in ("Berta", "Doris")}
    job = committed(s, cellar, vintner, two, "posts job 2: a tenth of an Ether for each of two")
    early = message("advance", job.id)
    s.advance(vintner, early, "advance: CLAIM is not over yet")
    s.close_claims(job, vintner)
    assert job.phase == "ended"
