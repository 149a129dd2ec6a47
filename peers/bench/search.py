"""Looks for the architecture whose unit of work costs the most guest instructions.

Hill climbing from random beginnings and from the list of what was found before: the worst of a family are changed a little, again and again, and
the family dies when ten generations have found nothing worse. What is measured is the scoring of all
samples in one step and, for some families, the loading of a model. The seed is printed; what follows
from it depends on the measured program alone, as long as the time does not run out.
"""

import argparse
import random
import sys
import time

from deml_peer.architecture import MAX_ELEMENTS, Head, product

from . import architectures
from .run import SOURCES, workloads

BOUND = 12
KEPT = SOURCES / "worst-work.txt"
# What a step and a load cost however small they are. An input has at most one step for each of the
# few hundred evaluations of a job, and no step without a message.
STEP, LOAD = 6_000, 48_000
GENERATION, PARENTS, PATIENCE = 48, 6, 10
# Operations of all samples of a candidate.
MOST = 1_500_000
BATCHES = [1, 1, 2, 3, 4, 5, 7, 24, 25, 27, 48]
SMALL = [1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 24, 31, 32, 33, 64, 100, 128, 255]


def play(lines):
    """For each line (instructions, units) of loading and of scoring, or None where it is refused."""
    parts, marks = workloads("candidates", lines=lines)
    found = [[None, None] for _ in lines]
    for part, begin, end in zip(parts, marks[::2], marks[1::2]):
        name, units = part.rsplit("|", 1)
        if name != "nothing":
            number, kind = name.split()
            found[int(number)][kind == "step"] = (end[0] - begin[0], int(units))
    return [None if None in both else both for both in found]


def ratios(result):
    """Instructions for each unit of a load and of a step."""
    (load, load_units), (step, units) = result
    return (load - LOAD) / load_units, (step - STEP) / units


class Candidate:
    def __init__(self, dims, layers, head, samples, numbers):
        dims, layers, head, total, outputs = architectures.repaired(dims, layers, head, MOST)
        self.dims, self.layers, self.head = dims, layers, head
        width = max(product(dims), outputs if head == Head.IDENTITY else 1)
        most = max(1, min(48, MOST // max(1, total), 400_000 // width))
        self.samples = min(samples, most)
        self.numbers = numbers
        self.ratios = (0, 0)

    @property
    def cost(self):
        return max(self.ratios)

    def line(self):
        blob = architectures.blob(self.dims, self.layers, self.head)
        return " ".join([blob.hex(), str(self.samples), *map(str, self.numbers)])


def kept():
    return KEPT.read_text().splitlines() if KEPT.exists() else []


def known(line):
    """The candidate of a line of the list."""
    blob, samples, *numbers = line.split()
    dims, layers, head = architectures.decoded(bytes.fromhex(blob))
    return Candidate(dims, layers, head, int(samples), list(map(int, numbers)))


def extent(chance):
    kind = chance.random()
    if kind < 0.75:
        return chance.choice(SMALL)
    return min(chance.choice(SMALL) * chance.choice(SMALL), 4_096 if kind < 0.9 else 1 << 17)


def small(chance, most=255):
    return min(chance.choice(SMALL), most)


def fresh_layer(chance):
    kind = chance.choice(
        ["conv"] * 6
        + ["dense"] * 3
        + ["max", "mean", "max", "mean", "global", "relu", "leaky", "flatten", "sigmoid", "tanh"]
    )
    if kind == "dense":
        return (kind, extent(chance), chance.randrange(2))
    if kind == "conv":
        numbers = [extent(chance)] + [small(chance) for _ in range(4)]
        pads = [chance.choice([0, 0, 1, 2, 254, small(chance) - 1]) for _ in range(4)]
        return (kind, min(numbers[0], 65_535), *numbers[1:], *pads, chance.randrange(2))
    if kind in ("max", "mean"):
        return (kind, *[small(chance) for _ in range(4)])
    return (kind, chance.choice([6_554, -5, 1 << 30])) if kind == "leaky" else (kind,)


def fresh_numbers(chance):
    """Type and exponent of the samples, bits of the weights, seed."""
    return [
        chance.choice([1, 2, 4, 4, 17]),
        chance.randint(-31, 15),
        chance.randint(1, 30),
        chance.randrange(1 << 30),
    ]


def fresh(chance):
    dims = [extent(chance) for _ in range(chance.choice([1, 3, 3]))]
    while product(dims) > MAX_ELEMENTS:
        dims = [max(1, extent // 2) for extent in dims]
    layer_count = chance.choice([1, 1, 2, 3, 4, 6, 10, 20, 63])
    layers = [fresh_layer(chance) for _ in range(chance.choice([1, 1, 2, 3, 5]))]
    layers = [chance.choice(layers) for _ in range(layer_count)]
    return Candidate(
        dims, layers, chance.randint(1, 3), chance.choice(BATCHES), fresh_numbers(chance)
    )


def nudged(chance, number, least=1, most=1 << 17):
    step = chance.choice([-1, 1, -2, 2, -number // 2, number, number // 4, 3])
    return max(least, min(most, number + step if chance.random() < 0.8 else small(chance)))


def changed_layer(chance, layer):
    kind, *numbers = layer
    if not numbers or chance.random() < 0.15:
        return fresh_layer(chance)
    at = chance.randrange(len(numbers))
    if kind == "leaky":
        return (kind, -numbers[0])
    is_flag = kind in ("dense", "conv") and at == len(numbers) - 1
    if is_flag:
        numbers[at] = 1 - numbers[at]
    elif kind in ("dense", "conv") and at == 0:
        numbers[at] = nudged(chance, numbers[at], most=65_535 if kind == "conv" else 1 << 17)
    elif kind == "conv" and at >= 5:
        numbers[at] = nudged(chance, numbers[at], 0, 254)
    else:
        numbers[at] = nudged(chance, numbers[at], 1, 255)
    return (kind, *numbers)


def changed(chance, parent):
    dims, layers, head = list(parent.dims), list(parent.layers), parent.head
    samples, numbers = parent.samples, list(parent.numbers)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        match chance.randrange(12):
            case 0 | 1:
                at = chance.randrange(len(dims))
                dims[at] = nudged(chance, dims[at])
            case 2 | 3 | 4 | 5:
                at = chance.randrange(len(layers))
                layers[at] = changed_layer(chance, layers[at])
            case 6:
                # All layers that are like this one.
                old = chance.choice(layers)
                new = changed_layer(chance, old)
                layers = [new if layer == old else layer for layer in layers]
            case 7:
                layers.insert(chance.randint(0, len(layers)), fresh_layer(chance))
            case 8:
                layers = (layers * 2)[:63]
            case 9:
                del layers[chance.randrange(len(layers))]
                layers = layers or [fresh_layer(chance)]
            case 10:
                samples = chance.choice([*BATCHES, samples + 1])
                head = chance.randint(1, 3)
            case 11:
                numbers = fresh_numbers(chance)
    while product(dims) > MAX_ELEMENTS:
        dims = [max(1, extent // 2) for extent in dims]
    return Candidate(dims, layers, head, samples, numbers)


class Search:
    def __init__(self, seed, minutes, count):
        self.chance = random.Random(seed)
        self.end = time.monotonic() + 60 * minutes if minutes else float("inf")
        self.left = count if count else float("inf")
        self.played = 0
        # The worst of each family.
        self.found = []

    def goes_on(self):
        return time.monotonic() < self.end and self.left > 0

    def measure(self, candidates):
        candidates = candidates[: int(min(self.left, len(candidates)))]
        self.left -= len(candidates)
        results = play([candidate.line() for candidate in candidates])
        taken = []
        for candidate, result in zip(candidates, results):
            if result:
                candidate.ratios = ratios(result)
                taken.append(candidate)
        self.played += len(taken)
        return taken

    def family(self):
        """Climbs from a random beginning, or from what is known, until nothing gets worse."""
        aim = 0 if self.chance.random() < 0.1 else 1
        lines = kept()
        beginnings = [fresh(self.chance) for _ in range(2 * GENERATION)]
        if lines and self.chance.random() < 0.25:
            beginnings = [known(self.chance.choice(lines)) for _ in range(4)]

        def worst(candidates):
            return sorted(candidates, key=lambda candidate: -candidate.ratios[aim])[:PARENTS]

        parents = worst(self.measure(beginnings))
        patience = PATIENCE
        while patience > 0 and parents and self.goes_on():
            children = [
                changed(self.chance, self.chance.choice(parents)) for _ in range(GENERATION)
            ]
            old = {candidate.line() for candidate in parents}
            children = [child for child in children if child.line() not in old]
            top = parents[0].ratios[aim]
            parents = worst(parents + self.measure(children))
            patience = PATIENCE if parents[0].ratios[aim] > 1.002 * top else patience - 1
        if parents:
            self.found.append(parents[0])
            print(f"{parents[0].cost:.2f} {('load', 'step')[aim]}  {told(parents[0])}", flush=True)


def told(candidate):
    layers = []
    for layer in candidate.layers:
        if layers and layers[-1][0] == layer:
            layers[-1][1] += 1
        else:
            layers.append([layer, 1])
    text = ", ".join(
        " ".join(map(str, layer)) + (f" (×{count})" if count > 1 else "")
        for layer, count in layers[:6]
    )
    more = f", … {len(layers) - 6} more" if len(layers) > 6 else ""
    kind, exponent, bits, _ = candidate.numbers
    return (
        f"{candidate.samples} of {'×'.join(map(str, candidate.dims))}: {text}{more};"
        f" head {candidate.head}, samples of type {kind}, exponent {exponent}, weights of"
        f" {bits} bits"
    )


def search(minutes, seed, count, keeps):
    print(f"seed {seed}")
    search = Search(seed, minutes, count)
    while search.goes_on():
        search.family()
    found = sorted(search.found, key=lambda candidate: -candidate.cost)
    print(
        f"{search.played:,} architectures; a unit costs at most {found[0].cost:.2f} instructions:"
    )
    print(told(found[0]))
    print(found[0].line())
    if keeps:
        lines = kept() + [candidate.line() for candidate in found[:8]]
        KEPT.write_text("".join(line + "\n" for line in dict.fromkeys(lines)))
    return verdict(found[0].cost)


def check():
    """Plays the list of what was found to be dear."""
    lines = kept()
    results = play(lines)
    if None in results:
        sys.exit(f"{KEPT.name}: line {results.index(None) + 1} is beyond the limits")
    costs = [max(ratios(result)) for result in results]
    for cost, line in zip(costs, lines):
        print(f"{cost:.2f}  {line if len(line) < 100 else line[:97] + '…'}")
    return verdict(max(costs))


def verdict(cost):
    print(f"at most {BOUND} instructions a unit" + (" OVER" if cost > BOUND else ""))
    return 1 if cost > BOUND else 0


def main(arguments):
    """[MINUTES] [--seed N] [--architectures N] [--keep]"""
    parser = argparse.ArgumentParser(prog="bench work --search")
    parser.add_argument("minutes", nargs="?", type=float)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--architectures", type=int, metavar="N", help="end after so many")
    parser.add_argument("--keep", action="store_true", help=f"add the worst to {KEPT.name}")
    options = parser.parse_args(arguments)
    if options.minutes is None and options.architectures is None:
        parser.error("how long: MINUTES, or --architectures N")
    return search(options.minutes, options.seed, options.architectures, options.keep)
