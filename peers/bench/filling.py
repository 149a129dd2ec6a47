"""A ledger that fills up with token ids in no order, and deposits for which there is no room."""

from deml_peer import protocol

from .messages import ids_of
from .states import TOKEN
from .world import World, account

IDS, ROOM = 1_014, 262_144


def filling():
    """New ids until there is no room for more, and one deposit beyond that."""
    world = World()
    ids = ids_of((ROOM // IDS + 2) * IDS, "hashed")
    for at in range(0, len(ids), IDS):
        payload = protocol.erc1155_batch_deposit(TOKEN, account(1), ids[at : at + IDS], [1] * IDS)
        world.advance(protocol.ERC1155_BATCH_PORTAL, payload, "a deposit of ids", may_fail=True)
    return world.requests
