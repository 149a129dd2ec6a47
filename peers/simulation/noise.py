"""Submissions of "base model + noise": what part of them a threshold lets pass."""

from __future__ import annotations

from pathlib import Path

from deml_peer import payouts
from deml_peer.blobs import parse_weights

from . import training
from .engine import Engine
from .jobs import Contest, SealedJob, UnsealedJob
from .tables import Experiment, Figures, Table, column
from .world import ARCH, CONTEST_SAMPLES, World

DEVIATIONS = (0.002, 0.01, 0.05)
THRESHOLDS = (0, 1_000, 5_000, 20_000)
TRIES = 20


def submissions(contest: Contest, seed: int) -> dict[str, bytes]:
    base = parse_weights(contest.base, ARCH)
    return {
        f"{deviation} {i}": training.delta(
            ARCH, training.noise(base, 1_000 * seed + 100 * at + i, deviation), base
        )
        for at, deviation in enumerate(DEVIATIONS)
        for i in range(TRIES)
    }


def counted(paid: dict[str, int]) -> dict[float, float]:
    """The percentage that is paid, by deviation."""
    rewarded = [name for name, amount in paid.items() if amount]
    return {
        deviation: 100 * sum(name.startswith(f"{deviation} ") for name in rewarded) / TRIES
        for deviation in DEVIATIONS
    }


def measure(seed: int, deml: Path) -> Figures:
    world, figures = World(seed), {}
    fresh = Contest(ARCH, world.initial, (world.blob(0, CONTEST_SAMPLES),))
    for state, contest in (("untrained", fresh), ("trained", world.contest)):
        blobs = submissions(contest, seed)
        for ppm in THRESHOLDS:
            paid = {"sealed": SealedJob.played(deml, contest, blobs, payouts.POSTED, ppm)}
            with Engine(deml) as engine:
                job = UnsealedJob(engine, contest, list(blobs), payouts.POSTED, ppm=ppm)
                for name, blob in blobs.items():
                    job.submit(name, blob)
                paid["unsealed"] = job.end()
            for kind, pays in paid.items():
                for deviation, part in counted(pays).items():
                    figures[f"{kind} {state} {deviation} {ppm}"] = part
    return figures


def check(figures: Figures) -> None:
    """A higher threshold never pays more of the same submissions when each is judged alone."""
    for state in ("untrained", "trained"):
        for deviation in DEVIATIONS:
            parts = [figures[f"sealed {state} {deviation} {ppm}"] for ppm in THRESHOLDS]
            assert parts == sorted(parts, reverse=True)


def tables(results: list[Figures]) -> list[Table]:
    result = []
    for kind, what in (("sealed", "Sealed POSTED"), ("unsealed", "Unsealed POSTED, the ratchet")):
        table = Table(
            f"{what}: noise that is paid, % of {TRIES} submissions: mean (most)",
            ["base model, deviation", *(f"threshold {ppm / 10_000:g} %" for ppm in THRESHOLDS)],
        )
        for state in ("untrained", "trained"):
            for deviation in DEVIATIONS:
                cells = []
                for ppm in THRESHOLDS:
                    values = column(results, f"{kind} {state} {deviation} {ppm}")
                    cells.append(f"{sum(values) / len(values):.1f} ({max(values):.0f})")
                table.row(f"{state}, {deviation:g}", *cells)
        result.append(table)
    return result


EXPERIMENTS = (Experiment("noise", measure, check, tables),)
