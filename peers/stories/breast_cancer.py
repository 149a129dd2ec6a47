"""The main story: two jobs on the Wisconsin breast cancer data, honest clients and others.

A clinic wants a better classifier of breast tumours and posts a job in Ether; a laboratory posts a
second one, in a token. Six hospitals hold disjoint shards of the data set that scikit-learn
bundles; 200 samples are public and judge every model. Each hospital trains at home from the best
model published so far, commits, waits until the commitment has aged, and submits. Beside them act a
free-rider who adds noise to the best model, a copier, somebody who takes a slot and never works,
and somebody who comes too late.

Who only took a slot loses the bond, which nobody gets: it is burned. An honest model that is not
accepted costs an attempt, and the bond returns.

Losses are exact integers: the sum over the samples in units of 2^-30. A submission is accepted when
it lowers the loss to beat by at least 20,000 parts per million (2 %); then it is paid at once and
becomes the next loss to beat.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer.architecture import I16, I32, Architecture, Head, Kind, Layer, dense
from deml_peer.blobs import canonical_weights, parse_weights
from deml_peer.export import weights_blob
from deml_peer.hashing import checksum_address, cid_text, raw_cid
from deml_peer.open_books import JobBook
from deml_peer.protocol import ETHER, NOBODY, TOKEN, message, post_job
from sklearn import datasets

from . import tasks
from .scenario import Scenario, salt_of
from .subject import Subject

PUBLIC = 200
RATE = 0.01

HOSPITALS = ("Ana", "Bruno", "Chiara", "Dmitri", "Elif", "Gita")


def metadata(task: tasks.Task) -> dict:
    """What a client needs to know of the data: their columns, and how to scale its own."""
    bunch = datasets.load_breast_cancer()
    public = bunch.data[task.public_rows]
    columns = [
        {"name": str(name), "mean": round(float(mean), 6), "deviation": round(float(deviation), 6)}
        for name, mean, deviation in zip(
            bunch.feature_names, public.mean(axis=0), public.std(axis=0)
        )
    ]
    return {
        "task": "Classify breast masses from 30 measurements of cell nuclei.",
        "classes": [str(name) for name in bunch.target_names],
        "scaling": "(value - mean) / deviation, statistics of the public evaluation data",
        "columns": columns,
    }


class Story:
    """The cast, and what they know: the best model published in each job."""

    def __init__(self, root: Path):
        title = "Breast cancer: two jobs, honest work, noise, a copy and an absentee"
        self.s = Scenario(root, "breast-cancer", title, __doc__)
        self.task = tasks.breast_cancer(PUBLIC, len(HOSPITALS), seed=2024)
        self.clinic, self.lab = self.s.actor("Clinic"), self.s.actor("Laboratory")
        names = (*HOSPITALS, "Frank the free-rider", "Hugo the copier", "Ivan the absentee")
        self.people = {name.split()[0]: self.s.actor(name) for name in (*names, "Julia")}
        self.vault = self.s.actor("Bruno's vault")
        self.treasury = self.s.actor("Elif's treasury")
        self.best: dict[int, bytes] = {}

    def subject(self, layers: tuple, head: Head, seed: int, x_dtype: int, dtype: int) -> Subject:
        arch = Architecture((30,), layers, head)
        data, told = self.task.evaluation(arch, x_dtype), metadata(self.task)
        store, ppm = self.s.store, 20_000
        return Subject(store, arch, seed, data, dtype, told, min_improvement_ppm=ppm)

    def improved(self, job: JobBook, name: str, seed: int, epochs=2, rate=RATE) -> bytes:
        """A model that `name` trained on its own shard, from the best that is public."""
        shard = self.task.shards[HOSPITALS.index(name)]
        raw = tasks.train(job.arch, self.best[job.id], shard, seed, epochs, rate)
        return self.packed(job, raw)

    def packed(self, job: JobBook, raw) -> bytes:
        if job.terms.model_dtype == I32:
            return weights_blob(job.arch, raw)
        return tasks.delta_blob(job.arch, raw, job.base, job.terms.model_dtype)

    def published(self, job: JobBook, model: bytes) -> None:
        """Everybody can now start from this model."""
        raw = parse_weights(model, job.arch, job.base_raw)
        self.best[job.id] = canonical_weights(job.arch, raw)

    def honest(self, job: JobBook, name: str, seed: int, uploads=1) -> bytes:
        """The whole way of a hospital: train, commit, wait, upload, submit."""
        model = self.improved(job, name, seed)
        client, salt = self.people[name], salt_of(f"{job.id} {name} {seed}")
        score = self.s.commit_and_submit(job, client, model, salt, f"{name}'s model", uploads)
        assert score["accepted"], name
        self.published(job, model)
        return model


def make(root: Path) -> None:
    story = Story(root)
    s = story.s
    s.inspect("version")
    s.inspect("jobs")
    first = open_ether_job(story)
    second = open_token_job(story)
    ana_and_the_copier(story, first)
    bruno_and_the_free_rider(story, first)
    chiara_to_gita(story, first)
    token_job(story, second)
    settlement(story, first, second)


def open_ether_job(story: Story) -> JobBook:
    s = story.s
    s.deposit_ether(story.clinic, 2 * ETHER)
    s.deposit_each(story.people.values(), ETHER // 100)
    layers = (dense(16), Layer(Kind.RELU), dense(1))
    given = story.subject(layers, Head.SIGMOID, 7, I16, I32)
    terms = given.terms(
        reward=ETHER // 20,
        slots=9,
        client_bond=ETHER // 400,
        sponsor_bond=ETHER // 1000,
        job_salt=salt_of("job 0"),
    )
    note = "posts job 0: MLP 30-16-1, nine rewards of 0.05 ETH"
    job = s.post(story.clinic, terms, *given.content, note)
    story.best[job.id] = given.base
    s.inspect("jobs?phase=filling")
    s.accept(job, story.people["Ana"])
    s.fill(job, base_pieces=1, data_pieces=3)
    s.inspect(f"content/{cid_text(raw_cid(given.data))}")
    s.accept(job, story.people["Bruno"], story.vault)
    for name in ("Chiara", "Dmitri", "Elif", "Frank", "Gita", "Hugo", "Ivan"):
        s.accept(job, story.people[name])
    late = message("acceptJob", job.id, job.terms.hash, story.people["Julia"], [])
    s.advance(story.people["Julia"], late, "wants a slot of job 0, but all are taken", "noFreeSlot")
    s.inspect("jobs/0")
    return job


def open_token_job(story: Story) -> JobBook:
    """Posted by the data that ride on a token deposit: funded and posted in one transaction."""
    s = story.s
    s.deposit_ether(story.lab, ETHER // 100)
    layers = (dense(12), Layer(Kind.TANH), dense(2))
    given = story.subject(layers, Head.SOFTMAX, 8, I32, I16)
    terms = given.terms(
        token=TOKEN,
        reward=100 * ETHER,
        slots=5,
        client_bond=5 * ETHER,
        job_salt=salt_of("job 1"),
    )
    note = "deposits 600 TEST and posts job 1 with it: tanh MLP 30-12-2, five rewards of 100 TEST"
    s.deposit_token(story.lab, 600 * ETHER, note, post_job(terms))
    job = s.posted(JobBook, story.lab, terms, *given.content)
    story.best[job.id] = given.base
    s.fill(job, base_pieces=1, data_pieces=2)
    s.inspect("jobs?phase=open&offset=0&limit=10")
    return job


def ana_and_the_copier(story: Story, job: JobBook) -> None:
    s, ana, hugo = story.s, story.people["Ana"], story.people["Hugo"]
    model, salt = story.improved(job, "Ana", 1), salt_of("0 Ana 1")
    s.commit(job, ana, model, salt)
    promise = s.requests[-1]["data"]["payload"]
    s.wait(300)
    s.send_submit(job, ana, "submits before the commitment has aged", "tooEarly")
    s.wait(300)
    s.upload(job, ana, model, 1, "Ana's model")
    s.advance(hugo, bytes.fromhex(promise[2:]), "sees the upload and copies Ana's commitment")
    job.commit(hugo, s.now)
    s.upload(job, hugo, model, 1, "Ana's model as his own")
    s.inspect("jobs/0/files", "inspect `jobs/0/files`: the same bytes twice, each with an owner")
    assert s.submit_message(job, ana, "Ana's model")["accepted"]
    story.published(job, model)
    s.inspect("jobs/0/submissions")
    s.wait(600)
    note = "submits Ana's model with Ana's salt: the commitment names Ana, not Hugo"
    s.send_submit(job, hugo, note, "wrongCommitment", model, salt)
    s.commit(job, hugo, model, salt, "commits to Ana's model in his own name; the file stays")
    s.wait(600)
    score = s.submit_message(job, hugo, "a copy of Ana's model")
    assert score["loss"] == score["lossToBeat"] and not score["accepted"]


def bruno_and_the_free_rider(story: Story, job: JobBook) -> None:
    s, frank = story.s, story.people["Frank"]
    story.honest(job, "Bruno", 2, uploads=2)
    for attempt in range(3):
        model = story.packed(job, tasks.noisy(job.arch, story.best[job.id], 30 + attempt, 0.004))
        salt = salt_of(f"0 Frank {attempt}")
        what, note = f"noise, attempt {attempt + 1}", "commits to the best model plus noise"
        score = s.commit_and_submit(job, frank, model, salt, what, note=note)
        assert not score["accepted"]
    payload = bytes.fromhex(s.requests[-3]["data"]["payload"][2:])
    s.advance(frank, payload, "commits a fourth time: three is all", "attemptsExhausted")
    s.inspect("jobs/0/leaderboard")


def chiara_to_gita(story: Story, job: JobBook) -> None:
    s = story.s
    model = story.honest(job, "Chiara", 3)
    again = message("commit", job.id, salt_of("one more"))
    s.advance(story.people["Chiara"], again, "wants to be paid twice", "alreadyPaid")

    dmitri = story.people["Dmitri"]
    model, salt = story.improved(job, "Dmitri", 4), salt_of("0 Dmitri 4")
    s.commit(job, dmitri, model, salt)
    s.wait(600)
    s.send_submit(job, dmitri, "submits to job 0 before the bytes are there", "notWhole")
    assert s.submit(job, dmitri, "Dmitri's model", 2)["accepted"]
    story.published(job, model)

    elif_ = story.people["Elif"]
    model, salt = story.improved(job, "Elif", 5), salt_of("0 Elif 5")
    s.commit(job, elif_, model, salt)
    s.wait(600)
    s.upload(job, elif_, model, 1, "Elif's model")
    wrong = message("submit", job.id, raw_cid(model), raw_cid(job.base), salt)
    s.advance(elif_, wrong, "names the wrong evaluation data", "wrongData")
    assert s.submit_message(job, elif_, "Elif's model")["accepted"]
    story.published(job, model)
    s.inspect(f"accounts/{checksum_address(story.people['Bruno'])}")

    gita = story.people["Gita"]
    model, salt = story.improved(job, "Gita", 6, epochs=1, rate=0.0005), salt_of("0 Gita 6")
    score = s.commit_and_submit(job, gita, model, salt, "a model that was hardly trained")
    assert not score["accepted"] and int(score["loss"]) < int(score["lossToBeat"])
    story.honest(job, "Gita", 7)
    s.inspect("jobs/0/leaderboard")


def token_job(story: Story, job: JobBook) -> None:
    s, people = story.s, story.people
    payload = message("acceptJob", job.id, job.terms.hash, NOBODY, [])
    s.advance(people["Chiara"], payload, "has no TEST for the bond of job 1", "insufficientBalance")
    clients = {
        "Chiara": NOBODY,
        "Dmitri": NOBODY,
        "Elif": story.treasury,
        "Ana": people["Ana"],
    }
    for name, payout in clients.items():
        s.deposit_token(people[name], 5 * ETHER)
        s.accept(job, people[name], payout)
    for seed, name in enumerate(clients, start=11):
        story.honest(job, name, seed)
    s.inspect("jobs/1/submissions")
    s.inspect(f"accounts/{checksum_address(people['Chiara'])}")


def settlement(story: Story, first: JobBook, second: JobBook) -> None:
    s, people = story.s, story.people
    ivan, julia = people["Ivan"], people["Julia"]
    s.advance(julia, message("advance", first.id), "advance: nothing is due yet")
    s.now = first.closes - 500
    late = message("commit", first.id, salt_of("Ivan"))
    s.advance(ivan, late, "commits too late to submit in time", "tooLate")
    s.settle(first, julia)
    s.settle(second, story.lab)
    s.inspect("jobs?phase=settled")
    s.inspect("jobs/0")
    s.inspect("jobs/1")
    nothing = message("WithdrawEther", 0, b"")
    s.advance(people["Frank"], nothing, "withdraws nothing", "zeroAmount")
    much = message("WithdrawEther", ETHER, b"")
    s.advance(people["Frank"], much, "withdraws more than there is", "insufficientBalance")
    for name in ("Ana", "Bruno", "Frank", "Hugo"):
        s.withdraw(people[name])
    s.withdraw(people["Chiara"], TOKEN)
    s.withdraw(people["Dmitri"], TOKEN, 100 * ETHER)
    s.withdraw(story.clinic)
    s.withdraw(story.lab, TOKEN)
    ends = (people["Ivan"], story.clinic)
    s.close(show=tuple(f"accounts/{checksum_address(person)}" for person in ends))
