#!/usr/bin/env python3
"""`deml upload` of a large evaluation file to the development node, killed half way.

A sponsor posts a job; its base model goes up as a raw file, its data as a DAG. The upload of the data is
killed (SIGKILL) when half of the pieces are out, and started again: it goes on at the byte that the
application says is due, sends no piece twice, and the job opens. `--megabytes 30` for a large file.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deml_peer.hashing import cid_text, keccak256, raw_cid
from deml_peer.protocol import ETHER_PORTAL, ether_deposit
from deml_peer.requests import hex0x

from .durability import transaction
from .nodeprocess import Node

ROOT = Path(__file__).resolve().parents[2]
DEML = ROOT / ".build/debug/deml"
NOBODY = "0x" + "00" * 20
FEATURES = 1000
START = "1760000000"


def le(value: int, size: int = 4) -> bytes:
    return value.to_bytes(size, "little")


def tool(*arguments: str, stdin: str | None = None) -> str:
    done = subprocess.run(
        [DEML, *arguments], input=stdin, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Blobs:
    """Logistic regression on many features, and a data set of about this many bytes."""

    def __init__(self, size: int, seed: int):
        self.arch = b"DMLA\x01\x01" + le(FEATURES) + b"\x01\x01" + le(1) + b"\x00\x02"
        identity = keccak256(self.arch)[:16]
        self.base = b"DMLW\x01\x00\x04\x00" + identity + b"\x01" + bytes(11) + bytes(4 * FEATURES)
        self.samples = math.ceil(size / (2 * FEATURES + 2))
        # The least i16 is refused.
        values = random.Random(seed).randbytes(2 * self.samples * FEATURES)
        values = values.replace(b"\x80", b"\x7f")
        header = b"DMLD\x01\x02\x00\x00" + le(self.samples) + le(FEATURES) + b"\x01" + bytes(15)
        labels = b"".join(bytes([sample & 1, 0]) for sample in range(self.samples))
        self.data = header + values + labels


class Sponsor:
    """An account of the node that posts one job."""

    def __init__(self, node: Node):
        self.node = node
        self.address = node.eth("eth_accounts")[0]
        self.app = node.rpc("cartesi_getApplication")["data"]["iapplication_address"]

    def send(self, payload: bytes, sender: str | None = None) -> None:
        metadata = {"msg_sender": sender or self.address, "app_contract": self.app}
        self.node.eth("eth_sendTransaction", transaction(metadata, payload))

    def deposit(self, wei: int) -> None:
        self.send(ether_deposit(bytes.fromhex(self.address[2:]), wei), hex0x(ETHER_PORTAL))

    def post(self, blobs: Blobs, digest: str) -> None:
        terms = {
            "payout": 0,
            "sealed": False,
            "token": NOBODY,
            "reward": "1000",
            "slots": 1,
            "rounds": 1,
            "clientBond": "50",
            "sponsorBond": "0",
            "minImprovementPpm": 10_000,
            "normBound": "0",
            "arch": "0x" + blobs.arch.hex(),
            "baseModelCid": cid_text(raw_cid(blobs.base)),
            "samples": blobs.samples,
            "xDtype": 2,
            "yKind": 0,
            "modelDtype": 4,
            "trainerCid": "0x",
            "metadataCid": "0x",
            "evaluation": [digest],
            "jobSalt": "0x" + "00" * 32,
            "windows": [86_400, 86_400, 0, 0, 0],
            "allowListRoot": "0x" + "00" * 32,
        }
        message = json.dumps({"terms": terms, "maxRent": str(10**17)})
        self.send(bytes.fromhex(tool("encode", "postJob", "-", stdin=message)[2:]))
        assert self.node.inspect("jobs/0")["job"]["phase"] == "filling"
        assert self.node.rpc("cartesi_listReports")["data"] == []

    def upload(self, file: Path, *options: str) -> subprocess.Popen:
        command = [DEML, "upload", file, "--job", "0", "--rpc", self.node.url + "/eth"]
        command += ["--app", self.app, "--sender", self.address, *options]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)


def finished(process: subprocess.Popen) -> tuple[list[str], str]:
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    return out.splitlines(), err


def data_file(node: Node) -> dict | None:
    files = node.inspect("jobs/0/files")["files"]
    return next((file for file in files if file["kind"] == "data"), None)


def run(node: Node, folder: Path, size: int) -> str:
    blobs = Blobs(size, seed=2)
    base, data = folder / "base.dmlw", folder / "data.dmld"
    base.write_bytes(blobs.base)
    data.write_bytes(blobs.data)
    dag = ("--profile", "unixfs-v1-2025")
    described = json.loads(tool("cid", "--json", *dag, str(data)))
    sponsor = Sponsor(node)
    sponsor.deposit(10**18)
    sponsor.post(blobs, described["sha256"])
    finished(sponsor.upload(base))

    stream = json.loads(tool("upload", str(data), "--job", "0", "--json", *dag))
    pieces, half = len(stream["payloads"]), len(stream["payloads"]) // 2
    begin = time.monotonic()
    process = sponsor.upload(data, *dag)
    for _ in range(half):
        assert process.stdout.readline(), process.stderr.read()
    process.kill()
    process.communicate()
    # What it had sent without saying so is an input too.
    file = data_file(node)
    assert file and not file["whole"] and file["size"] == stream["size"], file
    assert file["due"] == file["received"] > stream["size"] // 3, file

    inputs = node.rpc("cartesi_listInputs", limit=1)["pagination"]["total_count"]
    lines, remarks = finished(sponsor.upload(data, *dag))
    seconds = time.monotonic() - begin
    assert f"goes on at byte {file['due']}" in remarks, remarks
    assert f"{stream['size']:,}/{stream['size']:,}" in remarks, remarks
    sent = node.rpc("cartesi_listInputs", limit=1)["pagination"]["total_count"] - inputs
    assert len(lines) == sent < pieces - half + 1, (len(lines), sent, pieces)
    assert node.rpc("cartesi_listReports")["data"] == []

    file = data_file(node)
    assert file["whole"] and file["inUse"] and file["cid"] == described["cid"], file
    job = node.inspect("jobs/0")["job"]
    assert job["phase"] == "open" and job["baseLoss"], job
    # A third time there is nothing to do.
    lines, remarks = finished(sponsor.upload(data, *dag, "--inspect", node.url + "/inspect/deml"))
    assert lines == [] and "whole already" in remarks, (lines, remarks)
    return f"{len(blobs.data):,} bytes in {pieces} pieces, killed after {half}, {seconds:.1f} s"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=float, default=3)
    size = int(parser.parse_args().megabytes * 1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "node.log"
        node = Node(DEML, Path(folder) / "state", log, "--time", START)
        try:
            result = run(node, Path(folder), size)
        except BaseException:
            print(log.read_text()[-3000:])
            raise
        finally:
            node.stop()
    print(f"upload: {result}, went on where it stood, the job opened")
    return 0


if __name__ == "__main__":
    sys.exit(main())
