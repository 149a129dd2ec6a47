"""Published vectors of the Solidity ABI: encodings, packed encodings, selectors, malformed data."""

import re
from functools import partial

from .case import Case, decode, encode, expect, expect_refusal, load

# The wrappers of Cartesi's outputs and inputs, by selector.
WRAPPERS = {
    "237a816f": ["address", "uint256", "bytes"],
    "c258d6e5": ["bytes"],
    "10321e8b": ["address", "bytes"],
    "415bf363": ["uint256", "address", "address", *4 * ["uint256"], "bytes"],
}


def split(text):
    """The members of `(a,(b,c)[])`, without the outer parentheses."""
    members, depth, start = [], 0, 1
    for index, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if (character == "," and depth == 1) or (character == ")" and depth == 0):
            members.append(text[start:index])
            start = index + 1
    return members


def same_values(expected):
    """A check of decoded values, in which addresses and bytes may be in either case of letters."""

    def lower(value):
        if isinstance(value, list):
            return [lower(item) for item in value]
        if isinstance(value, str) and re.fullmatch("0x[0-9a-fA-F]*", value):
            return value.lower()
        return value

    def check(answer):
        if "ok" not in answer:
            return f"difference: refused ({answer['error']['code']})"
        return "same" if lower(answer["ok"]) == lower(expected) else "difference: other values"

    return check


def both_ways(types, values, encoded):
    encoded = encoded.lower()
    yield encode(types, values, expect(encoded))
    yield decode(types, encoded, same_values(values))


def ethers(folder):
    for row in load(folder, "abi/ethers/abi.json"):
        yield from both_ways([row["type"]], [row["value"]], row["encoded"])


def plain(value):
    """`{"type": "number", "value": "1"}` and nested lists of such, as plain JSON."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    inner = value["value"]
    return plain(inner) if isinstance(inner, list) else inner


def fits(type, value):
    """Whether the integers in the value fit the type; text of any other kind does."""
    if type.endswith("]"):
        return all(fits(type[: type.rindex("[")], item) for item in value)
    if type.startswith(("tuple(", "(")):
        members = split(type[type.index("(") :])
        return all(fits(member, item) for member, item in zip(members, value))
    match = re.fullmatch(r"(u?)int(\d*)", type)
    if not match:
        return True
    bits, number = int(match[2] or 256), int(value)
    low, high = (0, 1 << bits) if match[1] else (-(1 << bits - 1), 1 << bits - 1)
    return low <= number < high


def contracts(name, folder):
    for row in load(folder, f"abi/ethers/{name}.json"):
        types, values = row["types"], plain(row["values"])
        if all(fits(type, value) for type, value in zip(types, values)):
            yield from both_ways(types, values, row["encoded"])
        else:
            # The library of the time cut such numbers off.
            yield encode(types, values, expect_refusal("strict, number beyond its type"))


def ethers_selectors(folder):
    for row in load(folder, "abi/ethers/contract-signatures.json"):
        yield Case("abi selector", {"signature": row["signature"]}, expect(row["selector"]))


def ethereum_tests(folder):
    for row in load(folder, "abi/ethereum-tests/basic_abi_tests.json").values():
        values = [
            "0x" + value.encode().hex() if type.startswith("bytes") else value
            for type, value in zip(row["types"], row["args"])
        ]
        yield encode(row["types"], values, expect("0x" + row["result"]))


def of_eth_abi(value, type):
    """`{"int": decimal}` and `{"bytes": hex}` as JSON values; short fixed bytes filled up."""
    if isinstance(value, dict):
        if "int" in value:
            return value["int"]
        if "bytes" not in value:
            return value
        digits = value["bytes"]
        match = re.fullmatch(r"bytes(\d+)", type)
        return "0x" + (digits.ljust(2 * int(match[1]), "0") if match else digits)
    if isinstance(value, list):
        if type.endswith("]"):
            return [of_eth_abi(item, type[: type.rindex("[")]) for item in value]
        if type.startswith("("):
            return [of_eth_abi(item, member) for item, member in zip(value, split(type))]
    return value


def is_dynamic(type):
    if type in ("bytes", "string") or type.endswith("[]"):
        return True
    if type.endswith("]"):
        return is_dynamic(type[: type.rindex("[")])
    return type.startswith("(") and any(is_dynamic(member) for member in split(type))


def packed_verdict(expected, type):
    def check(answer):
        if "error" in answer:
            code = answer["error"]["code"]
            return "not packable in Solidity" if code == "notPackable" else f"difference: {code}"
        if answer["ok"] == expected:
            return "same, packed"
        # eth-abi does not pad elements of arrays, alloy pads fixed bytes on the left.
        return "strict, padding in packed arrays" if "[" in type else "difference: packed"

    return check


def eth_abi_tables(folder):
    tables = load(folder, "abi/eth-abi/unit.json")["tables"]
    for type, value, encoded, packed in tables["CORRECT_ENCODINGS"]:
        if "fixed" in type:
            continue
        plain_value, prefix = of_eth_abi(value, type), ""
        if type.startswith("(") and not type.endswith("]"):
            types, values = split(type), plain_value
        else:
            types, values = [type], [plain_value]
            prefix = f"{32:064x}" if is_dynamic(type) else ""
        yield from both_ways(types, values, "0x" + prefix + encoded["bytes"])
        yield encode(types, values, packed_verdict("0x" + packed["bytes"], type), packed=True)
    for type, value in tables["NOT_ENCODABLE"]:

        def check(answer, type=type):
            if "error" in answer:
                return "both refuse"
            # JSON requests write text and numbers alike.
            return "text for a number" if type in ("(uint32)", "string") else "difference: accepted"

        yield encode([type], [of_eth_abi(value, type)], check)


def eth_abi_malformed(folder):
    for rows in load(folder, "abi/eth-abi/decode_malformed.json").values():
        for row in rows if isinstance(rows, list) else []:
            columns = row["row"]
            types = columns[0] if isinstance(columns[0], list) else [columns[0]]
            data = "0x" + (columns[1] if len(columns) > 1 else "")
            yield decode(types, data, expect_refusal("both refuse"))


def alloy(folder):
    """The type is that of one argument, or a list of arguments in parentheses: one of both fits."""
    for row in load(folder, "abi/alloy/encode_decode.json"):
        type = row["type"].replace(",)", ")")
        readings = [[type]]
        if type.startswith("(") and not type.endswith("]"):
            readings.append(split(type))
        found = []
        for index, types in enumerate(readings):

            def check(answer, is_last=index == len(readings) - 1, found=found):
                found.append("ok" in answer)
                if is_last and not any(found):
                    return "difference: refused"
                return "same" if "ok" in answer else "the other reading"

            yield decode(types, "0x" + row["encoded"], check)


def of_alloy(text, type):
    """alloy's notation: brackets and parentheses, digits without 0x."""
    if type.endswith("]") or type.startswith("("):
        inner, parts, depth = text[1:-1], [], 0
        for character in inner:
            depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(character, 0)
            if character == "," and depth == 0:
                parts.append("")
            else:
                parts = parts or [""]
                parts[-1] += character
        is_array = type.endswith("]")
        types = [type[: type.rindex("[")]] * len(parts) if is_array else split(type)
        return [of_alloy(part, member) for part, member in zip(parts, types)]
    if type == "bool":
        return text == "true"
    return "0x" + text if type.startswith(("bytes", "address")) else text


def alloy_packed(folder):
    for row in load(folder, "abi/alloy/packed.json"):
        type = row["type"]
        value = of_alloy(re.sub(r"[\s\\]", "", row["value"]), type)
        if type.startswith("("):
            types, values = split(type), value
        else:
            types, values = [type], [value]
        yield encode(types, values, packed_verdict("0x" + row["packed"], type), packed=True)


def taken(answer):
    return "same" if "ok" in answer else "difference: refused"


def malformed(path, folder):
    hex_of = {}
    for row in load(folder, path):
        data = row.get("hex", hex_of.get(row.get("hex_of"), ""))
        hex_of[row["name"]] = data
        type = row["type"]
        types = (
            split(type)
            if type.startswith("(") and type.endswith(")")
            else ([type] if "[" in type or "(" in type else type.split(","))
        )
        # Two clean addresses, after all: alloy takes them, and so do we.
        is_taken = row["name"] == "decode_verify_bytes"
        check = taken if is_taken else expect_refusal("refused")
        yield decode(types, "0x" + data, check)


def libcmt(folder):
    file = load(folder, "cartesi/libcmt.json")
    for name, selector in file["selectors"].items():
        yield Case("abi selector", {"signature": name}, expect("0x" + selector))
    for row in file["inputs"] + file["outputs"]:
        if "selector" not in row:
            continue
        types, fields = WRAPPERS[row["selector"]], row.get("fields", row)
        payload = "0x" + fields["payload_utf8"].encode().hex()
        if "fields" in row:
            names = ("chain_id", "app_contract", "msg_sender", "block_number", "block_timestamp")
            values = [fields[name] for name in names]
            values += [int(fields["prev_randao"], 16), fields["index"], payload]
        else:
            values = [row["destination"]] if "destination" in row else []
            values += [str(int(row["value"], 16))] if "value" in row else []
            values.append(payload)
        values = [str(value) for value in values]
        yield from both_ways(types, values, "0x" + row["hex"][8:])


def portals(folder):
    """Payloads of deposits: packed fields, the last of them perhaps encoded before."""
    for row in load(folder, "cartesi/portals.json"):
        fields, portal = row["fields"], row["portal"]
        words = {"token": "address", "sender": "address", "value": "uint256", "token_id": "uint256"}
        names = [name for name in ("token", "sender", "token_id", "value") if name in fields]
        types, values = [words[name] for name in names], [fields[name] for name in names]
        payload = "0x" + row["payload"]
        head = sum(20 if type == "address" else 32 for type in types)
        rest = payload[2 + 2 * head :]
        if portal in ("EtherPortal", "ERC20Portal"):
            data = "0x" + fields["exec_layer_data"]
        else:
            data = "0x" + rest
            layers = ["0x" + fields["base_layer_data"], "0x" + fields["exec_layer_data"]]
            if portal == "ERC1155BatchPortal":
                yield from both_ways(
                    ["uint256[]", "uint256[]", "bytes", "bytes"],
                    [fields["token_ids"], fields["values"], *layers],
                    data,
                )
            else:
                yield from both_ways(["bytes", "bytes"], layers, data)
        yield encode([*types, "bytes"], [*values, data], expect(payload), packed=True)


def onchain(folder):
    """What the real contracts took as inputs and checked as outputs."""
    file = load(folder, "cartesi/onchain.json")
    for run in file:
        if run["version"] != "v2":
            continue
        for meta, data in zip(run["meta"], run["inputs"]):
            values = [meta[name] for name in ("chainId", "app", "msgSender", "block", "ts")]
            values += [int(meta["prevRandao"], 16), meta["index"], meta["payload"]]
            values = [str(value) for value in values]
            yield from both_ways(WRAPPERS["415bf363"], values, "0x" + data[10:])
        for data in run["outputs"]:
            types = WRAPPERS[data[2:10]]
            yield decode(types, "0x" + data[10:], taken)
            yield Case("keccak", {"data": data}, taken)


FILES = {
    "abi/ethers/abi.json": ethers,
    "abi/ethers/contract-interface.json": partial(contracts, "contract-interface"),
    "abi/ethers/contract-interface-abi2.json": partial(contracts, "contract-interface-abi2"),
    "abi/ethers/contract-signatures.json": ethers_selectors,
    "abi/ethereum-tests/basic_abi_tests.json": ethereum_tests,
    "abi/eth-abi/unit.json": eth_abi_tables,
    "abi/eth-abi/decode_malformed.json": eth_abi_malformed,
    "abi/alloy/encode_decode.json": alloy,
    "abi/alloy/packed.json": alloy_packed,
    "abi/alloy/malformed.json": partial(malformed, "abi/alloy/malformed.json"),
    "abi/viem/malformed.json": partial(malformed, "abi/viem/malformed.json"),
    "cartesi/libcmt.json": libcmt,
    "cartesi/portals.json": portals,
    "cartesi/onchain.json": onchain,
}
