"""The dearest inputs: bounds, a kept list that is played again, and a search for worse ones."""

import json
import random
import time

from . import messages, pieces, queries, scoring, states  # noqa: F401 - they register builders
from .profiles import profile
from .run import SOURCES, play
from .world import DAG_PIECE, ENDS, INSPECT, PLAIN, RAW_PIECE, SCORING, UNBOUNDED, World

KEPT = SOURCES / "worst-inputs.txt"
# How many builders of a kind a search keeps.
KEPT_OF_A_KIND = 3
BOUNDS = {
    SCORING: 5_000_000_000,
    PLAIN: 60_000_000,
    INSPECT: 50_000_000,
    RAW_PIECE: 12_000_000,
    DAG_PIECE: 20_000_000,
}
# An input that ends two jobs is no plain one any more.
SEVERAL = "several ends"
BOUNDS[SEVERAL] = BOUNDS[SCORING]


class Refused(Exception):
    """An input that should have been taken was not."""


class Found:
    """An input and what it cost."""

    def __init__(self, kind, cost, label, name, parameters):
        self.kind, self.cost, self.label = kind, cost, label
        self.name, self.parameters = name, parameters

    @property
    def is_over(self):
        return self.cost > BOUNDS[self.kind]

    def __str__(self):
        over = " OVER" * self.is_over
        given = " ".join(f"{key}={value}" for key, value in self.parameters.items())
        return f"{self.kind}: {self.cost:,} {self.label} ({self.name} {given}){over}"

    @property
    def line(self):
        return json.dumps([self.name, self.parameters])


def played(name, parameters):
    """The requests of a builder, what they are, and what they cost."""
    world = World()
    states.BUILDERS[name][0](world, **parameters)
    return world.requests, world.steps, play(world.requests)[1]


def measured(name, parameters):
    """The dearest input of each kind that a builder has sent."""
    worst = {}
    for step, cost in zip(*played(name, parameters)[1:]):
        reports = [payload for path, payload in cost.result if path == "/report"]
        if not step.may_fail and step.kind != INSPECT and reports:
            text = bytes.fromhex(reports[0][2:]).decode()
            raise Refused(f"{name} {parameters}: {step.label}: {text}")
        kind = step.kind
        if kind == PLAIN and sum(selector in ENDS for _, selector in cost.result) > 1:
            kind = SEVERAL
        if kind != UNBOUNDED and cost.instructions > (worst[kind].cost if kind in worst else 0):
            worst[kind] = Found(kind, cost.instructions, step.label, name, parameters)
    return worst


def show(kind, name, parameters):
    """Where the instructions of the dearest input of this kind go; the parameters as JSON."""
    requests, steps, costs = played(name, json.loads(parameters))
    ours = [pair for pair in zip(steps, costs) if pair[0].kind == kind]
    step, cost = max(ours, key=lambda pair: pair[1].instructions)
    profile(requests, cost, step.label)


def merged(worst, more):
    for kind, found in more.items():
        if kind not in worst or found.cost > worst[kind].cost:
            worst[kind] = found


def kept():
    return [json.loads(line) for line in KEPT.read_text().splitlines()] if KEPT.exists() else []


def check():
    """Plays the kept list; true when every bound holds."""
    worst = {}
    for name, parameters in kept():
        found = measured(name, parameters)
        merged(worst, found)
        for one in found.values():
            if one.is_over:
                print(one)
    for kind, bound in BOUNDS.items():
        if kind in worst:
            print(f"{worst[kind]} (limit {bound:,})")
    return not any(found.is_over for found in worst.values())


# --- the search ---------------------------------------------------------------------------------


def drawn(chance, values):
    """Of a range of whole numbers or a list: often an end of it."""
    if is_range(values):
        least, most = values
        return chance.choice([least, most, most, chance.randint(least, most)])
    return chance.choice(values)


def is_range(values):
    return len(values) == 2 and all(type(value) is int for value in values)


def changed(chance, space, parameters):
    result = dict(parameters)
    for key in chance.sample(sorted(space), min(len(space), chance.choice([1, 1, 2]))):
        values = space[key]
        if is_range(values) and chance.random() < 0.6:
            least, most = values
            step = chance.choice([-1, 1, -most // 8, most // 8, result[key], -result[key] // 2])
            result[key] = max(least, min(most, result[key] + step))
        else:
            result[key] = drawn(chance, values)
    return result


def search(minutes, seed, keep):
    print(f"seed {seed}")
    chance, end = random.Random(seed), time.monotonic() + 60 * minutes
    worst, played, best = {}, 0, {}
    names = sorted(states.BUILDERS)
    # From what was found before, and then from anywhere.
    waiting = kept()
    while time.monotonic() < end:
        name = names[played % len(names)] if played < 3 * len(names) else chance.choice(names)
        space = states.BUILDERS[name][1]
        parents = [found for (builder, _), found in best.items() if builder == name]
        if waiting:
            name, parameters = waiting.pop(0)
        elif parents and chance.random() < 0.75:
            parameters = changed(chance, space, chance.choice(parents).parameters)
        else:
            parameters = {key: drawn(chance, values) for key, values in space.items()}
        played += 1
        try:
            found = measured(name, parameters)
        except Refused as refusal:
            print(f"left out: {refusal}")
            continue
        for kind, one in found.items():
            if (name, kind) not in best or one.cost > best[name, kind].cost:
                best[name, kind] = one
            if kind not in worst or one.cost > worst[kind].cost:
                worst[kind] = one
                print(one, flush=True)
    print(f"{played:,} candidates; the worst of each kind:")
    for one in worst.values():
        print(f"  {one}")
    print("the worst of each builder:")
    for _, one in sorted(best.items()):
        print(f"  {one}")
    if keep:
        lines = [one.line for kind in BOUNDS for one in dearest(kind, best.values())]
        KEPT.write_text("".join(line + "\n" for line in dict.fromkeys(lines)))
    return not any(one.is_over for one in worst.values())


def dearest(kind, found):
    """The worst of this kind, each from a builder of its own."""
    ours = [one for one in found if one.kind == kind]
    return sorted(ours, key=lambda one: -one.cost)[:KEPT_OF_A_KIND]


def main(arguments):
    """`MINUTES [--seed N] [--keep]`"""
    keep = "--keep" in arguments
    rest = [argument for argument in arguments if argument != "--keep"]
    seed = random.SystemRandom().randrange(1 << 32)
    if "--seed" in rest:
        at = rest.index("--seed")
        seed = int(rest[at + 1])
        del rest[at : at + 2]
    return 0 if search(float(rest[0]), seed, keep) else 1
