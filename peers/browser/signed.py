#!/usr/bin/env python3
"""Signed transactions against a running node: eth-account is the wallet.

Accounts with random keys deposit Ether and send inputs in transactions of every type, which the node
knows by the hashes that eth-account gives them. Wrong ones are refused with the reason, and change
nothing. Nonces, balances, hashes and receipts are the same after the node was killed. Prints its
seed; an argument replays one.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from pathlib import Path

import rlp
from deml_peer import protocol
from deml_peer.hashing import keccak256
from deml_peer.requests import hex0x
from eth_account import Account

from .nodeprocess import Node

CHAIN = 31337
ENDOWMENT = 10**22
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
INPUTS = 60
MNEMONIC = "test test test test test test test test test test test junk"
HASHES = ("eth_getTransactionByHash", "eth_getTransactionReceipt")


def intrinsic(transaction: dict) -> int:
    """The gas of EIP-2028 and EIP-2930."""
    data = bytes.fromhex(transaction["data"].removeprefix("0x"))
    zeros = data.count(0)
    gas = 21_000 + 4 * zeros + 16 * (len(data) - zeros)
    for entry in transaction.get("accessList", []):
        gas += 2_400 + 1_900 * len(entry["storageKeys"])
    return gas


def number(text: str) -> int:
    return int(text, 16)


class World:
    """A node, the accounts that sign for it, and what they should have."""

    def __init__(self, folder: Path, chance: random.Random):
        self.folder, self.chance = folder, chance
        self.node = self.start()
        application = self.node.rpc("cartesi_getApplication")["data"]
        self.app, self.box = application["iapplication_address"], application["iinputbox_address"]
        self.portal = self.node.inspect("version")["portals"]["ether"]
        self.accounts = [Account.from_key(chance.randbytes(32)) for _ in range(5)]
        self.nonces = {account.address: 0 for account in self.accounts}
        self.balances = {account.address: ENDOWMENT for account in self.accounts}
        self.deposits = 0
        self.inputs: list[tuple[str, bytes]] = []
        self.sent: list[tuple[str, dict]] = []

    def start(self) -> Node:
        return Node(self.folder / "state", self.folder / "node.log", "--contracts", "v2.1")

    def call(self, payload: bytes) -> dict:
        data = protocol.call("addInput", ["address", "bytes"], self.app, payload)
        return {"to": self.box, "value": 0, "data": hex0x(data)}

    def deposit(self, wei: int, payload: bytes) -> dict:
        data = protocol.call("depositEther", ["address", "bytes"], self.app, payload)
        return {"to": self.portal, "value": wei, "data": hex0x(data)}

    def transfer(self, to: str, wei: int) -> dict:
        return {"to": to, "value": wei, "data": "0x"}

    def filled(self, account, call: dict, **changes) -> dict:
        """`call` as a transaction of a random type, with a random price."""
        chance = self.chance
        fields = {"nonce": self.nonces[account.address], "chainId": CHAIN, **call}
        price = chance.choice([0, 1, 10**9, 10**10])
        kind = chance.choice(["old", "legacy", "list", "fee"])
        if kind in ("list", "fee"):
            keys = [hex0x(chance.randbytes(32)) for _ in range(chance.randrange(3))]
            entry = {"address": self.app, "storageKeys": keys}
            fields["accessList"] = [entry] * chance.randrange(3)
            fields["type"] = 1 if kind == "list" else 2
        if kind == "fee":
            fields["maxFeePerGas"] = price + chance.randrange(10**9)
            fields["maxPriorityFeePerGas"] = price
        else:
            fields["gasPrice"] = price
        if kind == "old":
            del fields["chainId"]
        fields["gas"] = intrinsic(fields) + chance.choice([0, 1, 100_000])
        return {**fields, **changes}

    def send(self, account, call: dict) -> str:
        fields = self.filled(account, call)
        signed = account.sign_transaction(fields)
        hash = self.node.eth("eth_sendRawTransaction", hex0x(signed.raw_transaction))
        assert hash == hex0x(signed.hash) == hex0x(keccak256(signed.raw_transaction))
        price = fields.get("gasPrice", fields.get("maxPriorityFeePerGas"))
        address = account.address
        self.nonces[address] += 1
        self.balances[address] -= fields["value"] + price * intrinsic(fields)
        receiver = fields["to"]
        if receiver in self.balances:
            self.balances[receiver] += fields["value"]
        if receiver == self.portal:
            self.deposits += fields["value"]
        self.sent.append((hash, {**fields, "from": address}))
        self.check_shown(hash, fields, address, signed)
        return hash

    def check_shown(self, hash: str, fields: dict, address: str, signed) -> None:
        """The node shows the transaction as it was signed."""
        shown = self.node.eth("eth_getTransactionByHash", hash)
        assert shown["from"] == address and shown["to"] == fields["to"]
        assert shown["input"] == fields["data"]
        for name, key in (("value", "value"), ("nonce", "nonce"), ("gas", "gas")):
            assert number(shown[name]) == fields[key], (name, shown, fields)
        assert number(shown["type"]) == fields.get("type", 0)
        for name in ("r", "s", "v"):
            assert number(shown[name]) == getattr(signed, name)
        assert shown.get("accessList", []) == fields.get("accessList", [])
        assert ("chainId" in shown) == ("chainId" in fields)
        receipt = self.node.eth("eth_getTransactionReceipt", hash)
        assert receipt["status"] == "0x1" and receipt["transactionHash"] == hash
        assert (receipt["from"], receipt["to"]) == (address, fields["to"])
        assert number(receipt["gasUsed"]) == intrinsic(fields)
        block = self.node.eth("eth_getBlockByNumber", receipt["blockNumber"], False)
        assert block == self.node.eth("eth_getBlockByHash", receipt["blockHash"], False)
        assert block["number"] == receipt["blockNumber"]
        assert block["hash"] == receipt["blockHash"]
        assert block["transactions"][number(receipt["transactionIndex"])] == hash

    def refuses(self, raw: bytes, reason: str) -> None:
        self.fails("eth_sendRawTransaction", hex0x(raw), reason)

    def fails(self, method: str, parameter, reason: str) -> None:
        try:
            self.node.eth(method, parameter)
        except RuntimeError as error:
            assert reason in str(error), (reason, error)
        else:
            raise AssertionError(f"was taken, expected {reason}")

    def check(self) -> None:
        """Nonces, balances and inputs are what was sent."""
        for account in self.accounts:
            address = account.address
            nonce = self.node.eth("eth_getTransactionCount", address, "latest")
            assert number(nonce) == self.nonces[address], (address, nonce)
            balance = self.node.eth("eth_getBalance", address, "latest")
            assert number(balance) == self.balances[address], (address, balance)
        assert number(self.node.eth("eth_getBalance", self.app, "latest")) == self.deposits
        rows = self.node.rpc("cartesi_listInputs", limit=10_000)["data"]
        found = [(row["decoded_data"]["sender"], row["decoded_data"]["payload"]) for row in rows]
        assert found == [(sender, hex0x(payload)) for sender, payload in self.inputs]
        hashes = {row["transaction_reference"] for row in rows}
        assert hashes <= {hash for hash, _ in self.sent}

    def something(self) -> None:
        """A random account does a random thing that is right."""
        account, chance = self.chance.choice(self.accounts), self.chance
        match chance.randrange(4):
            case 0:
                wei = chance.randrange(1, 10**18)
                extra = chance.randbytes(chance.randrange(40))
                self.send(account, self.deposit(wei, extra))
                payload = bytes.fromhex(account.address[2:]) + wei.to_bytes(32, "big") + extra
                self.inputs.append((self.portal, payload))
            case 1:
                other = chance.choice(self.accounts)
                self.send(account, self.transfer(other.address, chance.randrange(10**18)))
            case _:
                payload = chance.randbytes(chance.choice([0, 1, 60, 5_000]))
                hash = self.send(account, self.call(payload))
                self.inputs.append((account.address, payload))
                log = self.node.eth("eth_getTransactionReceipt", hash)["logs"][0]
                assert number(log["topics"][2]) == len(self.inputs) - 1

    def wrong(self) -> int:
        """Everything that can be wrong with a transaction, one thing at a time."""
        account = self.chance.choice(self.accounts)
        call, address = self.call(b"wrong"), account.address
        nonce, balance = self.nonces[address], self.balances[address]
        base = {
            **call, "nonce": nonce, "chainId": CHAIN, "gas": 100_000,
            "maxFeePerGas": 10, "maxPriorityFeePerGas": 1, "type": 2,
        }  # fmt: skip
        low = intrinsic(base) - 1
        nobody = "0x" + "11" * 20
        cases = [
            ({"chainId": 1}, "invalid chain id for signer: have 1 want 31337"),
            ({"nonce": nonce + 1}, f"nonce too high: next nonce {nonce}, tx nonce {nonce + 1}"),
            ({"gas": low}, f"intrinsic gas too low: have {low}, want {low + 1}"),
            ({"gas": 30_000_001}, "exceeds block gas limit"),
            ({"maxPriorityFeePerGas": 11}, "max priority fee per gas higher than max fee per gas"),
            ({"value": balance + 1}, "insufficient funds for gas * price + value"),
            ({"maxFeePerGas": balance}, "insufficient funds for gas * price + value"),
            ({"value": 1}, "addInput takes no Ether"),
            ({"to": self.portal}, "execution reverted: addInput is a function of"),
            ({"to": nobody, "data": "0x12345678"}, "execution reverted: no contract"),
        ]
        if nonce > 0:
            text = f"nonce too low: next nonce {nonce}, tx nonce {nonce - 1}"
            cases.append(({"nonce": nonce - 1}, text))
        enough = self.node.eth("eth_estimateGas", call)
        assert number(enough) == intrinsic(call) + 100_000
        for changes, reason in cases:
            if "reverted" in reason:
                self.fails("eth_estimateGas", {**call, **changes}, reason)
            self.refuses(account.sign_transaction({**base, **changes}).raw_transaction, reason)
        raw = bytes(account.sign_transaction(base).raw_transaction)
        created = {name: value for name, value in base.items() if name != "to"}
        self.refuses(account.sign_transaction(created).raw_transaction, "contract creation")
        self.refuses(raw + b"\0", "1 bytes come after the RLP value")
        self.refuses(raw[:-1], "longer than what holds it")
        self.refuses(b"\x03" + raw[1:], "transaction type not supported")
        self.refuses(b"", "no bytes came")
        members = rlp.decode(raw[1:])
        parity, r, s = members[-3:]
        twin = (ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
        flipped = b"" if parity else b"\x01"
        for ending, reason in (
            ([flipped, r, twin], "highS"),
            ([b"\x02", r, s], "yParity is 2"),
            ([b"\0", r, s], "yParity has leading zeros"),
            ([parity, r, b"\0" + s], "s has leading zeros"),
            ([parity, b"", s], "rOutOfRange"),
            ([parity, r], "has 12 members"),
        ):
            self.refuses(b"\x02" + rlp.encode([*members[:-3], *ending]), reason)
        return len(cases) + 11

    def shown(self) -> list:
        return [self.node.eth(method, hash) for hash, _ in self.sent for method in HASHES]

    def kill(self) -> None:
        before = self.shown()
        self.node.kill()
        self.node = self.start()
        assert self.shown() == before
        self.check()


def check_constants(world: World) -> None:
    """What libraries ask before anything else."""
    eth = world.node.eth
    assert eth("web3_clientVersion").startswith("DeML/v")
    assert eth("net_version") == str(CHAIN) and number(eth("eth_chainId")) == CHAIN
    assert eth("web3_sha3", "0x68656c6c6f") == hex0x(keccak256(b"hello"))
    assert eth("eth_syncing") is False
    assert eth("eth_maxPriorityFeePerGas") == "0x0"
    history = eth("eth_feeHistory", "0x2", "latest", [50])
    assert history["baseFeePerGas"] == ["0x0"] * 3 and history["reward"] == [["0x0"]] * 2
    Account.enable_unaudited_hdwallet_features()
    path = "m/44'/60'/0'/0/"
    made = [Account.from_mnemonic(MNEMONIC, account_path=f"{path}{n}") for n in range(10)]
    assert eth("eth_accounts") == [account.address for account in made]
    # The mnemonic's accounts take part, once signed and once believed.
    world.nonces[made[0].address], world.balances[made[0].address] = 0, ENDOWMENT
    world.accounts.append(made[0])
    transaction = {**world.transfer(made[1].address, 5), "from": made[0].address}
    hash = eth("eth_sendTransaction", {**transaction, "value": "0x5"})
    world.sent.append((hash, transaction))
    world.nonces[made[0].address] = 1
    world.balances[made[0].address] -= 5


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), random.Random(seed))
        try:
            check_constants(world)
            refused = 0
            for turn in range(INPUTS):
                world.something()
                if turn % 10 == 9:
                    refused += world.wrong()
                    world.check()
                if turn % 20 == 19:
                    world.kill()
            lines = (world.folder / "state/transactions.jsonl").read_text().splitlines()
            assert len([json.loads(line) for line in lines]) == len(world.sent)
            while number(world.node.rpc("cartesi_getProcessedInputCount")["data"]) < len(
                world.inputs
            ):
                time.sleep(0.02)
        except BaseException:
            print((world.folder / "node.log").read_text()[-3000:])
            raise
        finally:
            status = world.node.stop()
        assert status == 0, status
    print(
        f"signed: {len(world.sent)} transactions of four forms by {len(world.accounts)} accounts, "
        f"{refused} wrong ones refused, 3 kills: same nonces, balances, hashes and receipts"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
