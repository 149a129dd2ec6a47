"""FEDERATED under two label flippers and a free-rider, beside other ways to make a mean; and what
honest clients would be paid by other scores."""

from __future__ import annotations

from pathlib import Path

from fixtures import payouts
from fixtures.blobs import parse_dataset, parse_weights
from fixtures.federated_books import mean

from . import rules, training
from .engine import Engine
from .jobs import REWARD, FederatedJob
from .tables import Experiment, Figures, Table, column, share, spread
from .world import ARCH, ROUNDS, World

HONEST = [f"honest {i}" for i in range(7)]
FLIPPERS = ["flipper 0", "flipper 1"]
RIDER = "free-rider"
CAST = [*HONEST, *FLIPPERS, RIDER]
NOISE = 0.02
# As in the story: about twice the length of an honest update in the first round.
NORM_BOUND = 4 * 65_536
OTHERS = {
    "plain FedAvg": rules.plain,
    "coordinate median": rules.median,
    "trimmed mean": rules.trimmed,
    "clipped FedAvg": rules.clipped,
}


def update(raw, seed: int, number: int, name: str, shards) -> bytes:
    """What `name` sends from the global model `raw` in round `number`."""
    local = 1_000 * seed + 100 * number + CAST.index(name)
    if name == RIDER:
        return training.delta(ARCH, training.noise(raw, local, NOISE), raw)
    x, y = shards[CAST.index(name)]
    new = training.train(raw, x, 9 - y if name in FLIPPERS else y, local)
    return training.delta(ARCH, training.difference(new, raw), raw)


def loaded(updates, raw):
    """The changes that the blobs make to the global model."""
    return [training.difference(parse_weights(u, ARCH, raw), raw) for u in updates]


def measure(seed: int, deml: Path) -> Figures:
    world = World(seed)
    shards, contest = world.shards(9), world.federation()
    data = [parse_dataset(blob, ARCH) for blob in contest.data]
    figures: Figures = {}
    with Engine(deml) as engine:
        job = FederatedJob(engine, contest, CAST, payouts.FEDERATED, norm_bound=NORM_BOUND)
        for number in range(ROUNDS):
            raw = job.raw
            updates = {name: update(raw, seed, number, name, shards) for name in CAST}
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
            updates = [update(raw, seed, number, who, shards) for who in CAST]
            raw = rule(raw, loaded(updates, raw), data[number])
        note(figures, name, raw, world)
    raw = parse_weights(contest.base, ARCH)
    for number in range(ROUNDS):
        updates = [update(raw, seed, number, who, shards) for who in HONEST]
        raw = mean(raw, loaded(updates, raw))
    note(figures, "honest clients only", raw, world)
    percent = {name: 100 * amount / REWARD for name, amount in paid.items()}
    figures["free-rider"] = percent[RIDER]
    figures["flippers"] = sum(percent[name] for name in FLIPPERS)
    figures["honest least"] = min(percent[name] for name in HONEST)
    figures["honest most"] = max(percent[name] for name in HONEST)
    figures["paid"] = sum(percent.values())
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
        ("free-rider", "free-rider (noise)"),
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

SCORES = ("alone", "left out", "at weight")


def measure_scores(seed: int, deml: Path) -> Figures:
    """Ten honest clients: who is paid by leaving out, alone, and alone with the mean's weight."""
    world = World(seed)
    shards, contest = world.shards(10), world.federation()
    data = [parse_dataset(blob, ARCH) for blob in contest.data]
    names = [f"honest {i}" for i in range(10)]
    paid = {score: [] for score in SCORES}
    with Engine(deml) as engine:
        job = FederatedJob(engine, contest, names, payouts.FEDERATED, norm_bound=NORM_BOUND)
        for number in range(ROUNDS):
            raw = job.raw
            made = training.changes(raw, shards, seed, number)
            updates = [training.delta(ARCH, change, raw) for change in made]
            job.play(dict(zip(names, updates)))
            changes, base = loaded(updates, raw), rules.loss_of(raw, data[number])
            alone = [rules.loss_of(training.plus(raw, c), data[number]) for c in changes]
            paid["alone"].append(sum(loss < base for loss in alone))
            paid["left out"].append(sum(gain > 0 for gain in job.rounds[-1].gains.values()))
            gains = rules.weighted_gains(raw, changes, data[number])
            paid["at weight"].append(sum(gain > 0 for gain in gains))
        pays = job.end()
    figures = {
        f"{score} {number}": 10.0 * count
        for score, counts in paid.items()
        for number, count in enumerate(counts)
    }
    figures["paid"] = 100 * sum(pays.values()) / REWARD
    figures["unpaid"] = sum(amount == 0 for amount in pays.values())
    return figures


def check_scores(figures: Figures) -> None:
    assert 0 < figures["paid"] <= 100


def tables_of_scores(results: list[Figures]) -> list[Table]:
    head = ["score", *(f"round {number + 1}" for number in range(ROUNDS))]
    title = "Honest clients with a gain, % of 10 clients in each round, mean over the seeds"
    table = Table(title, head)
    for score, what in (
        ("alone", "each alone against the base (offline)"),
        ("left out", "leave-one-out (the engine)"),
        ("at weight", "each alone at its weight in the mean (offline)"),
    ):
        table.row(what, *(share(results, f"{score} {number}") for number in range(ROUNDS)))
    return [table]


EXPERIMENTS = (
    Experiment("federated", measure, check, tables),
    Experiment("scores", measure_scores, check_scores, tables_of_scores),
)
