"""Tiers over HTTP."""

from typing import Any

from services.partners.internal import given, looking_up, parameters
from services.partners.tiers import commands, queries
from services.partners.tiers.queries import TIERS
from services.partners.tiers.schemas import TierIn, TierOut, TierPatch
from shared.db.pool import Database
from shared.db.resource import Row
from shared.errors import AlreadyExists, Fault, Invalid, NotFound
from shared.web.params import Http, Now, Tx, Version
from shared.web.router import Router

router = Router("tiers")
router.lists(TIERS, TierOut, summary="Tiers, newest first.")
router.reads(TIERS, TierOut, summary="One tier.")


@router.post(
    permission="tiers:write", returns=TIERS, out=TierOut, status=201, problems=[AlreadyExists, commands.RankTaken]
)
async def create_tier(body: TierIn, tx: Tx) -> Row:
    """Add a tier to a program of the vendor's."""
    return await commands.create(tx, **_columns(body, body.model_dump()))


@router.patch(permission="tiers:write", returns=TIERS, out=TierOut, problems=[commands.RankTaken])
async def patch_tier(id: str, body: TierPatch, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Change what a tier gives from now on."""
    changed = {name: value for name, value in body.model_dump().items() if name in body.model_fields_set}
    return await commands.change(tx, tier_id=id, version=version, **_columns(body, changed))


@router.post("/{id}/retire", permission="tiers:approve", returns=TIERS, out=TierOut, problems=[commands.TierInUse])
async def retire_tier(id: str, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Take a tier out of use."""
    return await commands.retire(tx, tier_id=id, version=version)


def internal(database: Database) -> Router:
    """Return the route by which sister services look up one tier."""
    lookup = Router("tiers", prefix="/internal")

    @lookup.get(permission=None, in_spec=False, query=parameters("tenant", "code"))
    async def look_up_tier(request: Http, now: Now) -> dict[str, Any]:
        """Return `{"version", "data"}` of a tier by its code."""
        async with looking_up(database, request, now=now, action="look_up_tier") as tx:
            row = await queries.by_code(tx, given(request, "code"))
        if row is None:
            raise NotFound()
        return {"version": row["version"], "data": queries.state(row).model_dump(mode="json")}

    return lookup


def _columns(body: TierIn | TierPatch, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as columns: money takes two."""
    codes = [each.code for each in body.benefits]
    if len(set(codes)) < len(codes):
        raise Invalid(errors=[Fault("/benefits", "duplicate_code", "Each benefit has a code of its own.")])
    if "deal_limit" in fields:
        limit = body.deal_limit
        fields |= {
            "deal_limit": limit.amount if limit else None,
            "deal_limit_currency": limit.currency if limit else None,
        }
    return fields
