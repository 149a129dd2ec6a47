"""Base model, data and submissions as CAR streams: a block at a time, in the order of the file.

Nothing in this job is delivered as one blob. A file under the root of a DAG comes as a CARv1 stream:
its blocks depth first, a block at every visit, cut into pieces anywhere. The base model is named by
a CIDv0, as `ipfs add` prints it; one of its blocks has a flipped bit at first, so the stream is
dropped, and starts anew. The evaluation data are named by their SHA-256 only; data with another one
are dropped when they are whole. The last 32 bytes of the right ones are an identity leaf: inside of
its CID, so there is nothing to send.

Lena submits while a part is missing: that counts for nothing, and she goes on. Mallory, who holds a
slot, too, sends a root that links Lena's first leaf and a block that never comes: that is a file of
Mallory's, and Lena's is not touched. Olaf names his model by its raw CID, though it came as a DAG.

Paula sends what is no file: a directory, a root that declares another size, one with more links than
a file of that size can need, nodes seventeen deep, a byte too many. Each is dropped and reported.
Then comes a model that she did not commit to, which costs her nothing, and then the right one.
Quinn's last block never comes; he had only committed, so his bond is burned, like Mallory's.

Job 1 has a base model that can never be a file: a leaf is longer than its parent says. It waits, and
its sponsor takes it back.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer import dag
from deml_peer.architecture import I16, I32, Architecture, Head, Kind, Layer, dense
from deml_peer.books import MIN_COMMIT_AGE
from deml_peer.dag import Block
from deml_peer.hashing import cid_text, raw_cid
from deml_peer.job_book import FILLING
from deml_peer.open_books import JobBook
from deml_peer.protocol import ETHER, JobTerms, message

from . import tasks
from .scenario import salt_of
from .sealed_scenario import SealedScenario
from .subject import Subject

SAMPLES = 100


class Delivery(Subject):
    """The job, and how streams of it are sent."""

    def __init__(self, root: Path):
        title = "Content as DAGs: streams that are cut, wrong, not whole"
        self.s = SealedScenario(root, "dag-content", title, __doc__)
        self.sponsor, names = self.s.actor("Vintner"), ("Lena", "Olaf", "Paula", "Quinn", "Mallory")
        self.people = {name: self.s.actor(name) for name in names}
        self.task = tasks.wine(SAMPLES, len(self.people) - 1, seed=23)
        arch = Architecture((13,), (dense(64), Layer(Kind.RELU), dense(3)), Head.SOFTMAX)
        data = self.task.evaluation(arch, I16)
        prices = {"reward": ETHER // 10, "slots": 5, "client_bond": ETHER // 100}
        super().__init__(self.s.store, arch, 4, data, I32, min_improvement_ppm=50_000, **prices)
        self.base_root = dag.version_0(self.base, 1_100)
        self.data_root = dag.version_1(self.data, 1_400)
        assert self.data_root.children[-1].is_inside

    def offer(self, base_cid: bytes, name: str) -> JobTerms:
        return self.terms(base_model_cid=base_cid, job_salt=salt_of(f"dag-content {name}"))

    def model(self, name: str, start: bytes, epochs: int) -> bytes:
        number = list(self.people).index(name)
        shard = self.task.shards[number]
        return self.full(tasks.train(self.arch, start, shard, number, epochs, 0.02))

    def stream(
        self, job: JobBook, sender: bytes, root: Block, what: str, pieces=1, **given
    ) -> None:
        """All of a stream, or what is given of it from `start` to `end`."""
        data = given.get("data") or dag.car(root)
        start, end = given.get("start", 0), given.get("end", len(data))
        size = -(-(end - start) // pieces)
        for at in range(start, end, size):
            chunk = data[at : min(end, at + size)]
            note = f"uploads {what}, {len(chunk)} bytes at {at} of {len(data)}"
            self.s.upload_piece(job, sender, root.cid, len(data), at, chunk, note)

    def committed(self, job: JobBook, name: str, model: bytes) -> None:
        self.s.store.put(model)
        self.s.commit(job, self.people[name], model, salt_of(f"dag {name}"))

    def opens(self, job: JobBook, name: str, cid: bytes, note: str, expect="ok") -> None:
        """Names the data by the root under which they came."""
        cids = cid, self.data_root.cid
        payload = message("submit", job.id, *cids, salt_of(f"dag {name}"))
        self.s.advance(self.people[name], payload, note, expect)
        if expect == "ok":
            assert self.s.booked_submit(job, self.people[name], *cids)["accepted"]


def make(root: Path) -> None:
    d = Delivery(root)
    s = d.s
    s.deposit_ether(d.sponsor, 2 * ETHER)
    s.deposit_each(d.people.values(), ETHER // 100)
    note = f"posts job 0 with the base model {cid_text(d.base_root.cid)}"
    terms = d.offer(d.base_root.cid, "job 0")
    job = s.post(d.sponsor, terms, *d.content, note)
    base_model(d, job)
    evaluation_data(d, job)
    for person in d.people.values():
        s.accept(job, person)
    best = in_parts(d, job)
    best = by_raw_cid(d, job, best)
    no_file(d, job)
    wrong_root_and_no_end(d, job, best)
    s.settle(job, d.sponsor)
    never_a_file(d)
    s.close()


def base_model(d: Delivery, job: JobBook) -> None:
    root, sponsor, stream = d.base_root, d.sponsor, dag.car(d.base_root)
    leaf = stream.index(root.children[1].data)
    bad = bytearray(stream)
    bad[leaf + 500] ^= 1
    what = "the base model, one bit of its second leaf flipped"
    d.stream(job, sponsor, root, what, data=bytes(bad), end=leaf + 900)
    d.s.inspect("jobs/0/files", "inspect `jobs/0/files`: nobody can know yet")
    d.stream(job, sponsor, root, what, data=bytes(bad), start=leaf + 900)
    d.s.reported("wrongBlock")
    note = "goes on as if nothing had happened: offset 0 is due"
    rest = stream[leaf + 900 :]
    cid, size = root.cid, len(stream)
    d.s.upload_piece(job, sponsor, cid, size, leaf + 900, rest, note, "outOfOrder")
    d.stream(job, sponsor, root, "the base model as it is", pieces=3)
    for cid in (root.cid, raw_cid(d.base)):
        d.s.inspect(f"content/{cid_text(cid)}")


def evaluation_data(d: Delivery, job: JobBook) -> None:
    other = bytearray(d.data)
    other[40] ^= 1
    d.stream(
        job, d.sponsor, dag.version_1(bytes(other), 1_400), "data that are not those of the terms"
    )
    d.s.reported("wrongData")
    d.s.store.put(d.data)
    d.stream(
        job, d.sponsor, d.data_root, "the evaluation data, the rest inside of a link", pieces=2
    )
    d.s.opened(job)


def in_parts(d: Delivery, job: JobBook) -> bytes:
    lena, mallory, model = d.people["Lena"], d.people["Mallory"], d.model("Lena", d.base, 2)
    root = dag.version_1(model, 1_100)
    stream = dag.car(root)
    d.committed(job, "Lena", model)
    note = "commits to something, so as to be able to upload"
    d.s.commit(job, mallory, d.base, salt_of("dag Mallory"), note)
    d.s.wait(MIN_COMMIT_AGE)
    half = len(stream) // 2
    d.stream(job, lena, root, "the first half of the model", end=half)
    opening = "submits the root of the model, half of which is there"
    d.opens(job, "Lena", root.cid, opening, "notWhole")
    mallorys_root(d, job, mallory, root)
    d.stream(job, lena, root, "the second half of the model", start=half)
    d.opens(job, "Lena", root.cid, "submits it again, now that it is whole")
    return model


def mallorys_root(d: Delivery, job: JobBook, mallory: bytes, victim: Block) -> None:
    """Links a block of the victim, and others that never come."""
    first = victim.children[0]
    rest = d.arch.weights_size(I32) - first.size
    root = dag.file_node([first, dag.raw_leaf(bytes(rest))], 1)
    data = dag.header(root.cid) + dag.section(root) + dag.section(first)
    size = len(dag.car(root))
    note = f"uploads a root that links Lena's first leaf, {len(data)} bytes at 0 of {size}"
    d.s.upload_piece(job, mallory, root.cid, size, 0, data, note)
    d.s.inspect("jobs/0/files", "inspect `jobs/0/files`: each has a file of its own")


def by_raw_cid(d: Delivery, job: JobBook, best: bytes) -> bytes:
    olaf, model = d.people["Olaf"], d.model("Olaf", best, 4)
    root = dag.version_0(model, 1_500)
    d.committed(job, "Olaf", model)
    d.s.wait(MIN_COMMIT_AGE)
    d.stream(job, olaf, root, "the model", pieces=2)
    note = "uploads the first bytes again: whole, so nothing happens"
    d.s.upload_piece(job, olaf, root.cid, len(dag.car(root)), 0, dag.car(root)[:100], note)
    d.opens(job, "Olaf", raw_cid(model), "submits it by the CID of its bytes")
    d.s.inspect(f"content/{cid_text(root.cid)}")
    return model


def no_file(d: Delivery, job: JobBook) -> None:
    """Streams that are dropped, each for a reason of its own."""
    paula, size, model = d.people["Paula"], d.arch.weights_size(I32), d.model("Paula", d.base, 1)
    d.s.store.put(model)
    d.s.commit(job, paula, model, salt_of("dag Paula, at first"))
    whole = dag.version_1(model, 1_467)

    def dropped(root: Block, what: str, code: str, data: bytes = b"") -> None:
        d.stream(job, paula, root, what, data=data)
        d.s.reported(code)

    dropped(dag.node([], dag.unixfs(dag.DIRECTORY), 0, 1), "a directory", "malformedBlock")
    dropped(dag.version_1(model[:-4], 1_467), "a file four bytes short", "wrongSize")
    crumbs = dag.file_node([dag.raw_leaf(model[at : at + 16]) for at in range(0, size, 16)], 1)
    dropped(crumbs, "a root with a link for every 16 bytes", "tooLarge")
    deep = dag.raw_leaf(model)
    for _ in range(16):
        deep = dag.file_node([deep], 1)
    dropped(deep, "a file at the end of sixteen nodes", "tooDeep")
    dropped(whole, "a file with a byte behind it", "malformedStream", dag.car(whole) + b"\0")
    unordered = [dag.section(whole), *reversed([dag.section(leaf) for leaf in whole.children])]
    data = dag.header(whole.cid) + b"".join(unordered)
    dropped(whole, "the blocks in the wrong order", "wrongBlock", data)


def wrong_root_and_no_end(d: Delivery, job: JobBook, best: bytes) -> None:
    paula, model, other = d.people["Paula"], d.model("Paula", best, 6), d.model("Paula", best, 1)
    d.committed(job, "Paula", model)
    d.s.wait(MIN_COMMIT_AGE)
    root = dag.version_1(other, 1_467)
    d.stream(job, paula, root, "another model")
    note = "submits the model that she did not commit to"
    d.opens(job, "Paula", root.cid, note, "wrongCommitment")
    d.s.inspect("jobs/0/submissions")
    root = dag.version_1(model, 1_467)
    d.stream(job, paula, root, "the right model")
    d.opens(job, "Paula", root.cid, "submits the right one")

    quinn, model = d.people["Quinn"], d.model("Quinn", best, 3)
    root = dag.version_1(model, 1_467)
    d.committed(job, "Quinn", model)
    d.s.wait(MIN_COMMIT_AGE)
    d.stream(job, quinn, root, "a model of which the end will never come", end=3_000)
    d.opens(job, "Quinn", root.cid, "submits what is there of it", "notWhole")
    d.s.inspect("jobs/0/submissions")


def never_a_file(d: Delivery) -> None:
    """The parent declares one byte less than the leaf has."""
    s, leaf = d.s, dag.raw_leaf(d.base[:1_100])
    short = Block(leaf.cid, leaf.data, leaf.size - 1, leaf.total)
    root = dag.file_node([short, dag.raw_leaf(d.base[1_099:])], 1)
    terms = d.offer(root.cid, "job 1")
    job = s.post(d.sponsor, terms, *d.content, "posts job 1, whose base is none")
    d.stream(job, d.sponsor, root, "its base model, with a leaf longer than the root says")
    s.reported("wrongSize")
    assert job.phase == FILLING
    s.cancel(job, "takes job 1 back")
