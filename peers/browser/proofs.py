#!/usr/bin/env python3
"""`deml prove` against a running node, and against the state that it leaves.

Under the contracts of each release all five kinds of assets come in through the portals and go out as
vouchers, to who brought them and to somebody who is named. Every voucher is executed
with the calldata that `deml prove` prints, once; eth-abi makes the same calldata from the node's own
answers. Afterwards the state folder alone proves the same outputs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

from deml_peer import protocol
from deml_peer.requests import hex0x

from .nodeprocess import DEML, Node, running

TOKEN = "0x5138f529b77b4e0a7c84b77e79c4335d31938fed"
HEIR = bytes.fromhex("00000000000000000000000000000000000000ae")
TIME = "1760000000"


def call(name: str, types: list[str], *arguments) -> str:
    return hex0x(protocol.call(name, types, *arguments))


def deposits(version: dict, app: str):
    """Transactions that bring in some of everything, by the names of the release's portals."""
    portals, is_old = version["portals"], version["contracts"].startswith("v2.")

    def named(name: str) -> str:
        return name if is_old else name.replace("ERC", "Erc")

    address, number, data, numbers = "address", "uint256", "bytes", "uint256[]"
    yield portals["ether"], call("depositEther", [address, data], app, b""), 10**18
    types = [address, address, number, data]
    yield portals["erc20"], call(named("depositERC20Tokens"), types, TOKEN, app, 500, b""), 0
    types = [address, address, number, data, data]
    yield portals["erc721"], call(named("depositERC721Token"), types, TOKEN, app, 7, b"", b""), 0
    types = [address, address, number, number, data, data]
    payload = call(named("depositSingleERC1155Token"), types, TOKEN, app, 8, 9, b"base", b"")
    yield portals["erc1155Single"], payload, 0
    types = [address, address, numbers, numbers, data, data]
    payload = call(
        named("depositBatchERC1155Token"), types, TOKEN, app, [1, 2, 1], [3, 4, 5], b"", b""
    )
    yield portals["erc1155Batch"], payload, 0


def withdrawals():
    yield protocol.message("WithdrawEther", 10**17, b"")
    yield protocol.message("WithdrawErc20", TOKEN, 498, b"")
    yield protocol.message("WithdrawErc20", TOKEN, 1, HEIR)
    yield protocol.message("WithdrawErc721", TOKEN, 7, b"")
    yield protocol.message("WithdrawErc1155Single", TOKEN, 8, 9, b"")
    yield protocol.message("WithdrawErc1155Batch", TOKEN, [1, 2, 1], [1, 4, 7], b"")


def prove(*arguments: str) -> list[dict]:
    command = [DEML, "prove", "--all", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def refuses(node: Node, transaction: dict, reason: str) -> None:
    try:
        node.eth("eth_sendTransaction", transaction)
    except RuntimeError as error:
        assert reason in str(error), error
    else:
        raise AssertionError(f"was executed, expected {reason}")


def fill(node: Node, release: str) -> tuple[str, str]:
    """Everything in and out again; returns the application and who did it."""
    application = node.rpc("cartesi_getApplication")["data"]
    app, box = application["iapplication_address"], application["iinputbox_address"]
    sender = node.eth("eth_accounts")[0]
    version = node.inspect("version")
    assert version["contracts"] == release, version
    for portal, data, value in deposits(version, app):
        transaction = {"from": sender, "to": portal, "value": hex(value), "data": data}
        node.eth("eth_sendTransaction", transaction)
    for message in withdrawals():
        data = call("addInput", ["address", "bytes"], app, message)
        node.eth("eth_sendTransaction", {"from": sender, "to": box, "data": data})
    while node.rpc("cartesi_getProcessedInputCount")["data"] != "0xb":
        time.sleep(0.05)
    reports = node.rpc("cartesi_listReports")["data"]
    assert reports == [], reports
    return app, sender


def check_calls(node: Node, proved: list[dict], app: str) -> None:
    """The printed calls are those that eth-abi makes from what the node lists."""
    types = ["bytes", "(uint64,bytes32[])"]
    outputs = node.rpc("cartesi_listOutputs", limit=1000)["data"]
    assert len(outputs) == len(proved)
    for output, proof in zip(outputs, proved):
        siblings = [bytes.fromhex(hash[2:]) for hash in output["output_hashes_siblings"]]
        raw = bytes.fromhex(output["raw_data"][2:])
        arguments = (raw, (int(output["index"], 16), siblings))
        is_voucher = output["decoded_data"]["type"] in ("0x237a816f", "0x10321e8b")
        execute = call("executeOutput", types, *arguments) if is_voucher else None
        assert proof["executeOutput"] == execute
        assert proof["validateOutput"] == call("validateOutput", types, *arguments)
        assert proof["application"] == app
        assert proof["leaf"] == output["hash"]


def execute_all(node: Node, proved: list[dict], app: str, sender: str) -> int:
    """Every voucher once, and nothing else."""
    count = 0
    for proof in proved:
        index = hex(proof["index"])
        if proof["executeOutput"] is None:
            notice = "0x33137b76" + proof["validateOutput"][10:]
            refuses(node, {"from": sender, "to": app, "data": notice}, "OutputNotExecutable")
            continue
        data = proof["executeOutput"]
        # One wrong bit in the last sibling.
        wrong = data[:-1] + format(int(data[-1], 16) ^ 1, "x")
        refuses(node, {"from": sender, "to": app, "data": wrong}, "InvalidOutputsMerkleRoot")
        transaction = {"from": sender, "to": app, "data": data}
        hash = node.eth("eth_sendTransaction", transaction)
        output = node.rpc("cartesi_getOutput", output_index=index)["data"]
        assert output["execution_transaction_hash"] == hash
        refuses(node, transaction, "OutputNotReexecutable")
        count += 1
    return count


def check(contracts: protocol.Contracts) -> None:
    with running("--time", TIME, "--contracts", contracts.release) as (node, work):
        app, sender = fill(node, contracts.release)
        proved = prove("--node", node.url)
        check_calls(node, proved, app)
        executed = execute_all(node, proved, app, sender)
        node.stop()
        alone = prove(str(work / "state"))
        for one, other in zip(alone, proved, strict=True):
            # The node does not say how many outputs there are under a root.
            one["outputs"] = None
            assert one == other
        assert executed == 6
        kinds = [proof["type"] for proof in proved]
        expected = 2 if contracts.safe_erc20_transfer else 0
        assert kinds.count("delegate-call voucher") == expected
    print(f"proofs, {contracts.release}: {len(proved)} outputs, {executed} vouchers executed once")


def main() -> int:
    for contracts in protocol.RELEASES:
        check(contracts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
