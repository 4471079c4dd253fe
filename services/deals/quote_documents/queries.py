"""Answering with the document of a quote."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from services.deals.quote_documents.facts import Facts, facts_of
from services.deals.quotes.queries import QUOTES
from shared.db.read import Read
from shared.i18n.languages import looked_up
from shared.web.reply import PRIVATE, Reply

PDF = "application/pdf"


async def document(read: Read, *, quote_id: str, languages: str | None) -> Reply:
    """Return the PDF of a quote in the best of the languages asked for, else in the quote's own; raises QuoteNotIssued."""
    row = await read.get(QUOTES, quote_id)
    facts = facts_of(row, lines=_document(row, "lines"), tax=_document(row, "tax"))
    language = (looked_up(languages) if languages else None) or row["locale"]
    # Hundreds of lines take a tenth of a second, in which others are to be served.
    made = await asyncio.to_thread(_pdf_of, facts, language=language)
    name = facts.number.replace("/", "-")
    headers = {
        **PRIVATE,
        "Content-Disposition": f'attachment; filename="{name}.pdf"',
        "Content-Language": language,
        "Vary": "Authorization, Accept-Language",
    }
    return Reply(200, made, headers, PDF)


def _pdf_of(facts: Facts, *, language: str) -> bytes:
    # Loaded here: what sets documents takes 7 MB, and most processes never set one.
    from services.deals.quote_documents.layout import pdf_of

    return pdf_of(facts, language=language)


def _document(row: Mapping[str, Any], column: str) -> Any:
    """A JSON column; in reads it comes as it is written."""
    value = row[column]
    return orjson.loads(value) if isinstance(value, str) else value
