#!/usr/bin/env python3
"""Answers against their schemas: inspect by docs/inspect.schema.json, JSON-RPC by the v2 node's.

Checks what the fixtures recorded, then a live node over the breast cancer story, and how the node
answers what it should refuse.
"""

from __future__ import annotations

import http.client
import json
import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from .durability import Run, advances
from .nodeprocess import ROOT
from .schema import Schema

INSPECT = Schema(ROOT / "docs" / "inspect.schema.json")
NODE = Schema(Path(__file__).with_name("node.schema.json"))

PATHS = [
    (r"version", "version"),
    (r"jobs", "jobs"),
    (r"jobs/\d+", "jobs/{id}"),
    (r"jobs/\d+/submissions", "jobs/{id}/submissions"),
    (r"jobs/\d+/leaderboard", "jobs/{id}/leaderboard"),
    (r"jobs/\d+/messages", "jobs/{id}/messages"),
    (r"jobs/\d+/files", "jobs/{id}/files"),
    (r"rent", "rent"),
    (r"accounts/0x[0-9a-fA-F]{40}", "accounts/{address}"),
    (r"content/\w+", "content/{cid}"),
    (r"content/\w+/bytes", "content/{cid}/bytes"),
    (r"audit", "audit"),
    (r"state", "state"),
]


def check_inspect(path: str, answer: dict) -> str:
    """Returns the name of the definition that the answer meets."""
    if "error" in answer:
        name = "error"
    else:
        route = (path or "").partition("?")[0]
        names = [name for pattern, name in PATHS if re.fullmatch(pattern, route)]
        assert names, f"{path!r} is answered, but in no schema: {str(answer)[:200]}"
        name = names[0]
    INSPECT.check(name, answer)
    return name


def path_of(query: bytes) -> str | None:
    """The path in a recorded query, which may be wrapped; None when it is none."""
    try:
        text = query.decode()
        if text.startswith("0x"):
            text = bytes.fromhex(text[2:]).decode()
        if text.startswith("{"):
            text = json.loads(text)["path"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(text, str):
        return None
    return "/".join(filter(None, text.partition("?")[0].split("/")))


def recorded() -> set[str]:
    """Checks every recorded answer to a query."""
    seen = set()
    for file in sorted(ROOT.glob("fixtures/*/expected.jsonl")):
        inputs = file.with_name("inputs.jsonl").read_text().splitlines()
        for number, (line, outcome) in enumerate(zip(inputs, file.read_text().splitlines()), 1):
            request = json.loads(line)
            if request["request_type"] != "inspect_state":
                continue
            path = path_of(bytes.fromhex(request["data"]["payload"][2:]))
            for report in json.loads(outcome)["reports"]:
                answer = json.loads(bytes.fromhex(report["payload"][2:]))
                try:
                    seen.add(check_inspect(path, answer))
                except AssertionError as error:
                    raise AssertionError(f"{file}:{number}: {error}") from None
    return seen


def live(run: Run) -> set[str]:
    """Checks every query and every method at several moments of the story."""
    seen = set()
    accounts = {data["metadata"]["msg_sender"] for data in run.inputs}
    stops = {0, 5, 14, 20, 40, 60, 80, len(run.inputs)}
    for count in range(len(run.inputs) + 1):
        if count in stops:
            run.settle()
            seen |= look_around(run, accounts)
        if count < len(run.inputs):
            run.send()
    return seen


def look_around(run: Run, accounts: set[str]) -> set[str]:
    node = run.node
    seen = set()

    def inspect(path: str) -> dict:
        body = node.post("/inspect/deml", path.encode(), "text/plain")
        NODE.check("inspect", body)
        answer = json.loads(bytes.fromhex(body["reports"][0]["payload"][2:]))
        seen.add(check_inspect(path, answer))
        return answer

    inspect("version"), inspect("audit"), inspect("state"), inspect("nonsense")
    inspect("rent?bytes=1000000&seconds=604800")
    for job in inspect("jobs?limit=100")["jobs"]:
        answer = inspect(f"jobs/{job['id']}")
        for part in ("submissions", "leaderboard", "messages", "files"):
            inspect(f"jobs/{job['id']}/{part}")
        for cid in filter(
            None,
            [answer["job"].get("content", {}).get("dataCid"), answer["job"].get("bestModelCid")],
        ):
            inspect(f"content/{cid}"), inspect(f"content/{cid}/bytes?length=64")
    for address in sorted(accounts):
        inspect(f"accounts/{address}")

    for method in (
        "listApplications",
        "getApplication",
        "listInputs",
        "listOutputs",
        "listReports",
        "getProcessedInputCount",
        "getChainId",
        "getNodeVersion",
    ):
        NODE.check(f"cartesi_{method}", node.rpc(f"cartesi_{method}", limit=10_000))
    for kind, index in (
        ("Input", "input_index"),
        ("Output", "output_index"),
        ("Report", "report_index"),
    ):
        rows = node.rpc(f"cartesi_list{kind}s")["data"]
        for row in rows[:3]:
            answer = node.rpc(f"cartesi_get{kind}", **{index: row["index"]})
            NODE.check(f"cartesi_get{kind}", answer)
            assert answer["data"] == row
    if node.rpc("cartesi_getProcessedInputCount")["data"] != "0x0":
        answer = node.rpc("cartesi_getLastAcceptedEpochIndex")
        NODE.check("cartesi_getLastAcceptedEpochIndex", answer)
    return seen


def refusals(url: str) -> None:
    """Statuses of requests that are not as they should be, and who may read the answers."""
    address = urlsplit(url).netloc
    call = b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}'
    as_json = {"Content-Type": "application/json"}

    def ask(method: str, path: str, body: bytes = b"", headers: dict | None = None):
        connection = http.client.HTTPConnection(address, timeout=60)
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        response.read()
        connection.close()
        return response

    assert ask("GET", "/inspect/deml").status == 405
    assert ask("POST", "/inspect/other", b"version").status == 404
    assert ask("POST", "/inspect/deml", b" " * ((2 << 20) + 1)).status == 413
    assert ask("POST", "/rpc", call, {"Content-Type": "text/plain"}).status == 415
    assert ask("POST", "/eth", call, {"Content-Type": "text/plain"}).status == 415
    assert ask("POST", "/rpc", b"[" * ((1 << 20) + 1), as_json).status == 413
    assert ask("GET", "/nothing").status == 404
    for origin in ("http://localhost:5173", "http://127.0.0.1:3000"):
        allowed = ask("OPTIONS", "/rpc", headers={"Origin": origin})
        assert allowed.status == 204
        assert allowed.getheader("Access-Control-Allow-Origin") == origin
        assert allowed.getheader("Access-Control-Allow-Headers") == "Content-Type"
        answer = ask("POST", "/eth", call, {**as_json, "Origin": origin})
        assert answer.getheader("Access-Control-Allow-Origin") == origin
    for origin in ("https://example.org", "http://localhost.example.org", "null"):
        assert ask("POST", "/eth", call, {**as_json, "Origin": origin}).status == 403


def check_the_check() -> None:
    """A schema that refuses nothing would prove nothing."""
    for schema, name in ((INSPECT, "version"), (NODE, "Output"), (INSPECT, "audit")):
        try:
            schema.check(name, {"asOf": "1"})
        except AssertionError:
            continue
        raise AssertionError(f"{name} may be anything")


def main() -> int:
    check_the_check()
    seen = recorded()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder), None, advances())
        try:
            refusals(run.node.url)
            seen |= live(run)
        finally:
            run.node.stop()
    missing = {name for _, name in PATHS} | {"error"}
    assert not missing - seen, f"never seen: {missing - seen}"
    print("answers of inspect and JSON-RPC are as their schemas say")
    return 0


if __name__ == "__main__":
    sys.exit(main())
