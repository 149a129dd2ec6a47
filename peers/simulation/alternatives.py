"""Rules that were considered for FEDERATED, under the attacks that today's rule suffers from.

Offline, in exact integers, from the same updates. Each rule looks at the changes of a round and
says what the next model is and what each client gained; pay follows from the gains as it does now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, median_low

from deml_peer import payouts
from deml_peer.blobs import Dataset, parse_dataset, parse_weights
from deml_peer.federated_books import mean

from . import harmful, rules, training
from .rules import Verdict, loss_of
from .tables import Experiment, Figures, Table, share, spread
from .world import ARCH, World

CLIENTS, ROUNDS = 10, 4
# Of the rule with a relative bound: the longest update that counts, in median ones.
LONGEST = 2
# Of the rule with trimmed gains: the largest gain that counts, in median ones of those that help.
LARGEST = 2


def better_of_two(raw, changes, data: Dataset) -> Verdict:
    """Leave-one-out; but when the mean of all is better than that of those that help, it is the
    candidate. Nobody's help is no candidate."""
    verdict = rules.leave_one_out(raw, changes, data)
    of_all = mean(raw, changes)
    helps = any(gain > 0 for gain in verdict.gains)
    if helps and loss_of(of_all, data) < loss_of(verdict.model, data):
        return Verdict(of_all, verdict.gains, False)
    return verdict


def trimmed_gains(gains: list[int]) -> list[int]:
    helping = [gain for gain in gains if gain > 0]
    if not helping:
        return gains
    return [min(gain, LARGEST * median_low(helping)) for gain in gains]


def trimmed(raw, changes, data: Dataset) -> Verdict:
    verdict = better_of_two(raw, changes, data)
    return Verdict(verdict.model, trimmed_gains(verdict.gains), verdict.is_void)


def bounded(raw, changes, data: Dataset) -> Verdict:
    """Trimmed, over updates no longer than twice the median; longer ones gain nothing."""
    lengths = [training.norm(change) for change in changes]
    counts = [length <= LONGEST * median_low(lengths) for length in lengths]
    verdict = trimmed(raw, [c for c, ok in zip(changes, counts) if ok], data)
    rest = iter(verdict.gains)
    gains = [next(rest) if ok else 0 for ok in counts]
    return Verdict(verdict.model, gains, verdict.is_void)


def shortened(raw, changes, data: Dataset) -> Verdict:
    """Trimmed, over updates of which those that are longer than the median are cut to it."""
    lengths = [training.norm(change) for change in changes]
    limit = median_low(lengths)
    fitted = [
        training.scaled(change, limit / length) if length > limit else change
        for change, length in zip(changes, lengths)
    ]
    return trimmed(raw, fitted, data)


def at_weight(raw, changes, data: Dataset) -> Verdict:
    """Each update alone, at the weight that it has in the mean of all."""
    gains = rules.weighted_gains(raw, changes, data)
    candidate = mean(raw, [change for change, gain in zip(changes, gains) if gain > 0])
    if loss_of(candidate, data) < loss_of(raw, data):
        return Verdict(candidate, gains, False)
    return Verdict(raw, gains, True)


RULES = {
    "today": rules.leave_one_out,
    "better of two": better_of_two,
    "trimmed": trimmed,
    "bounded": bounded,
    "shortened": shortened,
    "at weight": at_weight,
}
RICH = "nobody; the 10th has a third of the data"


@dataclass(frozen=True)
class Attack:
    """What some of ten clients do; `ratio` is the length of their updates in median ones."""

    kind: str
    ratio: float = 1

    def updates(self, raw, shards, seed: int, number: int) -> tuple[list, int]:
        """The changes of a round, the attackers' last, and how many those are."""
        made = training.changes(raw, shards, seed, number)
        if self.kind == "nobody":
            return made, 0
        if self.kind == RICH:
            return made, 1
        if self.kind == "flippers and free-rider":
            wrong = [(x, 9 - y) for x, y in shards[7:9]]
            made[7:9] = training.changes(raw, wrong, seed, number + 50)
            made[9] = training.noise(raw, 100 * seed + number, 0.02)
            return made, 3
        count = harmful.KINDS[self.kind]
        length = self.ratio * median(training.norm(change) for change in made)
        made[-count:] = harmful.attack(self.kind, raw, shards[-1], made[-1], length)
        return made, count

    @property
    def title(self) -> str:
        return self.kind if self.ratio == 1 else f"{self.kind}, norm × {self.ratio:g}"


ATTACKS = (
    Attack("nobody"),
    Attack(RICH),
    Attack("flippers and free-rider"),
    Attack("1 harmful", 20),
    Attack("2 harmful", 3),
    Attack("1 shouting", 2),
    Attack("1 shouting", 5),
    Attack("2 shouting", 3),
    Attack("2 that cancel"),
    Attack("2 that cancel", 2),
    Attack("2 that cancel", 5),
)
MIXES = ("mixed", "pure")


def cases(mix: str) -> list[Attack]:
    """Uneven shards are of neither mix; they stand with the first."""
    return [attack for attack in ATTACKS if attack.kind != RICH or mix == MIXES[0]]


def played(world: World, shards, attack: Attack, rule: Callable) -> Figures:
    raw = parse_weights(world.initial, ARCH)
    if attack.kind == RICH:
        shards = world.uneven_shards(CLIENTS)
    void, others, honest = 0, 0.0, 0.0
    for number, blob in enumerate(world.federation(ROUNDS).data):
        data = parse_dataset(blob, ARCH)
        changes, count = attack.updates(raw, shards, world.seed, number)
        verdict = rule(raw, changes, data)
        raw, void = verdict.model, void + verdict.is_void
        if not verdict.is_void:
            pay = [100 * p / 10**9 for p in payouts.federated(verdict.gains, 10**9)]
            workers = pay[: CLIENTS - count]
            honest, others = honest + sum(workers), others + sum(pay) - sum(workers)
    return {
        "void": 100 * void / ROUNDS,
        "others": others / ROUNDS,
        "honest": honest / ROUNDS,
        "loss": rules.mean_loss(raw, world.test),
    }


def measure(seed: int, _: Path) -> Figures:
    world, figures = World(seed), {}
    for mix, shards in zip(MIXES, (world.shards(CLIENTS), world.pure_shards(CLIENTS))):
        for attack in cases(mix):
            for name, rule in RULES.items():
                for what, value in played(world, shards, attack, rule).items():
                    figures[f"{mix} {attack.title} {name} {what}"] = value
    return figures


def check(figures: Figures) -> None:
    for mix in MIXES:
        for attack in cases(mix):
            for name in RULES:
                key = f"{mix} {attack.title} {name}"
                assert figures[f"{key} others"] + figures[f"{key} honest"] <= 100 + 1e-9


def tables(results: list[Figures]) -> list[Table]:
    result = []
    for mix, what in zip(MIXES, ("shards as in the story", "shards of one or two digits")):
        for name, title, form in (
            ("void", "void rounds, %", None),
            ("others", "the pay of the attackers, or of the 10th, % of the pool", ".0f"),
            ("honest", "the pay of the other clients, % of the pool", ".0f"),
            ("loss", "mean loss on the test images: median (worst)", ".2f"),
        ):
            table = Table(f"{what}: {title}", ["attack", *RULES])
            for attack in cases(mix):
                keys = [f"{mix} {attack.title} {rule} {name}" for rule in RULES]
                if name == "loss":
                    table.row(attack.title, *(spread(results, key, form) for key in keys))
                else:
                    table.row(attack.title, *(share(results, key) for key in keys))
            result.append(table)
    return result


EXPERIMENTS = (Experiment("alternatives", measure, check, tables, is_offline=True),)
