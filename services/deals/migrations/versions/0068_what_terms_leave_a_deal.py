"""Deals know what the terms of their claims leave them: how often more time can be asked for, and how long a sale is reported.

The cases and transfers of a deal that are not decided are found without the others.
"""

from alembic import op

revision = "0068"
down_revision = "0074"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE deals ADD COLUMN extensions_left INTEGER NULL",
    "ALTER TABLE deals ADD COLUMN tail_days INTEGER NULL",
    "CREATE INDEX conflict_cases_undecided ON conflict_cases (tenant_id, deal_id)"
    " WHERE status IN ('open', 'assigned', 'appealed')",
    "CREATE INDEX deal_transfers_open ON deal_transfers (tenant_id, deal_id) WHERE status = 'open'",
    """
    UPDATE deals SET
        tail_days = coalesce((claim.terms ->> 'tail_days')::integer, 90),
        extensions_left = CASE
            WHEN claim.pauses @> '[{"cause": "extension", "until": null}]' THEN 0
            ELSE greatest(coalesce((claim.terms ->> 'extensions')::integer, 1) - claim.extensions_used, 0)
        END
    FROM protection_claims AS claim
    WHERE deals.tenant_id = claim.tenant_id AND deals.id = claim.deal_id AND claim.terms IS NOT NULL
    AND deals.status IN ('approved', 'expired', 'lost', 'won')
    """,
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)
