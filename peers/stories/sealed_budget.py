"""Sealed data that take several inputs to score: what waits is refused, and nobody loses time.

The job of `budget-split`, with sealed data: one evaluation takes three inputs. When the data are
revealed the base model has to be scored first. What a client could do with the score is refused
meanwhile, as `scoring`, and costs no units; CLAIM is a whole day from the input that finishes it.

All three claim the truth and are due. Mira shows her model at once. Noor shows hers when the window
is nearly over, and Pim has not shown his when it ends: his bond is burned by the next message,
although that is refused, while a model still waits for its score. What comes after the window
meanwhile is `scoring`, too, even from Pim, who is late anyway. Mira and Noor, who were in time, are
scored and paid.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer.hashing import raw_cid
from deml_peer.job_book import CLAIM, DATA, ENDED, REVEAL
from deml_peer.meter import Meter
from deml_peer.protocol import ETHER, message
from deml_peer.sealed_books import SealedJob

from .moons import Observatory
from .scenario import salt_of
from .sealed_scenario import DAY, SealedScenario


class Story(Observatory):
    """The job and its cast."""

    salt = salt_of("sealed-budget data")

    def post(self) -> SealedJob:
        moons = self.moons
        bond, windows = ETHER // 100, (DAY, DAY, DAY, DAY, DAY)
        terms = moons.sealed_terms(
            self.sponsor, "sealed-budget", [self.salt], sponsor_bond=bond, windows=windows
        )
        note, meter = "posts job 0: a tenth of an Ether for each of three", Meter(moons.arch, terms)
        return self.s.announce(self.sponsor, terms, *moons.content, note, meter=meter)

    def advance(self, job: SealedJob, name: str) -> None:
        self.s.advance(self.people[name], message("advance", job.id), "advance: scoring goes on")
        self.s.finish()


def make(root: Path) -> None:
    title = "Sealed data and a scoring budget: who has to wait, and who does not"
    story = Story(SealedScenario(root, "sealed-budget", title, __doc__))
    s, people = story.s, story.people
    job = story.post()
    s.begin(job)
    for name, epochs in zip(people, (1, 3, 6), strict=True):
        s.accept(job, people[name])
        s.promise(job, people[name], story.moons.model(name, epochs), salt_of(f"sealed {name}"))
    base_model(story, job)
    claimed_and_shown(story, job)
    s.close(story.sponsor, *people.values())


def base_model(story: Story, job: SealedJob) -> None:
    s, people = story.s, story.people
    s.reveal_data(job, story.salt)
    assert job.phase == DATA
    s.inspect("jobs/0", "inspect `jobs/0`: how many messages the scores still take")
    s.refused(people["Mira"], "scoring", "claims before the base loss is known", "claim", 0, 1)
    noor = people["Noor"]
    s.piece(job, noor, job.models[noor], "uploads the model early", expect="scoring")
    again = ("reveals once more", "revealData", 0, raw_cid(job.data), story.salt)
    s.refused(story.sponsor, "wrongPhase", *again)
    story.advance(job, "Pim")
    assert job.phase == DATA
    story.advance(job, "Pim")
    assert job.phase == CLAIM


def claimed_and_shown(story: Story, job: SealedJob) -> None:
    s, (mira, noor, pim) = story.s, story.people.values()
    for person in story.people.values():
        s.claim(job, person)
    model = job.models[mira]
    s.upload(job, mira, model, 1, "the model while others claim")
    s.close_claims(job, mira)
    assert job.phase == REVEAL and len(job.due) == 3
    s.show_message(job, mira)
    s.at(job.closes - 24)
    s.upload(job, noor, job.models[noor], 1, "the model, just in time")
    s.show_message(job, noor)
    assert job.queue == [noor]

    s.until(job.closes)
    model = job.models[pim]
    s.store.put(model)
    s.piece(job, pim, model, "uploads when the window is over", expect="scoring")
    s.send_submit(job, pim, "opens the commitment all the same", "scoring")
    while job.phase != ENDED:
        story.advance(job, "Noor")
    assert not job.slots[pim].is_paid
