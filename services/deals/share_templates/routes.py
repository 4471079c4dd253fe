"""The noun `share-templates`."""

from services.deals.share_templates import commands
from services.deals.share_templates.queries import SHARE_TEMPLATES
from services.deals.share_templates.schemas import ShareTemplateIn, ShareTemplateOut, ShareTemplatePatch
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("share-templates")
router.lists(SHARE_TEMPLATES, ShareTemplateOut, summary="Share templates with their versions, newest first.")
router.reads(SHARE_TEMPLATES, ShareTemplateOut, summary="One version of a share template.")
_WRITE = "share-templates:write"


@router.post(permission=_WRITE, returns=SHARE_TEMPLATES, out=ShareTemplateOut, status=201, problems=[AlreadyExists])
async def create_share_template(body: ShareTemplateIn, tx: Tx, caller: Principal) -> Row:
    """Draft the next version of a template: which fields of a deal a partner is shown, before and after it accepts."""
    return await commands.create(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=SHARE_TEMPLATES, out=ShareTemplateOut)
async def change_share_template(id: str, body: ShareTemplatePatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Change a draft."""
    return await commands.change(tx, body, template_id=id, version=version, caller=caller)


@router.post("/{id}/publish", permission=_WRITE, returns=SHARE_TEMPLATES, out=ShareTemplateOut)
async def publish_share_template(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Bring a draft into force; it never changes again, and replaces the version before for new invitations."""
    return await commands.publish(tx, template_id=id, version=version, caller=caller)


@router.post("/{id}/retire", permission=_WRITE, returns=SHARE_TEMPLATES, out=ShareTemplateOut)
async def retire_share_template(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Let nobody be invited by this template any more."""
    return await commands.retire(tx, template_id=id, version=version, caller=caller)
