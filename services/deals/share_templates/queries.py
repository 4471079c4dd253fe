"""Reading share templates."""

from sqlalchemy import bindparam, func, select

from services.deals.share_templates.tables import LIFECYCLE, PARTS, share_templates
from shared.db.pool import Record
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault, Invalid

SHARE_TEMPLATES = Resource(
    "share_template",
    share_templates,
    ("code", "template_version", "status", *PARTS, "published_at"),
    title=("name",),
    permission="share-templates:read",
    filters=("code", "status"),
    lifecycle=LIFECYCLE,
)
_T = share_templates.c
_IN_FORCE = Statement(
    select(share_templates).where(_T.tenant_id == TENANT, _T.code == bindparam("code"), _T.status == "published")
)
LAST_VERSION = Statement(
    select(func.coalesce(func.max(_T.template_version), 0)).where(_T.tenant_id == TENANT, _T.code == bindparam("code"))
)


async def template_in_force(tx: Tx, code: str) -> Record | None:
    """Return the published version of a template, None where it has none."""
    return await tx.first(_IN_FORCE, code=code)


async def template_to_share_by(tx: Tx, code: str) -> Record:
    """Return the published version of a template; raises Invalid at /share_template."""
    found = await template_in_force(tx, code)
    if found is None:
        fault = Fault("/share_template", "unknown_share_template", "No published share template has this code.")
        raise Invalid(errors=[fault])
    return found
