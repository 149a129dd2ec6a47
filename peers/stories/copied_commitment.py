"""Sealed POSTED: who copies a commitment and a claim is due a model that it cannot show.

Everything on the chain is public, so Hugo copies: first Nora's commitment, bit for bit, then her
claim. By the claims both are due a reward. Nora shows her model; Hugo now has her bytes and her
salt, too, and uploads them as a file of his own, but the commitment names Nora, so he cannot open
it. He is silent, and his bond is burned. Otto, who did his own work, waits until Hugo has failed;
nothing that Hugo does costs him or Nora anything. Olga copies nothing but bytes: she commits to the
model that everybody knows, the base model, and has nothing to claim.

Iris claims one unit more than the loss of her model. It passes all the same, but a claim has to be
exact: she loses her bond, and nobody gains by it.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer.protocol import ETHER, message
from deml_peer.sealed_books import SealedJob

from .cellar import Cellar
from .scenario import salt_of
from .sealed_scenario import SealedScenario


def make(root: Path) -> None:
    title = "A copied commitment, a copied claim"
    s = SealedScenario(root, "copied-commitment", title, __doc__)
    cellar, salt = Cellar(s.store), salt_of("copied data")
    vintner = s.actor("Vintner")
    names = ("Nora", "Hugo", "Otto", "Olga", "Iris")
    people = {name: s.actor(name) for name in names}
    s.deposit_ether(vintner, 2 * ETHER)
    s.deposit_each(people.values(), ETHER // 100 + 1)
    terms = cellar.sealed_terms(vintner, "copied", [salt], slots=5, client_bond=ETHER // 100 + 1)
    note = "posts job 0: a tenth of an Ether for each of five"
    job = s.announce(vintner, terms, *cellar.content, note)
    s.begin(job)
    for name in names:
        s.accept(job, people[name])
    commits(s, cellar, job, people)
    s.reveal_data(job, salt)
    s.claim(job, people["Nora"])
    s.claim(job, people["Hugo"], note="copies Nora's claim")
    s.claim(job, people["Otto"])
    s.claim(job, people["Olga"])
    iris = job.measured(job.models[people["Iris"]]).loss
    s.claim(job, people["Iris"], iris + 1, "claims one unit more than the loss")
    reveals(s, job, people)
    s.close(vintner, people["Nora"], people["Otto"])


def commits(s: SealedScenario, cellar: Cellar, job: SealedJob, people) -> None:
    nora = cellar.model(0, 4)
    s.promise(job, people["Nora"], nora, salt_of("copied Nora"))
    copy = bytes.fromhex(s.requests[-1]["data"]["payload"][2:])
    s.advance(people["Hugo"], copy, "copies Nora's commitment")
    # To the books Hugo is a client with Nora's model.
    job.promise(people["Hugo"], nora, s.now)
    s.promise(job, people["Otto"], cellar.model(2, 4), salt_of("copied Otto"))
    s.promise(job, people["Iris"], cellar.model(4, 4), salt_of("copied Iris"))
    s.promise(job, people["Olga"], cellar.base, salt_of("copied Olga"), "commits to the base model")


def reveals(s: SealedScenario, job: SealedJob, people) -> None:
    s.close_claims(job, people["Otto"])
    assert job.due == {people[name] for name in ("Nora", "Hugo", "Otto", "Iris")}
    nora, hugo = people["Nora"], people["Hugo"]
    s.show(job, nora)
    model = job.models[nora]
    note = "starts her upload anew, which is judged already"
    s.piece(job, nora, model, note, end=4, expect="inUse")
    s.upload(job, hugo, model, 1, "Nora's model, which is public now")
    note = "opens the copied commitment with Nora's model and salt"
    s.send_submit(job, hugo, note, "wrongCommitment", model, salt_of("copied Nora"))
    again = message("commit", 0, bytes(32))
    s.advance(hugo, again, "would rather commit to something else now", "wrongPhase")
    s.show(job, people["Iris"])
    s.show(job, people["Otto"])
    assert job.due == {hugo}
    s.lapse(job, people["Otto"])
    assert job.phase == "ended"
