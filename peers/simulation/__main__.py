"""`python -m simulation [NAME…]`: runs experiments over seeds; see scripts/simulate."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from pathlib import Path

from . import alternatives, federated, harmful, noise, puppets, quantisation, sybils
from .world import SEEDS

MODULES = (federated, harmful, sybils, puppets, noise, quantisation, alternatives)
EXPERIMENTS = {e.name: e for module in MODULES for e in module.EXPERIMENTS}


def measured(task: tuple[str, int, Path]) -> tuple[str, int, dict, float]:
    name, seed, deml = task
    started = time.process_time()
    experiment = EXPERIMENTS[name]
    figures = experiment.measure(seed, deml)
    experiment.check(figures)
    return name, seed, figures, time.process_time() - started


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/simulate", description=__doc__.split(":")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EXPERIMENTS))
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="the first N of 20 seeds")
    parser.add_argument("--quick", action="store_true", help="one seed, engine only")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--markdown", type=Path, help="write the tables to this file too")
    parser.add_argument("--deml", type=Path, required=True, help=argparse.SUPPRESS)
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in EXPERIMENTS]
    if unknown:
        parser.error(f"no experiment {unknown[0]}; there are {', '.join(EXPERIMENTS)}")
    return given


def main() -> int:
    given = arguments()
    seeds = SEEDS[: 1 if given.quick else given.seeds]
    names = given.names or [
        name for name, one in EXPERIMENTS.items() if not (given.quick and one.is_offline)
    ]
    tasks = [(name, seed, given.deml) for name in names for seed in seeds]
    results: dict[str, dict[int, dict]] = {name: {} for name in names}
    started, seconds = time.monotonic(), dict.fromkeys(names, 0.0)
    with multiprocessing.Pool(given.processes) as pool:
        for done, answer in enumerate(pool.imap_unordered(measured, tasks), 1):
            name, seed, figures, spent = answer
            results[name][seed] = figures
            seconds[name] += spent
            text = f"{done}/{len(tasks)} {name} {seed}"
            show_progress(f"{text}, {time.monotonic() - started:.0f} s", done == len(tasks))
    markdown = []
    for name in names:
        ordered = [results[name][seed] for seed in seeds]
        tables = EXPERIMENTS[name].tables(ordered)
        print(f"== {name}: {len(seeds)} seeds, {seconds[name]:.0f} s of Python\n")
        print("\n".join(table.text for table in tables))
        markdown += [f"<!-- scripts/simulate {name} -->", *(table.markdown for table in tables)]
    if given.markdown:
        given.markdown.write_text("\n".join(markdown))
    return 0


def show_progress(text: str, is_last: bool) -> None:
    """One line that is overwritten on a terminal, a line for each step elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="\n" if is_last else "", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
