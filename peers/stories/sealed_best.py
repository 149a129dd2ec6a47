"""Sealed data, claims and BEST: a false claim, a silent winner, and who is paid in the end.

A wine merchant pays half an Ether for the best model that tells three growers apart; the 60 bottles
that decide stay sealed until everyone has committed to a model. Then each client claims the exact
loss that its model has on them, and only whose claim would win has to show the model.

Bruno claims a twentieth of the loss that his model has: he is due first, shows it, and loses his
bond. Clara's true claim wins next, but she shows nothing in time and loses hers. Dario is due then,
shows what he claimed, and gets the pool. Alba's model is never published. Elif declines with a poor
claim, Fabio never claims, and Greta never commits. A lost bond is burned when the window ends in
which something was owed.

What is opened has to be there as a whole, and true: the merchant tries another salt, Dario another
model, which costs nothing; both then open the right one.

Losses are exact integers: the sum over the samples in units of 2^-30.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer import payouts
from deml_peer.architecture import I16, I32, Architecture, Head, Kind, Layer, dense
from deml_peer.books import LATE_MARGIN
from deml_peer.hashing import raw_cid
from deml_peer.protocol import ETHER, NOBODY, message
from deml_peer.sealed_books import SealedJob

from . import tasks
from .scenario import salt_of
from .sealed_scenario import DAY, SealedScenario
from .subject import Subject

HELD = 60
EPOCHS = {"Alba": 8, "Bruno": 2, "Fabio": 5, "Dario": 8, "Elif": 1, "Clara": 12}
GROWERS = tuple(EPOCHS)

METADATA = {
    "task": "Tell three growers apart by thirteen measurements of a wine.",
    "scaling": "(value - mean) / deviation",
}


def make(root: Path) -> None:
    s = SealedScenario(root, "sealed-best", "Sealed BEST: a false claim and silence", __doc__)
    merchant = s.actor("Merchant")
    people = {name: s.actor(name) for name in (*GROWERS, "Greta")}
    people["Clara's heir"] = s.actor("Clara's heir")
    job, salt, models = posted(s, merchant, people)
    commits(s, job, people, models)
    data_and_claims(s, job, people, salt)
    reveals(s, job, people)
    s.close(merchant, people["Dario"], people["Alba"])


def posted(s: SealedScenario, merchant: bytes, people: dict[str, bytes]):
    task = tasks.wine(HELD, len(GROWERS), seed=13)
    arch = Architecture((13,), (dense(8), Layer(Kind.RELU), dense(3)), Head.SOFTMAX)
    given = Subject(s.store, arch, 5, task.evaluation(arch, I16), I32, METADATA)
    salt = salt_of("sealed-best data")
    terms = given.sealed_terms(
        merchant,
        "sealed-best",
        [salt],
        payout=payouts.BEST,
        reward=ETHER // 2,
        slots=7,
        client_bond=ETHER // 40,
        sponsor_bond=ETHER // 20,
        min_improvement_ppm=50_000,
        windows=(DAY, 2 * DAY, DAY, DAY, DAY),
    )
    s.deposit_ether(merchant, ETHER)
    for name in (*GROWERS, "Greta"):
        s.deposit_ether(people[name], ETHER // 40)
    job = s.announce(merchant, terms, *given.content, "posts job 0: half an Ether for the best")
    s.accept(job, people["Alba"])
    s.begin(job)
    models = {}
    for number, name in enumerate(GROWERS):
        raw = tasks.train(arch, given.base, task.shards[number], number, EPOCHS[name], 0.02)
        models[name] = given.full(raw)
    return job, salt, models


def commits(s: SealedScenario, job: SealedJob, people, models) -> None:
    merchant = job.sponsor
    for name in ("Bruno", "Clara", "Dario", "Elif", "Fabio", "Greta"):
        s.accept(job, people[name], people["Clara's heir"] if name == "Clara" else None)
    outsider = people["Clara's heir"]
    s.refused(outsider, "notSlotHolder", "commits without a slot", "commit", 0, bytes(32))
    s.promise(job, people["Dario"], models["Alba"], salt_of("Dario's first"), "commits to a draft")
    for name in GROWERS:
        note = "commits again: the last word counts" if name == "Dario" else ""
        s.promise(job, people[name], models[name], salt_of(f"sealed-best {name}"), note)
    early = message("revealData", 0, raw_cid(job.data), bytes(32))
    s.advance(job.sponsor, early, "reveals the data while clients still commit", "wrongPhase")
    s.refused(job.sponsor, "wrongPhase", "wants the job back after commitments", "cancelJob", 0)
    note = "uploads the data while clients still commit"
    s.piece(job, merchant, job.data, note, expect="wrongPhase")
    s.until(job.closes - LATE_MARGIN)
    slot = ("acceptJob", 0, job.terms.hash, outsider, [])
    s.refused(outsider, "tooLate", "wants a slot ten minutes before COMMIT is over", *slot)
    s.inspect("jobs/0")


def data_and_claims(s: SealedScenario, job: SealedJob, people, salt: bytes) -> None:
    s.until(job.closes)
    cid = raw_cid(job.data)
    alba, bruno = people["Alba"], people["Bruno"]
    s.refused(alba, "wrongPhase", "commits after the window", "commit", 0, bytes(32))
    s.refused(alba, "notSponsor", "reveals data of her own", "revealData", 0, cid, salt)
    early = ("reveals the data before the bytes are there", "revealData", 0, cid, salt)
    s.refused(job.sponsor, "notWhole", *early)
    s.upload(job, job.sponsor, job.data, 2, "the evaluation data")
    wrong = ("reveals with another salt", "revealData", 0, cid, bytes(32))
    s.refused(job.sponsor, "wrongCommitment", *wrong)
    s.reveal_message(job, salt, "reveals the evaluation data")
    s.refused(people["Greta"], "notCommitted", "claims without a model", "claim", 0, 1)
    honest = job.measured(job.models[bruno]).loss
    s.claim(job, people["Clara"])
    s.claim(job, people["Dario"])
    s.claim(job, bruno, note="claims the true loss at first")
    s.claim(job, bruno, honest // 20, "claims a twentieth of it")
    s.claim(job, alba)
    worst = HELD << 34
    s.claim(job, people["Elif"], worst, "declines with the worst loss there is")
    s.inspect("jobs/0/leaderboard")


def reveals(s: SealedScenario, job: SealedJob, people) -> None:
    s.close_claims(job, people["Dario"])
    dario = people["Dario"]
    s.send_submit(job, dario, "shows a model that is not due", "notDue")
    late = ("claims when it is too late", "claim", 0, 1)
    s.refused(people["Fabio"], "wrongPhase", *late)
    s.show(job, people["Bruno"])
    assert job.due == {people["Clara"]}
    s.lapse(job, people["Greta"])
    assert job.due == {dario}
    wrong, draft = "opens the commitment to the draft", job.models[people["Alba"]]
    s.upload(job, dario, draft, 1, "the draft")
    s.send_submit(job, dario, wrong, "wrongCommitment", draft, salt_of("Dario's first"))
    s.inspect("jobs/0/submissions")
    s.show(job, dario, pieces=2)
    assert job.phase == "ended" and job.slots[dario].is_paid
    assert job.slots[people["Alba"]].payout != NOBODY
    s.send_submit(job, people["Clara"], "shows her model after the end", "wrongPhase")
