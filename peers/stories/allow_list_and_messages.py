"""An allow-list by Merkle proof, and what sponsor and clients write to each other.

Only five clinics may take part in job 0. The terms hold the root of a Merkle tree over their
addresses, as OpenZeppelin's StandardMerkleTree makes it; who accepts brings the proof. Mallory has
none, and neither somebody else's nor an inner node of the tree will do. The list of job 1 has one
member, who needs no proof but to be it.

Sponsor and clients write to each other: at most 512 bytes, to whoever holds a slot or posted the
job, while the job lives. Of 35 letters the last 32 are kept; all of them are notices.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer.hashing import keccak256
from deml_peer.merkle import AllowList
from deml_peer.open_books import JobBook
from deml_peer.protocol import ETHER, message

from .cellar import Cellar
from .scenario import salt_of
from .sealed_scenario import SealedScenario

LIMIT, KEPT = 512, 32
MEMBERS = ("Ana", "Ben", "Cara", "Dan", "Eli")


def make(root: Path) -> None:
    title = "An allow-list, and letters between sponsor and clients"
    s = SealedScenario(root, "allow-list-and-messages", title, __doc__)
    cellar, sponsor = Cellar(s.store), s.actor("Hospital")
    people = {name: s.actor(name) for name in (*MEMBERS, "Mallory")}
    s.deposit_ether(sponsor, ETHER)
    s.deposit_each(people.values(), ETHER // 50)
    members = AllowList([people[name] for name in MEMBERS])
    job = posted(s, cellar, sponsor, slots=3, allow_list_root=members.root)
    accepted(s, job, people, members)
    alone(s, cellar, sponsor, people)
    letters(s, job, sponsor, people)
    settled(s, job, sponsor, people)
    s.close(show=())


def posted(s: SealedScenario, cellar: Cellar, sponsor: bytes, **fields) -> JobBook:
    number = len(s.books.jobs)
    terms = cellar.terms(job_salt=salt_of(f"allow-list {number}"), **fields)
    return s.post(sponsor, terms, *cellar.content, f"posts job {number}")


def knocks(s: SealedScenario, job: JobBook, client: bytes, proof, note: str) -> None:
    s.refused(client, "notAllowed", note, "acceptJob", job.id, job.terms.hash, client, proof)


def accepted(s: SealedScenario, job: JobBook, people, members: AllowList) -> None:
    ana, ben, mallory = people["Ana"], people["Ben"], people["Mallory"]
    knocks(s, job, mallory, [], "brings no proof")
    knocks(s, job, mallory, members.proof(ana), "brings Ana's proof")
    knocks(s, job, ana, members.proof(ben), "brings Ben's proof by mistake")
    knocks(s, job, ana, members.proof(ana)[:-1], "leaves out the last hash")
    knocks(s, job, ana, [*members.proof(ana), bytes(32)], "brings one hash too many")
    long = [keccak256(bytes([number])) for number in range(33)]
    knocks(s, job, mallory, long, "brings 33 hashes, more than any tree is high")
    for name in ("Ana", "Ben", "Eli"):
        s.accept(job, people[name], proof=members.proof(people[name]))
    dan = people["Dan"]
    full = ("acceptJob", job.id, job.terms.hash, dan, members.proof(dan))
    s.refused(dan, "noFreeSlot", "is on the list, but all slots are taken", *full)


def alone(s: SealedScenario, cellar: Cellar, sponsor: bytes, people) -> None:
    only = AllowList([people["Cara"]])
    job = posted(s, cellar, sponsor, slots=1, allow_list_root=only.root)
    knocks(s, job, people["Dan"], [only.root], "brings the root as a proof")
    s.accept(job, people["Cara"])
    s.cancel(job, "cancels job 1")


def writes(s: SealedScenario, job: JobBook, sender: bytes, to: bytes, body: bytes, note="") -> None:
    note = note or f"writes to {s.actors[to]}: {body.decode()}"
    s.advance(sender, message("sendMessage", job.id, to, body), note)
    s.books.say("MessageSent", job.id, sender, to, body)


def letters(s: SealedScenario, job: JobBook, sponsor: bytes, people) -> None:
    ana, ben, mallory = people["Ana"], people["Ben"], people["Mallory"]
    writes(s, job, ana, sponsor, b"Which scanner are the samples from?")
    writes(s, job, sponsor, ana, b"From two; the metadata say which.")
    writes(s, job, ana, ben, b"Shall we both?")
    writes(s, job, ben, ben, b"", "writes nothing to himself")
    letter = ("sendMessage", job.id)
    s.refused(mallory, "notSlotHolder", "writes to the sponsor", *letter, sponsor, b"Psst")
    note = "is on the list, but holds no slot"
    s.refused(people["Cara"], "notSlotHolder", note, *letter, sponsor, b"Hello")
    s.refused(ana, "invalidRecipient", "writes to Mallory", *letter, mallory, b"Hello")
    s.refused(sponsor, "invalidRecipient", "writes to nobody", *letter, bytes(20), b"Hello")
    body = bytes([0xFF, 0x00]) * (LIMIT // 2)
    writes(s, job, ana, sponsor, body, f"writes {LIMIT} bytes that are no text")
    long = (f"writes {LIMIT + 1} bytes", *letter, sponsor, body + b".")
    s.refused(ana, "messageTooLong", *long)
    s.refused(ana, "unknownJob", "writes in a job that is none", "sendMessage", 9, sponsor, b"?")
    s.inspect("jobs/0/messages")
    sent = 5
    for number in range(sent, KEPT + 3):
        writes(s, job, ben, sponsor, f"Letter {number + 1}".encode())
    s.inspect("jobs/0/messages", "inspect `jobs/0/messages`: the first three are gone")


def settled(s: SealedScenario, job: JobBook, sponsor: bytes, people) -> None:
    s.fill(job, 1, 1)
    s.settle(job, sponsor)
    late = ("writes when the job has ended", "sendMessage", job.id, sponsor, b"Hello?")
    s.refused(people["Ana"], "wrongPhase", *late)
    s.inspect("jobs/0/messages", expect="notFound")
