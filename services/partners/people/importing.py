"""Importing people: each row adds a person to a partner, and writes to nobody."""

from services.partners.people.commands import create_from
from services.partners.people.schemas import PersonIn
from services.partners.people.tables import people
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.imports.objects import Importable


async def _create(tx: Tx, body: PersonIn) -> Row:
    return await create_from(tx, body, caller=tx.caller)


PERSON = Importable("person", "people", PersonIn, people, create=_create)
