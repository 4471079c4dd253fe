"""`/v1/deals/{id}/approval-preview`."""

from services.deals.approval_preview import queries
from services.deals.approval_preview.schemas import ApprovalPreviewOut
from shared.web.params import Read
from shared.web.router import Router

router = Router("deals")


@router.get("/{id}/approval-preview", permission="deals:read", out=ApprovalPreviewOut)
async def preview_deal_approval(id: str, read: Read) -> ApprovalPreviewOut:
    """Who would have to approve a deal, in which steps, by when and why; drafts too, and nothing happens."""
    return await queries.preview(read, deal_id=id)
