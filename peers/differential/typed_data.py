"""`deml typed-data hash` against eth-account."""

import eth_account.messages

from .case import Case, expect, expect_refusal
from .values import elementary, hex0x

DOMAIN = [
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
    ("salt", "bytes32"),
]


def domain(rng):
    members = [member for member in DOMAIN if rng.random() < 0.6] or [DOMAIN[0]]
    values = {
        "name": "Name \u20ac",
        "version": "1",
        "chainId": rng.randrange(1 << 62),
        "verifyingContract": hex0x(rng.randbytes(20)),
        "salt": hex0x(rng.randbytes(32)),
    }
    types = [{"name": name, "type": type} for name, type in members]
    return types, {name: values[name] for name, _ in members}


def structs(rng):
    """Structs that refer to later ones only, each of them referred to, the first the primary one."""
    count = rng.randint(1, 4)
    names = ["Main"] + rng.sample(["Zed", "alpha", "B1", "Person", "b", "_x"], count - 1)
    result = {}
    for index, name in enumerate(names):
        members = []
        for place in range(rng.randint(1, 5)):
            later = names[index + 1 :]
            base = rng.choice(later) if later and rng.random() < 0.3 else elementary(rng).text
            members.append((f"m{place}", base + suffix(rng)))
        if index + 1 < count:
            members.append(("next", names[index + 1] + suffix(rng)))
        rng.shuffle(members)
        result[name] = members
    return result


def suffix(rng):
    return rng.choice(["", "", "", "[]", f"[{rng.randint(1, 3)}]", "[][2]"])


def value(rng, type, defined):
    if type.endswith("]"):
        inner, _, count = type.rpartition("[")
        size = int(count[:-1]) if count != "]" else rng.randrange(3)
        return [value(rng, inner, defined) for _ in range(size)]
    if type in defined:
        return {name: value(rng, member, defined) for name, member in defined[type]}
    made = of_name(rng, type)
    result = made.to_json(made.make(rng))
    if type.startswith(("uint", "int")) and rng.random() < 0.5:
        return int(result)
    return result


def of_name(rng, type):
    """The elementary type of this name, by trying."""
    made = elementary(rng)
    while made.text != type:
        made = elementary(rng)
    return made


def hash(rng):
    defined = structs(rng)
    domain_types, domain_values = domain(rng)
    types = {
        name: [{"name": member, "type": type} for member, type in members]
        for name, members in defined.items()
    }
    if rng.random() < 0.8:
        types["EIP712Domain"] = domain_types
    names = list(types)
    rng.shuffle(names)
    ask = {
        "types": {name: types[name] for name in names},
        "primaryType": "Main",
        "domain": domain_values,
        "message": value(rng, "Main", defined),
    }
    removed = None
    if rng.random() < 0.1:
        elementary_members = [
            member
            for member in defined["Main"]
            if member[1] not in defined and not member[1].endswith("]")
        ]
        if elementary_members:
            name, removed = rng.choice(elementary_members)
            del ask["message"][name]
    try:
        message = eth_account.messages.encode_typed_data(full_message=ask)
        digest = hex0x(eth_account.messages._hash_eip191_message(message))
    except Exception:  # Whatever it is, it is a refusal.
        yield Case("typed-data hash", ask, expect_refusal("both refuse"))
        return
    if removed in ("bytes", "string"):
        yield Case("typed-data hash", ask, expect_refusal("strict, a missing member"))
    else:
        yield Case("typed-data hash", ask, expect(digest))
