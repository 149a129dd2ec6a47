"""`python -m stories ROOT [STEP…]`: remakes the fixtures under ROOT, all steps or those named.

Without a step the blob folder is emptied first, so that only blobs that are still used stay.
"""

from __future__ import annotations

import importlib
import shutil
import sys
import time
from pathlib import Path

STEPS = (
    "golden",
    "fidelity",
    "breast_cancer",
    "bad_inputs",
    "digits",
    "sealed_best",
    "federated_digits",
    "sealed_proportional",
    "sponsor_silent",
    "cancel_and_refund",
    "deposit_carries_job",
    "relayed_client",
    "copied_commitment",
    "client_silent",
    "false_claim",
    "front_run",
    "two_jobs_share_content",
    "budget_split",
    "sealed_budget",
    "dag_content",
    "allow_list_and_messages",
)


def main(arguments: list[str]) -> int:
    if not arguments or any(step not in STEPS for step in arguments[1:]):
        print(f"usage: python -m stories ROOT [{' | '.join(STEPS)}]...", file=sys.stderr)
        return 2
    root = Path(arguments[0])
    if not arguments[1:]:
        shutil.rmtree(root / "blobs", ignore_errors=True)
    for step in arguments[1:] or STEPS:
        started = time.monotonic()
        package = "vectors" if step in ("golden", "fidelity") else "stories"
        importlib.import_module(f"{package}.{step}").make(root)
        print(f"{step}: {time.monotonic() - started:.1f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
