"""Drafting share templates and bringing them into force."""

from typing import Final

from services.deals.share_templates.queries import LAST_VERSION, template_in_force
from services.deals.share_templates.rules import require_contained
from services.deals.share_templates.schemas import ShareTemplateIn, ShareTemplatePatch
from services.deals.share_templates.tables import LIFECYCLE, PARTS, share_templates
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version

_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' share templates', 0))"


async def create(tx: Tx, body: ShareTemplateIn, *, caller: Caller) -> Row:
    """Draft the next version of a template; raises Invalid for a preview of what is not shared."""
    vendor_only(caller)
    require_contained(body.preview, fields=body.fields)
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)
    return await tx.insert(
        share_templates,
        id=body.id or tx.new_id("shr"),
        code=body.code,
        template_version=int(await tx.value(LAST_VERSION, code=body.code)) + 1,
        status="draft",
        **body.model_dump(include=set(PARTS)),
    )


async def change(tx: Tx, body: ShareTemplatePatch, *, template_id: str, version: int | None, caller: Caller) -> Row:
    """Change a draft; raises InvalidTransition for a version that has been published."""
    vendor_only(caller)
    row = await tx.lock(share_templates, template_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    changes = body.changes()
    wanted = {**row, **changes}
    require_contained(wanted["preview"], fields=wanted["fields"])
    return await tx.update(share_templates, row, **changes)


async def publish(tx: Tx, *, template_id: str, version: int | None, caller: Caller) -> Row:
    """Bring a draft into force in place of the version before; what was shared by that one goes on as it is."""
    vendor_only(caller)
    row = await tx.lock_for(share_templates, template_id, action="publish", lifecycle=LIFECYCLE, version=version)
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)
    before = await template_in_force(tx, row["code"])
    if before is not None:
        await tx.update(share_templates, before, status="retired")
    return await tx.update(share_templates, row, status="published", published_at=tx.now)


async def retire(tx: Tx, *, template_id: str, version: int | None, caller: Caller) -> Row:
    """Let nobody be invited by a template any more; what was shared by it goes on as it is."""
    vendor_only(caller)
    row = await tx.lock_for(share_templates, template_id, action="retire", lifecycle=LIFECYCLE, version=version)
    return await tx.update(share_templates, row, status="retired")
