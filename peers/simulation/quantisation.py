"""Int8 over thirty rounds: whole weights quantised anew each round, or only what changed.

Offline: no attackers, FedAvg of all, the exact mean of the protocol.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer.architecture import I8
from deml_peer.blobs import parse_weights
from deml_peer.export import weights_blob
from deml_peer.federated_books import mean

from . import rules, training
from .tables import Experiment, Figures, Table, spread
from .world import ARCH, World

ROUNDS = 30
EXACT, DELTAS, WEIGHTS, ALL = FORMS = (
    "exact i32",
    "int8 deltas",
    "int8 weights",
    "int8 weights, and an int8 global model",
)
PACES = {
    "2 epochs at 0.03": {"epochs": 2, "rate": 0.03},
    "1 epoch at 0.003": {"epochs": 1, "rate": 0.003},
}


def through(form: str, new, raw):
    """What is left of a model after it went through a blob."""
    if form == EXACT:
        return new
    blob = weights_blob(ARCH, new, I8, raw if form == DELTAS else None)
    return parse_weights(blob, ARCH, raw)


def trained(world: World, form: str, steps: dict):
    """The global model after all rounds."""
    shards, raw = world.shards(10), parse_weights(world.initial, ARCH)
    for number in range(ROUNDS):
        made = training.changes(raw, shards, world.seed, number, **steps)
        seen = [through(form, training.plus(raw, change), raw) for change in made]
        raw = mean(raw, [training.difference(new, raw) for new in seen])
        if form == ALL:
            raw = through(form, raw, None)
    return raw


def measure(seed: int, _: Path) -> Figures:
    world, figures = World(seed), {}
    for pace, steps in PACES.items():
        for form in FORMS:
            raw = trained(world, form, steps)
            figures[f"{pace} {form} loss"] = rules.mean_loss(raw, world.test)
            figures[f"{pace} {form} accuracy"] = rules.accuracy(raw, world.test)
    return figures


def check(figures: Figures) -> None:
    """Deltas lose next to nothing."""
    for pace in PACES:
        lost = figures[f"{pace} {DELTAS} loss"] - figures[f"{pace} {EXACT} loss"]
        assert abs(lost) < 0.02, pace


def tables(results: list[Figures]) -> list[Table]:
    head = ["updates sent as", *(f"{what}, {p}" for p in PACES for what in ("loss", "accuracy %"))]
    title = f"After {ROUNDS} rounds of ten honest clients (offline): median (worst)"
    table = Table(title, head)
    for form in FORMS:
        cells = []
        for pace in PACES:
            cells.append(spread(results, f"{pace} {form} loss", ".3f"))
            cells.append(spread(results, f"{pace} {form} accuracy", ".1f", min))
        table.row(form, *cells)
    return [table]


EXPERIMENTS = (Experiment("quantisation", measure, check, tables, is_offline=True),)
