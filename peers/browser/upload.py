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
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from deml_peer.architecture import I16, Architecture, Head, dense
from deml_peer.blobs import canonical_weights, encode_dataset
from deml_peer.hashing import raw_cid
from deml_peer.protocol import V2_1, JobTerms, ether_deposit
from deml_peer.requests import hex0x

from .durability import transaction
from .nodeprocess import DEML, Node, running

FEATURES = 1000
START = "1760000000"


def tool(*arguments: str, stdin: str | None = None) -> str:
    done = subprocess.run(
        [DEML, *arguments], input=stdin, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Blobs:
    """Logistic regression on many features, and a data set of about this many bytes."""

    def __init__(self, size: int, seed: int):
        arch = Architecture((FEATURES,), (dense(1, 0),), Head.SIGMOID)
        samples = math.ceil(size / (2 * FEATURES + 2))
        # The least i16 is refused.
        x = np.random.default_rng(seed).integers(-32_767, 32_768, (samples, FEATURES))
        self.arch, self.samples = arch.blob, samples
        self.base = canonical_weights(arch, [np.zeros((1, FEATURES))])
        self.data = encode_dataset(x, np.arange(samples) % 2, I16)


def json_of(terms: JobTerms) -> dict:
    """As the tool takes them: names in camel case, large numbers and bytes as text."""

    def shown(value):
        if isinstance(value, bytes):
            return hex0x(value)
        if isinstance(value, tuple):
            return [shown(member) for member in value]
        return value if isinstance(value, bool) or value < 1 << 32 else str(value)

    names = [re.sub("_(.)", lambda m: m[1].upper(), name) for name in vars(terms)]
    return dict(zip(names, map(shown, vars(terms).values()), strict=True))


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
        self.send(ether_deposit(bytes.fromhex(self.address[2:]), wei), hex0x(V2_1.ether))

    def post(self, blobs: Blobs, digest: str) -> None:
        terms = JobTerms(
            reward=1_000,
            client_bond=50,
            min_improvement_ppm=10_000,
            arch=blobs.arch,
            base_model_cid=raw_cid(blobs.base),
            samples=blobs.samples,
            x_dtype=I16,
            evaluation=(bytes.fromhex(digest[2:]),),
            windows=(86_400, 86_400, 0, 0, 0),
        )
        message = json.dumps({"terms": json_of(terms), "maxRent": str(10**17)})
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
    with running("--time", START) as (node, folder):
        result = run(node, folder, size)
    print(f"upload: {result}, went on where it stood, the job opened")
    return 0


if __name__ == "__main__":
    sys.exit(main())
