"""What the books state of an input, in words for a ledger."""

from __future__ import annotations

from deml_peer import payouts
from deml_peer.books import Books
from deml_peer.dml1 import LOSS_LIMIT
from deml_peer.hashing import cid_text
from deml_peer.job_book import BASE, EVALUATION, Job
from deml_peer.protocol import NOBODY

from .amounts import amount_text

REASONS = (
    "by its sponsor",
    "its content never came",
    "for its base model",
    "for its data",
    "overdue",
)


class Teller:
    """Sentences about notices; `actors` are names by address."""

    def __init__(self, books: Books, actors: dict[bytes, str]):
        self.books, self.actors = books, actors

    def figures(self, notices: list[dict]) -> dict:
        """What a line with one score, or with a base model, says in numbers."""
        scores = [notice for notice in notices if notice["name"] == "SubmissionScored"]
        if len(scores) != 1:
            return {}
        score = scores[0]
        figures = {"loss": score["loss"], "accepted": score["accepted"]}
        return figures | {"correct": int(score["correct"]), "lossToBeat": score["baseLoss"]}

    def sentence(self, notice: dict) -> str:
        job = self.books.jobs[int(notice["jobId"])]
        who = self.actors[bytes.fromhex(notice["client"][2:])] if "client" in notice else ""
        match notice["name"]:
            case "RentPaid":
                scoring = amount_text(NOBODY, int(notice["scoring"]))
                rent = int(notice["rent"])
                return (f"{amount_text(NOBODY, rent)} for room, " if rent else "") + (
                    f"{scoring} for scoring"
                )
            case "ContentStored":
                return self.stored(job, notice)
            case "JobOpened":
                is_one = job.terms.payout != payouts.FEDERATED
                of_round = "" if is_one else f"round {notice['round']} of "
                return f"{of_round}job {job.id} opens"
            case "SubmissionScored":
                return self.scored(job, who, notice)
            case "RewardIssued":
                payout = job.payout_of(bytes.fromhex(notice["client"][2:]))
                place = " as balance" if payout == NOBODY else ""
                if payout not in (NOBODY, bytes.fromhex(notice["client"][2:])):
                    who = self.actors[payout]
                return f"{self.money(job, notice['amount'])} to {who}{place}"
            case "BondForfeited":
                return f"{who}'s bond of {self.money(job, notice['amount'])} is burned"
            case "RoundClosed":
                return f"round {notice['round']} closes with loss {int(notice['loss']):,}"
            case "JobSettled":
                refund = self.money(job, notice["refund"])
                return f"job {job.id} is settled, {refund} back to {self.actors[job.sponsor]}"
            case "JobCancelled":
                reason = REASONS[int(notice["reason"])]
                return f"job {job.id} is cancelled, {reason}, what is held returns"
            case "JobDefaulted":
                return f"job {job.id} ends in default"
            case _:
                return ""

    def stored(self, job: Job, notice: dict) -> str:
        uploader = bytes.fromhex(notice["uploader"][2:])
        cid = bytes.fromhex(notice["cid"][2:])
        if uploader != job.sponsor:
            return "the model is whole"
        key = BASE if cid_text(cid) == cid_text(job.terms.base_model_cid) else EVALUATION
        what = "the base model is" if key == BASE else "the evaluation data are"
        file = job.files.get(key)
        return f"{what} adopted" if file and file.is_adopted else f"{what} whole"

    def scored(self, job: Job, who: str, notice: dict) -> str:
        loss, base = int(notice["loss"]), int(notice["baseLoss"])
        if loss == job.terms.samples * LOSS_LIMIT:
            is_update = job.terms.payout == payouts.FEDERATED
            return f"{who}'s {'update does not count' if is_update else 'model is none'}"
        if job.terms.payout == payouts.FEDERATED:
            return f"without {who} the loss is {loss:,} ({loss - base:+,})"
        text = f"loss {loss:,} against {base:,}"
        if not job.terms.sealed:
            text += f" ({100 * (base - loss) / base:+.2f} %)"
        if job.arch.classes:
            text += f", {notice['correct']} of {notice['samples']} right"
        if job.terms.sealed:
            return text + (", as claimed" if notice["accepted"] else ", not as claimed")
        return text + (", accepted" if notice["accepted"] else ", not accepted")

    def money(self, job: Job, amount: str) -> str:
        return amount_text(job.terms.token, int(amount))
