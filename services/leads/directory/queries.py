"""What this service knows of partners and product families."""

from datetime import date

from sqlalchemy import bindparam, select

from services.leads.directory.tables import partner_directory, product_families
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

# The states of a partnership in which leads may be given and kept.
WORKING_STATUSES = ("active", "probation")

_PARTNER = select(partner_directory).where(
    partner_directory.c.tenant_id == TENANT, partner_directory.c.partner_id == bindparam("partner_id")
)
_FIND_PARTNER = Statement(_PARTNER)
_HOLD_PARTNER = Statement(_PARTNER.with_for_update(read=True))
_FIND_FAMILY = Statement(
    select(product_families).where(product_families.c.tenant_id == TENANT, product_families.c.code == bindparam("code"))
)


async def partner(tx: Tx, partner_id: str) -> Record | None:
    """Return what is known of a partner, if anything."""
    return await tx.first(_FIND_PARTNER, partner_id=partner_id)


async def hold_partner(tx: Tx, partner_id: str) -> Record | None:
    """Return the partner as of now and keep its suspension out until the transaction ends (FOR SHARE)."""
    return await tx.first(_HOLD_PARTNER, partner_id=partner_id)


async def family(tx: Tx, code: str) -> Record | None:
    """Return what is known of a product family, if anything."""
    return await tx.first(_FIND_FAMILY, code=code)


def may_hold_leads(partner_row: Record | None, *, on: date) -> bool:
    """Tell whether a partner in this state may be given leads, and keep those it has, on a day.

    The day a partnership ends decides by itself; the event that says so may be late.
    """
    if partner_row is None or partner_row["status"] not in WORKING_STATUSES:
        return False
    return partner_row["terminates_on"] is None or on < partner_row["terminates_on"]
