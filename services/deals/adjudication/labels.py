"""Keeping what a resolution says of each pair of companies in its case."""

from services.deals.adjudication.rules import label_of, labelled
from services.deals.adjudication.tables import conflict_labels
from shared.db.pool import Record
from shared.db.tx import Tx


async def label(tx: Tx, case: Record, *, says_identity: bool) -> None:
    """Label the pairs of a case; what an appeal decides replaces what was said before."""
    for finding in labelled(case["findings"], says_identity=says_identity):
        await tx.put(
            conflict_labels,
            case_id=case["id"],
            deal_id=finding["deal_id"],
            label=label_of(case["resolution"], case["identity"]),
            score=finding["score"],
            features=finding["features"],
            engine_version=case["engine_version"],
            labelled_by=case["resolved_by"],
            labelled_at=case["resolved_at"],
        )
