"""One client as several: data split over identities, copies and noisy copies, in every payout;
and the update of the round before, sent again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deml_peer import payouts
from deml_peer.blobs import parse_weights

from . import training
from .engine import Engine
from .jobs import FederatedJob, SealedJob, UnsealedJob, percent
from .tables import Experiment, Figures, Table, share, spread
from .world import ARCH, World

ONE = "one identity"
MANY = ("data split over 2", "data split over 3", "2 copies", "3 copies", "2 noisy copies")
STRATEGIES = (ONE, *MANY)
ROUNDS = 4
NORM_BOUND = 4 * 65_536
# A noisy copy's noise, as a part of the length of what is copied: much where copies of oneself are
# to look different, little where luck is to lower the loss.
MUCH, LITTLE = 0.4, 0.05
PPM = 20_000


def parts(strategy: str, raw, shard, seed: int) -> list:
    """The changes that the identities of one client send."""
    x, y = shard
    count = next((int(word) for word in strategy.split() if word.isdigit()), 1)
    if "split" in strategy:
        pieces = [(x[i::count], y[i::count]) for i in range(count)]
        return training.changes(raw, pieces, seed, 50)
    change = training.changes(raw, [shard], seed, 50)[0]
    if "noisy" in strategy:
        return [change, *(blurred(raw, change, MUCH, seed + i) for i in range(1, count))]
    return [change] * count


def blurred(raw, change, part: float, seed: int):
    noise = training.of_norm(training.noise(raw, seed, 0.05), part * training.norm(change))
    return training.plus(change, noise)


# --- federated --------------------------------------------------------------------------------


def federated(world: World, deml: Path, strategy: str) -> float:
    """The client's pay in percent of the pool, over all its identities."""
    honest = world.shards(9)
    own = honest.pop(world.seed % 9)
    count = len(parts(strategy, parse_weights(world.initial, ARCH), own, 0))
    names = [f"honest {i}" for i in range(8)] + [f"self {i}" for i in range(count)]

    def changes(raw, number: int) -> list:
        made = training.changes(raw, honest, world.seed, number)
        return made + parts(strategy, raw, own, 100 * world.seed + number)

    contest = world.federation(ROUNDS)
    return percent(FederatedJob.played(deml, contest, names, NORM_BOUND, changes).pay, "self")


def replayed(world: World, deml: Path) -> float:
    """Without data: from the second round on, the update that gained most in the round before."""
    shards = world.shards(9)
    names = [f"honest {i}" for i in range(9)] + ["replayer"]
    with Engine(deml) as engine:
        contest = world.federation(ROUNDS)
        job = FederatedJob(engine, contest, names, payouts.FEDERATED, norm_bound=NORM_BOUND)
        best = training.delta(ARCH, training.noise(job.raw, world.seed, 0.001), job.raw)
        for number in range(ROUNDS):
            raw = job.raw
            made = training.changes(raw, shards, world.seed, number)
            updates = dict(zip(names, [training.delta(ARCH, c, raw) for c in made]))
            gains = job.play(updates | {"replayer": best}).gains
            best = updates[max(names[:9], key=gains.get)]
        paid = job.end()
    return percent(paid, "replayer")


# --- sealed contests --------------------------------------------------------------------------


def sealed(world: World, deml: Path, payout: int, strategy: str, at: int = 0) -> float:
    """The client's pay in percent of the pool, or for POSTED the number of its rewards.

    Five honest clients, and the identities of this one commit in a row behind `at` of them.
    """
    *honest, own = world.mixed_shards(6)
    base = parse_weights(world.contest.base, ARCH)
    others = training.changes(base, honest, world.seed, 0)
    mine = parts(strategy, base, own, world.seed)
    models = {f"honest {i}": change for i, change in enumerate(others[:at])}
    models |= {f"self {i}": change for i, change in enumerate(mine)}
    models |= {f"honest {i}": change for i, change in enumerate(others[at:], at)}
    blobs = {name: training.delta(ARCH, change, base) for name, change in models.items()}
    paid = SealedJob.played(deml, world.contest, blobs, payout, PPM)
    return percent(paid, "self") / (100 if payout == payouts.POSTED else 1)


# --- unsealed ---------------------------------------------------------------------------------

RATCHET = (
    "own copies",
    "own noisy copies",
    "copies of another's",
    "noisy copies of another's",
    "one improvement in 3 steps",
)


def unsealed(world: World, deml: Path, strategy: str, ppm: int) -> int:
    """Rewards of a client with three slots, the first for honest work; two others work too.

    Each of the two further slots has three attempts; noise is new in each.
    """
    shards = world.mixed_shards(3)
    names = ["honest 0", "self 0", "self 1", "self 2", "honest 1"]
    base = parse_weights(world.contest.base, ARCH)
    with Engine(deml) as engine:
        job = UnsealedJob(engine, world.contest, names, payouts.POSTED, ppm=ppm)

        def submit(name: str, raw) -> bool:
            blob = training.delta(ARCH, training.difference(raw, base), base)
            return job.submit(name, blob)["accepted"]

        theirs = training.train(base, *shards[0], world.seed)
        submit("honest 0", theirs)
        own = training.train(theirs, *shards[1], world.seed + 1)
        step = training.difference(own, theirs)
        if strategy == RATCHET[-1]:
            for i, part in enumerate((0.3, 0.6, 1.0)):
                submit(f"self {i}", training.plus(theirs, training.scaled(step, part)))
        else:
            submit("self 0", own)
            source = theirs if "another" in strategy else own
            for i in range(6):
                change = training.difference(source, base)
                if "noisy" in strategy:
                    change = blurred(base, change, LITTLE, world.seed + i)
                name = f"self {1 + i // 3}"
                if job.engine.payments.get(job.clients[name], 0) == 0:
                    submit(name, training.plus(base, change))
        submit("honest 1", training.train(own, *shards[2], world.seed + 2))
        paid = job.end()
    return sum(paid[name] > 0 for name in names[1:4])


def measure(seed: int, deml: Path) -> Figures:
    world, figures = World(seed), {}
    for strategy in STRATEGIES:
        figures[f"federated {strategy}"] = federated(world, deml, strategy)
        for name, payout in MODES.items():
            figures[f"{name} {strategy}"] = sealed(world, deml, payout, strategy)
    figures["replay"] = replayed(world, deml)
    figures["last"] = sealed(world, deml, payouts.PROPORTIONAL, ONE, at=5)
    for strategy in RATCHET:
        for ppm in (0, PPM):
            figures[f"unsealed {ppm} {strategy}"] = unsealed(world, deml, strategy, ppm)
    return figures


MODES = {
    "proportional": payouts.PROPORTIONAL,
    "best": payouts.BEST,
    "posted": payouts.POSTED,
}


def check(figures: Figures) -> None:
    """What the documentation promises of copies."""
    for count in ("2 copies", "3 copies"):
        for name in ("proportional", "best"):
            assert figures[f"{name} {count}"] == figures[f"{name} {ONE}"], (name, count)
        # What it says does not hold: a sealed POSTED job pays each of them.
        assert figures[f"posted {count}"] == int(count[0]) * figures[f"posted {ONE}"]
    for ppm in (0, PPM):
        for strategy in ("own copies", "copies of another's"):
            assert figures[f"unsealed {ppm} {strategy}"] <= 1, strategy


def tables(results: list[Figures]) -> list[Table]:
    title = "Pay of one client, median (most): % of the pool; sealed POSTED: rewards"
    table = Table(title, ["as", "FEDERATED", "PROPORTIONAL", "BEST", "sealed POSTED"])
    for strategy in STRATEGIES:
        cells = [
            spread(results, f"{name} {strategy}", ".1f") for name in ("federated", "proportional")
        ]
        won = f"won {share(results, f'best {strategy}')} %"
        table.row(strategy, *cells, won, spread(results, f"posted {strategy}", ".0f"))
    gains = Table(
        "Gain over one identity, points of the pool: median (most)",
        ["as", "FEDERATED", "PROPORTIONAL", "BEST"],
    )
    for strategy in MANY:
        cells = []
        for name in ("federated", "proportional", "best"):
            gained = [{"g": r[f"{name} {strategy}"] - r[f"{name} {ONE}"]} for r in results]
            cells.append(spread(gained, "g", "+.1f"))
        gains.row(strategy, *cells)
    places = Table("Other ways to the pool, % of it: median (most)", ["who", "pay"])
    for name, what in (
        ("replay", "FEDERATED: no data, sends the best update of the round before again"),
        (f"proportional {ONE}", "PROPORTIONAL: an honest client, first of six to commit"),
        ("last", "PROPORTIONAL: the same client, last of six to commit"),
    ):
        places.row(what, spread(results, name, ".1f"))
    ratchet = Table(
        "Unsealed POSTED: rewards of a client with three slots, mean (most)",
        ["what the other slots get", "threshold 0", "threshold 2 %"],
    )
    for strategy in RATCHET:
        cells = []
        for ppm in (0, PPM):
            values = [r[f"unsealed {ppm} {strategy}"] for r in results]
            cells.append(f"{np.mean(values):.2f} ({max(values)})")
        ratchet.row(strategy, *cells)
    return [table, gains, places, ratchet]


EXPERIMENTS = (Experiment("sybils", measure, check, tables),)
