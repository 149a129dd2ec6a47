"""FEDERATED under two label flippers and a free-rider, beside other ways to make a mean; and what
honest clients would be paid by other scores."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from deml_peer import payouts
from deml_peer.blobs import parse_dataset, parse_weights
from deml_peer.federated_books import mean
from stories import tasks

from . import rules, training
from .engine import Engine
from .jobs import REWARD, FederatedJob, percent
from .tables import Experiment, Figures, Table, column, share, spread
from .world import ARCH, ROUNDS, STORY_SEED, World

HONEST = [f"honest {i}" for i in range(7)]
FLIPPERS = ["flipper 0", "flipper 1"]
RIDER = "free-rider"
CAST = [*HONEST, *FLIPPERS, RIDER]
# Deviations of the free-rider's noise: the story's, and a smaller and a larger one.
NOISE, OTHER_NOISE = 0.02, (0.005, 0.05)
# As in the story: about twice the length of an honest update in the first round.
NORM_BOUND = 4 * 65_536
OTHERS = {
    "plain FedAvg": rules.plain,
    "coordinate median": rules.median,
    "trimmed mean": rules.trimmed,
    "clipped FedAvg": rules.clipped,
}


def updates_of(names, raw, seed: int, number: int, shards):
    """What each of `names`, in the order of the cast, sends from the global model of a round."""
    made = training.changes(raw, shards, seed, number)
    made.append(training.noise(raw, 100 * seed + number, NOISE))
    blobs = [training.delta(ARCH, change, raw) for change in made]
    return {name: blob for name, blob in zip(CAST, blobs) if name in names}


def owned(world: World) -> list:
    """The shards of the cast but the free-rider, who has none; flippers have every label wrong."""
    honest, wrong = world.shards(9)[: len(HONEST)], world.shards(9)[len(HONEST) :]
    return [*honest, *((x, 9 - y) for x, y in wrong)]


def loaded(updates, raw):
    """The changes that the blobs make to the global model."""
    return [training.difference(parse_weights(u, ARCH, raw), raw) for u in updates]


def ridden(world: World, deml: Path, noise: float) -> float:
    """The free-rider's pay with another noise, in percent of the pool."""
    shards = owned(world)

    def changes(raw, number: int) -> list:
        made = training.changes(raw, shards, world.seed, number)
        return [*made, training.noise(raw, 100 * world.seed + number, noise)]

    job = FederatedJob.played(deml, world.federation(), CAST, NORM_BOUND, changes)
    return percent(job.pay, RIDER)


def assert_same_trainer(base: bytes, shard) -> None:
    """What trains here is what the stories' jobs name as their trainer, to a unit of rounding."""
    ours = training.train(parse_weights(base, ARCH), *shard, 7)
    theirs = tasks.train(ARCH, base, shard, 7, epochs=2, rate=0.03)
    assert all((abs(a - b) <= 1).all() for a, b in zip(ours, theirs))


def measure(seed: int, deml: Path) -> Figures:
    world = World(seed)
    shards, contest = owned(world), world.federation()
    data = [parse_dataset(blob, ARCH) for blob in contest.data]
    figures: Figures = {}
    if seed == STORY_SEED:
        assert_same_trainer(contest.base, shards[0])
    with Engine(deml) as engine:
        job = FederatedJob(engine, contest, CAST, payouts.FEDERATED, norm_bound=NORM_BOUND)
        for number in range(ROUNDS):
            raw = job.raw
            updates = updates_of(CAST, raw, seed, number, shards)
            job.play(updates)
            # The independent implementation comes to the same model and the same gains.
            verdict = rules.leave_one_out(raw, loaded(updates.values(), raw), data[number])
            assert verdict.gains == list(job.rounds[-1].gains.values())
            assert verdict.is_void == job.rounds[-1].is_void
            assert all((a == b).all() for a, b in zip(verdict.model, job.raw))
        paid = job.end()
        note(figures, "DeML", job.raw, world)
    for name, rule in OTHERS.items():
        raw = parse_weights(contest.base, ARCH)
        for number in range(ROUNDS):
            updates = updates_of(CAST, raw, seed, number, shards)
            raw = rule(raw, loaded(updates.values(), raw), data[number])
        note(figures, name, raw, world)
    raw = parse_weights(contest.base, ARCH)
    for number in range(ROUNDS):
        updates = updates_of(HONEST, raw, seed, number, shards)
        raw = mean(raw, loaded(updates.values(), raw))
    note(figures, "honest clients only", raw, world)
    figures["free-rider"] = percent(paid, RIDER)
    for noise in OTHER_NOISE:
        figures[f"free-rider {noise}"] = ridden(world, deml, noise)
    figures["flippers"] = percent(paid, "flipper")
    figures["honest least"] = min(percent(paid, name) for name in HONEST)
    figures["honest most"] = max(percent(paid, name) for name in HONEST)
    figures["paid"] = percent(paid)
    figures["void"] = sum(round_.is_void for round_ in job.rounds)
    return figures


def note(figures: Figures, name: str, raw, world: World) -> None:
    figures[f"{name} loss"] = rules.mean_loss(raw, world.test)
    figures[f"{name} accuracy"] = rules.accuracy(raw, world.test)


def check(figures: Figures) -> None:
    assert 0 < figures["paid"] <= 100
    assert figures["free-rider"] < figures["honest most"]


def tables(results: list[Figures]) -> list[Table]:
    models = Table(
        "Global model after 6 rounds, on 297 images that nobody saw: median (worst)",
        ["rule", "mean loss", "accuracy, %", "loss below plain FedAvg's"],
    )
    for name in ("DeML", *OTHERS, "honest clients only"):
        better = sum(r[f"{name} loss"] < r["plain FedAvg loss"] for r in results)
        models.row(
            name,
            spread(results, f"{name} loss", ".3f"),
            spread(results, f"{name} accuracy", ".1f", min),
            "" if name == "plain FedAvg" else f"{better} of {len(results)} seeds",
        )
    pay = Table("Pay, % of the pool", ["who", "median", "least", "most"])
    for name, what in (
        ("free-rider", f"free-rider, noise of deviation {NOISE}"),
        *((f"free-rider {noise}", f"the same, deviation {noise}") for noise in OTHER_NOISE),
        ("flippers", "two label flippers together"),
        ("honest least", "the honest client that gets least"),
        ("honest most", "the honest client that gets most"),
        ("paid", "all"),
    ):
        values = sorted(column(results, name))
        middle = spread(results, name, ".1f").split(" ")[0]
        pay.row(what, middle, f"{values[0]:.1f}", f"{values[-1]:.1f}")
    void = int(sum(column(results, "void")))
    pay.row(f"void rounds, of {ROUNDS * len(results)}", str(void), "", "")
    return [models, pay]


# --- scores of honest clients -----------------------------------------------------------------

SCORES = {
    "alone": "each alone against the base (offline)",
    "left out": "leave-one-out (the engine)",
    "at weight": "each alone at its weight in the mean (offline)",
}
MIXES = {"mixed": "half of a shard of few digits", "pure": "shards of one or two digits"}


def counted(world: World, deml: Path, shards) -> tuple[dict[str, list[float]], dict[str, int]]:
    """How many of ten honest clients have a gain in each round by each score; their pay; and under
    `norm` the length of the median update."""
    contest, names = world.federation(), [f"honest {i}" for i in range(10)]
    data = [parse_dataset(blob, ARCH) for blob in contest.data]
    counts = {score: [] for score in (*SCORES, "norm")}
    with Engine(deml) as engine:
        job = FederatedJob(engine, contest, names, payouts.FEDERATED, norm_bound=NORM_BOUND)
        for number in range(ROUNDS):
            raw = job.raw
            made = training.changes(raw, shards, world.seed, number)
            updates = [training.delta(ARCH, change, raw) for change in made]
            job.play(dict(zip(names, updates)))
            counts["norm"].append(median(training.norm(change) for change in made) / 65_536)
            changes, base = loaded(updates, raw), rules.loss_of(raw, data[number])
            alone = [rules.loss_of(training.plus(raw, c), data[number]) for c in changes]
            counts["alone"].append(sum(loss < base for loss in alone))
            counts["left out"].append(sum(gain > 0 for gain in job.rounds[-1].gains.values()))
            gains = rules.weighted_gains(raw, changes, data[number])
            counts["at weight"].append(sum(gain > 0 for gain in gains))
        return counts, job.end()


def measure_scores(seed: int, deml: Path) -> Figures:
    """Ten honest clients: who is paid by leaving out, alone, and alone with the mean's weight."""
    world, figures = World(seed), {}
    for mix, shards in zip(MIXES, (world.shards(10), world.pure_shards(10))):
        counts, paid = counted(world, deml, shards)
        for score, gained in counts.items():
            for number, count in enumerate(gained):
                figures[f"{mix} {score} {number}"] = count
        figures[f"{mix} paid"] = percent(paid)
        figures[f"{mix} least"] = 100 * min(paid.values()) / REWARD
        figures[f"{mix} unpaid"] = sum(amount == 0 for amount in paid.values())
    return figures


def check_scores(figures: Figures) -> None:
    assert 0 < figures["mixed paid"] <= 100
    assert 0 <= figures["pure paid"] <= 100


def tables_of_scores(results: list[Figures]) -> list[Table]:
    head = ["score", *(f"round {number + 1}" for number in range(ROUNDS))]
    shown = []
    for mix, what in MIXES.items():
        table = Table(f"Honest clients with a gain, of 10, {what}: mean over the seeds", head)
        for score, words in SCORES.items():
            keys = (f"{mix} {score} {number}" for number in range(ROUNDS))
            table.row(words, *(share(results, key, ".1f") for key in keys))
        shown.append(table)
    norms = Table("Norm of the median honest update, mean over the seeds", ["shards", *head[1:]])
    for mix, what in MIXES.items():
        keys = (f"{mix} norm {number}" for number in range(ROUNDS))
        norms.row(what, *(share(results, key, ".2f") for key in keys))
    pay = Table(
        "Pay of ten honest clients over all rounds: median (worst)",
        ["shards", "all, % of the pool", "who gets least, %", "get nothing, of 10"],
    )
    for mix, what in MIXES.items():
        pay.row(
            what,
            spread(results, f"{mix} paid", ".0f", min),
            spread(results, f"{mix} least", ".1f", min),
            spread(results, f"{mix} unpaid", ".0f"),
        )
    return [*shown, pay, norms]


EXPERIMENTS = (
    Experiment("federated", measure, check, tables),
    Experiment("scores", measure_scores, check_scores, tables_of_scores),
)
