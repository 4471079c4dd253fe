"""Who of those that a case found is in it still: they may have gone to another customer, or to another product, since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.deals.customers.tables import customers
from services.deals.protection.tables import protection_claims
from services.deals.registrations.queries import deals_with
from services.deals.screening.findings import has_let_go, is_elsewhere
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

Finding = Mapping[str, Any]
_TEXTS: Final = ARRAY(Text(collation="C"))
_CUSTOMERS: Final = Statement(
    select(customers).where(
        customers.c.tenant_id == TENANT, customers.c.id == any_(bindparam("customer_ids", type_=_TEXTS))
    )
)
_CLAIMS: Final = Statement(
    select(protection_claims).where(
        protection_claims.c.tenant_id == TENANT,
        protection_claims.c.deal_id == any_(bindparam("deal_ids", type_=_TEXTS)),
    )
)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The deals that cases are about, with their claims and customers, as they are now."""

    deals: Mapping[str, Record]
    claims: Mapping[str, Record]
    customers: Mapping[str, Record]

    def present(self, case: Mapping[str, Any]) -> list[Finding]:
        """Return what was found that is there still; of what has ended without going elsewhere, that was true."""
        return [each for each in case["findings"] if not self._is_elsewhere(case, each)]

    def standing(self, case: Mapping[str, Any], *, at: datetime) -> list[Finding]:
        """Return what was found that is there still, without the registrations that have let the customer go."""
        return [
            each
            for each in self.present(case)
            if each["source"] != "registration" or not has_let_go(self.claims.get(each["deal_id"]), at=at)
        ]

    def _is_elsewhere(self, case: Mapping[str, Any], finding: Finding) -> bool:
        own, rival = self.deals.get(case["deal_id"]), self.deals.get(finding["deal_id"])
        if own is None or rival is None:
            return False
        at_home = self.customers.get(own["customer_id"])
        return is_elsewhere(
            rival,
            own=own,
            found_at=self._now(finding["customer_id"]),
            apart_from=at_home["apart_from"] if at_home else (),
            is_rival=finding["source"] == "registration",
        )

    def _now(self, customer_id: str | None) -> str | None:
        """Return the customer that one has been merged into."""
        known = self.customers.get(customer_id) if customer_id is not None else None
        return customer_id if known is None or known["merged_into"] is None else self._now(known["merged_into"])


async def whereabouts(tx: Tx, cases: Sequence[Mapping[str, Any]]) -> Whereabouts:
    """Return where those are now that some cases are about. For the engine role."""
    findings = [each for case in cases for each in case["findings"]]
    deal_ids = sorted({each["deal_id"] for each in (*cases, *findings) if each["deal_id"] is not None})
    rows = await deals_with(tx, deal_ids)
    claims = {row["deal_id"]: row for row in await tx.all(_CLAIMS, deal_ids=deal_ids)}
    known: dict[str, Record] = {}
    wanted = {row["customer_id"] for row in rows.values()} | {each["customer_id"] for each in findings}
    while missing := sorted(wanted - {None} - set(known)):
        found = await tx.all(_CUSTOMERS, customer_ids=missing)
        known |= {row["id"]: row for row in found}
        wanted = {row["merged_into"] for row in found}
    return Whereabouts(rows, claims, known)
