"""Tells a story as recorded inputs, each of them booked by the second set of books."""

from __future__ import annotations

import json
from pathlib import Path

from deml_peer.books import MIN_COMMIT_AGE, Books
from deml_peer.export import BlobStore
from deml_peer.faults import Fault
from deml_peer.hashing import keccak256, raw_cid
from deml_peer.job_book import ENDED, OPEN, Job
from deml_peer.naming import named_job
from deml_peer.open_books import JobBook
from deml_peer.protocol import (
    MAX_PAYLOAD,
    MAX_RENT,
    NOBODY,
    TOKEN,
    V2_1,
    Contracts,
    commitment,
    erc20_deposit,
    ether_deposit,
    message,
    post_job,
    withdrawal,
)
from deml_peer.requests import hex0x, metadata

from . import ledger_page
from .amounts import amount_text
from .ledger_page import GENESIS_TIME
from .telling import Teller


class Scenario:
    """Builds the lines of one fixture and keeps the second set of books beside them.

    What introduces the story to readers is `text` behind its first paragraph.
    """

    def __init__(self, root: Path, name: str, title: str, text: str, contracts: Contracts = V2_1):
        self.contracts = contracts
        self.folder, self.title, self.introduction = root / name, title, text.partition("\n\n")[2]
        self.store, self.books = BlobStore(root), Books(contracts)
        self.now, self.inputs = GENESIS_TIME, 0
        self.actors: dict[bytes, str] = {NOBODY: "the own balance"}
        self.teller = Teller(self.books, self.actors)
        self.requests: list[dict] = []
        self.lines: list[dict] = []
        # Model and salt of the commitment that a client sent last, by job and client.
        self.secrets: dict[tuple[int, bytes], tuple[bytes, bytes]] = {}

    # --- people and time ---

    def actor(self, name: str) -> bytes:
        address = keccak256(b"DeML fixture actor " + name.encode())[12:]
        self.actors[address] = name
        return address

    def wait(self, seconds: int) -> None:
        self.now += seconds

    def until(self, time: int) -> None:
        """The next input comes no earlier than `time`."""
        self.now = max(self.now, time - 12)

    def at(self, time: int) -> None:
        """The next input has this timestamp."""
        self.now = time - 12

    # --- raw lines ---

    def advance(self, sender: bytes, payload: bytes, note: str, expect="ok", **extra) -> dict:
        """One input of `sender`; every input has a block of its own, 12 seconds later."""
        assert len(payload) <= MAX_PAYLOAD
        self.now += 12
        assert not self.lines or self.now >= self.lines[-1]["_time"], "time goes back"
        fields = metadata(sender, self.now, self.inputs)
        self.inputs += 1
        data = {"metadata": fields, "payload": hex0x(payload)}
        self.requests.append({"request_type": "advance_state", "data": data})
        entry = self.line(sender, note, expect, **extra)
        entry["_job"] = named_job(sender, payload, self.contracts)
        self.books.roll(entry["_job"], self.now)
        return entry

    def inspect(self, path: str | bytes, note: str = "", expect: str = "ok") -> dict:
        query = path.encode() if isinstance(path, str) else path
        self.requests.append({"request_type": "inspect_state", "data": {"payload": hex0x(query)}})
        return self.line(None, note or f"inspect `{path}`", expect)

    def line(self, who, note: str, expect: str, **extra) -> dict:
        self.finish()
        self.books.begin_line()
        entry = {"line": len(self.requests), "note": note, "expect": expect}
        entry["notices"], entry["vouchers"] = self.books.notices, self.books.vouchers
        entry.update(extra)
        entry["_who"] = "" if who is None else self.actors.get(who, hex0x(who))
        entry["_time"] = self.now
        self.lines.append(entry)
        return entry

    def finish(self) -> None:
        """Has the job of the last line go on if its message was taken, and says what came of it."""
        if not self.lines or self.lines[-1].get("_is_finished"):
            return
        entry, books = self.lines[-1], self.books
        entry["_is_finished"] = True
        number = entry.get("_job")
        if entry["expect"] == "ok":
            if number is not None and not books.jobs[number].has_ended:
                books.jobs[number].work(books, entry["_time"])
            entry["expect"] = ", ".join(books.reports) or "ok"
        entry |= self.teller.figures(books.notices)
        told = [self.teller.sentence(notice) for notice in books.notices]
        for text in filter(None, told + books.remarks):
            entry["note"] += "; " + text

    def reported(self, *codes: str) -> None:
        """The last line was taken, and reports these faults."""
        self.finish()
        assert self.lines[-1]["expect"] == ", ".join(codes), self.lines[-1]

    def refused(self, sender: bytes, code: str, note: str, name: str, *arguments) -> dict:
        return self.advance(sender, message(name, *arguments), note, code)

    # --- deposits and withdrawals ---

    def deposit_ether(self, owner: bytes, amount: int, note="", exec_data=b"", expect="ok") -> dict:
        payload = ether_deposit(owner, amount, exec_data)
        return self.deposited(self.contracts.ether, owner, NOBODY, amount, payload, note, expect)

    def deposit_each(self, owners, amount: int) -> None:
        for owner in owners:
            self.deposit_ether(owner, amount)

    def deposit_token(self, owner: bytes, amount: int, note="", exec_data=b"", expect="ok") -> dict:
        payload = erc20_deposit(TOKEN, owner, amount, exec_data)
        return self.deposited(self.contracts.erc20, owner, TOKEN, amount, payload, note, expect)

    def deposited(self, portal, owner, asset, amount, payload, note, expect) -> dict:
        note = note or f"deposits {amount_text(asset, amount)}"
        entry = self.from_portal(portal, owner, payload, note, expect)
        self.books.deposit(owner, asset, amount)
        return entry

    def from_portal(self, portal: bytes, owner: bytes, payload: bytes, note: str, expect) -> dict:
        entry = self.advance(portal, payload, note, expect)
        entry["_who"] = self.actors[owner]
        return entry

    def withdraw(
        self,
        owner: bytes,
        asset: bytes = NOBODY,
        amount: int | None = None,
        recipient: bytes = b"",
        note: str = "",
    ) -> dict:
        amount = self.books.balance(owner, asset) if amount is None else amount
        note = note or f"withdraws {amount_text(asset, amount)}"
        entry = self.advance(owner, withdrawal(asset, amount, recipient), note)
        self.books.withdraw(owner, asset, amount, recipient)
        return entry

    # --- jobs ---

    def post(self, sponsor, terms, arch, base, data, note, price=MAX_RENT, **fields) -> JobBook:
        """`price` is the most that the sponsor would pay for room and scoring."""
        self.advance(sponsor, post_job(terms, price), note)
        return self.posted(JobBook, sponsor, terms, arch, base, data, **fields)

    def posted(self, make, sponsor, terms, arch, base, data, **fields) -> Job:
        """Books the job that the last line posted; it goes on in the same input."""
        for blob in (terms.arch, base, *([data] if isinstance(data, bytes) else data)):
            self.store.put(blob)
        number = len(self.books.jobs)
        job = make(number, sponsor, terms, arch, base, data, self.now, **fields)
        self.books.post(job)
        job.posted(self.books, self.now)
        self.lines[-1]["_job"] = number
        return job

    def upload(self, job: Job, sender, blob: bytes, pieces: int, what: str) -> None:
        """Sends `blob` in equal pieces, from the first to the last."""
        self.store.put(blob)
        size = -(-len(blob) // pieces)
        for offset in range(0, len(blob), size):
            length = min(size, len(blob) - offset)
            note = f"uploads {what}, {length} bytes at {offset} of {len(blob)}"
            self.piece(job, sender, blob, note, offset, offset + size)

    def upload_piece(self, job, sender, cid, size, offset, chunk, note, expect="ok") -> dict:
        """`expect` is the code of a refusal; what a piece that is taken reports, the books say."""
        payload = message("upload", job.id, cid, size, offset, chunk)
        entry = self.advance(sender, payload, note, expect)
        try:
            job.upload(self.books, sender, (cid, size, offset, chunk), self.now)
        except Fault as fault:
            assert str(fault) == expect, (note, str(fault), expect)
            if fault.at:
                entry["at"] = fault.at
        else:
            assert expect == "ok", (note, expect)
        return entry

    def piece(self, job, sender, blob: bytes, note, start=0, end=None, expect="ok") -> dict:
        """A part of a raw file."""
        cid, chunk = raw_cid(blob), blob[start:end]
        return self.upload_piece(job, sender, cid, len(blob), start, chunk, note, expect)

    def fill(self, job: JobBook, base_pieces: int, data_pieces: int) -> None:
        """The sponsor delivers the base model, then the data, which opens the job."""
        self.upload(job, job.sponsor, job.base, base_pieces, "the base model")
        self.upload(job, job.sponsor, job.data, data_pieces, "the evaluation data")
        self.opened(job)

    def opened(self, job: JobBook) -> None:
        """The last line opened the job."""
        self.finish()
        assert job.phase == OPEN, job.phase
        if job.base_metrics:
            self.lines[-1]["baseLoss"] = str(job.base_metrics.loss)

    def accept(self, job: Job, client: bytes, payout: bytes | None = None, proof=()) -> dict:
        payout = client if payout is None else payout
        paid_to = "" if payout == client else f", rewards to {self.actors[payout]}"
        bond = amount_text(job.terms.token, job.terms.client_bond)
        payload = message("acceptJob", job.id, job.terms.hash, payout, list(proof))
        entry = self.advance(client, payload, f"takes a slot of job {job.id}, bond {bond}{paid_to}")
        self.books.accept(job, client, payout, self.now)
        return entry

    def commit(self, job: JobBook, client: bytes, model: bytes, salt: bytes, note="") -> dict:
        entry = self.send_commit(job, client, model, salt, note)
        job.commit(client, self.now)
        return entry

    def send_commit(self, job: Job, client, model: bytes, salt: bytes, note: str) -> dict:
        self.secrets[job.id, client] = model, salt
        promise = message("commit", job.id, commitment(job.id, client, model, salt, job.round))
        return self.advance(client, promise, note or f"commits to a model for job {job.id}")

    def submit(self, job: JobBook, client: bytes, what: str, uploads=1) -> dict:
        """Uploads the model, then opens the commitment, which scores it: the score."""
        self.upload(job, client, self.secrets[job.id, client][0], uploads, what)
        return self.submit_message(job, client, what)

    def commit_and_submit(
        self, job: JobBook, client: bytes, model: bytes, salt: bytes, what: str, uploads=1, note=""
    ) -> dict:
        """Commits, waits as long as it takes, uploads and submits: the score."""
        self.commit(job, client, model, salt, note)
        self.wait(MIN_COMMIT_AGE)
        return self.submit(job, client, what, uploads)

    def submit_message(self, job: JobBook, client: bytes, what: str) -> dict:
        self.send_submit(job, client, f"submits {what} to job {job.id}")
        cids = raw_cid(self.secrets[job.id, client][0]), raw_cid(job.data)
        return self.booked_submit(job, client, *cids)

    def booked_submit(self, job: JobBook, client: bytes, *cids: bytes) -> dict:
        """The last line opened the commitment to the file that is whole: the score."""
        job.submit(client, self.now, *cids)
        self.finish()
        return self.lines[-1]

    def send_submit(self, job, client, note, expect="ok", model=None, salt=None) -> dict:
        """Opens the client's commitment, unless another model or salt is given."""
        own_model, own_salt = self.secrets.get((job.id, client), (b"", b""))
        cids = raw_cid(model or own_model), raw_cid(job.evaluation)
        payload = message("submit", job.id, *cids, salt or own_salt)
        return self.advance(client, payload, note, expect)

    def cancel(self, job: Job, note: str) -> dict:
        entry = self.advance(job.sponsor, message("cancelJob", job.id), note)
        assert not job.has_commitments
        job.cancel(self.books, 0)
        return entry

    def poke(self, job: Job, sender: bytes, note: str) -> dict:
        """An `advance`. Time acts first: a job that it ends has none to take the message."""
        entry = self.advance(sender, message("advance", job.id), f"advance: {note}")
        entry["expect"] = "wrongPhase" if job.has_ended else "ok"
        self.finish()
        return entry

    def settle(self, job: JobBook, sender: bytes) -> dict:
        self.until(job.closes)
        entry = self.poke(job, sender, f"the window of job {job.id} is over")
        assert job.phase == ENDED
        return entry

    # --- files ---

    def close(self, *people: bytes, show: tuple[str, ...] = ("jobs/0",)) -> None:
        """These people withdraw, the last queries are asked, and the story is written."""
        for person in people:
            self.withdraw(person)
        for path in (*show, "audit"):
            self.inspect(path)
        self.write()

    def write(self) -> None:
        self.finish()
        self.books.check()
        self.folder.mkdir(parents=True, exist_ok=True)
        requests = [json.dumps(request, separators=(",", ":")) for request in self.requests]
        (self.folder / "inputs.jsonl").write_text("\n".join(requests) + "\n")
        environment = f"DEML_PORTALS={self.contracts.release}\n"
        (self.folder / "machine.env").write_text(environment)
        (self.folder / "story.json").write_text(ledger_page.story_json(self))
        (self.folder / "README.md").write_text(ledger_page.readme(self))


def salt_of(text: str) -> bytes:
    return keccak256(b"DeML fixture salt " + text.encode())
