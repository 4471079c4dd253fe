"""Keeping partners as another system of the vendor has them."""

from services.partners.partners.commands import change, create_from
from services.partners.partners.queries import PARTNERS
from services.partners.partners.schemas import PartnerIn, PartnerPatch
from services.partners.partners.tables import partners
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.extensions.bodies import ExtensionsPatch
from shared.extensions.references import differing, replacement, upsert
from shared.web.conditional import UNCONDITIONAL, Condition
from shared.web.models import ExternalReferenceIn


async def put(tx: Tx, body: PartnerIn, reference: ExternalReferenceIn, *, condition: Condition = UNCONDITIONAL) -> Row:
    """Make the partner that has a reference, or change what differs; a partner that is so already stays as it is."""
    named = [reference, *(each for each in body.external_references if each != reference)]

    async def create() -> Row:
        return await create_from(tx, body.model_copy(update={"external_references": named}))

    async def bring_up_to_date(row: Record) -> Row:
        # What a duplicate may be is asked when a partner is made, and is nothing that it has.
        shown = {**PARTNERS.shape(row, caller=tx.caller), "allow_duplicate": body.allow_duplicate}
        wanted = differing(body, shown, changeable=PartnerPatch)
        if not wanted:
            return row
        sent = replacement(body, wanted, row=row, references=named)
        patch = PartnerPatch.model_validate(sent)
        changes = {name: value for name, value in patch.changes().items() if name not in ExtensionsPatch.model_fields}
        changes.pop("external_reference", None)
        return await change(
            tx,
            partner_id=row["id"],
            version=None,
            named=wanted,
            external_reference=patch.external_reference,
            extensions=patch,
            **changes,
        )

    return await upsert(tx, partners, reference, condition=condition, create=create, change=bring_up_to_date)
