#!/usr/bin/env python3
"""Runs the examples of docs/front-end.md: those with fetch in headless Chromium, those with viem in
Node.js where npm can get it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .nodeprocess import ROOT, Node, running
from .webdriver import Browser, Driver

DOCUMENTED = "http://127.0.0.1:8080"


def examples(language: str) -> str:
    """All code of `language` in the document, which reads as one program."""
    text = (ROOT / "docs" / "front-end.md").read_text()
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


def with_fetch(node: Node, work: Path) -> None:
    driver = Driver(work / "chromedriver.log")
    try:
        browser = Browser(driver)
        browser.open(node.url)
        code = examples("js").replace(DOCUMENTED, node.url)
        result = browser.run_async(
            code + "\nreturn [executed.data, reports, jobs, next, await inspect('audit')];"
        )
        voucher, reports, jobs, following, audit = result
        assert voucher["execution_transaction_hash"], voucher
        assert int(voucher["decoded_data"]["value"], 16) == 250_000_000_000_000_000
        assert (reports, jobs, following) == ([], [], None)
        assert audit["assets"][0]["vouchered"] == "250000000000000000"
    finally:
        driver.stop()


def with_viem(node: Node, work: Path) -> str:
    if not shutil.which("npm") or not shutil.which("node"):
        return "viem skipped, there is no npm"
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", work, "viem@2"]
    try:
        installed = subprocess.run(command, capture_output=True, timeout=300).returncode == 0
    except subprocess.TimeoutExpired:
        installed = False
    if not installed:
        return "viem skipped, npm cannot get it"
    file = work / "example.mjs"
    file.write_text(examples("ts").replace(DOCUMENTED, node.url))
    before = json.dumps(node.inspect("audit"))
    subprocess.run(["node", file], check=True, timeout=120)
    while node.rpc("cartesi_listInputs", limit=1, descending=True)["data"][0]["status"] == "NONE":
        pass
    assert json.dumps(node.inspect("audit")) != before
    return "with viem too"


def main() -> int:
    with running() as (node, work):
        with_fetch(node, work)
        print(f"examples of the guide: run in Chromium, {with_viem(node, work)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
