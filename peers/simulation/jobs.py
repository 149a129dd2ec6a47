"""Whole jobs through the engine: deposits, slots, commitments, data, claims, models, payments."""

from __future__ import annotations

from dataclasses import dataclass, field

from deml_peer import dml1, payouts
from deml_peer.architecture import I8, U8, Architecture
from deml_peer.blobs import parse_dataset, parse_weights
from deml_peer.hashing import cid_text, keccak256, raw_cid, sha256
from deml_peer.protocol import ETHER, JobTerms, commitment, data_commitment, message, post_job

from . import training
from .engine import Engine, EngineError, Outcome, actor

HOUR = 3_600
DAY = 86_400
COMMIT_AGE = 600
REWARD = ETHER
BOND = ETHER // 20 + 1
SPONSOR = actor("sponsor")


def percent(paid: dict[str, int], beginning: str = "") -> float:
    """What those whose names begin like this got, of one reward or pool."""
    return 100 * sum(pay for name, pay in paid.items() if name.startswith(beginning)) / REWARD


def salt_of(*parts) -> bytes:
    return keccak256(b"DeML simulation salt " + repr(parts).encode())


@dataclass(frozen=True)
class Contest:
    """What a job is about: the architecture, the base model, and what judges each round."""

    arch: Architecture
    base: bytes
    data: tuple[bytes, ...]

    @property
    def samples(self) -> int:
        return parse_dataset(self.data[0], self.arch).samples

    def loss(self, raw) -> int:
        """By the independent DML-1, on the data of the first round."""
        return dml1.evaluate(self.arch, raw, parse_dataset(self.data[0], self.arch)).loss


@dataclass
class Job:
    """Job 0 of an engine of its own. `names` are whose slots are taken, in that order."""

    engine: Engine
    contest: Contest
    names: list[str]
    payout: int
    ppm: int = 0
    norm_bound: int = 0
    reward: int = REWARD
    results: list[dict] = field(default_factory=list)

    def __post_init__(self):
        contest, sealed = self.contest, self.is_sealed
        seals = [salt_of("data", number) for number in range(len(contest.data))]
        self.seals = seals
        evaluation = tuple(
            data_commitment(SPONSOR, salt_of("job"), data, seals[number], number)
            for number, data in enumerate(contest.data)
        )
        windows = (DAY, DAY, DAY, DAY, DAY) if sealed else (DAY, 30 * DAY, 0, 0, 0)
        self.terms = JobTerms(
            payout=self.payout,
            sealed=sealed,
            reward=self.reward,
            slots=len(self.names),
            rounds=len(contest.data),
            client_bond=BOND,
            sponsor_bond=BOND if sealed else 0,
            min_improvement_ppm=self.ppm,
            norm_bound=self.norm_bound,
            arch=contest.arch.blob,
            base_model_cid=raw_cid(contest.base),
            samples=contest.samples,
            x_dtype=U8,
            model_dtype=I8,
            evaluation=evaluation if sealed else (sha256(contest.data[0]),),
            job_salt=salt_of("job") if sealed else bytes(32),
            windows=(*windows[:3], 0, DAY) if self.payout == payouts.FEDERATED else windows,
        )
        self.round = 0
        self.clients = {name: actor(name) for name in self.names}
        self.begin()

    is_sealed = True

    def begin(self) -> None:
        self.engine.deposit(SPONSOR, self.reward * len(self.names) + 10 * ETHER)
        self.send(SPONSOR, post_job(self.terms))
        for client in self.clients.values():
            self.engine.deposit(client, BOND)
            self.tell(client, "acceptJob", 0, self.terms.hash, client, [])
        self.upload(SPONSOR, self.contest.base)
        if not self.is_sealed:
            self.upload(SPONSOR, self.contest.data[0])
        self.closes = self.closing()

    def closing(self) -> int:
        """When the phase that opened last does close."""
        opened = [n for n in self.engine.notices if n["name"] == "JobOpened"]
        return int(opened[-1]["closesAt"])

    def send(self, sender: bytes, payload: bytes, may_refuse=()) -> Outcome:
        outcome = self.engine.advance(sender, payload, may_refuse)
        self.results += outcome.of("SubmissionScored")
        return outcome

    def tell(self, sender: bytes, name: str, *arguments, may_refuse=()) -> Outcome:
        return self.send(sender, message(name, *arguments), may_refuse)

    def upload(self, sender: bytes, blob: bytes) -> Outcome:
        size = 60_000
        for offset in range(0, len(blob), size):
            chunk = blob[offset : offset + size]
            out = self.tell(sender, "upload", 0, raw_cid(blob), len(blob), offset, chunk)
        return out

    def commit(self, name: str, blob: bytes) -> None:
        client = self.clients[name]
        promise = commitment(0, client, blob, salt_of(name, self.round), self.round)
        self.tell(client, "commit", 0, promise)

    def show(self, name: str, blob: bytes, may_refuse=()) -> Outcome:
        """Brings the bytes, then opens the commitment to them."""
        self.upload(self.clients[name], blob)
        cids = raw_cid(blob), raw_cid(self.contest.data[self.round])
        arguments = 0, *cids, salt_of(name, self.round)
        return self.tell(self.clients[name], "submit", *arguments, may_refuse=may_refuse)

    def reveal_data(self) -> None:
        self.engine.until(self.closes)
        data = self.contest.data[self.round]
        self.upload(SPONSOR, data)
        self.tell(SPONSOR, "revealData", 0, raw_cid(data), self.seals[self.round])

    def paid(self) -> dict[str, int]:
        """What each client got, by the vouchers; the notices must say the same."""
        rewards = dict.fromkeys(self.names, 0)
        names = {"0x" + client.hex(): name for name, client in self.clients.items()}
        for notice in self.engine.notices:
            if notice["name"] == "RewardIssued":
                rewards[names[notice["client"]]] += int(notice["amount"])
        for name, client in self.clients.items():
            if self.engine.payments.get(client, 0) != rewards[name]:
                raise EngineError(f"vouchers and notices differ for {name}")
        slots = len(self.names) if self.payout == payouts.POSTED else 1
        assert sum(rewards.values()) <= self.reward * slots
        return rewards

    @property
    def has_ended(self) -> bool:
        return any(notice["name"] == "JobSettled" for notice in self.engine.notices)

    def end(self) -> dict[str, int]:
        """Settles if that is still to do, checks that no money was lost, and says who got what."""
        if not self.has_ended:
            self.engine.until(self.closes)
            # A job that time ends has ended before it could take the message.
            self.tell(SPONSOR, "advance", 0, may_refuse=("wrongPhase",))
        if not self.has_ended:
            raise EngineError("the job does not end")
        assert all(asset["conserved"] for asset in self.engine.inspect("audit")["assets"])
        return self.paid()


class UnsealedJob(Job):
    """POSTED with public data: submissions one after the other, against the loss to beat."""

    is_sealed = False

    def submit(self, name: str, blob: bytes) -> dict:
        """The notice of the score."""
        self.commit(name, blob)
        self.engine.now += COMMIT_AGE
        return self.show(name, blob).of("SubmissionScored")[0]


class SealedJob(Job):
    """One round with claims. Everybody claims the true loss and shows the model when due."""

    @classmethod
    def played(cls, deml, contest: Contest, models: dict[str, bytes], payout: int, ppm: int):
        """What each of the names is paid in a job of their own."""
        with Engine(deml) as engine:
            return cls(engine, contest, list(models), payout, ppm=ppm).play(models)

    def play(self, models: dict[str, bytes]) -> dict[str, int]:
        """`models` in the order of the commitments."""
        for name, blob in models.items():
            self.commit(name, blob)
        self.reveal_data()
        base = parse_weights(self.contest.base, self.contest.arch)
        for name, blob in models.items():
            loss = self.contest.loss(parse_weights(blob, self.contest.arch, base))
            self.tell(self.clients[name], "claim", 0, loss)
        self.engine.until(self.engine.now + DAY)
        self.tell(SPONSOR, "advance", 0, may_refuse=("wrongPhase",))
        for name, blob in models.items():
            if not self.has_ended:
                self.show(name, blob, may_refuse=("notDue",))
        return self.end()


@dataclass(frozen=True)
class Round:
    """What a federated round came to. Gains are losses of the mean without less that with."""

    gains: dict[str, int]
    share: int
    is_void: bool
    loss: int

    @property
    def pays(self) -> dict[str, int]:
        """By the payout rule from the gains that the engine stated."""
        amounts = payouts.federated(list(self.gains.values()), self.share)
        return dict(zip(self.gains, [0] * len(amounts) if self.is_void else amounts))


class FederatedJob(Job):
    """Rounds of updates; the global model is read back from the engine after each."""

    def __post_init__(self):
        self.base = self.contest.base
        self.raw = parse_weights(self.base, self.contest.arch)
        self.remaining = self.reward
        self.rounds: list[Round] = []
        super().__post_init__()

    @classmethod
    def played(cls, deml, contest: Contest, names, norm_bound: int, changes) -> FederatedJob:
        """All rounds of a job: `changes(raw, number)` is what its clients make of the global model."""
        with Engine(deml) as engine:
            job = cls(engine, contest, names, payouts.FEDERATED, norm_bound=norm_bound)
            for number in range(len(contest.data)):
                made = [training.delta(contest.arch, c, job.raw) for c in changes(job.raw, number)]
                job.play(dict(zip(names, made)))
            job.pay = job.end()
        return job

    def play(self, updates: dict[str, bytes]) -> Round:
        """One round: everybody commits, the data is revealed, everybody shows."""
        for name, blob in updates.items():
            self.commit(name, blob)
        self.reveal_data()
        before = len(self.results), len(self.engine.notices)
        for name, blob in updates.items():
            self.show(name, blob)
        closed = next(n for n in self.engine.notices[before[1] :] if n["name"] == "RoundClosed")
        names = {"0x" + client.hex(): name for name, client in self.clients.items()}
        gains = {
            names[score["client"]]: int(score["loss"]) - int(score["baseLoss"])
            for score in self.results[before[0] :]
        }
        share = self.remaining // (len(self.contest.data) - self.round)
        self.remaining -= share
        cid = closed["globalCid"]
        is_void = cid == cid_text(raw_cid(self.base))
        result = Round(gains, share, is_void, int(closed["loss"]))
        self.rounds.append(result)
        if not is_void:
            self.adopt(cid)
        self.round += 1
        self.closes = self.closing()
        return result

    def adopt(self, cid: str) -> None:
        answer = self.engine.inspect(f"content/{cid}/bytes?offset=0&length=524288")
        self.base = bytes.fromhex(answer["data"][2:])
        assert cid_text(raw_cid(self.base)) == cid
        self.raw = parse_weights(self.base, self.contest.arch)

    def end(self) -> dict[str, int]:
        paid = super().end()
        for name, amount in paid.items():
            assert amount == sum(r.pays.get(name, 0) for r in self.rounds), name
        return paid
