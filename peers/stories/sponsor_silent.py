"""DEFAULTED: a sponsor who keeps the sealed data back pays a fixed sum to who had committed.

Sam posts four sealed jobs. In job 0, paid in a token, he uploads only half of the data, which he
cannot open his commitment to: at the end of DATA the job is in default. Ida and Jo had committed:
each gets the bond back and 2 tokens of Sam's bond. Kim had only taken a slot; that bond was burned at
the end of COMMIT, without the default as with it. The rest returns to Sam.

Job 1 is federated, in Ether. The first round goes well, though Lea at first uploads the global model
itself as her update, and then starts anew: her file is hers, the global model is the job's. In the
second round Sam is silent altogether. What the first round earned is paid; Ida and Jo, who had
committed again, get Sam's bond for their slots; Lea had skipped the round, which is free; Max never
committed in time, and has his bond back, since it was not he who broke off.

In job 2 Sam takes 29 days to reveal the data, and does so in the last second. CLAIM and REVEAL are a
day each by the rules, so nobody has to be awake in that hour: both clients claim and show, and no
bond is lost. In job 3 he reveals in time what is no data set of the job: that is a default, at once.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer import payouts
from deml_peer.architecture import I32
from deml_peer.blobs import parse_dataset
from deml_peer.export import dataset_blob
from deml_peer.federated_books import FederatedJob
from deml_peer.hashing import raw_cid
from deml_peer.job_book import ENDED
from deml_peer.protocol import ETHER, NOBODY, TOKEN, message
from deml_peer.sealed_books import SealedJob

from . import tasks
from .cellar import HELD, Cellar
from .scenario import salt_of
from .sealed_scenario import DAY, HOUR, SealedScenario


def make(root: Path) -> None:
    title = "A silent sponsor: sealed jobs in default, and a late one"
    s = SealedScenario(root, "sponsor-silent", title, __doc__)
    cellar = Cellar(s.store, rounds=2)
    sam = s.actor("Sam")
    people = {name: s.actor(name) for name in ("Ida", "Jo", "Kim", "Lea", "Max")}
    s.deposit_ether(sam, 2 * ETHER)
    s.deposit_token(sam, 100 * ETHER)
    for person in people.values():
        s.deposit_ether(person, ETHER // 10)
        s.deposit_token(person, ETHER)
    half_a_blob(s, cellar, sam, people)
    second_round(s, cellar, sam, people)
    late_data(s, cellar, sam, people)
    no_data(s, cellar, sam, people["Kim"])
    for person in (sam, people["Ida"]):
        s.withdraw(person)
        s.withdraw(person, TOKEN)
    s.close(show=("jobs?phase=defaulted",))


def half_a_blob(s: SealedScenario, cellar: Cellar, sam: bytes, people) -> None:
    salt = salt_of("sponsor-silent 0")
    whole = Cellar(s.store)
    terms = whole.sealed_terms(
        sam,
        "sponsor-silent 0",
        [salt],
        token=TOKEN,
        reward=10 * ETHER,
        slots=4,
        client_bond=ETHER,
        sponsor_bond=2 * ETHER,
    )
    job = s.announce(sam, terms, *whole.content, "posts job 0: ten tokens for each of four")
    s.begin(job)
    for number, name in enumerate(("Ida", "Jo", "Kim")):
        s.accept(job, people[name])
        if name != "Kim":
            model = whole.model(number, 5)
            s.promise(job, people[name], model, salt_of(f"sponsor-silent {name}"))
    s.until(job.closes)
    cid, data = raw_cid(whole.data), whole.data
    half = len(data) // 2
    s.piece(job, sam, data, "uploads the first half of the data", end=half)
    early = ("reveals the data, half of which is there", "revealData", 0, cid, salt)
    s.refused(sam, "notWhole", *early)
    s.inspect("jobs/0")
    s.until(job.closes)
    late = message("upload", 0, cid, len(data), half, data[half:])
    s.advance(sam, late, "uploads the second half when DATA is over", "wrongPhase")
    assert job.phase == ENDED


def second_round(s: SealedScenario, cellar: Cellar, sam: bytes, people) -> None:
    salts = [salt_of(f"sponsor-silent 1 {number}") for number in range(2)]
    terms = cellar.sealed_terms(
        sam,
        "sponsor-silent 1",
        salts,
        payout=payouts.FEDERATED,
        rounds=2,
        slots=5,
        reward=ETHER,
        client_bond=ETHER // 20,
        sponsor_bond=ETHER // 20,
        norm_bound=1 << 20,
        windows=(DAY, DAY, 12 * HOUR, 0, DAY),
    )
    note = "posts job 1: one Ether for two rounds of federated learning"
    job = s.announce(sam, terms, cellar.arch, cellar.base, cellar.parts, note, FederatedJob)
    s.begin(job)
    for name in ("Ida", "Jo", "Lea"):
        s.accept(job, people[name], NOBODY if name == "Jo" else None)
    first = updates(cellar, job, ("Ida", "Jo", "Lea"))
    for name, blob in first.items():
        s.promise(job, people[name], blob, salt_of(f"first {name}"))
    s.reveal_data(job, salts[0])
    lea, note = people["Lea"], "uploads the global model itself as an update"
    s.piece(job, lea, job.base, note)
    s.send_submit(job, lea, "opens the commitment to that", "wrongCommitment", job.base)
    for name in first:
        s.show(job, people[name])
    s.accept(job, people["Max"])
    for name, blob in updates(cellar, job, ("Ida", "Jo")).items():
        s.promise(job, people[name], blob, salt_of(f"second {name}"))
    s.until(job.closes + job.terms.windows[2])
    s.refused(people["Max"], "wrongPhase", "commits when COMMIT and DATA are over", *promise(1))
    assert job.phase == ENDED


def promise(job: int) -> tuple:
    return "commit", job, bytes(32)


def late_data(s: SealedScenario, cellar: Cellar, sam: bytes, people) -> None:
    """The data come in the last second of 29 days."""
    job, salt = one_more(s, cellar, sam, cellar.data, (DAY, DAY, 29 * DAY, DAY, DAY))
    for number, name in enumerate(("Ida", "Jo")):
        s.accept(job, people[name])
        s.promise(job, people[name], cellar.model(number, 8), salt_of(f"late {name}"))
    s.until(job.closes)
    s.upload(job, sam, cellar.data, 1, "the evaluation data")
    s.at(job.closes - 1)
    s.reveal_message(job, salt, "reveals the data in the last second of DATA, 29 days later")
    s.at(job.closes - 100)
    for name in ("Ida", "Jo"):
        s.claim(job, people[name])
    s.close_claims(job, people["Ida"])
    for name in ("Ida", "Jo"):
        s.show(job, people[name])
    assert job.phase == ENDED and all(slot.bond == "returned" for slot in job.slots.values())


def no_data(s: SealedScenario, cellar: Cellar, sam: bytes, kim: bytes) -> None:
    """The commitment is true, and what it is to is not a data set of this job."""
    good = parse_dataset(cellar.data, cellar.arch)
    labels = [3, *good.y[1:].tolist()]
    data = dataset_blob(cellar.arch, good.x / 65_536, labels, cellar.terms().x_dtype)
    assert len(data) == len(cellar.data) and cellar.terms().samples == HELD
    job, salt = one_more(s, cellar, sam, data, (DAY, DAY, DAY, DAY, DAY))
    s.accept(job, kim)
    s.promise(job, kim, cellar.model(2, 3), salt_of("no data Kim"))
    s.until(job.closes)
    s.upload(job, sam, data, 1, "data with a label of 3 for three classes")
    s.reveal_message(job, salt, "reveals them")
    s.reported("invalidData")
    assert job.phase == ENDED


def one_more(s: SealedScenario, cellar: Cellar, sam: bytes, data: bytes, windows):
    number = len(s.books.jobs)
    salt, name = salt_of(f"sponsor-silent {number}"), f"sponsor-silent job {number}"
    terms = cellar.sealed_terms(sam, name, [salt], [data], windows=windows)
    note = f"posts job {number}: a tenth of an Ether for each of two"
    job = s.announce(sam, terms, cellar.arch, cellar.base, data, note, SealedJob)
    if job.phase == "filling":
        s.begin(job)
    return job, salt


def updates(cellar: Cellar, job: FederatedJob, names) -> dict[str, bytes]:
    return {
        name: tasks.delta_blob(cellar.arch, cellar.raw(number, 3, job.base), job.base, I32)
        for number, name in enumerate(names)
    }
