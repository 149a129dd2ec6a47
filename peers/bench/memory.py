#!/usr/bin/env python3
"""Bytes of heap that jobs take in the guest, beside the bytes that are reserved for them.

    memory.py [JOBS] [--seed N]   jobs of random shape, each grown to its worst
    memory.py --check             200 of them, and the bounds

Between inputs a job must never hold more than is reserved, and at its worst moment two thirds of it
at least. What an input needs while it runs comes on top, for all jobs together once: `TEMPORARY`.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from . import shapes
from .run import BUILT
from .world import World

# What one input may need beside what is held behind it: activations of up to 16 MiB, an upload of
# 65,216 bytes as JSON, text, bytes and piece, a megabyte of outputs.
TEMPORARY = 24 << 20
JOBS = 200
MOST, LEAST = 1.0, 1 / 1.5


def play(requests, budget):
    """For each request: the answer or the report, the heap behind it, the most during it."""
    with tempfile.TemporaryDirectory() as folder:
        marks = Path(folder) / "marks"
        process = subprocess.run(
            [
                "qemu-riscv64",
                "-plugin",
                f"{BUILT}/count.so,marks={marks}",
                BUILT / "Workloads",
                "play",
                str(budget),
            ],
            input="".join(line + "\n" for line in requests),
            stderr=subprocess.PIPE,
            text=True,
            # Small pieces go back at once, so that they do not count as in use.
            env=os.environ | {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"},
        )
        lines = process.stderr.splitlines()[1:]
    if process.returncode != 0:
        sys.exit(f"memory: {lines[-1:]}, status {process.returncode}")
    return list(zip(lines[::2], map(int, lines[1::2])))


class Measured:
    def __init__(self, shape, reserved, most):
        self.shape, self.reserved, self.most = shape, reserved, most

    @property
    def ratio(self):
        return self.most / self.reserved

    def __str__(self):
        return f"{self.ratio:.3f} of {self.reserved:,} reserved: {self.shape}"


def measured(shape):
    """Grows a job of this shape; the most that it held between two inputs."""
    world = World()
    job = shapes.grown(world, shape)
    results = play(world.requests, job.budget)
    for step, (text, _) in zip(world.steps, results):
        if text.startswith('{"error') and not step.may_fail:
            sys.exit(f"memory: {shape}: {step.label}: {text}")
    reserved = next(
        json.loads(text)["reservedBytes"]
        for step, (text, _) in zip(world.steps, results)
        if step.label == "inspect audit"
    )
    # What is there before the job belongs to the accounts.
    before = results[job.before][1]
    heaps = [heap for _, heap in results[job.before :]]
    return Measured(shape, reserved, max(heaps) - before)


def main(arguments):
    seed = int(arguments[arguments.index("--seed") + 1]) if "--seed" in arguments else 1
    count = int(arguments[0]) if arguments and arguments[0].isdigit() else JOBS
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        one = measured(shapes.drawn(chance))
        found.append(one)
        if not LEAST <= one.ratio <= MOST:
            print("OUT OF BOUNDS", one, flush=True)
    found.sort(key=lambda one: one.ratio)
    print("the least:", *found[:5], sep="\n  ")
    print("the most:", *found[-5:], sep="\n  ")
    is_over = found[-1].ratio > MOST or found[0].ratio < LEAST
    print(
        f"{count} jobs, seed {seed}: heap from {found[0].ratio:.3f} to {found[-1].ratio:.3f} of "
        f"what is reserved; from {LEAST:.3f} to {MOST:.3f} are allowed"
    )
    return 1 if is_over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
