"""Content in use: the sponsor's next jobs adopt it; nobody else's do.

Sofia delivers a base model and evaluation data for job 0. Tom posts job 1 with the same, and has to
upload both himself: nothing is shared between sponsors, and nothing that Sofia does later can touch
his files. Sofia posts job 2 with the same once more, and it opens in the input that posts it: a job
adopts what another job of its sponsor has in use. Her sealed job 3 adopts the base model, and when
she reveals its data, which are those of job 0, those too.

Nora's model counts in job 0 and in job 1; she uploads it to each, since a file belongs to one account
in one job. It is paid, so it stays in use, and Sofia's job 4 adopts it as its base model.

Nobody asks for job 0 and job 2 when their windows are over: a message to job 1 settles both, one with
each input. What was adopted lives as long as somebody uses it. With the last job the content is
gone: job 5, posted with the same, waits to be filled.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer.books import MIN_COMMIT_AGE
from deml_peer.hashing import cid_text, raw_cid
from deml_peer.job_book import COMMIT, ENDED, FILLING, OPEN
from deml_peer.open_books import JobBook
from deml_peer.protocol import ETHER, message
from deml_peer.sealed_books import SealedJob

from .cellar import Cellar
from .scenario import salt_of
from .sealed_scenario import DAY, SealedScenario


def make(root: Path) -> None:
    title = "Two jobs share their content, if one sponsor posts both"
    s = SealedScenario(root, "two-jobs-share-content", title, __doc__)
    cellar = Cellar(s.store)
    sofia, tom = s.actor("Sofia"), s.actor("Tom")
    people = {name: s.actor(name) for name in ("Nora", "Otto")}
    s.deposit_each((sofia, tom, *people.values()), ETHER)
    first = s.post(sofia, *posting(cellar, 0), "posts job 0")
    s.fill(first, 1, 1)
    second = other_sponsor(s, cellar, tom, first)
    third = s.post(sofia, *posting(cellar, 2), "posts job 2 with the content of job 0")
    s.opened(third)
    fourth = sealed(s, cellar, sofia, people["Otto"])
    paid_twice(s, cellar, first, second, people["Nora"])
    goes_on(s, cellar, sofia, people["Otto"])
    ends(s, cellar, (first, second, third, fourth), people)
    last = s.post(sofia, *posting(cellar, 5), "posts job 5: the content has to come again")
    assert last.phase == FILLING
    s.inspect("jobs/5/files")
    s.cancel(last, "cancels job 5")
    s.close(show=())


def posting(cellar: Cellar, number: int, **fields) -> tuple:
    terms = cellar.terms(job_salt=salt_of(f"sharing {number}"), **fields)
    return terms, *cellar.content


def other_sponsor(s: SealedScenario, cellar: Cellar, tom: bytes, first: JobBook) -> JobBook:
    """The same CIDs, another sponsor: his own bytes."""
    longer = posting(cellar, 1, windows=(DAY, 8 * DAY, 0, 0, 0))
    job = s.post(tom, *longer, "posts job 1 with the content of job 0, which is Sofia's")
    assert job.phase == FILLING
    s.inspect("jobs/1/files", "inspect `jobs/1/files`: nothing is there")
    note = "leaves out the first four bytes, which job 0 has"
    s.piece(job, tom, cellar.base, note, 4, expect="outOfOrder")
    note = "sends the base model of her job 0 once more, which is in use there"
    s.piece(first, first.sponsor, cellar.base, note, expect="wrongPhase")
    s.fill(job, 1, 1)
    return job


def sealed(s: SealedScenario, cellar: Cellar, sofia: bytes, otto: bytes) -> SealedJob:
    salt = salt_of("sharing data")
    windows = (DAY, DAY, DAY, DAY, DAY)
    terms = cellar.sealed_terms(sofia, "sharing 3", [salt], windows=windows)
    note = "posts job 3, sealed, with the base model of job 0"
    job = s.announce(sofia, terms, *cellar.content, note)
    assert job.phase == COMMIT
    s.accept(job, otto)
    s.promise(job, otto, cellar.model(1, 6), salt_of("sharing Otto 3"))
    return job


def paid_twice(s: SealedScenario, cellar: Cellar, first, second, nora: bytes) -> None:
    model = cellar.model(0, 4)
    for job in (first, second):
        s.accept(job, nora)
        s.commit(job, nora, model, salt_of(f"sharing Nora {job.id}"))
    s.wait(MIN_COMMIT_AGE)
    assert s.submit(first, nora, "her model")["accepted"]
    s.send_submit(second, nora, "submits it to job 1, which does not have it", "notWhole")
    assert s.submit(second, nora, "it")["accepted"]


def goes_on(s: SealedScenario, cellar: Cellar, sofia: bytes, otto: bytes) -> None:
    """The paid model of job 0 is the base model of job 4."""
    model = cellar.model(0, 4)
    terms = cellar.terms(job_salt=salt_of("sharing 4"), base_model_cid=raw_cid(model))
    note = "posts job 4 on from Nora's model, which is in use in job 0"
    job = s.post(sofia, terms, cellar.arch, model, cellar.data, note)
    s.opened(job)
    assert job.phase == OPEN
    s.accept(job, otto)
    better, what = cellar.model(0, 8, model), "a model that goes on from Nora's"
    salt = salt_of("sharing Otto 4")
    assert s.commit_and_submit(job, otto, better, salt, what)["accepted"]


def ends(s: SealedScenario, cellar: Cellar, jobs, people) -> None:
    first, second, third, fourth = jobs
    otto = people["Otto"]
    # Everybody knows the data of this job; what is shown is that they are adopted.
    s.until(fourth.closes)
    s.reveal_message(fourth, salt_of("sharing data"), "reveals the data of job 3, those of job 0")
    s.claim(fourth, otto)
    s.close_claims(fourth, otto)
    s.show(fourth, otto)
    assert fourth.phase == ENDED

    fifth = s.books.jobs[4]
    s.until(max(first.closes, third.closes))
    known(s, cellar, model="ok", data="ok", base="ok")
    for job in (first, third):
        note = "advance of job 1: nothing is due there"
        s.advance(people["Nora"], message("advance", second.id), note)
        assert job.phase == ENDED
    s.settle(fifth, people["Otto"])
    known(s, cellar, model="ok", data="ok", base="ok")
    s.settle(second, people["Nora"])
    known(s, cellar, model="notFound", data="notFound", base="notFound")


def known(s: SealedScenario, cellar: Cellar, **expected: str) -> None:
    blobs = {"model": cellar.model(0, 4), "data": cellar.data, "base": cellar.base}
    for name, expect in expected.items():
        cid = cid_text(raw_cid(blobs[name]))
        s.inspect(f"content/{cid}", f"asks for the {name}", expect)
