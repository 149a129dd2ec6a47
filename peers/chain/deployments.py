"""Deployments of each release that fit, and where each question of the tool goes. Addresses are those
that the releases of the contracts publish, selectors those of their interfaces; none is the tool's."""

from chain.fake import Chain, dynamic_bytes, word

GET_INPUT_BOX = "0x00aace9a"
GET_TEMPLATE_HASH = "0x61b12c66"
GET_DATA_AVAILABILITY = "0xf02478de"
GET_WITHDRAWAL_CONFIG = "0x65d0c9ce"
IS_FORECLOSED = "0x83e4fbcd"
INPUT_BOX = bytes.fromhex("b12c9ede")
INPUT_BOX_AND_ESPRESSO = bytes.fromhex("8579fd0c")

APPLICATION = "0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e"
TEMPLATE = "0x" + "5a" * 31 + "a5"
ELSEWHERE = "0x00000000000000000000000000000000000e15e3"

PORTALS = [
    "etherPortal",
    "erc20Portal",
    "erc721Portal",
    "erc1155SinglePortal",
    "erc1155BatchPortal",
]
BOOKS = {
    "v2.0": [
        "0xc70074BDD26d8cF983Ca6A5b89b8db52D5850051",
        "0xc70076a466789B595b50959cdc261227F0D70051",
        "0xc700D6aDd016eECd59d989C028214Eaa0fCC0051",
        "0xc700d52F5290e978e9CAe7D1E092935263b60051",
        "0xc700A261279aFC6F755A3a67D86ae43E2eBD0051",
        "0xc700A2e5531E720a2434433b6ccf4c0eA2400051",
    ],
    "v2.1": [
        "0x1b51e2992A2755Ba4D6F7094032DF91991a0Cfac",
        "0xA632c5c05812c6a6149B7af5C56117d1D2603828",
        "0xACA6586A0Cf05bD831f2501E7B4aea550dA6562D",
        "0x9E8851dadb2b77103928518846c4678d48b5e371",
        "0x18558398Dd1a8cE20956287a4Da7B76aE7A96662",
        "0xe246Abb974B307490d9C6932F48EbE79de72338A",
    ],
    "v3.0.0-alpha.10": [
        "0xEbE9f4Dfc04ae10bBeE663859c3dc5A23f94eA3C",
        "0x035b11Be55656c6cfC822D1CaE568C1Af2e497b0",
        "0x3332DE61a8BB9aC84893b2f552Fe81C9a6dC5419",
        "0x397c352d18DFf47CC8a6143403142cf7afd5Ff7E",
        "0x585F56351A66f131E176a345662215C772f80451",
        "0xee33550a22e3Cf6Cc265524dC9bcfD99D2307EBe",
    ],
}
BOOKS["v2.2"] = BOOKS["v2.1"]
LIBRARY = "0xBB7c5367B74544542F5cE553Ed0DF4B3efAfEEdD"


def is_third(release):
    return release.startswith("v3")


def withdrawal_config(guardian=0, builder=0, drive=(0, 0, 0)):
    return b"".join(word(part) for part in (guardian, *drive, builder))


def deployed(release, chain_id=31337):
    """A chain on which everything is as it should be."""
    box, *portals = BOOKS[release]
    chain = Chain(chain_id)
    chain.deploy(box)
    application = {GET_TEMPLATE_HASH: word(TEMPLATE)}
    if is_third(release):
        application[GET_INPUT_BOX] = word(box)
        application[IS_FORECLOSED] = word(0)
        application[GET_WITHDRAWAL_CONFIG] = withdrawal_config()
        chain.deploy(LIBRARY)
    else:
        application[GET_DATA_AVAILABILITY] = dynamic_bytes(INPUT_BOX + word(box))
    chain.deploy(APPLICATION, application)
    for portal in portals:
        chain.deploy(portal, {} if is_third(release) else {GET_INPUT_BOX: word(box)})
    return chain


def questions(release):
    """What the tool asks of such a chain, in its order: the method, and the check that it is about."""
    asked = [
        ("eth_chainId", "chainId"),
        ("eth_getCode", "applicationCode"),
        ("eth_call", "applicationInputBox"),
        ("eth_getCode", "inputBoxCode"),
    ]
    for portal in PORTALS:
        asked.append(("eth_getCode", portal + "Code"))
        if not is_third(release):
            asked.append(("eth_call", portal + "InputBox"))
    if is_third(release):
        asked.append(("eth_getCode", "safeErc20Transfer"))
    asked.append(("eth_call", "templateHash"))
    if is_third(release):
        asked += [("eth_call", "foreclosure"), ("eth_call", "guardian")]
    return asked
