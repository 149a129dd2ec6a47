"""How stories of sealed jobs are told: each step is sent, and booked by the second set of books."""

from __future__ import annotations

from deml_peer.hashing import raw_cid
from deml_peer.job_book import CLAIM, COMMIT, REVEAL
from deml_peer.protocol import JobTerms, message, post_job
from deml_peer.sealed_books import SealedJob

from .scenario import Scenario

HOUR = 3_600
DAY = 86_400


class SealedScenario(Scenario):
    """A scenario with the phases of a sealed job."""

    def announce(
        self, sponsor, terms: JobTerms, arch, base, data, note, make=SealedJob, **fields
    ) -> SealedJob:
        """Posts a job from the balance; the base model is still to come, unless it is adopted."""
        self.advance(sponsor, post_job(terms), note)
        return self.posted(make, sponsor, terms, arch, base, data, **fields)

    def begin(self, job: SealedJob) -> None:
        """The sponsor delivers the base model, which opens COMMIT."""
        self.upload(job, job.sponsor, job.base, 1, "the base model")
        assert job.phase == COMMIT

    def promise(self, job: SealedJob, client, model: bytes, salt: bytes, note="") -> dict:
        """Commits; the blob stays at home until it has to be shown."""
        self.store.put(model)
        entry = self.send_commit(job, client, model, salt, note)
        job.promise(client, model, self.now)
        return entry

    def reveal_data(self, job: SealedJob, salt: bytes, pieces: int = 1) -> dict:
        """COMMIT is over: the sponsor uploads the data and then opens its own commitment."""
        self.until(job.closes)
        what = "the evaluation data" + (f" of round {job.round}" if job.terms.rounds > 1 else "")
        self.upload(job, job.sponsor, job.evaluation, pieces, what)
        return self.reveal_message(job, salt, f"reveals {what}")

    def reveal_message(self, job: SealedJob, salt: bytes, note: str) -> dict:
        payload = message("revealData", job.id, raw_cid(job.evaluation), salt)
        entry = self.advance(job.sponsor, payload, note)
        job.reveal_data(self.books, self.now)
        self.finish()
        if job.phase == CLAIM:
            entry["baseLoss"] = str(job.base_metrics.loss)
        return entry

    def claim(self, job: SealedJob, client, loss: int | None = None, note: str = "") -> dict:
        """Claims the true loss, or `loss`."""
        loss = job.measured(job.models[client]).loss if loss is None else loss
        note = note or "claims the loss of the model"
        payload = message("claim", job.id, loss)
        entry = self.advance(client, payload, f"{note}: {loss:,}")
        job.claim(client, loss, self.now)
        return entry

    def close_claims(self, job: SealedJob, sender: bytes) -> dict:
        self.until(job.closes)
        return self.turn(job, sender, "CLAIM is over")

    def lapse(self, job: SealedJob, sender: bytes) -> dict:
        self.until(job.closes)
        silent = ", ".join(self.actors[client] for client in job.slots if client in job.due)
        return self.turn(job, sender, f"{silent} showed nothing in time")

    def turn(self, job: SealedJob, sender: bytes, note: str) -> dict:
        """An `advance`, and who has to show a model now."""
        return self.tell_due(job, self.poke(job, sender, note))

    def show(self, job: SealedJob, client, pieces: int = 1) -> dict:
        """Uploads the model and opens the commitment, which scores it."""
        self.upload(job, client, job.models[client], pieces, "the model")
        return self.show_message(job, client)

    def show_message(self, job: SealedJob, client, note="shows the model") -> dict:
        entry = self.send_submit(job, client, note)
        job.submit(client, self.now, raw_cid(job.models[client]), raw_cid(job.evaluation))
        waiting = set(job.due)
        self.finish()
        return entry if job.due <= waiting else self.tell_due(job, entry)

    def tell_due(self, job: SealedJob, entry: dict) -> dict:
        if job.phase == REVEAL and job.due:
            due = ", ".join(self.actors[client] for client in job.slots if client in job.due)
            entry["note"] += f"; due by the claims: {due}"
        return entry
