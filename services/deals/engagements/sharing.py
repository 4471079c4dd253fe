"""What partners are shown of a deal they take part in: kept in step with the deal, and gone when their part in it ends."""

from collections.abc import Mapping
from typing import Any, Final

from services.deals.engagements import rules
from services.deals.engagements.queries import known_of_deal
from services.deals.engagements.tables import engagements
from services.deals.registrations.tables import deals
from services.deals.share_templates.rules import seen_of
from services.deals.share_templates.tables import share_templates
from shared.db.resource import Row
from shared.db.tx import Tx

# What is left of it once a partner's part has ended; what that partner called it is nobody's any more.
NOTHING_SHOWN: Final[Mapping[str, Any]] = {"snapshot": None, "as_of": None, "alongside": [], "partner_references": []}


async def shown(tx: Tx, row: Row, *, status: str, deal: Row | None = None) -> dict[str, Any]:
    """Return the columns with what the partner is shown in a state, as the deal is now. For the engine role."""
    template = await tx.fetch(share_templates, row["share_template_id"])
    fields = template["fields"] if status == "accepted" else template["preview"]
    snapshot = {"fields": fields, "deal": seen_of(deal or await tx.fetch(deals, row["deal_id"]), fields)}
    if snapshot == row["snapshot"]:
        return {}
    return {"snapshot": snapshot, "revision": row["revision"] + 1, "as_of": tx.now}


async def refresh(tx: Tx, deal: Row) -> None:
    """Show a deal that has changed to those who take part in it. For the engine role."""
    for row in await known_of_deal(tx, deal["id"]):
        changes = await shown(tx, row, status=row["status"], deal=deal)
        if changes:
            await tx.update(engagements, row, **changes)


async def tell_each_other(tx: Tx, deal_id: str) -> None:
    """Tell those who co-sell a deal of each other, and of nobody else. For the engine role."""
    together = [
        row for row in await known_of_deal(tx, deal_id) if row["status"] == "accepted" and row["mode"] == "co_sell"
    ]
    for row in together:
        parts = ((each["partner_id"], each["role"]) for each in together)
        alongside = rules.others(parts, than=row["partner_id"])
        if alongside != row["alongside"]:
            await tx.update(engagements, row, alongside=alongside)
