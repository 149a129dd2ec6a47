#!/usr/bin/env python3
"""Guest instructions of the parts that the application is made of.

    workloads.py kernels [--check]     products, whole evaluations, functions, loading, averages
    workloads.py work [--check]        what a unit of work costs at worst
    workloads.py work --search MINUTES [--seed N] [--architectures N] [--keep]
                                       look for an architecture that costs more
    workloads.py codec [--check]       messages, hashes and signatures
    workloads.py state [--check]       every kind of input, on states that hold more and more
    workloads.py growth [--check]      the inputs with which tables grow past powers of two
    workloads.py parts --check         all five, on smaller states

With --check the limits are printed too, and a number above its limit fails; of the work the dearest
architectures that a search has found are played too. The counts depend on the program alone: any two
runs agree to the
instruction.
"""

import statistics
import sys

from . import search
from .run import verdict, workloads

# What may not be exceeded, by the whole name.
LIMITS = {
    "matrix product, M=48 N=96 K=256, per multiply-add": 2.75,
    "convolution 3×3, 16→32 on 16×16, per multiply-add": 3.0,
    "digits CNN, all included, per multiply-add": 4.3,
    "sigmoid, per call": 60,
    "decoding of samples, i8, per value": 18,
    "loading of a model, i8, per parameter": 40,
    # What the step that ends an evaluation takes beside its units: at most a fortieth of an input.
    "the last of 1048576 samples of two classes": 100_000_000,
    "encoding `postJob`": 100_000,
    "decoding `postJob`": 190_000,
    "decoding `upload` of 64,000 bytes": 400_000,
    "digest and signer of a relay": 700_000,
    "SHA-256 of 65536 bytes, per byte": 65,
    "Keccak-256 of 65536 bytes, per byte": 75,
}
# Jobs and accounts of the states that are compared, and how far an input may be from the same input
# on another state.
SMALL_STATES = [(100, 100), (1_000, 1_000)]
# More accounts than that there cannot be, but for those that are measured.
ALL_STATES = SMALL_STATES + [(100_000, 1_000), (1_000, 524_200), (100_000, 524_200)]
SPREAD = 0.10
# What comes on top of the parts measured here in every input: its request is fetched and decoded
# (the smallest refused message of `scripts/bench guest --check`).
AROUND_AN_INPUT = 67_000
# Jobs and accounts up to which tables grow, and how much dearer than the median an input may be: one
# that splits nodes of a tree on every level.
SMALL_GROWTH, GROWTH = (600, 5_000), (20_000, 524_288)
GROWTH_FACTOR = 3


def measured(group, *arguments):
    """The parts of a group in order: (name, instructions per unit, most bytes of heap)."""
    lines, marks = workloads(group, *arguments)
    assert len(marks) == 2 * len(lines), "two marks for each part"
    parts = []
    for line, begin, end in zip(lines, marks[::2], marks[1::2]):
        name, units = line.rsplit("|", 1)
        parts.append((name, end[0] - begin[0], int(units), end[1]))
    # The first part is empty: what the marks themselves cost.
    empty = parts[0][1]
    return [(name, (count - empty) / units, heap) for name, count, units, heap in parts[1:]]


def figure(count):
    return f"{count:,.0f}" if count >= 1_000 else f"{count:.2f}" if count < 10 else f"{count:.1f}"


def table(rows):
    print("| what | instructions |\n|---|---|")
    for name, count, _ in rows:
        print(f"| {name} | {figure(count)} |")


def check(rows):
    failed = []
    for name, count, _ in rows:
        limit = search.BOUND if name.endswith("per unit of work") else LIMITS.get(name)
        failed.append(verdict(name, figure(count), limit, limit is not None and count > limit))
    return 1 if any(failed) else 0


def states(sizes):
    """For each kind of input, a column per state: (median, most), and the memory of each state."""
    kinds, memory = {}, []
    for jobs, accounts in sizes:
        found = {}
        for name, count, heap in measured("state", str(jobs), str(accounts)):
            if name == "memory":
                memory.append(heap)
            else:
                found.setdefault(name, []).append(count)
        for name, counts in found.items():
            kinds.setdefault(name, []).append((statistics.median(counts), max(counts)))
    return kinds, memory


def state_table(sizes):
    kinds, memory = states(sizes)
    heads = [f"{jobs:,} jobs, {accounts:,} accounts" for jobs, accounts in sizes]
    print("| input | " + " | ".join(heads) + " |")
    print("|---" * (len(heads) + 1) + "|")
    for name, columns in kinds.items():
        print(f"| {name} | " + " | ".join(f"{c:,.0f} ({m:,.0f})" for c, m in columns) + " |")
    print("| memory held, bytes | " + " | ".join(f"{held:,}" for held in memory) + " |")


def check_states(sizes):
    failed = []
    for name, columns in states(sizes)[0].items():
        medians = [median for median, _ in columns]
        least, most = min(medians) + AROUND_AN_INPUT, max(medians) + AROUND_AN_INPUT
        is_over = most > (1 + SPREAD) * least
        failed.append(verdict(name, ", ".join(f"{m:,.0f}" for m in medians), None, is_over))
    print(f"on states of {sizes} jobs and accounts; may be {SPREAD:.0%} apart")
    return 1 if any(failed) else 0


def check_growth(jobs, accounts):
    kinds, failed = {}, []
    for name, count, _ in measured("growth", str(jobs), str(accounts)):
        kinds.setdefault(name, []).append(count)
    for name, counts in kinds.items():
        median, most = statistics.median(counts), max(counts)
        shown = f"median {median:,.0f}, most {most:,.0f}"
        failed.append(verdict(name, shown, None, most > GROWTH_FACTOR * median))
    print(
        f"near powers of two up to {jobs:,} jobs and {accounts:,} accounts; the most may be "
        f"{GROWTH_FACTOR} medians"
    )
    return 1 if any(failed) else 0


def main():
    match sys.argv[1:]:
        case [("kernels" | "work" | "codec") as group]:
            table(measured(group))
        case ["work", "--search", *options]:
            return search.main(options)
        case ["work", "--check"]:
            return max(check(measured("work")), search.check())
        case [("kernels" | "codec") as group, "--check"]:
            return check(measured(group))
        case ["state"]:
            state_table(ALL_STATES)
        case ["state", "--check"]:
            return check_states(ALL_STATES)
        case ["growth", "--check"]:
            return check_growth(*GROWTH)
        case ["parts", "--check"]:
            failures = [check(measured(group)) for group in ("kernels", "work", "codec")]
            failures += [search.check(), check_states(SMALL_STATES), check_growth(*SMALL_GROWTH)]
            return max(failures)
        case ["growth"]:
            check_growth(*GROWTH)
        case _:
            sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
