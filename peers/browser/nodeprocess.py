"""`deml node` as a child process, and calls to it."""

from __future__ import annotations

import json
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEML = ROOT / ".build/debug/deml"


class Node:
    """A running node; `url` is what it printed."""

    def __init__(self, state: Path, log: Path, *options: str):
        self.log = log.open("a")
        self.process = subprocess.Popen(
            [DEML, "node", "--state", state, "--port", "0", "--rollup-port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError(f"the node does not start; see {log}")

    def post(self, path: str, body: bytes, kind: str):
        request = urllib.request.Request(
            self.url + path, data=body, headers={"Content-Type": kind}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=120) as response:
            return json.load(response)

    def call(self, path: str, method: str, params):
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = self.post(path, json.dumps(body).encode(), "application/json")
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def rpc(self, method: str, **params):
        return self.call("/rpc", method, {"application": "deml", **params})

    def eth(self, method: str, *params):
        return self.call("/eth", method, list(params))

    def inspect(self, path: str):
        answer = self.post("/inspect/deml", path.encode(), "text/plain")
        return json.loads(bytes.fromhex(answer["reports"][0]["payload"][2:]))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.log.close()

    def stop(self) -> int:
        self.process.terminate()
        status = self.process.wait(timeout=60)
        self.log.close()
        return status


@contextmanager
def running(*options: str) -> Iterator[tuple[Node, Path]]:
    """A node, and a folder for its `state` and whatever else; when its user fails, its log is shown."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        node = Node(work / "state", work / "node.log", *options)
        try:
            yield node, work
        except BaseException:
            print((work / "node.log").read_text()[-3000:])
            raise
        finally:
            node.stop()
