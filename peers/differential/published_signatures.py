"""Published vectors of signatures, addresses and typed data."""

import hashlib
import json
from functools import partial

import eth_keys
import eth_utils
from deml_peer.requests import hex0x

from .case import Case, encode, expect, expect_refusal, load

HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
LARGE_R = "k*G has a large x-coordinate"


def number(text):
    return int(text, 16)


def address_of_point(point):
    """Of an uncompressed or compressed public key."""
    raw = bytes.fromhex(point)
    if len(raw) == 33:
        return eth_keys.keys.PublicKey.from_compressed_bytes(raw).to_checksum_address()
    return eth_utils.to_checksum_address(eth_utils.keccak(raw[-64:])[12:])


def recover(digest, r, s, v, check):
    wire = hex0x(r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v]))
    return Case("recover", {"digest": hex0x(digest), "signature": wire}, check)


def accounts(folder):
    """The signer of something that each key signs here, with the checksum of ERC-55."""
    for index, row in enumerate(load(folder, "secp256k1/accounts.json")):
        digest = eth_utils.keccak(bytes([index % 256]))
        key = eth_keys.keys.PrivateKey(bytes.fromhex(row["privateKey"][2:]))
        v, r, s = key.sign_msg_hash(digest).vrs
        yield recover(digest, r, s, v, expect(row["address"]))


def addresses(folder):
    """Any case of letters is taken; the checksum is what accounts.json checks."""
    file = load(folder, "eip55/eip55.json")
    for text in file["erc55"] + file["ethers"]:
        yield encode(["address"], [text], expect("0x" + 24 * "0" + text[2:].lower()))


def precompile(folder):
    for row in load(folder, "secp256k1/ecrecover_precompile.json"):
        v, r, s = number(row["v"]), number(row["r"]), number(row["s"])
        if v > 255 or r >> 256 or s >> 256:
            continue
        digest = number(row["hash"]).to_bytes(32, "big")
        address = row["address"] and eth_utils.to_checksum_address(row["address"])

        def check(answer, v=v, address=address):
            if "error" in answer:
                if not address:
                    return "both refuse"
                return "strict, high s" if answer["error"]["code"] == "highS" else "difference"
            if v < 2:
                return "v of 0 or 1, which the precompile does not know"
            return "same" if answer["ok"] == address else f"difference: {address}"

        yield recover(digest, r, s, v, check)


def transactions(folder):
    for row in load(folder, "secp256k1/transactions.json"):
        try:
            digest = number(row["sighash"]).to_bytes(32, "big")
            r, s, v = number(row["r"]), number(row["s"]), int(row["recid_v"])
            r.to_bytes(32, "big"), s.to_bytes(32, "big"), bytes([v])
        except (TypeError, ValueError, OverflowError):
            continue
        address = row["recovered"] and eth_utils.to_checksum_address(row["recovered"])

        def check(answer, row=row, address=address):
            if "ok" in answer:
                return "same" if answer["ok"] == address else f"difference: {address}"
            if answer["error"]["code"] == "highS":
                return "strict, high s" if row["sender"] is None else "difference: high s"
            return "difference: refused" if address else "both refuse"

        yield recover(digest, r, s, v, check)


def recovery_edges(folder):
    for row in load(folder, "secp256k1/libsecp256k1_recovery.json"):
        digest, pair = bytes.fromhex(row["msg32"]), bytes.fromhex(row["sig64"])
        r, s = int.from_bytes(pair[:32], "big"), int.from_bytes(pair[32:], "big")
        if row["recid"] > 1:
            check = expect_refusal("strict, recovery id above 1")
        elif not row["recovers"]:
            check = expect_refusal("both refuse")
        elif s > HALF_ORDER:
            check = expect_refusal("strict, high s")
        else:
            check = expect(address_of_point(row["pubkey"]))
        yield recover(digest, r, s, row["recid"], check)


def either(digest, r, s, address, is_valid, note):
    """Two cases, one for each v: the signer must be among the answers, or must not be."""
    if not (0 <= r < 1 << 256 and 0 <= s < 1 << 256):
        return
    found = []

    def check(answer):
        found.append(answer.get("ok"))
        if len(found) < 2:
            return "one of a pair"
        if (address in found) != is_valid:
            return f"difference: the signers {found}, expected {is_valid}: {address}"
        return note

    for v in (27, 28):
        yield recover(digest, r, s, v, check)


def noble(folder):
    file = load(folder, "secp256k1/noble_ecdsa.json")
    rows = [(row, True) for row in file["valid"]] + [
        (row, False) for row in file["invalid"]["verify"]
    ]
    for row, is_valid in rows:
        if is_valid:
            key = eth_keys.keys.PrivateKey(bytes.fromhex(row["d"]))
            address = key.public_key.to_checksum_address()
        else:
            try:
                address = address_of_point(row["Q"])
            except Exception:  # No point of the curve.
                continue
        r, s = number(row["signature"][:64] or "0"), number(row["signature"][64:128] or "0")
        digest = number(row["m"]).to_bytes(32, "big")
        yield from either(digest, r, s, address, is_valid, "same")


def der(signature):
    """r and s of strict DER, or None."""

    def integer(at):
        if signature[at] != 2 or signature[at + 1] > 127:
            raise ValueError
        digits = signature[at + 2 : at + 2 + signature[at + 1]]
        if len(digits) != signature[at + 1] or not digits or digits[0] > 127:
            raise ValueError
        if len(digits) > 1 and digits[0] == 0 and digits[1] < 128:
            raise ValueError
        return int.from_bytes(digits, "big"), at + 2 + len(digits)

    try:
        if signature[0] != 0x30 or signature[1] != len(signature) - 2 or signature[1] > 127:
            return None
        r, middle = integer(2)
        s, end = integer(middle)
        return (r, s) if end == len(signature) else None
    except (IndexError, ValueError):
        return None


def wycheproof(name, folder):
    file = load(folder, f"secp256k1/wycheproof/ecdsa_secp256k1_sha256_{name}.json")
    for group in file["testGroups"]:
        address = address_of_point(group["publicKey"]["uncompressed"])
        for test in group["tests"]:
            raw = bytes.fromhex(test["sig"])
            if "p1363" in name:
                half = len(raw) // 2
                pair = (int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))
                pair = pair if len(raw) == 64 else None
            else:
                pair = der(raw)
            if pair is None:
                continue
            r, s = pair
            is_valid = test["result"] == "valid"
            note = "same" if is_valid else "both refuse"
            if is_valid and s > HALF_ORDER:
                is_valid, note = False, "strict, high s"
            if is_valid and test["comment"] == LARGE_R:
                is_valid, note = False, "strict, abscissa above the order"
            digest = hashlib.sha256(bytes.fromhex(test["msg"])).digest()
            yield from either(digest, r, s, address, is_valid, note)


def ethers(name, folder):
    for row in load(folder, f"eip712/{name}.json"):
        ask = {key: row[key] for key in ("types", "primaryType", "domain")}
        ask["message"] = row["data"]
        yield Case("typed-data hash", ask, expect(row["digest"]))


def signed(name, folder):
    for row in load(folder, f"eip712/{name}.json"):
        yield Case("typed-data hash", row, expect(row["digest"]))
        digest = bytes.fromhex(row["digest"][2:])
        sender = row.get("sender") or row["message"]["from"]["wallet"]
        yield recover(digest, number(row["r"]), number(row["s"]), row["v"], expect(sender))


# What eth-account hashes and we refuse: an integer for text, and one element in an array of two.
STRICTER = {
    "valid_int_value_for_string_type_ethers_handles_mismatched_type_and_value_differently",
    "invalid_message_value_type_mismatch_type",
    "invalid_message_unequal_1d_array_lengths",
}


def eth_account(folder):
    for row in load(folder, "eip712/eth_account.json")["cases"]:
        if not row.get("peer_digest"):
            check = expect_refusal("both refuse")
        elif row["name"] in STRICTER:
            check = expect_refusal("strict, a value of another type")
        else:
            check = expect(row["peer_digest"])
        yield Case("typed-data hash", row["message"], check)


def metamask(folder):
    """One member of one type; the library takes nearly anything for it. What we take, we hash alike."""
    separator = eth_utils.keccak(eth_utils.keccak(b"EIP712Domain()"))
    for row in load(folder, "eip712/metamask.json")["one_field"]:
        is_text = row["js_type"] not in ("number", "boolean")
        value = row["value"] if is_text else json.loads(row["value"])
        message = eth_utils.keccak(bytes.fromhex(row["encodeData"]))
        digest = hex0x(eth_utils.keccak(b"\x19\x01" + separator + message))

        def check(answer, digest=digest):
            if "error" in answer:
                return "strict, no value of its type"
            return "same" if answer["ok"] == digest else f"difference: {digest}"

        ask = {"types": {"Message": [{"name": "data", "type": row["type"]}]}, "domain": {}}
        ask |= {"primaryType": "Message", "message": {"data": value}}
        yield Case("typed-data hash", ask, check)


FILES = {
    "secp256k1/accounts.json": accounts,
    "secp256k1/ecrecover_precompile.json": precompile,
    "secp256k1/transactions.json": transactions,
    "secp256k1/libsecp256k1_recovery.json": recovery_edges,
    "secp256k1/noble_ecdsa.json": noble,
    **{
        f"secp256k1/wycheproof/ecdsa_secp256k1_sha256_{name}.json": partial(wycheproof, name)
        for name in ("p1363_test", "bitcoin_test", "test")
    },
    "eip55/eip55.json": addresses,
    "eip712/ethers_v5.json": partial(ethers, "ethers_v5"),
    "eip712/ethers_v6.json": partial(ethers, "ethers_v6"),
    "eip712/eip712_spec.json": partial(signed, "eip712_spec"),
    "eip712/cartesi_paio.json": partial(signed, "cartesi_paio"),
    "eip712/eth_account.json": eth_account,
    "eip712/metamask.json": metamask,
}
