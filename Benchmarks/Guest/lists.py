"""Requests with the longest lists of tokens that an input can hold: deposits and withdrawals."""

import hashlib
import json

BATCH_PORTAL = "e246abb974b307490d9c6932f48ebe79de72338a"
WITHDRAW_BATCH = "50c80019"
TOKEN, OWNER, APPLICATION = "77" * 20, "66" * 20, "de31" + "00" * 17 + "01"
# 40 bytes of addresses, eight words around two lists, and two words for each id: 65,192 bytes.
IDS = 1_014


def word(value):
    return value.to_bytes(32, "big").hex()


def numbers(values):
    return word(len(values)) + "".join(map(word, values))


def deposit(ids):
    """`token20 sender20 abi(uint256[] ids, uint256[] amounts, bytes, bytes)`."""
    second = 128 + 32 * (len(ids) + 1)
    third = second + 32 * (len(ids) + 1)
    heads = word(128) + word(second) + word(third) + word(third + 32)
    return TOKEN + OWNER + heads + numbers(ids) + numbers([1] * len(ids)) + word(0) + word(0)


def withdrawal(ids):
    """`WithdrawErc1155Batch(address,uint256[],uint256[],bytes)`."""
    second = 128 + 32 * (len(ids) + 1)
    third = second + 32 * (len(ids) + 1)
    heads = word(int(TOKEN, 16)) + word(128) + word(second) + word(third)
    return WITHDRAW_BATCH + heads + numbers(ids) + numbers([1] * len(ids)) + word(0)


def request(index, sender, payload):
    metadata = {
        "chain_id": 31_337, "app_contract": "0x" + APPLICATION, "msg_sender": "0x" + sender,
        "block_number": 1_000 + index, "block_timestamp": 1_760_000_000 + 12 * index,
        "prev_randao": "0x" + "00" * 32, "input_index": index,
    }
    data = {"metadata": metadata, "payload": "0x" + payload}
    return json.dumps({"request_type": "advance_state", "data": data})


def requests():
    """Two deposits and a withdrawal of different ids, then the same of one id, with its names."""
    different, one = list(range(IDS)), [5] * IDS
    steps = [
        (f"a deposit of {IDS:,} new ids", BATCH_PORTAL, deposit(different)),
        (f"a deposit of {IDS:,} known ids", BATCH_PORTAL, deposit(different)),
        (f"a withdrawal of {IDS:,} ids", OWNER, withdrawal(different)),
        (f"a deposit of one id, named {IDS:,} times", BATCH_PORTAL, deposit(one)),
        (f"a withdrawal of one id, named {IDS:,} times", OWNER, withdrawal(one)),
    ]
    names = [name for name, _, _ in steps]
    return names, [request(i, sender, payload) for i, (_, sender, payload) in enumerate(steps)]


def filling():
    """New ids in no order until there is no room for more, and one deposit beyond that."""
    room = 262_144
    for index in range(room // IDS + 2):
        numbers = range(index * IDS, (index + 1) * IDS)
        ids = [int.from_bytes(hashlib.sha256(word(n).encode()).digest(), "big") for n in numbers]
        yield request(index, BATCH_PORTAL, deposit(ids))
