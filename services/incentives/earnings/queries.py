"""What a partner has earned, and why."""

from typing import Final

import orjson

from services.incentives.earnings.rules import told
from services.incentives.earnings.schemas import ExplanationOut, TransferOut
from services.incentives.earnings.tables import LIFECYCLE, earnings
from services.incentives.ledger.queries import transfers_of
from shared.db.pool import Record
from shared.db.read import Read
from shared.db.resource import Resource, computed, money, renamed
from shared.web.models import MoneyOut


def match_of(row: Record) -> str | None:
    """Return the match of an order that a line is of; None where it is of a win or of an invoice."""
    return None if row["sale_id"] in (row["deal_id"], row["licence_invoice_id"]) else row["sale_id"]


EARNINGS: Final = Resource(
    "earning",
    earnings,
    (
        "partner_id",
        "deal_id",
        computed("match_id", match_of, "sale_id", "deal_id", "licence_invoice_id"),
        "licence_id",
        "licence_invoice_id",
        "kind",
        "status",
        money("amount"),
        "plan_id",
        "plan_version_id",
        renamed("rule", "component"),
        "earned_on",
        "posted_on",
        "period",
        "reverses",
        "statement_id",
    ),
    expands={
        "partner_id": "partners",
        "deal_id": "deals",
        "match_id": "order-matches",
        "licence_id": "licences",
        "plan_id": "plans",
        "plan_version_id": "plan-versions",
        "statement_id": "statements",
    },
    permission="earnings:read",
    sorts=("created_at", "earned_on"),
    filters=(
        "deal_id",
        "licence_id",
        "licence_invoice_id",
        "partner_id",
        "status",
        "kind",
        "period",
        "statement_id",
        "earned_on",
        "posted_on",
    ),
    lifecycle=LIFECYCLE,
)


async def explanation(read: Read, *, earning_id: str) -> ExplanationOut:
    """Return how a line came to be, with its ledger entries; raises NotFound for hidden and for missing alike."""
    row = await read.get(EARNINGS, earning_id)
    trace = orjson.loads(row["trace"])
    return ExplanationOut.model_validate(
        {
            **trace,
            "object": "earning_explanation",
            "earning_id": row["id"],
            "partner_id": row["partner_id"],
            "deal_id": row["deal_id"],
            "licence_id": row["licence_id"],
            "licence_invoice_id": row["licence_invoice_id"],
            "kind": row["kind"],
            "status": row["status"],
            "amount": {"amount": row["amount"], "currency": row["currency"]},
            "reverses": row["reverses"],
            "ledger": [_transfer(each).model_dump() for each in await transfers_of(read, subject=row["id"])],
            "text": {"en": told(trace, kind=row["kind"], amount=row["amount"], currency=row["currency"])},
        }
    )


def _transfer(row: Record) -> TransferOut:
    return TransferOut(
        transfer_id=row["id"],
        kind=row["kind"],
        debit_account=row["debit_account"],
        credit_account=row["credit_account"],
        amount=MoneyOut(amount=row["amount"], currency=row["currency"]),
        posted_on=row["posted_on"],
    )
