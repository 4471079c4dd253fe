"""The hierarchy over HTTP."""

from services.partners.relationships import commands
from services.partners.relationships.queries import RELATIONSHIPS
from services.partners.relationships.rules import AlreadyRelated, Circular
from services.partners.relationships.schemas import (
    RelationshipEndIn,
    RelationshipIn,
    RelationshipOut,
    RelationshipPatch,
)
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.models import ReasonIn
from shared.web.params import Tx, Version
from shared.web.router import Router

router = Router("relationships")
router.lists(RELATIONSHIPS, RelationshipOut, summary="Which partner stands above which, newest first.")
router.reads(RELATIONSHIPS, RelationshipOut, summary="One relationship.")


@router.post(
    permission="relationships:write",
    returns=RELATIONSHIPS,
    out=RelationshipOut,
    status=201,
    problems=[AlreadyExists, AlreadyRelated, Circular],
)
async def create_relationship(body: RelationshipIn, tx: Tx) -> Row:
    """Put one partner above another; from a partner it is an offer, which the other one accepts within thirty days."""
    return await commands.relate(tx, **body.model_dump())


@router.patch(
    permission="relationships:write", returns=RELATIONSHIPS, out=RelationshipOut, problems=[AlreadyRelated, Circular]
)
async def patch_relationship(id: str, body: RelationshipPatch, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Change what the partner above sees, or until when."""
    return await commands.change(tx, relationship_id=id, version=version, **body.changes())


@router.post(
    "/{id}/accept",
    permission="relationships:write",
    returns=RELATIONSHIPS,
    out=RelationshipOut,
    problems=[AlreadyRelated, Circular],
)
async def accept_relationship(id: str, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Agree to what the other partner has offered; from then on the partner above sees what it was offered to see."""
    return await commands.accept(tx, relationship_id=id, version=version)


@router.post("/{id}/decline", permission="relationships:write", returns=RELATIONSHIPS, out=RelationshipOut)
async def decline_relationship(
    id: str,  # noqa: A002
    tx: Tx,
    version: Version,
    body: ReasonIn = ReasonIn(),
) -> Row:
    """Refuse what the other partner has offered."""
    return await commands.decline(tx, relationship_id=id, version=version)


@router.post("/{id}/withdraw", permission="relationships:write", returns=RELATIONSHIPS, out=RelationshipOut)
async def withdraw_relationship(
    id: str,  # noqa: A002
    tx: Tx,
    version: Version,
    body: ReasonIn = ReasonIn(),
) -> Row:
    """Take back what one's own partner has offered."""
    return await commands.withdraw(tx, relationship_id=id, version=version)


@router.post("/{id}/end", permission="relationships:write", returns=RELATIONSHIPS, out=RelationshipOut)
async def end_relationship(
    id: str,  # noqa: A002
    tx: Tx,
    version: Version,
    body: RelationshipEndIn = RelationshipEndIn(),
) -> Row:
    """End a relationship, today or on a later day; what was seen by it is no longer."""
    return await commands.end(tx, relationship_id=id, version=version, effective_to=body.effective_to)
