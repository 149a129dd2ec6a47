"""`python -m vectors.random_costs DEML [--cases N] [--seed S]`: prices of random jobs.

Posts jobs of random shape and compares with `costs` what each is told to cost: reserved bytes, units
of work, rent and the price of scoring, its absolute end, and whether it fits at all. Some are
cancelled again, so that the machine is filled to any degree.
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import partial

import numpy as np
from deml_peer import costs
from deml_peer.architecture import I8, I16, I32, U8, Architecture
from deml_peer.blobs import MAX_DATA_ELEMENTS, MAX_SAMPLES
from deml_peer.hashing import raw_cid, sha256
from deml_peer.payouts import FEDERATED
from deml_peer.protocol import V2_1, JobTerms, ether_deposit, message, post_job
from deml_peer.requests import advance_line, inspect_line

from .check import ordered, played, report, stated
from .golden_random import random_architecture
from .random_cases import asked, concluded

SPONSOR = bytes(range(20))
RICH = 1 << 120
JOB_BUDGET, LONGEST = 10**11, 1 << 25
HOUR, DAY = 3_600, 86_400


def window(rng, least: int, most: int = 30 * DAY) -> int:
    """Near an edge as often as not."""
    edges = (least, most, min(most, 2 * least))
    return int(rng.choice(edges)) if rng.random() < 0.5 else int(rng.integers(least, most + 1))


def random_terms(rng, arch: Architecture) -> JobTerms:
    payout = int(rng.integers(0, 4))
    sealed = payout > 0 or bool(rng.integers(0, 2))
    is_federated, is_listed = payout == FEDERATED, bool(rng.integers(0, 2))
    answer = HOUR if is_listed else DAY
    first = window(rng, HOUR if sealed else 4 * HOUR)
    rest = (
        window(rng, HOUR) if sealed else 0,
        window(rng, answer) if sealed and not is_federated else 0,
        window(rng, answer) if sealed else 0,
    )
    rounds = int(rng.integers(1, 20)) if is_federated else int(rng.integers(0, 2))
    most = min(MAX_SAMPLES, MAX_DATA_ELEMENTS // arch.features)
    return JobTerms(
        payout=payout,
        sealed=sealed,
        reward=1,
        slots=int(rng.integers(1, 65)),
        rounds=rounds,
        client_bond=1,
        sponsor_bond=1,
        norm_bound=1,
        arch=arch.blob,
        base_model_cid=raw_cid(b"never"),
        samples=int(2 ** rng.uniform(0, np.log2(most))),
        x_dtype=int(rng.choice((I8, I16, I32, U8))),
        y_kind=arch.y_kind,
        model_dtype=int(rng.choice((I8, I16, I32))),
        evaluation=(sha256(b"never"),) * max(1, rounds),
        windows=(window(rng, HOUR, 7 * DAY), first, *rest),
        allow_list_root=sha256(b"a list") if is_listed else bytes(32),
    )


class Run:
    """The lines, all of one second, and what the application has to say to each."""

    def __init__(self):
        self.lines, self.checks, self.now, self.jobs = [], [], 1_760_000_000, 0
        self.live: dict[int, int] = {}
        self.kinds: Counter = Counter()
        self.send(V2_1.ether, ether_deposit(SPONSOR, RICH), lambda _: "")

    def send(self, sender: bytes, payload: bytes, check) -> None:
        self.lines.append(advance_line(sender, payload, self.now, len(self.lines)))
        self.checks.append(check)

    def inspect(self, path: str, check) -> None:
        self.lines.append(inspect_line(path))
        self.checks.append(check)

    def post(self, arch: Architecture, terms: JobTerms) -> None:
        size, reserved = costs.reserved_bytes(arch, terms), sum(self.live.values())
        units, life = costs.admitted_units(arch, terms), costs.lifetime(terms)
        longest = costs.span(LONGEST)
        if life > longest or units > JOB_BUDGET:
            self.kinds["beyond a limit"] += 1
            self.send(SPONSOR, post_job(terms, RICH), partial(check_code, "invalidTerms"))
            return
        if reserved + size > costs.CAPACITY:
            self.kinds["without room"] += 1
            self.send(SPONSOR, post_job(terms, RICH), partial(check_code, "capacity"))
            return
        prices = costs.rent(reserved, size, life), costs.scoring_price(arch, terms)
        self.send(SPONSOR, post_job(terms, sum(prices) - 1), partial(check_code, "rentTooHigh"))
        self.kinds["at a rent" if prices[0] else "for free"] += 1
        number, self.jobs = self.jobs, self.jobs + 1
        self.live[number] = size
        self.send(SPONSOR, post_job(terms, sum(prices)), partial(check_rent, number, *prices))
        self.inspect(f"jobs/{number}", partial(check_costs, arch, terms, self.now + life))
        self.inspect(
            f"rent?bytes={size}&seconds={life}", partial(check_answer, reserved + size, size, life)
        )

    def cancel(self, number: int) -> None:
        del self.live[number]
        self.send(SPONSOR, message("cancelJob", number), partial(check_code, ""))


def difference(found, told) -> str:
    return "" if found == told else f"{found}, foretold {told}"


def check_code(code: str, outcome: dict) -> str:
    reports = [report(outcome)["error"]["code"]] if outcome["reports"] else []
    return difference(reports, [code] if code else [])


def check_rent(number: int, rent: int, scoring: int, outcome: dict) -> str:
    told = {"jobId": str(number), "rent": str(rent), "scoring": str(scoring)}
    found = [text for text in stated(outcome)[0] if '"RentPaid"' in text]
    return difference(found, ordered([{"name": "RentPaid"} | told]))


def check_costs(arch: Architecture, terms: JobTerms, ends_by: int, outcome: dict) -> str:
    evaluation = terms.samples * arch.units_per_sample + costs.load_units(arch)
    told = {
        "reservedBytes": costs.reserved_bytes(arch, terms),
        "storageBond": str(costs.storage_bond(arch, terms)),
        "workPerSample": arch.work_per_sample,
        "evaluationWork": str(evaluation),
        "admittedWork": str(costs.admitted_units(arch, terms)),
    }
    job = report(outcome).get("job", {})
    if "cost" not in job:
        return f"{job}, foretold {told}"
    found = {key: value for key, value in job["cost"].items() if key in told}
    return difference((found, job["endsBy"]), (told, ends_by))


def check_answer(reserved: int, size: int, seconds: int, outcome: dict) -> str:
    if reserved + size > costs.CAPACITY:
        return check_code("capacity", outcome)
    return difference(report(outcome).get("rent"), str(costs.rent(reserved, size, seconds)))


def main(arguments: list[str]) -> int:
    given = asked("fixtures.random_costs", arguments)
    rng, run = np.random.default_rng(given.seed), Run()
    for _ in range(given.cases):
        arch = random_architecture(rng, 0.3, 199)
        run.post(arch, random_terms(rng, arch))
        # Often enough to leave the free half, and to come back to it.
        if run.live and rng.random() < 0.4:
            run.cancel(int(rng.choice(list(run.live))))
    outcomes = played(str(given.deml), run.lines)
    found = [
        f"line {line}: {problem}"
        for line, (check, outcome) in enumerate(zip(run.checks, outcomes, strict=True), 1)
        if (problem := check(outcome))
    ]
    return concluded(f"{given.cases} jobs", run.kinds, found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
