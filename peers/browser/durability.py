#!/usr/bin/env python3
"""`deml node` under hard treatment, with the breast cancer story as its inputs.

The node is killed (SIGKILL) at random moments, then its application is. No input that was
acknowledged may be lost, none may be there twice, and the outputs root at the end must be the
recorded one. Meanwhile many queries at once must all be answered. Prints its seed; an argument
replays one.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from deml_peer.protocol import V2_1, call
from deml_peer.requests import hex0x

from .nodeprocess import DEML, ROOT, Node

STORY = ROOT / "fixtures" / "breast-cancer"
NODE_KILLS = 50
APPLICATION_KILLS = 10
QUERIES = 100

INPUT_BOX = "0x1b51e2992A2755Ba4D6F7094032DF91991a0Cfac"
INTERVAL = 12


def transaction(metadata: dict, payload: bytes) -> dict:
    """The call by which a chain would come to this input."""
    sender, app = metadata["msg_sender"], metadata["app_contract"]
    if sender == hex0x(V2_1.ether):
        data = call("depositEther", ["address", "bytes"], app, payload[52:])
        value = int.from_bytes(payload[20:52], "big")
        return {"from": hex0x(payload[:20]), "to": sender, "value": hex(value), "data": hex0x(data)}
    if sender == hex0x(V2_1.erc20):
        types = ["address", "address", "uint256", "bytes"]
        amount = int.from_bytes(payload[40:72], "big")
        data = call("depositERC20Tokens", types, payload[:20], app, amount, payload[72:])
        return {"from": hex0x(payload[20:40]), "to": sender, "data": hex0x(data)}
    data = call("addInput", ["address", "bytes"], app, payload)
    return {"from": sender, "to": INPUT_BOX, "data": hex0x(data)}


def advances() -> list[dict]:
    lines = (json.loads(line) for line in (STORY / "inputs.jsonl").read_text().splitlines())
    return [line["data"] for line in lines if line["request_type"] == "advance_state"]


class Run:
    """A node that comes back, and what it has acknowledged."""

    def __init__(self, folder: Path, chance: random.Random, inputs: list[dict]):
        self.folder, self.chance, self.inputs = folder, chance, inputs
        self.start_time = inputs[0]["metadata"]["block_timestamp"] - INTERVAL
        self.acknowledged = 0
        self.node = self.start()

    def start(self) -> Node:
        return Node(self.folder / "state", self.folder / "node.log", "--time", str(self.start_time))

    def send(self) -> None:
        """Sends the next input, at its own time."""
        data = self.inputs[self.acknowledged]
        self.node.eth("evm_setNextBlockTimestamp", data["metadata"]["block_timestamp"])
        self.node.eth(
            "eth_sendTransaction",
            transaction(data["metadata"], bytes.fromhex(data["payload"][2:])),
        )
        self.acknowledged += 1

    def count(self) -> int:
        listing = self.node.rpc("cartesi_listInputs", limit=1)
        return listing["pagination"]["total_count"]

    def kill_while_sending(self, limit: int) -> None:
        """Kills the node while inputs are sent, but none beyond the first `limit`."""
        delay = self.chance.uniform(0, 0.03)
        killer = threading.Timer(delay, self.node.kill)
        killer.start()
        try:
            while self.acknowledged < limit:
                self.send()
                if self.chance.random() < 0.5:
                    break
        except (OSError, urllib.error.URLError, json.JSONDecodeError, ConnectionError):
            pass
        killer.join()
        self.node = self.start()
        found = self.count()
        # The input that was under way may have got as far as the disk.
        assert found in (self.acknowledged, self.acknowledged + 1), (found, self.acknowledged)
        self.acknowledged = found

    def application(self) -> int:
        log = (self.folder / "node.log").read_text()
        return int(re.findall(r"process (\d+)$", log, re.MULTILINE)[-1])

    def settle(self) -> None:
        while int(self.node.rpc("cartesi_getProcessedInputCount")["data"], 16) < self.acknowledged:
            time.sleep(0.02)

    def check_inputs(self) -> None:
        """Every input is there once, as it was sent."""
        rows = self.node.rpc("cartesi_listInputs", limit=10_000)["data"]
        assert len(rows) == self.acknowledged
        for row, sent in zip(rows, self.inputs):
            found = row["decoded_data"]
            assert found["payload"] == sent["payload"]
            assert found["sender"].lower() == sent["metadata"]["msg_sender"]
            assert int(found["block_timestamp"], 16) == sent["metadata"]["block_timestamp"]


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    inputs = advances()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder), chance, inputs)
        try:
            # Spread over the first part of the story: the last third is for the queries.
            part = len(inputs) * 2 // 3
            for kill in range(NODE_KILLS):
                while run.acknowledged < part * kill // NODE_KILLS:
                    run.send()
                run.kill_while_sending(part * kill // NODE_KILLS + 3)
            run.settle()
            for _ in range(APPLICATION_KILLS):
                run.send()
                time.sleep(chance.uniform(0, 0.02))
                # The log may be a little behind: then it is on its way back already.
                with suppress(ProcessLookupError):
                    os.kill(run.application(), signal.SIGKILL)
            run.settle()
            # What a live and an ended job both answer: the jobs end while the queries run.
            paths = ["version", "jobs", "jobs/0", "jobs?phase=settled", "audit"]
            with ThreadPoolExecutor(QUERIES) as pool:
                answers = [
                    pool.submit(run.node.inspect, chance.choice(paths)) for _ in range(QUERIES)
                ]
                while run.acknowledged < len(inputs):
                    run.send()
                assert all("error" not in answer.result() for answer in answers)
            run.settle()
            run.check_inputs()
            last = run.node.rpc("cartesi_getInput", input_index=hex(len(inputs) - 1))["data"]
            root = (STORY / "root.txt").read_text().strip()
            assert last["outputs_hash"] == root, (last["outputs_hash"], root)
        except BaseException:
            print((Path(folder) / "node.log").read_text()[-3000:])
            raise
        finally:
            status = run.node.stop()
        assert status == 0, status
        # What is left on the disk is a fixture.
        state = run.folder / "state"
        subprocess.run([DEML, "replay", "--quiet", "--record", state], check=True)
        assert (state / "root.txt").read_text().strip() == root
    print(
        f"{NODE_KILLS} kills of the node, {APPLICATION_KILLS} of the application, {len(inputs)} "
        f"inputs, {QUERIES} queries at once: nothing lost, the recorded root"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
