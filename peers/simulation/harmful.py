"""Clients who send, every round, what harms most within a norm; pairs whose updates cancel; and
honest ones who shout. The norm is given as a multiple of the median honest one of the round."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from . import rules, training
from .jobs import FederatedJob, percent
from .tables import Experiment, Figures, Table, spread
from .world import World

CLIENTS, ROUNDS = 10, 3
RATIOS = (1, 2, 3, 5, 10, 20)
# Out of the way: what counts here is the length of the attackers' updates.
NORM_BOUND = 1_000 * 65_536
KINDS = {
    "1 harmful": 1,
    "2 harmful": 2,
    "1 shouting": 1,
    "2 shouting": 2,
    "2 that cancel": 2,
}


def attack(kind: str, raw, shard, own, length: float) -> list:
    """The changes of the attackers, who know their own data and the global model.

    `own` is what honest work on that data would give.
    """
    count = KINDS[kind]
    if "shouting" in kind:
        return [training.of_norm(own, length)] * count
    # A pair that cancels is made of the same harm and its opposite.
    weight = count if "harmful" in kind else 1
    change = training.harm(raw, *shard, length, weight / CLIENTS)
    if "cancel" in kind:
        return [change, training.scaled(change, -1)]
    return [change] * count


def played(world: World, deml: Path, kind: str, ratio: float) -> tuple[float, float, float, float]:
    """Void rounds, the attackers' pay, the honest clients' pay, all in percent; the final loss."""
    count = KINDS.get(kind, 0)
    shards = world.shards(CLIENTS)
    names = [f"honest {i}" for i in range(CLIENTS - count)] + [f"other {i}" for i in range(count)]

    def changes(raw, number: int) -> list:
        made = training.changes(raw, shards, world.seed, number)
        length = ratio * median(training.norm(change) for change in made)
        if count:
            made[-count:] = attack(kind, raw, shards[-1], made[-1], length)
        return made

    job = FederatedJob.played(deml, world.federation(ROUNDS), names, NORM_BOUND, changes)
    void = 100 * sum(round_.is_void for round_ in job.rounds) / ROUNDS
    others, honest = percent(job.pay, "other"), percent(job.pay, "honest")
    return void, others, honest, rules.mean_loss(job.raw, world.test)


def measure(seed: int, deml: Path) -> Figures:
    world, figures = World(seed), {}
    for kind in ("none", *KINDS):
        for ratio in RATIOS if kind in KINDS else (1,):
            result = played(world, deml, kind, ratio)
            for name, value in zip(("void", "others", "honest", "loss"), result):
                figures[f"{kind} {ratio} {name}"] = value
    return figures


def check(figures: Figures) -> None:
    for ratio in (1, 2, 3):
        for kind in ("1 harmful", "2 harmful"):
            assert figures[f"{kind} {ratio} void"] == 0
            assert figures[f"{kind} {ratio} others"] == 0


def tables(results: list[Figures]) -> list[Table]:
    ratios = [f"norm × {ratio}" for ratio in RATIOS]
    void = Table("Rounds that are void and pay nothing, % of rounds", ["attackers of 10", *ratios])
    pay = Table("The attackers' pay, % of the pool: median (most)", ["attackers of 10", *ratios])
    honest = Table("The honest clients' pay, % of the pool: median (least)", pay.head)
    for kind in KINDS:
        parts = [[r[f"{kind} {ratio} void"] for r in results] for ratio in RATIOS]
        void.row(kind, *(f"{sum(part) / len(part):.0f}" for part in parts))
        pay.row(kind, *(spread(results, f"{kind} {r} others", ".0f") for r in RATIOS))
        honest.row(kind, *(spread(results, f"{kind} {r} honest", ".0f", min) for r in RATIOS))
    honest.row("none", spread(results, "none 1 honest", ".0f", min), *[""] * (len(RATIOS) - 1))
    return [void, pay, honest]


EXPERIMENTS = (Experiment("harmful", measure, check, tables),)
