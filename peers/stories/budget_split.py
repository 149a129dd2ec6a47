"""Scoring that is too much for one input: spread over several, with other messages in between.

Two half-moons of points, and a network that is small to send and dear to run: 256 neurons behind
sixteen Tanh layers, of which each element counts as 64 multiplications. One evaluation is more than
two budgets of 3.5·10^8 units, so it takes three inputs.

Every message to the job that is taken carries the scoring on, whatever it is and whoever sends it:
the upload that opens the job begins with the base model, the first commitments finish it. Queries,
deposits, withdrawals and refused messages do not: what is refused costs no units at all, whoever
sends it. Two submissions wait in a queue; the input that finishes the first begins the second. The
last submission comes just in time: the window ends while it waits, it is scored all the same, and
the job settles in the input that finishes it.

The observatory posts a second job with the same content. It adopts what job 0 has in use, and opens
at once. Mira submits to it, and then nobody sends another message to it. It does not stay for ever:
at the time that was fixed when it was posted it is cancelled by a message that has nothing to do with
it, and Mira, whose model was never scored, has her bond back.

The losses are foretold by a program that knows of no budget.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer.job_book import OPEN
from deml_peer.meter import INPUT_BUDGET, Meter
from deml_peer.open_books import JobBook
from deml_peer.protocol import message

from .moons import SAMPLES, Observatory
from .scenario import salt_of
from .sealed_scenario import SealedScenario


class Story(Observatory):
    """The jobs and their cast."""

    def post(self, number: int, slots: int, note: str) -> JobBook:
        moons = self.moons
        terms = moons.terms(slots=slots, job_salt=salt_of(f"budget-split {number}"))
        meter = Meter(moons.arch, terms)
        return self.s.post(self.sponsor, terms, *moons.content, note, meter=meter)

    def submitted(self, job: JobBook, name: str, model: bytes) -> None:
        """Uploads and opens; both carry on what waits."""
        s, client = self.s, self.people[name]
        s.upload(job, client, model, 1, "the model")
        s.submit_message(job, client, "the model")

    def committed(self, job: JobBook, name: str, model: bytes) -> None:
        self.s.commit(job, self.people[name], model, salt_of(f"budget {job.id} {name}"))

    def advance(self, job: JobBook, name: str) -> None:
        self.s.advance(self.people[name], message("advance", job.id), f"advance of job {job.id}")


def make(root: Path) -> None:
    title = "A scoring budget: evaluations spread over inputs"
    story = Story(SealedScenario(root, "budget-split", title, __doc__))
    s, people, moons = story.s, story.people, story.moons
    assert 2 * INPUT_BUDGET < SAMPLES * moons.arch.units_per_sample < 3 * INPUT_BUDGET
    job = story.post(0, 3, "posts job 0: a tenth of an Ether for each of three")
    for person in people.values():
        s.accept(job, person)
    models = {name: moons.model(name, epochs) for name, epochs in zip(people, (1, 3, 6))}
    base_model(story, job, models)
    two_in_the_queue(story, job, models)
    second = overdue(story, models["Mira"])
    past_the_window(story, job, models["Pim"])
    for person in (story.sponsor, people["Mira"]):
        s.withdraw(person)
    s.inspect("jobs/0")
    s.until(second.ends_by)
    s.deposit_ether(people["Noor"], 1, "deposits one wei, and ends job 1 by the way")
    assert second.has_ended
    s.close(show=("jobs/1",))


def base_model(story: Story, job: JobBook, models) -> None:
    s = story.s
    s.fill(job, 1, 1)
    s.inspect("jobs/0", "inspect `jobs/0`: the base loss is not known yet")
    mallory = s.actor("Mallory")
    for _ in range(2):
        note = "sends a commitment without a slot, which carries nothing on"
        s.refused(mallory, "notSlotHolder", note, "commit", job.id, bytes(32))
    for name in ("Mira", "Noor"):
        story.committed(job, name, models[name])
    s.finish()
    assert not job.queue
    s.inspect("jobs/0")


def two_in_the_queue(story: Story, job: JobBook, models) -> None:
    s, people = story.s, story.people
    s.wait(600)
    story.submitted(job, "Mira", models["Mira"])
    again = message("commit", job.id, salt_of("once more"))
    s.advance(people["Mira"], again, "commits again while the score is awaited", "awaitingScore")
    note = "starts her upload anew while the model is in use"
    s.piece(job, people["Mira"], models["Mira"], note, end=9, expect="inUse")
    s.inspect("jobs/0/submissions")
    s.withdraw(people["Noor"], amount=1)
    story.submitted(job, "Noor", models["Noor"])
    assert job.queue == [people["Noor"]]
    body = b"Your model is next."
    letter = message("sendMessage", job.id, people["Noor"], body)
    s.advance(story.sponsor, letter, "writes to Noor")
    s.books.say("MessageSent", job.id, story.sponsor, people["Noor"], body)
    s.deposit_ether(people["Pim"], 1, "deposits one wei")
    story.advance(job, "Pim")
    s.finish()
    assert not job.queue


def overdue(story: Story, model: bytes) -> JobBook:
    """Opens by adoption; its one submission is never scored."""
    s = story.s
    job = story.post(1, 1, "posts job 1 with the same content, which is adopted")
    s.opened(job)
    s.accept(job, story.people["Mira"])
    story.committed(job, "Mira", model)
    s.wait(600)
    story.submitted(job, "Mira", model)
    assert job.phase == OPEN and job.queue
    return job


def past_the_window(story: Story, job: JobBook, model: bytes) -> None:
    s = story.s
    story.committed(job, "Pim", model)
    end = job.closes
    s.at(end - 24)
    story.submitted(job, "Pim", model)
    s.at(end)
    s.refused(story.sponsor, "wrongPhase", "cancels when the window is over", "cancelJob", job.id)
    assert job.queue and not job.has_ended
    s.inspect("jobs/0", "inspect `jobs/0`: one submission waits")
    story.advance(job, "Pim")
    story.advance(job, "Pim")
    s.finish()
    assert job.has_ended
