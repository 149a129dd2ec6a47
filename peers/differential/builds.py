"""Puts the same requests to several builds of the core and compares their answers byte by byte:
published vectors, the golden vectors of the verifier, and random cases of the differential test.
What the first build answers is also compared with what the authors and the peers expect, so all are.

    scripts/differential builds [--cases N] [--seed S]      builds them and calls this program
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
import tempfile
from concurrent.futures import ThreadPoolExecutor

from . import abi, golden, published

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHUNK = 2_000


class Program:
    """One build: a name for people and the words that start it."""

    def __init__(self, text):
        self.name, _, command = text.partition("=")
        self.words = shlex.split(command)

    def answers(self, command, requests):
        """The raw lines that answer the file of requests."""
        with requests.open("rb") as given:
            run = subprocess.run(
                [*self.words, *command.split(), "--batch"],
                stdin=given,
                capture_output=True,
                check=False,
            )
        if run.returncode != 0:
            sys.exit(
                f"{self.name}: {command}: exit status {run.returncode}: "
                f"{run.stderr.decode()[-500:]}"
            )
        return run.stdout.split(b"\n")[:-1]


class Comparison:
    """Cases of all sources, put to all programs, command by command."""

    def __init__(self, programs, folder):
        self.programs, self.folder = programs, folder
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
        requests = self.folder / "requests.jsonl"
        lines = [line(case.request) for _, case in members]
        requests.write_bytes(b"".join(lines))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = list(
                pool.map(lambda program: program.answers(command, requests), self.programs)
            )
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

    def run_all(self, cases, seed):
        """Golden and published vectors, and so many random cases."""
        self.run(golden.cases(ROOT / "fixtures/golden/verifier.jsonl"))
        vectors = pathlib.Path(os.environ.get("DEML_VECTORS", ROOT.parent / "shared/vectors"))
        if vectors.is_dir():
            self.run(published.cases(vectors))
        else:
            print(f"published vectors: skipped, there is no {vectors}; see DEML_VECTORS")
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


def line(request):
    """A request on a line of its own; bytes are lines already."""
    if isinstance(request, bytes):
        return request + b"\n"
    return json.dumps(request).encode() + b"\n"


def random_cases(seed, done, count):
    rng = random.Random(f"{seed}/{done}")
    for maker in rng.choices(
        [maker for _, maker in abi.SOURCES], [weight for weight, _ in abi.SOURCES], k=count
    ):
        for case in maker(rng):
            yield f"random, {case.command}", case


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", action="append", required=True, help="NAME=COMMAND")
    parser.add_argument("--cases", type=int, default=3_000, help="random cases")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    programs = [Program(text) for text in options.program]
    with tempfile.TemporaryDirectory() as folder:
        comparison = Comparison(programs, pathlib.Path(folder))
        comparison.run_all(options.cases, options.seed)
        comparison.report()
    names = ", ".join(program.name for program in programs)
    print(
        f"{sum(comparison.tally.values())} requests, {len(programs)} builds ({names}), seed "
        f"{options.seed}: {comparison.differences} differences"
    )
    sys.exit(1 if comparison.differences else 0)


if __name__ == "__main__":
    main()
