#!/usr/bin/env python3
"""Bytes of heap that jobs take in the guest, beside the bytes that are reserved for them.

    memory.py [JOBS] [--seed N]   jobs of random shape, each grown to its worst
    memory.py --check             200 of them, and the largest file there is; asserts the bounds
    memory.py --full [--check]    every table with a cap, full; minutes

Between two inputs a job never holds more than is reserved, and at its worst moment two thirds of it
at least. What an input needs while it runs comes on top, for all jobs together once: `TEMPORARY`.
"""

import json
import random
import subprocess
import sys

from deml_peer.costs import CAPACITY
from deml_peer.meter import INPUT_BUDGET

from . import large, shapes
from .run import BUILT, workloads
from .world import World

# What one input may need beside what is held behind it: activations of up to 16 MiB, or an upload as
# JSON, text, bytes and piece, or a page of outputs.
TEMPORARY = 24 << 20
# Of the machine's memory, three quarters.
ROOM = (1 << 30) * 3 // 4
KEPT_MODELS = 1 << 24
JOBS = 200
MOST, LEAST = 1.0, 1 / 1.5


def play(requests, budget):
    """For each request: the answer or the report, the heap in use behind it, and the most that the
    allocator had of the system during it."""
    # Small pieces go back at once, so that they do not count as in use.
    tunables = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
    told, marks = workloads("play", budget, lines=requests, environment=tunables)
    # Behind the part that calibrates.
    lines, held = told[1:], [heap for _, heap in marks[2:]]
    return list(zip(lines[::2], map(int, lines[1::2]), held[1::2]))


def measured(shape):
    """Grows a job of this shape: the most that it held between two inputs, as a part and in words."""
    world = World()
    job = shapes.grown(world, shape)
    results = play(world.requests, job.budget)
    for step, (text, _, _) in zip(world.steps, results):
        if text.startswith('{"error') and not step.may_fail:
            sys.exit(f"memory: {shape}: {step.label}: {text}")
    # What is there before the job belongs to the accounts.
    before = results[job.before][1]
    most = max(heap for _, heap, _ in results[job.before :]) - before
    reserved = reserved_in(world, results)
    return most / reserved, f"{most / reserved:.3f} of {reserved:,} reserved: {shape}"


def reserved_in(world, results):
    return next(
        json.loads(text)["reservedBytes"]
        for step, (text, _, _) in zip(world.steps, results)
        if step.label == "inspect audit"
    )


def check_largest():
    """The largest file: what the allocator has of the system stays within what is reserved and what
    one input may need. True when it does."""
    world, size = large.requests()
    results = play(world.requests, INPUT_BUDGET)
    reserved, before = reserved_in(world, results), results[1][1]
    most = max(held for _, _, held in results) - before
    behind = max(heap for _, heap, _ in results) - before
    print(
        f"{size:,} bytes of data in pieces: {behind:,} between inputs, {most:,} at most, of "
        f"{reserved:,} reserved and {TEMPORARY:,} for an input"
    )
    return behind <= reserved and most <= reserved + TEMPORARY


def check_full():
    """Every table with a cap, full: what each takes, and all of them with everything else."""
    program = subprocess.run(
        ["qemu-riscv64", BUILT / "Workloads", "full"], stderr=subprocess.PIPE, text=True
    )
    lines = program.stderr.splitlines()
    if program.returncode != 0:
        sys.exit(f"memory: {lines[-1:]}, status {program.returncode}")
    rows = [line.rsplit("|", 1) for line in lines if line[:7] != "nothing"]
    rows += [
        ("content and records of live jobs, the capacity", CAPACITY),
        ("global models that are kept", KEPT_MODELS),
        ("one input", TEMPORARY),
    ]
    total = sum(int(size) for name, size in rows if name != "together")
    for name, size in rows:
        print(f"| {name} | {int(size):,} |")
    print(f"{total:,} bytes of {ROOM:,}")
    return total <= ROOM


def check_random(count, seed):
    """Jobs of random shape. True when all are within the bounds."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        ratio, text = measured(shapes.drawn(chance))
        found.append((ratio, text))
        if not LEAST <= ratio <= MOST:
            print("OUT OF BOUNDS", text, flush=True)
    found.sort()
    print("the least:", *(text for _, text in found[:5]), sep="\n  ")
    print("the most:", *(text for _, text in found[-5:]), sep="\n  ")
    least, most = found[0][0], found[-1][0]
    print(
        f"{count} jobs, seed {seed}: heap from {least:.3f} to {most:.3f} of "
        f"what is reserved; from {LEAST:.3f} to {MOST:.3f} are allowed"
    )
    return least >= LEAST and most <= MOST


def main(arguments):
    seed = int(arguments[arguments.index("--seed") + 1]) if "--seed" in arguments else 1
    if "--full" in arguments:
        return 0 if check_full() else 1
    if "--check" in arguments:
        return 0 if check_random(JOBS, seed) and check_largest() else 1
    count = int(arguments[0]) if arguments and arguments[0].isdigit() else JOBS
    return 0 if check_random(count, seed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
