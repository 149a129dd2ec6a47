"""Sealed PROPORTIONAL in a token: shares by improvement in commit order, a twin, a silent client.

A clinic pays 1,000,003 units of a token for a better classifier of breast tumours, shared out by
what each model improves on the best of those committed before it. The data that decide are sealed.

Cleo is Ben under another name and commits to Ben's very model: a copy contributes nothing, and is
not even due. Dora's model is worse than Ben's. Emre improves on Ben's, and Finn's claim on Emre's;
but Finn shows nothing in time, so his claim falls and his bond is burned. Gil claims that his model is worse than the base model.

Losses are exact integers: the sum over the samples in units of 2^-30. With c as what each loss
improves on the best before it, the pay is floor(pool c / sum of c), and what rounding leaves is the
clinic's.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer import payouts
from deml_peer.architecture import I16, Architecture, Head, dense
from deml_peer.protocol import ETHER, NOBODY, TOKEN
from deml_peer.sealed_books import SealedJob

from . import tasks
from .scenario import salt_of
from .sealed_scenario import SealedScenario
from .subject import Subject

HELD = 150
POOL = 1_000_003
BOND = 50_002
# In the order of their commitments: everybody trains longer than those before, except Dora.
EPOCHS = {"Ana": 1, "Ben": 4, "Cleo": 4, "Dora": 2, "Emre": 8, "Finn": 30, "Gil": 1}

METADATA = {"task": "Classify breast masses.", "scaling": "(value - mean) / deviation"}


def make(root: Path) -> None:
    title = "Sealed PROPORTIONAL: shares of a pool, a twin and silence"
    s = SealedScenario(root, "sealed-proportional", title, __doc__)
    clinic = s.actor("Clinic")
    people = {name: s.actor(name) for name in EPOCHS}
    people["Ben's safe"] = s.actor("Ben's safe")
    job, salt, models = posted(s, clinic, people)
    for name in EPOCHS:
        s.promise(job, people[name], models[name], salt_of(f"proportional {name}"))
    s.reveal_data(job, salt)
    claims(s, job, people)
    reveals(s, job, people)
    contributions(s, job, people)
    for person in (clinic, people["Ana"], people["Ben"]):
        s.withdraw(person, TOKEN)
    s.close(clinic)


def posted(s: SealedScenario, clinic: bytes, people: dict[str, bytes]):
    task = tasks.breast_cancer(HELD, len(EPOCHS), seed=77)
    arch = Architecture((30,), (dense(1),), Head.SIGMOID)
    given = Subject(s.store, arch, 21, task.evaluation(arch, I16), I16, METADATA)
    salt = salt_of("proportional data")
    terms = given.sealed_terms(
        clinic,
        "sealed-proportional",
        [salt],
        payout=payouts.PROPORTIONAL,
        token=TOKEN,
        reward=POOL,
        slots=8,
        client_bond=BOND,
        sponsor_bond=BOND,
        min_improvement_ppm=10_000,
    )
    s.deposit_ether(clinic, ETHER // 1000)
    s.deposit_token(clinic, POOL + 8 * BOND, f"deposits {POOL + 8 * BOND:,} units")
    for name in EPOCHS:
        s.deposit_token(people[name], BOND, f"deposits {BOND:,} units")
    job = s.announce(clinic, terms, *given.content, "posts job 0: a pool of 1,000,003 units")
    s.begin(job)
    models = {}
    for number, name in enumerate(EPOCHS):
        s.accept(job, people[name], {"Ben": people["Ben's safe"], "Emre": NOBODY}.get(name))
        raw = tasks.train(arch, given.base, task.shards[number], number, EPOCHS[name], 0.003)
        models[name] = given.full(raw)
    models["Cleo"] = models["Ben"]
    return job, salt, models


def claims(s: SealedScenario, job: SealedJob, people) -> None:
    for name in ("Finn", "Emre", "Cleo", "Ben", "Dora", "Ana"):
        s.claim(job, people[name])
    worse = job.base_metrics.loss + 1
    s.claim(job, people["Gil"], worse, "claims one unit more than the base loss")
    s.inspect("jobs/0/leaderboard")


def reveals(s: SealedScenario, job: SealedJob, people) -> None:
    s.close_claims(job, people["Ana"])
    assert job.due == {people[name] for name in ("Ana", "Ben", "Emre", "Finn")}
    s.send_submit(job, people["Cleo"], "shows the twin of Ben's model", "notDue")
    for name in ("Emre", "Ana", "Ben"):
        s.show(job, people[name])
    finn = people["Finn"]
    s.piece(job, finn, job.models[finn], "uploads the first four bytes, and no more", end=4)
    s.send_submit(job, finn, "opens the commitment all the same", "notWhole")
    s.lapse(job, people["Ana"])
    assert job.phase == "ended"


def contributions(s: SealedScenario, job: SealedJob, people) -> None:
    """The arithmetic of the shares, written out for the reader."""
    names = [name for name in EPOCHS if people[name] in job.standing]
    losses = [job.claims[people[name]] for name in names]
    base, ppm = job.base_metrics.loss, job.terms.min_improvement_ppm
    parts = payouts.contributions(base, losses)
    amounts = payouts.proportional(base, losses, POOL, ppm)
    s.introduction += "\n| client | loss | c | pay |\n|---|--:|--:|--:|\n"
    for name, loss, part, amount in zip(names, losses, parts, amounts, strict=True):
        s.introduction += f"| {name} | {loss:,} | {part:,} | {amount:,} |\n"
    rest = POOL - sum(amounts)
    assert rest and sum(parts) * 10**6 > ppm * base
    s.introduction += f"\nThe base loss is {base:,}; {rest} of the pool is left by rounding.\n"
