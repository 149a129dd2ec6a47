"""Deposits whose execution-layer data holds a message: one transaction instead of two.

A deposit may carry one message, which runs as the depositor after the credit. Rosa deposits tokens
and posts a job with them in one transaction. At first she lacks the Ether of the storage bond and
of the scoring, so the job is refused, and the tokens are hers all the same; with both there, the next
deposit posts it. Theo takes a slot with the deposit of his bond, and commits with a deposit of one wei.
Deposits that carry nonsense, the wrong terms, or a withdrawal count, too.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer.costs import storage_bond
from deml_peer.open_books import JobBook
from deml_peer.protocol import ETHER, NOBODY, TOKEN, commitment, message, post_job

from .cellar import Cellar
from .scenario import salt_of
from .sealed_scenario import SealedScenario


def make(root: Path) -> None:
    title = "Deposits that carry messages"
    s = SealedScenario(root, "deposit-carries-job", title, __doc__)
    cellar = Cellar(s.store)
    rosa, theo, vera = s.actor("Rosa"), s.actor("Theo"), s.actor("Vera")
    job = posted(s, cellar, rosa)
    take_slots(s, job, theo, vera)
    model, salt = cellar.model(2, 5), salt_of("carried Theo")
    promise = message("commit", job.id, commitment(job.id, theo, model, salt))
    s.deposit_ether(theo, 1, "deposits one wei and commits to a model with it", promise)
    job.commit(theo, s.now)
    s.secrets[job.id, theo] = model, salt
    s.wait(600)
    assert s.submit(job, theo, "Theo's model")["accepted"]
    payload = message("WithdrawErc20", TOKEN, ETHER, b"")
    s.deposit_token(vera, ETHER, "deposits 1 TEST and withdraws it with the same deposit", payload)
    s.books.withdraw(vera, TOKEN, ETHER)
    s.settle(job, vera)
    for person in (rosa, theo):
        s.withdraw(person, TOKEN)
    s.close(rosa)


def posted(s: SealedScenario, cellar: Cellar, rosa: bytes):
    terms = cellar.terms(
        token=TOKEN, reward=5 * ETHER, client_bond=ETHER // 2, job_salt=salt_of("carried")
    )
    carried = post_job(terms)
    note = "deposits 4 TEST with a job in it, but has no Ether for it"
    entry = s.deposit_token(rosa, 4 * ETHER, note, carried, "insufficientBalance")
    entry["stillCredited"] = True
    ether = storage_bond(cellar.arch, terms) + sum(s.books.price(cellar.arch, terms))
    s.deposit_ether(rosa, ether, "deposits storage bond and price of scoring to the wei")
    s.deposit_token(rosa, 6 * ETHER, "deposits the other 6 TEST with the same job in it", carried)
    job = s.posted(JobBook, rosa, terms, *cellar.content)
    assert s.books.balance(rosa) == 0 and s.books.balance(rosa, TOKEN) == 0
    s.fill(job, 1, 1)
    return job


def take_slots(s: SealedScenario, job, theo: bytes, vera: bytes) -> None:
    bond = job.terms.client_bond
    accept = message("acceptJob", job.id, job.terms.hash, theo, [])
    s.deposit_token(theo, bond, "deposits 0.5 TEST and takes a slot with it: the bond", accept)
    s.books.accept(job, theo, theo, s.now)
    wrong = message("acceptJob", job.id, bytes(32), NOBODY, [])
    note = "deposits 0.5 TEST and accepts other terms than Rosa's"
    s.deposit_token(vera, bond, note, wrong, "termsMismatch")["stillCredited"] = True
    note = "deposits one wei with bytes that are no message"
    entry = s.deposit_ether(vera, 1, note, bytes.fromhex("deadbeef"), "unknownMessage")
    entry["stillCredited"] = True
    s.accept(job, vera)
