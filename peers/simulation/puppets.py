"""A puppet of the sponsor knows the evaluation data and trains on nothing else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from deml_peer import payouts
from deml_peer.blobs import parse_weights

from . import training
from .engine import Engine
from .jobs import FederatedJob, SealedJob, UnsealedJob, percent
from .tables import Experiment, Figures, Table, spread
from .world import ARCH, ROUND_SAMPLES, World

ROUNDS = 4
NORM_BOUND = 4 * 65_536
# Of normBound, so that the rounding of the blob stays within.
REACH = 0.99
PPM = 20_000
EPOCHS = 8


def sealed(world: World, deml: Path, payout: int, is_first: bool, with_puppet=True) -> dict:
    base = parse_weights(world.contest.base, ARCH)
    honest = training.changes(base, world.mixed_shards(5), world.seed, 0)
    models = {f"honest {i}": change for i, change in enumerate(honest)}
    if with_puppet:
        known = training.train(base, *world.judged, world.seed, EPOCHS)
        puppet = {"puppet": training.difference(known, base)}
        models = puppet | models if is_first else models | puppet
    blobs = {name: training.delta(ARCH, change, base) for name, change in models.items()}
    return SealedJob.played(deml, world.contest, blobs, payout, PPM)


def unsealed(world: World, deml: Path, with_puppet: bool) -> dict:
    """The puppet, or anybody who fits the public data, submits first; then five honest clients,
    each from the best model that is public."""
    base = parse_weights(world.contest.base, ARCH)
    names = ["puppet"] * with_puppet + [f"honest {i}" for i in range(5)]
    shards = [world.judged] * with_puppet + world.mixed_shards(5)
    best = base
    with Engine(deml) as engine:
        job = UnsealedJob(engine, world.contest, names, payouts.POSTED, ppm=PPM)
        for name, shard in zip(names, shards):
            epochs = EPOCHS if name == "puppet" else 2
            model = training.train(best, *shard, world.seed, epochs)
            blob = training.delta(ARCH, training.difference(model, base), base)
            if job.submit(name, blob)["accepted"]:
                best = model
        return job.end()


def federated(world: World, deml: Path, puppets: int, is_long: bool) -> dict:
    """Ten clients of whom some train on the round's data; long ones reach normBound."""
    shards = world.shards(10)[puppets:]
    names = [f"honest {i}" for i in range(len(shards))] + [f"puppet {i}" for i in range(puppets)]
    x, y = world.images

    def changes(raw, number: int) -> list:
        made = training.changes(raw, shards, world.seed, number)
        judged = slice(number * ROUND_SAMPLES, (number + 1) * ROUND_SAMPLES)
        for i in range(puppets):
            new = training.train(raw, x[judged], y[judged], world.seed + i)
            change = training.difference(new, raw)
            made.append(training.of_norm(change, REACH * NORM_BOUND) if is_long else change)
        return made

    return FederatedJob.played(deml, world.federation(ROUNDS), names, NORM_BOUND, changes).pay


def measure(seed: int, deml: Path) -> Figures:
    world, figures = World(seed), {}

    def note(key: str, paid: dict) -> None:
        figures[f"{key} puppet"] = percent(paid, "puppet")
        figures[f"{key} honest"] = percent(paid, "honest")

    for name, payout in (("best", payouts.BEST), ("proportional", payouts.PROPORTIONAL)):
        for is_first in (True, False):
            place = "first" if is_first else "last"
            note(f"{name} {place}", sealed(world, deml, payout, is_first))
    posted = partial(sealed, payout=payouts.POSTED, is_first=True)
    for name, play in (("posted", posted), ("unsealed", unsealed)):
        with_it, without = (play(world, deml, with_puppet=puppet) for puppet in (True, False))
        figures[f"{name} puppet"] = percent(with_it, "puppet") / 100
        figures[f"{name} honest"] = percent(with_it, "honest") / 100
        figures[f"{name} alone"] = percent(without, "honest") / 100
    for puppets in (1, 3, 5):
        for is_long in (False, True):
            note(f"federated {puppets} {is_long}", federated(world, deml, puppets, is_long))
    return figures


def check(figures: Figures) -> None:
    # A puppet takes one reward of its own in a sealed POSTED job, and dilutes nobody.
    assert figures["posted honest"] == figures["posted alone"]
    assert figures["posted puppet"] <= 1


def tables(results: list[Figures]) -> list[Table]:
    pools = Table(
        "What puppets that know the data take, % of the pool; what nobody gets is the sponsor's",
        ["payout", "puppets: median (most)", "honest clients: median (least)"],
    )
    for name, what in (
        ("best first", "BEST, commits first of 6"),
        ("best last", "BEST, commits last of 6"),
        ("proportional first", "PROPORTIONAL, commits first of 6"),
        ("proportional last", "PROPORTIONAL, commits last of 6"),
        *(
            (f"federated {n} {long}", f"FEDERATED, {n} of 10{', as long as normBound' * long}")
            for n in (1, 3, 5)
            for long in (False, True)
        ),
    ):
        honest = spread(results, f"{name} honest", ".0f", min)
        pools.row(what, spread(results, f"{name} puppet", ".0f"), honest)
    rewards = Table(
        "Rewards of five honest clients, of 5: median (least)",
        ["payout", "without a puppet", "with a puppet", "the puppet's"],
    )
    for name, what in (("posted", "sealed POSTED"), ("unsealed", "unsealed POSTED")):
        cells = [spread(results, f"{name} {who}", ".0f", min) for who in ("alone", "honest")]
        rewards.row(what, *cells, spread(results, f"{name} puppet", ".0f", min))
    return [pools, rewards]


EXPERIMENTS = (Experiment("puppets", measure, check, tables),)
