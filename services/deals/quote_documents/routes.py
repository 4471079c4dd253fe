"""The document of a quote, `/v1/quotes/{id}/document`."""

from typing import Any, Final

from services.deals.quote_documents import queries
from services.deals.quote_documents.facts import QuoteNotIssued
from services.deals.quote_documents.queries import PDF
from shared.web.params import Http, Read
from shared.web.reply import Reply
from shared.web.router import Router

router = Router("quotes")
_FILE: Final[dict[str, Any]] = {PDF: {"schema": {"type": "string", "format": "binary"}}}


@router.get("/{id}/document", permission="quotes:read", problems=[QuoteNotIssued], cost=5)
async def get_quote_document(id: str, read: Read, request: Http) -> Reply:
    """The quote as a PDF to hand to the customer; the same version in the same language is the same file each time."""
    return await queries.document(read, quote_id=id, languages=request.headers.get("accept-language"))


router.operations[-1].responses |= {200: {"description": "The document", "content": _FILE}}
