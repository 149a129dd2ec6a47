"""The same requests to one or more programs: answers side by side, and beside what is expected.

Random cases are drawn in chunks, each with a generator of its own, so that a chunk can be repeated
alone. What the peer takes and we refuse is a difference unless it is one of the documented
strictnesses, which are counted by name:

* an encoding that eth-abi decodes but would not write itself (left-over bytes, gaps, overlaps);
* fixed bytes that are shorter than their type, which eth-abi fills up;
* s in the upper half of its range;
* a message without one of its `bytes` or `string` members, which eth-account takes to be empty.

What we take and the peer refuses, or takes for something else, is always a difference.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from . import encodings_of_values, signatures_and_hashes, typed_data

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHUNK = 2_000
# How often, and what makes the cases.
SOURCES = [
    (40, encodings_of_values.valid),
    (35, encodings_of_values.corrupted),
    (6, encodings_of_values.not_encodable),
    (6, encodings_of_values.packed),
    (4, signatures_and_hashes.selector),
    (2, signatures_and_hashes.keccak),
    (2, signatures_and_hashes.recover),
    (5, typed_data.hash),
]


class Program:
    """One build: a name for people and the words that start it."""

    def __init__(self, text):
        self.name, _, command = text.partition("=")
        self.words = shlex.split(command)

    def answers(self, command, requests):
        """The raw lines that answer the lines of requests."""
        words = [*self.words, *command.split(), "--batch"]
        run = subprocess.run(words, input=b"".join(requests), capture_output=True, check=False)
        if run.returncode != 0:
            error = run.stderr.decode()[-500:]
            sys.exit(f"{self.name}: {command}: exit status {run.returncode}: {error}")
        return run.stdout.split(b"\n")[:-1]


class Comparison:
    """Cases of all sources, put to all programs, command by command."""

    def __init__(self, programs):
        self.programs = programs
        self.differences = 0
        self.tally = collections.Counter()

    def say(self, text):
        self.differences += 1
        if self.differences <= 20:
            print("difference: " + "\n".join(part[:400] for part in text.split("\n")))

    def run(self, cases):
        """`cases` are pairs of a source's name and a case."""
        by_command = collections.defaultdict(list)
        for source, case in cases:
            by_command[case.command].append((source, case))
        for command, members in by_command.items():
            self.run_command(command, members)

    def run_command(self, command, members):
        lines = [line(case.request) for _, case in members]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = list(pool.map(lambda each: each.answers(command, lines), self.programs))
        first, *others = answers
        if len(first) != len(members):
            self.say(f"{command}: {len(first)} answers to {len(members)} requests")
            return
        for program, lines_of_program in zip(self.programs[1:], others):
            if len(lines_of_program) != len(first):
                self.say(f"{command}: {program.name} has {len(lines_of_program)} answers")
            for index, (one, other) in enumerate(zip(first, lines_of_program)):
                if one != other:
                    self.say(
                        f"{program.name} is not {self.programs[0].name}\n  {command} "
                        f"{lines[index].decode()}  {one.decode()}\n  {other.decode()}"
                    )
        for (source, case), text, answer in zip(members, lines, first):
            verdict = case.check(json.loads(answer))
            if verdict.startswith("difference"):
                self.say(f"{source}: {verdict}\n  {command} {text.decode()}  {answer.decode()}")
            self.tally[source, verdict.partition(":")[0]] += 1

    def run_random(self, cases, seed):
        for done in range(0, cases, CHUNK):
            self.run(random_cases(seed, done, min(CHUNK, cases - done)))
            if sys.stderr.isatty():
                print(f"\r{done + CHUNK} of {cases}", end="", file=sys.stderr)

    def report(self):
        by_source = collections.defaultdict(list)
        for (source, verdict), count in self.tally.items():
            by_source[source].append(f"{count} {verdict}")
        for source, parts in by_source.items():
            print(f"{source}: {', '.join(parts)}")

    def conclude(self, seed):
        """Prints what the cases came to, and ends the program."""
        self.report()
        names = ", ".join(program.name for program in self.programs)
        print(f"{sum(self.tally.values())} requests to {names}, seed {seed}: ", end="")
        print(f"{self.differences} differences")
        sys.exit(1 if self.differences else 0)


def line(request):
    """A request on a line of its own; bytes are lines already."""
    if isinstance(request, bytes):
        return request + b"\n"
    return json.dumps(request).encode() + b"\n"


def random_cases(seed, done, count):
    rng = random.Random(f"{seed}/{done}")
    weights, makers = zip(*SOURCES)
    for maker in rng.choices(makers, weights, k=count):
        for case in maker(rng):
            yield f"random, {case.command}", case


def parser(prog, text, cases):
    """What all comparisons with random cases may be told."""
    result = argparse.ArgumentParser(prog=f"scripts/differential {prog}", description=text)
    result.add_argument("--cases", type=int, default=cases, help="random cases")
    result.add_argument("--seed", type=int, default=1)
    return result
